"""Settings: what is right is taken unchanged, what is wrong is reported all at once, with path and example."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from project_workspace.config import loading
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE

FIXTURES = Path(__file__).parent / "fixtures"
ENVIRONMENT = {"AIC_FRONTEND_URL": "https://aicond.example.com"}


def as_the_engine_gives_it(config: dict[str, Any]) -> tuple[dict[str, str], set[str]]:
    """A stack file's `config` as the engine hands it to a program: texts, and the keys that hold secrets."""
    texts: dict[str, str] = {}
    secrets: set[str] = set()
    for key, value in config.items():
        plain, secret = _decrypted(value)
        texts[key] = plain if isinstance(plain, str) else json.dumps(plain, default=_day)
        if secret:
            secrets.add(key)
    return texts, secrets


def _day(value: Any) -> str:
    """What the engine makes of a date without quotes."""
    assert type(value) is date
    return f"{value} 00:00:00 +0000 UTC"


def _decrypted(value: Any) -> tuple[Any, bool]:
    if isinstance(value, dict) and set(value) == {"secure"}:
        return value["secure"], True
    if isinstance(value, dict):
        parts = {key: _decrypted(item) for key, item in value.items()}
        return {key: part[0] for key, part in parts.items()}, any(part[1] for part in parts.values())
    if isinstance(value, list):
        items = [_decrypted(item) for item in value]
        return [item[0] for item in items], any(item[1] for item in items)
    return value, False


def load(path: Path) -> StackOptions:
    document = YAML(typ="safe").load(path.read_text())
    texts, secrets = as_the_engine_gives_it(document["config"])
    return loading.load(WORKSPACE, texts, secret_keys=secrets, environment=ENVIRONMENT, stack_text=path.read_text())


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.happy.yaml")), ids=lambda p: p.name)
def test_a_right_stack_file_is_taken(path: Path) -> None:
    """Beside it stand the settings that differ from their defaults."""
    found = load(path)
    expected = json.loads(path.with_suffix(".json").read_text())
    assert json.loads(found.model_dump_json(by_alias=True, exclude_defaults=True)) == expected


def test_the_defaults_are_these() -> None:
    found = load(FIXTURES / "smallest.happy.yaml")
    expected = json.loads((FIXTURES / "smallest.whole.json").read_text())
    assert json.loads(found.model_dump_json(by_alias=True)) == expected


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.error*.yaml")), ids=lambda p: p.name)
def test_a_wrong_stack_file_gives_all_its_messages_at_once(path: Path) -> None:
    expected = YAML(typ="safe").load(path.read_text())["problems"]
    with pytest.raises(loading.SettingsError) as refused:
        load(path)
    assert {problem.path: problem.message for problem in refused.value.problems} == expected
    assert len(refused.value.problems) == len(expected)
