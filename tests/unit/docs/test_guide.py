"""The guide for integrators: current, and complete."""

import json
import re

import pytest

from local.openapi.document import DOCUMENT
from local.openapi.guide import PAGE, SOURCE, guide_page
from shared.domain.plans import REQUESTS_A_MINUTE

CODES = sorted(set(re.findall(r'"code": "([a-z_]+)"', DOCUMENT.read_text())) | {
    code
    for codes in re.findall(r'"x-problem-codes": (\[.*?\])', DOCUMENT.read_text(), re.DOTALL)
    for code in json.loads(codes)
})  # fmt: skip


def test_the_page_is_made_of_the_guide() -> None:
    assert guide_page() == PAGE.read_text(), "run make openapi"


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_a_section_to_which_its_type_leads(code: str) -> None:
    assert f'<h3 id="{code}">' in PAGE.read_text()


@pytest.mark.parametrize("plan", REQUESTS_A_MINUTE)
def test_the_limits_are_those_of_the_plans(plan: str) -> None:
    assert f"| {plan.capitalize()} | {REQUESTS_A_MINUTE[plan]:,} |" in SOURCE.read_text()  # type: ignore[index]  # a Plan is a str
