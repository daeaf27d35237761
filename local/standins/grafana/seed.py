"""Stand-in for Grafana: what a living site has before the first workspace is made.

Owns: a folder "monitoring" with two dashboards of other people, one of them provisioned from files. They
let a test see that what is not ours stays untouched.
"""

from __future__ import annotations

from local.standins.grafana.folders import made_folder
from local.standins.grafana.store import Document

TIME = "2026-01-05T09:00:00Z"
FOLDER = "monitoring"


def living_site() -> Document:
    """The first state of a server that is started with `--seed`."""
    return {
        "folders": {FOLDER: made_folder(1, FOLDER, "Monitoring", TIME)},
        "dashboards": {
            "node-exporter": _dashboard(2, "node-exporter", "Nodes", provisioned=False),
            "cluster-total": _dashboard(3, "cluster-total", "Cluster network", provisioned=True),
        },
        "lastId": 3,
    }


def _dashboard(id_: int, uid: str, title: str, *, provisioned: bool) -> Document:
    panel = {"id": 1, "type": "text", "title": "About", "gridPos": {"h": 4, "w": 24, "x": 0, "y": 0}}
    model = {"title": title, "tags": ["platform-team"], "schemaVersion": 39, "panels": [panel]}
    place = {"folderUid": FOLDER, "provisioned": provisioned, "created": TIME, "updated": TIME}
    return {"id": id_, "uid": uid, "version": 7, "model": model, "message": "", **place}
