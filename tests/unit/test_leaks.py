"""The search of a whole run's logs finds what must not be there."""

import secrets
import string

import pytest

from shared.domain.keys import make_key
from tests import leaks
from tests.builders import an_event, an_id


def a_word() -> str:
    """Without digits, which the search holds to be all alike."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(8))


def test_a_key_is_found_wherever_it_stands_and_a_look_alike_is_not() -> None:
    key = make_key(secrets.choice)
    line = f'{{"message": "denied {key}"}}'
    assert leaks.found_in([f"first\n{line}\nlast"]) == [line]
    assert leaks.found_in([key[:-1] + ("0" if key[-1] != "0" else "1")]) == []


@pytest.mark.parametrize("kind", ["ProfileUpdated", "CandidateErased"])
def test_what_an_event_says_of_a_person_is_found(kind: str) -> None:
    user, text = f"Zoe Quill {a_word()}", f"Xylographer {a_word()}"
    an_event(kind, user_id=user, stories=[{"title": text, "proof": True}])
    assert len(leaks.found_in([f"of {user}"])) == 1
    assert len(leaks.found_in([f"a trace\nValueError: {text} is too long"])) == 1


def test_ids_of_teams_and_threads_and_words_of_the_api_are_nobodys() -> None:
    team, message = an_id("team"), an_id("msg")
    an_event("MessageTriaged", team_id=team, message_id=message, fit="strong_fit", action="auto_replied")
    assert leaks.found_in([f"{team} {message} strong_fit auto_replied"]) == []
