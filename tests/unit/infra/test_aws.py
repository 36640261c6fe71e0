"""Deadlines of calls to AWS fit behind API Gateway."""

from shared.infra.aws import client

GATEWAY_WAITS = 29.0
"""Seconds that API Gateway waits for a function."""


def test_two_calls_whose_attempts_all_time_out_end_before_api_gateway_does() -> None:
    config = client("dynamodb").meta.config
    attempts = config.retries["total_max_attempts"]
    backoff = sum(2.0**attempt for attempt in range(attempts - 1))  # the longest of botocore's standard mode
    assert attempts == 3
    assert 2 * (attempts * (config.connect_timeout + config.read_timeout) + backoff) < GATEWAY_WAITS
