"""Stand-in for a kubelet, the part that turns a pod's container into something to run: files and environment.

Owns: the configuration file out of the mounted ConfigMap and the environment out of literals, Secrets, ConfigMaps and
the pod's own fields. Refuses, with the words that a kubelet would show on the pod, what is missing and what it does
not implement.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from local.kube.objects import Object, Objects


class ContainerConfigError(Exception):
    """The container cannot be made as its pod describes it: a message for the pod's status."""


@dataclass(frozen=True)
class ContainerSpec:
    """What dex is started with. The texts hold password hashes: they are kept out of the representation."""

    config: str = field(repr=False)
    env: dict[str, str] = field(repr=False)
    readiness_path: str


def resolve(objects: Objects, pod: Object) -> ContainerSpec:
    """Read everything that the pod's dex container refers to, as it is now. Raises ContainerConfigError."""
    container = _dex_container(pod)
    path = PurePosixPath(container["command"][2])
    probe = container.get("readinessProbe", {}).get("httpGet", {}).get("path")
    if probe is None:
        raise ContainerConfigError("Not implemented: a dex container without a readinessProbe.httpGet.")
    return ContainerSpec(
        config=_mounted_file(objects, pod, container, path),
        env=_environment(objects, pod, container),
        readiness_path=probe,
    )


def _dex_container(pod: Object) -> Object:
    containers = pod["spec"]["containers"]
    command = containers[0].get("command", [])
    if len(containers) != 1 or len(command) != 3 or command[:2] != ["dex", "serve"]:
        raise ContainerConfigError("Not implemented: pods other than one container with the command 'dex serve FILE'.")
    return containers[0]


def _mounted_file(objects: Objects, pod: Object, container: Object, path: PurePosixPath) -> str:
    """The text that the container would see at `path`."""
    mounts = {each["mountPath"].rstrip("/"): each["name"] for each in container.get("volumeMounts", [])}
    volumes = {each["name"]: each for each in pod["spec"].get("volumes", [])}
    source = volumes.get(mounts.get(str(path.parent), ""), {}).get("configMap")
    if source is None:
        raise ContainerConfigError(f"Not implemented: a configuration at {path} that is no mounted ConfigMap.")
    items = source.get("items")
    keys = {each["path"]: each["key"] for each in items} if items else {path.name: path.name}
    data = _data(objects, "ConfigMap", source["name"], pod)
    key = keys.get(path.name)
    if key is None or key not in data:
        raise ContainerConfigError(f'configmap "{source["name"]}" holds no file {path.name}')
    return data[key]


def _environment(objects: Objects, pod: Object, container: Object) -> dict[str, str]:
    env: dict[str, str] = {}
    for source in container.get("envFrom", []):
        kind = "Secret" if "secretRef" in source else "ConfigMap"
        reference = source.get("secretRef") or source.get("configMapRef")
        data = _data(objects, kind, reference["name"], pod)
        env.update({source.get("prefix", "") + key: value for key, value in data.items()})
    for each in container.get("env", []):
        value = each.get("value", "") if "valueFrom" not in each else _from(objects, pod, each["valueFrom"])
        env[each["name"]] = value
    return env


def _from(objects: Objects, pod: Object, source: Object) -> str:
    """The value of an environment variable that is taken from somewhere else."""
    for field_name, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        if reference := source.get(field_name):
            data = _data(objects, kind, reference["name"], pod)
            if reference["key"] not in data:
                raise ContainerConfigError(
                    f"couldn't find key {reference['key']} in {kind} {pod['metadata']['namespace']}/{reference['name']}"
                )
            return data[reference["key"]]
    path = source.get("fieldRef", {}).get("fieldPath")
    if path in ("metadata.name", "metadata.namespace"):
        return str(pod["metadata"][path.removeprefix("metadata.")])
    raise ContainerConfigError(f"Not implemented: an environment variable from {', '.join(source)}.")


def _data(objects: Objects, kind: str, name: str, pod: Object) -> dict[str, str]:
    found = objects.get("v1", kind, name, pod["metadata"]["namespace"])
    if found is None:
        raise ContainerConfigError(f'{kind.lower()} "{name}" not found')
    data: dict[str, str] = found.get("data") or {}
    if kind == "Secret":
        return {key: base64.b64decode(value).decode() for key, value in data.items()}
    return data
