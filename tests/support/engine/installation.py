"""What a test adds to the installation that workspaces come into: a second dex, shared policies, a cluster, logs."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import botocore.session
import httpx

from local.aws.seed import CLUSTER, REGION, policy_document
from local.kube.objects import Object, Objects
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.platform import Platform

CONSUMER = "arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa"
"""AI Conductor's identity on the seeded platform: S3 refuses a principal that does not exist."""
OTHER_ALIAS = "xx9"
OTHER_POLICIES = ("policy-of-others-kubeflow", "policy-of-others-conductor")
OTHER_DEX = "dex-blue"
OTHER_KEY = "blue.yaml"
OTHER_NAMESPACE = "default"
OTHER_CLUSTER = "eks-of-others"
LOG_BUCKET = "s3-logs-of-buckets"


def client(platform: Platform, service: str) -> Any:
    """A client of the platform's AWS."""
    return botocore.session.Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=platform.url("aws"),
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


@contextmanager
def shared_policies(platform: Platform, names: Sequence[str], document: str = "") -> Generator[None]:
    """Shared policies that name a bucket of somebody else, or of that document."""
    iam = client(platform, "iam")
    document = document or policy_document(("s3-of-others",))
    arns = [iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"] for name in names]
    yield
    for arn in arns:
        for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=arn)


@contextmanager
def cluster(platform: Platform) -> Generator[None]:
    """A second EKS cluster in the network of the first."""
    eks = client(platform, "eks")
    first = eks.describe_cluster(name=CLUSTER)["cluster"]
    network = {"subnetIds": first["resourcesVpcConfig"]["subnetIds"]}
    eks.create_cluster(name=OTHER_CLUSTER, roleArn=first["roleArn"], resourcesVpcConfig=network)
    yield
    eks.delete_cluster(name=OTHER_CLUSTER)


@contextmanager
def log_bucket(s3: Any) -> Generator[None]:
    """A bucket that takes the access logs of others."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOG_BUCKET}/*",
    }
    s3.create_bucket(Bucket=LOG_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(Bucket=LOG_BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    yield
    for log in s3.list_objects_v2(Bucket=LOG_BUCKET).get("Contents", []):
        s3.delete_object(Bucket=LOG_BUCKET, Key=log["Key"])
    s3.delete_bucket(Bucket=LOG_BUCKET)


@contextmanager
def dex(platform: Platform, namespace: str = DEX_NAMESPACE) -> Generator[None]:
    """A second dex in that namespace: `OTHER_DEX` with the configuration of the first, also under `OTHER_KEY`.

    Nobody runs its pods, so it has none.
    """
    objects = Objects.connect(platform.kubeconfig)
    text = dex_config(platform)
    kinds = {"ConfigMap": "v1", "Deployment": "apps/v1"}
    config: Object = {"data": {DEX_CONFIG_KEY: text, OTHER_KEY: text}}
    labels = {"app": OTHER_DEX}
    container = {"name": "dex", "image": "dex"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    deployment: Object = {"spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}}
    for (kind, version), content in zip(kinds.items(), (config, deployment), strict=True):
        objects.create(
            {"apiVersion": version, "kind": kind, "metadata": {"name": OTHER_DEX, "namespace": namespace}, **content},
            "kubeflow-installer",
        )
    yield
    for kind, version in kinds.items():
        objects.delete(version, kind, OTHER_DEX, namespace)


@contextmanager
def conductor(platform: Platform, account: str = "", password: str = "") -> Generator[httpx.Client]:
    """AI Conductor, logged in as that account or as its administrator: what a data scientist's tool would do."""
    admin = platform.credentials
    with httpx.Client(base_url=f"{platform.url('ai-conductor')}/api/v1/", trust_env=False) as client:
        body = {"login_id": account or admin.conductor_user, "login_pw": password or admin.conductor_password}
        client.post("auth/login", json=body).raise_for_status()
        yield client


def dex_config(
    platform: Platform, name: str = DEX_NAME, namespace: str = DEX_NAMESPACE, key: str = DEX_CONFIG_KEY
) -> str:
    """The text of a dex's configuration."""
    found = Objects.connect(platform.kubeconfig).get("v1", "ConfigMap", name, namespace)
    assert found is not None
    return found["data"][key]
