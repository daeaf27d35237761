"""The life of an object: what is applied, what a refresh finds, what is waited for, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from local import processes
from local.checkout import CHECKOUT
from local.plugins.provider import Values
from local.standins.profile_controller.server import profile_controller
from tests.support.kubernetes_plugin import Plugin, RefusedError
from tests.support.real_cluster import DexCluster

CONFIG_MAP, PROFILE = "core/v1:ConfigMap", "kubeflow.org/v1:Profile"
NAMES = ("apiVersion", "kind", "metadata")


@pytest.fixture
def plugin(plugin: Plugin, dex_cluster: DexCluster) -> Plugin:
    plugin.configure(kubeconfig=dex_cluster.kubeconfig.read_text(), enableConfigMapMutable="true")
    return plugin


@pytest.fixture
def name() -> str:
    return f"contract-{uuid4().hex[:12]}"


class Mapped:
    """A ConfigMap in `default`, as the engine has it: inputs and outputs."""

    def __init__(self, plugin: Plugin, name: str, **data: str) -> None:
        self.plugin, self.name, self.id = plugin, name, f"default/{name}"
        self.inputs = self.checked(data)
        made, self.outputs = plugin.create(CONFIG_MAP, name, self.inputs)
        assert made == self.id

    @property
    def state(self) -> tuple[Values, Values]:
        return self.inputs, self.outputs

    def checked(self, data: dict[str, str], annotations: dict[str, str] | None = None) -> Values:
        metadata: Values = {"name": self.name, **({"annotations": annotations} if annotations else {})}
        inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        return self.plugin.check(CONFIG_MAP, self.name, inputs)


def live(cluster: DexCluster, kind: str, name: str, namespace: str | None = None) -> Any:
    return cluster.objects.get({"Profile": "kubeflow.org/v1"}.get(kind, "v1"), kind, name, namespace)


def test_an_object_is_made_read_changed_and_deleted(plugin: Plugin, dex_cluster: DexCluster, name: str) -> None:
    made = Mapped(plugin, name, a="1")
    assert made.outputs["data"] == {"a": "1"}
    found = plugin.read(CONFIG_MAP, made.id, *made.state)
    assert found
    assert found[0]["data"] == {"a": "1"}
    assert plugin.diff(CONFIG_MAP, made.id, found, made.inputs) == ([], [])

    other = made.checked({"b": "2"})
    assert plugin.diff(CONFIG_MAP, made.id, made.state, other) == (["data.a", "data.b"], [])
    updated = plugin.update(CONFIG_MAP, made.id, made.state, other)
    assert updated["data"] == {"b": "2"}
    assert live(dex_cluster, "ConfigMap", name, "default")["data"] == {"b": "2"}

    plugin.delete(CONFIG_MAP, made.id, updated)
    assert live(dex_cluster, "ConfigMap", name, "default") is None
    assert plugin.read(CONFIG_MAP, made.id, other, updated) is None
    plugin.delete(CONFIG_MAP, made.id, updated)  # already gone counts as done


def test_a_path_quotes_the_keys_that_would_be_misread_and_no_others(plugin: Plugin, name: str) -> None:
    def annotated(text: str) -> Values:
        annotations = dict.fromkeys(("team/cost", "example.com/cost", "team"), text)
        metadata = {"name": name, "annotations": annotations}
        return plugin.check(CONFIG_MAP, name, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})

    inputs = annotated("x")
    id_, outputs = plugin.create(CONFIG_MAP, name, inputs)
    paths = ['metadata.annotations["example.com/cost"]', "metadata.annotations.team", "metadata.annotations.team/cost"]
    assert plugin.diff(CONFIG_MAP, id_, (inputs, outputs), annotated("y")) == (sorted(paths), [])
    plugin.delete(CONFIG_MAP, id_, outputs)


def test_another_name_replaces(plugin: Plugin, name: str) -> None:
    made = Mapped(plugin, name, a="1")
    other = {**made.inputs, "metadata": {**made.inputs["metadata"], "name": f"{name}-2"}}
    assert plugin.diff(CONFIG_MAP, made.id, made.state, other) == (["metadata.name"], ["metadata.name"])
    plugin.delete(CONFIG_MAP, made.id, made.outputs)


def test_a_field_that_somebody_else_set_is_a_conflict_unless_forced(
    plugin: Plugin, dex_cluster: DexCluster, name: str
) -> None:
    made = Mapped(plugin, name, a="1")
    dex_cluster.objects.merge(live(dex_cluster, "ConfigMap", name, "default"), {"data": {"a": "theirs"}})
    again = made.checked({"a": "2"})
    with pytest.raises(RefusedError, match=r"Apply failed with 1 conflict: .*\.data\.a"):
        plugin.update(CONFIG_MAP, made.id, made.state, again)
    assert live(dex_cluster, "ConfigMap", name, "default")["data"] == {"a": "theirs"}
    forced = made.checked({"a": "2"}, {"pulumi.com/patchForce": "true"})
    assert plugin.update(CONFIG_MAP, made.id, made.state, forced)["data"] == {"a": "2"}
    plugin.delete(CONFIG_MAP, made.id, made.outputs)


def profile(name: str, *, wait: str = "jsonpath={.metadata.finalizers[0]}=profile-finalizer", **hard: str) -> Values:
    annotations = {
        "pulumi.com/waitFor": wait,
        "pulumi.com/timeoutSeconds": "3",
        "pulumi.com/deletionPropagationPolicy": "background",
        "pulumi.com/patchForce": "true",
    }
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Profile",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"owner": {"kind": "User", "name": "owner@example.com"}, "resourceQuotaSpec": {"hard": hard}},
    }


@pytest.fixture(scope="module")
def kubeflow(dex_cluster: DexCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The profile controller, for as long as these tests run: others have the cluster without it."""
    folder = tmp_path_factory.mktemp("kubeflow")
    processes.start(profile_controller(dex_cluster.kubeconfig, folder, checkout=CHECKOUT), folder)
    yield
    processes.stop_all(folder)


