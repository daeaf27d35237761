"""Which cluster a dynamic provider talks to: the same one as pulumi-kubernetes.

Owns: the order in which the connection is looked for, and the rule that a connection in a resource's properties
holds no credentials: properties are kept in the state. Does not own: reading a kubeconfig (`kubeconfig.py`), calls
(`cluster.py`).
"""

from project_workspace.kube import cluster
from project_workspace.kube.kubeconfig import holds_credentials
from project_workspace.remote.provider import Props, StackConfig
from project_workspace.schema.problem import Problem

CONNECTION = ("kubeconfig",)
"""The properties of a connection; part of every provider's `compared`, since delete uses the ones in the state."""


def connection_problems(inputs: Props) -> list[Problem]:
    """A kubeconfig with credentials in it must not become a property: properties are kept in clear in the state."""
    if not holds_credentials(str(inputs.get("kubeconfig", ""))):
        return []
    sentence = (
        "Expected a kubeconfig without credentials in it, for example one with exec authentication as "
        "'aws eks update-kubeconfig' writes it; others belong into KUBECONFIG or the secret 'kubernetes:kubeconfig'."
    )
    # Without the property's name, because the engine would print its value, credentials included.
    return [Problem("", f"kubeconfig: {sentence}")]


def connect(config: StackConfig, props: Props) -> cluster.Cluster:
    """The cluster of the properties, else of `kubernetes:kubeconfig`, else of the environment; `:context` in it."""
    # No environment variable here: as in pulumi-kubernetes, the configuration wins over KUBECONFIG.
    if props.get("kubeconfig"):
        return cluster.connect(props["kubeconfig"], None)
    return cluster.connect(config.stack_value("kubernetes:kubeconfig"), config.stack_value("kubernetes:context"))
