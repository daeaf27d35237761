"""What others change of a Workbench, in the cluster and on AWS, is shown by a refresh and put right by `up`."""

from __future__ import annotations

from typing import Any

import pytest

from local import inventory
from local.aws.seed import CLUSTER
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.claims import is_bound
from tests.support.engine.drifting import GONE, Hand, outputs_in_state, seen_by_refresh
from tests.support.engine.workbenches import ACCOUNT, CERTIFICATES, CLAIMS, NAMESPACE, RBAC
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official, pytest.mark.thorough]

GROUP, ROLE = f"ng-an2-{NAMESPACE}-gpu", f"role-an2-meerkat-dev-{NAMESPACE}-node"
STORAGE, PERSISTENCE = (f"workbench-{claim}" for claim in CLAIMS)
WIDE = f"{ACCOUNT}-ingress"
_RULES = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
_EVE = [{"kind": "User", "name": "eve", "apiGroup": "rbac.authorization.k8s.io"}]
_MARK = {"metadata": {"annotations": {"project-workspace/pulumi-stack": "eve-dev"}}}


def changed_by_hand(hand: Hand) -> None:
    """One change of each kind of thing that is not removed."""
    inside: list[tuple[str, str, str, dict[str, Any]]] = [
        ("v1", "ServiceAccount", ACCOUNT, _MARK),
        (RBAC, "Role", ACCOUNT, {"rules": _RULES}),
        (RBAC, "RoleBinding", ACCOUNT, {"subjects": _EVE}),
        ("v1", "Secret", "regcred", {"data": {".dockerconfigjson": "e30="}}),
        ("v1", "Secret", CERTIFICATES, {"data": {"tls.key": "ZXZl", "rootca.crt": None}}),
        ("v1", "PersistentVolumeClaim", CLAIMS[0], _MARK),
    ]
    for api_version, kind, name, change in inside:
        metadata = {"name": name, "namespace": NAMESPACE}
        hand.objects.merge({"apiVersion": api_version, "kind": kind, "metadata": metadata}, change)
    hand.merge("v1", "Namespace", NAMESPACE, _MARK)
    hand.merge(RBAC, "ClusterRole", WIDE, {"rules": _RULES})
    hand.merge(RBAC, "ClusterRoleBinding", WIDE, {"subjects": _EVE})
    policy = {"spec": {"persistentVolumeReclaimPolicy": "Delete"}}
    hand.merge("v1", "PersistentVolume", f"{NAMESPACE}-{CLAIMS[0]}", policy)
    scaling = {"minSize": 0, "maxSize": 7, "desiredSize": 0}
    hand.client("eks").update_nodegroup_config(clusterName=CLUSTER, nodegroupName=GROUP, scalingConfig=scaling)
    hand.client("iam").detach_role_policy(RoleName=ROLE, PolicyArn=first_policy(hand))


def first_policy(hand: Hand) -> str:
    return hand.client("iam").list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"][0]["PolicyArn"]


def removed_by_hand(objects: Objects) -> None:
    """A claim that no pod uses, and its volume, whose data stays where it is."""
    claim = ("v1", "PersistentVolumeClaim", CLAIMS[1], NAMESPACE)
    objects.delete(*claim)
    eventually("the claim is gone", lambda: objects.get(*claim) is None)
    volume = ("v1", "PersistentVolume", f"{NAMESPACE}-{CLAIMS[1]}")
    objects.delete(*volume)
    eventually("the volume is gone", lambda: objects.get(*volume) is None)


def test_every_kind_of_thing_that_others_change_of_workbench_is_seen_and_repaired(
    platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    trial.up()
    for claim in CLAIMS:
        is_bound(objects, NAMESPACE, claim)
    seen_by_refresh(trial)  # that the claims are bound, which they were not yet when they were made
    whole, hand = outputs_in_state(trial), Hand(platform)
    policy = first_policy(hand)
    standing = inventory.take(platform)
    changed_by_hand(hand)
    removed_by_hand(objects)

    drift = seen_by_refresh(trial)
    assert {name: GONE if found is GONE else sorted(found) for name, found in drift.items()} == {
        "kubernetes:core/v1:Namespace workbench": ["metadata"],
        "kubernetes:core/v1:ServiceAccount workbench": ["metadata"],
        f"kubernetes:{RBAC}:Role workbench": ["metadata", "rules"],
        f"kubernetes:{RBAC}:RoleBinding workbench": ["metadata", "subjects"],
        f"kubernetes:{RBAC}:ClusterRole workbench": ["metadata", "rules"],
        f"kubernetes:{RBAC}:ClusterRoleBinding workbench": ["metadata", "subjects"],
        "kubernetes:core/v1:Secret workbench": ["data", "metadata"],
        f"kubernetes:core/v1:PersistentVolume {STORAGE}": ["metadata", "spec"],
        f"kubernetes:core/v1:PersistentVolume {PERSISTENCE}": GONE,
        f"kubernetes:core/v1:PersistentVolumeClaim {STORAGE}": ["metadata"],
        f"kubernetes:core/v1:PersistentVolumeClaim {PERSISTENCE}": GONE,
        "aws:eks/nodeGroup:NodeGroup workbench-gpu": ["scalingConfig"],
        f"aws:iam/rolePolicyAttachment:RolePolicyAttachment workbench-{policy.rpartition('/')[2]}": GONE,
    }
    now = outputs_in_state(trial)
    secrets = [urn for urn in whole if ":Secret::" in urn]
    assert [now[urn]["data"] != whole[urn]["data"] for urn in secrets] == [True, True]

    trial.up("--refresh")
    is_bound(objects, NAMESPACE, CLAIMS[1])
    seen_by_refresh(trial)
    assert outputs_in_state(trial).keys() == whole.keys()
    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    there = inventory.take(platform)
    for each in (standing, there):
        each["node groups"][CLUSTER][GROUP].pop("modifiedAt")
        for kind in ("persistentvolumes", "persistentvolumeclaims"):
            for found in each["kubernetes"][kind].values():
                for field in ("uid", "creationTimestamp"):  # one of each was made again
                    found["metadata"].pop(field)
                for field in ("uid", "resourceVersion"):
                    found["spec"].get("claimRef", {}).pop(field, None)
    assert inventory.differences(standing, there) == []

    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []
