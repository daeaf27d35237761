"""Everything that people choose of one workspace: the arguments of `ProjectWorkspace`, and the settings of a stack
file.

Owns: the composition of the subjects' options, and the options that belong to no subject. Does not own a subject's
options (its own `options.py`), what must fit together across subjects (`workspace_rules.py`), nor what only a stack
says (`config/stack_options.py`).
"""

from typing import Annotated, ClassVar, Optional

import pulumi

from project_workspace import limits, workspace_rules
from project_workspace.aws import regions
from project_workspace.aws.site_options import Environment, InfraName, RegionAlias, RegionName, protects
from project_workspace.aws.tag_options import TagKey, TagValue
from project_workspace.conductor.options import ConductorOptions
from project_workspace.dex.options import LoginOptions
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.grafana.options import GrafanaOptions
from project_workspace.iam.options import WORKSPACE_ROLE, AccessOptions
from project_workspace.keycloak.options import OidcClientOptions
from project_workspace.kubeflow.options import Quota
from project_workspace.names import NameOptions, Names, derive
from project_workspace.namespaces.kinds import PROFILE
from project_workspace.namespaces.options import NamespaceOptions
from project_workspace.runai.options import RunaiOptions
from project_workspace.s3.options import StorageOptions
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import ClusterName
from project_workspace.tenancy.limit_options import ContainerDefaultsOptions
from project_workspace.tenancy.member_options import KubeflowOptions, MemberOptions
from project_workspace.tenancy.network_options import NetworkOptions
from project_workspace.volumes.options import VolumeOptions

Project = Annotated[
    str,
    Rule(
        "a project of lower-case letters and digits that begins with a letter, without hyphen",
        "demo",
        matches(limits.PROJECT),
    ),
]


class WorkspaceOptions(Section):
    """Everything that can be chosen of one workspace."""

    project: Project
    """Name of the project. All names of the workspace are derived from it; another one makes another
    workspace."""
    environment: Environment
    """Deployment environment, as it stands in names. What bears data is protected in `prod`."""
    infra: InfraName
    """Name of the installation, as it stands in names."""
    region: RegionName
    """AWS region; a stack says it as `aws:region`. Nothing moves to another region."""
    region_alias: Optional[RegionAlias] = None
    """Short name of the region in names. Default: AWS's own three-character code, for example `an2`."""
    cluster: Optional[ClusterName] = None
    """Name of the EKS cluster. Needed for node groups, for `access.mode: workspace-role`, and for
    `kubernetes.fromCluster`."""
    node_groups: list[NodeGroupOptions] = []
    """The workspace's node groups, one for each kind of node. Default: the workspace has no nodes of its own."""
    namespace: NamespaceOptions = NamespaceOptions()
    """How the workspace's namespace comes to be."""
    quota: Quota = {}
    """Hard limits of the namespace by resource, for example `requests.nvidia.com/gpu: "2"`. Others in its Profile, or
    in the stack's ResourceQuota, are taken away. Default: none."""
    container_defaults: ContainerDefaultsOptions = ContainerDefaultsOptions()
    """What a container gets that does not say itself what it requests and is limited to."""
    members: list[MemberOptions] = []
    """Who works in the namespace beside its owner. Default: nobody."""
    kubeflow: KubeflowOptions = KubeflowOptions()
    """How the installation's Kubeflow tells who somebody is."""
    network: NetworkOptions = NetworkOptions()
    """Who may reach the pods of the namespace."""
    volumes: list[VolumeOptions] = []
    """Volumes of the namespace, which notebooks and pipelines mount. Default: none but those that people make."""
    runai: RunaiOptions = RunaiOptions()
    """The namespace's place in Run:ai; none without a project."""
    storage: StorageOptions = StorageOptions()
    """The workspace's S3 bucket."""
    access: AccessOptions = AccessOptions()
    """Who may use the bucket."""
    login: LoginOptions = LoginOptions()
    """The login of the workspace's Kubeflow user."""
    grafana: GrafanaOptions = GrafanaOptions()
    """The project's Grafana dashboard; none without a URL."""
    conductor: ConductorOptions = ConductorOptions()
    """The workspace in AI Conductor; none without a URL."""
    oidc_client: OidcClientOptions = OidcClientOptions()
    """The workspace's client in Keycloak; none without a URL."""
    names: NameOptions = NameOptions()
    """Names of things that were made by hand."""
    tags: dict[TagKey, TagValue] = {}
    """AWS tags of everything that can have some; at most {aws.tags.GIVEN_LIMIT}, and not `{aws.tags.NODE_NAME}`,
    `{aws.tags.PROJECT_MARK}` or `{aws.tags.STACK_MARK}`. Default: none."""
    adopt: bool = False
    """Whether to take over what exists under the workspace's names, and protect it. Default: it is refused before
    anything is made."""
    delete_data: bool = False
    """Whether a destroy may remove data, which cannot be recovered. Default: a destroy is refused while there is
    any."""
    protect: Optional[bool] = None
    """Whether Pulumi refuses to delete what bears data, empty or not. Default: `true` in the environment `prod`, and
    with `adopt`."""

    @property
    def site(self) -> regions.Region:
        """The region with its alias and partition."""
        return regions.regions()[self.region]

    @property
    def protects(self) -> bool:
        """Whether Pulumi refuses to delete what bears data."""
        return protects(self.environment, adopt=self.adopt, said=self.protect)

    @property
    def owner_is_bound(self) -> bool:
        """Whether the workspace's user administers the namespace by a role binding, as no Profile names an owner."""
        return self.namespace.kind != PROFILE

    @property
    def contributors(self) -> bool:
        """Whether those who work in the namespace are Kubeflow's contributors."""
        return not self.owner_is_bound or self.kubeflow.contributors

    def derived_names(self) -> Names:
        """All names of the workspace."""
        return derive(
            project=self.project,
            environment=self.environment,
            infra=self.infra,
            alias=self.region_alias or self.site.alias,
            email_domain=self.login.email_domain,
            specs=[group.spec for group in self.node_groups],
            node_group_names={group.spec: group.name for group in self.node_groups if group.name},
            own_role=self.access.mode == WORKSPACE_ROLE,
            overrides=self.names,
        )

    together: ClassVar[tuple[Together, ...]] = workspace_rules.TOGETHER


class ProjectWorkspaceArgs(WorkspaceOptions):
    """The arguments of `ProjectWorkspace`: what people choose, and the connection of the caller's program."""

    kubeconfig: Optional[str | pulumi.Output[str]] = None
    """A kubeconfig without credentials in it (exec authentication) for the dynamic providers. Default: as
    pulumi-kubernetes finds its own, `kubernetes:kubeconfig` of the stack or KUBECONFIG."""
    account_id: Optional[str | pulumi.Output[Optional[str]]] = None
    """The AWS account that the workspace belongs to: the dynamic providers touch no other. Default: any account. The
    program notes it in the stack's first `up`; in another program, give its AWS provider `allowed_account_ids` too."""
