"""States that earlier commits of this program have written, fitted to the platform of a test.

Owns: the files under `tests/engine/states/` and putting today's ids, addresses and passwords in the place of those of
the day. Does not own what must be possible with such a state. Why kept: users' stacks hold references to provider
classes of the day (`__provider`), URNs and property names; a rename that today's tests do not notice would strand
them.

A file is named after the release that wrote it, and after what is special about its workspace, if anything: `pytest
tests/engine/test_moves.py -k release --renew` makes an `up` of each of `WORKSPACES` on a local platform, then `pulumi
stack export --show-secrets`, and keeps `neutral` of it. Its passwords opened a platform that is gone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.support.engine.installation import LOG_BUCKET
from tests.support.engine.workspaces import NODE_GROUPS

FOLDER = Path(__file__).parents[2] / "engine" / "states"
KEPT: dict[str, Any] = {
    "nodeGroups": [NODE_GROUPS[1]],
    "namespace": {"labels": {"team": "vision"}},
    "quota": {"cpu": "8"},
    "members": [{"email": "alice@example.com"}],
    "network": {"isolated": True},
    "volumes": [
        {"name": "data", "size": "10Gi"},
        {"name": "datasets", "size": "1Ti", "shared": {"nfs": {"server": "nfs.example.com", "path": "/datasets"}}},
    ],
    "login": {"dex": {"storedIn": "password-object"}},
    "runai": {
        "project": "moved",
        "template": "without-workloads",
        "executors": ["alice@example.com"],
        "bindings": "shared",
    },
    "storage": {"accessLogging": {"bucket": LOG_BUCKET}},
    "conductor": {"url": "${AIC_FRONTEND_URL}", "systemAccountPasswordRotation": 1},
    "oidcClient": {
        "url": "${KEYCLOAK_URL}",
        "realm": "of-the-day",
        "redirectUris": ["https://notebooks.example.com/oauth/callback"],
    },
}
"""The settings of the workspace `moved`, whose states are kept."""
TEAM = "team-moved"
"""A namespace that is there before the workspace of `existing`."""
_SMALL: dict[str, Any] = {"nodeGroups": None, "conductor": None, "grafana": None}
_OWN_ROLE = {"mode": "workspace-role"}
WORKSPACES: dict[str, dict[str, Any]] = {
    "": KEPT,
    "irsa": {**_SMALL, "access": {**_OWN_ROLE, "assumedBy": "irsa"}},
    "plain": {**_SMALL, "access": _OWN_ROLE, "namespace": {"kind": "plain"}, "quota": {"cpu": "8"}},
    "existing": {
        **_SMALL,
        "namespace": {"kind": "existing"},
        "names": {"namespace": TEAM},
        "runai": {"project": "moved", "executors": ["alice@example.com"]},
    },
}
"""What the states are of, by what is special about it: together every kind of resource that the program makes."""

UNKNOWN_TO: dict[str, tuple[str, ...]] = {"0.1.0": ("login", "oidcClient", "runai", "volumes")}
"""Settings of which a release knew nothing, and which do not go with its workspace's namespace: its users stay where
they are, and a destroy by its state alone would leave the rest behind."""


def kept_by(state: str) -> dict[str, Any]:
    """The settings for a state, by the name of its file, for example `0.2.0` or `0.2.0-plain`."""
    release, _, special = state.partition("-")
    return {**WORKSPACES[special], **dict.fromkeys(UNKNOWN_TO.get(release, ()))}


def name_of(release: str, special: str) -> str:
    """The name of the file of a state."""
    return f"{release}-{special}" if special else release


_OF_THE_MACHINE = ("sourcePosition", "stackTrace", "created", "modified")

State = dict[str, Any]


def neutral(exported: State) -> State:
    """An exported state without the folders and times of the machine that made it."""
    for resource in exported["deployment"]["resources"]:
        for key in _OF_THE_MACHINE:
            resource.pop(key, None)
    return json.loads(re.sub(r"/[^\"\\ ]*/kube/kubeconfig", "a-kubeconfig-of-the-day", json.dumps(exported)))


def fitted(kept: State, current: State) -> State:
    """The kept state of the workspace that the current one describes: the same things, in the form of the day."""
    now = {resource["urn"]: resource for resource in current["deployment"]["resources"]}
    moved: dict[str, str] = {}
    for resource in kept["deployment"]["resources"]:
        if resource["urn"] in now:
            for part in ("id", "inputs", "outputs"):
                _note(resource.get(part), now[resource["urn"]].get(part), moved)
    texts = sorted((text for text in moved if len(text) > 3), key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(json.dumps(text)[1:-1]) for text in texts))
    changed = pattern.sub(
        lambda found: json.dumps(moved[json.loads(f'"{found[0]}"')])[1:-1], json.dumps(kept["deployment"]["resources"])
    )
    deployment = {**kept["deployment"], "resources": json.loads(changed)}
    # The engine's own providers and secrets are of the run, not of the program.
    deployment["secrets_providers"] = current["deployment"]["secrets_providers"]
    return {**kept, "deployment": deployment}


def _note(kept: Any, now: Any, moved: dict[str, str]) -> None:
    """Which texts stand now where others stood; references to classes stay, they are what is to be proved."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in kept.keys() & now.keys() - {"__provider", "model"}:
            _note(kept[key], now[key], moved)
    elif isinstance(kept, list) and isinstance(now, list):
        for one, other in zip(kept, now, strict=False):
            _note(one, other, moved)
    elif isinstance(kept, str) and isinstance(now, str) and kept != now:
        moved[kept] = now
