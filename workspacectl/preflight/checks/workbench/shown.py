"""Objects of the cluster as a report shows them: what `kubectl get -o yaml` prints, without what only machines need.

Owns: that form. Nothing of a Secret but its name, type and keys is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import yaml

from project_workspace.kube.cluster import Document
from workspacectl.preflight.answers import Detail

_NOISE = ("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def as_yaml(found: Document, command: str) -> Detail:
    """One object."""
    metadata = {key: value for key, value in found["metadata"].items() if key not in _NOISE}
    if annotations := metadata.get("annotations"):
        metadata["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    shown = {**found, "metadata": metadata}
    return Detail(command, yaml.safe_dump(shown, sort_keys=False, allow_unicode=True).rstrip("\n"))


def as_secret(found: Document, command: str) -> Detail:
    """A Secret: what it is, never what is in it."""
    keys = ", ".join(sorted(found.get("data") or {}))
    row = (found["metadata"]["name"], str(found.get("type")), keys)
    return as_table([("NAME", "TYPE", "KEYS"), row], command)


def as_table(rows: Iterable[Sequence[str]], command: str) -> Detail:
    """Rows of columns, with tabs between them."""
    return Detail(command, "\n".join("\t".join(row) for row in rows))
