"""The built functions in containers of Lambda's own runtime, on DynamoDB Local.

`sam local start-api` is no gateway: it knows no usage plans, API keys, gateway responses or alias, and makes an
authorizer's 401 a 502. So the journeys go through the local gateway with its functions in containers, and start-api is
asked only what it can answer.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from local.aws.environments import Environments, Returned
from local.commands import run
from local.containers.docker import Docker
from local.containers.forwarder import reachable
from local.containers.template import sam_options, write_for_containers
from local.control_plane import ControlPlane
from local.demo.seed import seed
from local.gateway.gateway import Gateway
from local.gateway.server import HOST, Server, bind
from local.stack import Settings, Stack
from tests.packaging.runtime import LOCAL, Containers, prepare_containers, serving
from tests.packaging.sam import ROOT, sam

EVENTS = ROOT / "events"
JOURNEYS = ["tests/e2e/test_published_examples.py", "tests/e2e/test_contract.py"]


@dataclass
class World:
    """A stack whose functions run in containers, and what `sam local` needs to run them."""

    stack: Stack
    template: Path
    folder: Path


def play(stack: Stack, module: str, **changes: Any) -> Any:
    """Invokes a function with its payload of events/, changed at the top."""
    [name] = [name for name, f in stack.template.functions.items() if f.handler == f"functions.{module}.handler"]
    return stack.invoke(name, json.loads((EVENTS / f"{module}.json").read_text()) | changes)


def _demo_data(stack: Stack) -> None:
    environment = stack.template.functions["IngestEventsFunction"].environment
    seed(stack.dynamodb, environment, stack.pseudonyms, datetime.now(UTC))


@pytest.fixture(scope="module")
def world(bundles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The running world: the demo data, and the events of events/ingest_events.json."""
    prepare_containers()
    folder = tmp_path_factory.mktemp("containers")
    with contextlib.ExitStack() as running:
        stack = Stack(Settings(), folder / "log", fill=_demo_data)
        running.callback(stack.stop)
        template, variables = folder / "template.json", reachable(stack.variables, Docker.find(), running)
        write_for_containers(bundles, stack.template.functions, variables, template)
        containers = Containers(running.enter_context(serving("start-lambda", template, folder / "start-lambda.log")))
        running.callback(containers.stop)
        stack.environments.stop()
        stack.environments = cast("Environments", containers)  # nothing else of it is used from here on
        stack.gateway = Gateway(stack.template.api, stack.invoke_for_the_gateway, stack.services.plan_keys)
        assert play(stack, "ingest_events") == {"batchItemFailures": []}
        yield World(stack, template, folder)


@pytest.fixture(scope="module")
def key(world: World) -> str:
    """A key that manage_keys made, in its container, for the caller of the payloads."""
    answer = play(world.stack, "manage_keys", scopes=["read", "write"])
    assert answer["statusCode"] == 201
    return str(answer["body"]["key"])


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("GetCareerHealth", lambda body: body["inbound_volume"]["total"]),
        ("RegenerateCareerHealth", lambda body: body["inbound_volume"]["total"]),
        ("GetCompanySignals", lambda body: body["signals"]["sample_size"]),
        ("SummarizeJob", lambda body: body["matched_areas"]),
        ("GetTeamAnalytics", lambda body: body["member_count"]),
        ("RecordOutcome", lambda body: body["outcome"] == "screening_scheduled"),
    ],
)
def test_an_endpoint_finds_demo_data_for_its_payload_under_sam_local_invoke(
    function: str, found: Callable[[Any], object], world: World
) -> None:
    answer = _sam_local_invoke(world, function)
    assert answer["statusCode"] == 200, answer
    assert answer["headers"]["x-request-id"]
    assert found(json.loads(answer["body"])), answer["body"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("IngestEvents", {"batchItemFailures": []}),
        ("MakeTeamSnapshot", {"batchItemFailures": []}),
        ("PlanTeamSnapshots", {"queued": 2}),
        ("ReleaseLargeCompanies", {"evaluated": 0, "released": 0, "remaining": 0}),
        ("VerifyTallies", {"different": 0, "differences": [], "repaired": 0}),
    ],
)
def test_a_worker_answers_its_payload_under_sam_local_invoke(
    function: str, expected: dict[str, Any], world: World
) -> None:
    answer = _sam_local_invoke(world, function)
    result = answer.get("body", answer)
    assert result | expected == result


