"""A stack's state as `pulumi stack export` gives it: its pending operations, and new resources in it.

Owns: the document's form. Does not own what is to be done with an operation. `pulumi stack import` drops every pending
operation, so whatever is to be kept of them must be a resource by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workspacectl.adopt.plan import Stack

CREATING = "creating"
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""By which the engine knows a secret in a document (sdk/v3 `resource.SigKey`, `resource.SecretSig`)."""


def secret(value: Any) -> dict[str, str]:
    """A value as a secret, which `pulumi stack import` encrypts."""
    return {_SIGNATURE: _SECRET, "plaintext": json.dumps(value)}


def in_clear(value: Any) -> Any:
    """A value of a document that was exported with its secrets, without the engine's marks."""
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return in_clear(json.loads(value["plaintext"]))
        return {key: in_clear(item) for key, item in value.items()}
    return [in_clear(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Pending:
    """Something that a killed run was about to make."""

    resource: Mapping[str, Any]
    """As it would stand in the state, without an id."""

    @property
    def urn(self) -> str:
        return self.resource["urn"]

    @property
    def type(self) -> str:
        return self.resource["type"]

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.resource.get("inputs") or {}

    def __str__(self) -> str:
        return f"{self.type.rpartition(':')[2]} '{self.urn.rpartition('::')[2]}'"


class State:
    """One exported state."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._deployment: dict[str, Any] = document["deployment"]

    @classmethod
    def of(cls, stack: Stack, *, secrets: bool = False) -> State:
        """The state there is; with `secrets` in clear, for this process's memory only."""
        shown = ["--show-secrets"] if secrets else []
        return cls(json.loads(stack.engine.checked("stack", "export", "--stack", stack.name, *shown).stdout))

    @property
    def resources(self) -> list[dict[str, Any]]:
        return self._deployment.get("resources") or []

    @property
    def pending(self) -> list[Pending]:
        """What was about to be made, each once: a run that was killed again has noted it twice."""
        by_urn = {each["resource"]["urn"]: Pending(each["resource"]) for each in self._operations(CREATING)}
        return list(by_urn.values())

    @property
    def interrupted(self) -> list[str]:
        """The URNs of everything that was under way."""
        return [each["resource"]["urn"] for each in self._deployment.get("pending_operations") or []]

    def _operations(self, type_: str) -> Iterator[dict[str, Any]]:
        yield from (each for each in self._deployment.get("pending_operations") or [] if each["type"] == type_)

    @property
    def root(self) -> str | None:
        """The URN of the stack itself; None when nothing is in the state."""
        return next((each["urn"] for each in self.resources if each["type"] == "pulumi:pulumi:Stack"), None)

    def find(self, type_: str, id_: str) -> dict[str, Any] | None:
        """The resource of this type and id."""
        return next((each for each in self.resources if (each["type"], each.get("id")) == (type_, id_)), None)

    def has(self, urn: str) -> bool:
        return any(each["urn"] == urn for each in self.resources)

    def takes(self, pending: Pending) -> bool:
        """Whether everything that the resource refers to is in the state."""
        urns = {each["urn"] for each in self.resources}
        references = {f"{each['urn']}::{each.get('id')}" for each in self.resources}
        needed = {pending.resource.get("parent"), *(pending.resource.get("dependencies") or [])} - {None, ""}
        return needed <= urns and pending.resource.get("provider", "") in {"", *references}

    def add(self, pending: Pending, id_: str, outputs: Mapping[str, Any]) -> None:
        """Make a resource of it. Without outputs, the next refresh reads all of it."""
        made = {**pending.resource, "id": id_}
        self._deployment["resources"] = [*self.resources, {**made, "outputs": dict(outputs)} if outputs else made]

    def write(self, stack: Stack) -> None:
        """Make it the stack's state; what is pending is dropped. Raises `EngineError`."""
        document = {**self._document, "deployment": {**self._deployment, "pending_operations": []}}
        stack.engine.checked("stack", "import", "--stack", stack.name, said=json.dumps(document))
