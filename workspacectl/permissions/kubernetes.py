"""The rights on the cluster that stacks need: one list (`kubernetes.json`), for the question and for docs/permissions.

Owns: the list's form, and which of it one stack needs. Does not own the question to the API server
(`preflight/checks/rights.py`), what settings mean for rights (`kubernetes_needs.py`), nor how the list is written as
ClusterRoles (`codegen/permission_files.py`). That it is enough, and no more, is proved by a workspace's whole life with
it (`tests/engine/test_permissions.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UPDATE, NAMESPACES = "update", "namespaces"
"""The files of docs/permissions in which a rule stands: that of every stack, or of those without a Profile."""
CLUSTER = "cluster"
"""Where a rule counts whose kind is in no namespace."""


@dataclass(frozen=True)
class Rule:
    """Verbs on one kind of object, needed by stacks with some setting."""

    file: str
    """UPDATE or NAMESPACES."""
    when: str
    """Name of the condition on the settings (`kubernetes_needs.CONDITIONS`)."""
    where: str
    """CLUSTER, or which namespace it is about (`kubernetes_needs.places`)."""
    group: str
    """API group; empty for the core's."""
    resource: str
    names: tuple[str, ...]
    """Names of objects, or `{SETTING}` for those that settings say (`kubernetes_needs.names`); none: all objects."""
    verbs: tuple[str, ...]
    preview: tuple[str, ...]
    """Those of the verbs that a preview needs."""
    where_served: str
    """The API, as in a `Ref`, without which nobody asks for these objects; empty: always asked for."""

    def named(self, names: Mapping[str, Sequence[str]]) -> list[str]:
        """The names of its objects, with those that `names` has for settings."""
        found = [names[name.strip("{}")] if name.startswith("{") else [name] for name in self.names]
        return [name for each in found for name in each]


@dataclass(frozen=True)
class Right:
    """One thing that somebody may do."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    """Empty: of the cluster, or in all namespaces."""
    name: str = ""
    """Empty: of whatever name."""

    def __str__(self) -> str:
        kind = f"{self.resource}{f'.{self.group}' if self.group else ''}{f'/{self.name}' if self.name else ''}"
        return f"{self.verb} {kind}{f' in {self.namespace}' if self.namespace else ''}"


def _rule(entry: Mapping[str, Any]) -> Rule:
    names, verbs, preview = (tuple(entry.get(key, ())) for key in ("names", "verbs", "preview"))
    texts = {key: str(entry[key]) for key in ("file", "when", "where", "group", "resource")}
    served = str(entry.get("whereServed", ""))
    return Rule(names=names, verbs=verbs, preview=preview, where_served=served, **texts)


RULES: tuple[Rule, ...] = tuple(
    _rule(entry) for entry in json.loads((Path(__file__).parent / "kubernetes.json").read_text())
)


def rights_of(
    rules: Sequence[Rule], places: Mapping[str, str], names: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Rule, Right]]:
    """The rights that the rules give, each once, with namespaces and names in their places."""
    seen: set[Right] = set()
    for rule in rules:
        namespace = "" if rule.where == CLUSTER else places[rule.where]
        for name in rule.named(names) if rule.names else [""]:
            for verb in rule.verbs:
                right = Right(verb, rule.group, rule.resource, namespace, name)
                if right not in seen:
                    seen.add(right)
                    yield rule, right
