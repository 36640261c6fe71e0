"""What a month costs on AWS: a formula over the load, list prices by name, and what template.yaml brings along.

`python -m benchmarks.monthly_cost` writes the table of docs/operations.md anew; a test keeps it true. Nothing here is a
bill: the prices are list prices of us-east-1 without free tiers, and each assumption about a request is a named number
below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.money import CHECKS_A_REQUEST, CLAUDE_MS, RESTORES_A_THOUSAND
from benchmarks.prices import PRICES
from local.template import read_template
from tests.translated import source

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "operations.md"
BEGIN, END = "<!-- cost: begin -->", "<!-- cost: end -->"
MILLION = 1_000_000
SECONDS = 730 * 3600
"""Of an average month."""

# Of a request, in a mixture of those that `benchmarks.money` measures one by one (docs/performance.md, "Money").
MILLISECONDS_A_REQUEST = 20
MILLISECONDS_A_KEY_CHECK = 20
MILLISECONDS_A_MESSAGE = 40
READS_A_REQUEST = 2.0
READS_A_CHECK = 2.0
WRITES_A_MESSAGE = 16.0  # message, 3 tallies, 2 tombstones' checks, a note, two units each; the index; the note's end
READS_A_MESSAGE = 1.0
WRITES_AN_OUTCOME = 13.0
KB_LOGGED_A_REQUEST = 0.4
KB_ANSWERED = 1.5
KB_STORED_A_MESSAGE = 2.5  # with its index and its share of tallies
MONTHS_STORED = 12
OWN_METRICS = 15


@dataclass(frozen=True)
class Load:
    """What happens in a month."""

    name: str
    requests: int
    summaries: int
    outcomes: int
    messages: int


LOADS = (
    Load("pilot", requests=100_000, summaries=2_000, outcomes=2_000, messages=20_000),
    Load("growth", requests=5_000_000, summaries=50_000, outcomes=100_000, messages=1_000_000),
    Load("large", requests=100_000_000, summaries=500_000, outcomes=2_000_000, messages=20_000_000),
)


def cost(load: Load) -> Mapping[str, float]:
    """Dollars a month by service. Claude is not among them: its price is the provider's."""
    template = read_template()
    memory = {name: function.memory / 1024 for name, function in template.functions.items()}
    size = sum(memory.values()) / len(memory)
    snapshots = sum(gigabytes for name, gigabytes in memory.items() if with_snapshot(name))
    p = PRICES
    checks = load.requests * CHECKS_A_REQUEST
    quick = load.requests - load.summaries
    milliseconds = (
        quick * MILLISECONDS_A_REQUEST
        + load.summaries * CLAUDE_MS
        + checks * MILLISECONDS_A_KEY_CHECK
        + load.messages * MILLISECONDS_A_MESSAGE
    )
    invocations = load.requests + checks + load.messages / 10
    reads = load.requests * READS_A_REQUEST + checks * READS_A_CHECK + load.messages * READS_A_MESSAGE
    writes = load.messages * WRITES_A_MESSAGE + load.outcomes * WRITES_AN_OUTCOME
    restored = invocations * RESTORES_A_THOUSAND / 1000 * size
    stored = load.messages * MONTHS_STORED * KB_STORED_A_MESSAGE / MILLION
    return {
        "API Gateway": load.requests * p["API Gateway, a request"],
        "Lambda": invocations * p["Lambda, a request"] + milliseconds / 1000 * size * p["Lambda on arm64, a GB-second"],
        "SnapStart": snapshots * SECONDS * p["SnapStart, a GB-second of cache"]
        + restored * p["SnapStart, a GB restored"],
        "DynamoDB": reads * p["DynamoDB on demand, a read unit"]
        + writes * p["DynamoDB on demand, a write unit"]
        + stored * p["DynamoDB, a GB stored, with point-in-time recovery"],
        "EventBridge and SQS": load.messages * (p["EventBridge, an event"] + 1.2 * p["SQS, a request"]),
        "CloudWatch": load.requests * KB_LOGGED_A_REQUEST / MILLION * p["CloudWatch Logs, a GB"]
        + alarm_metrics() * p["CloudWatch, a metric of an alarm"]
        + OWN_METRICS * p["CloudWatch, a metric of our own"]
        + p["CloudWatch, a dashboard"],
        "Secrets Manager and KMS": len(template.secrets) * p["Secrets Manager, a secret"]
        + len(template.encryption_keys) * p["KMS, a key"],
        "Data out": load.requests * KB_ANSWERED / MILLION * p["Data out, a GB"],
    }


def alarm_metrics() -> int:
    """How many metrics the alarms look at; CloudWatch charges for each."""
    alarms = [r["Properties"] for r in source()["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    return sum(sum("MetricStat" in m for m in alarm["Metrics"]) if "Metrics" in alarm else 1 for alarm in alarms)


def with_snapshot(function: str) -> bool:
    """Whether a function's published version has a snapshot."""
    document = source()
    setting = document["Globals"]["Function"] | document["Resources"][function]["Properties"]
    return bool(setting["SnapStart"]["ApplyOn"] == "PublishedVersions")


def table() -> str:
    """The Markdown table: a line a service, a column a load."""
    costs = [cost(load) for load in LOADS]
    heads = [f"{load.name}: {load.requests:,} requests, {load.messages:,} messages" for load in LOADS]
    lines = [f"| dollars a month | {' | '.join(heads)} |", "|---|" + "---:|" * len(LOADS)]
    lines += [f"| {name} | {' | '.join(f'{each[name]:,.2f}' for each in costs)} |" for name in costs[0]]
    lines.append(f"| **total, without Claude** | {' | '.join(f'**{sum(each.values()):,.2f}**' for each in costs)} |")
    return "\n".join(lines)


def main() -> None:
    """Writes the table into the document."""
    text = DOCUMENT.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    main()
