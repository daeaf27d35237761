"""Every statement of docs/facts/kubeflow-profiles.md, "Tried on the real controller", against the stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from local.standins.profile_controller import plugins

PROFILE = ("kubeflow.org/v1", "Profile")
NAMESPACE = ("v1", "Namespace")
ROLE_BINDING = ("rbac.authorization.k8s.io/v1", "RoleBinding")
POLICY = ("security.istio.io/v1", "AuthorizationPolicy")
QUOTA = ("v1", "ResourceQuota")

LABELS = {
    "app.kubernetes.io/part-of": "kubeflow-profile",
    "istio-injection": "enabled",
    "katib.kubeflow.org/metrics-collector-injection": "enabled",
    "pipelines.kubeflow.org/enabled": "true",
    "serving.kubeflow.org/inferenceservice": "enabled",
}


def reference(profile: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "kubeflow.org/v1",
        "kind": "Profile",
        "name": profile["metadata"]["name"],
        "uid": profile["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def essence(found: dict[str, Any]) -> dict[str, Any]:
    """An object without what the API server adds."""
    keep = ("name", "namespace", "labels", "annotations", "ownerReferences")
    described = {k: v for k, v in found["metadata"].items() if k in keep}
    rest = {k: v for k, v in found.items() if k not in ("apiVersion", "kind", "metadata", "status")}
    return {**rest, "metadata": described}


def binding(
    profile: dict[str, Any], name: str, role: str, subject: dict[str, Any], annotations: dict[str, str] | None = None
) -> dict[str, Any]:
    metadata = {"name": name, "namespace": profile["metadata"]["name"], "ownerReferences": [reference(profile)]}
    return {
        "metadata": {**metadata, **({"annotations": annotations} if annotations else {})},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


def test_a_ready_profile_has_its_namespace_roles_accounts_quota_and_policy(platform: Any) -> None:
    name = "complete"
    profile = platform.ready_profile(name, resourceQuotaSpec={"hard": {"cpu": "4", "requests.nvidia.com/gpu": 1}})
    assert profile["metadata"]["finalizers"] == ["profile-finalizer"]
    assert "status" not in profile

    namespace = essence(platform.objects.get(*NAMESPACE, name))
    assert namespace["metadata"] == {
        "name": name,
        "annotations": {"owner": "owner@example.com"},
        "labels": {**LABELS, "kubernetes.io/metadata.name": name},
        "ownerReferences": [reference(profile)],
    }
    bindings = {each["metadata"]["name"]: essence(each) for each in platform.objects.list_all(*ROLE_BINDING, name)[0]}
    account = {"kind": "ServiceAccount", "namespace": name}
    owner = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "owner@example.com"}
    assert bindings == {
        "default-editor": binding(profile, "default-editor", "kubeflow-edit", {**account, "name": "default-editor"}),
        "default-viewer": binding(profile, "default-viewer", "kubeflow-view", {**account, "name": "default-viewer"}),
        "namespaceAdmin": binding(
            profile, "namespaceAdmin", "kubeflow-admin", owner, {"user": "owner@example.com", "role": "admin"}
        ),
    }
    for each in ("default-editor", "default-viewer"):
        found = platform.objects.get("v1", "ServiceAccount", each, name)
        assert found["metadata"]["ownerReferences"] == [reference(profile)]
    quota = platform.objects.get(*QUOTA, "kf-resource-quota", name)
    assert quota["spec"] == {"hard": {"cpu": "4", "requests.nvidia.com/gpu": "1"}}
    policy = platform.objects.get(*POLICY, "ns-owner-access-istio", name)
    assert policy["spec"]["action"] == "ALLOW"
    assert policy["spec"]["rules"][0]["when"] == [
        {"key": "request.headers[kubeflow-userid]", "values": ["owner@example.com"]}
    ]


def test_a_namespace_of_somebody_else_is_left_alone_and_the_profile_does_not_say_so(
    platform: Any, wait_for: Any
) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "foreign", "labels": {"team": "x"}}}
    before = platform.objects.create(namespace, "test")
    platform.profile("foreign", resourceQuotaSpec={"hard": {"cpu": "1"}})
    refusal = "profile foreign: namespace already exist, but not owned by profile creator owner@example.com"
    wait_for("the refusal is logged", lambda: refusal in platform.log("profile-controller"))
    profile = platform.objects.get(*PROFILE, "foreign")
    assert "finalizers" not in profile["metadata"]
    assert "status" not in profile
    assert platform.objects.get(*NAMESPACE, "foreign")["metadata"] == {
        **before["metadata"],
        "resourceVersion": platform.objects.get(*NAMESPACE, "foreign")["metadata"]["resourceVersion"],
    }
    for kind in (ROLE_BINDING, QUOTA, POLICY):
        assert platform.objects.list_all(*kind, "foreign")[0] == []


def test_a_change_of_owner_in_place_does_nothing(platform: Any, wait_for: Any) -> None:
    platform.ready_profile("owned")
    bindings = platform.objects.list_all(*ROLE_BINDING, "owned")[0]
    platform.profile("owned", owner={"kind": "User", "name": "second@example.com"})
    refusal = "profile owned: namespace already exist, but not owned by profile creator second@example.com"
    wait_for("the refusal is logged", lambda: refusal in platform.log("profile-controller"))
    assert platform.objects.get(*NAMESPACE, "owned")["metadata"]["annotations"] == {"owner": "owner@example.com"}
    assert platform.objects.list_all(*ROLE_BINDING, "owned")[0] == bindings
    profile = platform.objects.get(*PROFILE, "owned")
    assert profile["spec"]["owner"]["name"] == "second@example.com"
    assert "status" not in profile


def test_the_quota_follows_the_profile_and_goes_when_it_is_emptied(platform: Any, wait_for: Any) -> None:
    def hard() -> Any:
        found = platform.objects.get(*QUOTA, "kf-resource-quota", "measured")
        return found and found["spec"].get("hard")

    platform.ready_profile("measured", resourceQuotaSpec={"hard": {"cpu": "1"}})
    assert hard() == {"cpu": "1"}
    platform.profile("measured", resourceQuotaSpec={"hard": {"cpu": "2", "memory": "1Gi"}})
    wait_for("the quota is changed", lambda: hard() == {"cpu": "2", "memory": "1Gi"})
    platform.profile("measured")
    wait_for("the quota is gone", lambda: hard() is None)


def limits_of(profile: dict[str, Any], manager: str) -> set[str]:
    """The limits of a Profile's quota that a field manager owns."""
    kept = [each for each in profile["metadata"]["managedFields"] if each["manager"] == manager]
    hard = [each["fieldsV1"].get("f:spec", {}).get("f:resourceQuotaSpec", {}).get("f:hard", {}) for each in kept]
    return {field.removeprefix("f:") for fields in hard for field in fields if field != "."}


