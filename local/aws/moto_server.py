"""moto as a child process: API Gateway keys and usage plans, queues and secrets, declared as template.yaml names them.

A process of its own, since importing moto takes a second of a whole core, its state is global, and a transaction of its
DynamoDB (STORE=moto) would hold up the gateway. It ends when its standard input does, however the server ended.
"""

import hashlib
import hmac
import json
import logging
import os
import re
import sys
import threading
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

from moto.apigateway.models import apigateway_backends
from moto.apigateway.utils import ApigwRestApiIdentifier, ApigwUsagePlanIdentifier
from moto.cognitoidp.models import cognitoidp_backends
from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sqs.models import Queue
from moto.utilities.id_generator import moto_id_manager
from werkzeug.serving import make_server

from local.aws.credentials import Credentials
from local.aws.services import client
from local.cloudformation import key_alias
from local.deployment import ACCOUNT_ID, REGION, Template
from local.loopback import refusal
from local.template import read_template

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Order(TypedDict):
    """What the server writes into our standard input, as one line of JSON. `secrets` has a value for each secret, and
    `parameters` for each parameter of Systems Manager.
    """

    port: int
    access_key_id: str
    secrets: dict[str, str]
    parameters: dict[str, str]


def main() -> None:
    """Serves until standard input ends. Prints a line when it is ready."""
    order: Order = json.loads(sys.stdin.readline())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else it prints a line for each request
    credentials = Credentials(order["access_key_id"])
    application = _guarded(DomainDispatcherApplication(create_backend_app), credentials)
    server = make_server("127.0.0.1", order["port"], application, threaded=True, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _answer_not_found_where_aws_does()
    keep_messages_sent_during_a_deletion()
    _declare(read_template(), f"http://127.0.0.1:{order['port']}", credentials, order["secrets"], order["parameters"])
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


def _guarded(application: "WSGIApplication", credentials: Credentials) -> "WSGIApplication":
    """Refuses every request without the stack's credentials, and those that a browser sends for a page.

    moto itself takes any credentials, and shows its whole state at /moto-api/data.json without any.
    """

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        headers = [(name, environ[f"HTTP_{name}"]) for name in ("HOST", "ORIGIN") if f"HTTP_{name}" in environ]
        presented = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        known = presented and hmac.compare_digest(presented[1], credentials.access_key_id)
        if not known or refusal(headers):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"This server belongs to the local stack that started it.\n"]
        return application(environ, start_response)

    return serve


_CREDENTIAL = re.compile(r"^AWS4-HMAC-SHA256 Credential=([0-9A-Za-z]+)/")


def _declare(
    template: Template, url: str, credentials: Credentials, secrets: dict[str, str], parameters: dict[str, str]
) -> None:
    """Makes what the template declares, under its logical ids."""
    api, api_gateway = template.api, client("apigateway", url, credentials)
    moto_id_manager.set_custom_id(ApigwRestApiIdentifier(ACCOUNT_ID, REGION, api.id), api.id)
    api_gateway.create_rest_api(name=api.id)
    for plan in template.usage_plans.values():
        moto_id_manager.set_custom_id(ApigwUsagePlanIdentifier(ACCOUNT_ID, REGION, plan.id), plan.id)
        api_gateway.create_usage_plan(
            name=plan.id,
            throttle={"rateLimit": plan.rate, "burstLimit": plan.burst},
            apiStages=[{"apiId": api.id, "stage": api.stage}],
        )
    queues, manager = client("sqs", url, credentials), client("secretsmanager", url, credentials)
    for queue in template.queues.values():
        queues.create_queue(QueueName=queue.name)
    for name in template.secrets:
        manager.create_secret(Name=name, SecretString=secrets[name])
    for name, value in parameters.items():
        client("ssm", url, credentials).put_parameter(Name=name, Value=value, Type="String")
    _declare_user_pool()
    for name in template.encryption_keys:
        _declare_encryption_key(name, credentials)


def _declare_encryption_key(name: str, credentials: Credentials) -> None:
    """Makes a KMS key that is the same for as long as the stack's credentials are, so that a kept data folder can be
    read again.
    """
    key = kms_backends[ACCOUNT_ID][REGION].create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", name, [], False)
    del kms_backends[ACCOUNT_ID][REGION].keys[key.id]
    key.id = str(uuid.uuid5(uuid.NAMESPACE_OID, name))
    key.key_material = hashlib.sha256(f"{name} {credentials.access_key_id}".encode()).digest()
    kms_backends[ACCOUNT_ID][REGION].keys[key.id] = key
    kms_backends[ACCOUNT_ID][REGION].create_alias(key.id, key_alias(name))


def _declare_user_pool() -> None:
    """Makes the console's user pool and its client, under their logical ids."""
    backend = cognitoidp_backends[ACCOUNT_ID][REGION]
    pool = backend.create_user_pool("UserPool", {})
    backend.user_pools = {"UserPool": pool}
    pool.id = "UserPool"
    app = backend.create_user_pool_client("UserPool", False, {"ClientName": "console"})
    app.id = "ConsoleClient"
    pool.clients = {app.id: app}


def _answer_not_found_where_aws_does() -> None:
    """moto returns 500 when a usage plan does not hold the key to remove; AWS raises NotFoundException."""
    backend = apigateway_backends[ACCOUNT_ID][REGION]
    delete = backend.delete_usage_plan_key

    def delete_known(usage_plan_id: str, key_id: str) -> None:
        backend.get_usage_plan_key(usage_plan_id, key_id)
        delete(usage_plan_id, key_id)

    backend.delete_usage_plan_key = delete_known  # type: ignore[method-assign]  # moto has no other hook for it


def keep_messages_sent_during_a_deletion() -> None:
    """moto deletes a message by replacing the list of all. Of two deletions at once, the later would bring back an
    older list, without what was sent in between.
    """
    delete = Queue.delete_message

    def delete_alone(queue: Queue, receipt_handle: str) -> None:
        with queue._messages_lock:
            delete(queue, receipt_handle)

    Queue.delete_message = delete_alone  # type: ignore[method-assign, assignment]  # moto has no other hook for it


if __name__ == "__main__":
    main()
