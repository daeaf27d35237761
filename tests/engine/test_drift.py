"""What others change is seen by a refresh, property by property, and put right by `up`; nothing else ever shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import bcrypt
import pytest

from local import inventory
from local.dex.login import login
from local.platform import Platform
from project_workspace.conductor.records import Spec, WorkspaceContent
from project_workspace.dex import config_file as dex_config
from tests.support.engine.drifting import GONE, Hand, outputs_in_state, seen_by_refresh
from tests.support.engine.workspaces import NODE_GROUPS, Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official]

USER = "pulumi-python:dynamic/dex:User drifting"
GRANT = "pulumi-python:dynamic/iam:PolicyGrant drifting-kubeflow"
DASHBOARD = "pulumi-python:dynamic/grafana:Dashboard drifting"
WORKSPACE = "pulumi-python:dynamic/conductor:Workspace drifting"
ACCOUNT = "pulumi-python:dynamic/conductor:Account drifting"
MEMBERSHIP = "pulumi-python:dynamic/conductor:Membership drifting"
MARKS = "pulumi-python:dynamic/kubeflow:NamespaceMetadata drifting"
QUOTA = "pulumi-python:dynamic/kubeflow:NamespaceQuota drifting"
LIMITS = "kubernetes:core/v1:LimitRange drifting"
PROFILE = "kubernetes:kubeflow.org/v1:Profile drifting"
BUCKET = "s3-an2-meerkat-dev-drifting"
NAMESPACE, EMAIL = "aic-ns-drifting-ws", "aic-user-drifting-ws@aic.com"
LIMIT_RANGE = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "workspace-defaults", "namespace": NAMESPACE},
}
POLICY = "policy-s3-kubeflow-an2-meerkat-dev"


@pytest.fixture
def demo(workspace: Callable[..., Workspace]) -> Workspace:
    made = workspace("drifting", nodeGroups=[NODE_GROUPS[1]], quota={"cpu": "8000m", "count/secrets": "1000"})
    made.up()
    return made


def repaired(demo: Workspace, whole: dict[str, dict[str, Any]]) -> bool:
    """Whether an `up` brings everything back to what it was, as a refresh after it sees it."""
    demo.up()
    assert demo.preview("--expect-no-changes").code == 0
    assert seen_by_refresh(demo) == {}
    now = outputs_in_state(demo)
    return {name: now[name] for name in whole} == whole


def test_drift_is_seen_property_by_property_and_repaired(platform: Platform, demo: Workspace) -> None:
    hand = Hand(platform)
    assert seen_by_refresh(demo) == {}, "what nobody changed never shows"
    whole = outputs_in_state(demo)

    by_hand = bcrypt.hashpw(b"by hand", bcrypt.gensalt(10)).decode()
    entry = hand.dex_entry(EMAIL)
    hand.write_dex(dex_config.put(hand.dex_text(), replace(entry, hash=by_hand, user_id="by-hand")))
    hand.edit_policy(POLICY, without=f"arn:aws:s3:::{BUCKET}")
    uid = demo.outputs()["dashboardUid"]
    found = hand.grafana.find_dashboard(uid)
    assert found
    model = {**found.model, "title": "renamed", "panels": found.model["panels"][:1]}
    hand.grafana.save_dashboard(uid, model, folder="", version=found.version)
    hand.change_workspace("drifting-ws", WorkspaceContent.of("other", "", [Spec("huge", 64, 512, 8)]))
    hand.change_account("drifting-edge", role="ADMIN")
    hand.lock_account("drifting-edge")
    hand.conductor.change_member(*hand.member("drifting-ws", "drifting-edge"), "MEMBER")
    labels = {"istio-injection": "disabled", "pipelines.kubeflow.org/enabled": None, "team": "vision"}
    hand.merge("v1", "Namespace", NAMESPACE, {"metadata": {"labels": labels, "annotations": {"owner": "eve@aic.com"}}})
    quota = {"resourceQuotaSpec": {"hard": {"cpu": "9", "pods": "5"}}}
    hand.merge("kubeflow.org/v1", "Profile", NAMESPACE, {"spec": quota})
    large = {"type": "Container", "defaultRequest": {"cpu": "4"}, "default": {"cpu": "4"}}
    hand.objects.merge(LIMIT_RANGE, {"spec": {"limits": [large]}})

    readable = demo.preview("--refresh", "--diff").output
    for line in (
        'istio-injection                               : "enabled" => "disabled"',
        "isLocked   : false => true",
        'pods: "5"',
    ):
        assert line in readable
    drift = seen_by_refresh(demo)

    assert {name: sorted(changes) for name, changes in drift.items()} == {
        USER: ["hash", "passwordHash", "userId"],
        GRANT: ["resources"],
        DASHBOARD: ["folder", "model", "title"],
        WORKSPACE: ["bucket", "dashboardHash", "labels", "specs"],
        ACCOUNT: ["isLocked", "role"],
        MEMBERSHIP: ["role"],
        MARKS: ["labels", "owner"],
        QUOTA: ["others"],
        LIMITS: ["metadata", "spec"],
        PROFILE: ["metadata", "spec"],
    }
    assert drift[USER]["userId"] == (entry.user_id, "by-hand")
    assert drift[GRANT]["resources"][1] == [f"arn:aws:s3:::{BUCKET}/*"]
    assert drift[DASHBOARD]["title"][1] == "renamed"
    assert drift[WORKSPACE]["bucket"] == (BUCKET, "other")
    assert drift[WORKSPACE]["specs"][1] == [{"name": "huge", "vcpu": 64, "ramGb": 512, "gpu": 8}]
    assert drift[ACCOUNT] == {"isLocked": (False, True), "role": ("DEVELOPER", "ADMIN")}
    assert drift[MEMBERSHIP] == {"role": ("MANAGER", "MEMBER")}
    assert drift[MARKS]["owner"] == (EMAIL, "eve@aic.com")
    assert drift[MARKS]["labels"][1]["pipelines.kubeflow.org/enabled"] == ""
    assert "team" not in drift[MARKS]["labels"][1]
    assert drift[QUOTA]["others"] == ({}, {"hard": {"pods": "5"}})
    assert drift[LIMITS]["spec"][1] == {"limits": [large]}
    limits = drift[PROFILE]["spec"][1]["resourceQuotaSpec"]["hard"]
    assert limits == {"cpu": "9", "count/secrets": "1k", "pods": "5"}
    assert by_hand not in readable

    refused = demo.destroy()
    assert refused.code != 0
    assert "Kubeflow would never let Profile aic-ns-drifting-ws go" in " ".join(refused.output.split())

    assert repaired(demo, whole)
    outputs = demo.outputs()
    assert login(platform.issuer, EMAIL, outputs["kubeflowPassword"]).accepted
    assert not login(platform.issuer, EMAIL, "by hand").accepted
    assert hand.dex_entry(EMAIL) == replace(entry, hash=hand.dex_entry(EMAIL).hash)


@pytest.mark.thorough
def test_what_was_removed_is_seen_and_made_again(platform: Platform, demo: Workspace) -> None:
    hand, whole = Hand(platform), outputs_in_state(demo)
    ids = hand.member("drifting-ws", "drifting-edge")
    entry = hand.dex_entry(EMAIL)
    hand.write_dex(dex_config.remove(hand.dex_text(), EMAIL, entry.user_id))
    for arn in (f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"):
        hand.edit_policy(POLICY, without=arn)
    hand.grafana.delete_dashboard(demo.outputs()["dashboardUid"])
    hand.conductor.remove_member(*ids)
    hand.objects.delete("v1", "LimitRange", "workspace-defaults", NAMESPACE)

    assert seen_by_refresh(demo) == {USER: GONE, GRANT: GONE, DASHBOARD: GONE, MEMBERSHIP: GONE, LIMITS: GONE}

    assert repaired(demo, whole)
    assert login(platform.issuer, EMAIL, demo.outputs()["kubeflowPassword"]).accepted
    found = hand.conductor.find_member(*ids)
    assert found
    assert found.role == "MANAGER"


def test_what_is_volatile_or_somebody_elses_never_shows(platform: Platform, demo: Workspace) -> None:
    hand = Hand(platform)
    foreign = f"# by hand\n{hand.dex_text()}"
    hand.write_dex(foreign)
    uid = demo.outputs()["dashboardUid"]
    found = hand.grafana.find_dashboard(uid)
    assert found
    hand.grafana.save_dashboard(uid, found.model, folder=found.folder, version=found.version)
    assert login(platform.issuer, EMAIL, demo.outputs()["kubeflowPassword"]).accepted
    text = json.dumps(inventory.take(platform)["grafana"])
    assert uid in text

    assert seen_by_refresh(demo) == {}
    assert demo.preview("--expect-no-changes").code == 0
    hand.write_dex(foreign.removeprefix("# by hand\n"))
