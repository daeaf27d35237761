"""A namespace that this stack makes without Kubeflow, and one that was there before and stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local import inventory
from local.kube.objects import Object, Objects
from local.platform import Platform
from tests.support.access import Call, allowed
from tests.support.claims import bound, is_bound, make_volume, phase_of
from tests.support.engine.changes import (
    BINDING,
    NAMESPACE_LABELS,
    NAMESPACE_QUOTA,
    PLAIN,
    QUOTA,
    update,
)
from tests.support.engine.drifting import GONE, seen_by_refresh
from tests.support.engine.identities import identity
from tests.support.engine.recovering import recovered
from tests.support.engine.watching import operations, up_killed_when
from tests.support.engine.workspaces import Workspace
from tests.support.permissions import granted, not_seen
from tests.support.real_cluster import Kube, eventually
from workspacectl.private_files import write_private
from workspacectl.pulumi_cli import Engine

pytestmark = pytest.mark.engine

ALICE, STRANGER = "alice@example.com", "eve@example.com"
ALONE: dict[str, Any] = {"nodeGroups": None, "conductor": None, "grafana": None, "login": {"enabled": False}}
RBAC = "rbac.authorization.k8s.io"
WHAT: dict[str, Call] = {
    "look at pods": ("list", "", "pods"),
    "make pods": ("create", "", "pods"),
    "read secrets": ("get", "", "secrets"),
    "give roles": ("create", RBAC, "rolebindings"),
}
LOOKING = {"look at pods"}
EDITING = LOOKING | {"make pods", "read secrets"}
KINDS = {
    "AuthorizationPolicy": "security.istio.io/v1beta1",
    "LimitRange": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PersistentVolumeClaim": "v1",
    "ResourceQuota": "v1",
    "RoleBinding": f"{RBAC}/v1",
    "ServiceAccount": "v1",
}


def may(objects: Objects, who: str, namespace: str) -> set[str]:
    """What the API server's authorizer lets the person do in the namespace."""
    return {name for name, call in WHAT.items() if allowed(objects, who, call, namespace)}


def within(objects: Objects, namespace: str) -> dict[str, Object]:
    """What is in the namespace, by kind and name, but for what Kubernetes puts into each."""
    found = {
        f"{kind}/{each['metadata']['name']}": each
        for kind, api_version in KINDS.items()
        for each in objects.list_all(api_version, kind, namespace)[0]
    }
    return {name: each for name, each in found.items() if name != "ServiceAccount/default"}


def refused(demo: Workspace, *command: str) -> str:
    result = demo.engine.run(*(command or ("preview",)), "--stack", demo.stack)
    assert result.code != 0, result.output
    return " ".join(result.output.split())


def used(objects: Objects, namespace: str, name: str) -> None:
    """What happens when the first pod uses a claim: the driver makes its volume, for this claim."""
    volume = f"pv-{namespace}-{name}"
    make_volume(objects, volume, "10Gi", "gp3")
    target = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume}}
    objects.merge(target, {"spec": {"claimRef": {"namespace": namespace, "name": name}}})
    is_bound(objects, namespace, name)


def taken_away(objects: Objects, volume: str) -> None:
    """What a driver does with a volume that is free."""
    eventually(f"{volume} is free", lambda: phase_of(objects, volume) in ("Released", "Failed"))
    objects.delete("v1", "PersistentVolume", volume)
    eventually(f"{volume} is gone", lambda: objects.get("v1", "PersistentVolume", volume) is None)


PLAIN_NAMESPACE = "aic-ns-bare-ws"
OWNER = "aic-user-bare-ws@aic.com"
BARE: dict[str, Any] = {
    **ALONE,
    "namespace": {"kind": "plain", "labels": {"pod-security.kubernetes.io/enforce": "baseline"}},
    "quota": {"cpu": "8", "pods": "1000"},
    "members": [{"email": ALICE, "role": "view"}],
    "network": {"isolated": True},
    "volumes": [{"name": "scratch", "size": "10Gi"}],
    "access": {"mode": "workspace-role"},
}


# Not with Pulumi's own plugin, whose way of reading the API's schema the identity's proxy does not know.
@pytest.mark.thorough
def test_a_plain_namespace_lives_with_the_rights_that_the_page_gives_and_goes_with_its_stack(
    platform: Platform, workspace: Callable[..., Workspace], objects: Objects, tmp_path: Path
) -> None:
    made, kubeconfig = workspace("bare", **BARE).with_plugins_of_its_own(), tmp_path / "kubeconfig"
    demo = replace(made, engine=Engine(made.engine.project, {**made.engine.environment, "KUBECONFIG": str(kubeconfig)}))
    files = ("kubernetes-update.yaml", "kubernetes-namespaces.yaml")
    with identity(platform, "maker", *files) as maker:
        write_private(kubeconfig, maker.kubeconfig)
        maker.permit()
        before = inventory.take(platform)
        demo.up()
        it_is_whole(objects)
        assert demo.preview("--refresh", "--expect-no-changes").code == 0
        drift_is_seen_and_repaired(demo, objects)
        nothing_is_lost_unasked(demo, objects)
        demo.write(deleteData=True)
        demo.up()
        gone = demo.destroy()
        assert gone.code == 0, gone.output
        taken_away(objects, f"pv-{PLAIN_NAMESPACE}-scratch")
        assert maker.refused == []
        assert inventory.differences(before, inventory.take(platform)) == []

        asked = maker.asked() | {re.sub(r"/\S+ in ", " in ", each) for each in maker.asked()}
        idle = [
            each
            for each in sorted(granted(files[1]))
            if each not in not_seen()
            and not any(one == each or one.startswith((f"{each}/", f"{each} in ")) for one in asked)
        ]
        # Needed beside `patch` by a server-side apply of what does not exist yet; it is no request of its own.
        assert idle == ["create namespaces", "create resourcequotas", "create serviceaccounts"]


def it_is_whole(objects: Objects) -> None:
    namespace = objects.get("v1", "Namespace", PLAIN_NAMESPACE)
    assert namespace
    assert namespace["metadata"]["labels"] == {
        "kubernetes.io/metadata.name": PLAIN_NAMESPACE,
        "pod-security.kubernetes.io/enforce": "baseline",
    }
    there = within(objects, PLAIN_NAMESPACE)
    assert sorted(there) == [
        "LimitRange/workspace-defaults",
        "NetworkPolicy/workspace-ingress",
        "PersistentVolumeClaim/scratch",
        "ResourceQuota/workspace-quota",
        "RoleBinding/user-aic-user-bare-ws-aic-com-clusterrole-admin",
        "RoleBinding/user-alice-example-com-clusterrole-view",
        "ServiceAccount/default-editor",
    ]
    assert there["ResourceQuota/workspace-quota"]["spec"] == {"hard": {"cpu": "8", "pods": "1k"}}
    eventually("the authorizer knows them", lambda: may(objects, OWNER, PLAIN_NAMESPACE) == {*WHAT})
    assert may(objects, ALICE, PLAIN_NAMESPACE) == LOOKING
    assert may(objects, STRANGER, PLAIN_NAMESPACE) == may(objects, OWNER, "default") == set()


def drift_is_seen_and_repaired(demo: Workspace, objects: Objects) -> None:
    """Somebody changes a label, adds a limit and takes a binding away."""
    core = {"apiVersion": "v1", "metadata": {"name": PLAIN_NAMESPACE}}
    objects.merge(
        {**core, "kind": "Namespace"}, {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}
    )
    quota = {"name": "workspace-quota", "namespace": PLAIN_NAMESPACE}
    objects.merge({**core, "kind": "ResourceQuota", "metadata": quota}, {"spec": {"hard": {"secrets": "3"}}})
    objects.delete(f"{RBAC}/v1", "RoleBinding", "user-alice-example-com-clusterrole-view", PLAIN_NAMESPACE)
    seen = {name: [*what] if what is not GONE else GONE for name, what in seen_by_refresh(demo).items()}
    assert seen == {
        f"{PLAIN} bare": ["metadata"],
        f"{NAMESPACE_QUOTA} bare": ["others"],
        f"{QUOTA} bare": ["metadata", "spec", "status"],
        f"{BINDING} bare-alice-example-com": GONE,
    }
    demo.up()
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    it_is_whole(objects)


