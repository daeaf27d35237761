"""The Grafana dashboard of one workspace, filled in from `project-dashboard.json`.

Owns: the substitution of the placeholders, what is left out with a part of the workspace, and the layout of
the sections. Does not own what the panels show (that is data) nor how Grafana is talked to
(`client.py`). Values are put into the strings of the parsed document, never into JSON text, so no
value can break it.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

PROGRAM_TAG = "project-workspace"
"""The tag on every dashboard of this program."""

_PLACEHOLDER = re.compile(r"@([a-zA-Z]+)@")
_SAFE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_ROW_HEIGHT = 1


def render_project_dashboard(
    *, title: str, workspace: str, namespace: str, bucket: str | None, node_labels: Sequence[str]
) -> str:
    """The dashboard as JSON text, without id, uid and version; the same text for the same values.

    `node_labels` are the values of the node label `aic-role`; without any, the section on node groups is left out,
    and without a bucket the one on the bucket. Raises ValueError for a name that no service accepts, because it
    would change the meaning of a query.
    """
    values = {"workspace": workspace, "namespace": namespace}
    if bucket:
        values["bucket"] = bucket
    for name, value in [*values.items(), *(("node label", label) for label in node_labels)]:
        if not _SAFE.fullmatch(value):
            raise ValueError(f"Expected a {name} of letters, digits, '.', '_' and '-', for example 'demo-ws'.")
    if node_labels:
        values["nodeLabels"] = "|".join(label.replace(".", "[.]") for label in node_labels)
    document = _document()
    sections = [section for section in document["sections"] if set(section["needs"]) <= set(values)]
    dashboard: dict[str, Any] = dict(document["dashboard"])
    variables = [variable for section in sections for variable in section["variables"]]
    dashboard["templating"] = {"list": [*dashboard["templating"]["list"], *variables]}
    dashboard["panels"] = _laid_out(sections)
    whole = {**_filled(dashboard, values), "title": title}
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@cache
def _document() -> Any:
    file = Path(__file__).parent / "project-dashboard.json"
    return json.loads(file.read_text(encoding="utf-8"))


def _laid_out(sections: list[Any]) -> list[Any]:
    """One list of panels: a row above each section, ids counted from 1, sections below one another."""
    panels: list[Any] = []
    top = 0
    for section in sections:
        row = {"type": "row", "title": section["title"], "collapsed": False, "panels": []}
        panels.append({**row, "gridPos": {"x": 0, "y": top, "w": 24, "h": _ROW_HEIGHT}})
        for panel in section["panels"]:
            place = panel["gridPos"]
            panels.append({**panel, "gridPos": {**place, "y": top + _ROW_HEIGHT + place["y"]}})
        top += _ROW_HEIGHT + max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in section["panels"])
    return [{**panel, "id": number} for number, panel in enumerate(panels, start=1)]


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], value)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, values) for key, item in value.items()}
    return value
