"""The settings of a stack: every key of a stack file, with its meaning, its default and its kind of value.

Owns: the keys, and their translation into `ProjectWorkspaceArgs`. Does not own what a single value must look like
(`values.py`), how the configuration's texts become settings and what must fit together (`loading.py`), names and their
limits (`names.py`), or any resource. The README's table of settings is made from the descriptions here.
"""

from typing import Optional

import pulumi
from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.alias_generators import to_camel

from project_workspace import names
from project_workspace.aws.tags import GIVEN_LIMIT, NODE_NAME
from project_workspace.conductor.provider import DEFAULT_PROFILE
from project_workspace.config import values
from project_workspace.config.values import setting
from project_workspace.dex.component import DexTarget
from project_workspace.eks.node_group import DEFAULT_ZONES, ExistingNodes, LaunchTemplateVersion, NodeGroupArgs
from project_workspace.eks.scheduling import Taint
from project_workspace.iam import component as access
from project_workspace.workspace import ConductorSettings, DashboardSettings, LoginSettings, ProjectWorkspaceArgs


class Section(BaseModel):
    """Base of all groups of settings: unknown keys are errors, text is never turned into numbers."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)


class TaintSettings(Section):
    """A taint of a node group's nodes."""

    key: values.TaintKey = setting("Key of the taint.")
    value: Optional[values.TaintValue] = setting("Value of the taint.", None)
    effect: values.Effect = setting("What happens to pods that do not tolerate it.")


class DiskSettings(Section):
    """The gp3 disk of each node."""

    size_gib: values.DiskSize = setting("Size in GiB.", 50)
    iops: values.DiskIops = setting("IO operations a second; at most 500 for each GiB.", 3000)
    throughput: values.DiskThroughput = setting("MiB a second; at most a quarter of the IOPS.", 125)


class LaunchTemplateSettings(Section):
    """A launch template that somebody else made."""

    id: values.LaunchTemplateId = setting("Of a group made by hand: the id of its launch template.")
    version: values.LaunchTemplateNumber = setting(
        "The version of that; another one lets EKS replace the nodes in turn."
    )


class ExistingSettings(Section):
    """What a node group made by hand stands on, and keeps."""

    node_role: values.RoleName = setting("Of a group made by hand: the IAM role of its nodes, by name.")
    launch_template: Optional[LaunchTemplateSettings] = setting("Its launch template. Default: it has none.", None)
    subnets: list[values.SubnetId] = setting("Of a group made by hand: its subnets, instead of those of `zones`.")

    def args(self) -> ExistingNodes:
        """The same as arguments."""
        template = self.launch_template
        return ExistingNodes(
            node_role=self.node_role,
            launch_template=template and LaunchTemplateVersion(id=template.id, version=template.version),
            subnet_ids=self.subnets,
        )


class NodeGroupSettings(Section):
    """One node group."""

    spec: values.Spec = setting("Name of the spec: part of the group's name and label, and AI Conductor's resource.")
    instance_type: values.InstanceType = setting("EC2 instance type of the nodes.")
    min: values.Count = setting("Nodes that always run.", 0)
    desired: Optional[values.Count] = setting("Nodes to begin with, then the autoscaler decides. Default: `min`.", None)
    max: values.AtLeastOne = setting("Nodes that may run.")
    zones: list[values.Zone] = setting("Letters of the zones, each with a private subnet.", DEFAULT_ZONES)
    ami_type: Optional[values.AmiType] = setting(
        "EKS AMI type. Default: Amazon Linux 2023, by architecture and GPU.", None
    )
    capacity_type: values.CapacityType = setting("`on-demand`, `spot` or `capacity-block`.", "on-demand")
    capacity_reservation_id: Optional[values.ReservationId] = setting(
        "Reservation of the capacity block; needed for `capacity-block`.", None
    )
    labels: dict[values.LabelKey, values.LabelValue] = setting(
        "Further node labels; not those that EKS or the program sets.", {}
    )
    taints: Optional[list[TaintSettings]] = setting(
        "Taints of the nodes. Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes; an empty list: none.",
        None,
    )
    disk: DiskSettings = setting("The nodes' gp3 disk.", DiskSettings())
    metadata_hop_limit: values.HopLimit = setting(
        "Network hops to the instance metadata; 2 lets every pod use the node's role.", 1
    )
    vcpu: Optional[values.AtLeastOne] = setting("vCPUs of a node as AI Conductor is told. Default: asked of AWS.", None)
    ram_gb: Optional[values.AtLeastOne] = setting("GiB of memory of a node, likewise.", None)
    gpu: Optional[values.Count] = setting("GPUs of a node, likewise.", None)
    name: Optional[str] = setting("Physical name of a group made by hand. Default: derived.", None)
    existing: Optional[ExistingSettings] = setting("What a group made by hand stands on, and keeps.", None)

    def args(self) -> NodeGroupArgs:
        """The node group's arguments."""
        taints = None if self.taints is None else [Taint(**taint.model_dump()) for taint in self.taints]
        return NodeGroupArgs(
            spec=self.spec,
            instance_type=self.instance_type,
            min_size=self.min,
            desired_size=self.desired,
            max_size=self.max,
            zones=self.zones,
            ami_type=self.ami_type,
            capacity_type=self.capacity_type,
            capacity_reservation_id=self.capacity_reservation_id,
            labels=self.labels,
            taints=taints,
            disk_gib=self.disk.size_gib,
            disk_iops=self.disk.iops,
            disk_throughput=self.disk.throughput,
            metadata_hop_limit=self.metadata_hop_limit,
            vcpu=self.vcpu,
            ram_gb=self.ram_gb,
            gpu=self.gpu,
            name=self.name,
            existing=self.existing and self.existing.args(),
        )


