"""The program under Pulumi's mocks: every resource it declares, with its inputs as the engine would get them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2

from local.checkout import CHECKOUT
from local.plugins.aws.policy_document import get_policy_document
from tests.support.mocks import set_mocks

SECRET_MARK = "4dabf18193072939515e22adb298388d"
REGION = "ap-northeast-2"

LOOKUPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    # The stand-in renders policy documents as the AWS provider does, so whole documents can be compared.
    "aws:iam/getPolicyDocument:getPolicyDocument": get_policy_document,
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {"accountId": "123456789012"},
    "aws:eks/getCluster:getCluster": lambda args: {
        "name": args["name"],
        "endpoint": "https://cluster.example.com",
        "certificateAuthorities": [{"data": "Q0E="}],
        "identities": [{"oidcs": [{"issuer": "https://oidc.eks.ap-northeast-2.amazonaws.com/id/0123456789ABCDEF"}]}],
    },
    "aws:ec2/getSubnets:getSubnets": lambda args: {"ids": [f"subnet-{_filter(args, 'availability-zone')[0]}"]},
    "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": lambda args: {"locations": _filter(args, "location")},
    "aws:ec2/getInstanceType:getInstanceType": lambda args: {
        "defaultVcpus": 4,
        "memorySize": 16384,
        "gpuses": [{"count": 1, "name": "A10G"}] if args["instanceType"].startswith("g") else [],
    },
}


def _filter(args: dict[str, Any], name: str) -> list[str]:
    return next(each["values"] for each in args["filters"] if each["name"] == name)


class Recorder(pulumi.runtime.Mocks):
    """Answers for the providers, and keeps what was declared."""

    def __init__(self) -> None:
        self.declared: list[pulumi.runtime.MockResourceArgs] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.declared.append(args)
        made: dict[str, Any] = {}
        if args.typ == "aws:eks/cluster:Cluster":
            made = {
                "endpoint": "https://cluster.example.com",
                "roleArn": "arn:aws:iam::123456789012:role/cluster",
                "vpcConfig": {"vpcId": "vpc-1", "subnetIds": ["subnet-1"]},
            }
        if args.typ == "random:index/randomPassword:RandomPassword":
            made = {"result": "a-generated-password", "bcryptHash": f"$2a$10${'a' * 53}"}
        if args.typ == "pulumi-python:dynamic/eks:NodeGroupGeneration":
            made = {"generation": 1, "suffix": "", "chosenSubnetIds": args.inputs["subnetIds"]}
        if args.typ == "eks:index:ManagedNodeGroup":
            made = {}
        arn = {"arn": f"arn:{args.typ}:{args.name}"}
        return f"{args.name}-id", {**arn, "latestVersion": 1, **args.inputs, **made}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        return LOOKUPS[args.token](dict(args.args)), []


class _GatingMonitor(mocks.MockMonitor):
    """As the real engine's, decides itself whether an invoke waits for what is still to be made: here nothing is."""

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802
        info = super().GetDeploymentInfo(request)
        info.supportedFeatures.append(resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON)
        return info


def recording() -> Recorder:
    """Mocks that are in force from here: of a preview, since the children of a remote component are opaque."""
    found = Recorder()
    monitor = _GatingMonitor(found)
    set_mocks(found, project="project-workspace", stack="demo-dev", preview=True, monitor=monitor)
    return found


@pytest.fixture
def recorder() -> Recorder:
    """The same for one test."""
    return recording()


def shown(declared: list[pulumi.runtime.MockResourceArgs]) -> list[dict[str, Any]]:
    """The declared resources, readable and in a stable order; secrets as `[secret]`."""
    rows = [
        {"type": args.typ, "name": args.name, "inputs": _readable(args.inputs), **_read_id(args)}
        for args in declared
        if args.typ != "pulumi:pulumi:Stack"
    ]
    return sorted(rows, key=lambda row: (row["type"], row["name"]))


def _read_id(args: pulumi.runtime.MockResourceArgs) -> dict[str, str]:
    return {"read": args.resource_id} if args.resource_id else {}


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        inside = {key: _readable(item) for key, item in sorted(value.items()) if key != "__provider"}
        return "[secret]" if SECRET_MARK in value else inside
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if isinstance(value, str):
        return json.loads(value) if value.startswith("{") else value
    return _named(value)


def _named(value: Any) -> Any:
    if isinstance(value, pulumi.output.Unknown):
        return "[unknown]"
    return f"[{type(value).__module__}.{type(value).__name__}]" if isinstance(value, pulumi.Resource) else value


def declared_of(path: Path) -> list[dict[str, Any]]:
    """What the program declares for a stack file, as `shown` shows it; in a process of its own (`declare.py`)."""
    declared = subprocess.run(
        [sys.executable, "-m", "tests.workspace.declare", str(path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(declared.stdout)


def golden(path: Path, found: Any, *, renew: bool) -> Any:
    """The expected document beside the test; written anew with `--renew`, for a reviewer to read the diff."""
    if renew:
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return json.loads(path.read_text())