def test_a_person_is_exported_under_sam_local_invoke(world: World) -> None:
    answer = _sam_local_invoke(world, "ExportPerson")
    assert answer["statusCode"] == 200
    assert answer["body"]["messages"]


def test_companies_are_renormalized_under_sam_local_invoke(world: World) -> None:
    assert _sam_local_invoke(world, "RenormalizeCompanies")["done"] is True


def test_manage_keys_makes_a_key_under_sam_local_invoke(world: World) -> None:
    answer = _sam_local_invoke(world, "ManageKeys")
    assert answer["statusCode"] == 201
    assert answer["body"]["key"].startswith("iv_live_")


def test_the_authorizer_refuses_the_payload_s_unknown_key_under_sam_local_invoke(world: World) -> None:
    assert _sam_local_invoke(world, "Authorizer")["errorMessage"] == "Unauthorized"


def test_the_authorizer_knows_a_key_that_was_made(world: World, key: str) -> None:
    answer = play(world.stack, "authorizer", authorizationToken=f"Bearer {key}")
    assert answer["context"]["team_id"] == "team_acme"
    assert answer["policyDocument"]["Statement"][0]["Resource"].endswith("/live/*/*")


def _sam_local_invoke(world: World, function: str) -> Any:
    module = world.stack.template.functions[f"{function}Function"].handler.split(".")[1]
    arguments = [*sam_options(world.template), "--event", str(EVENTS / f"{module}.json"), *LOCAL]
    printed = sam("local", "invoke", f"{function}Function", *arguments)
    return json.loads(printed.splitlines()[-1])


@pytest.mark.timeout(900)  # two dozen journeys, a container at a time for each function
def test_the_journeys_pass_with_every_function_in_its_container(world: World) -> None:
    ready = threading.Event()
    server = Server(world.stack.gateway, ControlPlane(world.stack), ready.set)
    with bind(0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        ready.wait(10)
        environ = os.environ | {"BASE_URL": f"http://{HOST}:{listener.getsockname()[1]}"}
        command = [sys.executable, "-m", "pytest", *JOURNEYS, "-q", "-p", "no:cacheprovider"]
        done = run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        server.should_exit = True
        thread.join()
    assert done.returncode == 0, done.stdout[-6000:]


def test_start_api_serves_the_routes_behind_the_authorizer(world: World, key: str) -> None:
    with contextlib.ExitStack() as running:
        url = running.enter_context(serving("start-api", world.template, world.folder / "start-api.log"))
        caller = {"Authorization": f"Bearer {key}"}
        http = running.enter_context(httpx.Client(base_url=url, headers=caller, timeout=120, trust_env=False))
        assert http.get("/api/agent/career-health").status_code == 200
        assert http.post("/api/agent/career-health").json()["inbound_volume"]["total"]
        assert http.get("/api/agent/company-signals", params={"company": "Stripe"}).json()["signals"]
        assert http.get("/api/team/agent/analytics").json()["team_id"] == "team_acme"
        outcome = http.patch("/api/agent/messages/msg_maya_opening/outcome", json={"outcome": "offered"})
        assert (outcome.status_code, outcome.json()["outcome"]) == (200, "offered")
        assert http.post("/api/agent/job-summary", json={"job_description": "Growth, SQL"}).json()["overall_fit"]
        refused = http.get("/api/agent/career-health", headers={"Authorization": "Bearer " + key[:-1] + "!"})
        assert refused.status_code == 401


def test_a_container_is_what_answered(world: World) -> None:
    """Guards the tests above: the stack's own processes are gone, so an answer can only come from a container."""
    assert isinstance(
        world.stack.environments.invoke("PlanTeamSnapshotsFunction", {"time": "2026-04-01T03:00:00Z"}), Returned
    )
