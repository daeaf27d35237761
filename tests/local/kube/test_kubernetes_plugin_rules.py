"""Rules of the pulumi-kubernetes stand-in that need no cluster: tokens, names, waits, differences, drift, start-up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.checkout import CHECKOUT
from local.plugins.kubernetes import conditions, drift, metadata, replacing, tokens, waiting
from local.plugins.kubernetes.connection import Connection
from local.plugins.kubernetes.handler import KubernetesObject
from local.plugins.kubernetes.tokens import Kind
from local.plugins.provider import UNKNOWN, Failure, PluginError

CONFIG_MAP, PROFILE = Kind("v1", "ConfigMap"), Kind("kubeflow.org/v1", "Profile")

documents = st.recursive(  # without null, which the engine never sends
    st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def handler(kind: Kind, **configuration: Any) -> KubernetesObject:
    connection = Connection()
    connection.configure(configuration)
    return KubernetesObject(kind, connection)


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("kubernetes:core/v1:ConfigMap", CONFIG_MAP),
        ("kubernetes:apps/v1:Deployment", Kind("apps/v1", "Deployment")),
        ("kubernetes:kubeflow.org/v1:Profile", PROFILE),
        ("aws:s3/bucket:Bucket", None),
    ],
)
def test_a_token_names_a_kind(token: str, kind: Kind | None) -> None:
    assert tokens.parse(token) == kind


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:core/v1:ConfigMapPatch",
        "kubernetes:core/v1:ConfigMapList",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:yaml/v2:ConfigGroup",
        "kubernetes:yaml:ConfigFile",
        "kubernetes:kustomize/v2:Directory",
    ],
)
def test_what_is_no_single_object_is_refused_as_not_implemented(token: str) -> None:
    with pytest.raises(PluginError, match="Not implemented by the stand-in for pulumi-kubernetes"):
        tokens.parse(token)


@pytest.mark.parametrize(
    ("configuration", "complaint"),
    [
        ({"enableServerSideApply": "false"}, "client-side apply"),
        ({"renderYamlToDirectory": "/tmp/x"}, "the provider's argument 'renderYamlToDirectory'"),
        ({"deleteUnreachable": "true"}, "the provider's argument 'deleteUnreachable'"),
    ],
)
def test_a_provider_argument_that_is_not_implemented_is_refused(configuration: dict[str, str], complaint: str) -> None:
    with pytest.raises(PluginError, match=complaint):
        Connection().configure(configuration)


def test_a_kubeconfig_that_is_no_kubeconfig_is_refused_without_quoting_it(tmp_path: Path) -> None:
    for text in ("token: hunter2\n\t: {", "just hunter2\nwords"):
        with pytest.raises(PluginError, match="not a YAML mapping") as refused:
            _ = handler(CONFIG_MAP, kubeconfig=text)._connection.objects
        assert "hunter2" not in str(refused.value)
    (tmp_path / "binary").write_bytes(b"\x7fELF\xff\xfe")
    with pytest.raises(PluginError, match=r"The kubeconfig .*/binary is not a YAML mapping"):
        _ = handler(CONFIG_MAP, kubeconfig=str(tmp_path / "binary"))._connection.objects
    with pytest.raises(PluginError, match=r"The kubeconfig .*/none does not exist\. Expected a path"):
        _ = handler(CONFIG_MAP, kubeconfig=str(tmp_path / "none"))._connection.objects


def test_a_generated_name_is_kept_and_a_given_one_is_not_touched() -> None:
    made = metadata.with_name("conf", {"data": {}}, {}, b"seed-1")
    name = made["metadata"]["name"]
    assert name.startswith("conf-")
    assert made["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert metadata.with_name("conf", {"data": {}}, made, b"seed-2") == made
    assert metadata.with_name("conf", {"data": {}}, {}, b"seed-2")["metadata"]["name"] != name
    given_name = {"metadata": {"name": "x"}}
    assert metadata.with_name("conf", given_name, made, b"seed-3") == given_name
    assert metadata.with_name("conf", {"metadata": UNKNOWN}, {}, b"seed") == {"metadata": UNKNOWN}


@pytest.mark.parametrize(
    ("text", "live", "holds"),
    [
        ("jsonpath={.metadata.finalizers[0]}=profile-finalizer", {}, False),
        ("jsonpath={.metadata.finalizers[0]}=profile-finalizer", {"finalizers": ["profile-finalizer"]}, True),
        ("jsonpath={.metadata.finalizers[0]}=profile-finalizer", {"finalizers": ["other"]}, False),
        ("jsonpath={.metadata.labels['a.b/c']}", {"labels": {"a.b/c": ""}}, True),
        ("jsonpath={.metadata.labels['a.b/c']}", {"labels": {}}, False),
        ("jsonpath={.metadata.generation}=2", {"generation": 2}, True),
    ],
)
def test_a_json_path_is_asked_of_the_live_object(text: str, live: dict[str, Any], holds: bool) -> None:
    (condition,) = conditions.parse(text)
    assert condition.holds({"metadata": live}) is holds


@pytest.mark.parametrize(
    ("text", "status", "holds"),
    [
        ("condition=Ready", {"conditions": [{"type": "Ready", "status": "True"}]}, True),
        ("condition=Ready", {"conditions": [{"type": "Ready", "status": "False"}]}, False),
        ("condition=Ready=False", {"conditions": [{"type": "Ready", "status": "False"}]}, True),
        ("condition=Ready", {}, False),
        ("condition=Ready", {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}, False),
        ('["condition=Ready", "jsonpath={.status.x}"]', {"conditions": [{"type": "Ready", "status": "True"}]}, False),
    ],
)
def test_a_condition_counts_for_the_newest_generation_only(text: str, status: dict[str, Any], holds: bool) -> None:
    live = {"metadata": {"generation": 2}, "status": status}
    assert all(each.holds(live) for each in conditions.parse(text)) is holds


@pytest.mark.parametrize(
    "text", ["", "ready", "jsonpath=.status", "jsonpath={.items[*].x}", "condition=", "[]", "[1]", '["x"', "for=delete"]
)
def test_a_wait_that_cannot_be_understood_is_refused_in_check(text: str) -> None:
    inputs = {"metadata": {"name": "x", "annotations": {"pulumi.com/waitFor": text}}}
    _, failures = handler(PROFILE).check(inputs, b"")
    assert [each.property for each in failures] == ["metadata.annotations"]
    assert "pulumi.com/waitFor" in failures[0].reason


@pytest.mark.parametrize("kind", [Kind("v1", "Pod"), Kind("batch/v1", "Job"), Kind("v1", "Service")])
def test_a_kind_that_nothing_runs_here_is_refused_unless_it_need_not_be_awaited(kind: Kind) -> None:
    with pytest.raises(PluginError, match=f"Not implemented .* waiting for a {kind.kind}"):
        waiting.ready_when(kind, {})
    assert waiting.ready_when(kind, {"metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}}) == []


def test_a_wrong_kind_and_a_wrong_propagation_policy_are_refused_in_check() -> None:
    annotations = {"pulumi.com/deletionPropagationPolicy": "sideways"}
    _, failures = handler(CONFIG_MAP).check({"kind": "Secret", "metadata": {"annotations": annotations}}, b"")
    assert failures == [
        Failure("kind", "Expected 'ConfigMap' as the resource's type says."),
        Failure(
            "metadata.annotations",
            "Expected foreground, background or orphan in pulumi.com/deletionPropagationPolicy, for example "
            "'background'; got 'sideways'.",
        ),
    ]


def test_differences_are_told_as_deep_as_they_go() -> None:
    olds = {"metadata": {"labels": {"a.b/c": "1"}}, "spec": {"hard": {"cpu": "1", "gpu": 1}, "list": [{"a": 1}, 2]}}
    news = {"metadata": {"labels": {"a.b/c": "2"}}, "spec": {"hard": {"cpu": "2"}, "list": [{"a": 2}, 2], "new": {}}}
    found = handler(PROFILE).changed(olds, news)
    assert found == ['metadata.labels["a.b/c"]', "spec.hard.cpu", "spec.hard.gpu", "spec.list[0].a", "spec.new"]


@pytest.mark.parametrize(
    ("kind", "olds", "news", "path", "configuration"),
    [
        (CONFIG_MAP, {"data": {"a": "1"}}, {"data": {"a": "2"}}, "data", {}),
        (CONFIG_MAP, {"data": {"a": "1"}}, {"data": {"a": "2"}}, "data.a", {"enableConfigMapMutable": "true"}),
        (Kind("v1", "Secret"), {"stringData": {"a": "1"}}, {"stringData": {"a": "2"}}, "stringData", {}),
        (
            Kind("apps/v1", "Deployment"),
            {"spec": {"selector": {"matchLabels": {"app": "a"}}}},
            {"spec": {"selector": {"matchLabels": {"app": "b"}}}},
            "spec.selector",
            {},
        ),
        (PROFILE, {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}, "metadata.name", {}),
    ],
)
def test_what_kubernetes_cannot_change_replaces_the_object(
    kind: Kind, olds: dict[str, Any], news: dict[str, Any], path: str, configuration: dict[str, str]
) -> None:
    found = handler(kind, **configuration)
    assert found.changed(olds, news) == [path]
    assert (path in found.replace_on) is (configuration == {})


def test_the_old_object_goes_first_only_when_the_new_one_bears_its_name() -> None:
    named, other = {"metadata": {"name": "a", "namespace": "n"}}, {"metadata": {"name": "b", "namespace": "n"}}
    generated = metadata.with_name("a", {}, {}, b"")
    found = handler(CONFIG_MAP)
    assert [found.deletes_first(named, named), found.deletes_first(named, other)] == [True, False]
    assert not found.deletes_first(generated, generated)


@given(documents, documents)
def test_there_are_differences_exactly_when_documents_differ(olds: Any, news: Any) -> None:
    assert (replacing.differences(olds, news, frozenset()) != []) is (olds != news)


@given(documents)
def test_an_object_that_reads_as_it_was_written_has_not_drifted(inputs: Any) -> None:
    assert drift.observed(inputs, inputs) == inputs


def test_drift_is_what_became_of_the_fields_that_the_program_set() -> None:
    inputs = {"spec": {"hard": {"cpu": "1000m", "memory": "1Gi", "pods": 5}, "list": [1, 2], "empty": {}}}
    live = {
        "spec": {"hard": {"cpu": "1", "memory": "2Gi", "gpu": 1}, "list": [1], "empty": {"full": 1}},
        "status": {"x": 1},
    }
    assert drift.observed(inputs, live) == {
        "spec": {"hard": {"cpu": "1", "memory": "2Gi"}, "list": [1], "empty": {}},
    }


def test_the_plugin_starts_without_the_kubernetes_client() -> None:
    code = (
        "import sys; from local.plugins.without_sdk import skip_sdk; skip_sdk();"
        "from local.plugins.kubernetes.plugin import plugin; p = plugin(); p.configure({'kubeconfig': '/none'});"
        "h = p.handler('kubernetes:core/v1:ConfigMap'); i = {'metadata': {'name': 'a', 'namespace': 'n'}, 'data': {}};"
        "h.check(h.autoname('x', i, i, b''), b''); h.changed(i, i);"
        "print([m for m in ('kubernetes', 'httpx', 'pulumi.resource') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
