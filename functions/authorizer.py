"""The TOKEN authorizer: from an API key to the caller, the team's usage plan, and a verdict that API Gateway keeps for
a minute.

Fails closed: without a verdict from the database nobody gets in, and the caller reads 503 rather than 401
(template.yaml maps AUTHORIZER_FAILURE). Whatever is wrong with a key, the answer is one and the same 401 (contract 2).
The day of a key's last use fails open: if it cannot be stored, the caller gets in and a metric counts it.
"""

import threading
import time
from datetime import UTC, datetime
from typing import Any

from shared.domain.identities import POOL
from shared.domain.keys import (
    MALFORMED,
    Allowed,
    Denied,
    KeyRecord,
    check_record,
    check_team,
    hash_key,
    key_id_of,
    key_in_header,
    session_parts,
    usage_key,
)
from shared.infra.errors import Unavailable
from shared.infra.telemetry import count, logger
from shared.store import Store, preload, store

preload("accounts", "api_keys")

REFUSED_AFTER = 0.02
"""Seconds after which a key that was looked for is refused. Otherwise the time that it takes to read what there is of a
key would tell one that was revoked from one that never was (`make key-timing`).
"""

NOTED_WITHIN = 1.0
"""Seconds that noting the use of a key may keep its caller waiting."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers API Gateway with an IAM policy and the caller's context, or raises the exception that makes it a 401."""
    started = time.monotonic()
    verdict = check(store(), event["authorizationToken"], datetime.now(UTC))
    if isinstance(verdict, Denied):
        count("KeyDenied", reason=verdict.reason)
        if verdict.reason != MALFORMED:
            time.sleep(max(0.0, started + REFUSED_AFTER - time.monotonic()))
        raise Exception("Unauthorized")  # noqa: TRY002, TRY004 - exactly this makes API Gateway answer 401
    return {
        "principalId": verdict.key.key_id,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": _whole_stage(event["methodArn"])}
            ],
        },
        "usageIdentifierKey": usage_key(_api_id(event["methodArn"]), verdict.team.team_id, verdict.team.plan),
        "context": verdict.context(),
    }


def check(store: Store, authorization: str, now: datetime) -> Allowed | Denied:
    """Returns the verdict on an Authorization header and stores the use of a valid key. Raises Unavailable."""
    key = key_in_header(authorization)
    if key is None:
        return Denied(MALFORMED)
    record = check_record(store.api_keys.get(key_id_of(key)), hash_key(key), now)
    if isinstance(record, Denied):
        return record
    provider, _ = session_parts(record.session)
    asked = "" if provider == POOL else provider
    verdict = check_team(record, *store.accounts.key_context(record.team_id, record.user_id, asked))
    today = f"{now:%Y-%m-%d}"
    if isinstance(verdict, Allowed) and verdict.key.last_used_on != today:
        _note_use(store, verdict.key, today)
    return verdict


def _note_use(store: Store, key: KeyRecord, day: str) -> None:
    """In a thread, which is left behind if the database hangs: the SDK would try for longer than API Gateway waits."""
    noted = threading.Event()

    def note() -> None:
        try:
            store.api_keys.note_use(key, day)
            noted.set()
        except Unavailable:
            return
        except Exception as error:  # noqa: BLE001 - a bug here must lock nobody out, nor go unseen
            logger.error("the use of a key cannot be noted", key_id=key.key_id, error=type(error).__name__)

    thread = threading.Thread(target=note, daemon=True)
    thread.start()
    thread.join(NOTED_WITHIN)
    if not noted.is_set():
        count("KeyUseNotNoted")  # and the next request tries again


def _api_id(method_arn: str) -> str:
    """The id of the API that asks, from `arn:…:API/STAGE/METHOD/path`."""
    return method_arn.split("/", 1)[0].rpartition(":")[2]


def _whole_stage(method_arn: str) -> str:
    """`arn:…:API/STAGE/*/*`: the verdict is cached for the key, so it must hold for every route."""
    api, stage = method_arn.split("/")[:2]
    return f"{api}/{stage}/*/*"
