"""Events of the agent platform, as they come off the EventBridge bus (contract 11).

Unknown fields are ignored: the platform may add some. Anything else that does not fit is a `BadEvent`, whose reason
names every fault by its field, and never a value, since values may be personal.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.domain.companies.normalize import CompanyName
from shared.domain.ids import MAX_ID_LENGTH
from shared.domain.messages import Action, Fit, Stamp
from shared.domain.outcomes import Outcome
from shared.domain.plans import Plan
from shared.domain.profiles import Profile


class BadEvent(ValueError):
    """An event that can never be applied. The message says why, for whoever reads the dead-letter queue."""


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 timestamp")  # noqa: TRY004 - pydantic turns ValueError into a named fault
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the years 1 to 9999 in UTC") from None


type Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH)]
type Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_in_utc)]
type Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class _Detail(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TeamUpdated(_Detail):
    """A team is new, or its name or plan changed."""

    team_id: Id
    name: Annotated[str, StringConstraints(max_length=10_000)]
    plan: Plan


class MemberJoined(_Detail):
    """A user became a member of a team."""

    team_id: Id
    user_id: Id


class MemberLeft(MemberJoined):
    """A user is no longer a member of a team."""


class ProfileUpdated(Profile):
    """A candidate's profile, whole."""

    user_id: Id


class MessageTriaged(_Detail):
    """A recruiter's message came in and the agent dealt with it; or a correction of that, by its envelope's later
    time.
    """

    message_id: Id
    user_id: Id
    team_id: Id
    received_at: Moment
    company: CompanyName
    fit: Fit
    topics: Annotated[list[Topic], Field(max_length=50)]
    action: Action


class OutcomeVerified(_Detail):
    """An integration confirms the outcome of a thread."""

    message_id: Id
    outcome: Outcome
    verified_at: Moment
    source: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class CandidateErased(_Detail):
    """Everything held about this person is to go."""

    user_id: Id


type Detail = (
    TeamUpdated | MemberJoined | MemberLeft | ProfileUpdated | MessageTriaged | OutcomeVerified | CandidateErased
)

_DETAILS: dict[str, type[Detail]] = {
    detail.__name__: detail
    for detail in (
        TeamUpdated,
        MemberJoined,
        MemberLeft,
        ProfileUpdated,
        MessageTriaged,
        OutcomeVerified,
        CandidateErased,
    )
}


class Envelope(BaseModel):
    """What EventBridge puts around a detail."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    source: Literal["intraview"]
    detail_type: Annotated[str, Field(alias="detail-type")]
    time: Moment
    detail: dict[str, Any]


class Event(BaseModel):
    """An event that can be applied."""

    model_config = ConfigDict(frozen=True)

    id: str
    time: datetime
    detail: Detail

    @property
    def stamp(self) -> str:
        """What decides which of two events is the later one."""
        return str(Stamp(self.time, self.id))


def read_event(raw: object) -> Event:
    """Reads one event. Raises BadEvent with every fault named."""
    envelope = _validated(Envelope, raw, "")
    kind = _DETAILS.get(envelope.detail_type)
    if kind is None:
        raise BadEvent(f"unknown detail-type; known are {', '.join(_DETAILS)}")
    detail = _validated(kind, envelope.detail, "detail.")
    return Event.model_construct(id=envelope.id, time=envelope.time, detail=detail)


def _validated[Model: BaseModel](model: type[Model], raw: object, prefix: str) -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [f"{prefix}{'.'.join(map(str, fault['loc'])) or 'event'}: {fault['msg']}" for fault in error.errors()]
        raise BadEvent("; ".join(faults)) from None
