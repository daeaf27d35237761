"""What a pod's container is turned into, and what is refused with the words of a kubelet."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from local.dex.container_spec import ContainerConfigError, resolve

POD: dict[str, Any] = {
    "metadata": {"name": "dex-1", "namespace": "auth"},
    "spec": {
        "containers": [
            {
                "name": "dex",
                "command": ["dex", "serve", "/etc/dex/cfg/config.yaml"],
                "volumeMounts": [{"name": "config", "mountPath": "/etc/dex/cfg"}],
                "readinessProbe": {"httpGet": {"path": "/dex/healthz"}},
            }
        ],
        "volumes": [{"name": "config", "configMap": {"name": "dex"}}],
    },
}


class Store:
    """Objects by kind and name, in place of a cluster."""

    def get(self, api_version: str, kind: str, name: str, namespace: str) -> dict[str, Any] | None:
        secret = {"data": {"HASH": base64.b64encode(b"$2a$10$x").decode()}}
        held = {
            ("ConfigMap", "dex"): {"data": {"config.yaml": "issuer: x\n", "other": "y"}},
            ("Secret", "users"): secret,
        }
        return held.get((kind, name)) if namespace == "auth" else None


def pod(**container: Any) -> dict[str, Any]:
    made = copy.deepcopy(POD)
    made["spec"]["containers"][0].update(container)
    return made


def env(*entries: dict[str, Any], **container: Any) -> dict[str, str]:
    return resolve(Store(), pod(env=list(entries), **container)).env  # pyright: ignore[reportArgumentType]


def test_the_configuration_is_the_mounted_file_to_the_letter() -> None:
    spec = resolve(Store(), POD)  # pyright: ignore[reportArgumentType]
    assert (spec.config, spec.env, spec.readiness_path) == ("issuer: x\n", {}, "/dex/healthz")


def test_the_environment_comes_from_literals_secrets_maps_and_the_pod_itself() -> None:
    found = env(
        {"name": "A", "value": "1"},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "users", "key": "HASH"}}},
        {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "dex", "key": "other"}}},
        {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        envFrom=[{"secretRef": {"name": "users"}, "prefix": "DEX_"}],
    )
    assert found == {"DEX_HASH": "$2a$10$x", "A": "1", "B": "$2a$10$x", "C": "y", "D": "auth"}


@pytest.mark.parametrize(
    ("container", "complaint"),
    [
        ({"envFrom": [{"secretRef": {"name": "gone"}}]}, 'secret "gone" not found'),
        (
            {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "users", "key": "NO"}}}]},
            "couldn't find key NO in Secret auth/users",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]},
            "Not implemented: an environment variable from resourceFieldRef",
        ),
        ({"command": ["sh", "-c", "dex"]}, "Not implemented: pods other than one container with the command"),
        ({"command": ["dex", "serve", "/elsewhere/config.yaml"]}, "Not implemented: a configuration at /elsewhere"),
        ({"command": ["dex", "serve", "/etc/dex/cfg/none.yaml"]}, 'configmap "dex" holds no file none.yaml'),
        ({"readinessProbe": {}}, "Not implemented: a dex container without a readinessProbe"),
    ],
)
def test_what_is_missing_or_not_implemented_is_said(container: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ContainerConfigError, match=complaint):
        resolve(Store(), pod(**container))  # pyright: ignore[reportArgumentType]


def test_hashes_are_not_in_the_representation() -> None:
    spec = resolve(Store(), pod(envFrom=[{"secretRef": {"name": "users"}}]))  # pyright: ignore[reportArgumentType]
    assert repr(spec) == "ContainerSpec(readiness_path='/dex/healthz')"
