"""An AWS account in which functions run in this process, and which notes every call that each of them makes."""

import importlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shared.infra.aws
import shared.infra.deployment_secrets
import shared.infra.deployment_settings
import shared.infra.vault
from local.aws.credentials import Credentials
from local.aws.runtime import LambdaContext
from local.aws.services import Services
from local.identity_provider import IdentityProvider
from local.ports import free_ports
from local.template import read_template
from tests.permissions import Grant

EVENTS = Path(__file__).resolve().parents[2] / "events"


class Account:
    """An AWS account with the template's tables, secrets, queues and plans, which notes what each function calls."""

    def __init__(self, log: Path) -> None:
        self._template = read_template()
        self._running = ""
        self.identity_provider = IdentityProvider()
        self.used: dict[str, set[Grant]] = {name: set() for name in self._template.functions}
        self.services = Services(
            self._template,
            free_ports(1)[0],
            Credentials(os.environ["AWS_ACCESS_KEY_ID"]),
            dict.fromkeys(self._template.secrets, "not one"),
            self.identity_provider.settings,
            log,
        )

    def prepare(self) -> None:
        """Makes the tables, sets the functions' environment, and begins to note."""
        self.services.wait_until_ready()
        os.environ["AWS_ENDPOINT_URL"] = self.services.url
        for function in self._template.functions.values():
            os.environ |= function.environment
        for table in self._template.tables.values():
            shared.infra.aws.client("dynamodb").create_table(**table.definition)
        for service in ("dynamodb", "kms", "secretsmanager", "sqs", "apigateway", "ssm", "cognito-idp"):
            events = shared.infra.aws.client(service).meta.events
            events.register(f"provide-client-params.{service}", self._note, unique_id=service)

    def invoke(self, function: str, event: object) -> Any:
        """Runs a function's handler. What it does is noted under its name."""
        module, _, name = self._template.functions[function].handler.rpartition(".")
        context = LambdaContext(function, 512, "request-1", f"arn:aws:lambda:::{function}", time.monotonic() + 900)
        os.environ.pop("DEPLOYMENT_PARAMETER", None)
        os.environ |= self._template.functions[function].environment
        shared.infra.deployment_settings.settings_in.cache_clear()
        secrets = shared.infra.deployment_secrets
        for secret in (secrets.pseudonyms, secrets.webhook_secret, shared.infra.vault.unseal):
            secret.cache_clear()  # each function has a process of its own
        self._running = function
        try:
            return getattr(importlib.import_module(module), name)(event, context)
        finally:
            self._running = ""

    def play(self, function: str, **changes: Any) -> Any:
        """Invokes a function with its payload of events/, changed at the top."""
        module = self._template.functions[function].handler.split(".")[1]
        return self.invoke(function, json.loads((EVENTS / f"{module}.json").read_text()) | changes)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._running:
            service = model.service_model.service_name
            self.used[self._running] |= set(self._needs(service, model.name, params))

    def _needs(self, service: str, operation: str, params: dict[str, Any]) -> Iterator[Grant]:
        match service, operation:
            case "dynamodb", "TransactWriteItems":
                for item in params["TransactItems"]:
                    [(kind, write)] = item.items()
                    yield f"dynamodb:{kind}Item", write["TableName"]
            case "dynamodb", "BatchWriteItem":
                yield from (("dynamodb:BatchWriteItem", table) for table in params["RequestItems"])
            case "dynamodb", "BatchGetItem":
                yield from (("dynamodb:BatchGetItem", table) for table in params["RequestItems"])
            case "dynamodb", _:
                index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
                yield f"dynamodb:{operation}", params["TableName"] + index
            case "secretsmanager", _:
                yield f"secretsmanager:{operation}", params["SecretId"]
            case "kms", _:
                yield f"kms:{operation}", params["KeyId"].removeprefix("alias/")
            case "ssm", _:
                yield f"ssm:{operation}", f"parameter{params['Name'].replace('/local/', '/STACK/')}"
            case "cognito-idp", _:
                yield f"cognito-idp:{operation}", params["UserPoolId"]
            case "sqs", _:
                yield f"sqs:{operation.removesuffix('Batch')}", params["QueueUrl"].rpartition("/")[2]
            case "apigateway", "CreateApiKey":
                yield "apigateway:POST", "/apikeys"
            case "apigateway", "GetApiKeys":
                yield "apigateway:GET", "/apikeys"
            case "apigateway", "UpdateApiKey":
                yield "apigateway:PATCH", "/apikeys/*"
            case "apigateway", "GetUsagePlanKeys":
                yield "apigateway:GET", f"/usageplans/{params['usagePlanId']}/keys"
            case "apigateway", "GetUsagePlanKey":
                yield "apigateway:GET", f"/usageplans/{params['usagePlanId']}/keys/*"
            case "apigateway", "CreateUsagePlanKey":
                yield "apigateway:POST", f"/usageplans/{params['usagePlanId']}/keys"
            case "apigateway", "DeleteUsagePlanKey":
                yield "apigateway:DELETE", f"/usageplans/{params['usagePlanId']}/keys/*"
            case _:
                raise ValueError(f"{service}:{operation}: say here what IAM calls it")
