"""Everything that people choose of one Workbench: the arguments of `Workbench`, and the settings of a stack file.

Owns: the composition of the options, and those that belong to no subject of their own. Does not own what must fit
together (`rules.py`), nor what only a stack says (`config/workbench_program.py`).
"""

from typing import Annotated, ClassVar, Optional

import pulumi

from project_workspace import limits
from project_workspace.aws import regions
from project_workspace.aws.site_options import Environment, InfraName, RegionAlias, RegionName, protects
from project_workspace.aws.tag_options import TagKey, TagValue
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.namespaces.kinds import EXISTING, PLAIN
from project_workspace.schema.rule import Rule, between, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import ClusterName, dns_label
from project_workspace.volumes.options import VolumeOptions
from project_workspace.workbench import rules, storage_options
from project_workspace.workbench.image_options import ImageOptions, RegistryLoginOptions
from project_workspace.workbench.ingress_options import IngressOptions
from project_workspace.workbench.names import WorkbenchNames, derive
from project_workspace.workbench.scheduling_options import AffinityOptions, ResourceProfileOptions, TolerationsOptions
from project_workspace.workbench.storage_options import PersistenceOptions, WorkbenchStorageOptions
from project_workspace.workbench.tls_options import TlsOptions

Hostname = Annotated[
    str,
    Rule(
        "a fully qualified domain name in lower case",
        "anaconda.example.com",
        matches(rf"{limits.DNS_LABEL.pattern}(\.{limits.DNS_LABEL.pattern})+", 253 - len("*.")),
    ),
]
NamespaceName = Annotated[str, dns_label("anaconda-enterprise")]
ServiceAccountName = Annotated[str, dns_label("anaconda-enterprise")]
NamespaceKind = Annotated[str, choice(PLAIN, EXISTING)]
Uid = Annotated[int, Rule("a user ID that is not 0", "1000", between(1, 2**31 - 1))]
Gid = Annotated[int, Rule("a group ID", "0", between(0, 2**31 - 1))]
ConstraintName = Annotated[
    str, Rule("the name of a SecurityContextConstraints", "anyuid", matches(limits.DNS_SUBDOMAIN, 253))
]
DnsServer = Annotated[
    str,
    Rule("the name of the cluster's DNS server", "dns-default.openshift-dns.svc", matches(limits.DNS_SUBDOMAIN, 253)),
]
FilePath = Annotated[str, Rule("the path of a file", "/etc/pki/truststore.jks", matches(r"[!-~][ -~]{0,1023}"))]
TruststoreName = Annotated[str, dns_label("anaconda-enterprise-truststore")]


class WorkbenchNamespaceOptions(Section):
    """The namespace, which holds nothing but this Workbench."""

    name: NamespaceName = "anaconda-enterprise"
    """Name of the namespace; names of nodes and volumes are derived from it."""
    kind: NamespaceKind = PLAIN
    """Who makes it. `plain`: this stack. `existing`: somebody else; it is there before, and stays when the stack is
    destroyed. The kind never changes."""


class OpenshiftOptions(Section):
    """What OpenShift needs besides."""

    enabled: bool = False
    """Whether the cluster is OpenShift."""
    scc: ConstraintName = "anyuid"
    """The SecurityContextConstraints that the service account may use."""
    dns_server: DnsServer = "dns-default.openshift-dns.svc.cluster.local"
    """Name of the cluster's DNS server."""


class KeycloakOptions(Section):
    """The truststore of Workbench's Keycloak, for LDAPS to a server of a private authority. Its password is no setting:
    it goes into a second values file, which is nobody's but the installing person's.
    """

    truststore: Optional[FilePath] = None
    """Path of the truststore's file, as the chart reads it. Default: none."""
    truststore_secret: Optional[TruststoreName] = None
    """Name of the secret with the truststore. Default: none."""


