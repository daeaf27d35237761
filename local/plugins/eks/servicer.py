"""Stand-in for the provider plugin pulumi-eks: the SDK's server for remote components, made fit for many engines.

Owns: `Attach`, which the SDK's server does not implement, and which engine a construction belongs to. Does not own
how a component is constructed: settings, configuration and outstanding calls of a construction are context variables
of its own task in the SDK, so that those of several engines do not meet.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from google.protobuf import empty_pb2
from pulumi.provider import Provider
from pulumi.provider.server import ProviderServicer

_engine: ContextVar[str] = ContextVar("engine")


class Servicer(ProviderServicer):
    """Serves the engine that started the process, whose address is `engine`, or every engine that attaches."""

    def __init__(self, provider: Provider, engine: str) -> None:
        self._started_by = engine
        self._attached: dict[str, str] = {}
        super().__init__(provider, [], engine)

    @property
    def engine_address(self) -> str:
        """The engine of the construction that is running."""
        return _engine.get(self._started_by)

    @engine_address.setter
    def engine_address(self, value: str) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - SDK: a field
        self._started_by = value

    async def Attach(self, request: Any, context: Any) -> Any:
        """An engine found this plugin running (PULUMI_DEBUG_PROVIDERS); its connection is its own."""
        self._attached[context.peer()] = request.address
        return empty_pb2.Empty()

    async def Construct(self, request: Any, context: Any) -> Any:
        _engine.set(self._attached.get(context.peer(), self._started_by))
        return await super().Construct(request, context)
