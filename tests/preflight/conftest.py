"""A stack's site for the checks: a real API server with the real dex, moto's AWS, an engine that says its version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import boto3
import pytest
import yaml
from kubernetes.client import AuthenticationV1TokenRequest, CoreV1Api, V1TokenRequestSpec
from kubernetes.config import new_client_from_config
from moto import mock_aws

from local.kube import manifests
from project_workspace.config.stack_options import StackOptions
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import DexCluster
from workspacectl.preflight.site import WorkspaceSite
from workspacectl.pulumi_cli import Engine, Result

REGION = "ap-northeast-2"
POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")
SMALL: dict[str, Any] = {"project": "demo", "environment": "dev", "infra": "meerkat", "region": REGION}
MakeSite = Callable[..., WorkspaceSite]
Nearly = tuple[str, Callable[..., object]]
"""The kubeconfig of somebody, and how their rights are set."""
INSTALLED = {
    each.name: each
    for each in (
        Installed("istio-system", "istiod", {"discovery": "registry.istio.io/release/pilot:1.30.1"}),
        Installed("cert-manager", "cert-manager", {"cert-manager-controller": "quay.io/jetstack/cert-manager:v1.20.2"}),
        Installed("kube-system", "cluster-autoscaler", {"c": "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0"}),
        Installed(
            "kubeflow",
            "profiles-deployment",
            {"kfam": "ghcr.io/kubeflow/dashboard/kfam:v2.0.1", "manager": "ghcr.io/kubeflow/dashboard/manager:v2.0.0"},
            env_from="profiles-config-46c7tgh6fd",
        ),
    )
}
"""What runs beside dex, by name: in the places and versions of Kubeflow's distribution of 2026-06."""


@dataclass
class Said:
    """Stands in for the engine: it says a version and a stack's state, and is asked nothing else."""

    version: str = "v3.274.1\n"
    environment: dict[str, str] = field(default_factory=dict[str, str])
    resources: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def checked(self, *arguments: str) -> Result:
        if arguments == ("stack", "export", "--stack", "demo-dev"):
            return Result(0, json.dumps({"deployment": {"resources": self.resources}}), "")
        assert arguments == ("version",)
        return Result(0, self.version, "")


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS with the two shared policies."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with mock_aws():
        for name in POLICIES:
            iam().create_policy(PolicyName=name, PolicyDocument=json.dumps(document()))
        yield


def iam() -> Any:
    return boto3.client("iam", region_name=REGION)


def document(*actions: str, padding: int = 0) -> dict[str, Any]:
    """A shared policy with one statement for buckets."""
    given = list(actions or ("s3:ListBucket", "s3:GetObject"))
    others = [f"arn:aws:s3:::s3-other-{number:040}" for number in range(padding)]
    statement = {"Effect": "Allow", "Action": given, "Resource": ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": [*statement["Resource"], *others]}]}


def write_policy(name: str, policy: dict[str, Any]) -> None:
    arn = f"arn:aws:iam::123456789012:policy/{name}"
    iam().create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(policy), SetAsDefault=True)


@pytest.fixture(scope="session")
def addons(dex_cluster: DexCluster) -> Iterator[AddOns]:
    """What else is installed where a workspace is to be, and runs."""
    found = AddOns(dex_cluster.objects)
    found.install(*INSTALLED.values())
    with found.kinds("certificates.cert-manager.io"):
        yield found
    found.remove(*INSTALLED.values())


@pytest.fixture
def site(amazon: None, addons: AddOns, dex_cluster: DexCluster) -> MakeSite:
    """Makes the site of a stack with these settings; `kubeconfig` and `engine` stand beside them."""
    manifests.make_missing(dex_cluster.objects, manifests.documents("storage-classes.yaml"), "test")

    def make(*, kubeconfig: str | None = None, engine: Said | None = None, **settings: Any) -> WorkspaceSite:
        options = StackOptions.model_validate({**SMALL, **settings})
        values = {"kubernetes:kubeconfig": kubeconfig or dex_cluster.kubeconfig.read_text()}
        return WorkspaceSite(options, values, cast("Engine", engine or Said()), "demo-dev")

    return make


@pytest.fixture
def nearly(dex_cluster: DexCluster) -> Nearly:
    """The kubeconfig of somebody whose rights are those of the rules that are given."""
    group, name = "rbac.authorization.k8s.io", f"nearly-{uuid4().hex[:8]}"
    account = {"kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}}
    dex_cluster.objects.create({"apiVersion": "v1", **account}, "test")
    role = {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    dex_cluster.objects.create({**role, "rules": []}, "test")
    subject = {"kind": "ServiceAccount", "name": name, "namespace": "default"}
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": name}
    binding = {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    dex_cluster.objects.create({**binding, "roleRef": reference, "subjects": [subject]}, "test")
    api: Any = CoreV1Api(new_client_from_config(str(dex_cluster.kubeconfig)))
    request = AuthenticationV1TokenRequest(spec=V1TokenRequestSpec(audiences=[]))
    config = yaml.safe_load(dex_cluster.kubeconfig.read_text())
    token = api.create_namespaced_service_account_token(name, "default", request).status.token
    config["users"][0]["user"] = {"token": token}
    return yaml.safe_dump(config), lambda *rules: dex_cluster.objects.merge(role, {"rules": list(rules)})
