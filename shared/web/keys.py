"""API keys in requests of operators and the console: fields, documents and problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from shared.domain.fields import ByValue, Moment, Visible
from shared.domain.keys import KeyRecord
from shared.domain.periods import timestamp
from shared.domain.plans import Scope
from shared.infra.telemetry import logger
from shared.services import keys
from shared.services.keys import NewKey
from shared.store import Erased
from shared.store.api_keys import NotAMember
from shared.web.problems import AlreadyRotated, BadRequest, NotFound, Problem, Revoked


def _future(moment: datetime) -> datetime:
    if moment <= datetime.now(UTC):
        raise ValueError("must be in the future")
    return moment


type End = Annotated[Moment, AfterValidator(_future)]
type Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Visible]
type Scopes = Annotated[list[Annotated[Scope, ByValue]], Field(min_length=1)]
type OverlapHours = Annotated[int, Field(ge=0, le=24 * 30)]

_PROBLEMS: dict[type[Exception], Problem] = {
    keys.UnknownTeam: NotFound("There is no team with this id. A team exists once its TeamUpdated has been applied."),
    keys.UnknownKey: NotFound("This team has no key with this id. List the team's keys to see them."),
    NotAMember: NotFound("This user is not a member of the team. Keys are made for its members only."),
    Erased: NotFound("This user has been erased."),
    keys.AlreadyRotated: AlreadyRotated("This key has a successor. Rotate that one, or create a new key."),
    keys.Revoked: Revoked("This key has been revoked, so it cannot be rotated. Create a new key."),
    keys.Ended: BadRequest("This key has ended, so it cannot be rotated. Create a new key."),
}


@contextmanager
def key_problems() -> Iterator[None]:
    """Converts the exceptions of key creation, rotation and revocation to problems."""
    try:
        yield
    except tuple(_PROBLEMS) as error:
        raise _PROBLEMS[type(error)] from None


def shown_once(made: NewKey) -> dict[str, Any]:
    """Returns a new key with its record. The plaintext key is returned only once."""
    logger.info("key created", key_id=made.record.key_id, team_id=made.record.team_id)
    return {**key_document(made.record), "key": made.key}


def successor(made: NewKey, replaced: str, ends: datetime) -> dict[str, Any]:
    """Returns a key's successor and the time at which the replaced key ends."""
    return shown_once(made) | {"replaces": replaced, "old_key_expires_at": timestamp(ends)}


def key_document(record: KeyRecord) -> dict[str, Any]:
    """Returns the public fields of a key record."""
    return {
        "key_id": record.key_id,
        "team_id": record.team_id,
        "user_id": record.user_id,
        "name": record.name,
        "scopes": sorted(record.scopes),
        "created_at": timestamp(record.created_at),
        "expires_at": timestamp(record.expires_at) if record.expires_at else None,
        "revoked_at": timestamp(record.revoked_at) if record.revoked_at else None,
        "replaced_by": record.rotated_to,
        "last_used_on": record.last_used_on,
    }
