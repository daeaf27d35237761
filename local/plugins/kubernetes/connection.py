"""Stand-in for pulumi-kubernetes: the provider's configuration, and the connection it describes.

Owns: the arguments of `kubernetes.Provider` that the stand-in implements, and connecting once, at the first request
that needs the cluster. Does not own: reading kubeconfigs, exec authentication included (the Kubernetes client does).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from local.plugins.provider import PluginError, Values, contains_unknown
from project_workspace.kube import kubeconfig_files

if TYPE_CHECKING:
    from local.kube.objects import Objects

IMPLEMENTED = frozenset(
    {
        "kubeconfig",
        "context",
        "namespace",
        "clusterIdentifier",
        "enableServerSideApply",
        "enableConfigMapMutable",
        "enableSecretMutable",
        "upsertExistingObjects",
    }
)
_QUIET = frozenset({"version", "pluginDownloadURL", "suppressDeprecationWarnings", "suppressHelmHookWarnings"})
"""Arguments that change nothing here."""


class Connection:
    """The configuration of one provider and its cluster."""

    def __init__(self) -> None:
        self._values: Values = {}
        self._objects: Objects | None = None
        self._lock = threading.Lock()

    def configure(self, values: Values) -> None:
        """Take the provider's arguments. Raises PluginError for one that is not implemented."""
        unknown_here = sorted(
            name
            for name, value in values.items()
            if name not in IMPLEMENTED | _QUIET and not name.startswith("__") and value not in (None, "", "false")
        )
        if unknown_here:
            raise PluginError(
                f"Not implemented by the stand-in for pulumi-kubernetes: the provider's argument '{unknown_here[0]}'."
            )
        if _is_off(values.get("enableServerSideApply")):
            raise PluginError(
                "Not implemented by the stand-in for pulumi-kubernetes: client-side apply (enableServerSideApply)."
            )
        with self._lock:
            self._values, self._objects = values, None

    @property
    def knows_cluster(self) -> bool:
        """False in a preview that comes before the cluster's own creation."""
        return not contains_unknown(self._values)

    @property
    def endpoint(self) -> str:
        """The API server's address for messages; empty before the first request."""
        return self._objects.endpoint if self._objects else ""

    @property
    def upserts(self) -> bool:
        """Whether a create may take over an object that exists."""
        return _is_on(self._values.get("upsertExistingObjects"))

    def mutable(self, kind: str) -> bool:
        """Whether a ConfigMap or Secret is changed in place rather than replaced."""
        return _is_on(self._values.get(f"enable{kind}Mutable"))

    @property
    def objects(self) -> Objects:
        """The cluster's objects; connects at the first call."""
        with self._lock:
            if self._objects is None:
                self._objects = self._connect()
            return self._objects

    def default_namespace(self) -> str:
        """The namespace of objects that name none: the provider's, else the context's, else `default`."""
        given = self._values.get("namespace")
        if given:
            return str(given)
        config = self._content() or _of_the_environment()
        wanted = self._values.get("context") or config.get("current-context")
        for context in config.get("contexts") or []:
            if context.get("name") == wanted:
                return context.get("context", {}).get("namespace") or "default"
        return "default"

    def _connect(self) -> Objects:
        from kubernetes.config import ConfigException
        from local.kube.objects import Objects

        context = self._values.get("context")
        try:
            return Objects.connect(self._content(), context=str(context) if context else None)
        except (ConfigException, kubeconfig_files.KubeconfigError) as error:
            said = str(error).rstrip(".")
            raise PluginError(
                f"The kubeconfig cannot be used: {said}. "
                "Set kubernetes:kubeconfig, for example to '~/.kube/config', or KUBECONFIG."
            ) from error

    def _content(self) -> dict[str, Any] | None:
        return given_content(self._values)


def given_content(values: Values) -> dict[str, Any] | None:
    """The kubeconfig that a provider is given, as a path or as its content; None when it is given none."""
    given = values.get("kubeconfig")
    if not given:
        return None
    text = str(given)
    if "\n" in text or text.lstrip().startswith("{"):
        return _parse(text, "given to the provider")
    path = Path(text).expanduser()
    if not path.exists():
        raise PluginError(f"The kubeconfig {path} does not exist. Expected a path or the content of a kubeconfig.")
    return _parse(path.read_bytes(), str(path))


def _of_the_environment() -> dict[str, Any]:
    try:
        return kubeconfig_files.merged(kubeconfig_files.of_the_environment())
    except kubeconfig_files.KubeconfigError:
        return {}


def _parse(text: str | bytes, where: str) -> dict[str, Any]:
    """Parse a kubeconfig; a YAML error is not shown in its own words, which quote the text."""
    try:
        parsed = yaml.safe_load(text)
    except yaml.YAMLError:
        parsed = None
    if not isinstance(parsed, dict):
        raise PluginError(f"The kubeconfig {where} is not a YAML mapping with clusters, users and contexts.")
    return parsed


def _is_on(value: Any) -> bool:
    return str(value).lower() == "true"


def _is_off(value: Any) -> bool:
    return str(value).lower() == "false"
