"""What an operator runs, through the functions themselves: export and renormalization, as `make` calls them."""

import re
from urllib.parse import urlsplit

import pytest

from local.jobs import export, main, renormalize, runner
from shared.domain.companies.normalize import NORMALIZER_VERSION
from tests.builders import a_message_triaged, an_event, an_id
from tests.e2e.conftest import RunningApi


@pytest.fixture
def environ(base_url: str) -> dict[str, str]:
    """What says where the local stack is."""
    return {"PORT": str(urlsplit(base_url).port)}


def test_an_operator_exports_everything_about_a_person(api: RunningApi, environ: dict[str, str]) -> None:
    user, team = an_id("user"), an_id("team")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="Acme", plan="pro"),
        an_event("MemberJoined", team_id=team, user_id=user),
        an_event("ProfileUpdated", user_id=user, headline="Product manager"),
        *(a_message_triaged(user_id=user, team_id=team, message_id=f"{user}-{n}") for n in range(3)),
    )
    key = api.make_key(team, user)
    document = export(runner("export-person", environ), user)
    assert document["profile"]["headline"] == "Product manager"
    assert [message["message_id"] for message in document["messages"]] == [f"{user}-{n}" for n in range(3)]
    assert [held["team_id"] for held in document["keys"]] == [team]
    assert key not in str(document)


def test_an_export_without_a_person_is_refused_with_what_is_wrong(api: RunningApi) -> None:
    answer = api.http.post("/_local/jobs/export-person", json={"user": "user_1"}).json()
    assert answer["statusCode"] == 400
    assert {fault["pointer"] for fault in answer["body"]["errors"]} == {"#/user_id", "#/user"}


@pytest.mark.usefixtures("api")
def test_an_operator_renormalizes_companies_and_sees_how_far_it_is(environ: dict[str, str]) -> None:
    lines: list[str] = []
    renormalize(runner("renormalize-companies", environ), lines.append)
    assert lines[0].startswith(f"normaliser {NORMALIZER_VERSION}: ")
    assert lines[-1] == "done: companies are released again"


@pytest.mark.usefixtures("api")
def test_the_job_of_large_companies_can_be_run_on_the_local_stack(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["release-large-companies"], environ) == 0
    assert re.fullmatch(r"\d+ evaluated, \d+ released, \d+ remaining\n", capsys.readouterr().out)


def test_a_job_that_does_not_exist_is_not_found_and_one_without_an_object_refused(api: RunningApi) -> None:
    assert api.http.post("/_local/jobs/no-such-job", json={}).status_code == 404
    assert api.http.post("/_local/jobs/verify-tallies", json=[]).status_code == 400


def test_a_command_that_does_not_exist_says_which_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exprot"], {}) == 2
    assert "export USER" in capsys.readouterr().err


def test_a_stack_that_does_not_run_is_named(api: RunningApi) -> None:
    with pytest.raises(SystemExit, match="make serve"):
        export(runner("export-person", {"PORT": "1"}), "user_1")


def test_nine_candidates_are_answered_like_nobody_byte_for_byte(api: RunningApi) -> None:
    team, company = an_id("team"), an_id("company")
    api.publish(
        an_event("TeamUpdated", team_id=team, name="Acme", plan="team"),
        *(a_message_triaged(user_id=an_id("user"), team_id=team, company=company) for _ in range(9)),
    )
    key = api.make_key(team, an_id("user"))
    nine, nobody = (
        api.call(key, "GET", "/api/agent/company-signals", params={"company": name})
        for name in (company, an_id("none"))
    )
    varying = {"x-request-id", "date"}
    assert nine.content == nobody.content == b'{"signals":null}'
    assert nine.status_code == nobody.status_code == 200
    assert [h for h in nine.headers.items() if h[0] not in varying] == [
        h for h in nobody.headers.items() if h[0] not in varying
    ]
