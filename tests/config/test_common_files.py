"""Settings that several stacks share: which value counts, and what may only stand in a stack's own file."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.config import loading
from project_workspace.config.common_files import merged
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE

OWN: dict[str, Any] = {"project": "demo", "environment": "dev", "infra": "meerkat"}
SECURE = {"secure": "v1:AAAAAAAAAAAAAAAA:bm90LWEtc2VjcmV0"}


def stack(files: dict[str, Any], own: dict[str, Any]) -> StackOptions:
    """The settings of a stack with these common files: a text, or settings by key."""
    texts = {
        name: content
        if isinstance(content, str)
        else yaml.safe_dump(
            {"config": {key if ":" in key else f"project-workspace:{key}": v for key, v in content.items()}}
        )
        for name, content in files.items()
    }
    config = {
        f"project-workspace:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in own.items()
    }
    return loading.load(
        WORKSPACE, {**config, "aws:region": "ap-northeast-2"}, secret_keys=set(), environment={}, common_text=texts.get
    )


def problems(files: dict[str, Any], own: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(loading.SettingsError) as refused:
        stack(files, own)
    found = {problem.path: problem.message for problem in refused.value.problems}
    assert len(found) == len(refused.value.problems)
    return found


def test_a_later_file_counts_before_an_earlier_one_and_the_own_file_before_all() -> None:
    files = {
        "company": {"infra": "one", "cluster": "one", "regionAlias": "one"},
        "dev": {"infra": "two", "cluster": "two"},
    }
    found = stack(files, {**OWN, "infra": "three", "common": ["company", "dev"]})
    assert (found.infra, found.cluster, found.region_alias) == ("three", "two", "one")


def test_mappings_are_merged_and_lists_are_not() -> None:
    group = {"spec": "standard", "instanceType": "m5.xlarge", "max": 3}
    files = {
        "company": {"tags": {"team": "a", "owner": "b"}, "login": {"dex": {"namespace": "login"}}, "cluster": "eks"},
        "dev": {"nodeGroups": [group, {**group, "spec": "large"}]},
    }
    own = {**OWN, "tags": {"team": "c"}, "login": {"dex": {"deployment": "d"}}, "nodeGroups": [{**group, "max": 1}]}
    found = stack(files, {**own, "common": ["company", "dev"]})
    assert found.tags == {"team": "c", "owner": "b"}
    assert (found.login.dex.namespace, found.login.dex.deployment) == ("login", "d")
    assert [(each.spec, each.max) for each in found.node_groups] == [("standard", 1)]


def test_the_defaults_that_the_engine_fills_in_say_nothing() -> None:
    """Of a key that the stack's file does not have, the program gets Pulumi.yaml's default: an empty one."""
    group = {"spec": "standard", "instanceType": "m5.xlarge", "max": 3}
    files = {"dev": {"cluster": "eks", "tags": {"team": "a"}, "nodeGroups": [group]}}
    found = stack(files, {**OWN, "cluster": "", "tags": {}, "nodeGroups": [], "common": ["dev"]})
    assert (found.cluster, found.tags, len(found.node_groups)) == ("eks", {"team": "a"}, 1)


def test_everything_required_may_stand_in_a_common_file() -> None:
    assert stack({"all": OWN}, {"common": ["all"]}).project == "demo"


def test_values_are_read_as_the_engine_reads_them() -> None:
    text = """\
