"""The shape and the bounds of a profile (contract 11)."""

import json

import pytest
from pydantic import ValidationError

from shared.domain.job_fit.prompt import build_prompt, sources_of
from shared.domain.profiles import MAX_PROFILE_BYTES, Profile
from tests.unit.domain.job_fit_builders import a_story


def test_a_profile_may_say_next_to_nothing() -> None:
    assert Profile() == Profile(headline="", summary="", skills=(), stories=())


def test_unknown_fields_are_ignored() -> None:
    assert Profile.model_validate({"headline": "PM", "photo": "x"}) == Profile(headline="PM")


def test_a_profile_survives_being_kept_as_json() -> None:
    profile = Profile(headline="PM", skills=("SQL",), stories=(a_story(proof=True),))
    assert Profile.model_validate(profile.model_dump(mode="json")) == profile


@pytest.mark.parametrize("letter", ["x", "é", "数", "😀"])
def test_the_bound_counts_bytes_so_that_it_holds_in_every_script(letter: str) -> None:
    room = MAX_PROFILE_BYTES // len(letter.encode())
    texts = [letter * min(40_000, room - start) for start in range(0, room, 40_000)]
    stories = [{"story_id": "s", "title": "", "context": text} for text in texts]
    with pytest.raises(ValidationError, match="at most 250000"):
        Profile.model_validate({"stories": stories})
    assert Profile.model_validate({"stories": stories[:-1]})


@pytest.mark.parametrize("character", ['"', "\n", "\x00", "\\", "\U0001d160", "\ufdfa", "&"])
def test_a_profile_within_the_bound_is_as_short_when_it_is_stored_and_sent(character: str) -> None:
    room, stories = MAX_PROFILE_BYTES - 100, []
    while room > 0:
        text = character * min(40_000, max(1, room // 12))
        stories.append({"story_id": "s", "title": "", "context": text})
        room -= 12 * len(text)
    profile = Profile.model_validate({"stories": stories[:190]})
    stored = json.dumps(profile.model_dump(mode="json"), ensure_ascii=False)
    sent = build_prompt(sources_of(profile), "A job", nonce="c0ffee").system[1]
    assert max(len(stored.encode()), len(sent.encode())) < 1.2 * MAX_PROFILE_BYTES


@pytest.mark.parametrize(
    ("character", "kept"), [('"', 125_000), ("\n", 125_000), ("\x00", 41_666), ("\U0001d160", 20_833)]
)
def test_the_bound_counts_bytes_as_they_are_stored_and_sent(character: str, kept: int) -> None:
    def stories(count: int) -> list[dict[str, str]]:
        texts = [character * min(40_000, count - start) for start in range(0, count, 40_000)]
        return [{"story_id": "s", "title": "", "context": text} for text in texts]

    assert Profile.model_validate({"stories": stories(kept - 10)})
    with pytest.raises(ValidationError, match="at most 250000"):
        Profile.model_validate({"stories": stories(kept + 1)})


@pytest.mark.parametrize(
    "profile",
    [
        {"skills": "SQL"},
        {"skills": ["x" * 201]},
        {"stories": [{"story_id": "", "title": "t"}]},
        {"stories": [{"title": "t"}]},
        {"stories": [{"story_id": "s"}]},
        {"stories": [{"story_id": "s", "title": "t", "proof": "yes"}]},
        {"headline": None},
        {"summary": "\ud800"},
    ],
)
def test_what_is_no_profile_is_refused(profile: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate(profile)