def nothing_is_lost_unasked(demo: Workspace, objects: Objects) -> None:
    used(objects, PLAIN_NAMESPACE, "scratch")
    content = f"1 volume (scratch) in namespace {PLAIN_NAMESPACE}"
    demo.write(names={"namespace": "aic-ns-another"})
    assert content in refused(demo)
    demo.write(names=None, namespace={"kind": "profile"})
    assert (
        "Expected the kind that the namespace has, 'plain', not 'profile'. Destroy the workspace and make it again"
    ) in refused(demo)
    demo.write(namespace={"kind": "existing"}, names={"namespace": PLAIN_NAMESPACE})
    assert "Expected the kind that the namespace has, 'plain', not 'existing'." in refused(demo)
    demo.write(names=None, namespace=BARE["namespace"])
    assert demo.preview("--expect-no-changes").code == 0
    assert content in refused(demo, "destroy", "--yes", "--skip-preview")
    assert demo.preview("--expect-no-changes").code == 0


TEAM = "team-vision"


@pytest.fixture
def team(platform: Platform, objects: Objects) -> Iterator[dict[str, Object]]:
    """A namespace of a team's own: people, a quota, a volume with work on it. What is in it."""
    metadata = {"name": TEAM, "labels": {"team": "vision"}, "annotations": {"owner": "zoe@example.com"}}
    objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, "kubectl")
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"}
    binding = {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "team", "namespace": TEAM}}
    objects.create({**binding, "roleRef": role, "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "zoe"}]}, "k")
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team", "namespace": TEAM}}
    objects.create({**quota, "spec": {"hard": {"pods": "50"}}}, "kubectl")
    volume = bound(Kube(platform.kubeconfig, objects), TEAM, "notebooks")
    yield standing(objects)
    objects.delete("v1", "Namespace", TEAM)
    eventually("the team has left", lambda: objects.get("v1", "Namespace", TEAM) is None, 60)
    taken_away(objects, volume)


def standing(objects: Objects) -> dict[str, Object]:
    """The namespace and what is in it, without what the API server counts and notes."""
    namespace = objects.get("v1", "Namespace", TEAM)
    assert namespace
    found = {"Namespace": namespace, **within(objects, TEAM)}
    return {name: {**each, "metadata": _lasting(each), "status": None} for name, each in found.items()}


def _lasting(found: Object) -> dict[str, Any]:
    return {key: found["metadata"].get(key) for key in ("name", "namespace", "labels", "annotations", "uid")}


@pytest.mark.official
def test_an_existing_namespace_is_used_by_two_stacks_and_is_left_as_it_was(
    platform: Platform,
    team: dict[str, Object],
    before: inventory.Inventory,
    workspace: Callable[..., Workspace],
    objects: Objects,
) -> None:
    there: dict[str, Any] = {**ALONE, "namespace": {"kind": "existing", "labels": {"cost-centre": "7"}}}
    names = {"names": {"namespace": TEAM}}
    settings = {"quota": {"cpu": "8"}, "members": [{"email": ALICE}], "volumes": [{"name": "scratch", "size": "10Gi"}]}
    one = workspace("one", **{**there, **settings, "names": {"namespace": "team-visoin"}})
    assert "Expected a namespace that exists, for example 'team-vision'; the cluster has no 'team-visoin'" in (
        refused(one)
    )
    one.write(**names)
    one.up()
    assert one.preview("--refresh", "--expect-no-changes").code == 0
    ours = {each for each in standing(objects) if each not in team}
    assert ours == {
        "LimitRange/workspace-defaults",
        "PersistentVolumeClaim/scratch",
        "ResourceQuota/workspace-quota",
        "RoleBinding/user-aic-user-one-ws-aic-com-clusterrole-admin",
        "RoleBinding/user-alice-example-com-clusterrole-edit",
    }
    eventually("the authorizer knows her", lambda: may(objects, ALICE, TEAM) == EDITING)

    two = workspace("two", **{**there, **names, "quota": {"pods": "5"}, "namespace": {"kind": "existing"}})
    assert f"ResourceQuota workspace-quota in namespace {TEAM} exists already, and stack 'one-dev'" in refused(two)
    two.write(quota=None)
    two.up()
    assert two.destroy().code == 0
    assert {each for each in standing(objects) if each not in team} == ours

    used(objects, TEAM, "scratch")
    inhabited = inventory.take(platform)
    assert f"1 volume (scratch) in namespace {TEAM}" in refused(one, "destroy", "--yes", "--skip-preview")
    assert inventory.differences(inhabited, inventory.take(platform)) == [], "and nothing is said of the team's own"
    one.write(deleteData=True)
    one.up()
    gone = one.destroy()
    assert gone.code == 0, gone.output
    assert standing(objects) == team
    taken_away(objects, f"pv-{TEAM}-scratch")
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
@pytest.mark.official
def test_in_an_existing_namespace_labels_change_and_members_become_kubeflows_contributors(
    team: dict[str, Object], workspace: Callable[..., Workspace], objects: Objects
) -> None:
    """Somebody takes a label away in between."""
    demo = workspace(
        "one",
        **{**ALONE, "namespace": {"kind": "existing", "labels": {"cost-centre": "7"}}},
        names={"namespace": TEAM},
        members=[{"email": ALICE}],
    )
    demo.up()
    demo.write(namespace={"kind": "existing", "labels": {"cost-centre": "8"}})
    assert operations(demo) == update(NAMESPACE_LABELS)
    demo.up()
    objects.merge(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEAM}},
        {"metadata": {"labels": {"cost-centre": None}}},
    )
    gone = ({"cost-centre": "8"}, {"cost-centre": "(not there)"})
    assert seen_by_refresh(demo)[f"{NAMESPACE_LABELS} one"] == {"labels": gone}
    demo.up()
    namespace = objects.get("v1", "Namespace", TEAM)
    assert namespace
    assert namespace["metadata"]["labels"]["cost-centre"] == "8"
    demo.write(kubeflow={"contributors": True})
    demo.up()
    there = within(objects, TEAM)
    for name in ("user-alice-example-com-clusterrole-edit", "user-aic-user-one-ws-aic-com-clusterrole-admin"):
        assert there[f"RoleBinding/{name}"]["roleRef"]["name"] == f"kubeflow-{name.rpartition('-')[2]}"
        assert f"AuthorizationPolicy/{name}" in there
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    assert demo.destroy().code == 0
    assert standing(objects) == team


