"""What operators see of a function: a structured log line for each failure, and a metric for what calls for their
attention. The log line of each request is API Gateway's own (AccessLogSetting in template.yaml).

Neither ever holds a key, a name, a user id or any text of a candidate or caller: request, key and team ids only
(contract 1).
"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

SERVICE = "intelligence-api"
NAMESPACE = "IntelligenceApi"

logger = Logger(service=SERVICE, utc=True, location=None)


def count(name: str, value: float = 1, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """Adds to a CloudWatch metric (one line of embedded metric format)."""
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
        for dimension, text in dimensions.items():
            metric.add_dimension(name=dimension, value=text)
