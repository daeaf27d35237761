"""The dynamic resource `workbench:InstallationGuard`: it depends on everything, so a destroy removes it first.

Owns: the refusal to begin a destroy while Workbench is still installed in the namespace, or volumes of others are in a
namespace that goes, unless the stack says `deleteData: true`. Does not own the namespace's own guard, which every plain
namespace has, nor what is on Workbench's two volumes: no destroy removes that. Why a resource: Pulumi has no hook that
runs before the first deletion, and a Workbench without its service account and claims is worse than none.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws.provider_connection import ACCOUNT, require_account
from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kubeflow.contents import content_of
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

RUNNING = {"deployment": "deployments", "stateful set": "statefulsets"}
"""What an installation consists of, and a namespace that is only prepared has not."""


@dataclass(kw_only=True)
class InstallationGuardArgs:
    """The namespace of one Workbench."""

    namespace: str
    goes: bool
    """Whether the namespace goes with the stack."""
    delete_data: bool = False
    """Whether a destroy may go on all the same."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class InstallationGuardProvider(RemoteProvider):
    """Refuses its own deletion while Workbench is there."""

    what = "guard of the installation"
    update_on: ClassVar[tuple[str, ...]] = ("namespace", "goes", "deleteData", ACCOUNT, *CONNECTION)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        # The others look too, but this one goes first.
        if outputs.get(ACCOUNT):
            require_account(self.config, outputs)
        cluster, namespace = connect(self.config, outputs), outputs["namespace"]
        if outputs["deleteData"]:
            return
        found = _installed(cluster, namespace)
        lost = content_of(cluster, namespace) if outputs["goes"] else None
        if found:
            raise RefusedError(
                f"Workbench is still installed: {found}. Nothing was deleted",
                where=f"namespace {namespace}",
                remedy=f"Run 'helm uninstall' in that namespace ('helm list -n {namespace}' names it), or set "
                "'deleteData: true' and run 'pulumi up', then destroy again.",
            )
        if lost:
            raise RefusedError(
                f"Others have data in the namespace: {lost}. Nothing was deleted",
                where=f"namespace {namespace}",
                remedy="Remove it, or set 'deleteData: true' and run 'pulumi up', then destroy again.",
            )


class InstallationGuard(Resource, module="workbench", name="InstallationGuard"):
    """Deleted before everything that it depends on, or not at all."""

    def __init__(self, name: str, args: InstallationGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(InstallationGuardProvider(), name, inputs_of(args), opts)


def _installed(cluster: Cluster, namespace: str) -> str:
    """What runs in the namespace, in words; empty for nothing."""
    parts: list[str] = []
    for word, plural in RUNNING.items():
        names = sorted(
            str(each["metadata"]["name"]) for each in cluster.every(Ref("apis/apps/v1", plural, word, namespace, ""))
        )
        if names:
            more = ", ..." if len(names) > 3 else ""
            parts.append(f"{len(names)} {word}{'' if len(names) == 1 else 's'} ({', '.join(names[:3])}{more})")
    return " and ".join(parts)
