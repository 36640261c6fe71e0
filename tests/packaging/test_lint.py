"""cfn-lint finds nothing in SAM's translation of template.yaml, which is what CloudFormation gets.

`make lint-template` checks the template as it is written, without deployment groups, aliases, versions and permissions.
"""

import json

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.translated import translate, variations

SPENT = {"W2001": "parameters that SAM has used up are in the translation no more, as GradualDeployment"}
"""Rules whose findings are no faults, with the reason."""
TRANSLATIONS = [("defaults", {}), ("GradualDeployment", {"GradualDeployment": "false"}), [*variations()][-1]]


@pytest.mark.parametrize(("name", "parameters"), TRANSLATIONS, ids=[name for name, _ in TRANSLATIONS])
def test_the_translation_passes_every_rule(name: str, parameters: dict[str, str]) -> None:
    found = lint(json.dumps(translate(parameters=parameters)), config=ManualArgs(regions=["us-east-1"]))
    assert [f"{match.rule.id} {match.path} {match.message}" for match in found if match.rule.id not in SPENT] == []
