"""Stand-in for pulumi-kubernetes: when another configuration of the provider replaces it.

Owns: the official plugin's rules (docs/facts/pulumi-kubernetes.md, "When the provider is replaced"). A provider that is
replaced replaces every object that it made: whatever these rules overlook, nobody sees until a namespace is gone.
"""

from __future__ import annotations

from typing import Any

from local.plugins.kubernetes.connection import given_content
from local.plugins.provider import ConfigDiff, Values, contains_unknown

IDENTIFIER = "clusterIdentifier"
ACTIVE = ("kubeconfig", "context", "cluster")
"""What says which cluster entry is the active one."""


def diff(olds: Values, news: Values) -> ConfigDiff:
    """What changed, and what of it replaces. Raises PluginError for a kubeconfig that cannot be read."""
    olds, news = _given(olds), _given(news)
    changed = sorted(name for name in {*olds, *news} if olds.get(name) != news.get(name))
    unknown = next((name for name in ACTIVE if contains_unknown(news.get(name))), None)
    if unknown:
        replaces = [unknown]
    elif _differ(_active_cluster(olds), _active_cluster(news)):
        replaces = [name for name in ACTIVE if name in changed]
    else:
        replaces = []
    if IDENTIFIER in olds and IDENTIFIER in news:
        # One that comes or goes decides nothing; the others then do as if there were none.
        replaces = [IDENTIFIER, *replaces] if IDENTIFIER in changed else []
    return ConfigDiff(tuple(changed), tuple(replaces))


def _given(values: Values) -> Values:
    return {name: value for name, value in values.items() if value is not None}


def _differ(old: Any, new: Any) -> bool:
    return old is not None and new is not None and old != new


def _active_cluster(values: Values) -> Any:
    """The whole entry of the cluster that the configuration chooses; None without one, and for the environment's."""
    content = given_content(values) or {}
    chosen = values.get("context") or content.get("current-context")
    context = _named(content.get("contexts"), chosen, "context") or {}
    return _named(content.get("clusters"), values.get("cluster") or context.get("cluster"), "cluster")


def _named(entries: Any, name: Any, kind: str) -> Any:
    return next((entry.get(kind) for entry in entries or [] if entry.get("name") == name), None)
