"""What EKS refuses of a managed node group, as far as a workspace can get it wrong.

Owns: the rules and their messages; changes nothing. The limits are those of the EKS API reference
(CreateNodegroup, Taint, NodegroupScalingConfig) and of "Launch templates" in the EKS User Guide; AL2:
docs/facts/eks-node-groups.md, "AMI types".
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.session
from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidParameterException, InvalidRequestException
from moto.eks.models import EKSBackend
from moto.iam.models import iam_backends

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,62}")
RESERVED_LABEL_PREFIXES = ("kubernetes.io/", "k8s.io/", "eks.amazonaws.com/")
TAINT_LIMIT = 50
TAG_LIMIT = 50
FIRST_VERSION_WITHOUT_AL2 = (1, 33)


@cache
def enumeration(shape: str) -> frozenset[str]:
    """The values of an enum of the EKS API, from botocore's service model."""
    model: Any = botocore.session.Session().get_service_model("eks")
    return frozenset(model.shape_for(shape).enum)


def refuse(backend: EKSBackend, version: str, request: dict[str, Any]) -> None:
    """Raise what EKS answers to a CreateNodegroup that cannot be; `version` is the cluster's."""
    if not NAME.fullmatch(request["nodegroup_name"]):
        _invalid(
            f"The nodegroup name '{request['nodegroup_name']}' is not valid: at most 63 of A-Z, a-z, 0-9, - and _."
        )
    _one_of("amiType", request.get("ami_type"), "AMITypes")
    _one_of("capacityType", request.get("capacity_type"), "CapacityTypes")
    _refuse_subnets(backend, request.get("subnets") or [])
    _refuse_role(backend, request["node_role"])
    refuse_scaling(request.get("scaling_config"))
    refuse_labels(request.get("labels") or {})
    refuse_taints(request.get("taints") or [])
    if len(request.get("tags") or {}) > TAG_LIMIT:
        _invalid(f"A resource can have at most {TAG_LIMIT} tags.")
    _refuse_ami(backend, version, request)
    if request.get("launch_template"):
        _refuse_template(backend, request)


def refuse_scaling(scaling: dict[str, int] | None) -> None:
    """Bounds: 0 <= min <= desired <= max, and 1 <= max."""
    if not scaling:
        return
    low, wanted, high = (scaling.get(k) for k in ("minSize", "desiredSize", "maxSize"))
    if high is not None and high < 1:
        _invalid(f"Invalid value for parameter scalingConfig.maxSize, value: {high}, valid min value: 1")
    if low is not None and low < 0:
        _invalid(f"Invalid value for parameter scalingConfig.minSize, value: {low}, valid min value: 0")
    if low is not None and high is not None and low > high:
        _invalid(f"Minimum capacity {low} can't be greater than maximum capacity {high}")
    if low is not None and wanted is not None and low > wanted:
        _invalid(f"Minimum capacity {low} can't be greater than desired size {wanted}")
    if wanted is not None and high is not None and wanted > high:
        _invalid(f"Desired capacity {wanted} can't be greater than max size {high}")


def refuse_labels(labels: dict[str, str]) -> None:
    """Keys and values of 1 to 63 characters, none of Kubernetes' own prefixes."""
    for key, value in labels.items():
        domain = f".{key.rpartition('/')[0]}/"
        if domain.endswith(tuple(f".{prefix}" for prefix in RESERVED_LABEL_PREFIXES)):
            _invalid("Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]")
        if not (1 <= len(key) <= 63 and 1 <= len(value) <= 63):
            _invalid(f"Invalid length of label '{key}': keys and values have 1 to 63 characters")


def refuse_taints(taints: list[dict[str, str]]) -> None:
    """At most 50, with a known effect and no key twice with the same effect."""
    if len(taints) > TAINT_LIMIT:
        _invalid(f"A nodegroup can have at most {TAINT_LIMIT} taints.")
    seen: set[tuple[str, str | None]] = set()
    for taint in taints:
        _one_of("taint effect", taint.get("effect"), "TaintEffect")
        key = taint.get("key") or ""
        if not 1 <= len(key) <= 63 or len(taint.get("value") or "") > 63:
            _invalid(f"Invalid length of taint '{key}': keys have 1 to 63 characters, values at most 63")
        if (key, taint.get("effect")) in seen:
            _invalid(f"Duplicate taint '{key}' with effect {taint.get('effect')}")
        seen.add((key, taint.get("effect")))


