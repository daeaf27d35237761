"""What the engine is answered when an operation fails, by the SDK's own process for dynamic providers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.checkout import CHECKOUT
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import PROVIDER_KEY, Props, RemoteProvider


class RefusingProvider(RemoteProvider):
    """Refuses everything."""

    what = "thing"
    update_on = ()
    secrets = frozenset({"password"})

    def _refuse(self) -> Any:
        raise RefusedError("Not with hunter2", where="there", remedy="Take another.")

    def diff(self, _id: str, _olds: Props, _news: Props) -> Any:
        return self._run("look", {"password": "hunter2"}, self._refuse)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return self._refuse()

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return self._refuse()

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._refuse()

    def do_delete(self, id_: str, outputs: Props) -> None:
        raise ZeroDivisionError("a defect")


@pytest.fixture
def stub() -> Iterator[Any]:
    """The SDK's process, as the engine starts it in the project's folder."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def properties(tmp_path: Path) -> Any:
    found = struct_pb2.Struct()
    found.update({PROVIDER_KEY: serialize_provider(RefusingProvider()), "password": "hunter2"})
    return found


def test_a_failed_operation_is_answered_by_its_sentence_alone(stub: Any, properties: Any) -> None:
    calls = {
        "diff": lambda: stub.Diff(provider_pb2.DiffRequest(id="i", olds=properties, news=properties)),
        "create": lambda: stub.Create(provider_pb2.CreateRequest(properties=properties)),
        "read": lambda: stub.Read(provider_pb2.ReadRequest(id="i", properties=properties)),
        "update": lambda: stub.Update(provider_pb2.UpdateRequest(id="i", olds=properties, news=properties)),
    }
    told: dict[str, str | None] = {}
    for name, call in calls.items():
        with pytest.raises(grpc.RpcError) as failed:
            call()
        told[name] = failed.value.details()  # pyright: ignore[reportAttributeAccessIssue] - stubs
    assert told == dict.fromkeys(calls, "Not with [secret] (there). Take another.")


def test_a_defect_is_named_as_one(stub: Any, properties: Any) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        stub.Delete(provider_pb2.DeleteRequest(id="i", properties=properties))
    assert failed.value.details() == (  # pyright: ignore[reportAttributeAccessIssue] - stubs
        "Could not delete thing: ZeroDivisionError: a defect. This is a defect of this program; report it."
    )
