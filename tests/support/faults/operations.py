"""The operations of a provider as the engine calls them, each ready to run on a resource.

Owns: what is done before an operation (everything but a create needs the resource), and the form of its answer. Does
not own remotes or faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi.dynamic import Config, ConfigureRequest

from project_workspace.remote.provider import Props, RemoteProvider

Operation = Callable[[], Any]


@dataclass(frozen=True)
class Thing:
    """A resource: its provider as a new process makes it, its inputs, and changed ones."""

    provider: Callable[[], RemoteProvider]
    inputs: Props
    news: Props

    def made(self) -> tuple[str, Props]:
        """Id and outputs of the resource, made now."""
        made = self.provider().create(self.inputs)
        assert made.outs is not None
        return made.id, made.outs

    def ready(self, work: str, there: tuple[str, Props] | None = None) -> Operation:
        """The operation `work`: create, read, update or delete.

        `there` is id and computed outputs of the resource where it stands there already; default: it is made now.
        """
        if work == "create":
            return self._create
        id_, outs = (there[0], {**self.inputs, **there[1]}) if there else self.made()
        return {
            "read": lambda: self._read(id_, outs),
            "update": lambda: self.provider().update(id_, outs, self.news).outs,
            "delete": lambda: self.provider().delete(id_, outs),
        }[work]

    def _create(self) -> Any:
        made = self.provider().create(self.inputs)
        return {"id": made.id, "outs": made.outs}

    def _read(self, id_: str, outs: Props) -> Any:
        found = self.provider().read(id_, outs)
        return {"id": found.id, "outs": found.outs, "inputs": found.inputs}


def configured(kind: type[RemoteProvider], **config: str) -> Callable[[], RemoteProvider]:
    """Makes a provider as a new process of the engine does, with that stack configuration."""

    def provider() -> RemoteProvider:
        made = kind()
        made.configure(ConfigureRequest(Config(config, "workspace")))
        return made

    return provider
