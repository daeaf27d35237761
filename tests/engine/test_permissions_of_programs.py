"""The lives of a Workbench's stack and of one of ai-devops with the permissions of docs/permissions.md, no more; and a
reason for each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.aws.seed import CLUSTER
from local.kube.objects import Objects
from local.platform import Platform
from local.project_folder import project_folder
from project_workspace.volumes.places import DEFAULT
from tests.support.engine.drifting import Hand
from tests.support.engine.identities import identity
from tests.support.engine.jobs import Job
from tests.support.engine.workspaces import Workspace
from tests.support.permissions import allowed_actions, not_seen
from workspacectl.permissions import policies
from workspacectl.permissions.policies import statements
from workspacectl.pulumi_cli import Engine

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

NAMESPACE = ACCOUNT = "anaconda-enterprise"
RBAC = "rbac.authorization.k8s.io"
NODE_ROLE = f"role-an2-meerkat-dev-{NAMESPACE}-node"
GROUP: dict[str, Any] = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2}
SETTINGS: dict[str, Any] = {
    "environment": "dev",
    "infra": "meerkat",
    "cluster": CLUSTER,
    "hostname": "anaconda.dev.example.com",
    "tls": {"mode": "self-signed"},
    "ingress": {"install": True},
    "storage": {"nfs": {"server": "nfs.example.com", "path": "/exports/storage"}},
    "persistence": {"nfs": {"server": "nfs.example.com", "path": "/exports/persistence"}},
    "registryLogin": {"user": "robot"},
    "nodeGroups": [GROUP],
    "tags": {"team": "vision"},
}
APPLIED = [
    f"create clusterrolebindings.{RBAC}",
    f"create clusterroles.{RBAC}",
    "create namespaces",
    "create persistentvolumeclaims",
    "create persistentvolumes",
    f"create rolebindings.{RBAC}",
    f"create roles.{RBAC}",
    "create secrets",
    "create serviceaccounts",
]
"""Needed beside `patch` by a server-side apply of what does not exist yet; it is no request of its own."""
ONLY_TO_REFUSE = [f"get profiles.kubeflow.org/{NAMESPACE}", "list persistentvolumeclaims"]
"""What a preview asks for before it refuses a namespace that is there, or another name for one that has content: this
life has neither."""
INSTALLED = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "ap-ui", "namespace": NAMESPACE},
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "ap-ui"}},
        "template": {
            "metadata": {"labels": {"app": "ap-ui"}},
            "spec": {"containers": [{"name": "app", "image": "aedev/ae-ui"}]},
        },
    },
}
"""Stands for what Helm makes."""
Make = Callable[..., Workspace]


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """Where each job has its own."""
    return tmp_path / "kubeconfig"


@pytest.fixture
def stack(environment: dict[str, str], tmp_path: Path, kubeconfig: Path) -> Iterator[Make]:
    """Makes a stack of a program, by its settings; what a test leaves of it is destroyed with the platform's own
    rights."""
    made: list[Workspace] = []

    def make(program: str, **settings: Any) -> Workspace:
        engine = Engine(project_folder(tmp_path, f"programs/{program}"), environment)
        own = Workspace("permitted", engine, namespace=program).with_plugins_of_its_own()
        own.write(**settings)
        engine.select(own.stack)
        made.append(own)
        return replace(own, engine=Engine(engine.project, {**own.engine.environment, "KUBECONFIG": str(kubeconfig)}))

    yield make
    for left in made:
        if left.resources() and left.destroy().code != 0:
            left.write(deleteData=True)
            left.up("--refresh")
            assert left.destroy().code == 0


def change_by_hand(platform: Platform) -> None:
    hand = Hand(platform)
    narrow = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    for kind, name, namespace in (("Role", ACCOUNT, NAMESPACE), ("ClusterRole", f"{ACCOUNT}-ingress", None)):
        metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
        hand.objects.merge({"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata}, {"rules": narrow})
    iam = hand.client("iam")
    trust = iam.get_role(RoleName=NODE_ROLE)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Sid"] = "ByHand"
    iam.update_assume_role_policy(RoleName=NODE_ROLE, PolicyDocument=json.dumps(trust))


def refused_to_give_what_it_has_not(trial: Workspace, updater: Job) -> None:
    """Without `escalate` Kubernetes compares the Role with what the identity has itself."""
    updater.who.permit(without=("escalate", "roles"))
    with updater.running():
        result = trial.engine.run("up", "--yes", "--skip-preview", "--stack", trial.stack)
    assert result.code != 0, result.output
    assert "attempting to grant RBAC permissions not currently held" in " ".join(result.output.split())
    updater.who.refused.clear()
    updater.who.permit()


def destroy_fails(trial: Workspace, updater: Job, objects: Objects) -> None:
    """The guards look everywhere, and find something."""
    objects.create(INSTALLED, "helm")
    with updater.running():
        result = trial.destroy()
    objects.delete("apps/v1", "Deployment", "ap-ui", NAMESPACE)
    assert result.code != 0, result.output
    assert "Workbench is still installed" in " ".join(result.output.split())


def live(platform: Platform, trial: Workspace, previewer: Job, updater: Job) -> None:
    """Made, looked at, changed by hand, repaired and changed by its owner, destroyed."""
    with previewer.running():
        new = trial.preview()
    assert new.code == 0, new.output
    refused_to_give_what_it_has_not(trial, updater)
    with updater.running():
        trial.up()
        trial.up("--refresh")  # that the claims are bound, which they were not yet when they were made
    with previewer.running():
        unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    change_by_hand(platform)
    with previewer.running():
        drifted = trial.preview("--refresh", "--diff")
    assert drifted.code == 0, drifted.output
    group = {**GROUP, "disk": {"sizeGib": 60}, "labels": {"team": "vision"}}
    trial.write(nodeGroups=[group], tags={"owner": "vision"}, gid=1000)
    with updater.running():
        trial.up("--refresh")
    destroy_fails(trial, updater, Hand(platform).objects)
    with updater.running():
        gone = trial.destroy()
    assert gone.code == 0, gone.output


def test_a_workbench_lives_with_exactly_what_the_documents_give(
    platform: Platform, stack: Make, kubeconfig: Path
) -> None:
    trial = stack("workbench", **SETTINGS)
    trial.set_secret("registryLogin.password", "of-the-registry")
    with (
        identity(platform, "previewer", "kubernetes-workbench-preview.yaml") as reader,
        identity(platform, "updater", "kubernetes-workbench-update.yaml") as writer,
    ):
        previewer, updater = Job(platform, reader, kubeconfig), Job(platform, writer, kubeconfig)
        reader.permit()
        live(platform, trial, previewer, updater)
        assert reader.refused + writer.refused == []

    assert previewer.not_allowed_by(policies.PREVIEW) == []
    assert updater.not_allowed_by(policies.WORKBENCH) == []
    given = allowed_actions(statements(policies.WORKBENCH))
    assert sorted(given - updater.actions() - set(not_seen())) == []
    assert (previewer.never_asked(), updater.never_asked()) == (ONLY_TO_REFUSE, APPLIED)
    seen = previewer.actions() | updater.actions() | reader.asked() | writer.asked()
    assert sorted(set(not_seen()) & seen) == [], "it was seen after all"


def test_a_stack_of_ai_devops_lives_with_exactly_what_the_documents_give(
    platform: Platform, stack: Make, kubeconfig: Path
) -> None:
    demo = stack("ai-devops", storageClass={"name": "gp2", "takeOverDefault": True})
    objects = Hand(platform).objects
    efs = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "efs"}}
    with (
        identity(platform, "previewer", "kubernetes-ai-devops-preview.yaml") as reader,
        identity(platform, "updater", "kubernetes-ai-devops-update.yaml") as writer,
    ):
        previewer, updater = Job(platform, reader, kubeconfig), Job(platform, writer, kubeconfig)
        reader.permit()
        writer.permit()
        with previewer.running():
            new = demo.preview()
        with updater.running():
            demo.up()
        objects.merge(efs, {"metadata": {"annotations": {DEFAULT[0]: "true"}}})
        with previewer.running():
            drifted = demo.preview("--refresh", "--diff")
        with updater.running():
            demo.up("--refresh")
        objects.merge(efs, {"metadata": {"annotations": {DEFAULT[0]: None}}})
        with updater.running():
            gone = demo.destroy()
        assert (new.code, drifted.code, gone.code) == (0, 0, 0), new.output + drifted.output + gone.output
        assert reader.refused + writer.refused == []
    assert previewer.never_asked() == updater.never_asked() == []
