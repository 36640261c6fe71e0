"""moto as a child process: API Gateway keys and usage plans, queues and secrets, declared as template.yaml names them.

A process of its own, since importing moto takes a second of a whole core, its state is global, and a transaction of its
DynamoDB (STORE=moto) would hold up the gateway. It ends when its standard input does, however the server ended.
"""

import json
import logging
import os
import sys
from typing import TypedDict

from moto.apigateway.models import apigateway_backends
from moto.apigateway.utils import ApigwRestApiIdentifier, ApigwUsagePlanIdentifier
from moto.server import ThreadedMotoServer
from moto.utilities.id_generator import moto_id_manager

from local.aws.services import client
from local.deployment import ACCOUNT_ID, REGION, Template
from local.template import read_template


class Order(TypedDict):
    """What the server writes into our standard input, as one line of JSON: a port, and values for all secrets."""

    port: int
    secrets: dict[str, str]


def main() -> None:
    """Serves until standard input ends. Prints a line when it is ready."""
    order: Order = json.loads(sys.stdin.readline())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else it prints a line for each request
    ThreadedMotoServer("127.0.0.1", order["port"], verbose=False).start()
    _answer_not_found_where_aws_does()
    _declare(read_template(), f"http://127.0.0.1:{order['port']}", order["secrets"])
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


def _declare(template: Template, url: str, secrets: dict[str, str]) -> None:
    """Makes what the template declares, under its logical ids."""
    api, api_gateway = template.api, client("apigateway", url)
    moto_id_manager.set_custom_id(ApigwRestApiIdentifier(ACCOUNT_ID, REGION, api.id), api.id)
    api_gateway.create_rest_api(name=api.id)
    for plan in template.usage_plans.values():
        moto_id_manager.set_custom_id(ApigwUsagePlanIdentifier(ACCOUNT_ID, REGION, plan.id), plan.id)
        api_gateway.create_usage_plan(
            name=plan.id,
            throttle={"rateLimit": plan.rate, "burstLimit": plan.burst},
            apiStages=[{"apiId": api.id, "stage": api.stage}],
        )
    queues, manager = client("sqs", url), client("secretsmanager", url)
    for queue in template.queues.values():
        queues.create_queue(QueueName=queue.name)
    for name in template.secrets:
        manager.create_secret(Name=name, SecretString=secrets[name])


def _answer_not_found_where_aws_does() -> None:
    """moto fails with a 500 at taking a key out of a usage plan that it is not in; AWS answers NotFoundException."""
    backend = apigateway_backends[ACCOUNT_ID][REGION]
    delete = backend.delete_usage_plan_key

    def delete_known(usage_plan_id: str, key_id: str) -> None:
        backend.get_usage_plan_key(usage_plan_id, key_id)
        delete(usage_plan_id, key_id)

    backend.delete_usage_plan_key = delete_known  # type: ignore[method-assign]  # mending it is the point


if __name__ == "__main__":
    main()
