"""`ProjectWorkspace`: one AI project workspace, everything the runbook makes by hand, as one component.

Owns: the arguments of a workspace, the order of its parts (the runbook's, so that destroy is exactly the reverse), and
the outputs. Does not own any resource's details: each part is a component of its own beside this file. Why the strict
order: AI Conductor may only be told of what exists, and a teardown must end with the namespace.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

import pulumi

from project_workspace import names
from project_workspace.aws import regions
from project_workspace.conductor.component import Conductor, ConductorArgs, ResourceSpec
from project_workspace.conductor.provider import DEFAULT_PROFILE
from project_workspace.dex.component import DexTarget, Login, LoginArgs
from project_workspace.eks import node_group_rules
from project_workspace.eks.component import Nodes, NodesArgs
from project_workspace.eks.node_group import NodeGroupArgs
from project_workspace.grafana.component import Dashboard, DashboardArgs
from project_workspace.iam import component as access
from project_workspace.iam.component import SharedPolicyAccess, SharedPolicyAccessArgs
from project_workspace.kubeflow.component import Namespace, NamespaceArgs
from project_workspace.lifecycle.collision_check import Vacancy, VacancyArgs
from project_workspace.lifecycle.teardown_guard import TeardownGuard, TeardownGuardArgs
from project_workspace.s3.component import Storage, StorageArgs

PRODUCTION = "prod"
"""The environment whose data is protected unless the settings say otherwise."""


@dataclass(kw_only=True)
class LoginSettings:
    """The Kubeflow user's login. At most one of `password` and `password_hash`."""

    password: Optional[pulumi.Input[str]] = None
    """At most 72 bytes; default: generated and kept, encrypted, in the stack's state."""
    password_hash: Optional[pulumi.Input[str]] = None
    """A bcrypt hash of cost 10 to 16, for installations that log in with one fixed password."""
    password_rotation: Optional[str] = None
    """Another text, for example a number or a date, draws another password; only for a generated one."""
    dex: DexTarget = field(default_factory=DexTarget)
    """Where dex keeps its configuration."""


@dataclass(kw_only=True)
class DashboardSettings:
    """The project's Grafana dashboard."""

    url: str
    """Grafana's URL, with scheme."""
    folder: Optional[str] = None
    """Uid of the dashboard's folder; default: Grafana's root."""


@dataclass(kw_only=True)
class ConductorSettings:
    """The workspace in AI Conductor."""

    url: str
    """AI Conductor's URL, with scheme."""
    profile: str = DEFAULT_PROFILE
    """Name of an API profile in `components/clients/profiles`, or the path of one."""
    system_account_password: Optional[pulumi.Input[str]] = None
    """Default: `{project}-edge@com`, which Edge Conductor expects (runbook, section 2-4) and anybody can guess."""
    system_account_password_rotation: Optional[str] = None
    """A text, for example a number or a date: the password is generated instead, and again with every other text."""
    dashboard_hash: Optional[str] = None
    """Uid of a dashboard that is kept elsewhere; default: this workspace's own, if it has one."""


