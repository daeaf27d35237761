"""One good site for Workbench, and the ways to break one thing of it and to mend it again.

Owns: the objects in a real API server (nodes and load balancers are objects only, their status written as a kubelet or
a cloud's controller writes it; claims are bound by the real binder), names, tools, an answer of EKS. Does not own the
table of what is broken (`test_workbench_lines.py`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import boto3

from project_workspace.config.workbench_program import WorkbenchStackOptions
from project_workspace.eks.ec2_lookups import PRIVATE_SUBNET_TAG
from project_workspace.workbench import rbac
from tests.preflight.workbench import certificates
from tests.support.real_cluster import Kube, eventually
from tests.support.registry import Registry
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer
from workspacectl.preflight.checks.workbench.images import MANIFEST
from workspacectl.preflight.checks.workbench.requirements import REQUIREMENTS
from workspacectl.preflight.profiles import PROFILES
from workspacectl.preflight.sites import WorkbenchSite
from workspacectl.progress import silent
from workspacectl.pulumi_cli import Engine, Result

Object = dict[str, Any]
Lines = dict[str, Answer]
REGION, CLUSTER = "ap-northeast-2", "eks-demo"
PRIVATE = {"Key": PRIVATE_SUBNET_TAG, "Value": "1"}
VERSION = "v1.28.15"
HOST = "anaconda.example.com"
ADDRESS = "203.0.113.10"
ACCOUNT = "anaconda-enterprise"
LOGIN = ("robot", "pull-1")
"""User and password of the registry of the images."""
MEMORY = "65806876Ki"
"""Of a node of 64 GB, as the document's checklist shows one."""
GPU_LABELS = {
    "nvidia.com/gpu.product": "Tesla-V100-SXM2-16GB",
    "nvidia.com/cuda.runtime-version.major": "11",
    "nvidia.com/cuda.runtime-version.minor": "4",
}
GPU_TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
RBAC = "rbac.authorization.k8s.io"


@dataclass
class Engines:
    """Stands in for the engine: it has a folder and an environment, says its version, and is asked nothing else."""

    project: Path
    environment: dict[str, str]

    def checked(self, *arguments: str) -> Result:
        assert arguments == ("version",)
        return Result(0, "v3.274.1\n", "")


@dataclass
class Stage:
    """The site, as it is now."""

    kube: Kube
    registry: Registry
    folder: Path
    eks: Object
    namespace: str = field(default_factory=lambda: f"workbench-{uuid4().hex[:8]}")
    settings: Object = field(default_factory=dict[str, Any])
    addresses: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """By name; one that begins with `*.` is for all names below."""
    version: str = VERSION

    def resolve(self, name: str) -> frozenset[str]:
        """Stands in for the resolver: an address is its own, and of names it knows these."""
        wildcard = f"*.{name.partition('.')[2]}"
        own = {name} if name[0].isdigit() else set[str]()
        return frozenset(self.addresses.get(name) or self.addresses.get(wildcard) or own)

    def site(self, **changed: Any) -> WorkbenchSite:
        options = WorkbenchStackOptions.model_validate({**self.settings, **changed})
        values = {"kubernetes:kubeconfig": self.kube.kubeconfig.read_text()}
        engine = cast(
            "Engine", Engines(self.folder, {"PATH": str(self.folder / "bin"), "DOCKER_CONFIG": str(self.folder)})
        )
        site = WorkbenchSite(options, values, engine, resolve=self.resolve)
        if options.cluster:
            site.__dict__["eks"] = self.eks
        return site

    def lines(self, **changed: Any) -> Lines:
        """The checklist, of the site with these settings changed."""
        found = running.run(self.site(**changed), PROFILES["anaconda-workbench"], silent)
        return {line.check: line.answer for line in found}

    # Objects.

    def make(self, api: str, kind: str, name: str, namespaced: bool = True, **body: Any) -> Object:
        """An object of these fields, with its status if it has one."""
        metadata = {"name": name, **body.pop("metadata", {}), **({"namespace": self.namespace} if namespaced else {})}
        made = {"apiVersion": api, "kind": kind, "metadata": metadata, **body}
        self.kube.objects.create(made, "test")
        if "status" in body:
            self.kube.objects.merge(made, {"status": body["status"]}, "status")
        return made

    def make_in(self, namespace: str, api: str, kind: str, name: str, **body: Any) -> Object:
        metadata = {**body.pop("metadata", {}), "namespace": namespace}
        return self.make(api, kind, name, namespaced=False, metadata=metadata, **body)

    @contextmanager
    def there(self, made: Object) -> Generator[None]:
        """An object that is there for as long as the block takes."""
        try:
            yield
        finally:
            self.remove(made)

    def remove(self, made: Object) -> None:
        metadata = made["metadata"]
        self.kube.objects.delete(made["apiVersion"], made["kind"], metadata["name"], metadata.get("namespace"))

    @contextmanager
    def patched(self, made: Object, change: Object, subresource: str = "") -> Generator[None]:
        """An object that is otherwise for as long as the block takes."""
        metadata = made["metadata"]
        get = (made["apiVersion"], made["kind"], metadata["name"], metadata.get("namespace"))
        found = self.kube.objects.get(*get)
        assert found
        self.kube.objects.merge(made, change, subresource)
        try:
            yield
        finally:
            self.kube.objects.merge(made, _back(change, found), subresource)

    @contextmanager
    def gone(self, made: Object) -> Generator[None]:
        """An object that is not there for as long as the block takes."""
        self.remove(made)
        try:
            yield
        finally:
            eventually("it is gone", lambda: self.find(made) is None)
            self.kube.objects.create(made, "test")
            if "status" in made:
                self.kube.objects.merge(made, {"status": made["status"]}, "status")

    def find(self, made: Object) -> Object | None:
        """The object as it is now, if it is there."""
        metadata = made["metadata"]
        return self.kube.objects.get(made["apiVersion"], made["kind"], metadata["name"], metadata.get("namespace"))


