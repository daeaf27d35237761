"""Stand-in for pulumi-kubernetes: the provider's configuration and the handler for every token."""

from __future__ import annotations

from local.plugins.kubernetes import failures, provider_diff, tokens
from local.plugins.kubernetes.connection import Connection
from local.plugins.kubernetes.handler import KubernetesObject
from local.plugins.provider import Plugin, ResourceHandler


def plugin() -> Plugin:
    """The plugin, not yet configured: it connects to the cluster when the first request needs it."""
    connection = Connection()

    def resource(token: str) -> ResourceHandler | None:
        kind = tokens.parse(token)
        return KubernetesObject(kind, connection) if kind else None

    return Plugin(
        name="kubernetes",
        resource=resource,
        configure=connection.configure,
        diff_config=provider_diff.diff,
        explain=lambda error: failures.sentence(error, connection.endpoint),
    )
