"""The shape and the bounds of a profile (contract 11)."""

import pytest
from pydantic import ValidationError

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
