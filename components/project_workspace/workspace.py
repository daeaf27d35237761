"""`ProjectWorkspace`: one AI project workspace as one component: everything that the runbook makes by hand.

Owns: the order of a workspace's parts (that of docs/facts/runbook.md, so that destroy is exactly the reverse), what
each is wired to, and the outputs. Does not own what can be chosen (`options.py`) or any resource's details: each part
is a component of its own in a room beside this file. Why the strict order: AI Conductor's record may only name what
exists, and a teardown must end with the namespace.

A part that a stack may lack is imported where it is made: a command pays for loading it, and the SDK under it, only in
the stacks that have it.
"""

from typing import TYPE_CHECKING, Any, Optional

import pulumi

from project_workspace import names
from project_workspace.iam.component import (
    SharedPolicy,
    SharedPolicyAccess,
    SharedPolicyAccessArgs,
    bucket_policy_statements,
    shared_policies,
)
from project_workspace.iam.options import BUCKET_POLICY, SHARED_POLICIES
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.kubeflow.component import Namespace, NamespaceArgs
from project_workspace.lifecycle.cluster_identity import ClusterIdentity, ClusterIdentityArgs
from project_workspace.lifecycle.collision_check import CollisionCheck, CollisionCheckArgs
from project_workspace.lifecycle.teardown_guard import TeardownGuard, TeardownGuardArgs
from project_workspace.options import ProjectWorkspaceArgs
from project_workspace.s3.component import Storage, StorageArgs
from project_workspace.stack_mark import StackMark
from project_workspace.tenancy.component import Tenancy, TenancyArgs
from project_workspace.tenancy.contributor import part_of_names

if TYPE_CHECKING:
    from project_workspace.eks.ec2_lookups import NodeSize


