"""Stand-in plugins that many engines share: whose call is whose, and the processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local import toolchain
from local.plugins.provider import Plugin, PluginError, ReadState, ResourceHandler, Values, cancelled, to_struct
from local.processes import PlatformError
from local.shared_plugins import NAMES, VARIABLE, shared_plugins, with_plugins_of_its_own
from tests.support.plugin_server import served

URN = "urn:pulumi:dev::project::test:index:Slow::one"


class Slow(ResourceHandler):
    """Waits until its engine gives up, or says that it need not."""

    def __init__(self) -> None:
        self.waiting = threading.Semaphore(0)

    def create(self, news: Values) -> tuple[str, Values]:
        self.waiting.release()
        if cancelled.get().wait(news["seconds"]):
            raise PluginError("cancelled")
        return "made", news

    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        return None

    def delete(self, id: str, state: Values) -> None:
        return None


SLOW = Slow()


def plugin() -> Plugin:
    """A plugin that tells its configuration, and refuses one."""
    settings: Values = {}

    def configure(values: Values) -> None:
        if values.get("region") == "nowhere":
            raise PluginError("There is no such region.")
        settings.update(values)

    return Plugin(
        name="aws",
        resources={"test:index:Slow": SLOW},
        functions={"settings": lambda _: {**settings, "plugin": str(id(settings))}},
        configure=configure,
    )


Connect = Callable[[], Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connects to one server, each time as another engine."""
    with served(plugin) as address, ExitStack() as stack:

        def new() -> Any:
            alone = [("grpc.use_local_subchannel_pool", 1)]  # or channels to one address share a connection
            stub = provider_pb2_grpc.ResourceProviderStub(
                stack.enter_context(grpc.insecure_channel(address, options=alone))
            )
            stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
            return stub

        yield new


def configure(stub: Any, region: str) -> None:
    stub.Configure(provider_pb2.ConfigureRequest(args=to_struct({"region": region})))


def settings(stub: Any) -> dict[str, Any]:
    return dict(getattr(stub.Invoke(provider_pb2.InvokeRequest(tok="settings")), "return"))


def create(stub: Any, seconds: float) -> Any:
    return stub.Create.future(provider_pb2.CreateRequest(urn=URN, properties=to_struct({"seconds": seconds})))


def test_each_connection_keeps_its_own_configuration(connect: Connect) -> None:
    first, second, third = connect(), connect(), connect()
    configure(first, "eu-west-1")
    configure(second, "us-east-1")
    configure(third, "eu-west-1")
    found = [settings(stub) for stub in (first, second, third)]
    assert [each["region"] for each in found] == ["eu-west-1", "us-east-1", "eu-west-1"]
    assert found[0] == found[2], "the same configuration shares one plugin"
    assert found[0]["plugin"] != found[1]["plugin"]


def test_a_configuration_that_is_refused_is_nobody_elses(connect: Connect) -> None:
    first, second = connect(), connect()
    configure(first, "eu-west-1")
    with pytest.raises(grpc.RpcError) as refused:
        configure(second, "nowhere")
    assert refused.value.details() == "There is no such region."  # pyright: ignore[reportAttributeAccessIssue] - stubs
    assert "region" not in settings(second)
    assert settings(first)["region"] == "eu-west-1"


def test_an_engine_that_gives_up_ends_its_own_waits_only(connect: Connect) -> None:
    first, second = connect(), connect()
    given_up, going_on = create(first, 30), create(second, 1)
    assert SLOW.waiting.acquire(timeout=10)
    assert SLOW.waiting.acquire(timeout=10)
    first.Cancel(empty_pb2.Empty())
    with pytest.raises(grpc.RpcError) as ended:
        given_up.result(timeout=10)
    assert ended.value.details() == "cancelled"  # pyright: ignore[reportAttributeAccessIssue] - stubs
    assert going_on.result(timeout=10).id == "made"


@pytest.mark.usefixtures("only_stand_ins")
def test_four_processes_answer_engines_that_attach_and_end_with_the_block(tmp_path: Path) -> None:
    others = psutil.Process().children()
    with shared_plugins(os.environ, tmp_path) as environment:
        ports = dict(each.split(":") for each in environment[VARIABLE].split(","))
        assert tuple(ports) == NAMES
        children = [child for child in psutil.Process().children() if child not in others]
        assert len(children) == len(NAMES)
        for name, port in ports.items():
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
                assert stub.GetPluginInfo(empty_pb2.Empty()).version, name
    assert [child for child in children if child.is_running()] == []


@pytest.mark.usefixtures("only_stand_ins")
def test_a_plugin_that_does_not_start_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(PlatformError, match=r"'none' did not start; its log: .*plugin-none\.log"),
        shared_plugins(os.environ, tmp_path, ("aws", "none")),
    ):
        pytest.fail("started")
    assert "No module named local.plugins.none" in (tmp_path / "plugin-none.log").read_text()


def test_nothing_is_shared_while_a_plugin_is_officially_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "stand_ins", lambda: ["eks", "random"])
    with shared_plugins({"HOME": "/home"}, tmp_path) as environment:
        assert environment == {"HOME": "/home"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("only_stand_ins")
def test_a_run_may_leave_the_shared_plugins(tmp_path: Path) -> None:
    with shared_plugins(os.environ, tmp_path) as environment:
        assert VARIABLE in environment
        assert with_plugins_of_its_own(environment) == dict(os.environ)


@pytest.fixture
def only_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "stand_ins", lambda: list(NAMES))
