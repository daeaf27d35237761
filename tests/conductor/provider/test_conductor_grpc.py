"""The providers of AI Conductor as the engine runs them: in a process of `pulumi.dynamic`, over gRPC, by reference."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.checkout import CHECKOUT
from local.standins.ai_conductor.inprocess import Running, serving
from project_workspace.conductor.provider import WorkspaceProvider

ADMIN = ("site-admin", "admin-secret-4711")
URN = "urn:pulumi:dev::project-workspace::pulumi-python:dynamic/conductor:Workspace::vision"


@pytest.fixture
def server() -> Iterator[Running]:
    with serving(*ADMIN) as running:
        yield running


@pytest.fixture
def stub() -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    env = {**os.environ, "PULUMI_PROJECT": "project-workspace", "PYTHONPATH": str(CHECKOUT)}
    env = {name: value for name, value in env.items() if not name.startswith("AIC_")}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    process.kill()
    assert process.communicate()[0] == ""


def struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def test_a_workspace_lives_and_dies_over_the_wire(stub: Any, server: Running) -> None:
    variables = {
        "project-workspace:conductorAdminUser": ADMIN[0],
        "project-workspace:conductorAdminPassword": ADMIN[1],
    }
    stub.Configure(provider_pb2.ConfigureRequest(variables=variables, args=struct(variables)))
    inputs = {
        "__provider": serialize_provider(WorkspaceProvider()),
        "url": server.url,
        "profile": "ai-conductor-2.1",
        "adopt": False,
        "name": "vision-ws",
        "bucket": "s3-an2-local-dev-vision",
        "specs": [{"name": "standard", "vcpu": 4, "ramGb": 16, "gpu": 0}],
    }
    checked = stub.Check(provider_pb2.CheckRequest(urn=URN, news=struct(inputs)))
    assert [*checked.failures] == []
    made = stub.Create(provider_pb2.CreateRequest(urn=URN, properties=struct(inputs)))
    assert [row["specs"] for row in server.state["workspaces"] if row["id"] == made.id] == [
        [{"name": "standard", "label": "vision-ws-standard", "vcpu": 4, "ram_gb": 16, "gpu": 0}]
    ]
    again = stub.Diff(provider_pb2.DiffRequest(urn=URN, id=made.id, olds=made.properties, news=struct(inputs)))
    assert again.changes == provider_pb2.DiffResponse.DIFF_NONE
    read = stub.Read(provider_pb2.ReadRequest(urn=URN, id=made.id, properties=made.properties))
    assert read.properties == made.properties
    stub.Delete(provider_pb2.DeleteRequest(urn=URN, id=made.id, properties=made.properties))
    gone = stub.Read(provider_pb2.ReadRequest(urn=URN, id=made.id, properties=made.properties))
    assert gone.id == ""
    assert server.calls["POST /api/v1/auth/login"] == 1