class ProjectWorkspace(pulumi.ComponentResource):
    """One AI project workspace. Its arguments have reported everything that is wrong before this is called."""

    namespace: pulumi.Output[str]
    """Name of the Kubernetes namespace."""
    email: str
    """E-mail with which the Kubeflow user logs in."""
    password: Optional[pulumi.Output[str]]
    """The Kubeflow user's password, secret; None without a login or when only its hash was given."""
    member_passwords: dict[str, pulumi.Output[str]]
    """The passwords of members with a login of their own, by e-mail, secret."""
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
        super().__init__("project-workspace:index:ProjectWorkspace", name, {}, opts)
        self._name, self._args = name, args
        self.names = args.derived_names()
        self._mark = StackMark.of_this_run()
        self._made: list[pulumi.Resource] = []

        self._know_the_cluster()
        self._know_the_shared_policies()
        self._look_first()
        self._make_namespace()
        self._make_tenancy()
        self._make_login()
        self._make_logins_of_members()
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
            "memberPasswords": self.member_passwords or None,
            "bucketName": self.bucket_name,
            "bucketArn": self.bucket_arn,
            "nodeGroups": self.node_groups,
            "nodeGroupNames": self.node_group_names,
            "dashboardUid": self.dashboard_uid,
            "dashboardUrl": self.dashboard_url,
            "conductorUrl": self._args.conductor.url,
            "conductorWorkspaceId": self.workspace_id,
            "systemAccount": self.names.system_account if self._args.conductor.url else None,
            "systemAccountPassword": self.system_account_password,
        }
        return {key: value for key, value in found.items() if value is not None}

    def _next(self) -> pulumi.ResourceOptions:
        """Options of the next part: a child, made after everything made so far and removed before it."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(self._made))

    def _know_the_cluster(self) -> None:
        """Everything else of the workspace is in the cluster of the first `up`, or not touched."""
        known = ClusterIdentity(
            self._name, ClusterIdentityArgs(kubeconfig=self._args.kubeconfig), opts=pulumi.ResourceOptions(parent=self)
        )
        self._stack_cluster = StackCluster(kubeconfig=self._args.kubeconfig, cluster_uid=known.cluster_uid)
        self._made = [known]

    def _know_the_shared_policies(self) -> None:
        self._shared_policies: dict[str, SharedPolicy] = {}
        if self._args.access.mode == SHARED_POLICIES:
            policies = {"kubeflow": self.names.kubeflow_policy, "conductor": self.names.conductor_policy}
            self._shared_policies = shared_policies(policies, partition=self._args.site.partition, parent=self)

    def _look_first(self) -> None:
        """Nothing is made where something exists already that this stack did not make, or the bucket has no place."""
        args, names_ = self._args, self.names
        dex, grafana, conductor = args.login.dex, args.grafana, args.conductor
        own_role = any(group.existing is None for group in args.node_groups)
        look = CollisionCheck(
            self._name,
            CollisionCheckArgs(
                region=args.region,
                bucket=names_.bucket,
                namespace=names_.namespace,
                node_role=names_.node_role if own_role else None,
                cluster=args.cluster,
                node_groups=[group.group for group in names_.node_groups.values()],
                dex_user={
                    "email": names_.email,
                    "namespace": dex.namespace,
                    "configMap": dex.config_map,
                    "key": dex.key,
                }
                if args.login.enabled
                else None,
                dashboard={"url": grafana.url, "uid": names_.dashboard_uid} if grafana.url else None,
                conductor={
                    "url": conductor.url,
                    "profile": conductor.profile,
                    "workspace": names_.workspace,
                    "account": names_.system_account,
                }
                if conductor.url
                else None,
                shared_policies=[policy.arn for policy in self._shared_policies.values()],
                adopt=args.adopt,
                account_id=self._args.account_id,
                pulumi_project=self._mark.project,
                pulumi_stack=self._mark.stack,
                retain_bucket=args.storage.retain or None,
                stack_cluster=self._stack_cluster,
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
                quota=self._args.quota or None,
                protect=self._args.protects,
                delete_data=self._args.delete_data,
                adopt=self._args.adopt,
                mark=self._mark,
                stack_cluster=self._stack_cluster,
            ),
            opts=self._next(),
        )
        self.namespace = part.name
        self._made = [part]

    def _make_tenancy(self) -> None:
        options = self._args
        args = TenancyArgs(
            namespace=self.names.namespace,
            quota=options.quota,
            container_defaults=options.container_defaults,
            network=options.network,
            members=options.members,
            kubeflow=options.kubeflow,
            mark=self._mark,
        )
        if not args.is_nothing:
            self._made = [Tenancy(self._name, args, opts=self._next())]

    def _make_login(self) -> None:
        self.email, self.password = self.names.email, None
        if not self._args.login.enabled:
            return
        from project_workspace.dex.component import Login, LoginArgs

        part = Login(
            self._name,
            LoginArgs(
                email=self.names.email,
                username=self.names.user,
                user_id=self.names.user_id,
                options=self._args.login,
                adopt=self._args.adopt,
                stack_cluster=self._stack_cluster,
            ),
            opts=self._next(),
        )
        self.password = part.password
        self._made = [part]

    def _make_logins_of_members(self) -> None:
        self.member_passwords = {}
        logins = [self._login_of_a_member(each.email) for each in self._args.members if each.login]
        self._made = [*self._made, *logins]

    def _login_of_a_member(self, email: str) -> pulumi.Resource:
        from project_workspace.dex.component import Login, LoginArgs
        from project_workspace.dex.options import LoginOptions

        user, _, _ = email.partition("@")
        login = Login(
            f"{self._name}-{part_of_names(email)}",
            LoginArgs(
                email=email,
                username=user,
                user_id=names.user_id(email),
                options=LoginOptions(dex=self._args.login.dex),
                adopt=self._args.adopt,
                stack_cluster=self._stack_cluster,
            ),
            opts=self._next(),
        )
        if login.password is not None:
            self.member_passwords[email] = login.password
        return login

    def _make_bucket(self) -> None:
        args = self._args
        statements = []
        if args.access.mode == BUCKET_POLICY:
            statements = bucket_policy_statements(
                partition=args.site.partition, bucket=self.names.bucket, principals=args.access.principals
            )
        part = Storage(
            self._name,
            StorageArgs(
                bucket=self.names.bucket,
                partition=self._args.site.partition,
                options=args.storage,
                protect=self._args.protects,
                delete_data=args.delete_data,
                statements=statements,
                tags=args.tags,
                mark=self._mark,
            ),
            opts=self._next(),
        )
        self.bucket_name, self.bucket_arn = part.bucket.bucket, part.arn
        self._made = [part]

    def _make_access(self) -> None:
        if not self._shared_policies:
            return
        part = SharedPolicyAccess(
            self._name,
            SharedPolicyAccessArgs(
                policies=self._shared_policies,
                bucket=self.names.bucket,
                partition=self._args.site.partition,
                region=self._args.region,
                lease_namespace=self._args.access.lease_namespace,
                account_id=self._args.account_id,
                stack_cluster=self._stack_cluster,
            ),
            opts=self._next(),
        )
        self._made = [part]

    def _make_nodes(self) -> None:
        self.node_groups, self.node_group_names = {}, None
        self._node_sizes: dict[str, NodeSize] = {}
        if not (self._args.node_groups and self._args.cluster):
            return
        from project_workspace.eks.component import NodeGroups, NodeGroupsArgs

        part = NodeGroups(
            self._name,
            NodeGroupsArgs(
                cluster=self._args.cluster,
                region=self._args.region,
                partition=self._args.site.partition,
                role=self.names.node_role,
                groups=self._args.node_groups,
                names=self.names.node_groups,
                tags=self._args.tags,
                mark=self._mark,
                protect=self._args.adopt and self._args.protects,
            ),
            opts=self._next(),
        )
        self.node_groups, self.node_group_names = part.placement, part.group_names
        self._node_sizes = part.sizes
        self._made = [part]

    def _make_dashboard(self) -> None:
        self.dashboard_uid = self.dashboard_url = None
        if not self._args.grafana.url:
            return
        from project_workspace.grafana.component import Dashboard, DashboardArgs

        part = Dashboard(
            self._name,
            DashboardArgs(
                options=self._args.grafana,
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
        options = self._args.conductor
        if not options.url:
            return
        from project_workspace.conductor.component import Conductor, ConductorArgs, ResourceSpec

        part = Conductor(
            self._name,
            ConductorArgs(
                options=options,
                workspace=self.names.workspace,
                bucket=self.bucket_name,
                dashboard_uid=options.dashboard_hash or self.dashboard_uid,
                specs=[
                    ResourceSpec(name=spec, vcpu=size.vcpu, ram_gb=size.ram_gb, gpu=size.gpu)
                    for spec, size in self._node_sizes.items()
                ],
                system_account=self.names.system_account,
                usual_password=self.names.system_account_password,
                email=f"{self.names.system_account}@{self._args.login.email_domain}",
                owner=f"project-workspace {self._args.project}-{self._args.environment}",
                protect=self._args.protects,
                adopt=self._args.adopt,
            ),
            opts=self._next(),
        )
        self.workspace_id, self.system_account_password = part.workspace_id, part.system_account_password
        self._made = [part]

    def _guard_the_teardown(self) -> None:
        conductor = self._args.conductor
        known = bool(conductor.url)
        TeardownGuard(
            self._name,
            TeardownGuardArgs(
                namespace=self.names.namespace,
                bucket=self.names.bucket,
                region=self._args.region,
                account_id=self._args.account_id,
                stack_cluster=self._stack_cluster,
                delete_data=self._args.delete_data,
                retain_bucket=self._args.storage.retain or None,
                conductor_url=conductor.url,
                conductor_profile=conductor.profile if known else None,
                workspace=self.names.workspace if known else None,
            ),
            # Protected with what it guards: it goes first, so that a refusal comes before anything is deleted.
            opts=pulumi.ResourceOptions.merge(self._next(), pulumi.ResourceOptions(protect=self._args.protects)),
        )
