"""From a JSON document to the dataclasses of `models`, by their annotations."""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


class UnexpectedDocument(ValueError):
    """The document lacks a field or has a value of another type."""


def decode(cls: type[T], document: object) -> T:
    """An instance of a dataclass. Raises UnexpectedDocument and names the place."""
    return cast("T", _decode(cls, document, "the document"))


def _decode(wanted: Any, value: Any, place: str) -> Any:
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if is_dataclass(wanted):
        return _decode_object(wanted, value, place)
    if origin is list:
        if not isinstance(value, list):
            raise UnexpectedDocument(f"{place} is not a list")
        return [_decode(arguments[0], item, f"{place}[{index}]") for index, item in enumerate(value)]
    if origin in (typing.Union, types.UnionType):
        [present] = [argument for argument in arguments if argument is not type(None)]
        return None if value is None else _decode(present, value, place)
    if wanted is datetime:
        return _decode_time(value, place)
    plain = str if origin is typing.Literal else wanted  # a value that a newer API adds is no error
    accepted = (int, float) if plain is float else plain
    if not isinstance(value, accepted) or (isinstance(value, bool) and plain is not bool):
        raise UnexpectedDocument(f"{place} is not of type {plain.__name__}")
    return float(value) if plain is float else value


def _decode_object(cls: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise UnexpectedDocument(f"{place} is not an object")
    hints, given = _hints(cls), {}
    for each in fields(cls):
        if each.name == "meta":
            continue
        if each.name in value:
            given[each.name] = _decode(hints[each.name], value[each.name], f"{place}.{each.name}")
        elif each.default is MISSING:
            raise UnexpectedDocument(f"{place}.{each.name} is missing")
    return cls(**given)


def _decode_time(value: Any, place: str) -> datetime:
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00"))  # Python 3.10 does not read Z
    except (AttributeError, ValueError):
        raise UnexpectedDocument(f"{place} is not a time") from None


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls)
