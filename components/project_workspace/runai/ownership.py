"""Whose a namespace is for Run:ai: what its label says, and the refusal to take it from another project.

Owns: reading that, and the sentence. Does not own the label (`queue_label.py`), nor the look before anything is made
(`prerequisites.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from project_workspace.kube.metadata import labels_of
from project_workspace.remote.provider import Props

MARK = "project-workspace/runai-project"
"""The annotation by which a stack knows the label for its own."""


def mark_of(props: Props) -> str:
    """What the annotation says of the stack of these properties."""
    return f"{props['pulumiProject']}/{props['pulumiStack']}"


def taken(namespace: Mapping[str, Any], props: Props) -> tuple[str, str] | None:
    """That the namespace is another project's, and the way on; None when it is nobody's, or may be taken."""
    label, project = props["label"], props["runaiProject"]
    now = labels_of(namespace).get(label)
    if not now or now == project or props.get("takeOver"):
        return None
    name = namespace["metadata"]["name"]
    return (
        f"Namespace {name} belongs to the Run:ai project '{now}', by its label {label}: not to '{project}'",
        "Set 'runai.takeOver: true' to take it from that project, or 'runai.project' to its name.",
    )
