"""The door of the console: where to sign in, and a session for who did (contract 16). No key is needed.

GET /console/api/sign-in says where the identity provider is. POST /console/api/session takes the code that the provider
gave the browser, exchanges it on the server, and returns the key of a session of one hour in one of the person's teams.

The address that the provider sent the browser to is this server's own, computed and never taken from a caller. Whatever
is wrong with a code or a token, the answer is one and the same 401; why is in the log.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from shared.domain.fields import Id
from shared.infra.deployment_secrets import pseudonyms
from shared.infra.identity_provider import Refused, identity_provider, sign_in_settings
from shared.infra.telemetry import count, logger
from shared.services.keys import KeyMaker
from shared.services.sign_in import SESSION, NobodysIdentity, NotYourTeam, start_session
from shared.services.usage_plans import usage_plans
from shared.store import Erased, preload, store
from shared.store.api_keys import NotAMember
from shared.web.base_url import base_url
from shared.web.keyless import keyless
from shared.web.problems import Forbidden, NotSignedIn
from shared.web.requests import RequestBody

preload("accounts", "api_keys")

SCOPE = "openid"


class Code(RequestBody):
    """What the browser has after a sign-in, and the team to open: the first by name unless given."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=2048)]
    code_verifier: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]
    nonce: Annotated[str, StringConstraints(min_length=16, max_length=128)]
    team_id: Id | None = None


def _where(_event: dict[str, Any], _body: None) -> tuple[int, Any]:
    settings = sign_in_settings()
    return 200, {
        "authorize_url": settings.authorize_url,
        "sign_out_url": settings.sign_out_url,
        "client_id": settings.client_id,
        "scope": SCOPE,
    }


def _start(event: dict[str, Any], given: Code) -> tuple[int, Any]:
    try:
        who = identity_provider().exchange(given.code, given.code_verifier, f"{base_url(event)}/console/", given.nonce)
    except Refused as refused:
        logger.info("sign-in refused", reason=str(refused))
        count("SignInRefused")
        raise NotSignedIn from None
    opened_by = f"{who.provider} {pseudonyms().identity(who.provider, who.subject)}"
    maker = KeyMaker(store(), pseudonyms(), usage_plans().ensure)
    try:
        session, made = start_session(maker, opened_by, given.team_id, datetime.now(UTC) + SESSION)
    except (NobodysIdentity, NotAMember, Erased):
        raise Forbidden(
            "You are signed in, but no team of Intelligence API names this account as a member's. "
            "Ask an administrator of your team to connect it."
        ) from None
    except NotYourTeam:
        raise Forbidden("This account does not open that team. Sign in without choosing one.") from None
    logger.info("session started", key_id=made.record.key_id, team_id=made.record.team_id)
    return 201, {"key": made.key, **session.document()}


handler = keyless({("GET", "/console/api/sign-in"): (None, _where), ("POST", "/console/api/session"): (Code, _start)})
