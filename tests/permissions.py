"""What each function's role lets it do, read from the translated template, and the table of it in docs/security.md.

`python -m tests.permissions` writes the table anew; a test keeps it true.
"""

from pathlib import Path
from typing import Literal

from tests.translated import Json, resources

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- permissions: begin -->", "<!-- permissions: end -->"

type Grant = tuple[str, str]
"""An action, and the resource it may be done to: `("dynamodb:Query", "MessagesTable/index/by_user")`."""

_READS = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "apigateway:GET",
    "bedrock:InvokeModel",
    "cognito-idp:DescribeUserPoolClient",
    "cognito-idp:ListIdentityProviders",
    "ssm:GetParameter",
)


def functions() -> list[str]:
    """The logical ids of all functions."""
    return sorted(resources("AWS::Lambda::Function"))


def statements(function: str) -> list[Json]:
    """The statements of a function's role, those under a condition too."""
    name = resources("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]
    role = resources("AWS::IAM::Role")[name]
    found: list[Json] = []
    for policy in [*role["Policies"], *_attached(name)]:
        for statement in policy["PolicyDocument"]["Statement"]:
            found += statement["Fn::If"][1:] if "Fn::If" in statement else [statement]
    return found


def _attached(role: str) -> list[Json]:
    """The policies that are resources of their own and name this role."""
    return [policy for policy in resources("AWS::IAM::Policy").values() if {"Ref": role} in policy["Roles"]]


def grants(function: str) -> set[Grant]:
    """Everything a function's role allows."""
    return {
        (action, _name(resource))
        for statement in statements(function)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def as_list(value: Json) -> list[Json]:
    """What IAM writes as one value or a list of them."""
    return value if isinstance(value, list) else [value]


def _name(resource: Json) -> str:
    """A short name of what an ARN names: its logical id, with an index or, for API Gateway and Bedrock, the path."""
    match resource:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::GetAtt": [str(name), "StreamArn"]}:
            return f"{name}/stream"
        case {"Fn::Sub": str(text)}:
            path = (
                text.replace("${AWS::StackName}", "STACK")
                .replace("userpool/", "")
                .rpartition("::" if ":apigateway:" in text else ":")[2]
            )
            return path.replace(".Arn}", "").replace("${", "").replace("}", "")
        case _:
            raise ValueError(f"a resource of a shape that no role had so far: {resource}")


def table() -> str:
    """The Markdown table: one line a function, what it may read, what it may write. Its own log group is left out."""
    lines = ["| function | may read | may write |", "|---|---|---|"]
    for function in functions():
        cells = [_cell(grants(function), kind) for kind in ("read", "write")]
        lines.append(f"| {function.removesuffix('Function')} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _cell(allowed: set[Grant], kind: Literal["read", "write"]) -> str:
    by_resource: dict[str, list[str]] = {}
    for action, resource in sorted(allowed):
        if action.startswith("logs:") or (action in _READS) != (kind == "read"):
            continue
        by_resource.setdefault(resource, []).append(action.partition(":")[2])
    return "<br>".join(f"{resource}: {', '.join(actions)}" for resource, actions in by_resource.items()) or "nothing"


def _write() -> None:
    text = DOCUMENT.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    _write()
