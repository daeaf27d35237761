"""The workspace's node groups: one EKS managed node group for each spec, on the cluster that exists.

Owns: the node role, the groups and the tags of their Auto Scaling groups. Does not own the launch templates
(`launch_template.py`), the look at AWS (`ec2_lookups.py`), the cluster, its subnets, the autoscaler (which sets the
desired size), the device plugin, or what an existing group was made with (`ExistingOptions`: its role, its launch
template). Why `pulumi_eks.ManagedNodeGroup` with everything around it: it makes neither a role nor tags of the Auto
Scaling group (docs/facts/eks-node-groups.md, "ManagedNodeGroup on an existing cluster").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes

from project_workspace.eks.ec2 import AutoScalingGroupTag
from project_workspace.eks.ec2_lookups import NodeSize, size_of, subnets_of
from project_workspace.eks.generation import NodeGroupGeneration, NodeGroupGenerationArgs
from project_workspace.eks.instance_types import ami_type_of
from project_workspace.eks.launch_template import node_launch_template
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.eks.scheduling import (
    GPU_TAG,
    TAG_PREFIX,
    autoscaler_tags,
    labels_of,
    taints_of,
    tolerations,
)
from project_workspace.eks.taint import EKS_EFFECTS, TaintOptions
from project_workspace.eks.values import CAPACITY_TYPES
from project_workspace.limits import NODE_LABEL
from project_workspace.names import NodeGroupNames
from project_workspace.stack_mark import StackMark

NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""What a node needs; not the autoscaler's rights, which eksctl puts on every node (and so on every pod)."""


@dataclass(kw_only=True)
class NodeGroupsArgs:
    """All node groups of one workspace."""

    cluster: str
    """Name of the EKS cluster."""
    region: str
    partition: str
    role: str
    """Physical name of the node role."""
    groups: list[NodeGroupOptions]
    names: Mapping[str, NodeGroupNames]
    """By spec."""
    tags: dict[str, str] = field(default_factory=dict)
    mark: StackMark
    """Whose role, groups and launch templates are. Nodes do not carry it: a change of their tags replaces them."""
    protect: bool = False
    """Whether Pulumi refuses to delete or replace the groups and their role."""


