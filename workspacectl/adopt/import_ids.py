"""Which of the planned AWS and Kubernetes resources exist already, and by which id Pulumi imports each.

Owns: one look-up for each type of resource that a workspace has on AWS and in Kubernetes. Does not own dynamic
resources (their providers take over by themselves, `takeovers.py`), nor launch templates and autoscaling groups: those
of an existing group stay its maker's (docs/decisions/0011). What does not exist has no id, and is made by `up`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.aws.client import Clients, translate_errors, with_deadline
from project_workspace.eks.scheduling import TAG_PREFIX
from project_workspace.kube.cluster import Cluster, Ref, binding_ref, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.lifecycle.existence import association, bucket_exists, node_group_exists, role_exists
from project_workspace.remote.errors import NotFoundError
from workspacectl.adopt import buckets
from workspacectl.adopt.custom_resources import AUTHORIZATION_POLICY, PROFILE, authorization_policy_ref
from workspacectl.adopt.plan import Key, Plan, Planned
from workspacectl.pulumi_cli import UNKNOWN

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
BUCKET = "aws:s3/bucket:Bucket"
INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
VACANCY = "pulumi-python:dynamic/lifecycle:CollisionCheck"

_PARTS_OF_A_BUCKET: Mapping[str, str] = {
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "lifecycle",
    "aws:s3/bucketLogging:BucketLogging": "logging",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "ownership",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "block",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "encryption",
    "aws:s3/bucketVersioning:BucketVersioning": "versioning",
}
"""Type -> what `buckets` calls that part."""


@dataclass(frozen=True)
class Place:
    """Where to look."""

    aws: Clients
    bucket: str
    cluster: Cluster
    plan: Plan


def existing(place: Place) -> dict[Key, str]:
    """The ids of those resources that the plan would create and that exist. Raises `RemoteError`."""
    return dict(_found(place))


def _found(place: Place) -> Iterator[tuple[Key, str]]:
    bucket_is_there = bucket_exists(place.aws, place.bucket)
    for step in place.plan.steps:
        if step.operation != "create" or (step.type.startswith("aws:s3/") and not bucket_is_there):
            continue
        look = _LOOKS.get(step.type)
        if look and (id_ := look(step, place)):
            yield step.key, id_


def _bucket(_: Planned, place: Place) -> str | None:
    return place.bucket


def _part_of_the_bucket(step: Planned, place: Place) -> str | None:
    part = _PARTS_OF_A_BUCKET[step.type]
    return place.bucket if buckets.read(place.aws("s3"), part, place.bucket) else None


def _role(step: Planned, place: Place) -> str | None:
    name = step.inputs["name"]
    return name if role_exists(place.aws, name) else None


def _role_policy(step: Planned, place: Place) -> str | None:
    role, policy = step.inputs["role"], step.inputs["policyArn"]
    iam = place.aws("iam")
    try:
        with translate_errors("iam:ListAttachedRolePolicies", f"role {role}"):
            attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    except NotFoundError:
        return None
    return f"{role}/{policy}" if policy in [each["PolicyArn"] for each in attached] else None


def inline_policy(aws: Clients, role: str, name: str) -> str | None:
    """The id of a role's inline policy; None when the role, or the policy in it, is not there."""
    iam = aws("iam")
    try:
        with translate_errors("iam:GetRolePolicy", f"role {role}"):
            found = with_deadline(lambda: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyName"])
    except NotFoundError:
        return None
    return f"{role}:{found}"


def _inline_policy(step: Planned, place: Place) -> str | None:
    return inline_policy(place.aws, step.inputs["role"], step.inputs["name"])


def _association(step: Planned, place: Place) -> str | None:
    cluster, namespace = step.inputs["clusterName"], step.inputs["namespace"]
    found = association(place.aws, cluster, namespace, step.inputs["serviceAccount"])
    return f"{cluster},{found[0]}" if found else None


def _node_group(step: Planned, place: Place) -> str | None:
    cluster, name = step.inputs["clusterName"], step.inputs["nodeGroupName"]
    return f"{cluster}:{name}" if name != UNKNOWN and node_group_exists(place.aws, cluster, name) else None


def _tag(step: Planned, place: Place) -> str | None:
    group = _scaling_group_of(step, place)
    key = step.inputs["tag"]["key"]
    if group is None:
        return None
    filters = [{"Name": "auto-scaling-group", "Values": [group]}, {"Name": "key", "Values": [key]}]
    with translate_errors("autoscaling:DescribeTags", f"Auto Scaling group {group}"):
        found = place.aws("autoscaling").describe_tags(Filters=filters)["Tags"]
    return f"{group},{key}" if found else None


def _scaling_group_of(tag: Planned, place: Place) -> str | None:
    """The Auto Scaling group of the node group whose logical name the tag's begins with."""
    suffix = tag.inputs["tag"]["key"].removeprefix(f"{TAG_PREFIX}/")
    owner = tag.name.removesuffix(f"-{suffix}")
    group = next((step for step in place.plan.steps if step.key == (NODE_GROUP, owner)), None)
    if group is None or _node_group(group, place) is None:
        return None
    cluster, name = group.inputs["clusterName"], group.inputs["nodeGroupName"]
    with translate_errors("eks:DescribeNodegroup", f"node group {name} of cluster {cluster}"):
        found = place.aws("eks").describe_nodegroup(clusterName=cluster, nodegroupName=name)
    groups = (found["nodegroup"].get("resources") or {}).get("autoScalingGroups") or []
    return groups[0]["name"] if groups else None


def _profile(step: Planned, place: Place) -> str | None:
    name = step.inputs["metadata"]["name"]
    return name if place.cluster.find(profile_ref(name)) else None


def _object(ref_of: Callable[[Mapping[str, Any]], Ref]) -> Callable[[Planned, Place], str | None]:
    """An object in a namespace, by both names; `ref_of` is given the metadata."""

    def look(step: Planned, place: Place) -> str | None:
        ref = ref_of(step.inputs["metadata"])
        return f"{ref.namespace}/{ref.name}" if place.cluster.find(ref) else None

    return look


def _limit_range(metadata: Mapping[str, Any]) -> Ref:
    return object_ref("LimitRange", metadata["namespace"], metadata["name"])


def _role_binding(metadata: Mapping[str, Any]) -> Ref:
    return binding_ref(metadata["namespace"], metadata["name"])


_LOOKS: Mapping[str, Callable[[Planned, Place], Any]] = {
    PROFILE: _profile,
    "kubernetes:core/v1:LimitRange": _object(_limit_range),
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": _object(_role_binding),
    AUTHORIZATION_POLICY: _object(authorization_policy_ref),
    BUCKET: _bucket,
    **dict.fromkeys(_PARTS_OF_A_BUCKET, _part_of_the_bucket),
    "aws:iam/role:Role": _role,
    INLINE_POLICY: _inline_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _role_policy,
    ASSOCIATION: _association,
    NODE_GROUP: _node_group,
    "aws:autoscaling/tag:Tag": _tag,
}
"""By type of resource: the id of what exists, else None."""
