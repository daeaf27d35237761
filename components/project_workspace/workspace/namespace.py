"""The namespace of a workspace, and what stands in it."""

from typing import Optional

import pulumi

from project_workspace.iam.options import WORKSPACE_ROLE
from project_workspace.iam.role_documents import SERVICE_ACCOUNT
from project_workspace.names import Names
from project_workspace.namespaces.kinds import EXISTING, PROFILE
from project_workspace.options import WorkspaceOptions
from project_workspace.stack_mark import StackMark
from project_workspace.tenancy.component import Tenancy, TenancyArgs
from project_workspace.workspace.assembly import Assembly


def look_at_the_namespace(workspace: Assembly) -> None:
    """Nothing is put into somebody else's namespace that is not there, or has things of the same names."""
    args = workspace.args
    if args.namespace.kind != EXISTING:
        return
    from project_workspace.namespaces.look import NamespaceLook, NamespaceLookArgs

    look = NamespaceLook(
        workspace.name,
        NamespaceLookArgs(
            namespace=workspace.names.namespace,
            objects=objects_in_it(args, workspace.names, workspace.mark),
            adopt=args.adopt,
            pulumi_project=workspace.mark.project,
            pulumi_stack=workspace.mark.stack,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(look)


def objects_in_it(options: WorkspaceOptions, names: Names, mark: StackMark) -> list[str]:
    """What a workspace of these options puts into a namespace that stays, each as `KIND/NAME`."""
    from project_workspace.namespaces.resource_quota import NAME
    from project_workspace.runai.bindings import names_within

    bindings = names_within(names.namespace, options.runai) if options.runai.project else []
    return [
        *([f"ResourceQuota/{NAME}"] if options.quota else []),
        *_tenancy(options, names, mark).objects,
        *(f"RoleBinding/{name}" for name in bindings),
    ]


def make_namespace(workspace: Assembly, annotated_role: Optional[pulumi.Output[str]]) -> pulumi.Output[str]:
    """The namespace, by its kind; answers its name. `annotated_role`: ARN of the role that its service account for
    people's pods is annotated with, if any."""
    kind = workspace.args.namespace.kind
    if kind == PROFILE:
        return _profile(workspace, annotated_role)
    return _existing(workspace) if kind == EXISTING else _plain(workspace, annotated_role)


def _profile(workspace: Assembly, annotated_role: Optional[pulumi.Output[str]]) -> pulumi.Output[str]:
    from project_workspace.kubeflow.component import Namespace, NamespaceArgs

    args = workspace.args
    of_runai = [args.runai.queue_label] if args.runai.project else []
    part = Namespace(
        workspace.name,
        NamespaceArgs(
            namespace=workspace.names.namespace,
            owner=workspace.names.email,
            region=args.region,
            quota=args.quota or None,
            editor_role=annotated_role,
            protect=args.protects,
            delete_data=args.delete_data,
            adopt=args.adopt,
            # Noted as Kubeflow's they would be put back when their owner takes them away.
            labels_of_others=[*of_runai, *args.namespace.labels] or None,
            mark=workspace.mark,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    _label(workspace)
    return part.name


def _plain(workspace: Assembly, annotated_role: Optional[pulumi.Output[str]]) -> pulumi.Output[str]:
    from project_workspace.namespaces.plain import PlainNamespace, PlainNamespaceArgs

    args = workspace.args
    part = PlainNamespace(
        workspace.name,
        PlainNamespaceArgs(
            namespace=workspace.names.namespace,
            region=args.region,
            labels=args.namespace.labels,
            service_account=SERVICE_ACCOUNT if args.access.mode == WORKSPACE_ROLE else None,
            role_arn=annotated_role,
            protect=args.protects,
            delete_data=args.delete_data,
            adopt=args.adopt,
            mark=workspace.mark,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    _limit(workspace)
    return part.name


def _existing(workspace: Assembly) -> pulumi.Output[str]:
    _label(workspace)
    _limit(workspace)
    return pulumi.Output.from_input(workspace.names.namespace)


def _limit(workspace: Assembly) -> None:
    """The quota of a namespace that no Profile makes."""
    args = workspace.args
    if not args.quota:
        return
    from project_workspace.namespaces.resource_quota import Quota, QuotaArgs

    part = Quota(
        workspace.name,
        QuotaArgs(
            namespace=workspace.names.namespace,
            quota=args.quota,
            mark=workspace.mark,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)


def _label(workspace: Assembly) -> None:
    """The labels of a namespace that this stack has not made as an object of its own."""
    args = workspace.args
    if not args.namespace.labels:
        return
    from project_workspace.namespaces.labels import NamespaceLabels, NamespaceLabelsArgs

    part = NamespaceLabels(
        workspace.name,
        NamespaceLabelsArgs(
            namespace=workspace.names.namespace,
            labels=args.namespace.labels,
            adopt=args.adopt,
            pulumi_project=workspace.mark.project,
            pulumi_stack=workspace.mark.stack,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)


def make_tenancy(workspace: Assembly) -> None:
    """Limits, network and members; nothing where none of them is asked for."""
    args = _tenancy(workspace.args, workspace.names, workspace.mark)
    if not args.is_nothing:
        workspace.made(Tenancy(workspace.name, args, opts=workspace.next()))


def _tenancy(options: WorkspaceOptions, names: Names, mark: StackMark) -> TenancyArgs:
    return TenancyArgs(
        namespace=names.namespace,
        quota=options.quota,
        container_defaults=options.container_defaults,
        network=options.network,
        members=options.members,
        owner=names.email if options.owner_is_bound else None,
        contributors=options.contributors,
        kubeflow=options.kubeflow,
        mark=mark,
    )
