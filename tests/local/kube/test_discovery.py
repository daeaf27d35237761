"""Finding kinds: a group of which the API server says that it has none yet holds no kind, and breaks nothing."""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiClient, Configuration

from local.kube.objects import Object, Objects, UnknownKindError


@pytest.fixture
def fresh() -> Objects:
    """A cluster whose groups have come a moment ago: their definitions are there, their resources not yet."""

    class Fresh(Objects):
        def _request(self, method: str, path: str, **parameters: Any) -> Object:
            if path == "/apis/kubeflow.org/v1":
                return {"kind": "APIResourceList", "resources": None}
            version = {"version": "v1", "resources": None}
            return {"items": [{"metadata": {"name": "kubeflow.org"}, "versions": [version]}]}

    return Fresh(ApiClient(Configuration()))


def test_a_kind_of_a_group_without_resources_is_unknown(fresh: Objects) -> None:
    with pytest.raises(UnknownKindError, match=r"knows no kind 'Profile' in 'kubeflow.org/v1'"):
        fresh.namespaced("kubeflow.org/v1", "Profile")


def test_a_group_without_resources_has_nothing_to_list(fresh: Objects) -> None:
    assert fresh.kinds() == {}