class WorkbenchOptions(Section):
    """Everything that can be chosen of one Workbench."""

    environment: Environment
    """Deployment environment, as it stands in names. What bears data is protected in `prod`."""
    infra: InfraName
    """Name of the installation, as it stands in names."""
    region: RegionName
    """AWS region; a stack says it as `aws:region`. Nothing moves to another region."""
    region_alias: Optional[RegionAlias] = None
    """Short name of the region in names. Default: AWS's own three-character code, for example `an2`."""
    cluster: Optional[ClusterName] = None
    """Name of the EKS cluster. Needed for node groups, and for `kubernetes.fromCluster`."""
    hostname: Hostname
    """Fully qualified domain name of Workbench. DNS has a record for it and one for `*.` before it."""
    namespace: WorkbenchNamespaceOptions = WorkbenchNamespaceOptions()
    """The namespace, which holds nothing but this Workbench."""
    service_account: ServiceAccountName = "anaconda-enterprise"
    """Name of the service account that installs and runs Workbench, and of its Role."""
    uid: Uid = 1000
    """User ID of Workbench's containers."""
    gid: Gid = 0
    """Group ID that may write to the volumes. Another one than 0 is annotated on them; Anaconda advises against it."""
    mirrors_packages: bool = False
    """Whether conda packages are mirrored into Workbench, which needs `500Gi` in `storage` instead of `100Gi`."""
    openshift: OpenshiftOptions = OpenshiftOptions()
    """What OpenShift needs besides."""
    image: ImageOptions = ImageOptions()
    """From where Workbench's images come."""
    registry_login: RegistryLoginOptions = RegistryLoginOptions()
    """The login to the registry, of which a pull secret is made; none without a user."""
    tls: TlsOptions
    """The certificate of Workbench's name and of all names below it."""
    ingress: IngressOptions = IngressOptions()
    """The ingress controller through which everybody comes."""
    storage: WorkbenchStorageOptions
    """The volume `anaconda-storage`: Workbench's database, Git repositories and packages."""
    persistence: PersistenceOptions
    """The volume `anaconda-persistence`: users' code and data, environments and sample projects."""
    node_groups: list[NodeGroupOptions] = []
    """Node groups for Workbench's pods, one for each kind of node. Default: the cluster's nodes serve."""
    resource_profiles: list[ResourceProfileOptions] = []
    """What sessions and deployments may get, as users choose it. Default: the chart's own."""
    tolerations: TolerationsOptions = TolerationsOptions()
    """What Workbench's pods tolerate."""
    affinity: AffinityOptions = AffinityOptions()
    """Which nodes Workbench's pods want or avoid."""
    keycloak: KeycloakOptions = KeycloakOptions()
    """The truststore of Workbench's Keycloak."""
    tags: dict[TagKey, TagValue] = {}
    """AWS tags of the nodes' role, groups and launch templates; at most {aws.tags.GIVEN_LIMIT}. Default: none."""
    adopt: bool = False
    """Whether to take over what exists under Workbench's names, and protect it. Default: it is refused before anything
    is made."""
    delete_data: bool = False
    """Whether a destroy may remove a Workbench that is still installed, and volumes of others in its namespace. What is
    on its own two volumes stays in any case. Default: a destroy is refused while there is any."""
    protect: Optional[bool] = None
    """Whether Pulumi refuses to delete namespace and volumes. Default: `true` in the environment `prod`, and with
    `adopt`."""

    together: ClassVar[tuple[Together, ...]] = rules.TOGETHER

    @property
    def site(self) -> regions.Region:
        """The region with its alias and partition."""
        return regions.regions()[self.region]

    @property
    def protects(self) -> bool:
        """Whether Pulumi refuses to delete namespace and volumes."""
        return protects(self.environment, adopt=self.adopt, said=self.protect)

    @property
    def pull_secrets(self) -> list[str]:
        """The names of all pull secrets, that of the login included."""
        return [*self.image.pull_secrets, *([self.registry_login.secret] if self.registry_login.user else [])]

    def volumes(self) -> list[VolumeOptions]:
        """The volumes: two, or one for both."""
        return storage_options.volumes(self.storage, self.persistence, mirrors=self.mirrors_packages)

    def derived_names(self) -> WorkbenchNames:
        """The names that nobody chooses."""
        alias = self.region_alias or self.site.alias
        return derive(
            site=f"{alias}-{self.infra}-{self.environment}",
            alias=alias,
            namespace=self.namespace.name,
            service_account=self.service_account,
            node_groups=[(group.spec, group.name) for group in self.node_groups],
        )


class WorkbenchArgs(WorkbenchOptions):
    """The arguments of `Workbench`: what people choose, and the connection of the caller's program."""

    kubeconfig: Optional[str | pulumi.Output[str]] = None
    """A kubeconfig without credentials in it (exec authentication) for the dynamic providers. Default: as
    pulumi-kubernetes finds its own, `kubernetes:kubeconfig` of the stack or KUBECONFIG."""
    account_id: Optional[str | pulumi.Output[Optional[str]]] = None
    """The AWS account that the node groups belong to: the dynamic providers touch no other. Default: any account."""