def test_the_whole_profile_is_written_back_as_kubernetes_spells_it_and_what_changes_is_the_controllers(
    platform: Any,
) -> None:
    """Each spelling is a row of tests/kube/quantities.txt; `1Gi` stays, and so do some that are not canonical."""
    given = {"cpu": "40000m", "memory": "163840Mi", "pods": "1000", "requests.nvidia.com/gpu": 2}
    stays = {"requests.storage": "1Gi", "secrets": "04"}
    profile = platform.ready_profile("spelt", resourceQuotaSpec={"hard": {**given, **stays}})
    written = {"cpu": "40", "memory": "160Gi", "pods": "1k", "requests.nvidia.com/gpu": "2"}
    assert profile["spec"] == {
        "owner": {"kind": "User", "name": "owner@example.com"},
        "resourceQuotaSpec": {"hard": {**written, **stays}},
    }
    assert limits_of(profile, "manager") == set(given)
    assert limits_of(profile, "test") == set(stays)
    assert platform.objects.get(*QUOTA, "kf-resource-quota", "spelt")["spec"] == profile["spec"]["resourceQuotaSpec"]


def test_a_limit_that_the_controller_owns_stays_when_it_is_given_up(platform: Any, wait_for: Any) -> None:
    platform.ready_profile("owning", resourceQuotaSpec={"hard": {"pods": "1000", "cpu": "4"}})
    platform.profile("owning", resourceQuotaSpec={"hard": {"memory": "1Gi"}})

    def quota() -> bool:
        return platform.objects.get(*QUOTA, "kf-resource-quota", "owning")["spec"]["hard"] == {
            "pods": "1k",
            "memory": "1Gi",
        }

    wait_for("the quota has followed", quota)