class NodeGroups(pulumi.ComponentResource):
    """The node groups of one workspace."""

    sizes: dict[str, NodeSize]
    """By spec."""
    placement: dict[str, dict[str, Any]]
    """By spec: labels, taints, and a ready node selector and tolerations for pods."""
    group_names: pulumi.Output[list[str]]

    def __init__(self, name: str, args: NodeGroupsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:eks:NodeGroups", name, {}, opts)
        self._name, self._args = name, args
        self._marked = {**args.tags, **args.mark.tags}
        self._child = pulumi.ResourceOptions(parent=self)
        self._invoke = pulumi.InvokeOptions(parent=self)
        self.sizes, self.placement = {}, {}
        self._cluster = aws.eks.Cluster.get(name, args.cluster, opts=self._child)
        self._vpc = self._cluster.vpc_config.apply(lambda vpc: vpc.vpc_id or "")
        self._roles, self._role_policies = self._existing_roles(), list[aws.iam.RolePolicyAttachment]()
        if any(group.existing is None for group in args.groups):
            self._roles[args.role] = self._node_role()
        self._core = self._existing_cluster()
        groups = [self._node_group(group) for group in args.groups]
        self.group_names = pulumi.Output.all(*groups)
        self.register_outputs({"groupNames": self.group_names})

    def _existing_roles(self) -> dict[str, aws.iam.Role]:
        names = {group.existing.node_role for group in self._args.groups if group.existing}
        return {role: aws.iam.Role.get(f"{self._name}-{role}", role, opts=self._child) for role in sorted(names)}

    def _node_role(self) -> aws.iam.Role:
        service = "ec2.amazonaws.com.cn" if self._args.partition == "aws-cn" else "ec2.amazonaws.com"
        trust = aws.iam.get_policy_document_output(
            statements=[
                aws.iam.GetPolicyDocumentStatementArgs(
                    effect="Allow",
                    actions=["sts:AssumeRole"],
                    principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="Service", identifiers=[service])],
                )
            ],
            opts=self._invoke,
        )
        role = aws.iam.Role(
            self._name,
            name=self._args.role,
            assume_role_policy=trust.json,
            tags=self._marked,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )
        self._role_policies = [
            aws.iam.RolePolicyAttachment(
                f"{self._name}-{policy}",
                role=role.name,
                policy_arn=f"arn:{self._args.partition}:iam::aws:policy/{policy}",
                opts=self._child,
            )
            for policy in NODE_POLICIES
        ]
        return role

    def _existing_cluster(self) -> Any:
        """What `eks.CoreDataArgs` would say, under the provider's own names.

        With an object of that class, the SDK loads every class that its annotations name, all of
        `pulumi_kubernetes.core.v1` and `pulumi_aws.ec2` among them: most of a second of CPU in every command
        (docs/facts/pulumi-components-and-packages.md, "What the Python SDKs load").
        """
        cluster_role = aws.iam.Role.get(
            f"{self._name}-cluster",
            self._cluster.role_arn.apply(lambda arn: arn.rsplit("/", 1)[-1]),
            opts=self._child,
        )
        provider = self.get_provider("kubernetes:core/v1:Namespace")
        if not isinstance(provider, kubernetes.Provider):
            provider = kubernetes.Provider(f"{self._name}-cluster", opts=self._child)
        return {
            "cluster": self._cluster,
            "clusterIamRole": cluster_role,
            "endpoint": self._cluster.endpoint,
            "instanceRoles": list(self._roles.values()),
            "nodeGroupOptions": {},
            "provider": provider,
            "subnetIds": self._cluster.vpc_config.apply(lambda vpc: vpc.subnet_ids),
            "vpcId": self._vpc,
        }

    def _node_group(self, group: NodeGroupOptions) -> pulumi.Output[str]:
        plan = self._plan(group)
        self.sizes[group.spec] = plan.size
        self.placement[group.spec] = {
            "labels": plan.labels,
            "taints": [{"key": t.key, "value": t.value, "effect": t.effect} for t in plan.taints],
            "nodeSelector": {NODE_LABEL: plan.names.label},
            "tolerations": tolerations(plan.taints),
        }
        generation = NodeGroupGeneration(
            plan.name,
            NodeGroupGenerationArgs(
                replace_on={
                    "instanceType": group.instance_type,
                    "amiType": plan.ami_type,
                    "capacityType": group.capacity_type,
                    "capacityReservationId": group.capacity_reservation_id,
                    "zones": sorted(group.zones),
                    "cluster": self._args.cluster,
                    "role": self._args.role,
                    **_made_by_hand(group),
                },
                subnet_ids=plan.subnets,
            ),
            opts=self._child,
        )
        group_name = generation.suffix.apply(lambda suffix: f"{plan.names.group}{suffix}")
        managed = self._managed_node_group(plan, group_name, generation.subnet_ids, self._launch_template(plan))
        self._tag_auto_scaling_group(plan, managed)
        return group_name

    def _launch_template(self, plan: "_Plan") -> Optional[aws.eks.NodeGroupLaunchTemplateArgs]:
        existing = plan.group.existing
        if existing is None:
            made = node_launch_template(
                plan.name,
                plan.group,
                ami_type=plan.ami_type,
                node_name=f"{self._args.cluster}-{plan.names.group}-Node",
                tags=self._args.tags,
                mark=self._args.mark,
                opts=self._child,
            )
            return aws.eks.NodeGroupLaunchTemplateArgs(id=made.id, version=made.latest_version.apply(str))
        template = existing.launch_template
        return template and aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.version)

    def _plan(self, group: NodeGroupOptions) -> "_Plan":
        ami_type = ami_type_of(group.instance_type, group.ami_type)
        assert ami_type, "the options have an instance type that is known, or an AMI type"
        names = self._args.names[group.spec]
        return _Plan(
            name=f"{self._name}-{group.spec}",
            group=group,
            names=names,
            ami_type=ami_type,
            labels=labels_of(
                label=names.label, instance_type=group.instance_type, ami_type=ami_type, given=group.labels
            ),
            taints=taints_of(instance_type=group.instance_type, ami_type=ami_type, given=group.taints),
            subnets=(
                pulumi.Output.from_input(sorted(group.existing.subnets))
                if group.existing
                else subnets_of(group, region=self._args.region, vpc=self._vpc, invoke=self._invoke)
            ),
            size=size_of(group, invoke=self._invoke),
        )

    def _managed_node_group(
        self,
        plan: "_Plan",
        group_name: pulumi.Output[str],
        subnets: pulumi.Output[list[str]],
        template: Optional[aws.eks.NodeGroupLaunchTemplateArgs],
    ) -> eks.ManagedNodeGroup:
        group = plan.group
        return eks.ManagedNodeGroup(
            plan.name,
            cluster=self._core,
            node_group_name=group_name,
            node_role_arn=self._roles[group.existing.node_role if group.existing else self._args.role].arn,
            subnet_ids=subnets,
            # A capacity block has it in the launch template.
            instance_types=None if group.capacity_type == "capacity-block" else [group.instance_type],
            ami_type=plan.ami_type,
            capacity_type=CAPACITY_TYPES[group.capacity_type],
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=group.min, desired_size=group.nodes_to_begin_with, max_size=group.max
            ),
            labels=plan.labels,
            taints=[
                aws.eks.NodeGroupTaintArgs(key=t.key, value=t.value, effect=EKS_EFFECTS[t.effect]) for t in plan.taints
            ],
            launch_template=template,
            ignore_scaling_changes=True,
            tags={**self._marked, **group.tags},
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._role_policies, protect=self._args.protect),
        )

    def _tag_auto_scaling_group(self, plan: "_Plan", managed: eks.ManagedNodeGroup) -> None:
        tags: dict[str, pulumi.Input[str]] = dict(autoscaler_tags(plan.labels, plan.taints, plan.group.disk.size_gib))
        if "NVIDIA" in plan.ami_type:
            tags[GPU_TAG] = plan.size.gpu.apply(str)
        cluster, made = self._args.cluster, managed.node_group
        name: pulumi.Output[str] = made.apply(lambda group: group.node_group_name)
        # Not `Output.all`, which makes plain mappings of what it is given.
        auto_scaling_group: pulumi.Output[str] = made.apply(lambda group: group.resources).apply(
            lambda resources: name.apply(lambda name: auto_scaling_group_of(cluster, name, resources))
        )
        for key, value in tags.items():
            AutoScalingGroupTag(
                f"{plan.name}-{key.removeprefix(f'{TAG_PREFIX}/')}",
                auto_scaling_group,
                {"key": key, "value": value, "propagateAtLaunch": False},
                self._child,
            )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """One node group with everything that is decided before its resources are declared."""

    name: str
    """Logical name."""
    group: NodeGroupOptions
    names: NodeGroupNames
    ami_type: str
    labels: dict[str, str]
    taints: list[TaintOptions]
    subnets: pulumi.Output[list[str]]
    size: NodeSize


def _made_by_hand(group: NodeGroupOptions) -> dict[str, Any]:
    """What of an existing group cannot change in place; nothing for the program's own."""
    existing = group.existing
    if existing is None:
        return {}
    return {
        "role": existing.node_role,
        "launchTemplate": existing.launch_template.id if existing.launch_template else None,
        "subnets": sorted(existing.subnets),
    }


def auto_scaling_group_of(cluster: str, name: str, resources: Optional[Sequence[Any]]) -> str:
    """The Auto Scaling group of a node group, by what EKS says it made for it.

    Raises `pulumi.RunError` for a group that has none: EKS could not make it (CREATE_FAILED), or cannot any more.
    """
    groups = [group for made in resources or [] for group in made.autoscaling_groups or []]
    if not groups or not groups[0].name:
        options = f"--cluster-name {cluster} --nodegroup-name {name}"
        raise pulumi.RunError(
            f"EKS has no Auto Scaling group for node group {name} of cluster {cluster}, so it made no nodes. "
            f"'aws eks describe-nodegroup {options}' says why, under 'health'. "
            f"Then 'aws eks delete-nodegroup {options}', and 'pulumi up --refresh' makes it again."
        )
    return groups[0].name
