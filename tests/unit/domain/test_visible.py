"""What a reader cannot see is no text, in every field that names something."""

import unicodedata
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from functions import export_person, manage_integrations, manage_keys, manage_teams, manage_webhooks
from functions.record_outcome import RecordOutcome
from shared.domain.events import BadEvent, MessageTriaged, read_event
from shared.domain.topics import fold_topic
from shared.domain.visible import is_unicode, is_visible, without_hidden
from tests.builders import STORY, a_message_triaged, an_event

UNSEEN = [
    " ", "\u00a0", "\u2003", "\u3000", "\t\n", "\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d", "\u200e\u202e",
    "\u3164", "\u2800", "\u115f\u1160", "\u034f", "\ufe0f", "\u180b", "\U000e0041", "\U000e0100", "\x00\x1f\x7f",
    "\u0301", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("text", ["", *UNSEEN, "".join(UNSEEN)])
def test_blanks_controls_and_zero_width_characters_show_nothing(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize(
    "text", ["a", "\u200bx\u00ad", "é", "e\u0301", "?", "नमस्ते", "ຂ້ອຍ", "\U0001f469\u200d\U0001f4bb", "\u0600"]
)
def test_letters_marks_on_letters_and_symbols_show_something(text: str) -> None:
    assert is_visible(text)


def test_hidden_characters_leave_and_joiners_stay() -> None:
    assert without_hidden("a\x00b\tc\x7f") == "ab\tc"
    assert without_hidden("re\u00admote\u200b pol\u2060icy\u200f") == "remote policy"
    assert without_hidden("می\u200cخواهم \U0001f469\u200d\U0001f4bb") == "می\u200cخواهم \U0001f469\u200d\U0001f4bb"


def an_outcome_verified(source: str) -> dict[str, Any]:
    return an_event(
        "OutcomeVerified", message_id="m", outcome="offered", verified_at="2026-01-01T00:00:00Z", source=source
    )


NAMES: dict[str, Callable[[str], dict[str, Any]]] = {
    "detail.company": lambda text: a_message_triaged(company=text),
    "detail.topics.0": lambda text: a_message_triaged(topics=[text]),
    "detail.source": an_outcome_verified,
    "detail.stories.0.story_id": lambda text: an_event(
        "ProfileUpdated", user_id="u", stories=[STORY | {"story_id": text}]
    ),
}


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize("field", NAMES)
def test_a_name_that_shows_nothing_is_a_bad_event(field: str, text: str) -> None:
    with pytest.raises(BadEvent, match=field.replace(".", r"\.")):
        read_event(NAMES[field](text))


@pytest.mark.parametrize("text", UNSEEN)
def test_a_key_s_name_shows_something_and_notes_that_do_not_are_none(text: str) -> None:
    with pytest.raises(ValidationError):
        manage_keys.Create.model_validate({"action": "create", "team_id": "t", "user_id": "u", "name": text})
    assert RecordOutcome.model_validate({"outcome": "offered", "notes": text}).notes == ""
    assert RecordOutcome.model_validate({"outcome": "offered", "notes": f"{text}hm"}).notes == f"{text}hm"


def test_topics_that_differ_in_hidden_characters_are_one() -> None:
    event = read_event(
        a_message_triaged(topics=["remote policy", "re\u00admote\u200b_policy", "\u202eremote-policy\u202c"])
    )
    assert isinstance(event.detail, MessageTriaged)
    assert event.detail.topics == ["remote_policy"]
    assert unicodedata.is_normalized("NFKC", fold_topic("e\u200b\u0301"))


EVENTS = [
    a_message_triaged(),
    an_event("TeamUpdated", team_id="t", name="Acme", plan="pro"),
    an_event("MemberJoined", team_id="t", user_id="u", role="admin"),
    an_event("ProfileUpdated", user_id="u", headline="h", summary="s", skills=["a"], stories=[STORY]),
    an_outcome_verified("greenhouse"),
    an_event("ThreadLinked", message_id="m", team_id="t", provider="ashby", application_id="7"),
    an_event("CandidateErased", user_id="u", occurred_at="2026-01-01T00:00:00Z"),
]


def with_each_text(value: Any, text: str) -> Iterator[Any]:
    """The same value once for each text in it, with that text replaced."""
    match value:
        case str():
            yield text
        case dict():
            for name, inner in value.items():
                yield from ({**value, name: changed} for changed in with_each_text(inner, text))
        case list():
            for n, inner in enumerate(value):
                yield from ([*value[:n], changed, *value[n + 1 :]] for changed in with_each_text(inner, text))


HALVES = ["\ud800", "x\udfff"]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["detail-type"])
def test_half_a_surrogate_pair_is_refused_in_plain_words_in_every_field_of_an_event(
    event: dict[str, Any], half: str
) -> None:
    broken = list(with_each_text(event, half))
    assert len(broken) > 4
    for each in broken:
        with pytest.raises(BadEvent) as refused:
            read_event(each)
        assert str(refused.value).isascii()
        assert "codec" not in str(refused.value)
        assert "raw data" not in str(refused.value)


OF_TEAM = {"action": "create", "team_id": "t"}
REQUESTS: dict[Any, dict[str, Any]] = {
    export_person: {"user_id": "u", "after": "m"},
    manage_keys: OF_TEAM | {"user_id": "u", "name": "n", "scopes": ["read"], "expires_at": "2062-01-01T00:00:00Z"},
    manage_teams: {"action": "suspend", "team_id": "t"},
    manage_webhooks: OF_TEAM | {"url": "https://example.com/", "events": ["message.received"]},
    manage_integrations: OF_TEAM | {"provider": "ashby", "secret": "s"},
}


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("function", REQUESTS, ids=lambda function: function.__name__)
def test_half_a_surrogate_pair_is_refused_in_plain_words_in_every_field_of_a_request(function: Any, half: str) -> None:
    for each in with_each_text(REQUESTS[function], half):
        answer = function.handler(each, SimpleNamespace(aws_request_id="req-1"))
        assert answer["statusCode"] == 400, each
        said = " ".join(fault["detail"] for fault in answer["body"]["errors"])
        assert said.isascii()
        assert "codec" not in said


def test_notes_of_half_a_surrogate_pair_are_refused() -> None:
    model: type[BaseModel] = RecordOutcome
    with pytest.raises(ValidationError, match="string_unicode"):
        model.model_validate({"outcome": "offered", "notes": "\ud800"})
    assert not is_unicode("\ud800")
    assert is_unicode("\U0001f600")
