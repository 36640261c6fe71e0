"""Events of the agent platform, as they come off the EventBridge bus (contract 11).

Unknown fields are ignored: the platform may add some. Anything else that does not fit is a `BadEvent`, whose reason
names every fault by its field, and never a value, since values may be personal.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from shared.domain.ats.signatures import Provider
from shared.domain.companies.normalize import CompanyName
from shared.domain.fields import ByValue, Id, Moment, StrictModel, Visible
from shared.domain.memberships import TIE_RANKS, Role
from shared.domain.messages import Action, Fit
from shared.domain.outcomes import Outcome
from shared.domain.plans import Plan
from shared.domain.profiles import Profile
from shared.domain.topics import distinct_topics, fold_topic
from shared.domain.visible import NOT_UNICODE

MAX_AHEAD = timedelta(minutes=15)
"""How far a time may be ahead of the receipt of its event: clocks differ, and one event from the future would outrank
all that follow.
"""


class BadEvent(ValueError):
    """An event that can never be applied. The message says why, for the readers of the dead-letter queue."""


def _number_as_text(value: object) -> object:
    """Ids of applications are numbers at some providers, and are compared as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else value


type Topic = Annotated[str, AfterValidator(fold_topic)]


class _Detail(StrictModel):
    occurred_at: Moment | None = None


class TeamUpdated(_Detail):
    """A team is new, or its name or plan changed."""

    team_id: Id
    name: Annotated[str, StringConstraints(max_length=10_000)]
    plan: Annotated[Plan, ByValue]


class SignIn(StrictModel):
    """The identity with which a member signs in to the console: an identity provider, and its name for the person."""

    provider: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]
    subject: Annotated[str, StringConstraints(min_length=1, max_length=256), Visible]


class MemberJoined(_Detail):
    """A user became a member of a team, or a member's role or sign-in changed."""

    team_id: Id
    user_id: Id
    role: Annotated[Role, ByValue] = Role.MEMBER
    sign_in: SignIn | None = None


class MemberLeft(_Detail):
    """A user is no longer a member of a team."""

    team_id: Id
    user_id: Id


class ProfileUpdated(Profile):
    """A candidate's profile, whole."""

    user_id: Id
    occurred_at: Moment | None = None


class MessageTriaged(_Detail):
    """A recruiter's message came in and the agent dealt with it; or a later correction of that."""

    message_id: Id
    user_id: Id
    team_id: Id
    received_at: Moment
    company: CompanyName
    fit: Annotated[Fit, ByValue]
    topics: Annotated[list[Topic], AfterValidator(distinct_topics)]
    action: Annotated[Action, ByValue]


class OutcomeVerified(_Detail):
    """An integration confirms the outcome of a thread."""

    message_id: Id
    outcome: Annotated[Outcome, ByValue]
    verified_at: Moment
    source: Annotated[str, StringConstraints(min_length=1, max_length=256), Visible]


class ThreadLinked(_Detail):
    """A thread is an application in the team's applicant tracking system; a later link moves it (contract 15)."""

    message_id: Id
    team_id: Id
    provider: Annotated[Provider, ByValue]
    application_id: Annotated[Id, BeforeValidator(_number_as_text)]


class CandidateErased(_Detail):
    """Everything held about this person is to go."""

    user_id: Id


type Detail = (
    TeamUpdated
    | MemberJoined
    | MemberLeft
    | ProfileUpdated
    | MessageTriaged
    | OutcomeVerified
    | ThreadLinked
    | CandidateErased
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
        ThreadLinked,
        CandidateErased,
    )
}


class Envelope(StrictModel):
    """What EventBridge puts around a detail."""

    id: Id
    source: Literal["intraview"]
    detail_type: Annotated[str, Field(alias="detail-type")]
    time: Moment
    detail: dict[str, Any]


class Event(BaseModel):
    """An event that can be applied. `time` is its own time: `occurred_at` if it has one, else the envelope's."""

    model_config = ConfigDict(frozen=True)

    id: str
    time: datetime
    detail: Detail

    @property
    def event_order(self) -> str:
        """The order of the event as text: its time, then for members what fails closed, then its id."""
        time = self.time.astimezone(UTC).isoformat(timespec="microseconds")
        match self.detail:
            case MemberJoined(role=role):
                return f"{time} {TIE_RANKS[role]} {self.id}"
            case MemberLeft():
                return f"{time} {TIE_RANKS[None]} {self.id}"
        return f"{time} {self.id}"


def read_event(raw: object, received: datetime | None = None) -> Event:
    """Reads one event. Raises BadEvent with every fault named, a time too far ahead of the receipt included.

    Without `received` times are compared with nothing: that is for events of our own making.
    """
    envelope = _validated(Envelope, raw, "")
    kind = _DETAILS.get(envelope.detail_type)
    if kind is None:
        raise BadEvent(f"unknown detail-type; known are {', '.join(_DETAILS)}")
    detail = _validated(kind, envelope.detail, "detail.")
    if received and kind is not CandidateErased:  # an erasure has the last word, whatever its time
        latest = received + MAX_AHEAD
        ahead = [*_later(envelope, latest, ""), *_later(detail, latest, "detail.")]
        if ahead:
            raise BadEvent("; ".join(f"{field}: is more than 15 minutes ahead of the receipt" for field in ahead))
    return Event.model_construct(id=envelope.id, time=detail.occurred_at or envelope.time, detail=detail)


def _later(model: BaseModel, latest: datetime, prefix: str) -> Iterator[str]:
    """The fields that hold a later time."""
    for name, value in model:
        if isinstance(value, datetime) and value > latest:
            yield prefix + name


def _validated[Model: BaseModel](model: type[Model], raw: object, prefix: str) -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [f"{prefix}{'.'.join(map(str, fault['loc'])) or 'event'}: {_words(fault)}" for fault in error.errors()]
        raise BadEvent("; ".join(faults)) from None


def _words(fault: Mapping[str, Any]) -> str:
    match fault["type"]:
        case "value_error":
            return str(fault["ctx"]["error"])
        case "string_unicode":
            return NOT_UNICODE
    return str(fault["msg"])
