"""Identity providers of teams: added, listed and removed, also when the user pool refuses or fails (contract 16)."""

from typing import Any

import pytest

from functions.manage_sign_in import manage
from shared.domain.plans import Plan
from shared.infra.errors import Unavailable
from shared.infra.user_pool import BadProvider, UserPool
from shared.store import Store
from shared.web.problems import BadRequest, Forbidden, NotFound, PlanNotEntitled
from tests.builders import an_id

OIDC = {"issuer": "https://login.example", "client_id": "c", "client_secret": "s"}


class Pool(UserPool):
    """A user pool in memory, which may be told to fail."""

    def __init__(self, fails_with: Exception | None = None) -> None:
        self.kept: dict[str, tuple[str, dict[str, str]]] = {}
        self.fails_with = fails_with

    def providers(self) -> list[str]:
        return sorted(self.kept)

    def put(self, name: str, kind: str, details: Any) -> None:
        if self.fails_with:
            raise self.fails_with
        self.kept[name] = (kind, details)

    def remove(self, name: str) -> None:
        if self.fails_with:
            raise self.fails_with
        self.kept.pop(name, None)


@pytest.fixture
def team(store: Store) -> str:
    return a_team(store, Plan.ENTERPRISE)


@pytest.fixture
def name() -> str:
    return an_id("Login")


def a_team(store: Store, plan: Plan) -> str:
    team = an_id("team")
    store.accounts.put_team(team, "A team", plan, "2026")
    return team


def ask(store: Store, pool: Pool, action: str, **request: Any) -> tuple[int, Any]:
    return manage({"action": action, **request}, store.accounts, pool)


def test_a_provider_is_added_listed_replaced_and_removed(store: Store, team: str, name: str) -> None:
    pool, provider = Pool(), {"team_id": team, "provider": name}
    assert ask(store, pool, "add", **provider, oidc=OIDC) == (201, provider)
    assert ask(store, pool, "list") == (200, {"providers": [provider]})
    saml = {"metadata_url": "https://login.example/metadata"}
    assert ask(store, pool, "add", **provider, saml=saml) == (201, provider)
    assert pool.kept[name] == ("SAML", {"MetadataURL": "https://login.example/metadata"})
    assert ask(store, pool, "remove", provider=name) == (204, None)
    assert (pool.kept, store.accounts.provider_team(name)) == ({}, None)
    assert ask(store, pool, "remove", provider=name) == (204, None), "it may be repeated"


@pytest.mark.parametrize("plan", [Plan.PRO, Plan.TEAM])
def test_a_provider_needs_the_enterprise_plan(store: Store, name: str, plan: Plan) -> None:
    with pytest.raises(PlanNotEntitled):
        ask(store, Pool(), "add", team_id=a_team(store, plan), provider=name, oidc=OIDC)
    assert store.accounts.provider_team(name) is None


def test_an_unknown_team_has_no_provider(store: Store, name: str) -> None:
    with pytest.raises(NotFound):
        ask(store, Pool(), "add", team_id=an_id("team"), provider=name, oidc=OIDC)


@pytest.mark.parametrize("reserved", ["Cognito", "COGNITO", "Google", "SignInWithApple"])
def test_a_name_that_means_something_else_is_taken(store: Store, team: str, reserved: str) -> None:
    with pytest.raises(Forbidden):
        ask(store, Pool(), "add", team_id=team, provider=reserved, oidc=OIDC)


def test_a_name_of_another_team_is_taken(store: Store, team: str, name: str) -> None:
    pool = Pool()
    ask(store, pool, "add", team_id=team, provider=name, oidc=OIDC)
    with pytest.raises(Forbidden):
        ask(store, pool, "add", team_id=a_team(store, Plan.ENTERPRISE), provider=name, oidc=OIDC)
    assert store.accounts.provider_team(name) == team


def test_a_provider_that_the_pool_refuses_leaves_no_registration(store: Store, team: str, name: str) -> None:
    with pytest.raises(BadRequest, match="the metadata cannot be read"):
        ask(store, Pool(BadProvider("the metadata cannot be read")), "add", team_id=team, provider=name, oidc=OIDC)
    assert store.accounts.provider_team(name) is None


def test_settings_that_the_pool_refuses_leave_the_provider_as_it_was(store: Store, team: str, name: str) -> None:
    pool = Pool()
    ask(store, pool, "add", team_id=team, provider=name, oidc=OIDC)
    pool.fails_with = BadProvider("no")
    with pytest.raises(BadRequest):
        ask(store, pool, "add", team_id=team, provider=name, oidc=OIDC)
    assert store.accounts.provider_team(name) == team


def test_a_removal_that_the_pool_does_not_complete_lets_nobody_in_and_may_be_repeated(
    store: Store, team: str, name: str
) -> None:
    pool = Pool()
    ask(store, pool, "add", team_id=team, provider=name, oidc=OIDC)
    pool.fails_with = Unavailable()
    with pytest.raises(Unavailable):
        ask(store, pool, "remove", provider=name)
    assert store.accounts.provider_team(name) is None
    pool.fails_with = None
    assert ask(store, pool, "remove", provider=name) == (204, None)
    assert pool.kept == {}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"oidc": OIDC, "saml": {"metadata": "<xml/>"}},
        {"saml": {}},
        {"saml": {"metadata_url": "http://login.example"}},
        {"oidc": OIDC | {"issuer": "login.example"}},
        {"oidc": OIDC, "provider": "a b"},
    ],
    ids=["neither", "both", "saml without metadata", "http", "no address", "a bad name"],
)
def test_a_request_that_is_not_whole_is_refused(store: Store, team: str, name: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        ask(store, Pool(), "add", **{"team_id": team, "provider": name, **given})
