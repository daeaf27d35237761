"""Gaps of moto's EKS: node groups that have a real Auto Scaling group, versions, tags; clusters with a VPC.

Owns: what happens; what is refused is in `eks_rules.py`. moto invents the name of an Auto Scaling group and
makes none; it knows neither UpdateNodegroupVersion nor DescribeUpdate, nor tags of node groups, nor the
access mode. Pod Identity is `eks_pod_identity.py`'s.
"""

from __future__ import annotations

import time
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import InvalidParameterException, InvalidRequestException, ResourceNotFoundException
from moto.eks.models import EKSBackend, Nodegroup
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

from local.aws.moto_patches import eks_pod_identity, eks_rules

_backend: Any = EKSBackend  # untyped, for replacing methods by ones that pass most arguments on
_response: Any = EKSResponse

SLOW = "stand-in:seconds-to-make"
"""A tag on a node group: for so many seconds it is being made, and has no Auto Scaling group yet, as on AWS for
minutes. Without it a group is there at once."""

DEFAULT_AMI_TYPE = "AL2023_x86_64_STANDARD"
DEFAULT_ACCESS = {"authenticationMode": "CONFIG_MAP", "bootstrapClusterCreatorAdminPermissions": True}

_updates: dict[tuple[str, str, str], dict[str, Any]] = {}
"""(account, region, update id) -> what DescribeUpdate answers."""


def close() -> None:
    """Put the methods below before moto's own."""
    _close_clusters()
    _close_node_groups()
    _close_tags()
    for path in ("{0}/clusters/(?P<name>[^/]+)/node-groups/(?P<nodegroupName>[^/]+)/update-version$",
                 "{0}/clusters/(?P<name>[^/]+)/updates/(?P<updateId>[^/]+)$"):  # fmt: skip
        urls.url_paths[path] = urls.response.dispatch
    _response.update_nodegroup_version = _update_nodegroup_version
    _response.describe_update = _describe_update


def _close_clusters() -> None:
    create = EKSResponse.create_cluster

    def create_cluster(self: EKSResponse) -> ActionResult:
        vpc_config = self._get_param("resourcesVpcConfig") or {}
        backend = self.eks_backend
        ec2 = ec2_backends[backend.account_id][backend.region_name]
        existing = {s.id: s for s in ec2.describe_subnets()}
        subnets = vpc_config.get("subnetIds") or []
        for subnet in subnets:
            if subnet not in existing:
                raise InvalidParameterException(message=f"The subnet ID '{subnet}' does not exist")
        if len({existing[s].availability_zone for s in subnets}) < 2:
            raise InvalidParameterException(message="Subnets specified must be in at least two different AZs")
        result = create(self)
        cluster: Any = backend.clusters[self._get_param("name")]
        vpc = existing[subnets[0]].vpc_id
        group = ec2.create_security_group(f"eks-cluster-sg-{cluster.name}", "EKS created security group", vpc_id=vpc)
        cluster.resources_vpc_config = {
            "endpointPublicAccess": True,
            "endpointPrivateAccess": False,
            "publicAccessCidrs": ["0.0.0.0/0"],
            "securityGroupIds": [],
            **vpc_config,
            "vpcId": vpc,
            "clusterSecurityGroupId": group.id,
        }
        cluster.access_config = {**DEFAULT_ACCESS, **(self._get_param("accessConfig") or {})}
        return result

    _response.create_cluster = create_cluster


