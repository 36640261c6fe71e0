"""Cold starts in the real runtime, interleaved: each function beside a bare handler and the usual FastAPI one."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.lambda_runtime import FASTAPI, Start, build, bundle, cold_start, install
from benchmarks.tables import EVENT_ORDER, NO_TOMBSTONE, USER, Tables, event, furnish, join, services
from local.demo.people import PROFILES
from local.stand_in import start_stand_in
from local.template import read_template
from shared.domain.periods import Quarter
from shared.domain.plans import Plan
from shared.domain.profiles import Profile

BASELINES = Path(__file__).parent / "baselines"
ROUNDS = 11


def measure(tables: Tables, rounds: int = ROUNDS) -> dict[str, Any]:
    """Medians of init and of the first answer in milliseconds, the most memory, and ratios to both baselines. The
    FastAPI one is a career health report, whatever it is compared with.
    """
    build()
    key = furnish(tables.store)
    tables.store.accounts.put_profile(USER, Profile.model_validate(PROFILES["user_maya"]), NO_TOMBSTONE, EVENT_ORDER)
    tables.store.accounts.put_team("team_new", "New", Plan.PRO, EVENT_ORDER)  # which has no API Gateway key yet
    join(tables.store, "team_new", USER)
    own = {"authorizer": {"authorizationToken": f"Bearer {key}"}}
    own |= {module: {"team_id": "team_new"} for module in ("manage_keys", "manage_teams")}  # the latter suspends it
    own["ingest_events"] = {"Records": event("ingest_events")["Records"][4:5]}  # the others change roles
    fastapi = install("fastapi", *FASTAPI, bytecode=False)
    get = event("get_career_health")
    baseline = {"REPORTS_TABLE": "ReportsTable", "PERIOD": str(Quarter.containing(datetime.now(UTC)))}
    cases: dict[str, tuple[list[Path], str, Any, Mapping[str, str]]] = {
        "bare": ([BASELINES], "bare.handler", get, baseline),
        "fastapi": ([BASELINES, fastapi], "fastapi_app.handler", get, baseline),
    }
    functions = read_template().functions
    endpoints = {functions[route.function].handler for route in read_template().api.routes}
    for function in functions.values():
        module = function.handler.split(".")[1]
        payload = event(module, **own.get(module, {}))
        cases[module] = (bundle(function), function.handler, payload, function.environment)
    for place in ("with the module", "by the first request"):
        path = [BASELINES, *bundle(functions["SummarizeJobFunction"])]
        cases[f"anthropic {place}"] = (path, "claude_import.handler", {}, {"IMPORTED": place})
    starts: dict[str, list[Start]] = defaultdict(list)
    with ExitStack() as running:
        stand_in = start_stand_in()
        running.callback(stand_in.stop)
        around = {"AWS_ENDPOINT_URL": running.enter_context(services()).url, "ANTHROPIC_BASE_URL": stand_in.url}
        for _ in range(rounds):
            for name, (path, handler, payload, environ) in cases.items():
                start = cold_start(path, handler, payload, {**tables.environ, **around, **environ})
                assert "errorMessage" not in (start.answer or {}), (name, start.answer)  # some return nothing
                assert handler not in endpoints or start.answer["statusCode"] == 200, (name, start.answer)
                starts[name].append(start)
    processor = {name: median(start.processor for start in of) for name, of in starts.items()}
    init = {name: median(start.init for start in of) for name, of in starts.items()}
    return {
        name: {
            "init_ms": round(init[name], 1),
            "answered_ms": round(median(start.answered for start in of), 1),
            "processor_ms": round(processor[name], 1),
            "memory_mb": round(max(start.memory for start in of)),
            "of_bare": round(init[name] / init["bare"], 2),
            "of_fastapi": round(init[name] / init["fastapi"], 2),
            "processor_of_bare": round(processor[name] / processor["bare"], 2),
            "processor_of_fastapi": round(processor[name] / processor["fastapi"], 2),
        }
        for name, of in starts.items()
    }
