"""What the package's component takes: the settings of a stack file. Made by `make generate`.

Left out: `common` (files of this repository's stacks), `kubernetes` (the caller's provider, or KUBECONFIG),
and every secret, because a plain argument would not stay one.
"""

from typing import NotRequired, TypedDict


class TaintSettings(TypedDict):
    """A taint of a node group's nodes."""

    key: str
    """Key of the taint."""
    value: NotRequired[str]
    """Value of the taint."""
    effect: str
    """What happens to pods that do not tolerate it."""


class DiskSettings(TypedDict):
    """The gp3 disk of each node."""

    size_gib: NotRequired[int]
    """Size in GiB. Default: `50`."""
    iops: NotRequired[int]
    """IO operations a second; at most 500 for each GiB. Default: `3000`."""
    throughput: NotRequired[int]
    """MiB a second; at most a quarter of the IOPS. Default: `125`."""


class LaunchTemplateSettings(TypedDict):
    """A launch template that somebody else made."""

    id: str
    """Of a group made by hand: the id of its launch template."""
    version: str
    """The version of that; another one lets EKS replace the nodes in turn."""


class ExistingSettings(TypedDict):
    """What a node group made by hand stands on, and keeps."""

    node_role: str
    """Of a group made by hand: the IAM role of its nodes, by name."""
    launch_template: NotRequired[LaunchTemplateSettings]
    """Its launch template. Default: it has none."""
    subnets: list[str]
    """Of a group made by hand: its subnets, instead of those of `zones`."""


class NodeGroupSettings(TypedDict):
    """One node group."""

    spec: str
    """Name of the spec: part of the group's name and label, and AI Conductor's resource."""
    instance_type: str
    """EC2 instance type of the nodes."""
    min: NotRequired[int]
    """Nodes that always run. Default: `0`."""
    desired: NotRequired[int]
    """Nodes to begin with, then the autoscaler decides. Default: `min`."""
    max: int
    """Nodes that may run."""
    zones: NotRequired[list[str]]
    """Letters of the zones, each with a private subnet. Default: `["a", "c"]`."""
    ami_type: NotRequired[str]
    """EKS AMI type. Default: Amazon Linux 2023, by architecture and GPU."""
    capacity_type: NotRequired[str]
    """`on-demand`, `spot` or `capacity-block`. Default: `"on-demand"`."""
    capacity_reservation_id: NotRequired[str]
    """Reservation of the capacity block; needed for `capacity-block`."""
    labels: NotRequired[dict[str, str]]
    """Further node labels; not those that EKS or the program sets."""
    taints: NotRequired[list[TaintSettings]]
    """Taints of the nodes. Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes; an empty list: none."""
    disk: NotRequired[DiskSettings]
    """The nodes' gp3 disk."""
    metadata_hop_limit: NotRequired[int]
    """Network hops to the instance metadata; 2 lets every pod use the node's role. Default: `1`."""
    vcpu: NotRequired[int]
    """vCPUs of a node as AI Conductor is told. Default: asked of AWS."""
    ram_gb: NotRequired[int]
    """GiB of memory of a node, likewise."""
    gpu: NotRequired[int]
    """GPUs of a node, likewise."""
    name: NotRequired[str]
    """Physical name of a group made by hand. Default: derived."""
    existing: NotRequired[ExistingSettings]
    """What a group made by hand stands on, and keeps."""


class StorageSettings(TypedDict):
    """The bucket."""

    kms_key_arn: NotRequired[str]
    """KMS key of the bucket. Default: keys that S3 manages."""
    versioning: NotRequired[bool]
    """Keep overwritten and deleted objects. Default: `true`."""
    expire_old_versions_days: NotRequired[int]
    """Days after which old versions are removed. Default: `90`."""
    retain: NotRequired[bool]
    """Leave the bucket, settings and content, on AWS when the workspace is destroyed. Default: `false`."""


class AccessSettings(TypedDict):
    """Who may use the bucket."""

    mode: NotRequired[str]
    """`shared-policies` (entries in the installation's two policies) or `bucket-policy` (the bucket's own). Default: `"shared-policies"`."""
    principals: NotRequired[list[str]]
    """ARNs of the two consumers; needed for `bucket-policy`."""
    lease_namespace: NotRequired[str]
    """Namespace of the Leases that serialise edits of the policies. Default: `"auth"`."""


