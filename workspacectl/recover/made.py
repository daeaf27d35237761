"""What came of an operation that makes something on AWS or in Kubernetes: its id, or nothing.

Owns: one look for each type whose second making would fail, or would leave the first behind. Does not own the others:
`up` sets a bucket's settings and a group's tags again, and they go with what they belong to. Something counts as made
only if it carries the stack's mark (`stack_mark.py`), but a bucket that carries no tag at all: it may have been killed
before it got them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.aws.client import Clients, translate_errors, with_deadline
from project_workspace.kube import claims
from project_workspace.kube.cluster import Cluster, Ref, namespace_ref, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.lifecycle.existence import association, bucket_exists, bucket_tags, node_group_tags, role_tags
from project_workspace.remote.errors import DeadlineError, NotFoundError, RefusedError
from project_workspace.stack_mark import StackMark
from workspacectl.adopt.import_ids import ASSOCIATION, BUCKET, INLINE_POLICY, NODE_GROUP, inline_policy

ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
PROFILE = "kubernetes:kubeflow.org/v1:Profile"
OUTLIVING = (
    "kubernetes:core/v1:LimitRange",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:ResourceQuota",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ServiceAccount",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "kubernetes:rbac.authorization.k8s.io/v1:Role",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy",
)
"""What may stand in a namespace that stays, or in none, so that no namespace takes it along."""
READY_SECONDS = 3600.0
"""How long EKS may take for a node group, with its nodes."""
LOOK_SECONDS = 5.0

Inputs = Mapping[str, Any]
"""Of a resource."""


@dataclass(frozen=True)
class Place:
    """Where to look, and whose things."""

    aws: Clients
    mark: StackMark
    cluster: Callable[[], Cluster]


def id_of(type_: str, inputs: Inputs, place: Place) -> str | None:
    """The id by which Pulumi imports what was made; None when nothing was, or it is of a type that `up` makes again."""
    look = _LOOKS.get(type_)
    return look(inputs, place) if look else None


def _bucket(inputs: Inputs, place: Place) -> str | None:
    name = inputs["bucket"]
    try:
        if not bucket_exists(place.aws, name):
            return None
        tags = bucket_tags(place.aws, name)
    except RefusedError as error:
        if type(error) is not RefusedError:
            raise
        return None  # somebody else's
    return name if tags is not None and (not tags or StackMark.in_tags(tags) == place.mark) else None


def _role(inputs: Inputs, place: Place) -> str | None:
    tags = role_tags(place.aws, inputs["name"])
    return inputs["name"] if tags is not None and StackMark.in_tags(tags) == place.mark else None


def _attachment(inputs: Inputs, place: Place) -> str | None:
    role, policy = inputs["role"], inputs["policyArn"]
    iam = place.aws("iam")
    try:
        with translate_errors("iam:ListAttachedRolePolicies", f"role {role}"):
            attached = with_deadline(lambda: iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"])
    except NotFoundError:
        return None
    return f"{role}/{policy}" if policy in [each["PolicyArn"] for each in attached] else None


def _inline_policy(inputs: Inputs, place: Place) -> str | None:
    return inline_policy(place.aws, inputs["role"], inputs["name"])


def _association(inputs: Inputs, place: Place) -> str | None:
    cluster = inputs["clusterName"]
    found = association(place.aws, cluster, inputs["namespace"], inputs["serviceAccount"])
    return f"{cluster},{found[0]}" if found and StackMark.in_tags(found[1]) == place.mark else None


def _node_group(inputs: Inputs, place: Place) -> str | None:
    cluster, name = inputs["clusterName"], inputs["nodeGroupName"]
    tags = node_group_tags(place.aws, cluster, name)
    if tags is None or StackMark.in_tags(tags) != place.mark:
        return None
    _until_it_stands(place.aws, cluster, name)
    return f"{cluster}:{name}"


def _until_it_stands(aws: Clients, cluster: str, name: str) -> None:
    """A group that is still being made has no Auto Scaling group, which the rest of the program needs."""
    eks, where = aws("eks"), f"node group {name} of cluster {cluster}"

    def status() -> str:
        return eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]["status"]

    end = time.monotonic() + READY_SECONDS
    while True:
        with translate_errors("eks:DescribeNodegroup", where):
            if with_deadline(status) != "CREATING":
                return
        if time.monotonic() > end:
            raise DeadlineError("EKS is still making it", where=where, remedy="Run the same command again later.")
        time.sleep(LOOK_SECONDS)


def _launch_template(inputs: Inputs, place: Place) -> str | None:
    ec2 = place.aws("ec2")
    filters = [{"Name": "launch-template-name", "Values": [inputs["name"]]}]
    with translate_errors("ec2:DescribeLaunchTemplates", f"launch template {inputs['name']}"):
        found = with_deadline(lambda: ec2.describe_launch_templates(Filters=filters)["LaunchTemplates"])
    tags = {tag["Key"]: tag["Value"] for each in found for tag in each.get("Tags", [])}
    return found[0]["LaunchTemplateId"] if found and StackMark.in_tags(tags) == place.mark else None


def _of_the_cluster(ref_of: Callable[[str], Ref]) -> Callable[[Inputs, Place], str | None]:
    """An object that is in no namespace, by its name."""

    def look(inputs: Inputs, place: Place) -> str | None:
        name = inputs["metadata"]["name"]
        return name if _is_ours(ref_of(name), place) else None

    return look


def _outliving(inputs: Inputs, place: Place) -> str | None:
    name, namespace = inputs["metadata"]["name"], inputs["metadata"].get("namespace", "")
    id_ = f"{namespace}/{name}" if namespace else name
    return id_ if _is_ours(object_ref(inputs["kind"], namespace, name), place) else None


def _claim(inputs: Inputs, place: Place) -> str | None:
    """One that was taken over and has data that would go with it is left to `up`: without its guard a destroy would
    delete it."""
    name, namespace = inputs["metadata"]["name"], inputs["metadata"]["namespace"]
    cluster = place.cluster()
    found = cluster.find(claims.claim_ref(namespace, name))
    if found is None or StackMark.of(found) != place.mark:
        return None
    return f"{namespace}/{name}" if not claims.is_bound(found) or claims.is_kept(cluster, found) else None


def _is_ours(ref: Ref, place: Place) -> bool:
    found = place.cluster().find(ref)
    return found is not None and StackMark.of(found) == place.mark


_LOOKS: Mapping[str, Callable[[Inputs, Place], str | None]] = {
    BUCKET: _bucket,
    ROLE: _role,
    INLINE_POLICY: _inline_policy,
    ATTACHMENT: _attachment,
    ASSOCIATION: _association,
    NODE_GROUP: _node_group,
    TEMPLATE: _launch_template,
    PROFILE: _of_the_cluster(profile_ref),
    "kubernetes:core/v1:Namespace": _of_the_cluster(namespace_ref),
    "kubernetes:core/v1:PersistentVolumeClaim": _claim,
    **dict.fromkeys(OUTLIVING, _outliving),
}


def delete_launch_template(aws: Clients, id_: str) -> None:
    """Of two that a killed run and the next one have made for one group, nothing uses the first."""
    ec2 = aws("ec2")
    with translate_errors("ec2:DeleteLaunchTemplate", f"launch template {id_}", writes=True):
        with_deadline(lambda: ec2.delete_launch_template(LaunchTemplateId=id_))
