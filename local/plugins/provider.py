"""What a stand-in plugin under this folder is made of: resources, functions, failures, and the values they get.

Owns: `Plugin`, `ResourceHandler`, and the conversion between protobuf structs and plain Python values. Does not
own: what any resource means (each plugin brings handlers and functions of its own), how the engine's calls reach
them (`servicer.py`), the process (`serving.py`).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib.metadata import version as distribution_version
from typing import Any

from google.protobuf import json_format, struct_pb2

Values = dict[str, Any]
"""Inputs or outputs of one resource: plain Python values, with `UNKNOWN` for what a preview cannot know."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The wire form of a value that is not known yet (sdk/v3 `plugin.UnknownStringValue`)."""

time_limit: ContextVar[float] = ContextVar("time_limit", default=0.0)
"""Seconds that the program allows the running create, update or delete (`customTimeouts`); 0 when it says nothing."""


cancelled: ContextVar[threading.Event] = ContextVar("cancelled", default=threading.Event())  # noqa: B039 - never set
"""Set when the engine of the running call gives up: whoever waits for something lets go of it at once."""


class PluginError(Exception):
    """A refusal or failure to show to the user as it is: one readable sentence, without a secret."""


class NotReadyError(PluginError):
    """The resource was made or changed but did not become ready: the engine keeps it, and repairs it later."""

    def __init__(self, sentence: str, id: str, outputs: Values) -> None:
        super().__init__(sentence)
        self.id = id
        self.outputs = outputs


@dataclass(frozen=True)
class Failure:
    """One problem of one input property, reported by `check`.

    `property` is the path of the input (camelCase); `reason` is a sentence.
    """

    property: str
    reason: str


@dataclass(frozen=True)
class ReadState:
    """What `read` found: the id, the outputs, and the inputs that would produce them."""

    id: str
    outputs: Values
    inputs: Values


class ResourceHandler(ABC):
    """One resource type. Subclasses are stateless; the remote's client comes from the plugin."""

    required: frozenset[str] = frozenset()
    """Inputs without which `check` refuses."""
    known: frozenset[str] | None = None
    """Every input the stand-in implements; others are refused by name. None: anything goes (Kubernetes objects)."""
    replace_on: frozenset[str] = frozenset()
    """What must be replaced when it changes: the name of an input, or a whole path as `changed` gives it."""
    computed: frozenset[str] = frozenset()
    """Outputs that only exist after create: unknown in a preview."""
    delete_before_replace: bool = False

    def deletes_first(self, olds: Values, news: Values) -> bool:
        """Whether a replacement deletes the old one before it makes the new one."""
        return self.delete_before_replace

    def autoname(self, logical: str, news: Values, olds: Values, seed: bytes) -> Values:
        """Fill in a physical name that the program left open; called before `check`.

        `logical` is the resource's name in the program. `olds` are the old inputs: a name generated for them must
        be kept, because `seed` is another one in every run. They are empty for a first create and for a replacement.
        """
        return news

    def check(self, news: Values, seed: bytes) -> tuple[Values, list[Failure]]:
        """Validate and complete the inputs. `seed` is random, and another one in every run."""
        failures = [
            Failure(name, f"Missing required argument '{name}'.")
            for name in sorted(self.required)
            if news.get(name) is None
        ]
        if self.known is not None:
            failures += [
                Failure(name, f"The stand-in does not implement the argument '{name}'.")
                for name in sorted(set(news) - self.known)
                if news[name] is not None
            ]
        return news, failures

    def changed(self, olds: Values, news: Values) -> list[str]:
        """The top-level input names that differ; what `diff` reports."""
        return sorted(k for k in {*olds, *news} if olds.get(k) != news.get(k))

    def preview(self, news: Values, olds: Values | None) -> Values:
        """Outputs shown in a preview: inputs, plus old outputs on update, plus unknown for what is computed."""
        unknown = dict.fromkeys(self.computed, UNKNOWN)
        return {**unknown, **(olds or {}), **news}

    @abstractmethod
    def create(self, news: Values) -> tuple[str, Values]:
        """Make it; answer its id and outputs."""

    @abstractmethod
    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        """Find it; None when it is gone. `inputs` and `state` are empty for a `.get()` or an import."""

    def update(self, id: str, olds: Values, news: Values) -> Values:
        """Change it in place; answer the new outputs. `olds` are the old outputs."""
        raise PluginError(f"The stand-in does not implement an update of '{id}'.")

    @abstractmethod
    def delete(self, id: str, state: Values) -> None:
        """Remove it; already gone counts as done. `state` are the outputs."""


@dataclass(frozen=True)
class ConfigDiff:
    """How a provider's own configuration changed."""

    changed: tuple[str, ...]
    replaces: tuple[str, ...]
    """Of those, what replaces the provider, and with it everything that it made."""


Function = Callable[[Values], Values]


@dataclass
class Plugin:
    """A provider plugin: its name, what it serves, and what is to be done with the provider's configuration.

    `resource` may be given instead of `resources` by a plugin whose tokens are open-ended (Kubernetes).
    """

    name: str
    resources: Mapping[str, ResourceHandler] = field(default_factory=dict[str, ResourceHandler])
    functions: Mapping[str, Function] = field(default_factory=dict[str, Function])
    resource: Callable[[str], ResourceHandler | None] | None = None
    configure: Callable[[Values], None] = lambda _: None
    diff_config: Callable[[Values, Values], ConfigDiff] | None = None
    """What a change from the old to the new configuration means; None: it is not known."""
    explain: Callable[[Exception], str | None] = lambda _: None
    """Turn an exception of the remote's client into a sentence; None when it is not one of its own."""

    @property
    def version(self) -> str:
        """The version of the SDK that the stand-in serves: the engine asks for exactly that one."""
        return distribution_version(f"pulumi-{self.name}")

    def handler(self, token: str) -> ResourceHandler:
        found = self.resource(token) if self.resource else self.resources.get(token)
        if found is None:
            raise PluginError(f"The stand-in for pulumi-{self.name} does not implement resources of type '{token}'.")
        return found


def to_values(struct: struct_pb2.Struct) -> Values:
    """A protobuf struct as plain Python values; whole numbers become int, secret wrappers are taken off."""
    return _plain(json_format.MessageToDict(struct))


SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire's mark of a secret, itself public


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return _plain(value.get("value"))
        return {k: _plain(v) for k, v in value.items()}
    return value


def to_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain Python values as a protobuf struct; None is left out, as the engine does."""
    struct = struct_pb2.Struct()
    json_format.ParseDict(_without_none(values), struct)
    return struct


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(v) for v in value]
    return value


def contains_unknown(value: Any) -> bool:
    """Whether a value, or anything inside it, is unknown."""
    if isinstance(value, dict):
        return any(contains_unknown(v) for v in value.values())
    if isinstance(value, list):
        return any(contains_unknown(v) for v in value)
    return value == UNKNOWN
