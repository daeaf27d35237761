"""The connection to the Kubernetes cluster, for Pulumi's provider and for the dynamic providers alike.

Owns: the choice between the user's own connection (`kubernetes:kubeconfig` and `kubernetes:context`, else KUBECONFIG)
and one derived from the EKS cluster. Does not own credentials: the derived kubeconfig gets them at each use from
`aws eks get-token`, so there is none in it, and it may be in the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How this stack reaches the cluster."""

    provider: kubernetes.Provider
    kubeconfig: Optional[pulumi.Output[str]]
    """Only for a derived connection: the same one for the dynamic providers."""


def connect(config: Mapping[str, str], *, cluster: Optional[str], region: str, from_cluster: bool) -> Connection:
    """The connection of a stack. `config` is the stack's configuration as the engine gives it."""
    if from_cluster and cluster:
        kubeconfig = _from_cluster(cluster, region)
        return Connection(provider=_provider(kubeconfig, None), kubeconfig=kubeconfig)
    given = config.get("kubernetes:kubeconfig")
    # A kubeconfig in the configuration may hold a token.
    kubeconfig = pulumi.Output.secret(given) if given else None
    return Connection(provider=_provider(kubeconfig, config.get("kubernetes:context")), kubeconfig=None)


def _provider(kubeconfig: Optional[pulumi.Input[str]], context: Optional[str]) -> kubernetes.Provider:
    return kubernetes.Provider(
        "cluster",
        kubeconfig=kubeconfig,
        context=context,
        # The only object is the Profile, and its gate has made sure that it is not somebody else's: what an
        # interrupted run left behind is adopted instead of being refused.
        upsert_existing_objects=True,
    )


def _from_cluster(cluster: str, region: str) -> pulumi.Output[str]:
    found = aws.eks.get_cluster_output(name=cluster)
    arguments = ["eks", "get-token", "--cluster-name", cluster, "--region", region, "--output", "json"]
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": arguments,
            "interactiveMode": "Never",
        }
    }
    return pulumi.Output.json_dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": cluster,
            "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
            "clusters": [
                {
                    "name": cluster,
                    "cluster": {
                        "server": found.endpoint,
                        "certificate-authority-data": found.certificate_authorities[0].data,
                    },
                }
            ],
            "users": [{"name": cluster, "user": user}],
        }
    )
