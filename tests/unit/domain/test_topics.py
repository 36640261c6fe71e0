"""Topics are folded, and their number and length bounded (contract 11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.events import BadEvent, MessageTriaged, read_event
from shared.domain.topics import MAX_TOPIC_BYTES, MAX_TOPICS, fold_topic
from tests.builders import a_message_triaged


@pytest.mark.parametrize(
    "spelling",
    [
        "remote_policy",
        "Remote-Policy",
        " remote   policy ",
        "REMOTE - POLICY",
        "\uff32emote\u2011policy",
        "-remote policy-",
    ],
)
def test_spellings_of_a_topic_are_one(spelling: str) -> None:
    assert fold_topic(spelling) == "remote_policy"


@given(st.text(max_size=80))
def test_folding_is_idempotent_and_bounded(text: str) -> None:
    try:
        topic = fold_topic(text)
    except ValueError:
        return
    assert 1 <= len(topic.encode()) <= MAX_TOPIC_BYTES
    assert fold_topic(topic) == topic


@pytest.mark.parametrize(
    "topics", [["-"], [" "], [""], ["x" * 65], ["\ufdfa" * 4], [f"t{n}" for n in range(MAX_TOPICS + 1)]]
)
def test_a_topic_too_many_too_long_or_empty_makes_a_bad_event(topics: list[str]) -> None:
    with pytest.raises(BadEvent, match=r"detail\.topics"):
        read_event(a_message_triaged(topics=topics))


def test_spellings_of_one_topic_count_once_towards_the_limit() -> None:
    event = read_event(a_message_triaged(topics=["Team-Size", "team size"] * MAX_TOPICS))
    assert isinstance(event.detail, MessageTriaged)
    assert event.detail.topics == ["team_size"]