def _close_node_groups() -> None:
    create, delete, describe = (
        EKSBackend.create_nodegroup,
        EKSBackend.delete_nodegroup,
        EKSBackend.describe_nodegroup,
    )
    update, answer = EKSBackend.update_nodegroup_config, EKSResponse.create_nodegroup

    def create_nodegroup(self: EKSBackend, **request: Any) -> Nodegroup:
        cluster = self.clusters.get(request["cluster_name"])
        if cluster is not None and request["nodegroup_name"] not in cluster.nodegroups:
            eks_rules.refuse(self, cluster.version, request)
        group = create(self, **request)
        _complete(self, group, request)
        _make_scaling_group(self, group)
        seconds = float((request.get("tags") or {}).get(SLOW, 0))
        if seconds:
            made: Any = group
            made.status, made.resources, made.made_at = "CREATING", None, time.monotonic() + seconds
        return group

    def describe_nodegroup(self: EKSBackend, cluster_name: str, nodegroup_name: str) -> Nodegroup:
        group: Any = describe(self, cluster_name, nodegroup_name)
        if group.status == "CREATING" and time.monotonic() >= group.made_at:
            group.status, group.resources = "ACTIVE", _resources(group)
        return group

    def delete_nodegroup(self: EKSBackend, cluster_name: str, nodegroup_name: str) -> Nodegroup:
        group = delete(self, cluster_name, nodegroup_name)
        name = _scaling_group_name(group)
        scaling, ec2 = _backends(self)
        if name in scaling.autoscaling_groups:
            scaling.delete_auto_scaling_group(name)
        if f"eks-{group.uuid}" in ec2.launch_template_name_to_ids:
            ec2.delete_launch_template(f"eks-{group.uuid}", None)
        return group

    def update_nodegroup_config(
        self: EKSBackend, cluster_name: str, nodegroup_name: str, **changes: Any
    ) -> dict[str, Any]:
        group = _existing(self, cluster_name, nodegroup_name)
        eks_rules.refuse_scaling({**group.scaling_config, **(changes.get("scaling_config") or {})})
        eks_rules.refuse_labels((changes.get("labels") or {}).get("addOrUpdateLabels") or {})
        eks_rules.refuse_taints((changes.get("taints") or {}).get("addOrUpdateTaints") or [])
        result = update(self, cluster_name, nodegroup_name, **changes)
        _resize(self, group)
        return _remembered(self, result)

    def answer_create(self: EKSResponse) -> ActionResult:
        result = answer(self)
        group: Any = self.eks_backend.describe_nodegroup(self._get_param("name"), self._get_param("nodegroupName"))
        group.update_config = self._get_param("updateConfig") or {"maxUnavailable": 1}
        group.node_repair_config = self._get_param("nodeRepairConfig")
        return result

    _backend.create_nodegroup = create_nodegroup
    _backend.describe_nodegroup = describe_nodegroup
    _backend.delete_nodegroup = delete_nodegroup
    _backend.update_nodegroup_config = update_nodegroup_config
    _response.create_nodegroup = answer_create


def _resources(group: Any) -> dict[str, Any]:
    return {"autoScalingGroups": [{"name": _scaling_group_name(group)}]}


def _complete(backend: EKSBackend, group: Any, request: dict[str, Any]) -> None:
    """Replace moto's placeholders by what EKS answers."""
    version = request.get("version") or backend.clusters[group.cluster_name].version
    group.version = version
    group.release_version = request.get("release_version") or f"{version}.0-20251101"
    group.ami_type = request.get("ami_type") or DEFAULT_AMI_TYPE
    group.scaling_config = {
        "minSize": 1,
        "maxSize": 2,
        "desiredSize": 2,
        **(request.get("scaling_config") or {}),
    }
    group.remote_access = request.get("remote_access")
    group.resources = _resources(group)
    group.health = {"issues": []}
    if not request.get("launch_template"):
        group.disk_size = request.get("disk_size") or 20
        return
    template, number = eks_rules.find_template(backend, request["launch_template"])
    group.disk_size = None
    group.launch_template = {"id": template.id, "name": template.name, "version": str(number.number)}
    if number.data.get("InstanceType"):
        group.instance_types = None
    if number.data.get("ImageId"):
        group.ami_type, group.release_version, group.version = "CUSTOM", number.data["ImageId"], None


def _make_scaling_group(backend: EKSBackend, group: Any) -> None:
    """The group that EKS makes, from a launch template of its own, with the tags EKS adds."""
    scaling, ec2 = _backends(backend)
    cluster = group.cluster_name
    tags = {
        "eks:cluster-name": cluster,
        "eks:nodegroup-name": group.nodegroup_name,
        "k8s.io/cluster-autoscaler/enabled": "true",
        f"k8s.io/cluster-autoscaler/{cluster}": "owned",
        f"kubernetes.io/cluster/{cluster}": "owned",
    }
    template = ec2.create_launch_template(f"eks-{group.uuid}", "", _template_data(backend, group, ec2), {})
    size = group.scaling_config
    scaling.create_auto_scaling_group(
        name=_scaling_group_name(group), availability_zones=[], vpc_zone_identifier=",".join(group.subnets),
        desired_capacity=size["desiredSize"], max_size=size["maxSize"], min_size=size["minSize"],
        launch_config_name="", launch_template={"LaunchTemplateId": template.id, "Version": "1"},
        default_cooldown=None, health_check_period=15, health_check_type=None, load_balancers=[],
        target_group_arns=[], placement_group=None, termination_policies=["AZRebalance", "OldestLaunchTemplate"],
        tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in tags.items()],  # type: ignore[list-item] # moto keeps the flag as it is
    )  # fmt: skip


