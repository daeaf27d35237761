"""The kubeconfig of the environment: which files it is made of, and several of them as one, as kubectl reads them.

Owns: KUBECONFIG, the default place, the merge, and paths in a file that are relative to it. Does not own what is done
with the result (`kubeconfig.py`). Why not the Kubernetes library's: of several files it takes the last current context
where kubectl takes the first, so that `kubectl` and `pulumi` would mean different clusters; and it refuses an empty
file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

_LISTS = {"clusters": "cluster", "contexts": "context", "users": "user"}
_PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
"""Keys of an entry whose values are paths (client-go, tools/clientcmd/loader.go, "ResolvePaths")."""


class KubeconfigError(Exception):
    """A file that is no kubeconfig, without its content; or none at all."""


def of_the_environment() -> list[Path]:
    """The files of KUBECONFIG, else the default one, whether they are there or not."""
    named = [Path(path).expanduser() for path in os.environ.get("KUBECONFIG", "").split(os.pathsep) if path]
    return named or [Path.home() / ".kube" / "config"]


def merged(files: Iterable[Path]) -> dict[str, Any]:
    """The files as one kubeconfig: of each name and of the current context the first that there is.

    Files that are not there are passed over (kubectl, "Merging kubeconfig files"). Raises KubeconfigError when none is
    there, or one is no kubeconfig; OSError when one cannot be read.
    """
    there = [file for file in files if file.exists()]
    if not there:
        raise KubeconfigError("there is no such file")
    found: dict[str, Any] = {"apiVersion": "v1", "kind": "Config"}
    for content in map(_read, there):
        for name, kind in _LISTS.items():
            known = {entry["name"] for entry in found.setdefault(name, [])}
            found[name] += [entry for entry in _entries(content, name, kind) if entry["name"] not in known]
        if content.get("current-context"):
            found.setdefault("current-context", content["current-context"])
    return found


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text()) or {}
        if not isinstance(content, dict):
            raise KubeconfigError(f"{file} is no kubeconfig")
        return {**content, **{name: _resolved(content, name, kind, file.parent) for name, kind in _LISTS.items()}}
    except (yaml.YAMLError, UnicodeError):
        raise KubeconfigError(f"{file} is no kubeconfig") from None


def _entries(content: Mapping[str, Any], name: str, kind: str) -> list[dict[str, Any]]:
    entries = [entry for entry in content.get(name) or [] if isinstance(entry, dict)]
    return [entry for entry in entries if "name" in entry and isinstance(entry.get(kind), dict)]


def _resolved(content: Mapping[str, Any], name: str, kind: str, folder: Path) -> list[dict[str, Any]]:
    return [{**entry, kind: _with_whole_paths(entry[kind], folder)} for entry in _entries(content, name, kind)]


def _with_whole_paths(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    whole: dict[str, Any] = {key: str(folder / entry[key]) for key in _PATHS if entry.get(key)}
    command = (entry.get("exec") or {}).get("command", "")
    if os.sep in command:  # otherwise it is looked for on the PATH
        whole["exec"] = {**entry["exec"], "command": str(folder / command)}
    return {**entry, **whole}