class StorageSettings(Section):
    """The bucket."""

    kms_key_arn: Optional[values.KmsKeyArn] = setting("KMS key of the bucket. Default: keys that S3 manages.", None)
    versioning: bool = setting("Keep overwritten and deleted objects.", True)
    expire_old_versions_days: values.AtLeastOne = setting("Days after which old versions are removed.", 90)
    retain: bool = setting("Leave the bucket, settings and content, on AWS when the workspace is destroyed.", False)


class AccessSettings(Section):
    """Who may use the bucket."""

    mode: values.AccessMode = setting(
        "`shared-policies` (entries in the installation's two policies) or `bucket-policy` (the bucket's own).",
        access.SHARED_POLICIES,
    )
    principals: list[values.PrincipalArn] = setting("ARNs of the two consumers; needed for `bucket-policy`.", [])
    lease_namespace: values.DnsLabel = setting("Namespace of the Leases that serialise edits of the policies.", "auth")


class DexSettings(Section):
    """Where dex keeps its configuration."""

    namespace: values.DnsLabel = setting("dex's namespace.", "auth")
    config_map: values.DnsLabel = setting("dex's ConfigMap.", "dex")
    key: values.ConfigMapKey = setting("Key of the ConfigMap that holds the configuration.", "config.yaml")
    deployment: values.DnsLabel = setting("dex's Deployment.", "dex")


class LoginSection(Section):
    """The Kubeflow user's login."""

    enabled: bool = setting("Whether the workspace's user gets a login in dex.", True)
    email_domain: values.Domain = setting("Domain of the user's e-mail, which also owns the namespace.", "aic.com")
    password: Optional[values.Password] = setting("The user's password, encrypted. Default: generated.", None)
    password_hash: Optional[values.BcryptHash] = setting(
        "A bcrypt hash instead, encrypted: for installations that log in with one fixed password.", None
    )
    password_rotation: Optional[values.Rotation] = setting(
        "Another value, a number or a date, draws another password; only for a generated one.", None
    )
    dex: DexSettings = setting("Where dex keeps its configuration.", DexSettings())


class GrafanaSection(Section):
    """The project's dashboard; left out without a URL."""

    url: Optional[values.Url] = setting("Grafana's URL. Default: no dashboard.", None)
    folder: Optional[values.DashboardUid] = setting("Uid of the dashboard's folder. Default: Grafana's root.", None)


class ConductorSection(Section):
    """The workspace in AI Conductor; left out without a URL."""

    url: Optional[values.Url] = setting("AI Conductor's URL. Default: no AI Conductor workspace.", None)
    profile: str = setting("API profile: a name in project_workspace/conductor/profiles, or a path.", DEFAULT_PROFILE)
    system_account_password: Optional[values.Password] = setting(
        "Password of the system account, encrypted. Default: `{project}-edge@com`, which Edge Conductor expects.",
        None,
    )
    system_account_password_rotation: Optional[values.Rotation] = setting(
        "A value, a number or a date: the password is generated instead, and again with every other value. "
        "Edge Conductor must be told.",
        None,
    )
    dashboard_hash: Optional[values.DashboardUid] = setting(
        "Uid of a dashboard that is kept elsewhere. Default: this workspace's own.", None
    )


class KubernetesSection(Section):
    """The connection to the cluster."""

    from_cluster: bool = setting(
        "Connect to the EKS cluster of `cluster` with `aws eks get-token`, instead of by kubeconfig.", False
    )


class NamesSection(Section):
    """Names of things that were made by hand; each default is derived."""

    workspace: Optional[values.DnsLabel] = setting("AI Conductor workspace.", None)
    namespace: Optional[values.DnsLabel] = setting("Namespace and Profile.", None)
    user: Optional[values.DnsLabel] = setting("Kubeflow user, before the @.", None)
    bucket: Optional[str] = setting("S3 bucket.", None)
    kubeflow_policy: Optional[str] = setting("Shared policy of Kubeflow's deploy identity.", None)
    conductor_policy: Optional[str] = setting("Shared policy of AI Conductor's service account.", None)
    node_role: Optional[str] = setting("IAM role of the nodes.", None)
    system_account: Optional[str] = setting("AI Conductor account of Edge Conductor.", None)
    dashboard_uid: Optional[values.DashboardUid] = setting("Grafana dashboard uid.", None)


