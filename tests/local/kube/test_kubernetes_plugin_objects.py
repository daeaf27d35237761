"""The pulumi-kubernetes stand-in against a real API server: create, read, update, delete, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from local.plugins.kubernetes import failures, waiting
from local.plugins.kubernetes.connection import Connection
from local.plugins.kubernetes.handler import MANAGER, KubernetesObject
from local.plugins.kubernetes.tokens import Kind
from local.plugins.provider import SECRET, SIGNATURE, NotReadyError, PluginError, Values

CONFIG_MAP, SECRET_KIND = Kind("v1", "ConfigMap"), Kind("v1", "Secret")
PROFILE, DEPLOYMENT = Kind("kubeflow.org/v1", "Profile"), Kind("apps/v1", "Deployment")
READY = {"pulumi.com/waitFor": "jsonpath={.metadata.finalizers[0]}=profile-finalizer"}


@pytest.fixture
def plugin(platform: Any) -> Callable[..., KubernetesObject]:
    def handler(kind: Kind, **configuration: str) -> KubernetesObject:
        connection = Connection()
        connection.configure({"kubeconfig": str(platform.kubeconfig), **configuration})
        return KubernetesObject(kind, connection)

    return handler


def checked(handler: KubernetesObject, name: str, inputs: Values) -> Values:
    """The inputs as the engine has them after Check."""
    found, complaints = handler.check(handler.autoname(name, inputs, {}, b"seed"), b"seed")
    assert complaints == []
    return found


def config_map(handler: KubernetesObject, name: str, **data: str) -> Values:
    return checked(handler, name, {"metadata": {"name": name}, "data": data})


def test_an_object_lives_from_create_to_delete(plugin: Any, platform: Any) -> None:
    handler = plugin(CONFIG_MAP, enableConfigMapMutable="true")
    inputs = config_map(handler, "life", a="1")
    id, created = handler.create(inputs)
    assert id == "default/life"
    assert created["data"] == {"a": "1"}
    assert "managedFields" not in created["metadata"]
    read = handler.read(id, inputs, created)
    assert read
    assert (read.inputs, read.outputs) == (inputs, created)

    updated = handler.update(id, created, {**inputs, "data": {"b": "2"}})
    assert updated["data"] == {"b": "2"}
    assert updated[MANAGER] == created[MANAGER]
    fields = platform.objects.get("v1", "ConfigMap", "life", "default")["metadata"]["managedFields"]
    assert [(each["manager"], each["operation"]) for each in fields] == [(created[MANAGER], "Apply")]

    handler.delete(id, updated)
    assert handler.read(id, inputs, updated) is None
    handler.delete(id, updated)  # already gone counts as done


def test_an_object_that_exists_is_not_taken_over_unless_told_to(plugin: Any, platform: Any) -> None:
    foreign = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "foreign", "namespace": "default"}}
    platform.objects.create({**foreign, "data": {"theirs": "1"}}, "somebody")
    handler = plugin(CONFIG_MAP)
    with pytest.raises(PluginError, match=r"ConfigMap 'default/foreign' was not created: it exists already\."):
        handler.create(config_map(handler, "foreign", a="1"))
    assert platform.objects.get("v1", "ConfigMap", "foreign", "default")["data"] == {"theirs": "1"}
    upserting = plugin(CONFIG_MAP, upsertExistingObjects="true")
    assert upserting.create(config_map(upserting, "foreign", a="1"))[1]["data"] == {"theirs": "1", "a": "1"}


def test_a_field_that_somebody_else_set_is_a_conflict_unless_forced(plugin: Any, platform: Any) -> None:
    handler = plugin(CONFIG_MAP, enableConfigMapMutable="true")
    inputs = config_map(handler, "contested", a="1")
    id, created = handler.create(inputs)
    platform.objects.merge(created, {"data": {"a": "theirs"}})
    with pytest.raises(PluginError, match=r"was not updated: Apply failed with 1 conflict.*\.data\.a.*patchForce"):
        handler.update(id, created, inputs)
    forced = {**inputs, "metadata": {**inputs["metadata"], "annotations": {"pulumi.com/patchForce": "true"}}}
    assert handler.update(id, created, forced)["data"] == {"a": "1"}


def test_a_refresh_finds_the_programs_fields_and_no_others(plugin: Any, platform: Any) -> None:
    handler = plugin(PROFILE)
    hard = {"cpu": "1", "memory": "1024Mi"}
    spec = {"owner": {"kind": "User", "name": "drift@example.com"}, "resourceQuotaSpec": {"hard": hard}}
    inputs = checked(handler, "drift", {"metadata": {"name": "drifting", "annotations": READY}, "spec": spec})
    id, created = handler.create(inputs)
    read = handler.read(id, inputs, created)
    assert read
    assert handler.changed(inputs, read.inputs) == ["spec.resourceQuotaSpec.hard.memory"], "the controller's 1Gi"
    patch = {"metadata": {"labels": {"x": "y"}}, "spec": {"resourceQuotaSpec": {"hard": {"cpu": "2", "pods": "1"}}}}
    platform.objects.merge(created, patch)
    read = handler.read(id, inputs, created)
    assert read
    hard_drift = ["spec.resourceQuotaSpec.hard.cpu", "spec.resourceQuotaSpec.hard.memory"]
    assert handler.changed(inputs, read.inputs) == hard_drift
    assert read.outputs["metadata"]["labels"] == {"x": "y"}


def test_an_object_is_found_by_its_id_alone(plugin: Any, platform: Any) -> None:
    read = plugin(CONFIG_MAP).read("auth/dex", {}, {})
    assert read
    assert sorted(read.inputs["metadata"]) == ["name", "namespace"]
    assert MANAGER not in read.outputs
    assert plugin(CONFIG_MAP).read("auth/nobody", {}, {}) is None


def test_of_a_custom_resource_nothing_but_its_name_is_imported(plugin: Any, platform: Any) -> None:
    """As the official plugin does, whose schema knows none (docs/facts/pulumi-kubernetes.md, "Import")."""
    handler = plugin(PROFILE)
    spec = {"owner": {"kind": "User", "name": "imported@example.com"}, "resourceQuotaSpec": {"hard": {"cpu": "4"}}}
    inputs = checked(handler, "imported", {"metadata": {"name": "imported", "annotations": READY}, "spec": spec})
    handler.create(inputs)
    read = handler.read("imported", {}, {})
    assert read
    named = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": "imported"}}
    assert read.inputs == named
    assert read.outputs["spec"]["resourceQuotaSpec"] == {"hard": {"cpu": "4"}}
    assert handler.changed(read.inputs, inputs) == ["metadata.annotations", "spec"]
    namespace = plugin(Kind("v1", "Namespace")).read("imported", {}, {})
    assert namespace
    assert set(namespace.inputs) == {"apiVersion", "kind", "metadata", "spec"}, "of a kind that it knows, all of it"


def test_a_profile_is_ready_when_the_controller_is_done_with_it(plugin: Any, platform: Any) -> None:
    handler = plugin(PROFILE)
    spec = {"owner": {"kind": "User", "name": "ready@example.com"}}
    inputs = checked(handler, "ready", {"metadata": {"name": "awaited", "annotations": READY}, "spec": spec})
    id, outputs = handler.create(inputs)
    assert id == "awaited"
    assert outputs["metadata"]["finalizers"] == ["profile-finalizer"]
    assert platform.objects.get("rbac.authorization.k8s.io/v1", "RoleBinding", "namespaceAdmin", "awaited")


def test_what_does_not_become_ready_in_time_is_kept_with_its_outputs(plugin: Any, platform: Any) -> None:
    handler = plugin(PROFILE)
    annotations = {"pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "0.3"}
    spec = {"owner": {"kind": "User", "name": "never@example.com"}}
    inputs = checked(handler, "never", {"metadata": {"name": "never", "annotations": annotations}, "spec": spec})
    with pytest.raises(
        NotReadyError, match=r"Profile 'never' is not ready after 0\.3 s: timed out waiting for the condition"
    ):
        handler.create(inputs)
    with pytest.raises(NotReadyError) as kept:
        handler.update("never", {}, inputs)
    assert (kept.value.id, kept.value.outputs["spec"]) == ("never", {**spec, "resourceQuotaSpec": {}})


def test_a_deployment_is_ready_when_its_rollout_is(plugin: Any, platform: Any, wait_for: Any) -> None:
    handler = plugin(DEPLOYMENT)
    live = platform.objects.get("apps/v1", "Deployment", "dex", "auth")
    (condition,) = waiting.ready_when(DEPLOYMENT, {})
    wait_for("dex is rolled out", lambda: condition.holds(platform.objects.get("apps/v1", "Deployment", "dex", "auth")))
    assert not condition.holds({**live, "metadata": {**live["metadata"], "generation": 10**6}})
    assert handler.read("auth/dex", {}, {})


def test_deleting_waits_until_the_object_is_gone_and_tells_which_finalizer_holds_it(plugin: Any, platform: Any) -> None:
    handler = plugin(CONFIG_MAP)
    metadata = {"name": "held", "finalizers": ["example.com/hold"], "annotations": {"pulumi.com/timeoutSeconds": "0.3"}}
    id, outputs = handler.create(checked(handler, "held", {"metadata": metadata}))
    with pytest.raises(PluginError, match=r"'default/held' is still there after 0\.3 s: .*\(example\.com/hold\)"):
        handler.delete(id, outputs)
    release = threading.Timer(0.3, lambda: platform.objects.merge(outputs, {"metadata": {"finalizers": None}}))
    release.start()
    patient = {**outputs, "metadata": {**outputs["metadata"], "annotations": {}}}
    handler.delete(id, patient)
    release.join()
    assert platform.objects.get("v1", "ConfigMap", "held", "default") is None


def test_a_secrets_data_is_secret_in_the_outputs_and_stays_out_of_refusals(plugin: Any) -> None:
    handler = plugin(SECRET_KIND)
    inputs = checked(handler, "s", {"metadata": {"name": "plugin-secret"}, "stringData": {"pw": "hunter2"}})
    id, outputs = handler.create(inputs)
    assert outputs["data"] == {SIGNATURE: SECRET, "value": {"pw": "aHVudGVyMg=="}}
    plain = {**outputs, "data": {"pw": "aHVudGVyMg=="}}
    read = handler.read(id, inputs, plain)
    assert read
    assert read.inputs == inputs
    for bad in (
        {"stringData": {"hunter2 key": "x"}},
        {"type": "kubernetes.io/dockerconfigjson", "data": {"x": "aA=="}},
    ):
        with pytest.raises(PluginError) as refused:
            handler.create(checked(handler, "s", {"metadata": {"name": "bad-secret"}, **bad}))
        assert "was not created" in str(refused.value)
        assert "Invalid value: [secret]" in str(refused.value) or "Required value" in str(refused.value)


def test_a_missing_namespace_is_the_contexts_or_the_providers(plugin: Any, platform: Any, tmp_path: Any) -> None:
    config = yaml.safe_load(platform.kubeconfig.read_text())
    assert config_map(plugin(CONFIG_MAP), "x")["metadata"]["namespace"] == "default"
    config["contexts"][0]["context"]["namespace"] = "of-the-context"
    content = yaml.safe_dump(config)
    assert config_map(plugin(CONFIG_MAP, kubeconfig=content), "x")["metadata"]["namespace"] == "of-the-context"
    both = plugin(CONFIG_MAP, kubeconfig=content, namespace="of-the-provider")
    assert config_map(both, "x")["metadata"]["namespace"] == "of-the-provider"
    profile = checked(plugin(PROFILE), "x", {"metadata": {"name": "x"}})
    assert "namespace" not in profile["metadata"]


def test_a_refusal_of_the_api_server_comes_in_its_own_words(plugin: Any) -> None:
    handler = plugin(PROFILE)
    with pytest.raises(PluginError, match=r"Profile 'no-owner' was not created: .*spec\.owner\.kind: Required value"):
        handler.create(checked(handler, "x", {"metadata": {"name": "no-owner"}, "spec": {"owner": {"name": "a"}}}))


def test_a_kind_that_is_not_served_and_a_cluster_that_is_away_are_explained(plugin: Any, platform: Any) -> None:
    notebook = plugin(Kind("kubeflow.org/v7", "Notebook"))
    with pytest.raises(Exception, match="The API server knows no kind 'Notebook'") as unknown:
        notebook.create({"apiVersion": "kubeflow.org/v7", "kind": "Notebook", "metadata": {"name": "x"}})
    said = failures.sentence(unknown.value, "https://x")
    assert said
    assert said.endswith("Is its custom resource definition installed?")

    config = yaml.safe_load(platform.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    away = plugin(CONFIG_MAP, kubeconfig=yaml.safe_dump(config))
    with pytest.raises(Exception) as unreachable:  # noqa: PT011 - whatever the client raises
        away.read("default/x", {}, {})
    assert failures.sentence(unreachable.value, "https://127.0.0.1:1") == (
        "The Kubernetes cluster at https://127.0.0.1:1 cannot be reached (NewConnectionError). "
        "Check that it runs and that kubernetes:kubeconfig or KUBECONFIG names it."
    )