@dataclass(kw_only=True)
class ProjectWorkspaceArgs:
    """Everything that can be said about one workspace. Parts that are None are left out."""

    # required
    project: str
    """`[a-z][a-z0-9]*`, short enough that every name derived from it fits."""
    environment: str
    """Deployment environment in names, for example `dev`."""
    infra: str
    """Name of the installation in names, for example `meerkat`."""
    region: str
    """AWS region, for example `ap-northeast-2`: the one that the AWS provider of this component works in."""

    # names
    region_alias: Optional[str] = None
    """Short name of the region in names; default: AWS's own three-character code, for example `an2`."""
    email_domain: str = "aic.com"
    """Domain of the Kubeflow user's e-mail."""
    overrides: names.NameOverrides = field(default_factory=names.NameOverrides)
    """Names of things that were made by hand."""
    adopt: bool = False
    """Take over what exists under these names, and protect it; default: refuse it before anything is made."""
    tags: dict[str, str] = field(default_factory=dict)
    """AWS tags of everything that can have some."""

    # bucket
    bucket_kms_key_arn: Optional[str] = None
    """KMS key for the bucket's objects; default: keys that S3 manages."""
    bucket_versioning: bool = True
    """Keep overwritten and deleted objects."""
    bucket_expire_old_versions_days: int = 90
    """Days after which old versions are removed."""
    bucket_retain: bool = False
    """Leave the bucket, with its settings and content, on AWS when the workspace is destroyed."""

    # protection
    delete_data: bool = False
    """Whether destroy may remove data. Unless set, a destroy with data in it is refused before it begins."""
    protect: Optional[bool] = None
    """Whether Pulumi refuses to delete what bears data, empty or not; default: in `prod`, and with `adopt`."""

    # access
    access_mode: str = access.SHARED_POLICIES
    """`shared-policies` (the runbook's way) or `bucket-policy` (no shared object, for many workspaces)."""
    access_principals: list[str] = field(default_factory=list)
    """ARNs of the two consumers; needed for `bucket-policy`."""
    lease_namespace: str = "auth"
    """Namespace of the Leases that serialise edits of the shared policies."""

    # cluster and node groups
    cluster_name: Optional[str] = None
    """Name of the EKS cluster; needed for node groups."""
    node_groups: list[NodeGroupArgs] = field(default_factory=list)
    """One for each spec; none: the workspace has no nodes of its own."""
    kubeconfig: Optional[pulumi.Input[str]] = None
    """A kubeconfig without credentials in it (exec authentication) for the dynamic providers; default: the stack's."""

    # namespace
    quota: Optional[dict[str, str]] = None
    """Hard limits of the namespace by resource; default: none."""

    # optional parts
    login: Optional[LoginSettings] = None
    dashboard: Optional[DashboardSettings] = None
    conductor: Optional[ConductorSettings] = None


def unfit_arguments(args: ProjectWorkspaceArgs) -> Iterator[tuple[str, str]]:
    """What cannot be, beside names: path and sentence. Settings have checked it; other programs come without them."""
    if args.access_mode not in access.MODES:
        yield "access_mode", f"Expected one of {', '.join(access.MODES)}, for example '{access.SHARED_POLICIES}'."
    elif sentence := access.principals_problem(args.access_mode, args.access_principals):
        yield "access_principals", sentence
    for index, group in enumerate(args.node_groups):
        for problem in node_group_rules.problems(group):
            yield f"node_groups[{index}].{problem.path}", problem.sentence


