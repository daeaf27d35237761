"""What is asked of a new workspace where neither a flag nor a common file says it.

Owns: the questions, and the flag of nodes. Does not own the file's text (`template.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import typer

from workspacectl.failures import ToolError
from workspacectl.new.template import Answers

NODES = re.compile(r"(?P<spec>[^=]+)=(?P<instance_type>[^:]+):(?P<max>\d+)")


def answers(
    common: list[str],
    shared: Mapping[str, Any],
    region: str | None,
    *,
    project: str | None,
    environment: str | None,
    infra: str | None,
    cluster: str | None,
    conductor_url: str | None,
    grafana_url: str | None,
    grafana_folder: str | None,
    nodes: list[str] | None,
) -> Answers:
    """The flags' values, and answers for those that are None; `shared` is what the common files say."""
    ask = partial(_asked, shared)
    return Answers(
        common=common,
        shared=shared,
        project=ask("project", project, "Project, for example demo"),
        environment=ask("environment", environment, "Environment, for example dev"),
        infra=ask("infra", infra, "Installation, for example meerkat"),
        region=region or typer.prompt("AWS region"),
        cluster=(on := ask("cluster", cluster, "EKS cluster (empty: no nodes)", "")),
        node_groups=[_group(each) for each in nodes or _default_nodes(shared, cluster=on)],
        conductor_url=ask("conductor.url", conductor_url, "AI Conductor's URL (empty: without)", ""),
        grafana_url=ask("grafana.url", grafana_url, "Grafana's URL (empty: without)", ""),
        grafana_folder=grafana_folder,
    )


def _default_nodes(shared: Mapping[str, Any], *, cluster: str) -> list[str]:
    return ["standard=m5.xlarge:3"] if cluster and not shared.get("nodeGroups") else []


def _asked(shared: Mapping[str, Any], path: str, given: str | None, question: str, default: str | None = None) -> str:
    """The value of a flag, else of the common files, else of the person at the terminal."""
    if given is not None:
        return given
    section, _, key = path.partition(".")
    known = shared.get(section)
    known = known.get(key) if key and isinstance(known, dict) else known
    return str(known) if known else typer.prompt(question, default=default, show_default=False)


def _group(text: str) -> dict[str, Any]:
    found = NODES.fullmatch(text)
    if found is None:
        raise ToolError(f"nodes: Expected SPEC=TYPE:MAX, for example 'gpu=g5.xlarge:2', not '{text}'.")
    return {"spec": found["spec"], "instanceType": found["instance_type"], "max": int(found["max"])}
