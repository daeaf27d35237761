"""The life of a workspace with the permissions of docs/permissions.md, no more; and a reason for each of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.aws.seed import CLUSTER
from local.checkout import CHECKOUT
from local.kube.objects import Objects
from local.kube.seed import DEX_NAMESPACE
from local.platform import Platform
from local.project_folder import project_folder
from tests.support.engine.drifting import Hand
from tests.support.engine.identities import identity
from tests.support.engine.installation import CONSUMER, LOG_BUCKET, client, log_bucket
from tests.support.engine.jobs import Job
from tests.support.engine.workspaces import NODE_GROUPS, Workspace
from tests.support.permissions import allowed_actions, not_seen
from workspacectl.permissions.policies import statements
from workspacectl.pulumi_cli import Engine

pytestmark = pytest.mark.engine

BUCKET, NAMESPACE = "s3-an2-meerkat-dev-permitted", "aic-ns-permitted-ws"
ROLE = "role-an2-meerkat-dev-permitted-ws-node"
AS_OBJECT = {"dex": {"storedIn": "password-object"}}
UPDATE = ("aws-update.json", "aws-workspace-roles.json")
OWN_ROLE: dict[str, Any] = {"mode": "workspace-role", "principals": [CONSUMER]}
POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")
RUNAI = {"project": "permitted", "template": "with-workloads", "executors": ["alice@example.com"]}
APPLIED = [
    "create authorizationpolicies.security.istio.io",
    "create clusterrolebindings.rbac.authorization.k8s.io",
    "create limitranges",
    "create networkpolicies.networking.k8s.io",
    "create persistentvolumeclaims",
    "create persistentvolumes",
    "create profiles.kubeflow.org",
    "create rolebindings.rbac.authorization.k8s.io",
]
"""Needed beside `patch` by a server-side apply of what does not exist yet; it is no request of its own."""


def adopted_stack_file(workspace: Workspace, folder: Path) -> str:
    """What `workspacectl adopt stack-file` writes of the workspace, in a project of its own."""
    project, environment = project_folder(folder), workspace.engine.environment
    command = [sys.executable, "-m", "workspacectl", "adopt", "stack-file", "--project", workspace.project]
    urls = ["--conductor-url", environment["AIC_FRONTEND_URL"], "--grafana-url", environment["GRAFANA_URL"]]
    names = ["--environment", "dev", "--infra", "meerkat", "--cluster", CLUSTER, "--folder", str(project)]
    backend = {"PULUMI_BACKEND_URL": f"file://{folder}"}
    subprocess.run([*command, *names, *urls], cwd=CHECKOUT, env={**environment, **backend}, check=True)
    return (project / "stacks" / f"Pulumi.{workspace.stack}.yaml").read_text()


def take_away_the_leases(platform: Platform) -> None:
    """Those of the shared policies stay when a workspace goes: without them an edit makes its own, as on a new
    cluster."""
    objects = Objects.connect(platform.kubeconfig)
    for policy in POLICIES:
        where = ("coordination.k8s.io/v1", "Lease", f"project-workspace-{policy}", DEX_NAMESPACE)
        if objects.get(*where):
            objects.delete(*where)


def change_by_hand(platform: Platform) -> None:
    hand = Hand(platform)
    hand.merge("v1", "Namespace", NAMESPACE, {"metadata": {"labels": {"istio-injection": "disabled"}}})
    hand.edit_policy(POLICIES[0], without=f"arn:aws:s3:::{BUCKET}")
    iam = hand.client("iam")
    trust = iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Sid"] = "ByHand"
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(trust))


def preview_what_is_not_there(demo: Workspace, previewer: Job) -> None:
    demo.write(access=OWN_ROLE)
    with previewer.running():
        result = demo.preview()
    demo.write(access=None)
    assert result.code == 0, result.output
    assert " to create" in result.output


def fails(demo: Workspace, updater: Job) -> str:
    with updater.running():
        result = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
    assert result.code != 0, result.output
    return result.output


def destroy_fails(demo: Workspace, updater: Job, platform: Platform) -> str:
    """The guard looks everywhere, and finds something."""
    Hand(platform).client("s3").put_object(Bucket=BUCKET, Key="model.bin", Body=b"weights")
    with updater.running():
        result = demo.destroy()
    assert result.code != 0, result.output
    return result.output


def live(platform: Platform, demo: Workspace, previewer: Job, updater: Job, folder: Path) -> None:
    """Made, its user moved into an object, looked at, changed by hand, repaired and changed by its owner, given a role,
    destroyed with its content."""
    with updater.running():
        demo.up()
        demo.write(login=AS_OBJECT)
        demo.up()
    with previewer.running():
        unchanged = demo.preview("--expect-no-changes")
        assert "spec: standard" in adopted_stack_file(demo, folder)
    assert unchanged.code == 0, unchanged.output

    change_by_hand(platform)
    demo.write(names={"bucket": "s3-an2-meerkat-dev-another", "namespace": "aic-ns-another"})
    with previewer.running():
        drifted = demo.preview("--refresh", "--diff")
    assert drifted.code == 0, drifted.output
    assert '"disabled"' in drifted.output

    demo.write(names=None)
    assert " still has content: 1 object " in destroy_fails(demo, updater, platform)
    group = {**NODE_GROUPS[0], "disk": {"sizeGib": 60}, "labels": {"team": "vision"}}
    runai = {**RUNAI, "bindings": "shared"}
    demo.write(nodeGroups=[group], tags={"owner": "vision"}, deleteData=True, access=OWN_ROLE, runai=runai)
    demo.write(login={"passwordRotation": "2", **AS_OBJECT})
    with updater.running():
        demo.up("--refresh")
    demo.write(access={**OWN_ROLE, "assumedBy": "irsa"})
    with previewer.running():
        by_association = demo.preview("--refresh")
    with updater.running():
        demo.up()
    with previewer.running():
        by_tokens = demo.preview("--refresh", "--expect-no-changes")
    assert (by_association.code, by_tokens.code) == (0, 0), by_association.output + by_tokens.output
    with updater.running():
        destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output


def test_a_workspace_lives_with_exactly_what_the_documents_give(
    platform: Platform, workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    logging = {"accessLogging": {"bucket": LOG_BUCKET}}
    settings = {
        "nodeGroups": [NODE_GROUPS[0]],
        "tags": {"team": "vision"},
        "storage": logging,
        "quota": {"cpu": "8"},
        "members": [{"email": "alice@example.com"}],
        "network": {"isolated": True},
        "volumes": [
            {"name": "models", "size": "10Gi", "retain": True},
            {"name": "datasets", "size": "1Ti", "shared": {"nfs": {"server": "nfs.example.com", "path": "/data"}}},
        ],
        "runai": RUNAI,
    }
    made = workspace("permitted", **settings).with_plugins_of_its_own()
    take_away_the_leases(platform)
    kubeconfig = tmp_path / "kubeconfig"
    demo = replace(made, engine=Engine(made.engine.project, {**made.engine.environment, "KUBECONFIG": str(kubeconfig)}))
    with (
        log_bucket(client(platform, "s3")),
        identity(platform, "previewer", "kubernetes-preview.yaml") as reader,
        identity(platform, "updater", "kubernetes-update.yaml") as writer,
    ):
        previewer, updater = Job(platform, reader, kubeconfig), Job(platform, writer, kubeconfig)
        reader.permit()
        preview_what_is_not_there(demo, previewer)

        writer.permit(without=("create", "profiles"))
        assert 'cannot create resource "profiles"' in fails(demo, updater)
        writer.permit(without=("patch", "deployments"))
        remedy = "Give the identity of your kubeconfig the verb 'patch' on 'deployments' in namespace auth."
        assert remedy in fails(demo, updater)
        assert writer.refused != []
        writer.refused.clear()

        writer.permit()
        live(platform, demo, previewer, updater, tmp_path / "adopted")
        assert reader.refused + writer.refused == []

    assert previewer.not_allowed_by("aws-preview.json") == []
    assert [*previewer.not_allowed_by("aws-update.json"), *updater.not_allowed_by(*UPDATE)] == []

    seen = previewer.actions() | updater.actions()
    assert sorted(allowed_actions(statements("aws-preview.json")) - previewer.actions() - set(not_seen())) == []
    given = [each for policy in UPDATE for each in statements(policy)]
    assert sorted(allowed_actions(given) - seen - set(not_seen())) == []
    assert previewer.never_asked() == []
    assert updater.never_asked() == APPLIED
    assert sorted(set(not_seen()) & (seen | reader.asked() | writer.asked())) == [], "it was seen after all"