def test_a_profile_without_a_quota_gets_an_empty_one(platform: Any) -> None:
    assert platform.ready_profile("unlimited")["spec"]["resourceQuotaSpec"] == {}


def test_labels_of_the_namespace_are_completed_but_never_overwritten(platform: Any, wait_for: Any) -> None:
    platform.ready_profile("labelled")
    mine = {"serving.kubeflow.org/inferenceservice": "disabled", "pipelines.kubeflow.org/enabled": None, "own": "1"}
    namespace = platform.objects.get(*NAMESPACE, "labelled")
    platform.objects.merge(namespace, {"metadata": {"labels": mine}})

    def completed() -> Any:
        labels = platform.objects.get(*NAMESPACE, "labelled")["metadata"]["labels"]
        return labels if "pipelines.kubeflow.org/enabled" in labels else None

    assert wait_for("the missing label is back", completed) == {
        **LABELS,
        "serving.kubeflow.org/inferenceservice": "disabled",
        "own": "1",
        "kubernetes.io/metadata.name": "labelled",
    }


def test_a_deleted_account_comes_back(platform: Any, wait_for: Any) -> None:
    platform.ready_profile("restored")
    uid = platform.objects.get("v1", "ServiceAccount", "default-editor", "restored")["metadata"]["uid"]
    platform.objects.delete("v1", "ServiceAccount", "default-editor", "restored")

    def made_again() -> bool:
        found = platform.objects.get("v1", "ServiceAccount", "default-editor", "restored")
        return found is not None and found["metadata"]["uid"] != uid

    wait_for("default-editor is back", made_again)


