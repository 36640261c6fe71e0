"""What API Gateway makes of a TOKEN authorizer's answer: a policy to check each call against, and a context for what
comes after.

The shape is AWS's ("Output from an API Gateway Lambda authorizer"). An explicit Deny wins over any Allow, and no Allow
is a Deny.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from typing import Any

_INVOKE = "execute-api:Invoke"


class MalformedAnswer(ValueError):
    """The authorizer answered with something that API Gateway does not understand."""


@dataclass(frozen=True)
class _Statement:
    effect: str
    actions: tuple[re.Pattern[str], ...]
    resources: tuple[re.Pattern[str], ...]

    def covers(self, arn: str) -> bool:
        return any(p.match(_INVOKE) for p in self.actions) and any(p.match(arn) for p in self.resources)


@dataclass(frozen=True)
class Authorization:
    """A caller whom the authorizer knows: who they are, what they may call, and the API Gateway key their calls count
    against.
    """

    principal: str
    statements: tuple[_Statement, ...]
    context: Mapping[str, str]
    usage_key: str | None

    def allows(self, method_arn: str) -> bool:
        """Whether a method may be called: some statement allows it and none denies it."""
        effects = {statement.effect for statement in self.statements if statement.covers(method_arn)}
        return effects == {"Allow"}


def read_authorization(answer: Any) -> Authorization:
    """Reads what an authorizer returned. Raises MalformedAnswer where API Gateway answers
    AUTHORIZER_CONFIGURATION_ERROR.
    """
    match answer:
        case {"principalId": str(principal), "policyDocument": {"Statement": statements}}:
            return Authorization(
                principal=principal,
                statements=tuple(_statement(statement) for statement in _several(statements)),
                context={name: _text(name, value) for name, value in (answer.get("context") or {}).items()},
                usage_key=answer.get("usageIdentifierKey"),
            )
        case _:
            raise MalformedAnswer("an authorizer returns a principalId and a policyDocument")


def _statement(statement: Any) -> _Statement:
    match statement:
        case {"Effect": "Allow" | "Deny" as effect, "Action": actions, "Resource": resources, **rest} if (
            rest.keys() <= {"Sid"}
        ):
            return _Statement(effect, _patterns(actions), _patterns(resources))
        case _:
            raise MalformedAnswer("a statement has Effect, Action and Resource; conditions are not emulated")


def _patterns(texts: Any) -> tuple[re.Pattern[str], ...]:
    # IAM knows * and ? only; fnmatch's brackets are escaped.
    return tuple(re.compile(translate(str(text).replace("[", "[[]"))) for text in _several(texts))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(name: str, value: Any) -> str:
    """A value of the context as later stages see it: always a string, `true` and `false` for booleans."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedAnswer(f"the context's {name} is neither a string, a number nor a boolean")