@pytest.fixture
def made(plugin: Plugin, name: str, kubeflow: None) -> Iterator[tuple[Values, Values]]:
    """A Profile as the engine has it: inputs and outputs."""
    inputs = plugin.check(PROFILE, name, profile(name, cpu="1"))
    id_, outputs = plugin.create(PROFILE, name, inputs)
    assert id_ == name
    yield inputs, outputs
    plugin.delete(PROFILE, name, outputs)


def test_a_profile_is_there_when_kubeflow_is_done_with_it(made: tuple[Values, Values], name: str) -> None:
    assert made[1]["metadata"]["finalizers"] == ["profile-finalizer"]
    assert made[1]["spec"]["resourceQuotaSpec"] == {"hard": {"cpu": "1"}}


def test_a_refresh_finds_the_programs_own_fields_and_no_others(
    plugin: Plugin, dex_cluster: DexCluster, made: tuple[Values, Values], name: str
) -> None:
    found = live(dex_cluster, "Profile", name)
    others = {"metadata": {"labels": {"x": "y"}}, "spec": {"resourceQuotaSpec": {"hard": {"pods": "9"}}}}
    dex_cluster.objects.merge(found, others)
    read = plugin.read(PROFILE, name, *made)
    assert read
    assert plugin.diff(PROFILE, name, read, made[0]) == ([], [])
    assert read[1]["spec"]["resourceQuotaSpec"]["hard"] == {"cpu": "1", "pods": "9"}

    dex_cluster.objects.merge(found, {"spec": {"resourceQuotaSpec": {"hard": {"cpu": "2"}}}})
    read = plugin.read(PROFILE, name, *made)
    assert read
    assert read[0]["spec"]["resourceQuotaSpec"] == {"hard": {"cpu": "2"}}
    assert plugin.diff(PROFILE, name, read, made[0]) == (["spec.resourceQuotaSpec.hard.cpu"], [])
    repaired = plugin.update(PROFILE, name, read, made[0])
    assert repaired["spec"]["resourceQuotaSpec"]["hard"] == {"cpu": "1", "pods": "9"}


def test_of_a_profile_nothing_but_its_name_is_imported(plugin: Plugin, made: tuple[Values, Values], name: str) -> None:
    read = plugin.read(PROFILE, name, {}, {})
    assert read
    named = {part: value for part, value in read[0].items() if part in NAMES}
    assert read[0] == named
    assert read[0]["metadata"]["name"] == name
    assert read[1]["spec"] == made[1]["spec"]


def test_what_does_not_become_ready_in_time_is_kept(plugin: Plugin, name: str) -> None:
    inputs = plugin.check(PROFILE, name, profile(name, wait="condition=Ready", cpu="1"))
    with pytest.raises(RefusedError, match="timed out waiting for the condition") as refused:
        plugin.create(PROFILE, name, inputs)
    assert refused.value.kept
    id_, outputs = refused.value.kept
    assert (id_, outputs["spec"]) == (name, inputs["spec"])
    plugin.delete(PROFILE, name, outputs)
