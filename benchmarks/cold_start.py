"""Cold starts in the real runtime, interleaved: each endpoint beside a bare handler and the usual FastAPI one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.lambda_runtime import FASTAPI, Start, build, bundle, cold_start, install
from benchmarks.tables import Tables, event, furnish
from local.template import read_template
from shared.periods import Quarter

BASELINES = Path(__file__).parent / "baselines"
ROUNDS = 15
TARGET_BARE, TARGET_FASTAPI = 1.25, 0.4


def measure(tables: Tables, rounds: int = ROUNDS) -> dict[str, Any]:
    """Medians of init and of the first answer in milliseconds, the most memory, and ratios to both baselines."""
    build()
    key = furnish(tables.store)
    fastapi = install("fastapi", *FASTAPI, bytecode=False)
    get = event("get_career_health")
    baseline = {"REPORTS_TABLE": "ReportsTable", "PERIOD": str(Quarter.containing(datetime.now(UTC)))}
    cases: dict[str, tuple[list[Path], str, Any, Mapping[str, str]]] = {
        "bare": ([BASELINES], "bare.handler", get, baseline),
        "fastapi": ([BASELINES, fastapi], "fastapi_app.handler", get, baseline),
    }
    for name, function in read_template().functions.items():
        module = function.handler.split(".")[1]
        if any(route.function == name for route in read_template().api.routes) or module == "authorizer":
            payload = event(module, **({"authorizationToken": f"Bearer {key}"} if module == "authorizer" else {}))
            path = bundle(name, claude=module == "summarize_job")
            cases[module] = (path, function.handler, payload, function.environment)
    for place in ("with the module", "by the first request"):
        path = [BASELINES, *bundle("SummarizeJobFunction", claude=True)]
        cases[f"anthropic {place}"] = (path, "claude_import.handler", {}, {"IMPORTED": place})
    starts: dict[str, list[Start]] = defaultdict(list)
    for _ in range(rounds):
        for name, (path, handler, payload, environ) in cases.items():
            start = cold_start(path, handler, payload, {**tables.environ, **environ})
            expected = {"statusCode": 400} if name == "summarize_job" else {"statusCode": 200}  # it has no profile
            assert name == "authorizer" or start.answer.items() >= expected.items(), start.answer
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
