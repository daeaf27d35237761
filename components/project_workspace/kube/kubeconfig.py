"""A kubeconfig, in every form in which Pulumi's users give one, turned into a client of the cluster.

Owns: path or content, context, and whether a kubeconfig holds credentials itself. Does not own: the environment's files
(`kubeconfig_files`), calls (`cluster`). Why not `kubernetes.config.load_config`: it prints, and it knows no content.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from project_workspace.kube import kubeconfig_files
from project_workspace.remote.errors import CredentialsError

CREDENTIALS = ("token", "password", "client-key-data")
"""The keys of a kubeconfig's user that are a secret by themselves."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


CONNECTIONS = 32
"""How many connections are kept open at most: beyond that each call would make its own, and urllib3 would say so."""


def client_of(kubeconfig: str | None, context: str | None) -> Any:
    """A `kubernetes.client.ApiClient`.

    `kubeconfig` is a path or the content, as pulumi-kubernetes takes it; None means KUBECONFIG, then
    `~/.kube/config`, then the service account of the pod. Raises CredentialsError when there is none, or not that
    context in it.
    """
    from kubernetes import config
    from kubernetes.client import ApiClient, Configuration

    configuration = Configuration()
    try:
        _load(config, configuration, kubeconfig, context)
    except (config.ConfigException, kubeconfig_files.KubeconfigError, OSError, yaml.YAMLError, UnicodeError) as error:
        # The library's messages may quote the content of a file that is not a kubeconfig.
        told = isinstance(error, (config.ConfigException, kubeconfig_files.KubeconfigError))
        detail = str(error) if told and len(str(error)) < 200 else type(error).__name__
        raise CredentialsError(
            f"The kubeconfig cannot be used: {detail}",
            where=origin(kubeconfig),
            remedy="Expected a kubeconfig with that context, for example 'aws eks update-kubeconfig --name CLUSTER'.",
        ) from None
    if urlsplit(str(configuration.host)).hostname in _LOOPBACK:
        configuration.proxy = None  # a proxy cannot reach this machine
    configuration.connection_pool_maxsize = CONNECTIONS
    configuration.retries = False  # repeated where a repeat is harmless, and nowhere else
    return ApiClient(configuration)


def files_state(kubeconfig: str | None) -> tuple[object, ...]:
    """Differs when `client_of` would read another file, or one that was written anew; empty for content."""
    if kubeconfig and ("{" in kubeconfig or "\n" in kubeconfig):
        return ()  # no path: this is asked more often than content is worth parsing
    files = [Path(kubeconfig).expanduser()] if kubeconfig else kubeconfig_files.of_the_environment()
    return tuple((file, _written(file)) for file in files)


def holds_credentials(kubeconfig: str) -> bool:
    """Whether this content carries a secret; a path, and exec authentication, do not."""
    content = content_of(kubeconfig)
    users = content.get("users") if content else None
    if not isinstance(users, list):
        return False
    parts = [user.get("user") for user in users if isinstance(user, dict)]
    return any(isinstance(part, dict) and any(part.get(name) for name in CREDENTIALS) for part in parts)


def content_of(kubeconfig: str) -> dict[str, Any] | None:
    """The parsed content; None when the text is a path."""
    try:
        parsed = yaml.safe_load(kubeconfig)
    except yaml.YAMLError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _load(config: Any, configuration: Any, kubeconfig: str | None, context: str | None) -> None:
    content = content_of(kubeconfig) if kubeconfig else None
    if content is not None:
        config.load_kube_config_from_dict(
            content, context=context, client_configuration=configuration, persist_config=False
        )
        return
    if kubeconfig:
        file = str(Path(kubeconfig).expanduser())
        config.load_kube_config(file, context=context, client_configuration=configuration, persist_config=False)
        return
    files = kubeconfig_files.of_the_environment()
    if not os.environ.get("KUBECONFIG") and "KUBERNETES_SERVICE_HOST" in os.environ and not files[0].exists():
        config.load_incluster_config(client_configuration=configuration)
        return
    config.load_kube_config_from_dict(
        kubeconfig_files.merged(files), context=context, client_configuration=configuration, persist_config=False
    )


def _written(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def origin(kubeconfig: str | None, context: str | None = None) -> str:
    """Where a connection comes from, in words; never a part of its content."""
    if kubeconfig:
        is_path = "\n" not in kubeconfig and content_of(kubeconfig) is None
        found = f"kubeconfig {kubeconfig[:200]}" if is_path else "kubeconfig given as content"
    else:
        found = f"KUBECONFIG={os.environ['KUBECONFIG']}" if os.environ.get("KUBECONFIG") else "~/.kube/config"
    return f"{found}, context {context}" if context else found
