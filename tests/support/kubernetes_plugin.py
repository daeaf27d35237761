"""The Kubernetes plugin that the tests are about: the stand-in, or Pulumi's own (`--kubernetes-plugin official`).

Owns: which it is, where an engine finds it, and one behind gRPC for a test. Does not own what it must do
(`tests/contracts`, and every test that is marked `official`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local import toolchain
from local.plugins.kubernetes.plugin import plugin
from local.plugins.provider import Values, to_struct, to_values
from local.shared_plugins import NAMES
from local.toolchain.official import plugin_executable
from tests.support.plugin_server import served

OPTION, STAND_IN, OFFICIAL = "--kubernetes-plugin", "stand-in", "official"
NO_ENGINE = "127.0.0.1:1"
"""Where a plugin of a test reports to: nowhere."""


def is_official(config: pytest.Config) -> bool:
    """Whether this run is about Pulumi's own plugin."""
    return config.getoption(OPTION) == OFFICIAL


def install(home: Path) -> None:
    """Put Pulumi's own plugin where an engine with this PULUMI_HOME looks for it; a stand-in does not replace it."""
    executable = plugin_executable(home, "kubernetes")
    executable.parent.mkdir(parents=True, exist_ok=True)
    executable.symlink_to(_official())


def shared(config: pytest.Config) -> tuple[str, ...]:
    """The plugins that may serve many engines at once: each engine has Pulumi's own for itself."""
    return tuple(name for name in NAMES if not (name == "kubernetes" and is_official(config)))


@contextmanager
def running(config: pytest.Config) -> Generator[str]:
    """The address of a plugin."""
    if not is_official(config):
        with served(plugin) as address:
            yield address
        return
    with subprocess.Popen([_official(), NO_ENGINE], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def _official() -> Path:
    return toolchain.ensure((toolchain.KUBERNETES_PLUGIN,))[toolchain.KUBERNETES_PLUGIN]


class RefusedError(Exception):
    """The plugin's refusal, in its words. What did not become ready is `kept`: the id and the outputs there are."""

    def __init__(self, sentence: str, kept: tuple[str, Values] | None) -> None:
        super().__init__(sentence)
        self.kept = kept


@dataclass
class Plugin:
    """A plugin as an engine meets it: the calls for one resource, with plain values."""

    stub: provider_pb2_grpc.ResourceProviderStub

    def configure(self, **configuration: str) -> None:
        variables = {f"kubernetes:config:{name}": value for name, value in configuration.items()}
        args = to_struct(dict(configuration))
        self._call("Configure", provider_pb2.ConfigureRequest(args=args, variables=variables, acceptSecrets=True))

    def diff_config(self, olds: Values, news: Values) -> tuple[list[str], list[str]]:
        """What differs, and what of it replaces the provider."""
        request = provider_pb2.DiffRequest(
            urn="urn:pulumi:s::p::pulumi:providers:kubernetes::k", olds=to_struct(olds), news=to_struct(news)
        )
        found = self._call("DiffConfig", request)
        assert (found.changes == provider_pb2.DiffResponse.DIFF_SOME) == bool(found.diffs)
        return sorted(found.diffs), sorted(found.replaces)

    def check(self, type_: str, name: str, inputs: Values) -> Values:
        """The inputs as the engine has them from then on."""
        found = self._call(
            "Check", provider_pb2.CheckRequest(urn=_urn(type_, name), news=to_struct(inputs), randomSeed=b"seed")
        )
        assert list(found.failures) == []
        return to_values(found.inputs)

    def create(self, type_: str, name: str, inputs: Values) -> tuple[str, Values]:
        """Its id and outputs."""
        request = provider_pb2.CreateRequest(urn=_urn(type_, name), properties=to_struct(inputs))
        made = self._call("Create", request)
        return made.id, to_values(made.properties)

    def read(self, type_: str, id_: str, inputs: Values, outputs: Values) -> tuple[Values, Values] | None:
        """Inputs and outputs; None when it is not there."""
        request = provider_pb2.ReadRequest(
            id=id_, urn=_urn(type_, "read"), inputs=to_struct(inputs), properties=to_struct(outputs)
        )
        found = self._call("Read", request)
        return (to_values(found.inputs), to_values(found.properties)) if found.id else None

    def diff(self, type_: str, id_: str, olds: tuple[Values, Values], news: Values) -> tuple[list[str], list[str]]:
        """The paths that differ, and those of them that replace; `olds` are inputs and outputs."""
        found = self._call("Diff", provider_pb2.DiffRequest(**_change(type_, id_, olds, news)))
        replacing = {kind for name, kind in provider_pb2.PropertyDiff.Kind.items() if name.endswith("_REPLACE")}
        paths = found.detailedDiff
        return sorted(paths), sorted(path for path, differs in paths.items() if differs.kind in replacing)

    def update(self, type_: str, id_: str, olds: tuple[Values, Values], news: Values) -> Values:
        """The new outputs."""
        request = provider_pb2.UpdateRequest(**_change(type_, id_, olds, news))
        return to_values(self._call("Update", request).properties)

    def delete(self, type_: str, id_: str, outputs: Values) -> None:
        request = provider_pb2.DeleteRequest(id=id_, urn=_urn(type_, "delete"), properties=to_struct(outputs))
        self._call("Delete", request)

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise RefusedError(str(error.details()), _kept(error)) from None  # pyright: ignore[reportAttributeAccessIssue]


def _urn(type_: str, name: str) -> str:
    return f"urn:pulumi:stack::project::kubernetes:{type_}::{name}"


def _change(type_: str, id_: str, olds: tuple[Values, Values], news: Values) -> dict[str, Any]:
    """What a plugin is told of a change, when it is asked what it means and when it makes it."""
    return {
        "id": id_,
        "urn": _urn(type_, "changed"),
        "old_inputs": to_struct(olds[0]),
        "olds": to_struct(olds[1]),
        "news": to_struct(news),
    }


def _kept(error: Any) -> tuple[str, Values] | None:
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            for detail in status.details:
                found = provider_pb2.ErrorResourceInitFailed()
                if detail.Unpack(found):
                    return found.id, to_values(found.properties)
    return None