def _back(change: Mapping[str, Any], found: Mapping[str, Any]) -> Object:
    """The merge patch that undoes a merge patch."""
    return {
        key: _back(value, found[key])
        if isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        else found.get(key)
        for key, value in change.items()
    }


def node(name: str, cpu: str = "16", memory: str = MEMORY, gpus: int = 0, **more: Any) -> Object:
    """A node's fields."""
    resources = {"cpu": cpu, "memory": memory, "pods": "110", **({"nvidia.com/gpu": str(gpus)} if gpus else {})}
    labels = {"kubernetes.io/hostname": name, **more.pop("labels", {})}
    status = {"capacity": resources, "allocatable": resources}
    return {"metadata": {"labels": labels}, "spec": more, "status": status}


def volume(claim: str, namespace: str, size: str, name: str) -> tuple[Object, Object]:
    """The fields of a volume that was made by hand, and of a claim for it."""
    modes = ["ReadWriteMany", "ReadWriteOnce"]
    behind = {
        "capacity": {"storage": size},
        "accessModes": modes,
        "persistentVolumeReclaimPolicy": "Retain",
        "nfs": {"server": "nfs.example.com", "path": f"/exports/{claim}"},
        "claimRef": {"namespace": namespace, "name": claim},
    }
    spec = {
        "accessModes": modes,
        "resources": {"requests": {"storage": size}},
        "storageClassName": "",
        "volumeName": name,
    }
    return behind, spec


def role_rules() -> list[Object]:
    """The document's Role, as somebody applies it."""
    return [dict(rule) for rule in rbac.template()["role"]]


def docker_config(registry: Registry) -> dict[str, str]:
    text = registry.docker_config(*LOGIN)
    return {".dockerconfigjson": base64.b64encode(text.encode()).decode()}


def given_tls(leaf: certificates.Made | None = None, **changed: str) -> Object:
    """The section `tls` with a certificate of a private authority."""
    leaf = leaf or certificates.server(HOST, f"*.{HOST}")
    chain = leaf.pem + certificates.intermediate().pem
    return {
        "mode": "given",
        "certificate": chain,
        "key": leaf.key_pem,
        "authority": certificates.root().pem,
        **changed,
    }


def write_tools(folder: Path, helm: str = "3.16.4", kubectl: str = "1.28.15") -> None:
    """Stand in for the tools: they say a version and do nothing else."""
    folder.mkdir(exist_ok=True)
    info = f'version.BuildInfo{{Version:"v{helm}", GitCommit:"x", GitTreeState:"clean", GoVersion:"go1.22"}}'
    client = json.dumps({"clientVersion": {"gitVersion": f"v{kubectl}"}})
    said = {"helm": info, "kubectl": client, "oc": "Client Version: 4.16.3", "watch": "", "jq": ""}
    for name, text in said.items():
        # The checks give no other PATH than this folder.
        (folder / name).write_text(f"#!/bin/sh\nprintf '%s\\n' '{text}'\n")
        (folder / name).chmod(0o755)


def write_manifest(folder: Path, registry: Registry) -> None:
    """The vendor's manifest, and a registry that has all of it."""
    names = [name if ":" in name else f"{name}:5.7.1" for name in REQUIREMENTS["images"]]
    (folder / MANIFEST).write_text("# of a customer\n" + "".join(f"aedev/{name}\n" for name in names))
    registry.repositories.clear()
    for name, _, tag in (each.partition(":") for each in names):
        registry.put(f"aedev/{name}", tag)


def server_version(stage: Stage) -> property:
    """What the API server says of its version, as the stage has it: a real one cannot be of an older version."""
    return property(lambda _cluster: stage.version)


def open_security_group() -> str:
    """A security group whose members reach each other, as EKS makes one for each cluster; answers its id."""
    ec2: Any = boto3.client("ec2", region_name=REGION)
    group = str(ec2.create_security_group(GroupName="eks-demo", Description="nodes")["GroupId"])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[among_themselves(group)])
    return group


def among_themselves(group: str) -> Object:
    """The rule that lets a group's members reach each other."""
    return {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}


def make_eks() -> Object:
    """The cluster on AWS, with private subnets in the zones of node groups; answers what EKS says of it."""
    iam, eks, ec2 = (cast("Any", boto3.client(service, region_name=REGION)) for service in ("iam", "eks", "ec2"))
    role = iam.create_role(RoleName="eks", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    eks.create_cluster(name=CLUSTER, roleArn=role, resourcesVpcConfig={})
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    zones = {"Name": "availability-zone", "Values": [f"{REGION}{letter}" for letter in "ac"]}
    subnets = ec2.describe_subnets(Filters=[zones])["Subnets"]
    ec2.create_tags(Resources=[subnet["SubnetId"] for subnet in subnets], Tags=[PRIVATE])
    return of_eks(open_security_group(), vpc)


def of_eks(group: str, vpc: str) -> Object:
    """What EKS says of the cluster."""
    return {
        "status": "ACTIVE",
        "version": "1.35",
        "endpoint": "https://e",
        "certificateAuthority": {"data": "Q0E="},
        "resourcesVpcConfig": {"clusterSecurityGroupId": group, "vpcId": vpc},
    }
