"""What one stack's `up` and `destroy` need on AWS: the policies' actions, on the stack's own resources.

Owns: which statement a stack has a use for, and on which ARNs. Does not own the actions, which are those of the files,
nor whether they are allowed (`preflight/checks/amazon/rights.py`). The statements' patterns are not compared with the
stack: somebody's own policies may be written in another way, and still allow what is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from project_workspace.aws.arns import bucket_arns
from project_workspace.config.stack_options import StackOptions
from project_workspace.eks.chosen import Named
from project_workspace.iam.options import IRSA, POD_IDENTITY, SHARED_POLICIES
from project_workspace.names import Names
from workspacectl.node_groups import WithNodeGroups
from workspacectl.permissions import policies
from workspacectl.permissions.policies import Statement

Arns = tuple[str, ...]
Context = tuple[tuple[str, str], ...]
"""Keys that conditions look at, with their values."""

NODE_GROUPS_OWN_ROLE = "AWSServiceRoleForAmazonEKSNodegroup"
"""EKS makes it with the account's first managed node group."""
LAUNCHED = ("instance", "network-interface", "volume")
"""What a launch makes."""
LAUNCHED_WITH = ("security-group", "subnet", "launch-template")
"""What of the account it is made with."""


@dataclass(frozen=True)
class Need:
    """Actions that must be allowed on each of some resources."""

    actions: tuple[str, ...]
    resources: Arns
    context: Context


@dataclass(frozen=True)
class Stack:
    """One stack with node groups, as AWS will see it; a workspace's has more there (`WorkspaceStack`)."""

    options: WithNodeGroups
    names: Named
    account: str
    has_node_groups_own_role: bool = False
    """Whether the account has `NODE_GROUPS_OWN_ROLE`."""
    files: ClassVar[tuple[str, ...]] = (policies.WORKBENCH,)
    """The policies that have all that it needs."""

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something of the account, in the stack's region where the service is of a region."""
        region = "" if service == "iam" else self.options.region
        return f"arn:{self.options.site.partition}:{service}:{region}:{self.account}:{resource}"

    def uses(self) -> dict[str, Arns]:
        """The stack's own resources for each statement of its policies; none of one that it has no use for."""
        return {**_of_node_roles(self), **_of_node_groups(self)}


@dataclass(frozen=True)
class WorkspaceStack(Stack):
    """One workspace's."""

    options: StackOptions
    names: Names
    issuer: str = ""
    """Of the cluster's tokens, without scheme; read where `access.assumedBy` is `irsa` alone."""
    files: ClassVar[tuple[str, ...]] = (policies.UPDATE, policies.WORKSPACE_ROLES)

    def uses(self) -> dict[str, Arns]:
        """As of every stack, and those of bucket, policies and the workspace's role."""
        nodes = super().uses()
        role = _when(bool(self.names.workspace_role), self.arn("iam", f"role/{self.names.workspace_role}"))
        own = {"ReadRoles": (*nodes["ReadRoles"], *role), "MakeWorkspaceRoles": role}
        return {**nodes, **own, **_of_the_bucket(self), **_of_pods(self)}


def needs(stack: Stack) -> list[Need]:
    """All of them; what is asked of the same resources under the same conditions stands together."""
    found: dict[tuple[Arns, Context], dict[str, None]] = {}
    used = stack.uses()
    for statement in (each for file in stack.files for each in policies.statements(file)):
        if resources := used[statement["Sid"]]:
            for context in _contexts(statement, stack.options.site.partition):
                found.setdefault((resources, context), {}).update(dict.fromkeys(policies.actions_of(statement)))
    return [Need(tuple(actions), resources, context) for (resources, context), actions in found.items()]


