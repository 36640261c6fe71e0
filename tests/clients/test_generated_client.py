"""A client that openapi-python-client makes of the document (`make generated-client`) reads what the API returns."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.domain.plans import Scope
from tests.builders import an_event, an_id
from tests.e2e.conftest import RunningApi

GENERATED = Path(__file__).resolve().parents[2] / ".cache" / "generated"
pytestmark = pytest.mark.clients


@pytest.fixture
def generated(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package, and its client with the key of a Pro member."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(GENERATED)])
    package = importlib.import_module("intelligence_api_client")
    team, user = an_id("team"), an_id("user")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="A team", plan="pro"),
        an_event("MemberJoined", team_id=team, user_id=user),
    )
    key = api.make_key(team, user, Scope.READ)
    with package.AuthenticatedClient(base_url=str(api.http.base_url), token=key) as client:
        yield lambda path, **given: importlib.import_module(f"{package.__name__}.api.{path}").sync(
            client=client, **given
        )


def test_it_reads_reports_and_keys(generated: Any) -> None:
    assert generated("career_health.get_career_health").inbound_volume.total == 0
    assert generated("keys.whoami").plan == "pro"


def test_it_reads_every_problem(generated: Any) -> None:
    refused = generated("team_analytics.get_team_analytics")
    assert (type(refused).__name__, refused.code) == ("Problem", "plan_not_entitled")
    bad = generated("company_signals.get_company_signals", company=" ")
    assert (bad.code, bad.errors[0].parameter) == ("invalid_request", "company")
