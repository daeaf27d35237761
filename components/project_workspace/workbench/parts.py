"""The parts of a Workbench, each from what is chosen: namespace, rights, secrets, volumes, nodes, and the guard.

Owns: what each is given. Does not own their order (`component.py`), nor their resources.
"""

from typing import TYPE_CHECKING, Optional

import pulumi

from project_workspace.eks import chosen
from project_workspace.namespaces.kinds import PLAIN
from project_workspace.namespaces.plain import PlainNamespace, PlainNamespaceArgs
from project_workspace.volumes.component import Volumes, VolumesArgs
from project_workspace.workbench.assembly import Assembly
from project_workspace.workbench.certificates import Certificates, CertificatesArgs
from project_workspace.workbench.installation_guard import InstallationGuard, InstallationGuardArgs
from project_workspace.workbench.pull_secret import PullSecret, PullSecretArgs
from project_workspace.workbench.rbac import Rights, RightsArgs

if TYPE_CHECKING:
    from project_workspace.eks.component import NodeGroups

GID = "pv.beta.kubernetes.io/gid"
"""The annotation of a PersistentVolume with the group that may write to it (Kubernetes, "Configure a Pod to Use a
PersistentVolume for Storage", "Access control")."""


def make_namespace(workbench: Assembly) -> None:
    """The namespace; nothing where it is there and stays."""
    args = workbench.args
    if args.namespace.kind != PLAIN:
        return
    part = PlainNamespace(
        workbench.name,
        PlainNamespaceArgs(
            namespace=workbench.namespace,
            region=args.region,
            protect=args.protects,
            delete_data=args.delete_data,
            adopt=args.adopt,
            mark=workbench.mark,
            stack_cluster=workbench.cluster,
        ),
        opts=workbench.next(),
    )
    workbench.made(part)


def give_rights(workbench: Assembly) -> None:
    """The service account and what it may do."""
    args = workbench.args
    part = Rights(
        workbench.name,
        RightsArgs(
            namespace=workbench.namespace,
            service_account=args.service_account,
            constraint=args.openshift.scc if args.openshift.enabled else None,
            ingress_role=workbench.names.ingress_role if args.ingress.install else None,
            mark=workbench.mark,
        ),
        opts=workbench.next(),
    )
    workbench.made(part)


def make_pull_secret(workbench: Assembly) -> None:
    """The login to the registry; nothing without a user."""
    options = workbench.args.registry_login
    if not options.user:
        return
    given = PullSecretArgs(options=options, namespace=workbench.namespace, mark=workbench.mark)
    workbench.made(PullSecret(workbench.name, given, opts=workbench.next()))


def make_certificates(workbench: Assembly) -> Optional[pulumi.Output[str]]:
    """The certificate; answers its root. None where somebody else, or the chart, makes the secret."""
    args = workbench.args
    if not args.tls.is_made:
        return None
    given = CertificatesArgs(
        options=args.tls, hostname=args.hostname, namespace=workbench.namespace, mark=workbench.mark
    )
    part = Certificates(workbench.name, given, opts=workbench.next())
    workbench.made(part)
    return part.authority


def make_volumes(workbench: Assembly) -> None:
    """Both volumes, or the one for both."""
    args = workbench.args
    part = Volumes(
        workbench.name,
        VolumesArgs(
            namespace=workbench.namespace,
            volumes=args.volumes(),
            annotations={GID: str(args.gid)} if args.gid else {},
            protect=args.protects,
            delete_data=args.delete_data,
            mark=workbench.mark,
            stack_cluster=workbench.cluster,
        ),
        opts=workbench.next(),
    )
    workbench.made(part)


def make_nodes(workbench: Assembly) -> "Optional[NodeGroups]":
    """The node groups; None where the cluster's own nodes serve."""
    part = chosen.node_groups(workbench.name, workbench.args, workbench.names, workbench.mark, workbench.next())
    workbench.made(*([part] if part else []))
    return part


def guard_the_installation(workbench: Assembly) -> None:
    """The last part, so the first to go: a refusal comes before anything is deleted."""
    args = workbench.args
    # Protected with what it guards.
    protect = pulumi.ResourceOptions(protect=args.protects)
    InstallationGuard(
        workbench.name,
        InstallationGuardArgs(
            namespace=workbench.namespace,
            goes=args.namespace.kind == PLAIN,
            delete_data=args.delete_data,
            account_id=args.account_id,
            stack_cluster=workbench.cluster,
        ),
        opts=pulumi.ResourceOptions.merge(workbench.next(), protect),
    )