def find_template(backend: EKSBackend, given: dict[str, Any]) -> tuple[Any, Any]:
    """The launch template of a request and the version it names (the default one when it names none)."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    templates = {t.id: t for t in ec2.launch_templates.values()} | {t.name: t for t in ec2.launch_templates.values()}
    template = templates.get(given.get("id") or given.get("name") or "")
    if template is None:
        raise InvalidRequestException(message=f"Launch template not found: {given.get('id') or given.get('name')}")
    wanted = str(given.get("version") or "$Default")
    number = {"$default": template.default_version_number, "$latest": len(template.versions)}.get(
        wanted.lower(), wanted
    )
    for version in template.versions:
        if str(version.number) == str(number):
            return template, version
    raise InvalidRequestException(
        message=f"Could not find the specified version {wanted} for the launch template with ID {template.id}"
    )


def _invalid(message: str) -> None:
    raise InvalidParameterException(message=message)


def _one_of(what: str, value: str | None, shape: str) -> None:
    allowed = enumeration(shape)
    if value is not None and value not in allowed:
        _invalid(f"Invalid value '{value}' for {what}: expected one of {', '.join(sorted(allowed))}")


def _refuse_subnets(backend: EKSBackend, subnets: list[str]) -> None:
    if not subnets:
        _invalid("Subnets must be specified")
    existing = {s.id for s in ec2_backends[backend.account_id][backend.region_name].describe_subnets()}
    for subnet in subnets:
        if subnet not in existing:
            _invalid(f"The subnet ID '{subnet}' does not exist")


def _refuse_role(backend: EKSBackend, arn: str) -> None:
    roles = {r.arn for r in iam_backends[backend.account_id]["aws"].roles.values()}
    if arn not in roles:
        _invalid(f"The role with name {arn.rpartition('/')[2]} cannot be found.")


def _refuse_ami(backend: EKSBackend, version: str, request: dict[str, Any]) -> None:
    ami = request.get("ami_type")
    if ami and ami.startswith("AL2_") and tuple(map(int, version.split("."))) >= FIRST_VERSION_WITHOUT_AL2:
        raise InvalidRequestException(message=f"Requested AMI for this version {version} is not supported")
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    known = {t["InstanceType"]: t for t in ec2.describe_instance_types()}
    for name in request.get("instance_types") or []:
        info = known.get(name)
        if info is None:
            _invalid(f"The following supplied instance types do not exist: [{name}]")
        elif ami and ami != "CUSTOM" and not _fits(info, ami):
            _invalid(f"[{name}] is not a valid instance type for requested amiType {ami}")


def _fits(info: dict[str, Any], ami: str) -> bool:
    architectures = info["ProcessorInfo"]["SupportedArchitectures"]
    if ("arm64" in architectures) != bool(re.search("ARM_?64", ami, re.IGNORECASE)):
        return False
    return bool(info.get("GpuInfo")) or not ami.endswith(("_GPU", "_NVIDIA"))


def _refuse_template(backend: EKSBackend, request: dict[str, Any]) -> None:
    given = request["launch_template"]
    if given.get("id") and given.get("name"):
        _invalid("You must specify either the launch template ID or the launch template name, but not both.")
    data = find_template(backend, given)[1].data
    if data.get("InstanceType") and request.get("instance_types"):
        _invalid("Instance type cannot be specified in both the launch template and the nodegroup.")
    if data.get("ImageId") and request.get("ami_type") not in (None, "CUSTOM"):
        _invalid("AMI type cannot be specified when the launch template specifies an image.")
    for key in ("IamInstanceProfile", "HibernationOptions", "InstanceInitiatedShutdownBehavior"):
        if data.get(key):
            _invalid(f"Launch template cannot contain {key}.")
    if any(i.get("SubnetId") for i in data.get("NetworkInterface") or data.get("NetworkInterfaces") or []):
        _invalid("Launch template cannot contain SubnetId.")
