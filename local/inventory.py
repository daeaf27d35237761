"""Everything that a workspace touches, as it stands on a platform: to compare before an `up` and after a `destroy`.

Owns: what is looked at, and leaving out what moves by itself (sessions, counters, timestamps of others' logins). Does
not own what should be there. Texts are kept as they are: a comment lost in dex's configuration is a difference.
"""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

import botocore.session
import httpx

from local.aws.seed import REGION
from local.kube.objects import Objects
from local.kube.seed import DEX_NAME, DEX_NAMESPACE
from local.platform import Platform

Inventory = dict[str, Any]

VOLATILE = {"logins", "lastId"}
ABSENT = object()
"""What stands for a key that is not there: a value of None is something else."""

SHOWN = 300
SHOWN_BEFORE = 40
"""Characters of a value that are shown, and of these before the first difference."""


def take(platform: Platform) -> Inventory:
    """The inventory of a platform that runs."""
    return {**_kubernetes(platform), **_aws(platform), **_stand_ins(platform)}


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """What differs, a line each: its path, what was there and what is there."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted({*before, *after})
            for line in differences(
                before.get(key, ABSENT), after.get(key, ABSENT), f"{path}, {key}" if path else str(key)
            )
        ]
    if before == after:
        return []
    texts = [_text(before), _text(after)]
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    begin = max(0, alike - SHOWN_BEFORE)
    was, now = (_excerpt(text, begin) for text in texts)
    return [f"{path}: was {was}, is {now}"]


def _text(value: Any) -> str:
    return "absent" if value is ABSENT else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _excerpt(text: str, begin: int) -> str:
    """A long text from shortly before its first difference: its beginning would show none."""
    if len(text) <= SHOWN:
        return text
    end = begin + SHOWN
    return f"{'...' if begin else ''}{text[begin:end]}{'...' if end < len(text) else ''}"


def _kubernetes(platform: Platform) -> Inventory:
    objects = Objects.connect(platform.kubeconfig)
    dex = objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE) or {}
    namespaces, _ = objects.list_all("v1", "Namespace")
    profiles, _ = objects.list_all("kubeflow.org/v1", "Profile")
    leases, _ = objects.list_all("coordination.k8s.io/v1", "Lease")
    return {
        "dex configuration": dex.get("data", {}),
        "namespaces": sorted(_name(namespace) for namespace in namespaces),
        "profiles": sorted(_name(profile) for profile in profiles),
        "leases that are held": sorted(_name(lease) for lease in leases if lease["spec"].get("holderIdentity")),
    }


def _name(found: dict[str, Any]) -> str:
    return found["metadata"]["name"]


def _aws(platform: Platform) -> Inventory:
    session = botocore.session.Session()

    def client(service: str) -> Any:
        return session.create_client(
            service,
            region_name=REGION,
            endpoint_url=platform.url("aws"),
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - nothing checks it
        )

    iam, eks, ec2 = client("iam"), client("eks"), client("ec2")
    groups = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    clusters = eks.list_clusters()["clusters"]
    return {
        "buckets": sorted(bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]),
        "policies": {policy["PolicyName"]: _document(iam, policy) for policy in _policies(iam)},
        "roles": sorted(role["RoleName"] for role in iam.list_roles()["Roles"]),
        "node groups": {name: sorted(eks.list_nodegroups(clusterName=name)["nodegroups"]) for name in clusters},
        "auto scaling groups": sorted(group["AutoScalingGroupName"] for group in groups),
        "launch templates": sorted(
            template["LaunchTemplateName"] for template in ec2.describe_launch_templates()["LaunchTemplates"]
        ),
    }


def _policies(iam: Any) -> list[dict[str, Any]]:
    return iam.list_policies(Scope="Local")["Policies"]


def _document(iam: Any, policy: dict[str, Any]) -> str:
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    return json.dumps(version["PolicyVersion"]["Document"])


def _stand_ins(platform: Platform) -> Inventory:
    return {
        name: _settled(httpx.get(f"{platform.url(name)}/_standin/state", timeout=10, trust_env=False).json())
        for name in ("ai-conductor", "grafana")
    }


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _settled(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [_settled(item) for item in value]
    return value
