"""A candidate's profile: what a job is compared with. Everything here is the candidate's own text, kept as it came.

The bounds count bytes as they are stored and sent: a profile stays well below the 400 KB of a DynamoDB item in any
script, and a prompt is never much longer than the profile that it shows.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.domain.fields import ByValue, StrictModel, Visible

MAX_PROFILE_BYTES = 250_000
MAX_STORIES = 200
MAX_SKILLS = 500

Text = Annotated[str, Field(max_length=50_000)]


class Story(StrictModel):
    """One CARL story: context, action, result, learning. `proof` marks a story the candidate has evidence for."""

    story_id: Annotated[str, Field(min_length=1, max_length=200), Visible]
    title: Annotated[str, Field(max_length=1_000)]
    context: Text = ""
    action: Text = ""
    result: Text = ""
    learning: Text = ""
    proof: bool = False


class Profile(StrictModel):
    """What a candidate says about themselves, at most MAX_PROFILE_BYTES of text in all (else ValidationError)."""

    headline: Text = ""
    summary: Text = ""
    skills: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=MAX_SKILLS), ByValue] = ()
    stories: Annotated[tuple[Story, ...], Field(max_length=MAX_STORIES), ByValue] = ()

    @model_validator(mode="after")
    def _fits_in_one_item(self) -> Self:
        size = sum(_bytes_as_kept(text) for text in self._texts())
        if size > MAX_PROFILE_BYTES:
            raise ValueError(
                f"the profile's text takes {size} bytes as JSON; at most {MAX_PROFILE_BYTES} can be kept; shorten it"
            )
        return self

    def _texts(self) -> Iterator[str]:
        yield self.headline
        yield self.summary
        yield from self.skills
        for story in self.stories:
            yield from (story.story_id, story.title, story.context, story.action, story.result, story.learning)


def _bytes_as_kept(text: str) -> int:
    """The bytes of a text as JSON, which escapes quotes and control characters, or of its form NFC if that is longer.

    Prompts are in form NFC, in which a few characters are several.
    """
    import unicodedata  # the export of a person's data does without

    if text.isascii():
        return len(json.dumps(text)) - len('""')
    forms = (text, unicodedata.normalize("NFC", text))
    return max(len(json.dumps(form, ensure_ascii=False).encode()) - len('""') for form in forms)
