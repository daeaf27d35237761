"""Which cluster a dynamic provider talks to: the same one as pulumi-kubernetes.

Owns: the order in which the connection is looked for; that it is of the cluster to which the stack belongs; the rule
that a connection in a resource's properties holds no credentials: properties are kept in the state; and that operations
share a connection, since each new one parses the kubeconfig, may run its exec plugin, loads certificates and shakes
hands. Does not own: the note of the cluster (`lifecycle/cluster_identity.py`), reading a kubeconfig (`kubeconfig.py`),
calls (`cluster.py`).
"""

import threading
import time
from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.kube import cluster, kubeconfig
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, StackConfig
from project_workspace.schema.problem import Problem

CONNECTION = ("kubeconfig", "clusterUid")
"""The properties of a connection; part of every provider's `update_on`, since delete uses the ones in the state."""

KEPT_SECONDS = 60.0
"""How long operations share a connection: less than credentials of an exec plugin live (those of EKS: 15 minutes), and
less than what stands before an API server keeps an idle connection open."""


@dataclass(frozen=True, kw_only=True)
class StackCluster:
    """The cluster that a stack belongs to, and the way to it; in a resource's properties these are CONNECTION."""

    kubeconfig: Optional[pulumi.Input[str]] = None
    """Path or content without credentials; default: as pulumi-kubernetes finds it."""
    cluster_uid: Optional[pulumi.Input[str]] = None
    """Uid of the cluster: in another one nothing is done. Default: any cluster."""


clock = time.monotonic
_lock = threading.Lock()
_made: dict[tuple[object, ...], tuple[float, cluster.Cluster]] = {}


def connection_problems(inputs: Props) -> list[Problem]:
    """A kubeconfig with credentials in it must not become a property: properties are kept in clear in the state."""
    if not kubeconfig.holds_credentials(str(inputs.get("kubeconfig", ""))):
        return []
    sentence = (
        "Expected a kubeconfig without credentials in it, for example one with exec authentication as "
        "'aws eks update-kubeconfig' writes it; others belong into KUBECONFIG or the secret 'kubernetes:kubeconfig'."
    )
    # Without the property's name, because the engine would print its value, credentials included.
    return [Problem("", f"kubeconfig: {sentence}")]


def connect(config: StackConfig, props: Props) -> cluster.Cluster:
    """The cluster of the properties, else of `kubernetes:kubeconfig`, else of the environment; `:context` in it.

    Raises OtherClusterError when that is not the one that the properties name.
    """
    # No environment variable here: as in pulumi-kubernetes, the configuration wins over KUBECONFIG.
    if props.get("kubeconfig"):
        given, context = props["kubeconfig"], None
    else:
        given, context = config.stack_value("kubernetes:kubeconfig"), config.stack_value("kubernetes:context")
    found = _shared(given, context)
    noted = props.get("clusterUid")
    if noted and found.uid != noted:
        raise OtherClusterError(
            f"This stack belongs to another cluster: to the one with the uid {noted}, and this is {found.uid}",
            where=f"{found.server}, by {kubeconfig.origin(given, context)}",
            remedy="Choose the connection of the stack's own cluster (docs/operations.md, 'Another cluster').",
        )
    return found


class OtherClusterError(RefusedError):
    """The connection is of another cluster than the one to which the stack belongs."""


def forget() -> None:
    """Let every connection be made anew."""
    with _lock:
        _made.clear()


def _shared(given: str | None, context: str | None) -> cluster.Cluster:
    key = (given, context, kubeconfig.files_state(given))
    # Made under the lock: resources that begin side by side must not each ask the user's `aws` for a token.
    with _lock:
        at, found = _made.get(key, (0.0, None))
        if found is None or clock() - at > KEPT_SECONDS:
            found = cluster.connect(given, context)
            _made[key] = (clock(), found)
        return found
