"""The part of a Pulumi provider plugin that is the same for every stand-in plugin under this folder.

Owns: the gRPC service `pulumirpc.ResourceProvider`, the conversion between protobuf structs and plain Python
values, the dispatch by type token, and the start-up handshake (print the port, serve until told to stop).
Does not own: what any resource means; each plugin brings `ResourceHandler`s and functions of its own.
Why not `pulumi.provider.Provider`: the SDK's server is made for remote components and implements neither
create, read, update, delete nor diff of plain resources.

Secrets: the plugin does not accept secret wrappers (`acceptSecrets` false), so values arrive in clear and the
engine marks the outputs of the same name as secret again.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent import futures
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib.metadata import version as distribution_version
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

Values = dict[str, Any]
"""Inputs or outputs of one resource: plain Python values, with `UNKNOWN` for what a preview cannot know."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The wire form of a value that is not known yet (sdk/v3 `plugin.UnknownStringValue`)."""

MESSAGE_LIMIT = 400 * 1024 * 1024
"""gRPC message limit in bytes; the engine uses the same one."""


time_limit: ContextVar[float] = ContextVar("time_limit", default=0.0)
"""Seconds that the program allows the running create, update or delete (`customTimeouts`); 0 when it says nothing."""


cancelled = threading.Event()
"""Set when the engine gives up: whoever waits for something lets go of it at once."""


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


def _top(path: str) -> str:
    """The top-level input of a property path: `spec` of `spec.hard["a.b"]`."""
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


def _token(urn: str) -> str:
    """The type token of an URN: `urn:pulumi:stack::project::parent$type::name`."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The gRPC face of one `Plugin`. Every failure leaves as one sentence with status UNKNOWN."""

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._plugin.version)

    def Attach(self, request: Any, context: Any) -> Any:
        """The engine found this plugin running (PULUMI_DEBUG_PROVIDERS)."""
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Configure(self, request: Any, context: Any) -> Any:
        self._guard(context, lambda: self._plugin.configure(to_values(request.args)))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        logical, seed = request.urn.split("::", 3)[3], bytes(request.randomSeed)
        inputs, failures = self._guard(
            context,
            lambda: handler.check(
                handler.autoname(logical, to_values(request.news), to_values(request.olds), seed), seed
            ),
        )
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs),
            failures=[provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in failures],
        )

    def Diff(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        ignored = set(request.ignoreChanges)
        olds, news = to_values(request.old_inputs), to_values(request.news)
        changed = [k for k in handler.changed(olds, news) if k not in ignored]
        replaces = [k for k in changed if {k, _top(k)} & handler.replace_on]
        kinds = provider_pb2.PropertyDiff
        detailed = {
            k: kinds(kind=kinds.UPDATE_REPLACE if k in replaces else kinds.UPDATE, inputDiff=True) for k in changed
        }
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({_top(k) for k in changed}),
            replaces=sorted({_top(k) for k in replaces}),
            deleteBeforeReplace=bool(replaces) and handler.deletes_first(olds, news),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        news = to_values(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(id="", properties=to_struct(handler.preview(news, None)))
        time_limit.set(request.timeout)
        id, outputs = self._guard(context, lambda: handler.create(news))
        return provider_pb2.CreateResponse(id=id, properties=to_struct(outputs))

    def Read(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        found = self._guard(
            context,
            lambda: handler.read(request.id, to_values(request.inputs), to_values(request.properties)),
        )
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id, properties=to_struct(found.outputs), inputs=to_struct(found.inputs)
        )

    def Update(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        olds, news = to_values(request.olds), to_values(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=to_struct(handler.preview(news, olds)))
        time_limit.set(request.timeout)
        outputs = self._guard(context, lambda: handler.update(request.id, olds, news))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:
        handler = self._guard(context, lambda: self._plugin.handler(_token(request.urn)))
        time_limit.set(request.timeout)
        self._guard(context, lambda: handler.delete(request.id, to_values(request.properties)))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        function = self._plugin.functions.get(request.tok)
        if function is None:
            self._abort(context, f"The stand-in for pulumi-{self._plugin.name} does not implement '{request.tok}'.")
        result = self._guard(context, lambda: function(to_values(request.args)))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(result))  # a keyword of Python
        return response

    def Cancel(self, request: Any, context: Any) -> Any:
        """The engine gives up. It still asks for what is under way to end, so the process goes on."""
        cancelled.set()
        return empty_pb2.Empty()

    def _guard(self, context: Any, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except NotReadyError as error:
            self._keep(context, error)
        except Exception as error:
            sentence = str(error) if isinstance(error, PluginError) else self._plugin.explain(error)
            if sentence is None:
                traceback.print_exc()
                sentence = f"The stand-in for pulumi-{self._plugin.name} failed: {type(error).__name__}: {error}"
            self._abort(context, sentence)

    def _keep(self, context: Any, error: NotReadyError) -> None:
        """Abort, and hand over what there is, as the engine's `resourceStateAndError` (provider_plugin.go) reads it."""
        from pulumi.runtime.proto import status_pb2

        kept = provider_pb2.ErrorResourceInitFailed(
            id=error.id, properties=to_struct(error.outputs), reasons=[str(error)]
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
        status.details.add().Pack(kept, type_url_prefix="type.googleapis.com/")
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        self._abort(context, str(error))

    @staticmethod
    def _abort(context: Any, sentence: str) -> NoReturn:
        context.abort(grpc.StatusCode.UNKNOWN, sentence)
        raise AssertionError("abort raises")


PARENT_INTERVAL = 2.0
"""Seconds between two looks whether the engine is still there: one that is killed tells nobody."""

LAST_CALLS_SECONDS = 600.0
"""How long calls that are under way may go on after the process was told to end."""


def serve(plugin: Plugin) -> None:
    """Serve until the engine ends this process or is gone: print the port on stdout, as every Pulumi plugin does."""
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT), ("grpc.max_send_message_length", MESSAGE_LIMIT)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(PARENT_INTERVAL) and os.getppid() == parent:
        pass
    if os.getppid() != parent:
        cancelled.set()
    # The engine ends its plugins with SIGINT, and Ctrl-C reaches the whole group: what is under way may end.
    server.stop(grace=LAST_CALLS_SECONDS).wait()


def to_json(values: Any) -> str:
    """JSON with sorted keys: the same text for the same document."""
    return json.dumps(values, sort_keys=True)