@pytest.mark.parametrize("key", ["annotateOnly", "AnnotateOnly"])
def test_the_iam_plugin_annotates_the_editor_account_only(platform: Any, key: str) -> None:
    name = f"plugin-{key.lower()}"
    spec = {"awsIamRole": "arn:aws:iam::111122223333:role/kubeflow", key: True}
    platform.ready_profile(name, plugins=[{"kind": "AwsIamForServiceAccount", "spec": spec}, {"kind": "Unheard"}])
    annotations = {
        each: platform.objects.get("v1", "ServiceAccount", each, name)["metadata"].get("annotations")
        for each in ("default-editor", "default-viewer")
    }
    assert annotations == {
        "default-editor": {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/kubeflow"},
        "default-viewer": None,
    }


def test_the_annotation_outlives_the_plugin_and_a_profile_is_not_let_go_without_its_account(
    platform: Any, wait_for: Any
) -> None:
    spec = {"awsIamRole": "arn:aws:iam::111122223333:role/kubeflow", "annotateOnly": True}
    profile = platform.ready_profile("annotated", plugins=[{"kind": "AwsIamForServiceAccount", "spec": spec}])

    def annotations() -> Any:
        found = platform.objects.get("v1", "ServiceAccount", "default-editor", "annotated")
        return found and found["metadata"].get("annotations")

    platform.objects.merge(profile, {"spec": {"plugins": None}})
    platform.objects.delete("v1", "ServiceAccount", "default-viewer", "annotated")
    wait_for("a pass", lambda: platform.objects.get("v1", "ServiceAccount", "default-viewer", "annotated"))
    assert annotations() == {"eks.amazonaws.com/role-arn": spec["awsIamRole"]}

    nowhere = {**profile, "metadata": {**profile["metadata"], "name": "nowhere"}}
    with pytest.raises(plugins.PluginError, match='ServiceAccount "default-editor" not found'):
        plugins.revoke(platform.objects, nowhere)
    nameless = {**nowhere, "spec": {"plugins": [{"kind": "AwsIamForServiceAccount", "spec": {"annotateOnly": True}}]}}
    with pytest.raises(plugins.PluginError, match="awsIamRole is empty"):
        plugins.apply(platform.objects, nameless)
    platform.objects.delete(*PROFILE, "annotated")


def test_a_plugin_that_would_change_a_role_is_refused_and_the_profile_never_becomes_ready(
    platform: Any, wait_for: Any
) -> None:
    plugin = {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": "arn:aws:iam::111122223333:role/kubeflow"}}
    platform.profile("trusting", plugins=[plugin])
    said = "profile trusting: Not implemented by the stand-in: AwsIamForServiceAccount without annotateOnly"
    wait_for("the refusal is logged", lambda: said in platform.log("profile-controller"))
    assert "finalizers" not in platform.objects.get(*PROFILE, "trusting")["metadata"]
    platform.objects.delete(*PROFILE, "trusting")


def test_a_deleted_namespace_is_made_again_and_once_more_while_its_profile_is_deleted_in_the_foreground(
    platform: Any, wait_for: Any
) -> None:
    """The slow facts in one test: a namespace takes the real controllers five seconds to go.

    A finalizer of the test's own keeps the Profile until the third namespace was seen: without it the real garbage
    collector and the profile controller race for who notices first that the second one has gone.
    """
    profile = platform.ready_profile("undying")
    seen = [platform.objects.get(*NAMESPACE, "undying")["metadata"]["uid"]]

    def next_one() -> Any:
        found = platform.objects.get(*NAMESPACE, "undying")
        return found if found and found["metadata"]["uid"] not in seen else None

    platform.objects.delete(*NAMESPACE, "undying")
    again = wait_for("the namespace is made again", next_one)
    assert again["metadata"]["annotations"] == {"owner": "owner@example.com"}
    seen.append(again["metadata"]["uid"])

    kept = [*platform.objects.get(*PROFILE, "undying")["metadata"]["finalizers"], "example.com/kept-by-the-test"]
    platform.objects.merge(profile, {"metadata": {"finalizers": kept}})
    platform.objects.delete(*PROFILE, "undying", propagation="Foreground")
    wait_for("a third namespace is made", next_one)
    platform.objects.merge(profile, {"metadata": {"finalizers": None}})
    wait_for("the profile is gone", lambda: platform.objects.get(*PROFILE, "undying") is None)
    wait_for("the last namespace is gone", lambda: platform.objects.get(*NAMESPACE, "undying") is None)


def test_a_profile_deleted_in_the_background_goes_at_once_and_its_namespace_follows_later(
    platform: Any, wait_for: Any
) -> None:
    """A finalizer of the test's own holds the namespace's end: however slow the machine, it can be looked at."""
    platform.ready_profile("brief")
    uid = platform.objects.get(*NAMESPACE, "brief")["metadata"]["uid"]
    name = {"name": "held", "namespace": "brief", "finalizers": ["example.com/held-by-the-test"]}
    held = platform.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": name}, "test")
    platform.objects.delete(*PROFILE, "brief", propagation="Background")
    wait_for("the profile is gone", lambda: platform.objects.get(*PROFILE, "brief") is None)
    assert platform.objects.get(*NAMESPACE, "brief")["metadata"]["uid"] == uid
    platform.objects.merge(held, {"metadata": {"finalizers": None}})
    wait_for("the namespace is gone", lambda: platform.objects.get(*NAMESPACE, "brief") is None)
