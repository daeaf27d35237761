"""The rights on the cluster that stacks need: one list (`kubernetes.json`), for the question and for docs/permissions.

Owns: the list's form, and which of it one stack needs. Does not own the question to the API server
(`preflight/checks/rights.py`), what settings mean for rights (`kubernetes_needs.py`, and one such module beside it for
each other program), nor how the list is written as ClusterRoles (`codegen/permission_files.py`). That it is enough, and
no more, is proved by whole lives with it (`tests/engine/test_permissions.py`, `test_permissions_of_programs.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from project_workspace.schema.section import Section

Options = TypeVar("Options", bound=Section)

UPDATE, NAMESPACES = "update", "namespaces"
"""The files of docs/permissions in which a workspace's rule stands: that of every stack, or of those without a
Profile."""
WORKBENCH, AI_DEVOPS = "workbench-update", "ai-devops-update"
"""Those of the other programs."""
CLUSTER = "cluster"
"""Where a rule counts whose kind is in no namespace."""


@dataclass(frozen=True)
class Rule:
    """Verbs on one kind of object, needed by stacks with some setting."""

    file: str
    """UPDATE, NAMESPACES, WORKBENCH or AI_DEVOPS."""
    when: str
    """Name of the condition on the settings (`Needs.conditions`)."""
    where: str
    """CLUSTER, or which namespace it is about (`Needs.places`)."""
    group: str
    """API group; empty for the core's."""
    resource: str
    names: tuple[str, ...]
    """Names of objects, or `{SETTING}` for those that settings say (`Needs.names`); none: all objects."""
    verbs: tuple[str, ...]
    preview: tuple[str, ...]
    """Those of the verbs that a preview needs."""
    where_served: str
    """The API, as in a `Ref`, without which nobody asks for these objects; empty: always asked for."""
    instead: str
    """Which rights do as well, when all of them are held (`Needs.held`); empty: none."""
    comment: str
    """What stands above it in its file; may be empty."""

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

    @property
    def attributes(self) -> dict[str, str]:
        """As a review has it (Kubernetes API, `ResourceAttributes`)."""
        resource, _, subresource = self.resource.partition("/")
        every = {
            "verb": self.verb,
            "group": self.group,
            "resource": resource,
            "subresource": subresource,
            "namespace": self.namespace,
            "name": self.name,
        }
        return {key: text for key, text in every.items() if text}

    def __str__(self) -> str:
        kind = f"{self.resource}{f'.{self.group}' if self.group else ''}{f'/{self.name}' if self.name else ''}"
        return f"{self.verb} {kind}{f' in {self.namespace}' if self.namespace else ''}"


def _rule(entry: Mapping[str, Any]) -> Rule:
    names, verbs, preview = (tuple(entry.get(key, ())) for key in ("names", "verbs", "preview"))
    texts = {key: str(entry[key]) for key in ("file", "when", "where", "group", "resource")}
    where_served, instead, comment = (str(entry.get(key, "")) for key in ("whereServed", "instead", "comment"))
    more = {"where_served": where_served, "instead": instead, "comment": comment}
    return Rule(names=names, verbs=verbs, preview=preview, **texts, **more)


RULES: tuple[Rule, ...] = tuple(
    _rule(entry) for entry in json.loads((Path(__file__).parent / "kubernetes.json").read_text())
)


@dataclass(frozen=True, kw_only=True)
class Needs(Generic[Options]):
    """What the settings of a program's stacks mean for rights."""

    files: tuple[str, ...]
    """Those of its rules; the first one is every stack's."""
    conditions: Mapping[str, Callable[[Options], bool]]
    """By name: whether a stack needs what the rule gives. Each is that under which the program makes the thing."""
    places: Callable[[Options], Mapping[str, str]]
    """The namespaces that rules are about."""
    names: Callable[[Options], Mapping[str, Sequence[str]]]
    """What stands in a rule for a setting."""
    held: Callable[[Options], Mapping[str, Sequence[Right]]] = lambda _: {}
    """Rights that do as well as a rule's, by its `instead`."""

    @property
    def rules(self) -> list[Rule]:
        """All of the program's."""
        return [rule for rule in RULES if rule.file in self.files]

    def of(self, options: Options) -> list[tuple[Rule, Right]]:
        """What one stack needs, each right once, with the rule that gives it."""
        rules = [rule for rule in self.rules if self.conditions[rule.when](options)]
        return list(_rights_of(rules, self.places(options), self.names(options)))


def _rights_of(
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
