"""Functions that operators and the web app invoke directly: refusals are values, and a failing backend is counted."""

import json

import pytest

from shared.infra.errors import Unavailable
from shared.web.direct import direct
from shared.web.problems import NotFound


class Context:
    """What the handler reads of Lambda's context."""

    aws_request_id = "req-1"


def _unavailable(event: dict[str, object]) -> tuple[int, object]:
    raise Unavailable


def _not_found(event: dict[str, object]) -> tuple[int, object]:
    raise NotFound("There is no team with this id.")


def test_a_failing_backend_is_a_503_and_counted_for_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    answer = direct(_unavailable)({}, Context())
    assert (answer["statusCode"], answer["body"]["code"]) == (503, "service_unavailable")
    assert json.loads(capsys.readouterr().out)["OperatorCallFailed"] == [1.0]


def test_a_refusal_is_a_problem_document_and_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    answer = direct(_not_found)({}, Context())
    assert (answer["statusCode"], answer["body"]["request_id"]) == (404, "req-1")
    assert capsys.readouterr().out == ""
