"""A stack's site for the checks: a real API server with the real dex, moto's AWS, an engine that says its version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, cast
from uuid import uuid4

import boto3
import pytest
import yaml
from kubernetes.client import AuthenticationV1TokenRequest, CoreV1Api, V1TokenRequestSpec
from kubernetes.config import new_client_from_config
from moto import mock_aws

from local.aws.moto_patches import eks_pod_identity, iam_simulation, service_quotas, ssm
from local.kube import manifests
from project_workspace.aws import provider_connection
from project_workspace.config.stack_options import StackOptions
from project_workspace.eks.ec2_lookups import PRIVATE_SUBNET_TAG
from tests.preflight.aws_answers import AwsAnswers, answering
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import DexCluster
from workspacectl.preflight.checks.amazon import eks
from workspacectl.preflight.sites import WorkspaceSite
from workspacectl.pulumi_cli import Engine, Result

REGION = "ap-northeast-2"
POLICIES = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")
SMALL: dict[str, Any] = {"project": "demo", "environment": "dev", "infra": "meerkat", "region": REGION}
PRIVATE = {"Key": PRIVATE_SUBNET_TAG, "Value": "1"}
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
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # half a second of CPU for each test
    for patch in (eks_pod_identity, iam_simulation, service_quotas, ssm):
        patch.close()
    with mock_aws():
        provider_connection.forget()
        for name in POLICIES:
            iam().create_policy(PolicyName=name, PolicyDocument=json.dumps(document()))
        yield
    provider_connection.forget()


@pytest.fixture
def on_eks(monkeypatch: pytest.MonkeyPatch, amazon: None) -> dict[str, Any]:
    """Settings of a stack with a node group, on a day that stays; a cluster, and private subnets in its zones."""
    monkeypatch.setattr(eks, "today", lambda: date(2026, 11, 27))
    role = iam().create_role(RoleName="eks", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client("eks").create_cluster(name="eks-demo", roleArn=role, resourcesVpcConfig={})
    client("ec2").create_tags(Resources=[subnet_in(zone) for zone in "ac"], Tags=[PRIVATE])
    return {"cluster": "eks-demo", "nodeGroups": [{"spec": "gpu", "instanceType": "g5.xlarge", "max": 1}]}


@pytest.fixture
def answers(amazon: None) -> Iterator[AwsAnswers]:
    """What AWS says otherwise than moto."""
    with answering() as found:
        yield found


@cache
def client(service: str) -> Any:
    """One for all tests: moto answers it whenever it mocks."""
    session: Any = boto3.Session()
    return session.client(service, region_name=REGION)


def iam() -> Any:
    return client("iam")


def subnet_in(zone: str) -> str:
    """The default VPC has one in each zone."""
    found = client("ec2").describe_subnets(Filters=[{"Name": "availability-zone", "Values": [f"{REGION}{zone}"]}])
    return found["Subnets"][0]["SubnetId"]


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
