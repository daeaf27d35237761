"""The connection to the Kubernetes cluster, for Pulumi's provider and for the dynamic providers alike.

Owns: the choice between the user's own connection (`kubernetes:kubeconfig` and `kubernetes:context`, else KUBECONFIG)
and one derived from the EKS cluster; and that nothing of the environment of whoever runs `pulumi` is in the state, nor
can replace what the stack has in the cluster. Does not own the form of the derived kubeconfig (`eks_kubeconfig.py`),
nor credentials: there are none in it, so it may be in the state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from project_workspace.kube import eks_kubeconfig

CLUSTER_IDENTIFIER = "the-cluster-of-this-stack"
"""While it stays the same, pulumi-kubernetes never replaces its provider, and with it everything in the cluster,
because a kubeconfig looks otherwise: another address, another certificate, one more line
(docs/facts/pulumi-kubernetes.md, "When the provider is replaced"). One for all stacks: what a stack is called, or its
cluster, may change."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How this stack reaches the cluster."""

    provider: kubernetes.Provider
    kubeconfig: Optional[pulumi.Output[str]]
    """Only for a derived connection: the same one for the dynamic providers."""


def connect(
    config: Mapping[str, str],
    *,
    cluster: Optional[str],
    region: str,
    from_cluster: bool,
    aws_provider: Optional[aws.Provider] = None,
    changes_secrets: bool = False,
) -> Connection:
    """The connection of a stack. `config` is the stack's configuration as the engine gives it. `changes_secrets`: a
    Secret is changed in place; without it pulumi-kubernetes deletes it and makes another for every change of its data,
    and a pod that starts in between does not find it."""
    if from_cluster and cluster:
        kubeconfig = derived_kubeconfig(config, cluster=cluster, region=region, aws_provider=aws_provider)
        return Connection(provider=_provider(kubeconfig, None, changes_secrets=changes_secrets), kubeconfig=kubeconfig)
    given = config.get("kubernetes:kubeconfig")
    # A kubeconfig in the configuration may hold a token.
    kubeconfig = pulumi.Output.secret(given) if given else None
    provider = _provider(kubeconfig, config.get("kubernetes:context"), changes_secrets=changes_secrets)
    return Connection(provider=provider, kubeconfig=None)


def _provider(
    kubeconfig: Optional[pulumi.Input[str]], context: Optional[str], *, changes_secrets: bool
) -> kubernetes.Provider:
    return kubernetes.Provider(
        "cluster",
        # Without one the SDK would fill in the path in KUBECONFIG; with "" the plugin looks for itself.
        kubeconfig="" if kubeconfig is None else kubeconfig,
        context=context,
        cluster_identifier=CLUSTER_IDENTIFIER,
        # What an interrupted run left behind is adopted instead of being refused; what somebody else made is refused
        # before, by the looks that come first.
        upsert_existing_objects=True,
        enable_secret_mutable=changes_secrets,
        # The plugin's own defaults, said here because the SDK takes what is not said from variables of the environment
        # (`PULUMI_K8S_...`) into the state. With the first, a cluster that is not reached would count as gone.
        delete_unreachable=False,
        skip_update_unreachable=False,
        enable_server_side_apply=True,
        enable_patch_force=False,
        enable_config_map_mutable=False,
        suppress_deprecation_warnings=False,
        suppress_helm_hook_warnings=False,
    )


def derived_kubeconfig(
    config: Mapping[str, str], *, cluster: str, region: str, aws_provider: Optional[aws.Provider]
) -> pulumi.Output[str]:
    """The kubeconfig of an EKS cluster, for a program that has dynamic resources alone. `config` as for `connect`."""
    identity = eks_kubeconfig.identity(config)
    found = aws.eks.get_cluster_output(name=cluster, opts=pulumi.InvokeOptions(provider=aws_provider))
    authority = found.certificate_authorities.apply(lambda authorities: _authority(cluster, authorities))
    return pulumi.Output.json_dumps(
        eks_kubeconfig.kubeconfig(cluster, region, identity, server=found.endpoint, authority=authority)
    )


def _authority(cluster: str, authorities: Sequence[Any]) -> str:
    if not authorities or not authorities[0].data:
        raise pulumi.RunError(
            f"EKS has no certificate authority for cluster {cluster}: it is still being made, or could not be. "
            f"Run the command again when 'aws eks describe-cluster --name {cluster}' says ACTIVE."
        )
    return authorities[0].data
