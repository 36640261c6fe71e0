"""What operators see of a function: a structured log line for each failure, and a metric for what calls for their
attention. The log line of each request is API Gateway's own (AccessLogSetting in template.yaml).

Neither ever holds a key, a name, a user id or any text of a candidate or caller: request, key and team ids only
(contract 1).
"""

import os

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

SERVICE = "intelligence-api"
NAMESPACE = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "IntelligenceApi")
"""One for each stack, so that the alarms of one never count another's metrics."""

logger = Logger(service=SERVICE, utc=True, location=None)
logger.remove_keys(["service"])  # the log group says so


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Adds to a CloudWatch metric, in a line of embedded metric format."""
    line = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    for dimension, text in dimensions.items():
        line.add_dimension(dimension, text)
    line.add_metric(name, MetricUnit.Count, value)
    line.flush_metrics()