config:
  project-workspace:infra: "on"
  project-workspace:regionAlias: no
  project-workspace:login: {passwordRotation: 2026-11-23}
  project-workspace:conductor: {url: https://aicond.example.com, systemAccountPasswordRotation: 7}
"""
    found = stack({"dev": text}, {"project": "demo", "environment": "dev", "common": ["dev"]})
    assert (found.infra, found.region_alias, found.login.password_rotation) == ("on", "no", "2026-11-23")
    assert found.conductor.system_account_password_rotation == "7"


@pytest.mark.parametrize(
    ("content", "path", "begins"),
    [
        ({"aws:region": "eu-central-1"}, "aws:region", "Expected only in a stack's own file, for example 'aws:region"),
        ({"common": ["other"]}, "common", "Expected only in a stack's own file, for example 'common: [dev]'"),
        ({"adopt": True}, "adopt", "Expected only in a stack's own file, for example 'adopt: true'"),
        ({"deleteData": True}, "deleteData", "Expected only in a stack's own file, for example 'deleteData: true'"),
        ({"login": {"password": "p"}}, "login.password", "Expected only in a stack's own file"),
        ({"login": {"password": SECURE}}, "login.password", "Expected only in a stack's own file"),
        ({"login.passwordHash": "h"}, "login.passwordHash", "Expected only in a stack's own file"),
        ({"login": SECURE}, "login", "Expected only in a stack's own file"),
        ({"tags": {"team": SECURE}}, "tags.team", "Expected only in a stack's own file"),
        ({"nodeGroups": [SECURE]}, "nodeGroups.0", "Expected only in a stack's own file"),
        ({"grafanaToken": "t"}, "grafanaToken", "Expected only in a stack's own file"),
        ("config: [\n", "config", "Expected a file of YAML, for example '{config: {}}' (line 2)."),
        ("config: {a: 1, a: 2}\n", "config", "Expected a file of YAML"),
        ("", "config", "Expected nothing but this key"),
        ("config: []\n", "config", "Expected nothing but this key"),
        ("config: {}\nencryptionsalt: v1:x\n", "config", "Expected nothing but this key"),
        ("config: {a: \x07}\n", "config", "Expected a file of YAML"),
        ("infra: meerkat\n", "config", "Expected nothing but this key"),
    ],
)
def test_what_may_not_stand_in_a_common_file_is_told_with_its_name(content: Any, path: str, begins: str) -> None:
    found = problems({"dev": content}, {**OWN, "common": ["dev"]})
    assert list(found) == [f"common/dev.yaml: {path}"]
    assert found[f"common/dev.yaml: {path}"].startswith(begins)


def test_a_secret_is_not_repeated_in_the_message() -> None:
    found = problems({"dev": {"login": {"password": "correct-horse"}}}, {**OWN, "common": ["dev"]})
    assert "correct-horse" not in str(found)


@pytest.mark.parametrize(
    ("common", "path", "sentence"),
    [
        (
            ["prod"],
            "common[0]",
            "Expected the name of a file in common/, for example 'dev' for common/dev.yaml; "
            "there is none of the name 'prod'.",
        ),
        (["dev", "../dev"], "common[1]", "Expected the name of a file, without folder and ending, for example 'dev'."),
        (
            [1],
            "common[0]",
            "Expected the name of a file, without folder and ending, in quotes, for example '\"1234\"'.",
        ),
        ("dev", "common", "Expected a list, for example '[]'."),
    ],
)
def test_names_of_common_files_are_checked(common: Any, path: str, sentence: str) -> None:
    assert problems({"dev": {}, "../dev": {}}, {**OWN, "common": common}) == {path: sentence}


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied", "dev.yaml"), b"\xff"], ids=repr)
def test_a_file_that_cannot_be_read_is_told(error: Any) -> None:
    def unreadable(name: str) -> str:
        if isinstance(error, OSError):
            raise error
        return error.decode()

    with pytest.raises(loading.SettingsError) as refused:
        loading.load(
            WORKSPACE,
            {"project-workspace:common": '["dev"]', "aws:region": "ap-northeast-2"},
            secret_keys=set(),
            environment={},
            common_text=unreadable,
        )
    found = {problem.path: problem.message for problem in refused.value.problems}
    assert found["common[0]"].startswith("Expected the name of a file in common/")
    assert "'dev' cannot be read: " in found["common[0]"]


def test_the_region_is_a_key_of_the_provider_in_whatever_file() -> None:
    sentence = "Expected the key of the AWS provider, for example 'aws:region: ap-northeast-2'."
    assert problems({}, {**OWN, "region": "eu-central-1"}) == {"region": sentence}
    told = problems({"dev": {"region": "eu-central-1"}}, {**OWN, "common": ["dev"]})
    assert told == {"region": f"{sentence} It stands in common/dev.yaml."}


def test_a_wrong_value_is_told_with_the_file_in_which_it_stands() -> None:
    wrong = {"cluster": "y z", "unknown": "1", "nodeGroups": [{"spec": "x"}], "quota": {"cpu": "much"}}
    files = {"company": {"cluster": "x y", "tags": {"aws:x": "y"}}, "dev": wrong}
    of_the_engine = {"nodeGroups": [], "quota": {}, "cluster": ""}
    own = {**OWN, **of_the_engine, "infra": "UP", "tags": {"team": "a"}, "common": ["company", "dev"]}
    found = problems(files, own)
    for path in ("cluster", "unknown", "nodeGroups[0].max", "quota.cpu"):
        assert found[path].endswith(" It stands in common/dev.yaml.")
    assert "stands in" not in found["infra"] + found["tags.aws:x"]


documents = st.recursive(
    st.integers() | st.text(max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner) | st.lists(inner, min_size=1),
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), documents), max_size=4))
def test_merging_keeps_every_leaf_that_nothing_later_says(given_layers: list[dict[str, Any]]) -> None:
    whole = merged(given_layers)
    assert merged([whole]) == whole
    assert merged([*given_layers, {}]) == whole
    assert set(whole) == {key for layer in given_layers for key, value in layer.items() if value != {}}
    for key in whole:
        last = [layer[key] for layer in given_layers if layer.get(key, {}) != {}][-1]
        assert isinstance(last, dict) or whole[key] == last
