"""What template.yaml makes of Lambda: versions and aliases, time, settings, and what a restored snapshot may hold."""

import ast
from pathlib import Path

import pytest

from benchmarks.money import LOG_OVERHEAD, access_log_bytes
from tests.translated import Json, references, resources, source, translate, translated

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = sorted(
    name for name, resource in source()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
)
GATEWAY_WAITS = 29
"""Seconds after which API Gateway gives an integration up."""


def _function(name: str) -> Json:
    return resources("AWS::Lambda::Function")[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_names_a_function_that_exists(name: str) -> None:
    package, module, function = _function(name)["Handler"].split(".")
    text = (ROOT / package / f"{module}.py").read_text()
    body = ast.parse(text).body
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    assigned = {ast.unparse(target) for node in body if isinstance(node, ast.Assign) for target in node.targets}
    assert function in defined | assigned
    assert name == "".join(word.title() for word in module.split("_")) + "Function"


def test_every_handler_of_the_code_is_deployed() -> None:
    modules = {path.stem for path in (ROOT / "functions").glob("*.py")} - {"__init__"}
    assert {_function(name)["Handler"].split(".")[1] for name in FUNCTIONS} == modules


def test_every_function_has_a_payload_in_events() -> None:
    payloads = {path.stem for path in (ROOT / "events").glob("*.json")}
    assert payloads == {_function(name)["Handler"].split(".")[1] for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_served_through_an_alias_of_a_published_version(name: str) -> None:
    assert resources("AWS::Lambda::Alias")[f"{name}Aliaslive"]["Name"] == "live"
    [version] = [r for n, r in translated()["Resources"].items() if n.startswith(f"{name}Version")]
    assert version["DeletionPolicy"] == "Delete", (
        "old versions are deleted with their snapshots, which cost money while they exist"
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_callers_wait_for_starts_from_a_snapshot_and_nothing_else_pays_for_one(name: str) -> None:
    awaited = name == "AuthorizerFunction" or _events(name) == {"Api"}
    assert _function(name)["SnapStart"] == {"ApplyOn": "PublishedVersions" if awaited else "None"}


def _events(name: str) -> set[str]:
    return {event["Type"] for event in source()["Resources"][name]["Properties"].get("Events", {}).values()}


@pytest.mark.parametrize("changed", ["SharedLayer", "DependenciesLayer"])
def test_a_change_of_a_layer_alone_publishes_every_function_anew(changed: str) -> None:
    assert not _versions(translated()) & _versions(translate({changed: "new"}))


def test_a_change_of_the_claude_layer_publishes_only_its_function() -> None:
    anew = _versions(translate({"ClaudeLayer": "new"})) - _versions(translated())
    assert [name.partition("Version")[0] for name in anew] == ["SummarizeJobFunction"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_new_value_of_a_parameter_publishes_a_version_too(name: str) -> None:
    """SAM does not see it; CloudFormation replaces a version whose description changes."""
    versioned = {key: value for key, value in _function(name).items() if key != "ReservedConcurrentExecutions"}
    parameters = references(versioned) & source()["Parameters"].keys()  # reserved concurrency belongs to no version
    [version] = [p for n, p in resources("AWS::Lambda::Version").items() if n.startswith(f"{name}Version")]
    assert references(version["Description"]) == parameters


def _versions(template: Json) -> set[str]:
    return {name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::Lambda::Version"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_own_role_and_a_log_group_that_forgets(name: str) -> None:
    stem = name.removesuffix("Function")
    function = _function(name)
    assert function["Role"] == {"Fn::GetAtt": [f"{stem}Role", "Arn"]}
    assert function["LoggingConfig"] == {
        "LogFormat": "JSON",
        "SystemLogLevel": "WARN",
        "LogGroup": {"Ref": f"{stem}LogGroup"},
    }
    assert resources("AWS::Logs::LogGroup")[f"{stem}LogGroup"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_not_traced_which_would_cost_more_than_all_else_of_a_request(name: str) -> None:
    assert _function(name).get("TracingConfig", {"Mode": "PassThrough"}) == {"Mode": "PassThrough"}


def test_the_line_that_each_request_logs_is_short() -> None:
    """0.6 KB is the most that a request may log, with the 26 bytes that CloudWatch Logs adds."""
    assert 200 < access_log_bytes() + LOG_OVERHEAD <= 600
    [stage] = resources("AWS::ApiGateway::Stage").values()
    assert "TracingEnabled" not in stage or stage["TracingEnabled"] is False


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("AuthorizerFunction", 5),
        ("SummarizeJobFunction", 29),
        ("IngestEventsFunction", 60),
        ("PlanTeamSnapshotsFunction", 300),
        ("MakeTeamSnapshotFunction", 120),
        ("GetCareerHealthFunction", 10),
    ],
)
def test_a_function_gives_up_in_time(name: str, seconds: int) -> None:
    assert _function(name)["Timeout"] == seconds


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_endpoint_outlasts_the_gateway(name: str) -> None:
    if "Api" in _events(name):
        assert _function(name)["Timeout"] <= GATEWAY_WAITS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_only_who_needs_it_carries_a_layer_of_its_own(name: str) -> None:
    layers = sorted(reference[: -len("0123456789")] for reference in references(_function(name)["Layers"]))
    own = {"SummarizeJobFunction": "ClaudeLayer", "SignInFunction": "SignInLayer"}
    assert layers == sorted(["DependenciesLayer", "SharedLayer", *filter(None, [own.get(name)])])


def test_the_processor_is_a_parameter_and_arm64_unless_said_otherwise() -> None:
    assert source()["Parameters"]["Architecture"]["Default"] == "arm64"
    assert {str(_function(name)["Architectures"]) for name in FUNCTIONS} == {"[{'Ref': 'Architecture'}]"}
    for layer in resources("AWS::Lambda::LayerVersion").values():
        assert layer["CompatibleArchitectures"] == ["x86_64", "arm64"]


def test_no_secret_stands_in_a_function_s_environment() -> None:
    for name in FUNCTIONS:
        for variable, value in _function(name)["Environment"]["Variables"].items():
            assert isinstance(value, dict) or variable.startswith("POWERTOOLS_"), f"{name} {variable}"
    named = {variable for name in FUNCTIONS for variable in _function(name)["Environment"]["Variables"]}
    assert {variable for variable in named if "SECRET" in variable} == {
        "PSEUDONYM_SECRET_ID",
        "CLAUDE_KEY_SECRET_ID",
        "WEBHOOK_SECRET_ID",
    }


ONE_OF_A_KIND = {
    "uuid",
    "secrets",
    "random",
    "time",
    "os.urandom",
    "datetime.now",
    "datetime.datetime.now",
    "datetime.today",
}
"""What gives another value at each call, so that every restored copy of a snapshot would wrongly share one."""
SECRETS = {"aws.secret", "secret", "os.environ", "os.getenv", "required"}


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("functions/*.py"), *ROOT.glob("shared/**/*.py")]), ids=lambda path: path.stem
)
def test_no_unique_or_secret_value_is_made_when_a_module_is_imported(path: Path) -> None:
    assert not [call for call in _import_time_calls(path.read_text()) if call in ONE_OF_A_KIND | SECRETS], path
    assert not [call for call in _import_time_calls(path.read_text()) if call.partition(".")[0] in ONE_OF_A_KIND], path


def test_a_value_made_at_import_would_be_found() -> None:
    assert _import_time_calls("import uuid\nID = uuid.uuid4()") == ["uuid.uuid4"]
    assert _import_time_calls("class A:\n    key = secret('x')") == ["secret"]
    assert _import_time_calls("def f(now=datetime.now()):\n    return uuid.uuid4()") == ["datetime.now"]


def _import_time_calls(text: str) -> list[str]:
    """The dotted names of all calls that run when a module of this text is imported: none in bodies of functions."""
    found: list[str] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            found.append(ast.unparse(node.func))
        inside = (
            [*node.decorator_list, node.args]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            else []
            if isinstance(node, ast.Lambda)
            else ast.iter_child_nodes(node)
        )
        for child in inside:
            look(child)

    look(ast.parse(text))
    return found
