"""Settings of the program ai-devops: what is right is taken unchanged, what is wrong is told all at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from local.checkout import CHECKOUT
from project_workspace.config import loading, stack_file
from project_workspace.config.ai_devops_program import AI_DEVOPS, AiDevopsStackOptions
from tests.config.test_settings import as_the_engine_gives_it

FIXTURES = Path(__file__).parent / "fixtures"
ENVIRONMENT = {"HYPERAUTH_URL": "https://hyperauth.tmaxcloud.org/auth"}
PROGRAM = CHECKOUT / "programs" / "ai-devops"


def load(path: Path) -> AiDevopsStackOptions:
    document = YAML(typ="safe").load(path.read_text())
    texts, secrets = as_the_engine_gives_it(document["config"])
    return loading.load(AI_DEVOPS, texts, secret_keys=secrets, environment=ENVIRONMENT, stack_text=path.read_text())


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.happy.yaml")), ids=lambda p: p.name)
def test_a_right_stack_file_is_taken(path: Path, request: pytest.FixtureRequest) -> None:
    """Beside it stand all its settings, defaults included."""
    found = json.loads(load(path).model_dump_json(by_alias=True))
    expected = path.with_suffix(".json")
    if request.config.getoption("--renew"):
        expected.write_text(json.dumps(found, indent=1) + "\n")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.error*.yaml")), ids=lambda p: p.name)
def test_a_wrong_stack_file_gives_all_its_messages_at_once(path: Path) -> None:
    expected = YAML(typ="safe").load(path.read_text())["problems"]
    with pytest.raises(loading.SettingsError) as refused:
        load(path)
    assert {problem.path: problem.message for problem in refused.value.problems} == expected


@pytest.mark.parametrize("path", sorted((PROGRAM / "stacks").glob("Pulumi.*.yaml")), ids=lambda p: p.name)
def test_every_stack_that_the_repository_shows_is_valid(path: Path) -> None:
    assert stack_file.project_name(PROGRAM) == AI_DEVOPS.namespace
    assert load(path).oidc_client.url
