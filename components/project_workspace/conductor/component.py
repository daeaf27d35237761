"""The workspace in AI Conductor: its record, the system account of Edge Conductor, and that account's membership.

Owns: those three records, in the order of the runbook (docs/facts/runbook.md, sections 2-3 and 2-4), and their guard.
Does not own AI Conductor's other accounts, members or the content of the workspace. Why last of all parts: the
workspace's record names a bucket, a namespace, a dashboard and node labels, and all of them must exist by then.
"""

from dataclasses import dataclass
from typing import Any, Optional

import pulumi

from project_workspace.conductor.guard import WorkspaceGuard, WorkspaceGuardArgs
from project_workspace.conductor.options import ConductorOptions
from project_workspace.conductor.provider import (
    Account,
    AccountArgs,
    Membership,
    MembershipArgs,
    Workspace,
    WorkspaceArgs,
)
from project_workspace.passwords import generated
from project_workspace.schema.secret import secret_output


@dataclass(kw_only=True)
class ResourceSpec:
    """One row of the workspace's resources: what a node of one node group offers."""

    name: str
    vcpu: pulumi.Input[int]
    ram_gb: pulumi.Input[int]
    """Memory of a node in GiB, rounded down."""
    gpu: pulumi.Input[int]


@dataclass(kw_only=True)
class ConductorArgs:
    """One workspace in AI Conductor."""

    options: ConductorOptions
    """With a URL."""
    workspace: str
    bucket: pulumi.Input[str]
    dashboard_uid: Optional[pulumi.Input[str]]
    specs: list[ResourceSpec]
    system_account: str
    owner: str
    """Says in the account's fields which stack made it."""
    email: str
    """E-mail of the system account; AI Conductor's form asks for one."""
    usual_password: Optional[str] = None
    """The system account's password where none was chosen; default: generated."""
    protect: bool = False
    """Whether Pulumi refuses to delete the workspace."""
    adopt: bool = False
    """Take over existing records of these names."""


class Conductor(pulumi.ComponentResource):
    """Workspace, system account and membership."""

    workspace_id: pulumi.Output[str]
    system_account_password: pulumi.Output[str]
    """Secret."""

    def __init__(self, name: str, args: ConductorArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:conductor:Conductor", name, {}, opts)
        url = args.options.url
        assert url, "without a URL this part is left out"
        server: dict[str, Any] = {"url": url, "profile": args.options.profile, "adopt": args.adopt}
        self.system_account_password = self._password(name, args)
        workspace = Workspace(
            name,
            WorkspaceArgs(
                **server,
                name=args.workspace,
                bucket=args.bucket,
                dashboard_hash=args.dashboard_uid,
                specs=[
                    {"name": spec.name, "vcpu": spec.vcpu, "ramGb": spec.ram_gb, "gpu": spec.gpu} for spec in args.specs
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        account = Account(
            name,
            AccountArgs(
                **server,
                login_id=args.system_account,
                password=self.system_account_password,
                display_name=f"Edge Conductor of {args.workspace}",
                role="DEVELOPER",
                email=args.email,
                company="project-workspace",
                department=args.owner,
            ),
            # The runbook makes the workspace first; removing in reverse order frees the account first.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[workspace]),
        )
        membership = Membership(
            name,
            MembershipArgs(
                **server,
                # The ids of the resources, because outputs of their own are unknown while an update is previewed.
                workspace_id=workspace.id,
                account_id=account.id,
                login_id=args.system_account,
                role="MANAGER",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        members = [
            Membership(
                f"{name}-{member.login_id}",
                MembershipArgs(**server, workspace_id=workspace.id, login_id=member.login_id, role=member.role),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for member in args.options.members
        ]
        WorkspaceGuard(
            name,
            WorkspaceGuardArgs(url=url, profile=args.options.profile, workspace_id=workspace.id, name=args.workspace),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[membership, *members], protect=args.protect),
        )
        self.workspace_id = workspace.id
        self.register_outputs({"workspaceId": self.workspace_id})

    def _password(self, name: str, args: ConductorArgs) -> pulumi.Output[str]:
        rotation, chosen = args.options.system_account_password_rotation, args.options.system_account_password
        if chosen is not None:
            return secret_output(chosen)
        if args.usual_password is not None and rotation is None:
            return pulumi.Output.secret(args.usual_password)
        return generated(f"{name}-system-account", rotation, pulumi.ResourceOptions(parent=self)).result
