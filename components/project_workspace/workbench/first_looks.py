"""What a Workbench looks at before anything is made: what exists already, the namespace that stays."""

from typing import Any

from project_workspace.eks.chosen import makes_node_role
from project_workspace.lifecycle.collision_check import CollisionCheck, CollisionCheckArgs
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.namespaces.look import NamespaceLook, NamespaceLookArgs
from project_workspace.volumes.check import VolumeCheck, VolumeCheckArgs
from project_workspace.volumes.shared import volume_name
from project_workspace.workbench import rbac
from project_workspace.workbench.assembly import Assembly

SETTINGS = {
    "namespace": "namespace.name",
    "clusterObjects": "serviceAccount, namespace.name",
    "nodeRole": "namespace.name",
}
"""What gives a thing another name."""


def look_at_the_volumes(workbench: Assembly) -> None:
    """No volume is changed in a way that Kubernetes would refuse, and no claim of others is taken."""
    volumes = workbench.args.volumes()
    look = VolumeCheck(
        workbench.name,
        VolumeCheckArgs(
            namespace=workbench.namespace,
            volumes=[volume.noted for volume in volumes],
            paths=["storage", "persistence"][: len(volumes)],
            adopt=workbench.args.adopt,
            pulumi_project=workbench.mark.project,
            pulumi_stack=workbench.mark.stack,
            stack_cluster=workbench.cluster,
        ),
        opts=workbench.next(),
    )
    workbench.made(look)


def look_first(workbench: Assembly) -> None:
    """Nothing is made where something exists already that this stack did not make."""
    args, names, kind = workbench.args, workbench.names, workbench.args.namespace.kind
    look = CollisionCheck(
        workbench.name,
        CollisionCheckArgs(
            region=args.region,
            namespace=None if kind == EXISTING else workbench.namespace,
            namespace_kind=kind,
            cluster_objects=_cluster_objects(workbench),
            node_role=names.node_role if makes_node_role(args) else None,
            cluster=args.cluster,
            node_groups=[group.group for group in names.node_groups.values()],
            settings=SETTINGS,
            adopt=args.adopt,
            account_id=args.account_id,
            pulumi_project=workbench.mark.project,
            pulumi_stack=workbench.mark.stack,
            stack_cluster=workbench.cluster,
        ),
        opts=workbench.next(),
    )
    workbench.made(look)


def look_at_the_namespace(workbench: Assembly) -> None:
    """Nothing is put into somebody else's namespace that is not there, or has things of the same names."""
    args = workbench.args
    if args.namespace.kind != EXISTING:
        return
    secrets = [args.registry_login.secret] if args.registry_login.user else []
    secrets += [args.tls.secret] if args.tls.is_made else []
    look = NamespaceLook(
        workbench.name,
        NamespaceLookArgs(
            namespace=workbench.namespace,
            objects=[*rbac.objects(args.service_account), *(f"Secret/{name}" for name in secrets)],
            setting="namespace.name",
            adopt=args.adopt,
            pulumi_project=workbench.mark.project,
            pulumi_stack=workbench.mark.stack,
            stack_cluster=workbench.cluster,
        ),
        opts=workbench.next(),
    )
    workbench.made(look)


def _cluster_objects(workbench: Assembly) -> list[str]:
    args = workbench.args
    volumes = [f"PersistentVolume/{volume_name(workbench.namespace, each.noted)}" for each in args.volumes()]
    wide: list[Any] = rbac.cluster_objects(workbench.names.ingress_role) if args.ingress.install else []
    return [*volumes, *wide]
