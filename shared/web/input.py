"""Validates input strictly with a model. The problem document lists every error and how to correct it (contract 1).

Callers and operators get the same texts. For a route, Powertools validates, and `shared.web.endpoint` converts the
errors with `field_error`. A function that is invoked directly calls `read`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from shared.domain.visible import NOT_UNICODE
from shared.web.problems import BadRequest, FieldError, InvalidJson

_MAX_FIELDS, _MAX_NAME = 1_000, 200
"""Limits for the fields of an object and for the characters of a field's name. Every unknown field is listed as an
error, and the response that lists them must stay below Lambda's 6 MB.
"""


def read_json(text: str) -> Any:
    """Parses a body strictly: no NaN, no repeated names, limited nesting and object size. Raises InvalidJson."""
    if not text:
        return None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not valid JSON: {error.msg}, at character {error.pos}.") from None
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _BadJson) else "a number is too long or the nesting too deep"
        raise InvalidJson(f"The body cannot be read as JSON: {reason}.") from None
    if not isinstance(value, dict):  # otherwise null would count as no body, and a list as its first element
        raise invalid([FieldError(pointer="#", detail=_SAID_BETTER["dict_type"])])
    return value


class _BadJson(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MAX_FIELDS or any(len(name) > _MAX_NAME for name, _ in pairs):
        raise _BadJson("an object has too many fields, or a field name is too long")
    result = dict(pairs)
    if len(result) < len(pairs):
        raise _BadJson("a field name is repeated")
    return result


def _refuse_constant(name: str) -> None:
    raise _BadJson(f"{name} is not a JSON number")


def read[Model: BaseModel](model: type[Model], given: object, context: object = None) -> Model:
    """Validates a request that Lambda has already parsed, because it was invoked directly. Raises BadRequest.

    `context` is passed to the model's validators.
    """
    try:
        return model.model_validate(given, context=context)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        raise invalid(field_error({**each, "loc": ("body", *each["loc"])}) for each in errors) from None


def invalid(errors: Iterable[FieldError]) -> BadRequest:
    """Returns a problem with the first error of each place, so that a repeated parameter is not also a wrong type."""
    by_place: dict[str, FieldError] = {}
    for each in errors:
        by_place.setdefault(each["parameter"] if "parameter" in each else each["pointer"], each)
    errors = list(by_place.values())
    return BadRequest("The request is not valid. Correct what errors lists and send it again.", errors=errors)


_SAID_BETTER = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request; remove it",
    "model_attributes_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "string_type": "must be a string",
    "string_unicode": NOT_UNICODE,
}


def field_error(error: Mapping[str, Any]) -> FieldError:
    """Converts an error of pydantic to a FieldError. `loc` starts with the place of the value, for example "body"."""
    place, *path = error["loc"]
    context = error.get("ctx") or {}
    match error["type"]:
        case "enum" | "literal_error":
            detail = f"must be one of {context['expected']}"
        case "string_too_short":
            detail = f"must have at least {context['min_length']} character(s), spaces around it not counted"
        case "string_too_long":
            detail = f"must have at most {context['max_length']} characters"
        case "value_error":
            detail = str(context["error"])
        case kind:
            detail = _SAID_BETTER.get(kind, error["msg"])
    if error["type"] == "missing" and not path:
        detail = "a JSON body is required"
    if place != "body":
        return FieldError(parameter=str(path[0]), detail=detail)
    return FieldError(pointer="#" + "".join(map(_step, path)), detail=detail)


_FRAGMENT = "!$&'()*+,;=:@?"
"""Characters that a URI fragment contains unescaped, besides letters, digits and `-._~` (RFC 3986)."""


def _step(name: object) -> str:
    """Returns a reference token of a JSON pointer in a URI fragment (RFC 6901, section 6): escaped, percent-encoded."""
    escaped = str(name).replace("~", "~0").replace("/", "~1")
    return "/" + quote(escaped, safe=_FRAGMENT, errors="surrogatepass")
