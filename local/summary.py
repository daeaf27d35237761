"""What a person is shown after `make local` and `make local-destroy`: readable, and without secrets.

Owns: the tables and sentences. Does not own the facts in them.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

LABELS = {
    "workspace": "AI Conductor workspace",
    "conductorUrl": "  at",
    "conductorWorkspaceId": "  id",
    "systemAccount": "  system account",
    "systemAccountPassword": "  its password",
    "namespace": "Kubernetes namespace",
    "kubeflowUser": "Kubeflow user",
    "kubeflowPassword": "  its password",
    "bucketName": "Bucket",
    "bucketArn": "  ARN",
    "nodeGroupNames": "Node groups",
    "dashboardUrl": "Dashboard",
    "dashboardUid": "  uid",
}


def show_outputs(console: Console, outputs: dict[str, Any]) -> None:
    """The stack's outputs as a table, then how pods get onto each node group."""
    # Folded, not cut: an ARN without its end is of no use to anybody.
    table = Table(Column(), Column(overflow="fold"), show_header=False, box=None, padding=(0, 2))
    for key, label in LABELS.items():
        if key in outputs:
            value = outputs[key]
            table.add_row(label, Text(", ".join(value) if isinstance(value, list) else str(value)))
    console.print(table)
    groups: dict[str, Any] = outputs.get("nodeGroups", {})
    if not groups:
        return
    columns = [Column(header, overflow="fold") for header in ("spec", "node selector", "tolerations")]
    placement = Table(*columns, title="Pods on the node groups", title_justify="left")
    for spec, group in groups.items():
        selector = ", ".join(f"{key}={value}" for key, value in group["nodeSelector"].items())
        tolerations = ", ".join(f"{t['key']}={t.get('value', '')}:{t['effect']}" for t in group["tolerations"])
        placement.add_row(*map(Text, (spec, selector, tolerations or "none needed")))
    console.print(placement)
