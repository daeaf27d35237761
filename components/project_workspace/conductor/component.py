"""The workspace in AI Conductor: its record, the system account of Edge Conductor, and that account's membership.

Owns: those three records, in the runbook's order (sections 2-3 and 2-4). Does not own AI Conductor's other accounts,
members or the content of the workspace. Why last of all parts: AI Conductor is told of a bucket, a namespace, a
dashboard and node labels, and all of them must exist by then.
"""

from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.conductor.provider import (
    DEFAULT_PROFILE,
    Account,
    AccountArgs,
    Membership,
    MembershipArgs,
    Workspace,
    WorkspaceArgs,
)
from project_workspace.passwords import generated, rotation_problem


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

    url: str
    """AI Conductor's URL, with scheme."""
    workspace: str
    bucket: pulumi.Input[str]
    dashboard_uid: Optional[pulumi.Input[str]]
    specs: list[ResourceSpec]
    system_account: str
    mark: str
    """Says in the account's fields which stack made it."""
    email: str
    """E-mail of the system account; AI Conductor's form asks for one."""
    system_account_password: Optional[pulumi.Input[str]] = None
    """Default: generated."""
    system_account_password_rotation: Optional[str] = None
    """Another text draws another password; only for a generated one. Default: it stays."""
    profile: str = DEFAULT_PROFILE
    protect: bool = False
    """Whether Pulumi refuses to delete the workspace."""
    adopt: bool = False
    """Take over records of these names that were made by hand."""


class Conductor(pulumi.ComponentResource):
    """Workspace, system account and membership."""

    workspace_id: pulumi.Output[str]
    system_account_password: pulumi.Output[str]
    """Secret."""

    def __init__(self, name: str, args: ConductorArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        problem = rotation_problem(args.system_account_password_rotation, args.system_account_password)
        if problem:
            raise pulumi.RunError(f"system_account_password_rotation: {problem}")
        super().__init__("workspace:index:Conductor", name, {}, opts)
        self.system_account_password = self._password(name, args)
        workspace = Workspace(
            name,
            WorkspaceArgs(
                url=args.url,
                profile=args.profile,
                adopt=args.adopt,
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
                url=args.url,
                profile=args.profile,
                adopt=args.adopt,
                login_id=args.system_account,
                password=self.system_account_password,
                display_name=f"Edge Conductor of {args.workspace}",
                role="DEVELOPER",
                email=args.email,
                company="project-workspace",
                department=args.mark,
            ),
            # The runbook makes the workspace first; removing in reverse order frees the account first.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[workspace]),
        )
        Membership(
            name,
            MembershipArgs(
                url=args.url,
                profile=args.profile,
                adopt=args.adopt,
                # The ids of the resources, because outputs of their own are unknown while an update is previewed.
                workspace_id=workspace.id,
                account_id=account.id,
                login_id=args.system_account,
                role="MANAGER",
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.workspace_id = workspace.id
        self.register_outputs({"workspaceId": self.workspace_id})

    def _password(self, name: str, args: ConductorArgs) -> pulumi.Output[str]:
        if args.system_account_password is not None:
            return pulumi.Output.secret(args.system_account_password)
        drawn = generated(
            f"{name}-system-account", args.system_account_password_rotation, pulumi.ResourceOptions(parent=self)
        )
        return drawn.result
