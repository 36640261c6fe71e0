"""What operators see of a function: a structured log line for each failure, and a metric for what calls for their
attention. The log line of each request is API Gateway's own (AccessLogSetting in template.yaml).

Neither ever holds a key, a name, a user id or any text of a candidate or caller: request, key and team ids only
(contract 1).
"""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

SERVICE = "intelligence-api"
NAMESPACE = "IntelligenceApi"

logger = Logger(service=SERVICE, utc=True, location=None)


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Adds to a CloudWatch metric."""
    measure({name: (MetricUnit.Count, value)}, **dimensions)


def measure(metrics: Mapping[str, tuple[MetricUnit, float]], **dimensions: str) -> None:
    """Adds to several CloudWatch metrics of the same dimensions, in one line of embedded metric format."""
    line = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    for name, text in dimensions.items():
        line.add_dimension(name, text)
    for name, (unit, value) in metrics.items():
        line.add_metric(name, unit, value)
    line.flush_metrics()
