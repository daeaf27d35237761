"""Stand-in for pulumi-kubernetes: which type tokens mean which kind of object.

Tokens are `kubernetes:<group>/<version>:<Kind>`; the core group, which has no name in `apiVersion`, is called `core`.
"""

from __future__ import annotations

from dataclasses import dataclass

from local.plugins.provider import PluginError

_OTHER_GROUPS = ("helm.sh", "yaml", "kustomize")
"""Resources of the official plugin that are not objects of the API server."""


@dataclass(frozen=True)
class Kind:
    """A kind of object, as an object names it."""

    api_version: str
    kind: str

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]


def parse(token: str) -> Kind | None:
    """The kind behind a token, or None when the token is none of Kubernetes.

    Raises PluginError for what the official plugin has and the stand-in has not.
    """
    parts = token.split(":")
    if len(parts) != 3 or parts[0] != "kubernetes":
        return None
    _, api_version, kind = parts
    if api_version.split("/")[0] in _OTHER_GROUPS or "/" not in api_version:
        raise PluginError(f"Not implemented by the stand-in for pulumi-kubernetes: resources of type '{token}'.")
    if kind.endswith("Patch"):
        raise PluginError(
            f"Not implemented by the stand-in for pulumi-kubernetes: Patch resources such as '{token}'. "
            "They would own whole keys of shared objects (docs/facts/pulumi-kubernetes.md)."
        )
    if kind.endswith("List"):
        raise PluginError(f"Not implemented by the stand-in for pulumi-kubernetes: lists such as '{token}'.")
    return Kind(api_version.removeprefix("core/"), kind)