def _of_the_bucket(stack: WorkspaceStack) -> dict[str, Arns]:
    options, names = stack.options, stack.names
    bucket, objects = bucket_arns(options.site.partition, names.bucket)
    shared = options.access.mode == SHARED_POLICIES
    policies_ = [stack.arn("iam", f"policy/{name}") for name in (names.kubeflow_policy, names.conductor_policy)]
    return {
        "ReadBuckets": (bucket,),
        "MakeBuckets": (bucket,),
        "EmptyBuckets": _when(options.delete_data, objects),
        "NotTheInstallationsOwnBuckets": (),  # it denies
        "ReadSharedPolicies": _when(shared, *policies_),
        "EditSharedPolicies": _when(shared, *policies_),
    }


def _of_node_roles(stack: Stack) -> dict[str, Arns]:
    groups = stack.options.node_groups
    own = _when(any(group.existing is None for group in groups), stack.arn("iam", f"role/{stack.names.node_role}"))
    others = {group.existing.node_role for group in groups if group.existing}
    theirs = f"role/aws-service-role/eks-nodegroup.amazonaws.com/{NODE_GROUPS_OWN_ROLE}"
    return {
        "ReadRoles": (*own, *(stack.arn("iam", f"role/{each}") for each in sorted(others))),
        "MakeNodeRoles": own,
        "AttachWhatNodesNeed": own,
        "HandNodeRolesToEks": own,
        "LetEksMakeItsOwnRole": _when(bool(groups) and not stack.has_node_groups_own_role, stack.arn("iam", theirs)),
    }


def _of_pods(stack: WorkspaceStack) -> dict[str, Arns]:
    options, role = stack.options, stack.names.workspace_role
    by_association = bool(role) and options.access.assumed_by == POD_IDENTITY
    association = stack.arn("eks", f"podidentityassociation/{options.cluster}/a-0")
    provider = stack.arn("iam", f"oidc-provider/{stack.issuer}")
    return {
        "ReadPodIdentities": _when(by_association, association),
        "ReadTokenProviders": _when(bool(role) and options.access.assumed_by == IRSA, provider),
        "HandWorkspaceRolesToPods": _when(by_association, stack.arn("iam", f"role/{role}")),
        "MakePodIdentities": _when(by_association, stack.arn("eks", f"cluster/{options.cluster}")),
        "ChangePodIdentities": _when(by_association, association),
    }


def _of_node_groups(stack: Stack) -> dict[str, Arns]:
    options, cluster = stack.options, stack.arn("eks", f"cluster/{stack.options.cluster}")
    any_, own = bool(options.node_groups), any(group.existing is None for group in options.node_groups)
    groups = [
        stack.arn("eks", f"nodegroup/{options.cluster}/{names.group}/0") for names in stack.names.node_groups.values()
    ]
    launched = [stack.arn("ec2", f"{kind}/*") for kind in LAUNCHED]
    image = f"arn:{options.site.partition}:ec2:{options.region}::image/*"
    scaling = stack.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/eks-*")
    return {
        "ReadCluster": _when(bool(options.cluster), cluster),
        "LookUp": _when(any_, "*"),
        "ReadNodeGroups": tuple(groups),
        "MakeNodeGroups": _when(any_, cluster),
        "ChangeNodeGroups": tuple(groups),
        "MakeLaunchTemplates": _when(own, stack.arn("ec2", "launch-template/*")),
        "LetEksCheckTheTemplate": _when(
            any_, *launched, *(stack.arn("ec2", f"{kind}/*") for kind in LAUNCHED_WITH), image
        ),
        "TagWhatIsLaunched": _when(any_, *launched),
        "TagAutoScalingGroups": _when(any_, scaling),
    }


def _when(wanted: bool, *arns: str) -> Arns:
    return arns if wanted else ()


def _contexts(statement: Statement, partition: str) -> Sequence[Context]:
    """Every way in which the statement's conditions can hold; one without keys where it has none."""
    keys = [
        [(key, value.replace("arn:aws:", f"arn:{partition}:")) for value in policies.listed(values)]
        for wanted in statement.get("Condition", {}).values()
        for key, values in wanted.items()
    ]
    return list(product(*keys))
