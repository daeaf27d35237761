"""The engine's gRPC calls to a stand-in plugin: the service `pulumirpc.ResourceProvider` over one kind of `Plugin`.

Owns: the dispatch by type token, what each call answers, failures as sentences, and which configuration and which
cancellation a call belongs to. Does not own: what any resource means (`provider.py`), the process (`serving.py`).
Why not `pulumi.provider.Provider`: the SDK's server is made for remote components and implements neither
create, read, update, delete nor diff of plain resources.

One process may serve many engines (`local.shared_plugins`), and each of them many providers of its own: the engine
makes one connection for every provider, so the connection tells whose call it is. Providers of the same configuration
share one `Plugin` and its clients of the remote.

Secrets: the plugin does not accept secret wrappers (`acceptSecrets` false), so values arrive in clear and the
engine marks the outputs of the same name as secret again.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.plugins.provider import (
    NotReadyError,
    Plugin,
    PluginError,
    ResourceHandler,
    Values,
    cancelled,
    time_limit,
    to_struct,
    to_values,
)


def _top(path: str) -> str:
    """The top-level input of a property path: `spec` of `spec.hard["a.b"]`."""
    return path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


def _token(urn: str) -> str:
    """The type token of an URN: `urn:pulumi:stack::project::parent$type::name`."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


@dataclass
class _Connection:
    """One provider of one engine."""

    plugin: Plugin
    cancelled: threading.Event = field(default_factory=threading.Event)


class Connections:
    """Who is connected, and how each was configured. Safe for threads."""

    def __init__(self, make: Callable[[], Plugin]) -> None:
        self._make = make
        self._plain = make()
        self._configured: dict[str, Plugin] = {}
        self._open: dict[str, _Connection] = {}
        self._lock = threading.Lock()

    def begin(self, peer: str) -> None:
        """A new provider: nothing of an earlier one that had the same address is left."""
        with self._lock:
            self._open[peer] = _Connection(self._plain)

    def configure(self, peer: str, values: Values) -> None:
        """Give the connection the plugin of this configuration. Raises what the plugin raises against it."""
        key = json.dumps(values, sort_keys=True)
        with self._lock:
            if key not in self._configured:
                plugin = self._make()
                plugin.configure(values)
                self._configured[key] = plugin
            self._open[peer] = _Connection(self._configured[key])

    def of(self, peer: str) -> _Connection:
        with self._lock:
            return self._open.setdefault(peer, _Connection(self._plain))

    def cancel(self, peer: str | None = None) -> None:
        """Let waits end: those of one connection, or all."""
        with self._lock:
            for address, connection in self._open.items():
                if peer in (None, address):
                    connection.cancelled.set()


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The gRPC face of the plugins that `make` makes. Every failure leaves as one sentence with status UNKNOWN."""

    def __init__(self, make: Callable[[], Plugin]) -> None:
        self.connections = Connections(make)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._plugin(context).version)

    def Attach(self, request: Any, context: Any) -> Any:
        """The engine found this plugin running (PULUMI_DEBUG_PROVIDERS)."""
        self.connections.begin(context.peer())
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        judge = self._plugin(context).diff_config
        if judge is None:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)
        diff = self._guard(context, lambda: judge(to_values(request.olds), to_values(request.news)))
        changes = provider_pb2.DiffResponse.DIFF_SOME if diff.changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=diff.changed, replaces=diff.replaces)

    def Configure(self, request: Any, context: Any) -> Any:
        self._guard(context, lambda: self.connections.configure(context.peer(), to_values(request.args)))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: Any, context: Any) -> Any:
        handler = self._handler(request, context)
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
        handler = self._handler(request, context)
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
        handler = self._handler(request, context)
        news = to_values(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(id="", properties=to_struct(handler.preview(news, None)))
        self._may_take(request, context)
        id, outputs = self._guard(context, lambda: handler.create(news))
        return provider_pb2.CreateResponse(id=id, properties=to_struct(outputs))

    def Read(self, request: Any, context: Any) -> Any:
        handler = self._handler(request, context)
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
        handler = self._handler(request, context)
        olds, news = to_values(request.olds), to_values(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=to_struct(handler.preview(news, olds)))
        self._may_take(request, context)
        outputs = self._guard(context, lambda: handler.update(request.id, olds, news))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:
        handler = self._handler(request, context)
        self._may_take(request, context)
        self._guard(context, lambda: handler.delete(request.id, to_values(request.properties)))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        plugin = self._plugin(context)
        function = plugin.functions.get(request.tok)
        if function is None:
            self._abort(context, f"The stand-in for pulumi-{plugin.name} does not implement '{request.tok}'.")
        result = self._guard(context, lambda: function(to_values(request.args)))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(result))  # a keyword of Python
        return response

    def Cancel(self, request: Any, context: Any) -> Any:
        """The engine gives up. It still asks for what is under way to end, so the process goes on."""
        self.connections.cancel(context.peer())
        return empty_pb2.Empty()

    def _plugin(self, context: Any) -> Plugin:
        return self.connections.of(context.peer()).plugin

    def _handler(self, request: Any, context: Any) -> ResourceHandler:
        return self._guard(context, lambda: self._plugin(context).handler(_token(request.urn)))

    def _may_take(self, request: Any, context: Any) -> None:
        """Note for this call how long it may take and what ends its waits."""
        time_limit.set(request.timeout)
        cancelled.set(self.connections.of(context.peer()).cancelled)

    def _guard(self, context: Any, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except NotReadyError as error:
            self._keep(context, error)
        except Exception as error:
            plugin = self._plugin(context)
            sentence = str(error) if isinstance(error, PluginError) else plugin.explain(error)
            if sentence is None:
                traceback.print_exc()
                sentence = f"The stand-in for pulumi-{plugin.name} failed: {type(error).__name__}: {error}"
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
