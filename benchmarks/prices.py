"""List prices of AWS in us-east-1, in dollars, first tier, without the free one. Everything here that speaks of money
uses these.
"""

DATED = "us-east-1, list prices as published in 2025, first tier, in dollars"

_MILLION = 1_000_000

PRICES = {
    "API Gateway, a request": 3.50 / _MILLION,  # REST (aws.amazon.com/api-gateway/pricing)
    "Lambda, a request": 0.20 / _MILLION,  # aws.amazon.com/lambda/pricing, as the next three
    "Lambda on arm64, a GB-second": 0.0000133334,
    "SnapStart, a GB-second of cache": 0.0000015046,
    "SnapStart, a GB restored": 0.0001397998,
    "DynamoDB on demand, a read unit": 0.125 / _MILLION,  # since November 2024 (aws.amazon.com/dynamodb/pricing)
    "DynamoDB on demand, a write unit": 0.625 / _MILLION,
    "DynamoDB, a GB stored, with point-in-time recovery": 0.25 + 0.20,
    "EventBridge, an event": 1.00 / _MILLION,  # one of our own (aws.amazon.com/eventbridge/pricing)
    "SQS, a request": 0.40 / _MILLION,  # aws.amazon.com/sqs/pricing
    "CloudWatch Logs, a GB": 0.50,  # taken in (aws.amazon.com/cloudwatch/pricing)
    "CloudWatch, a metric of an alarm": 0.10,
    "CloudWatch, a metric of our own": 0.30,
    "CloudWatch, a dashboard": 3.00,
    "Secrets Manager, a secret": 0.40,
    "KMS, a key": 1.00,  # aws.amazon.com/kms/pricing
    "Data out, a GB": 0.09,
}
"""Look them up at aws.amazon.com/pricing before relying on a total."""
