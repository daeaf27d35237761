"""The workspace in AI Conductor, which names the bucket, the nodes and the dashboard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional

import pulumi

from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.conductor.component import Conductor
    from project_workspace.eks.ec2_lookups import NodeSize


def make_conductor(
    workspace: Assembly,
    bucket: pulumi.Output[str],
    sizes: "Mapping[str, NodeSize]",
    dashboard_uid: Optional[pulumi.Output[str]],
) -> "Optional[Conductor]":
    """The workspace and its system account; None without an AI Conductor. `sizes` are those of its nodes by spec."""
    args, names = workspace.args, workspace.names
    options = args.conductor
    if not options.url:
        return None
    from project_workspace.conductor.component import Conductor, ConductorArgs, ResourceSpec

    part = Conductor(
        workspace.name,
        ConductorArgs(
            options=options,
            workspace=names.workspace,
            bucket=bucket,
            dashboard_uid=options.dashboard_hash or dashboard_uid,
            specs=[
                ResourceSpec(name=spec, vcpu=size.vcpu, ram_gb=size.ram_gb, gpu=size.gpu)
                for spec, size in sizes.items()
            ],
            system_account=names.system_account,
            usual_password=names.system_account_password,
            email=f"{names.system_account}@{args.login.email_domain}",
            owner=f"project-workspace {args.project}-{args.environment}",
            protect=args.protects,
            adopt=args.adopt,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
    return part