@pytest.mark.thorough
@pytest.mark.official
def test_a_run_that_is_killed_with_a_plain_namespace_half_made_is_recovered_and_goes_whole(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace], objects: Objects
) -> None:
    demo = workspace("bare", **{**BARE, "access": None})
    for found in (
        lambda: objects.get("v1", "Namespace", PLAIN_NAMESPACE),
        lambda: objects.get("v1", "ResourceQuota", "workspace-quota", PLAIN_NAMESPACE),
    ):
        up_killed_when(demo, lambda found=found: found() is not None)
        recovered(demo)
    demo.up()
    assert recovered(demo) == "Nothing to recover.\n"
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    assert sorted(within(objects, PLAIN_NAMESPACE))[0] == "LimitRange/workspace-defaults"
    gone = demo.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
@pytest.mark.official
def test_a_run_that_is_killed_in_an_existing_namespace_leaves_nothing_there_when_its_stack_goes(
    platform: Platform,
    team: dict[str, Object],
    before: inventory.Inventory,
    workspace: Callable[..., Workspace],
    objects: Objects,
) -> None:
    labels = {"kind": "existing", "labels": {"cost-centre": "7", "tier": "gold"}}
    settings = {"quota": {"cpu": "8"}, "members": [{"email": ALICE}], "network": {"isolated": True}}
    demo = workspace("one", **{**ALONE, **settings, "namespace": labels, "names": {"namespace": TEAM}})
    for kind in ("Namespace", "ResourceQuota/workspace-quota", "NetworkPolicy/workspace-ingress"):
        up_killed_when(demo, lambda kind=kind: standing(objects).get(kind) != team.get(kind))
        recovered(demo)
        gone = demo.destroy()
        assert gone.code == 0, gone.output
        assert standing(objects) == team
    assert inventory.differences(before, inventory.take(platform)) == []