class Settings(Section):
    """All settings of one stack."""

    common: list[values.CommonName] = setting(
        "Files with settings that several stacks share: `dev` for stacks/common/dev.yaml. A later one counts before an "
        "earlier one, and the stack's own file before all.",
        [],
    )
    project: values.Project = setting("Name of the project: lower-case letters and digits.")
    environment: values.NamePart = setting("Deployment environment, as it stands in names, for example dev.")
    infra: values.InfraName = setting("Name of the installation, as it stands in names, for example meerkat.")
    region: values.RegionName = setting("AWS region; in a stack `aws:region`, else AWS_REGION.")
    region_alias: Optional[values.NamePart] = setting(
        "Short name of the region in names. Default: AWS's own three-character code.", None
    )
    cluster: Optional[values.ClusterName] = setting("EKS cluster; needed for node groups.", None)
    node_groups: list[NodeGroupSettings] = setting("The workspace's node groups.", [])
    quota: dict[values.QuotaKey, values.Quantity] = setting(
        "Hard limits of the namespace by resource, for example requests.nvidia.com/gpu.", {}
    )
    storage: StorageSettings = setting("The bucket.", StorageSettings())
    access: AccessSettings = setting("Who may use the bucket.", AccessSettings())
    login: LoginSection = setting("The Kubeflow user's login.", LoginSection())
    grafana: GrafanaSection = setting("The dashboard; none without a URL.", GrafanaSection())
    conductor: ConductorSection = setting("The AI Conductor workspace; none without a URL.", ConductorSection())
    kubernetes: KubernetesSection = setting("The connection to the cluster.", KubernetesSection())
    names: NamesSection = setting("Names of things made by hand.", NamesSection())
    tags: dict[values.TagKey, values.TagValue] = setting(
        f"AWS tags of everything that can have some; at most {GIVEN_LIMIT}, and not `{NODE_NAME}`.", {}
    )
    adopt: bool = setting(
        "Take over what was made by hand, and protect it; otherwise it is refused before anything is made.", False
    )
    delete_data: bool = setting("Let destroy remove data; otherwise it is refused while there is any.", False)
    protect: Optional[bool] = setting(
        "Refuse to delete what bears data, empty or not. Default: true in the environment `prod`, and with `adopt`.",
        None,
    )

    def args(self, kubeconfig: Optional[pulumi.Input[str]] = None) -> ProjectWorkspaceArgs:
        """The component's arguments. `kubeconfig`: see `connection.py`."""
        return ProjectWorkspaceArgs(
            project=self.project,
            environment=self.environment,
            infra=self.infra,
            region=self.region,
            region_alias=self.region_alias,
            email_domain=self.login.email_domain,
            overrides=names.NameOverrides(**self.names.model_dump()),
            adopt=self.adopt,
            tags=self.tags,
            bucket_kms_key_arn=self.storage.kms_key_arn,
            bucket_versioning=self.storage.versioning,
            bucket_expire_old_versions_days=self.storage.expire_old_versions_days,
            bucket_retain=self.storage.retain,
            delete_data=self.delete_data,
            protect=self.protect,
            access_mode=self.access.mode,
            access_principals=self.access.principals,
            lease_namespace=self.access.lease_namespace,
            cluster_name=self.cluster,
            node_groups=[group.args() for group in self.node_groups],
            kubeconfig=kubeconfig,
            quota=self.quota or None,
            login=_login_settings(self.login) if self.login.enabled else None,
            dashboard=(
                DashboardSettings(url=self.grafana.url, folder=self.grafana.folder) if self.grafana.url else None
            ),
            conductor=_conductor_settings(self.conductor),
        )


def _login_settings(login: LoginSection) -> LoginSettings:
    return LoginSettings(
        password=_secret(login.password),
        password_hash=_secret(login.password_hash),
        password_rotation=login.password_rotation,
        dex=DexTarget(**login.dex.model_dump()),
    )


def _conductor_settings(conductor: ConductorSection) -> Optional[ConductorSettings]:
    if not conductor.url:
        return None
    return ConductorSettings(
        url=conductor.url,
        profile=conductor.profile,
        system_account_password=_secret(conductor.system_account_password),
        system_account_password_rotation=conductor.system_account_password_rotation,
        dashboard_hash=conductor.dashboard_hash,
    )


def _secret(value: Optional[SecretStr]) -> Optional[pulumi.Output[str]]:
    return None if value is None else pulumi.Output.secret(value.get_secret_value())
