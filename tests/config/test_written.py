"""Dates, numbers and booleans where text is expected: what was written counts, whatever a parser of YAML makes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.config import loading, written
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE

BY_THE_ENGINE: dict[str, Any] = {
    "2026-11-23": "2026-11-23 00:00:00 +0000 UTC",
    "2026-1-2": "2026-01-02 00:00:00 +0000 UTC",
    "2026-11-23T10:00:00Z": "2026-11-23 10:00:00 +0000 UTC",
    "2026-11-23 10:00:00.50": "2026-11-23 10:00:00.5 +0000 UTC",
    "2026-11-23T10:00:00+09:00": "2026-11-23 10:00:00 +0900 +0900",
    "2026-11-23t10:00:00-05:30": "2026-11-23 10:00:00 -0530 -0530",
    "1234": 1234,
    "1.10": 1.1,
    "1e10": 10000000000,
    "1.5e-7": 1.5e-7,
    "0x10": 16,
    "0o17": 15,
    "0b11": 3,
    "0123": 83,
    "012345678901": 12345678901,
    "12345678901234567890123": 1.2345678901234568e22,
    "18446744073709551615": 18446744073709552000,
    "1_000": 1000,
    "+5": 5,
    "-0": 0,
    ".5": 0.5,
    "1.": 1,
    "true": True,
    "False": False,
    "yes": "yes",
    "07:30": "07:30",
    "1e400": "1e400",
}
"""What is written below a top-level key, and what Pulumi 3.274 hands to a program."""
KEYS = {"2026-11-24": "2026-11-24 00:00:00 +0000 UTC", "1.10": "1.1", "1e10": "1e+10", "0x11": "17", "TRUE": "true"}
"""The same of keys."""
OWN: dict[str, Any] = {"project": "demo", "environment": "dev", "infra": "meerkat"}
PROJECT = WORKSPACE.namespace


def load(given_by_the_engine: dict[str, Any], stack_text: str | None, **common: str) -> StackOptions:
    """The settings, where the engine gives these values and the files hold these texts."""
    values = {**OWN, **given_by_the_engine, "common": list(common)}
    config = {
        f"project-workspace:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }
    return loading.load(
        WORKSPACE,
        {**config, "aws:region": "ap-northeast-2"},
        secret_keys=set(),
        environment={},
        stack_text=stack_text,
        common_text=common.get,
    )


def refused(given_by_the_engine: dict[str, Any], stack_text: str | None = None) -> dict[str, str]:
    with pytest.raises(loading.SettingsError) as error:
        load(given_by_the_engine, stack_text)
    return {problem.path: problem.message for problem in error.value.problems}


def file(*lines: str) -> str:
    return "\n".join(["config:", *(f"  project-workspace:{line}" for line in lines), ""])


@pytest.mark.parametrize(("text", "by_the_engine"), BY_THE_ENGINE.items())
def test_a_stacks_own_file_means_what_is_written_in_it(text: str, by_the_engine: Any) -> None:
    assert load({"tags": {"a": by_the_engine}}, file(f"tags: {{a: {text}}}")).tags == {"a": text}


@pytest.mark.parametrize("text", BY_THE_ENGINE)
def test_a_common_file_means_what_is_written_in_it(text: str) -> None:
    assert load({}, None, dev=file(f"tags: {{a: {text}}}")).tags == {"a": text}


@pytest.mark.parametrize(("key", "by_the_engine"), KEYS.items())
def test_keys_mean_what_is_written_in_either_file(key: str, by_the_engine: str) -> None:
    text = file(f"tags: {{{key}: a}}")
    assert load({"tags": {by_the_engine: "a"}}, text).tags == {key: "a"}
    assert load({}, None, dev=text).tags == {key: "a"}


DAY = BY_THE_ENGINE["2026-11-23"]
WRITTEN = file(
    "cluster: 1e10",
    "regionAlias: 0123",
    "quota: {cpu: 40, pods: 1e1}",
    "login: {passwordRotation: 2026-11-23, dex: {namespace: 2026-11-23}}",
    "conductor: {systemAccountPasswordRotation: 2026-11-23, dashboardHash: 1e10}",
    "names: {dashboardUid: 1e10, bucket: 2026-11-23}",
    """nodeGroups:
  - spec: 2026-11-23
    instanceType: m5.xlarge
    max: 1
    labels: {a: 1.10, "on": true}
    taints: [{key: 1e10, value: true, effect: NoSchedule}, {key: a, value: 2026-11-23, effect: NoExecute}]
    existing: {nodeRole: 1.10, subnets: [subnet-1], launchTemplate: {id: lt-1, version: 1}}""",
)
OF_THE_ENGINE: dict[str, Any] = {
    "cluster": "10000000000",
    "regionAlias": "83",
    "quota": {"cpu": 40, "pods": 10},
    "login": {"passwordRotation": DAY, "dex": {"namespace": DAY}},
    "conductor": {"systemAccountPasswordRotation": DAY, "dashboardHash": 10000000000},
    "names": {"dashboardUid": 10000000000, "bucket": DAY},
    "nodeGroups": [
        {
            "spec": DAY,
            "instanceType": "m5.xlarge",
            "max": 1,
            "labels": {"a": 1.1, "on": True},
            "taints": [
                {"key": 10000000000, "value": True, "effect": "NoSchedule"},
                {"key": "a", "value": DAY, "effect": "NoExecute"},
            ],
            "existing": {"nodeRole": 1.1, "subnets": ["subnet-1"], "launchTemplate": {"id": "lt-1", "version": 1}},
        }
    ],
}
AS_WRITTEN: dict[str, Any] = {
    "cluster": "1e10",
    "regionAlias": "0123",
    "quota": {"cpu": "40", "pods": "1e1"},
    "login": {"passwordRotation": "2026-11-23", "dex": {"namespace": "2026-11-23"}},
    "conductor": {"systemAccountPasswordRotation": "2026-11-23", "dashboardHash": "1e10"},
    "names": {"dashboardUid": "1e10", "bucket": "2026-11-23"},
    "nodeGroups": [
        {
            "spec": "2026-11-23",
            "instanceType": "m5.xlarge",
            "max": 1,
            "labels": {"a": "1.10", "on": "true"},
            "taints": [
                {"key": "1e10", "value": "true", "effect": "NoSchedule"},
                {"key": "a", "value": "2026-11-23", "effect": "NoExecute"},
            ],
            "existing": {"nodeRole": "1.10", "subnets": ["subnet-1"], "launchTemplate": {"id": "lt-1", "version": "1"}},
        }
    ],
}


@pytest.mark.parametrize("where", ["own", "common"])
def test_every_place_where_text_is_expected_has_the_text(where: str) -> None:
    found = load(OF_THE_ENGINE, WRITTEN) if where == "own" else load({}, None, dev=WRITTEN)
    assert found.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"common"}) == {
        **OWN,
        "region": "ap-northeast-2",
        **AS_WRITTEN,
    }


def test_a_list_of_texts_has_the_texts() -> None:
    found, problems = written.as_written(
        {"common": [DAY, 1.1, "a"]}, file("common: [2026-11-23, 1.10, a]"), PROJECT, StackOptions
    )
    assert (found, problems) == ({"common": ["2026-11-23", "1.10", "a"]}, [])


def test_what_is_taken_over_from_an_anchor_is_found() -> None:
    text = file("names: &a {dashboardUid: 1e10, user: 2026-11-23}", "conductor: {<<: *a, dashboardHash: 1e11}")
    given_by_the_engine = {"conductor": {"dashboardHash": 100000000000, "dashboardUid": 10000000000, "user": DAY}}
    found, problems = written.as_written(given_by_the_engine, text, PROJECT, StackOptions)
    assert found["conductor"]["dashboardHash"] == "1e11"
    assert problems == []
    merged = file("quota: {<<: &b {cpu: 0x10, pods: 010}, pods: 020}")
    assert written.as_written({"quota": {"cpu": 16, "pods": 16}}, merged, PROJECT, StackOptions)[0] == {
        "quota": {"cpu": "0x10", "pods": "020"}
    }


@pytest.mark.parametrize("style", ["a: 2026-11-23 00:00:00 +0000 UTC", "a: '2026-11-23 00:00:00 +0000 UTC'", None])
def test_a_day_stays_the_day_when_the_engine_has_written_the_file_anew_or_there_is_none(style: str | None) -> None:
    text = style and file(f"tags: {{{style}}}")
    assert load({"tags": {"a": DAY, DAY: "b"}}, text).tags == {"a": "2026-11-23", "2026-11-23": "b"}


def test_the_engines_word_counts_where_the_file_says_something_else() -> None:
    """The engine was given another file, or the value with `--config`."""
    text = file("quota: {cpu: 41}", "tags: {a: 2026-11-24, b: 1.10, c: true}")
    assert load({"tags": {"a": DAY, "b": "x", "c": "false"}}, text).tags == {"a": "2026-11-23", "b": "x", "c": "false"}
    assert list(refused({"quota": {"cpu": 40}}, text)) == ["quota.cpu"]


@pytest.mark.parametrize("text", [None, "", "config: [\n", "config: []\n", "[]", "a: b"])
def test_without_a_file_that_says_it_the_message_asks_for_quotes(text: str | None) -> None:
    found = refused(
        {
            "tags": {"a": 1234, "b": 1.1, "c": True, "d": "2026-11-23 10:00:00 +0000 UTC"},
            "names": {"dashboardUid": 1e10, "bucket": 1234},
            "nodeGroups": [
                {
                    "spec": 7,
                    "instanceType": "m5.xlarge",
                    "max": True,
                    "taints": [{"key": "a", "value": True, "effect": True}],
                }
            ],
        },
        text,
    )
    found.pop("config", None)  # a file that is not YAML is told as well
    tag = "Expected a tag value of at most 256 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it"
    assert found == {
        "tags.a": f"{tag}, in quotes, for example '\"1234\"'.",
        "tags.b": f"{tag}, in quotes, for example '\"1.10\"'.",
        "tags.c": f"{tag}, in quotes, for example '\"true\"'.",
        "tags.d": "Expected text in quotes, for example '\"2026-11-23\"'; without them it is a date, which Pulumi "
        "writes anew.",
        "names.dashboardUid": "Expected a Grafana uid of at most 40 letters, digits, '-' and '_', in quotes, for "
        "example '\"10000000000\"'.",
        "names.bucket": "Expected a bucket name of 3 to 63 lower-case letters, digits and inner hyphens, in quotes, "
        "for example '\"1234\"'.",
        "nodeGroups[0].spec": "Expected lower-case letters, digits and inner hyphens, in quotes, for example "
        "'\"1234\"'.",
        "nodeGroups[0].max": "Expected a whole number of at least 1, for example '4'.",
        "nodeGroups[0].taints[0].value": "Expected a Kubernetes taint value of at most 63 characters, in quotes, for "
        "example '\"true\"'.",
        "nodeGroups[0].taints[0].effect": "Expected one of NoSchedule, NoExecute, PreferNoSchedule, for example "
        "'NoSchedule'.",
    }


def test_what_is_no_text_stays_what_it_is() -> None:
    text = file("deleteData: True", "storage: {versioning: False, expireOldVersionsDays: 0x10}")
    found = load({"deleteData": "true", "storage": {"versioning": False, "expireOldVersionsDays": 16}}, text)
    assert (found.delete_data, found.storage.versioning, found.storage.expire_old_versions_days) == (True, False, 16)


def test_keys_that_are_no_text_are_told_and_are_no_accident() -> None:
    text = file("surprise: [{2026-11-23: {1.10: 1}}, {? [a, b] : c}]", "tags: {? [a, b] : c}", "login: {1.10: a}")
    with pytest.raises(loading.SettingsError) as error:
        load({}, None, dev=text)
    assert {problem.path.partition("(")[0] for problem in error.value.problems} >= {"surprise", "login.1.10"}


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner),
)


@given(st.dictionaries(st.sampled_from(["tags", "login", "nodeGroups", "x"]), documents), documents)
def test_no_document_is_an_accident_beside_any_file(values: dict[str, Any], document: Any) -> None:
    text = yaml.safe_dump({"config": {"project-workspace:tags": document, "project-workspace:nodeGroups": document}})
    found, _ = written.as_written(values, text, PROJECT, StackOptions)
    assert set(found) == set(values)


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_text_that_was_text_stays_as_it_is(tags: dict[str, str]) -> None:
    for text in (yaml.safe_dump({"config": {"project-workspace:tags": tags}}), ""):
        assert written.as_written({"tags": tags}, text, PROJECT, StackOptions) == ({"tags": tags}, [])
