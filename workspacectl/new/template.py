"""The text of a new workspace's file: the answers as settings, and what a person does next as comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from project_workspace.aws.site_options import PRODUCTION
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.s3.options import StorageOptions
from workspacectl.new.file_text import NewFile, dumped, head

COMMENTS = {
    "common": "Files of stacks/common/ with what several stacks share; what stands here counts before it.",
    "cluster": "The EKS cluster of the node groups. Without nodes of its own a workspace needs neither.",
    "nodeGroups": "An entry a kind of node. People choose its `spec` in AI Conductor. `min: 0` costs nothing while no "
    "pod waits; GPU types get their AMI, taint and labels by themselves.",
    "grafana": "Remove it for a workspace without a dashboard.",
    "conductor": "Remove it for a workspace that AI Conductor does not know.",
}
OFFERED: dict[str, tuple[str, Any]] = {
    "quota": ("Hard limits of the namespace.", {"cpu": "40", "memory": "160Gi", "requests.nvidia.com/gpu": "2"}),
    "tags": ("AWS tags of everything that can have some.", {"team": "vision"}),
    "storage": (
        "The bucket's own key, and how long old versions stay.",
        {"expireOldVersionsDays": StorageOptions().expire_old_versions_days},
    ),
}
"""What many want and none needs: written as comments."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is asked of a person; None leaves a part out."""

    project: str
    environment: str
    infra: str
    region: str
    common: list[str] = field(default_factory=list[str])
    """Names of common files."""
    shared: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What these say: left out of the file where it is the answer as well."""
    cluster: str | None = None
    node_groups: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    grafana_url: str | None = None
    grafana_folder: str | None = None
    conductor_url: str | None = None

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"{self.project}-{self.environment}"

    def settings(self) -> dict[str, Any]:
        """As the program takes them, in the order of the file."""
        folder = {"folder": self.grafana_folder} if self.grafana_folder else {}
        found: dict[str, Any] = {
            "common": self.common,
            "project": self.project,
            "environment": self.environment,
            "infra": self.infra,
            "cluster": self.cluster,
            "nodeGroups": self.node_groups,
            "grafana": {"url": self.grafana_url, **folder} if self.grafana_url else None,
            "conductor": {"url": self.conductor_url} if self.conductor_url else None,
        }
        return _beyond({key: value for key, value in found.items() if value}, self.shared)


def _beyond(said: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """What is said and not shared; of mappings only the keys that differ, because mappings are merged."""
    beyond: dict[str, Any] = {}
    for key, value in said.items():
        below = shared.get(key)
        own = _beyond(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
        if own not in (below, {}):
            beyond[key] = own
    return beyond


def file_of(answers: Answers) -> NewFile:
    """The file, as it would be."""
    return NewFile(answers.stack, answers.region, answers.settings(), "\n".join(_lines(answers)) + "\n")


def _lines(answers: Answers) -> Iterator[str]:
    secrets = {"login.password": "    (by default one is drawn)"}
    what = f"{answers.project} in {answers.environment}"
    yield from head(WORKSPACE, answers.stack, what, answers.region, secrets)
    for key, value in answers.settings().items():
        if key in COMMENTS:
            yield from (f"  # {line}" for line in _wrapped(COMMENTS[key]))
        yield from (f"  {line}" for line in dumped(WORKSPACE, key, value))
    for key, (comment, value) in OFFERED.items():
        if key in answers.shared:
            continue
        yield f"  # {comment}"
        yield from (f"  # {line}" for line in dumped(WORKSPACE, key, value))
    if answers.environment == PRODUCTION:
        yield "  # What bears data is protected in this environment; to destroy it, see docs/operations.md."


def _wrapped(comment: str) -> list[str]:
    words, lines = comment.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 112:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
