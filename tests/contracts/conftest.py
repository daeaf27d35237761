"""Contracts: what Pulumi's own plugin does and the stand-in must do as well. One text; `make test` runs it with the
stand-in, `make test-official` with the plugin."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from tests.support import kubernetes_plugin
from tests.support.kubernetes_plugin import Plugin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.official)


@pytest.fixture
def plugin(request: pytest.FixtureRequest) -> Iterator[Plugin]:
    """A plugin that runs, and is not configured yet."""
    with kubernetes_plugin.running(request.config) as address, grpc.insecure_channel(address) as channel:
        yield Plugin(provider_pb2_grpc.ResourceProviderStub(channel))
