"""The least that GET of a cached report can be in Python: a botocore client, one read, no checks of anything."""

import os
from typing import Any

from botocore.session import get_session

client: Any = get_session().create_client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Returns the report cached for the caller."""
    caller = event["requestContext"]["authorizer"]
    period = f"{caller['team_id']}#{os.environ['PERIOD']}"
    key = {"subject": {"S": f"user#{caller['user_id']}"}, "period": {"S": period}}
    item = client.get_item(TableName=os.environ["REPORTS_TABLE"], Key=key, ConsistentRead=True)["Item"]
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": item["body"]["S"]}
