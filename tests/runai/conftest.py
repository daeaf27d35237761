"""What the tests of Run:ai's resources share: their providers in a process of their own, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.remote.provider import RemoteProvider
from tests.support.real_cluster import Kube

Provider = TypeVar("Provider", bound=RemoteProvider)


@pytest.fixture
def provided(kube: Kube, monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Provider]], Provider]:
    """Makes a provider as the engine does, for the cluster of the tests."""
    monkeypatch.setenv("KUBECONFIG", str(kube.kubeconfig))

    def made(kind: type[Provider]) -> Provider:
        provider = kind()
        provider.configure(ConfigureRequest(Config({}, "workspace")))
        return provider

    return made