class DexSettings(TypedDict):
    """Where dex keeps its configuration."""

    namespace: NotRequired[str]
    """dex's namespace. Default: `"auth"`."""
    config_map: NotRequired[str]
    """dex's ConfigMap. Default: `"dex"`."""
    key: NotRequired[str]
    """Key of the ConfigMap that holds the configuration. Default: `"config.yaml"`."""
    deployment: NotRequired[str]
    """dex's Deployment. Default: `"dex"`."""


class LoginSection(TypedDict):
    """The Kubeflow user's login."""

    enabled: NotRequired[bool]
    """Whether the workspace's user gets a login in dex. Default: `true`."""
    email_domain: NotRequired[str]
    """Domain of the user's e-mail, which also owns the namespace. Default: `"aic.com"`."""
    password_rotation: NotRequired[str]
    """Another value, a number or a date, draws another password; only for a generated one."""
    dex: NotRequired[DexSettings]
    """Where dex keeps its configuration."""


class GrafanaSection(TypedDict):
    """The project's dashboard; left out without a URL."""

    url: NotRequired[str]
    """Grafana's URL. Default: no dashboard."""
    folder: NotRequired[str]
    """Uid of the dashboard's folder. Default: Grafana's root."""


class ConductorSection(TypedDict):
    """The workspace in AI Conductor; left out without a URL."""

    url: NotRequired[str]
    """AI Conductor's URL. Default: no AI Conductor workspace."""
    profile: NotRequired[str]
    """API profile: a name in project_workspace/conductor/profiles, or a path. Default: `"ai-conductor-2.1"`."""
    system_account_password_rotation: NotRequired[str]
    """A value, a number or a date: the password is generated instead, and again with every other value. Edge Conductor must be told."""
    dashboard_hash: NotRequired[str]
    """Uid of a dashboard that is kept elsewhere. Default: this workspace's own."""


class NamesSection(TypedDict):
    """Names of things that were made by hand; each default is derived."""

    workspace: NotRequired[str]
    """AI Conductor workspace."""
    namespace: NotRequired[str]
    """Namespace and Profile."""
    user: NotRequired[str]
    """Kubeflow user, before the @."""
    bucket: NotRequired[str]
    """S3 bucket."""
    kubeflow_policy: NotRequired[str]
    """Shared policy of Kubeflow's deploy identity."""
    conductor_policy: NotRequired[str]
    """Shared policy of AI Conductor's service account."""
    node_role: NotRequired[str]
    """IAM role of the nodes."""
    system_account: NotRequired[str]
    """AI Conductor account of Edge Conductor."""
    dashboard_uid: NotRequired[str]
    """Grafana dashboard uid."""


class WorkspaceArgs(TypedDict):
    """All settings of one stack."""

    project: str
    """Name of the project: lower-case letters and digits."""
    environment: str
    """Deployment environment, as it stands in names, for example dev."""
    infra: str
    """Name of the installation, as it stands in names, for example meerkat."""
    region: str
    """AWS region; in a stack `aws:region`, else AWS_REGION."""
    region_alias: NotRequired[str]
    """Short name of the region in names. Default: AWS's own three-character code."""
    cluster: NotRequired[str]
    """EKS cluster; needed for node groups."""
    node_groups: NotRequired[list[NodeGroupSettings]]
    """The workspace's node groups."""
    quota: NotRequired[dict[str, str]]
    """Hard limits of the namespace by resource, for example requests.nvidia.com/gpu."""
    storage: NotRequired[StorageSettings]
    """The bucket."""
    access: NotRequired[AccessSettings]
    """Who may use the bucket."""
    login: NotRequired[LoginSection]
    """The Kubeflow user's login."""
    grafana: NotRequired[GrafanaSection]
    """The dashboard; none without a URL."""
    conductor: NotRequired[ConductorSection]
    """The AI Conductor workspace; none without a URL."""
    names: NotRequired[NamesSection]
    """Names of things made by hand."""
    tags: NotRequired[dict[str, str]]
    """AWS tags of everything that can have some; at most 44, and not `Name`."""
    adopt: NotRequired[bool]
    """Take over what was made by hand, and protect it; otherwise it is refused before anything is made. Default: `false`."""
    delete_data: NotRequired[bool]
    """Let destroy remove data; otherwise it is refused while there is any. Default: `false`."""
    protect: NotRequired[bool]
    """Refuse to delete what bears data, empty or not. Default: true in the environment `prod`, and with `adopt`."""
