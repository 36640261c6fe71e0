"""The AWS services beside DynamoDB, as the local stack uses them: a moto child process and clients of it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import Session

from local.aws.credentials import Credentials
from local.aws.dynamodb import CannotStart
from local.deployment import REGION, Template
from local.gateway.gateway import PlanKey
from shared.domain.plans import Plan

DEPLOYMENT_PARAMETER = "/local/deployment"
_ROOT = Path(__file__).resolve().parents[2]

_NO_CONFIGURATION = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""Session variables of botocore that keep it from the machine's own AWS profiles."""


def client(service: str, url: str, credentials: Credentials) -> Any:
    """A client of an AWS service at a loopback address. It never looks for other credentials, nor uses a proxy."""
    return Session(_NO_CONFIGURATION).create_client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=credentials.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials.environ["AWS_SECRET_ACCESS_KEY"],
        # The demo data is checked by tests, and checking it again in the client would take a second of each start.
        config=Config(parameter_validation=False, proxies={}, retries={"mode": "standard", "total_max_attempts": 3}),
    )


class Services:
    """A running moto, holding what the template declares under its logical ids.

    `secrets` are the secrets' values, `sign_in` the settings of the sign-in in the parameter of Systems Manager. Moto
    serves only callers that present `credentials`; even so, no real secret may be in it.
    """

    def __init__(
        self,
        template: Template,
        port: int,
        credentials: Credentials,
        secrets: Mapping[str, str],
        sign_in: Mapping[str, str],
        log: Path,
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._template = template
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.aws.moto_server"],
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", os.defpath), "MOTO_DISABLE_GLOBAL_CORS": "true"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                start_new_session=True,  # out of reach of the terminal's Ctrl-C
                text=True,
            )
        assert self._process.stdin  # noqa: S101  (asked for above)
        plans = {plan: f"{plan.capitalize()}UsagePlan" for plan in Plan}
        settings = {"api_id": template.api.id, "usage_plans": plans, "sign_in": dict(sign_in)}
        order = {
            "port": port,
            "access_key_id": credentials.access_key_id,
            "secrets": dict(secrets),
            "parameters": {DEPLOYMENT_PARAMETER: json.dumps(settings)},
        }
        print(json.dumps(order), file=self._process.stdin, flush=True)
        self._api_gateway = client("apigateway", self.url, credentials)
        self._queues = client("sqs", self.url, credentials)

    def wait_until_ready(self) -> None:
        """Raises CannotStart when it ends instead."""
        assert self._process.stdout  # noqa: S101  (asked for above)
        if not self._process.stdout.readline():
            raise CannotStart("moto does not start; the log of the functions says why.")

    def plan_keys(self) -> dict[str, PlanKey]:
        """The keys that the usage plans list now and that exist and are enabled, by their value."""
        pages = self._api_gateway.get_paginator("get_api_keys").paginate(includeValues=True)
        enabled = {key["id"] for page in pages for key in page["items"] if key["enabled"]}
        return {
            key["value"]: PlanKey(key["id"], plan)
            for plan in self._template.usage_plans.values()
            for page in self._api_gateway.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan.id)
            for key in page["items"]
            if key["id"] in enabled  # moto keeps a deleted key in its plans
        }

    def drain(self, queue: str) -> list[dict[str, Any]]:
        """Takes every message out of a queue, with its attributes."""
        url, taken = self._template.queues[queue].url, []
        while messages := self._queues.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                self._queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += messages
        return taken

    def stop(self) -> None:
        """Ends it and waits until it is gone."""
        self._process.kill()  # it has nothing to lose
        self._process.communicate()