class ProjectWorkspace(pulumi.ComponentResource):
    """One AI project workspace.

    Raises `pulumi.RunError` before any resource is made when a name does not fit its service.
    """

    namespace: pulumi.Output[str]
    """Name of the Kubernetes namespace."""
    email: str
    """E-mail with which the Kubeflow user logs in."""
    password: Optional[pulumi.Output[str]]
    """The Kubeflow user's password, secret; None without a login or when only its hash was given."""
    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]
    node_groups: dict[str, Any]
    """By spec: labels, taints, and a ready `nodeSelector` and `tolerations`."""
    node_group_names: Optional[pulumi.Output[list[str]]]
    dashboard_uid: Optional[pulumi.Output[str]]
    dashboard_url: Optional[pulumi.Output[str]]
    workspace_id: Optional[pulumi.Output[str]]
    """AI Conductor's id of the workspace."""
    system_account_password: Optional[pulumi.Output[str]]
    """Secret."""

    def __init__(self, name: str, args: ProjectWorkspaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("workspace:index:ProjectWorkspace", name, {}, opts)
        self._name, self._args = name, args
        if args.region not in regions.regions():
            raise pulumi.RunError(f"region: Expected an AWS region, for example 'ap-northeast-2', not '{args.region}'.")
        self._region = regions.regions()[args.region]
        self.names = self._checked_names()
        by_default = args.environment == PRODUCTION or args.adopt
        self._keeps_data = by_default if args.protect is None else args.protect
        self._made: list[pulumi.Resource] = []

        self._look_first()
        self._make_namespace()
        self._make_login()
        self._make_bucket()
        self._make_access()
        self._make_nodes()
        self._make_dashboard()
        self._make_conductor()
        self._guard_the_teardown()
        self.register_outputs(self.outputs())

    def outputs(self) -> dict[str, Any]:
        """Everything a person or another stack needs next; secrets stay secret."""
        found = {
            "workspace": self.names.workspace,
            "namespace": self.namespace,
            "kubeflowUser": self.names.email,
            "kubeflowPassword": self.password,
            "bucketName": self.bucket_name,
            "bucketArn": self.bucket_arn,
            "nodeGroups": self.node_groups,
            "nodeGroupNames": self.node_group_names,
            "dashboardUid": self.dashboard_uid,
            "dashboardUrl": self.dashboard_url,
            "conductorUrl": self._args.conductor.url if self._args.conductor else None,
            "conductorWorkspaceId": self.workspace_id,
            "systemAccount": self.names.system_account if self._args.conductor else None,
            "systemAccountPassword": self.system_account_password,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _checked_names(self) -> names.Names:
        args = self._args
        derived = names.derive(
            project=args.project,
            environment=args.environment,
            infra=args.infra,
            alias=args.region_alias or self._region.alias,
            email_domain=args.email_domain,
            specs=[group.spec for group in args.node_groups],
            node_group_names={group.spec: group.name for group in args.node_groups if group.name},
            overrides=args.overrides,
        )
        problems = [
            f"{problem.setting}: {problem.sentence}"
            for problem in names.problems(
                derived,
                project=args.project,
                overridden=names.overridden(args.overrides, [group.name for group in args.node_groups]),
            )
        ]
        problems += [f"{path}: {sentence}" for path, sentence in unfit_arguments(args)]
        if problems:
            raise pulumi.RunError("\n".join(problems))
        return derived

    def _next(self) -> pulumi.ResourceOptions:
        """Options of the next part: a child, made after everything made so far and removed before it."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(self._made))

    def _look_first(self) -> None:
        """Nothing is made where something stands already that this stack did not make."""
        args, names_ = self._args, self.names
        dex, dashboard, conductor = args.login and args.login.dex, args.dashboard, args.conductor
        own_role = any(group.existing is None for group in args.node_groups)
        look = Vacancy(
            self._name,
            VacancyArgs(
                region=args.region,
                bucket=names_.bucket,
                namespace=names_.namespace,
                node_role=names_.node_role if own_role else None,
                cluster=args.cluster_name,
                node_groups=[group.group for group in names_.node_groups.values()],
                dex_user=dex
                and {
                    "email": names_.email,
                    "namespace": dex.namespace,
                    "configMap": dex.config_map,
                    "key": dex.key,
                },
                dashboard=dashboard and {"url": dashboard.url, "uid": names_.dashboard_uid},
                conductor=conductor
                and {
                    "url": conductor.url,
                    "profile": conductor.profile,
                    "workspace": names_.workspace,
                    "account": names_.system_account,
                },
                adopt=args.adopt,
                kubeconfig=args.kubeconfig,
            ),
            opts=self._next(),
        )
        self._made = [look]

    def _make_namespace(self) -> None:
        part = Namespace(
            self._name,
            NamespaceArgs(
                namespace=self.names.namespace,
                owner=self.names.email,
                region=self._args.region,
                quota=self._args.quota,
                protect=self._keeps_data,
                adopt=self._args.adopt,
                kubeconfig=self._args.kubeconfig,
            ),
            opts=self._next(),
        )
        self.namespace = part.name
        self._made = [part]

    def _make_login(self) -> None:
        self.email, self.password = self.names.email, None
        settings = self._args.login
        if settings is None:
            return
        part = Login(
            self._name,
            LoginArgs(
                email=self.names.email,
                username=self.names.user,
                user_id=self.names.user_id,
                password=settings.password,
                password_hash=settings.password_hash,
                rotation=settings.password_rotation,
                dex=settings.dex,
                adopt=self._args.adopt,
                kubeconfig=self._args.kubeconfig,
            ),
            opts=self._next(),
        )
        self.password = part.password
        self._made = [part]

    def _make_bucket(self) -> None:
        args = self._args
        statements = []
        if args.access_mode == access.BUCKET_POLICY:
            statements = access.bucket_policy_statements(
                partition=self._region.partition, bucket=self.names.bucket, principals=args.access_principals
            )
        part = Storage(
            self._name,
            StorageArgs(
                bucket=self.names.bucket,
                partition=self._region.partition,
                kms_key_arn=args.bucket_kms_key_arn,
                versioning=args.bucket_versioning,
                expire_old_versions_days=args.bucket_expire_old_versions_days,
                protect=self._keeps_data,
                retain=args.bucket_retain,
                delete_data=args.delete_data,
                statements=statements,
                tags=args.tags,
            ),
            opts=self._next(),
        )
        self.bucket_name, self.bucket_arn = part.bucket.bucket, part.arn
        self._made = [part]

    def _make_access(self) -> None:
        if self._args.access_mode != access.SHARED_POLICIES:
            return
        part = SharedPolicyAccess(
            self._name,
            SharedPolicyAccessArgs(
                policies={"kubeflow": self.names.kubeflow_policy, "conductor": self.names.conductor_policy},
                bucket=self.names.bucket,
                partition=self._region.partition,
                region=self._args.region,
                lease_namespace=self._args.lease_namespace,
                kubeconfig=self._args.kubeconfig,
            ),
            opts=self._next(),
        )
        self._made = [part]

    def _make_nodes(self) -> None:
        self.node_groups, self.node_group_names, self._specs = {}, None, []
        if not self._args.node_groups:
            return
        if not self._args.cluster_name:
            raise pulumi.RunError("cluster_name: Expected the name of the EKS cluster for the node groups.")
        part = Nodes(
            self._name,
            NodesArgs(
                cluster_name=self._args.cluster_name,
                region=self._args.region,
                partition=self._region.partition,
                role=self.names.node_role,
                groups=self._args.node_groups,
                names=self.names.node_groups,
                tags=self._args.tags,
                protect=self._args.adopt and self._keeps_data,
            ),
            opts=self._next(),
        )
        self.node_groups, self.node_group_names = part.placement, part.group_names
        self._specs = [
            ResourceSpec(name=spec, vcpu=size.vcpu, ram_gb=size.ram_gb, gpu=size.gpu)
            for spec, size in part.sizes.items()
        ]
        self._made = [part]

    def _make_dashboard(self) -> None:
        self.dashboard_uid = self.dashboard_url = None
        settings = self._args.dashboard
        if settings is None:
            return
        part = Dashboard(
            self._name,
            DashboardArgs(
                url=settings.url,
                folder=settings.folder,
                uid=self.names.dashboard_uid,
                workspace=self.names.workspace,
                namespace=self.names.namespace,
                bucket=self.names.bucket,
                node_labels=[group.label for group in self.names.node_groups.values()],
                adopt=self._args.adopt,
            ),
            opts=self._next(),
        )
        self.dashboard_uid, self.dashboard_url = part.uid, part.url
        self._made = [part]

    def _make_conductor(self) -> None:
        self.workspace_id = self.system_account_password = None
        settings = self._args.conductor
        if settings is None:
            return
        rotation = settings.system_account_password_rotation
        fixed = None if rotation else self.names.system_account_password
        part = Conductor(
            self._name,
            ConductorArgs(
                url=settings.url,
                profile=settings.profile,
                workspace=self.names.workspace,
                bucket=self.bucket_name,
                dashboard_uid=settings.dashboard_hash or self.dashboard_uid,
                specs=self._specs,
                system_account=self.names.system_account,
                system_account_password=settings.system_account_password or fixed,
                system_account_password_rotation=rotation,
                email=f"{self.names.system_account}@{self._args.email_domain}",
                mark=f"project-workspace {self._args.project}-{self._args.environment}",
                protect=self._keeps_data,
                adopt=self._args.adopt,
            ),
            opts=self._next(),
        )
        self.workspace_id, self.system_account_password = part.workspace_id, part.system_account_password
        self._made = [part]

    def _guard_the_teardown(self) -> None:
        conductor = self._args.conductor
        TeardownGuard(
            self._name,
            TeardownGuardArgs(
                bucket=self.names.bucket,
                region=self._args.region,
                delete_data=self._args.delete_data,
                retain_bucket=self._args.bucket_retain or None,
                conductor_url=conductor.url if conductor else None,
                conductor_profile=conductor.profile if conductor else None,
                workspace=self.names.workspace if conductor else None,
            ),
            # Protected with what it guards: it goes first, so that a refusal comes before anything is deleted.
            opts=pulumi.ResourceOptions.merge(self._next(), pulumi.ResourceOptions(protect=self._keeps_data)),
        )