def _template_data(backend: EKSBackend, group: Any, ec2: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if group.launch_template:
        data = dict(eks_rules.find_template(backend, group.launch_template)[1].data)
    data.setdefault("ImageId", next(iter(ec2.amis)))
    data.setdefault("InstanceType", (group.instance_types or ["t3.medium"])[0])
    return data


def _resize(backend: EKSBackend, group: Any) -> None:
    scaling, _ = _backends(backend)
    size = group.scaling_config
    scaling.update_auto_scaling_group(
        name=_scaling_group_name(group), availability_zones=[], desired_capacity=size["desiredSize"],
        max_size=size["maxSize"], min_size=size["minSize"], launch_config_name="", launch_template={},
        vpc_zone_identifier="", health_check_period=15, health_check_type="EC2",
    )  # fmt: skip


def _update_nodegroup_version(self: EKSResponse) -> ActionResult:
    backend = self.eks_backend
    group: Any = _existing(backend, self._get_param("name"), self._get_param("nodegroupName"))
    given, version = self._get_param("launchTemplate"), self._get_param("version")
    if given:
        if not group.launch_template:
            raise InvalidRequestException(message="You cannot add a launch template to a nodegroup without one.")
        template, number = eks_rules.find_template(backend, given)
        if template.id != group.launch_template["id"]:
            raise InvalidRequestException(message="You cannot change the launch template of a nodegroup.")
        group.launch_template = {"id": template.id, "name": template.name, "version": str(number.number)}
    if version:
        if version != backend.clusters[group.cluster_name].version:
            raise InvalidParameterException(message=f"Requested version {version} is not the cluster's version")
        group.version, group.release_version = version, f"{version}.0-20251101"
    if self._get_param("releaseVersion"):
        group.release_version = self._get_param("releaseVersion")
    update = {
        "id": str(mock_random.uuid4()),
        "status": "Successful",
        "type": "VersionUpdate",
        "params": [{"type": "ReleaseVersion", "value": group.release_version}],
        "createdAt": group.modified_at,
        "errors": [],
    }
    return ActionResult({"update": _remembered(backend, update)})


def _describe_update(self: EKSResponse) -> ActionResult:
    backend, id = self.eks_backend, self._get_param("updateId")
    update = _updates.get((backend.account_id, backend.region_name, id))
    if update is None:
        raise ResourceNotFoundException(message=f"No update found for ID: {id}")
    return ActionResult({"update": update})


def _remembered(backend: EKSBackend, update: dict[str, Any]) -> dict[str, Any]:
    _updates[(backend.account_id, backend.region_name, update["id"])] = update
    return update


def _close_tags() -> None:
    tag, untag, show = EKSBackend.tag_resource, EKSBackend.untag_resource, EKSBackend.list_tags_for_resource

    def tag_resource(self: EKSBackend, resource_arn: str, tags: dict[str, str]) -> None:
        group = _by_arn(self, resource_arn)
        if group is None:
            tag(self, resource_arn, tags)
        else:
            group.tags.update(tags)

    def untag_resource(self: EKSBackend, resource_arn: str, tag_keys: list[str]) -> None:
        group = _by_arn(self, resource_arn)
        if group is None:
            untag(self, resource_arn, tag_keys)
            return
        for key in tag_keys:
            group.tags.pop(key, None)

    def list_tags_for_resource(self: EKSBackend, resource_arn: str) -> dict[str, str]:
        group = _by_arn(self, resource_arn)
        return show(self, resource_arn) if group is None else group.tags

    def untag_all(self: EKSResponse) -> ActionResult:
        # moto takes the first of several keys.
        keys = self.querystring["tagKeys"]
        self.eks_backend.untag_resource(self._extract_arn_from_path(), keys)
        return EmptyResult()

    _response.untag_resource = untag_all
    _backend.tag_resource = tag_resource
    _backend.untag_resource = untag_resource
    _backend.list_tags_for_resource = list_tags_for_resource


def _by_arn(backend: EKSBackend, arn: str) -> Any:
    groups = [group for cluster in backend.clusters.values() for group in cluster.nodegroups.values()]
    tagged: list[Any] = [*groups, *eks_pod_identity.associations(backend).values()]
    return next((each for each in tagged if each.arn == arn), None)


def _existing(backend: EKSBackend, cluster_name: str, nodegroup_name: str) -> Any:
    return backend.describe_nodegroup(cluster_name, nodegroup_name)


def _scaling_group_name(group: Any) -> str:
    return f"eks-{group.nodegroup_name}-{group.uuid}"


def _backends(backend: EKSBackend) -> tuple[Any, Any]:
    account, region = backend.account_id, backend.region_name
    return autoscaling_backends[account][region], ec2_backends[account][region]
