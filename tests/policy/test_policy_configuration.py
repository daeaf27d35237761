"""The pack's configuration file: a mistake in it is an error that says what was meant, never a rule out of force."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local import toolchain
from local.checkout import CHECKOUT
from rules import RULES
from rules.configuration import problems

Preview = Callable[[dict[str, Any]], "subprocess.CompletedProcess[str]"]

MISTAKES: dict[str, dict[str, Any]] = {
    "all": {"nodes": 2},
    "bucket-is-encrypted": {"key": "mine"},
    "gpu-group-has-a-maximum": {"node": 2, "Nodes": 3},
    "instance-type-is-allowed": {"families": ["g5"], "size": ["xlarge"], "enforcmentLevel": "advisory"},
    "name-follows-the-convention": {"bucket": "s3-[a-z"},
    "production-data-is-protected": {"productionStacks": "(prod"},
    "required-tag-are-there": {},
    "data-goes-with-permission-only": {},
}
SENTENCES = [
    "all.nodes: Expected nothing but 'enforcementLevel' for all rules.",
    "bucket-is-encrypted.key: Expected nothing but 'enforcementLevel': this rule has no settings.",
    "data-goes-with-permission-only: Expected a rule of this pack, for example 'metadata-needs-a-token'.",
    "gpu-group-has-a-maximum.Nodes: Expected one of nodes, enforcementLevel, for example 'nodes'.",
    "gpu-group-has-a-maximum.node: Expected one of nodes, enforcementLevel, for example 'nodes'.",
    "instance-type-is-allowed.enforcmentLevel: Expected one of families, sizes, enforcementLevel, for example "
    "'enforcementLevel'.",
    "instance-type-is-allowed.size: Expected one of families, sizes, enforcementLevel, for example 'sizes'.",
    "name-follows-the-convention.bucket: Expected a regular expression, for example '{bucket}', not 's3-[a-z': "
    "unterminated character set at position 3.",
    "production-data-is-protected.productionStacks: Expected a regular expression, for example '(^|-)prod$', not "
    "'(prod': missing ), unterminated subpattern at position 0.",
    "required-tag-are-there: Expected a rule of this pack, for example 'required-tags-are-there'.",
]


def test_every_mistake_is_told_at_once_with_what_was_meant() -> None:
    [names] = [rule for rule in RULES if rule.name == "name-follows-the-convention"]
    assert names.config_schema
    bucket = names.config_schema.properties["bucket"]["default"]
    assert list(problems(MISTAKES, RULES)) == [each.replace("{bucket}", bucket) for each in SENTENCES]


def test_what_the_rules_have_by_default_is_right() -> None:
    given = {
        rule.name: {
            key: value["default"]
            for key, value in (rule.config_schema.properties if rule.config_schema else {}).items()
        }
        for rule in RULES
    }
    assert list(problems(given, RULES)) == []


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Preview:
    """Previews a program without resources with the pack and a configuration of it."""
    folder = tmp_path_factory.mktemp("configured")
    (folder / "state").mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    runtime = {"name": "python", "options": {"virtualenv": "venv"}}
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": "configured", "runtime": runtime}))
    (folder / "__main__.py").write_text("")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")},
        **toolchain.engine_environment(Path(sys.executable), CHECKOUT, folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }

    def pulumi(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--stack", "dev"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )

    made = pulumi("stack", "init")
    assert made.returncode == 0, made.stdout

    def run(config: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        (folder / "policies.json").write_text(json.dumps(config))
        return pulumi("preview", "--policy-pack", str(CHECKOUT / "policy"), "--policy-pack-config", "policies.json")

    return run


@pytest.mark.engine
@pytest.mark.parametrize(
    ("config", "said"),
    [
        (
            {"required-tags-are-there": {"tag": ["team"]}, "required-tag-are-there": "mandatory"},
            [
                "The policy pack's configuration has 2 problems; nothing was judged.",
                "  required-tag-are-there: Expected a rule of this pack, for example 'required-tags-are-there'.",
                "  required-tags-are-there.tag: Expected one of tags, enforcementLevel, for example 'tags'.",
            ],
        ),
        pytest.param(
            {"version": 2, "policies": {"all": {"enforcementLevel": "advisory", "nodes": 2}}},
            [
                "The policy pack's configuration has a problem; nothing was judged.",
                "  all.nodes: Expected nothing but 'enforcementLevel' for all rules.",
            ],
            marks=pytest.mark.thorough,
        ),
        # The engine's own words.
        (
            {"required-tags-are-there": {"tags": "team"}},
            ["required-tags-are-there: tags: Invalid type. Expected: array, given: string"],
        ),
        pytest.param(
            {"required-tag-are-there": {"tags": ["team"]}},
            ['invalid enforcement level ""'],
            marks=pytest.mark.thorough,
        ),
    ],
    ids=["misspelt", "all", "another type", "misspelt without a level"],
)
def test_the_engine_shows_a_mistake_and_judges_nothing(
    preview: Preview, config: dict[str, Any], said: list[str]
) -> None:
    ended = preview(config)
    assert ended.returncode != 0
    assert "\n".join(said) in ended.stdout
    assert "Traceback" not in ended.stdout


@pytest.mark.engine
def test_the_configuration_that_the_page_shows_is_in_force(preview: Preview) -> None:
    page = (CHECKOUT / "docs" / "review-and-policies.md").read_text()
    shown = json.loads(page.partition("```json\n")[2].partition("```")[0])
    assert {"required-tags-are-there", "name-follows-the-convention"} < set(shown)
    ended = preview({**shown, "all": "advisory"})
    assert ended.returncode == 0, ended.stdout
