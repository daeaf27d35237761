"""What the package's components take: the settings of a stack file. Made by `make generate`.

Left out: what only a stack says (files of this repository's stacks, and the connection to the cluster,
which is the caller's provider or KUBECONFIG), and every secret, because a plain argument would not stay one.
"""

from typing import Any, NotRequired, TypedDict


class TaintOptions(TypedDict):
    """A taint of all nodes of a group: keeps pods away that do not tolerate it."""

    key: str
    """Key of the taint; each only once in a group, because a tag that is named after it tells the autoscaler. Value: a Kubernetes taint key of at most 63 characters, for example `dedicated`."""
    value: NotRequired[str]
    """Value of the taint. Value: a Kubernetes taint value of at most 63 characters, for example `vision`. Default: the taint has none."""
    effect: str
    """What happens to pods that do not tolerate the taint: `NoSchedule`, `NoExecute` (running ones are removed as well) or `PreferNoSchedule`. Value: `NoSchedule`, `NoExecute` or `PreferNoSchedule`."""


class DiskOptions(TypedDict):
    """The gp3 disk of each node, encrypted. A change makes a new launch template version, and EKS replaces the nodes."""

    size_gib: NotRequired[int]
    """Size of the disk in GiB; images, logs and `emptyDir` volumes are on it. Value: GiB between 20 and 65536, for example `50`. Default: `50`."""
    iops: NotRequired[int]
    """IO operations a second that the disk gives; at most 500 for each GiB. More than the default cost more. Value: gp3 IOPS between 3000 and 80000, for example `3000`. Default: `3000`."""
    throughput: NotRequired[int]
    """MiB a second that the disk gives; at most one for every 4 IOPS. More than the default cost more. Value: gp3 MiB/s between 125 and 2000, for example `125`. Default: `125`."""


class LaunchTemplateOptions(TypedDict):
    """One version of a launch template that somebody else made."""

    id: str
    """Id of the launch template. Value: the id of a launch template, for example `lt-0123456789abcdef0`."""
    version: str
    """Number of its version, as text. Another one lets EKS replace the nodes one after another. Value: the number of a launch template's version, as text, for example `1`."""


class ExistingOptions(TypedDict):
    """What a node group that was made by hand stands on, and keeps: each could only be changed with new nodes.

    Taken away, the group is replaced by one of the program's own, which is made first."""

    node_role: str
    """Name of the IAM role of the group's nodes. Value: the name of an IAM role, at most 64 characters, for example `role-an2-meerkat-dev-demo-ws-node`."""
    launch_template: NotRequired[LaunchTemplateOptions]
    """The group's launch template. Default: the group has none."""
    subnets: list[str]
    """Ids of the group's subnets; they count instead of those of `zones`. Value: a list, each the id of a subnet, for example `subnet-0123456789abcdef0`."""


class NodeGroupOptions(TypedDict):
    """One EKS managed node group: nodes of one instance type that only this workspace's pods use."""

    spec: str
    """Name of the kind of node: part of the group's name and of the node label `aic-role`, and what people choose in AI Conductor. Value: lower-case letters, digits and inner hyphens, for example `standard`."""
    instance_type: str
    """EC2 instance type of the nodes. Another one replaces the group: the new one is made first. Value: an EC2 instance type, for example `g5.xlarge`."""
    min: NotRequired[int]
    """Nodes that always run, and cost, even when no pod waits. Value: a whole number of at least 0, for example `0`. Default: `0`."""
    desired: NotRequired[int]
    """Nodes to begin with; the autoscaler decides after the first `up`, and a change does nothing. Value: a whole number of at least 0, for example `0`. Default: `min`."""
    max: int
    """Nodes that may run at the same time. Value: a whole number of at least 1, for example `4`."""
    zones: NotRequired[list[str]]
    """Letters of the availability zones; each needs a private subnet of the cluster's VPC. Others replace the group. Value: a list, each the letter of a zone, for example `a`. Default: `["a", "c"]`."""
    ami_type: NotRequired[str]
    """EKS AMI type of the nodes. Value: an EKS AMI type that is still published, for example `AL2023_x86_64_NVIDIA`. Default: Amazon Linux 2023 for the instance type's architecture and accelerator."""
    capacity_type: NotRequired[str]
    """How capacity is bought: `on-demand`, `spot` (AWS takes the nodes back when it needs them) or `capacity-block`. Value: `on-demand`, `spot` or `capacity-block`. Default: `on-demand`."""
    capacity_reservation_id: NotRequired[str]
    """Id of the capacity block's reservation. Needed with `capacity-block`, and only there. Value: the id of a capacity reservation, for example `cr-0123456789abcdef0`."""
    labels: NotRequired[dict[str, str]]
    """Further labels of the nodes. The program sets `aic-role`, and the accelerator's label, by itself. Value: a mapping; each key: a Kubernetes label key of at most 63 characters, outside of kubernetes.io, k8s.io, eks.amazonaws.com, for example `team`; each value: a Kubernetes label value of 1 to 63 characters, for example `vision`. Default: `{}`."""
    taints: NotRequired[list[TaintOptions]]
    """Taints of the nodes. Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes, none on others; an empty list means none on GPU nodes either."""
    tags: NotRequired[dict[str, str]]
    """AWS tags of the EKS node group alone, beside those of everything; its nodes do not get them. Value: a mapping; each key: a tag key of 1 to 128 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, and not 'pulumi:project' or 'pulumi:stack', which the program sets, for example `team`; each value: a tag value of at most 256 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, for example `vision`. Default: none."""
    disk: NotRequired[DiskOptions]
    """The nodes' disk."""
    metadata_hop_limit: NotRequired[int]
    """Network hops to the EC2 instance metadata. 2 lets every pod use the node's role. Value: 1 or 2, for example `1`. Default: `1`."""
    vcpu: NotRequired[int]
    """vCPUs of a node, as AI Conductor is told. Value: a whole number of at least 1, for example `4`. Default: asked of AWS for the instance type."""
    ram_gb: NotRequired[int]
    """Memory of a node in GiB, as AI Conductor is told. Value: a whole number of at least 1, for example `4`. Default: asked of AWS for the instance type, rounded down."""
    gpu: NotRequired[int]
    """GPUs of a node, as AI Conductor is told. Value: a whole number of at least 0, for example `0`. Default: asked of AWS for the instance type."""
    name: NotRequired[str]
    """Physical name of a group that was made by hand. Value: the name of an EKS node group: letters, digits, '-' and '_', at most 59 characters, for example `ng-an2-aicond-demo-ws-standard`. Default: `ng-{alias}-aicond-{workspace}-{spec}`."""
    existing: NotRequired[ExistingOptions]
    """What a group that was made by hand stands on, and keeps. Default: a role and a launch template of the program's own."""


class NamespaceOptions(TypedDict):
    """How the workspace's namespace comes to be. Limits, network, members, volumes and Run:ai are the same in each kind."""

    kind: NotRequired[str]
    """Who makes the namespace. `profile`: Kubeflow, from a Profile of this stack. `plain`: this stack, without Kubeflow. `existing`: somebody else; it is there before, and it stays when the stack is destroyed, which takes away only what the stack has put there. The kind never changes. Value: `profile`, `plain` or `existing`. Default: `profile`."""
    labels: NotRequired[dict[str, str]]
    """Labels of the namespace beside those that it has. Value: a mapping; each key: the key of a Kubernetes label, for example `team`; each value: a Kubernetes label value of at most 63 characters, for example `vision`. Default: none."""


class ContainerDefaultsOptions(TypedDict):
    """What a container gets that does not say itself what it requests and is limited to: a LimitRange in the namespace.

    Where `quota` counts cpu or memory, Kubernetes refuses every pod that does not say how much of it it wants."""

    enabled: NotRequired[bool]
    """Whether there is a LimitRange. `false` is for namespaces in which others keep one. Default: `true`."""
    requests: NotRequired[dict[str, str]]
    """Requests by resource. Value: a mapping; each key: `cpu`, `memory` or `ephemeral-storage`; each value: a Kubernetes quantity as text, for example `16Gi`. Default: a fiftieth of what `quota` has of cpu and memory, and at most 100m and 128Mi; none of what it does not count."""
    limits: NotRequired[dict[str, str]]
    """Limits by resource. Value: a mapping; each key: `cpu`, `memory` or `ephemeral-storage`; each value: a Kubernetes quantity as text, for example `16Gi`. Default: a tenth of what `quota` has of `limits.cpu` and `limits.memory`; none of what it does not count."""


class MemberOptions(TypedDict):
    """A person who works in the namespace beside its owner: a contributor, as Kubeflow calls it."""

    email: str
    """E-mail address with which the person logs in. Value: an e-mail address in lower case, at most 230 characters, for example `alice@example.com`."""
    role: NotRequired[str]
    """What the person may do in the namespace. `view`: look on. `edit`: notebooks, pipelines, volumes and all other work. `admin`: roles and role bindings as well. Kubeflow's dashboard shows those who edit. Value: `admin`, `edit` or `view`. Default: `edit`."""
    login: NotRequired[bool]
    """Whether the person gets a login of their own in dex, with a drawn password. A person has one login: give it in one workspace. Default: `false`: the person has one already."""


class KubeflowOptions(TypedDict):
    """How the installation's Kubeflow tells who somebody is; the defaults are those of Kubeflow's manifests. Used for `members`."""

    user_id_header: NotRequired[str]
    """HTTP header in which Kubeflow's gateway names the user (`USERID_HEADER`). Value: the name of an HTTP header, for example `kubeflow-userid`. Default: `kubeflow-userid`."""
    user_id_prefix: NotRequired[str]
    """What stands in the header before the e-mail address (`USERID_PREFIX`). Value: a prefix without spaces, for example `accounts.google.com:`. Default: ``."""
    contributors: NotRequired[bool]
    """Whether members of a namespace that has no Profile of this stack are Kubeflow's contributors too, for a namespace that is another Profile's. Otherwise they have Kubernetes' own roles of the same names, and no AuthorizationPolicy: the first one in a namespace closes it to everybody whom none lets in. Default: `false`: `false`; with a Profile they always are."""
    gateway_principals: NotRequired[list[str]]
    """Workloads from which that header is believed: Istio's ingress gateway, and the user interface of Pipelines. Value: a list, each the identity of a workload in Istio, for example `cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account`. Default: `["cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account", "cluster.local/ns/kubeflow/sa/ml-pipeline-ui"]`."""


class AllowOptions(TypedDict):
    """Somebody else who may reach the workspace's pods."""

    namespace: NotRequired[str]
    """Name of a namespace, all of whose pods may. Either this or `cidr`. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `gateway`."""
    cidr: NotRequired[str]
    """Block of IP addresses that may; for what is outside the cluster. Either this or `namespace`. Value: a block of IP addresses without bits behind its prefix, for example `10.20.0.0/16`."""
    ports: NotRequired[list[int]]
    """TCP ports of the pods that may be reached. Value: a list, each a port from 1 to 65535, for example `8080`. Default: all."""


class NetworkOptions(TypedDict):
    """Who may reach the pods of the namespace. Something must enforce it: on EKS the add-on `vpc-cni` with `enableNetworkPolicy`, Calico or Cilium."""

    isolated: NotRequired[bool]
    """Whether pods of other namespaces, those of other workspaces among them, are kept out by a NetworkPolicy. What the workspace's pods reach themselves stays open. Default: `false`: whatever the cluster lets through."""
    platform_namespaces: NotRequired[list[str]]
    """Namespaces that reach the pods all the same: the gateway, Kubeflow with its notebook culler and pipelines, Knative's activator and autoscaler, and whoever scrapes metrics. Value: a list, each a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `gateway`. Default: `["istio-system", "kubeflow", "knative-serving", "monitoring"]`."""
    allow: NotRequired[list[AllowOptions]]
    """Others who may reach the pods. Default: `[]`."""


class CsiOptions(TypedDict):
    """A volume that a CSI driver of the cluster mounts, for example one of EFS or FSx."""

    driver: str
    """Name of the driver. Value: the name of a CSI driver, for example `efs.csi.aws.com`."""
    handle: str
    """What the driver calls the volume; for EFS the file system, or `FILE_SYSTEM::ACCESS_POINT`. Value: what the driver calls the volume, for example `fs-0123456789abcdef0`."""
    attributes: NotRequired[dict[str, str]]
    """What the driver is told besides (`volumeAttributes`). Value: a mapping; each key: text; each value: a text, for example `true`. Default: nothing."""


class NfsOptions(TypedDict):
    """A directory that a server exports by NFS."""

    server: str
    """Name or address of the server. Value: the name or address of a server, for example `nfs.example.com`."""
    path: str
    """Path of the directory. Value: a path that begins with '/', for example `/exports/datasets`."""


class SharedOptions(TypedDict):
    """A file system that is there, outside the cluster, and that several workspaces may mount."""

    csi: NotRequired[CsiOptions]
    """By a CSI driver. Either this or `nfs`."""
    nfs: NotRequired[NfsOptions]
    """By NFS. Either this or `csi`."""


class VolumeOptions(TypedDict):
    """A volume of the namespace: a PersistentVolumeClaim, which notebooks and pipelines mount by its name."""

    name: str
    """Name of the claim. Another one is another volume. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `data`."""
    size: str
    """How much is asked for. It may grow, where the storage class lets it, and never shrink. Value: a size as a Kubernetes quantity, for example `100Gi`."""
    access_modes: NotRequired[list[str]]
    """From where the volume can be mounted: by one node (`ReadWriteOnce`), by many (`ReadOnlyMany`, `ReadWriteMany`), by one pod (`ReadWriteOncePod`). Value: a list, each `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`. Default: `ReadWriteOnce`, and `ReadWriteMany` for a shared one."""
    storage_class: NotRequired[str]
    """StorageClass that makes the volume. Value: the name of a StorageClass, for example `gp3`. Default: the cluster's default class, and none for a `volume`."""
    volume: NotRequired[str]
    """Name of a PersistentVolume that is there and free. Value: the name of a PersistentVolume, for example `pv-datasets`. Default: one is made."""
    shared: NotRequired[SharedOptions]
    """A file system that several workspaces mount. What is in it never goes with a workspace."""
    retain: NotRequired[bool]
    """Whether the data stays, on its PersistentVolume, when the claim or the whole workspace goes. Default: `false`."""


class RunaiOptions(TypedDict):
    """The namespace's place in Run:ai, for clusters on which it is managed in Kubernetes. The project itself is made in Run:ai's own control plane, which this program does not reach. From Run:ai 2.16 on people get in by its access rules; then `project` is all that is of use here."""

    project: NotRequired[str]
    """Name of the Run:ai project whose namespace this is. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `vision`. Default: none, and nothing is made for Run:ai."""
    queue_label: NotRequired[str]
    """Key of the label on the namespace that names the project. Another one is for installations whose scheduler reads another. Value: the key of a Kubernetes label, for example `runai/queue`. Default: `runai/queue`."""
    take_over: NotRequired[bool]
    """Whether a namespace that another project has becomes this one's. Default: `false`: it is refused."""
    template: NotRequired[str]
    """Which template of role bindings for Run:ai's services is applied to the namespace, where Run:ai may not make them itself (`createRoleBindings: false`). `with-workloads`: the last one, for clusters that have the ClusterRole `workload-controller-rw`. `without-workloads`: the one before. Value: `with-workloads` or `without-workloads`. Default: none, Run:ai makes its own."""
    executors: NotRequired[list[str]]
    """User IDs of those who submit jobs in the project and see all jobs. A user ID is written as the cluster's authentication gives it; its case counts. Value: a list, each a user ID of at most 256 printable characters, without a space at its ends, for example `alice@example.com`. Default: `[]`."""
    viewers: NotRequired[list[str]]
    """User IDs of those who see the jobs of all projects; Kubernetes lets them read the pods and ConfigMaps of every namespace. Value: a list, each a user ID of at most 256 printable characters, without a space at its ends, for example `alice@example.com`. Default: `[]`."""
    bindings: NotRequired[str]
    """Where people stand. `own`: in bindings of this stack's own. `shared`: each is put into the lists that Run:ai's documents have administrators edit, `runai-job-viewer-manual` and `runai-cli-index-map-editor`, which belong to all projects, and into the namespace's own. Value: `own` or `shared`. Default: `own`."""


class AccessLoggingOptions(TypedDict):
    """Server access logging of the bucket: S3 writes each request to it into log objects in another bucket, hours later and without a guarantee that none is missing."""

    bucket: str
    """Name of an existing bucket for the logs, of the same account and region, whose policy lets `logging.s3.amazonaws.com` put objects below the prefix. `up` fails when it does not. Value: a bucket name of 3 to 63 lower-case letters, digits and inner hyphens, for example `s3-an2-meerkat-dev-demo`."""
    prefix: NotRequired[str]
    """What the names of the log objects begin with; S3 adds no slash of its own. Value: a prefix of at most 988 letters, digits and '/!-_.*()', for example `logs/demo/`. Default: the name of the workspace's bucket and a slash."""


class StorageOptions(TypedDict):
    """The workspace's S3 bucket: encrypted, private, versioned, reached over TLS only."""

    kms_key_arn: NotRequired[str]
    """ARN of the KMS key that encrypts the bucket's objects; the key must allow the two consumers `kms:Decrypt` and `kms:GenerateDataKey`. Value: the ARN of a KMS key, for example `arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab`. Default: keys that S3 manages."""
    versioning: NotRequired[bool]
    """Whether overwritten and deleted objects are kept as old versions. `false` suspends versioning: the versions that there are stay. Default: `true`."""
    expire_old_versions_days: NotRequired[int]
    """Days after which a version that is no longer the current one is removed for good. Value: a whole number of at least 1, for example `4`. Default: `90`."""
    access_logging: NotRequired[AccessLoggingOptions]
    """Server access logging. Default: off."""
    policy: NotRequired[str]
    """A bucket policy of others: its statements stand in the bucket's one policy, after this program's. What the bucket has is shown by `aws s3api get-bucket-policy --query Policy --output text`. Value: a bucket policy in JSON of at most 20,480 bytes, for example `{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::s3-an2-meerkat-dev-demo/*"}]}`. Default: none."""
    tags: NotRequired[dict[str, str]]
    """AWS tags of the bucket alone, beside those of everything. Value: a mapping; each key: a tag key of 1 to 128 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, and not 'pulumi:project' or 'pulumi:stack', which the program sets, for example `team`; each value: a tag value of at most 256 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, for example `vision`. Default: none."""
    unmanaged: NotRequired[list[str]]
    """Parts of the bucket that this program leaves to others: it declares nothing about them, and the settings that concern them say nothing. A part that is named later loses what this program had set. Value: a list, each `lifecycle`, `encryption`, `publicAccessBlock` or `ownershipControls`. Default: none."""
    retain: NotRequired[bool]
    """Whether a destroy leaves the bucket on AWS, with its settings and content. Pulumi knows it no longer then. Default: `false`."""


class AccessOptions(TypedDict):
    """How the workspace's pods and AI Conductor may use the bucket."""

    mode: NotRequired[str]
    """Where the grants are written. `shared-policies`: entries in the installation's two managed policies, which end at 6,144 characters (37 to 63 workspaces). `bucket-policy`: statements in the bucket's own policy, without a limit that workspaces share. `workspace-role`: an IAM role of the workspace's own, which its pods with the service account `default-editor` get, and which may use this bucket alone; needs `cluster`. Value: `shared-policies`, `bucket-policy` or `workspace-role`. Default: `shared-policies`."""
    principals: NotRequired[list[str]]
    """ARNs of the roles or users that may list, read, write and delete objects, by the bucket's own policy. Needed with `bucket-policy`; with `workspace-role` they are those beside the pods, and AI Conductor's when there is one. Value: a list, each the ARN of an IAM role or user, for example `arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa`. Default: `[]`."""
    assumed_by: NotRequired[str]
    """How pods get the workspace's role. `pod-identity`: by an EKS Pod Identity association. `irsa`: by the annotation of their service account, which the Profile brings, and the cluster's IAM OIDC provider. Pods that run must be started again after a change. Value: `pod-identity` or `irsa`. Default: `pod-identity`."""
    lease_namespace: NotRequired[str]
    """Kubernetes namespace of the Leases that serialise edits of the shared policies. All stacks that edit the same policies must name the same one. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `auth`. Default: `auth`."""


class DexOptions(TypedDict):
    """Where dex, Kubeflow's login server, keeps its configuration; the defaults are those of Kubeflow's manifests."""

    namespace: NotRequired[str]
    """Kubernetes namespace of dex. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `auth`. Default: `auth`."""
    config_map: NotRequired[str]
    """Name of the ConfigMap with dex's configuration. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `dex`. Default: `dex`."""
    key: NotRequired[str]
    """Key of the ConfigMap under which the configuration stands, as one text of YAML. Value: a key of a ConfigMap, for example `config.yaml`. Default: `config.yaml`."""
    deployment: NotRequired[str]
    """Name of dex's Deployment, which is restarted when the configuration has changed. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `dex`. Default: `dex`."""
    stored_in: NotRequired[str]
    """Where dex finds a user, members with a login among them. `config-map`: one entry among the static users of its configuration, which everybody shares, and dex is restarted. `password-object`: an object of the user's own, in force at once; for a dex with storage in the cluster (`storage.type: kubernetes`), as Kubeflow's. Value: `config-map` or `password-object`. Default: `config-map`."""


class LoginOptions(TypedDict):
    """The login of the workspace's Kubeflow user."""

    enabled: NotRequired[bool]
    """Whether the user gets a login in dex. Without one the namespace has its owner all the same, who comes from a directory that dex asks, for example. Default: `true`."""
    email_domain: NotRequired[str]
    """Domain of the user's e-mail address, which also owns the namespace. It can never be changed. Value: a domain of lower-case letters, for example `aic.com`. Default: `aic.com`."""
    password_rotation: NotRequired[str]
    """Every other value draws another password, and the old one is dead when `pulumi up` returns. Only for a drawn password. Value: a number or a date of at most 64 characters, for example `2026-11-23`."""
    dex: NotRequired[DexOptions]
    """Where dex keeps its configuration."""


class GrafanaOptions(TypedDict):
    """The project's Grafana dashboard; left out without a URL."""

    url: NotRequired[str]
    """Grafana's URL; `${NAME}` takes the value of that environment variable. Value: a URL with http or https, without query or credentials, for example `https://server.example.com`. Default: the workspace has no dashboard."""
    folder: NotRequired[str]
    """Uid of an existing folder for the dashboard. Value: a Grafana uid of at most 40 letters, digits, '-' and '_', for example `monitoring`. Default: Grafana's root."""


class ConductorMemberOptions(TypedDict):
    """A person who works in the workspace in AI Conductor, with an account that exists."""

    login_id: str
    """Login ID of the account. Its membership is made and removed here, the account itself is not. Value: a login ID of at most 100 letters, digits and '._@-', for example `vision-edge`."""
    role: NotRequired[str]
    """`MEMBER` works in the workspace, `MANAGER` manages it as well. Value: `MANAGER` or `MEMBER`. Default: `MEMBER`."""


class ConductorOptions(TypedDict):
    """The workspace in AI Conductor, with the system account by which Edge Conductor logs in; left out without a URL."""

    url: NotRequired[str]
    """AI Conductor's URL; `${NAME}` takes the value of that environment variable. Value: a URL with http or https, without query or credentials, for example `https://server.example.com`. Default: the workspace is not made known to AI Conductor."""
    profile: NotRequired[str]
    """Which of AI Conductor's APIs to speak: a file in `project_workspace/conductor/profiles`, or one of your own. Value: the name of an API profile, or the path of one that ends in '.json', for example `ai-conductor-2.1`. Default: `ai-conductor-2.1`."""
    system_account_password_rotation: NotRequired[str]
    """Draws the system account's password instead, and draws it again with every other value. Edge Conductor must be told the new one, and cannot log in until then. Value: a number or a date of at most 64 characters, for example `2026-11-23`."""
    members: NotRequired[list[ConductorMemberOptions]]
    """Who works in the workspace beside the system account. Default: nobody."""
    dashboard_hash: NotRequired[str]
    """Uid of a Grafana dashboard that is kept elsewhere, for AI Conductor to show. Value: a Grafana uid of at most 40 letters, digits, '-' and '_', for example `d4f7k2m9q1x0z`. Default: this workspace's own."""


class OidcClientOptions(TypedDict):
    """A client in Keycloak, by which the workspace's services let people log in with OpenID Connect: confidential, with a role and an audience of its own. Left out without a URL."""

    url: NotRequired[str]
    """Keycloak's URL, with `/auth` at its end where the site has it, as HyperAuth; `${NAME}` takes the value of that environment variable. Value: a URL with http or https, without query or credentials, for example `https://server.example.com`. Default: the workspace has no client."""
    realm: NotRequired[str]
    """Realm in which the client is made. Needed with `url`. Nothing moves to another realm: another one makes another client. Value: the name of a realm: letters, digits and '._-', for example `tmax`."""
    admin_realm: NotRequired[str]
    """Realm that the administrator logs in to, whose login `pulumi` is run with. Value: the name of a realm: letters, digits and '._-', for example `tmax`. Default: `master`."""
    redirect_uris: NotRequired[list[str]]
    """URLs that a login may return to. `*` only at the end of a path. At least one is needed with `url`. Value: a list, each a URL with https, without query, '*' only at the end of its path, for example `https://notebooks.example.com/oauth/callback`. Default: `[]`."""
    any_redirect: NotRequired[bool]
    """Whether a login may return to any URL (`*`), as some installations' manuals have it: whoever gets a person to open a link then receives that person's authorization code. Give `redirectUris` instead. Default: `false`."""
    users: NotRequired[list[str]]
    """User names of those in the realm who get the client's role. The users exist already and are not touched. Value: a list, each a user name in lower case, without spaces and most punctuation, for example `alice@example.com`. Default: the e-mail addresses of `members`, nobody where a program has none."""
    secret_rotation: NotRequired[str]
    """Draws the secret again with every other value. The old one is refused at once, so what logs people in must be told the new one. Value: a number or a date of at most 64 characters, for example `2026-11-23`."""


class NameOptions(TypedDict):
    """Names of things that were made by hand; each default is derived from the other options."""

    workspace: NotRequired[str]
    """Name of the AI Conductor workspace. Value: a workspace name of lower-case letters, digits and inner hyphens that ends in '-ws', at most 40 characters, for example `demo-ws`. Default: `{project}-ws`."""
    namespace: NotRequired[str]
    """Name of the Kubernetes namespace and of its Kubeflow Profile. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `aic-ns-demo-ws`. Default: `aic-ns-{workspace}`."""
    user: NotRequired[str]
    """Name of the Kubeflow user, the part of the e-mail address before the @. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `aic-user-demo-ws`. Default: `aic-user-{workspace}`."""
    bucket: NotRequired[str]
    """Name of the S3 bucket. Value: a bucket name of 3 to 63 lower-case letters, digits and inner hyphens, for example `s3-an2-meerkat-dev-demo`. Default: `s3-{alias}-{infra}-{environment}-{project}`."""
    kubeflow_policy: NotRequired[str]
    """Name of the shared IAM policy of Kubeflow's deploy identity. Value: the name of an IAM policy, at most 128 characters, for example `policy-s3-aia-an2-meerkat-dev`. Default: `policy-s3-kubeflow-{alias}-{infra}-{environment}`."""
    conductor_policy: NotRequired[str]
    """Name of the shared IAM policy of AI Conductor's service account. Value: the name of an IAM policy, at most 128 characters, for example `policy-s3-aia-an2-meerkat-dev`. Default: `policy-s3-aia-{alias}-{infra}-{environment}`."""
    node_role: NotRequired[str]
    """Name of the IAM role of the nodes. Value: the name of an IAM role, at most 64 characters, for example `role-an2-meerkat-dev-demo-ws-node`. Default: `role-{alias}-{infra}-{environment}-{workspace}-node`."""
    workspace_role: NotRequired[str]
    """Name of the IAM role of the workspace's pods, with `access.mode: workspace-role`. Value: the name of an IAM role, at most 64 characters, for example `role-an2-meerkat-dev-demo-ws-node`. Default: `role-{alias}-{infra}-{environment}-{workspace}-pods`."""
    system_account: NotRequired[str]
    """Login ID of the AI Conductor account by which Edge Conductor logs in. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `demo-edge`. Default: `{project}-edge`."""
    oidc_client: NotRequired[str]
    """Client ID of the client in Keycloak. Value: a client ID of at most 247 letters, digits and '._-', for example `notebook-gatekeeper`. Default: `oidc-{alias}-{infra}-{environment}-{project}`."""
    dashboard_uid: NotRequired[str]
    """Uid of the Grafana dashboard. Value: a Grafana uid of at most 40 letters, digits, '-' and '_', for example `d4f7k2m9q1x0z`. Default: 13 letters and digits, derived from the other names."""


class WorkspaceArgs(TypedDict):
    """Everything that can be chosen of one workspace."""

    project: str
    """Name of the project. All names of the workspace are derived from it; another one makes another workspace. Value: a project of lower-case letters and digits that begins with a letter, without hyphen, for example `demo`."""
    environment: str
    """Deployment environment, as it stands in names. What bears data is protected in `prod`. Value: lower-case letters, digits and inner hyphens, for example `dev`."""
    infra: str
    """Name of the installation, as it stands in names. Value: lower-case letters, digits and inner hyphens, for example `meerkat`."""
    region: str
    """AWS region; a stack says it as `aws:region`. Nothing moves to another region. Value: an AWS region, for example `ap-northeast-2`."""
    region_alias: NotRequired[str]
    """Short name of the region in names. Value: lower-case letters, digits and inner hyphens, for example `an2`. Default: AWS's own three-character code, for example `an2`."""
    cluster: NotRequired[str]
    """Name of the EKS cluster. Needed for node groups, for `access.mode: workspace-role`, and for `kubernetes.fromCluster`. Value: the name of an EKS cluster, for example `eks-an2-meerkat-dev-1-33-eks-master`."""
    node_groups: NotRequired[list[NodeGroupOptions]]
    """The workspace's node groups, one for each kind of node. Default: the workspace has no nodes of its own."""
    namespace: NotRequired[NamespaceOptions]
    """How the workspace's namespace comes to be."""
    quota: NotRequired[dict[str, str]]
    """Hard limits of the namespace by resource, for example `requests.nvidia.com/gpu: "2"`. Others in its Profile, or in the stack's ResourceQuota, are taken away. Value: a mapping; each key: a resource of a ResourceQuota (extended ones with 'requests.'), for example `requests.nvidia.com/gpu`; each value: a Kubernetes quantity as text, for example `16Gi`. Default: none."""
    container_defaults: NotRequired[ContainerDefaultsOptions]
    """What a container gets that does not say itself what it requests and is limited to."""
    members: NotRequired[list[MemberOptions]]
    """Who works in the namespace beside its owner. Default: nobody."""
    kubeflow: NotRequired[KubeflowOptions]
    """How the installation's Kubeflow tells who somebody is."""
    network: NotRequired[NetworkOptions]
    """Who may reach the pods of the namespace."""
    volumes: NotRequired[list[VolumeOptions]]
    """Volumes of the namespace, which notebooks and pipelines mount. Default: none but those that people make."""
    runai: NotRequired[RunaiOptions]
    """The namespace's place in Run:ai; none without a project."""
    storage: NotRequired[StorageOptions]
    """The workspace's S3 bucket."""
    access: NotRequired[AccessOptions]
    """Who may use the bucket."""
    login: NotRequired[LoginOptions]
    """The login of the workspace's Kubeflow user."""
    grafana: NotRequired[GrafanaOptions]
    """The project's Grafana dashboard; none without a URL."""
    conductor: NotRequired[ConductorOptions]
    """The workspace in AI Conductor; none without a URL."""
    oidc_client: NotRequired[OidcClientOptions]
    """The workspace's client in Keycloak; none without a URL."""
    names: NotRequired[NameOptions]
    """Names of things that were made by hand."""
    tags: NotRequired[dict[str, str]]
    """AWS tags of everything that can have some; at most 44, and not `Name`, `pulumi:project` or `pulumi:stack`. Value: a mapping; each key: a tag key of 1 to 128 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, and not 'Name', 'pulumi:project' or 'pulumi:stack', which the program sets, for example `team`; each value: a tag value of at most 256 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, for example `vision`. Default: none."""
    adopt: NotRequired[bool]
    """Whether to take over what exists under the workspace's names, and protect it. Default: `false`: it is refused before anything is made."""
    delete_data: NotRequired[bool]
    """Whether a destroy may remove data, which cannot be recovered. Default: `false`: a destroy is refused while there is any."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete what bears data, empty or not. Default: `true` in the environment `prod`, and with `adopt`."""


class WorkbenchNamespaceOptions(TypedDict):
    """The namespace, which holds nothing but this Workbench."""

    name: NotRequired[str]
    """Name of the namespace; names of nodes and volumes are derived from it. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `anaconda-enterprise`. Default: `anaconda-enterprise`."""
    kind: NotRequired[str]
    """Who makes it. `plain`: this stack. `existing`: somebody else; it is there before, and stays when the stack is destroyed. The kind never changes. Value: `plain` or `existing`. Default: `plain`."""


class OpenshiftOptions(TypedDict):
    """What OpenShift needs besides."""

    enabled: NotRequired[bool]
    """Whether the cluster is OpenShift. Default: `false`."""
    scc: NotRequired[str]
    """The SecurityContextConstraints that the service account may use. Value: the name of a SecurityContextConstraints, for example `anyuid`. Default: `anyuid`."""
    dns_server: NotRequired[str]
    """Name of the cluster's DNS server. Value: the name of the cluster's DNS server, for example `dns-default.openshift-dns.svc`. Default: `dns-default.openshift-dns.svc.cluster.local`."""


class ImageOptions(TypedDict):
    """From where Workbench's images come."""

    server: NotRequired[str]
    """What stands before each image's name. The default is Anaconda's channel on Docker Hub, or its place in the site's registry (`images`). Value: what stands before an image's name, with '/' at the end, for example `registry.example.com/aedev/`. Default: `aedev/`."""
    pull_secrets: NotRequired[list[str]]
    """Names of pull secrets that somebody else makes in the namespace. Value: a list, each a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `regcred`. Default: none; that of `registryLogin` is added by itself."""


class RegistryLoginOptions(TypedDict):
    """The login to the registry, of which a pull secret is made; none without a user."""

    server: NotRequired[str]
    """The registry. The default is Docker Hub. Value: a registry as a pull secret names it, for example `registry.example.com`. Default: `https://index.docker.io/v1/`."""
    user: NotRequired[str]
    """Whose login it is. Value: a user name, for example `anaconda-robot`."""
    secret: NotRequired[str]
    """Name of the pull secret that is made. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `regcred`. Default: `regcred`."""


class TlsOptions(TypedDict):
    """The certificate of Workbench's name and of all names below it."""

    mode: str
    """Where the certificate comes from. `given`: from the keys below. `existing`: its secret is made by somebody else. `self-signed`: drawn here, for trials; every browser warns. `chart`: the chart draws a self-signed one itself. Value: `self-signed`, `given`, `existing` or `chart`."""
    certificate: NotRequired[str]
    """The certificate in PEM, and after it all intermediate ones. It covers the hostname and `*.` before it. With `given`. Value: certificates in PEM, for example `-----BEGIN CERTIFICATE-----...`."""
    authority: NotRequired[str]
    """The root certificate of a private authority, in PEM. Value: certificates in PEM, for example `-----BEGIN CERTIFICATE-----...`. Default: the last one in `certificate`."""
    rotation: NotRequired[str]
    """Another value, for example today's date, draws another self-signed certificate. Value: a number or a date of at most 64 characters, for example `2026-11-23`. Default: a new one is drawn only 30 days before the old one ends."""
    secret: NotRequired[str]
    """Name of the secret with certificate and key, where the chart looks for it. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `anaconda-enterprise-certs`. Default: `anaconda-enterprise-certs`."""


class IngressAnnotationOptions(TypedDict):
    """Annotations of Workbench's ingresses."""

    overall: NotRequired[dict[str, str]]
    """Of every ingress. Value: a mapping; each key: the key of an annotation, for example `nginx.ingress.kubernetes.io/proxy-body-size`; each value: a text, for example `100m`. Default: none."""
    system: NotRequired[dict[str, str]]
    """Of Workbench's own ingress alone. Value: a mapping; each key: the key of an annotation, for example `nginx.ingress.kubernetes.io/proxy-body-size`; each value: a text, for example `100m`. Default: none."""
    user: NotRequired[dict[str, str]]
    """Of those of sessions and deployments alone. Value: a mapping; each key: the key of an annotation, for example `nginx.ingress.kubernetes.io/proxy-body-size`; each value: a text, for example `100m`. Default: none."""


class IngressOptions(TypedDict):
    """The ingress controller through which everybody comes."""

    class_name: NotRequired[str]
    """Name of the IngressClass: that of the controller which is there, or of the one that the chart installs. Value: the name of an IngressClass, for example `nginx`. Default: `nginx`."""
    install: NotRequired[bool]
    """Whether the chart installs an ingress controller of its own. It watches the whole cluster, so that the service account gets a ClusterRole too. Default: `false`: the cluster has one."""
    install_class: NotRequired[bool]
    """Whether the chart makes the IngressClass too. Only with `install`. Default: `false`."""
    address: NotRequired[str]
    """Address of the ingress controller, to which both DNS records of Workbench lead. Value: an IP address or the name of a load balancer, for example `203.0.113.10`. Default: it is known only after the installation."""
    labels: NotRequired[dict[str, str]]
    """Labels that the ingress controller wants on ingresses. Value: a mapping; each key: the key of a Kubernetes label, for example `team`; each value: the value of a Kubernetes label, as text, for example `public`. Default: none."""
    annotations: NotRequired[IngressAnnotationOptions]
    """Annotations that it wants there."""


class EfsOptions(TypedDict):
    """A file system of Amazon EFS, mounted by its CSI driver."""

    file_system: str
    """Id of the file system. Value: the id of an EFS file system, for example `fs-0123456789abcdef0`."""
    access_point: NotRequired[str]
    """Id of an access point in it, which sets owner and directory. Value: the id of an EFS access point, for example `fsap-0123456789abcdef0`. Default: its root."""


class WorkbenchStorageOptions(TypedDict):
    """The volume `anaconda-storage`: Workbench's database, Git repositories and packages."""

    nfs: NotRequired[NfsOptions]
    """A directory that a server exports by NFS. Either this or `efs`."""
    efs: NotRequired[EfsOptions]
    """A file system of Amazon EFS. Either this or `nfs`."""
    volume: NotRequired[str]
    """Name of the PersistentVolume, for example of one that was made by hand and is taken over with `adopt`. Value: the name of a PersistentVolume, for example `pv-datasets`. Default: those of namespace and claim, with a hyphen between."""
    storage_class: NotRequired[str]
    """Storage class that PersistentVolume and claim name, which the cluster need not have; an empty one is none, and lets any claim without one take the volume before ours. Value: the name of a storage class, or '' for none, for example `anaconda-storage`. Default: the PersistentVolume's name."""
    name: NotRequired[str]
    """Name of the claim. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `data`. Default: `anaconda-storage`."""
    size: NotRequired[str]
    """How large it is. What `persistence` has comes to it where both are one volume. Value: a size as a Kubernetes quantity, for example `100Gi`. Default: `100Gi`, and `500Gi` with `mirrorsPackages`; both are the least there may be."""
    access_mode: NotRequired[str]
    """From where it can be mounted. With `ReadWriteOnce` the pods of database, Git and packages are on one node. Value: `ReadWriteOnce` or `ReadWriteMany`. Default: `ReadWriteMany`."""


class PersistenceOptions(TypedDict):
    """The volume `anaconda-persistence`: users' code and data, environments and sample projects."""

    nfs: NotRequired[NfsOptions]
    """A directory that a server exports by NFS. Either this or `efs`."""
    efs: NotRequired[EfsOptions]
    """A file system of Amazon EFS. Either this or `nfs`."""
    volume: NotRequired[str]
    """Name of the PersistentVolume, for example of one that was made by hand and is taken over with `adopt`. Value: the name of a PersistentVolume, for example `pv-datasets`. Default: those of namespace and claim, with a hyphen between."""
    storage_class: NotRequired[str]
    """Storage class that PersistentVolume and claim name, which the cluster need not have; an empty one is none, and lets any claim without one take the volume before ours. Value: the name of a storage class, or '' for none, for example `anaconda-storage`. Default: the PersistentVolume's name."""
    in_storage: NotRequired[bool]
    """Whether it is the same volume as `storage`, which is `ReadWriteMany` then. Default: `false`."""
    name: NotRequired[str]
    """Name of the claim. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `data`. Default: `anaconda-persistence`."""
    size: NotRequired[str]
    """How large it is to begin with; it grows with use. Value: a size as a Kubernetes quantity, for example `100Gi`. Default: `1Ti`."""


class TolerationOptions(TypedDict):
    """A taint that pods tolerate, as in a pod's spec."""

    key: NotRequired[str]
    """Key of the taint. Value: a Kubernetes taint key of at most 63 characters, for example `dedicated`. Default: every taint, with `operator: Exists`."""
    operator: NotRequired[str]
    """Whether the taint's value counts (`Equal`) or not (`Exists`). Value: `Equal` or `Exists`. Default: `Equal`."""
    value: NotRequired[str]
    """Value of the taint. Value: a Kubernetes taint value of at most 63 characters, for example `vision`. Default: the empty one."""
    effect: NotRequired[str]
    """Effect of the taint. Value: `NoSchedule`, `NoExecute` or `PreferNoSchedule`. Default: every effect."""
    seconds: NotRequired[int]
    """How long a pod stays on a node that gets the taint while it runs. Only with `NoExecute`. Value: a whole number of at least 0, for example `0`. Default: for ever."""


class ResourceProfileOptions(TypedDict):
    """What a session or deployment may get, as its user chooses it."""

    name: str
    """Name of the profile; `default` is the one that counts where nothing is chosen. Value: a name of lower-case letters, digits and inner hyphens, for example `gpu-large`."""
    description: str
    """What users see. Workbench adds CPU, memory and GPU by itself."""
    cpu: str
    """CPU limit. Value: a Kubernetes quantity as text, for example `16Gi`."""
    memory: str
    """Memory limit. Value: a Kubernetes quantity as text, for example `16Gi`."""
    gpu: NotRequired[int]
    """NVIDIA GPUs. Value: a whole number of at least 1, for example `4`. Default: none."""
    node_group: NotRequired[str]
    """Spec of one of `nodeGroups`: its pods run there and tolerate its taints. Value: lower-case letters, digits and inner hyphens, for example `standard`. Default: wherever they fit."""
    node_selector: NotRequired[dict[str, str]]
    """Labels of the nodes where its pods run, if these are no group of this stack. Value: a mapping; each key: the key of a Kubernetes label, for example `team`; each value: the value of a node's label, as text, for example `gpu`. Default: none."""
    tolerations: NotRequired[list[TolerationOptions]]
    """Taints that its pods tolerate, if the nodes are no group of this stack. Default: none."""


class TolerationsOptions(TypedDict):
    """What Workbench's pods tolerate."""

    overall: NotRequired[list[TolerationOptions]]
    """All of them. Default: nothing."""
    system: NotRequired[list[TolerationOptions]]
    """Those of Workbench itself, but not of its ingress. Default: nothing."""
    ingress: NotRequired[list[TolerationOptions]]
    """Those of the ingress that the chart installs. Default: nothing."""
    user: NotRequired[list[TolerationOptions]]
    """Sessions and deployments. Default: nothing."""


class AffinityOptions(TypedDict):
    """Which nodes Workbench's pods want or avoid."""

    overall: NotRequired[dict[str, Any]]
    """All of them. Value: an affinity as a pod's spec has it, by nodeAffinity, podAffinity, podAntiAffinity, for example `{nodeAffinity: {}}`. Default: none."""
    system: NotRequired[dict[str, Any]]
    """Those of Workbench itself, but not of its ingress. Value: an affinity as a pod's spec has it, by nodeAffinity, podAffinity, podAntiAffinity, for example `{nodeAffinity: {}}`. Default: none."""
    ingress: NotRequired[dict[str, Any]]
    """Those of the ingress that the chart installs. Value: an affinity as a pod's spec has it, by nodeAffinity, podAffinity, podAntiAffinity, for example `{nodeAffinity: {}}`. Default: none."""
    user: NotRequired[dict[str, Any]]
    """Sessions and deployments. Value: an affinity as a pod's spec has it, by nodeAffinity, podAffinity, podAntiAffinity, for example `{nodeAffinity: {}}`. Default: none."""


class KeycloakOptions(TypedDict):
    """The truststore of Workbench's Keycloak, for LDAPS to a server of a private authority. Its password is no setting: it goes into a second values file, which is nobody's but the installing person's."""

    truststore: NotRequired[str]
    """Path of the truststore's file, as the chart reads it. Value: the path of a file, for example `/etc/pki/truststore.jks`. Default: none."""
    truststore_secret: NotRequired[str]
    """Name of the secret with the truststore. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `anaconda-enterprise-truststore`. Default: none."""


class WorkbenchArgs(TypedDict):
    """Everything that can be chosen of one Workbench."""

    environment: str
    """Deployment environment, as it stands in names. What bears data is protected in `prod`. Value: lower-case letters, digits and inner hyphens, for example `dev`."""
    infra: str
    """Name of the installation, as it stands in names. Value: lower-case letters, digits and inner hyphens, for example `meerkat`."""
    region: str
    """AWS region; a stack says it as `aws:region`. Nothing moves to another region. Value: an AWS region, for example `ap-northeast-2`."""
    region_alias: NotRequired[str]
    """Short name of the region in names. Value: lower-case letters, digits and inner hyphens, for example `an2`. Default: AWS's own three-character code, for example `an2`."""
    cluster: NotRequired[str]
    """Name of the EKS cluster. Needed for node groups, and for `kubernetes.fromCluster`. Value: the name of an EKS cluster, for example `eks-an2-meerkat-dev-1-33-eks-master`."""
    hostname: str
    """Fully qualified domain name of Workbench. DNS has a record for it and one for `*.` before it. Value: a fully qualified domain name in lower case, for example `anaconda.example.com`."""
    namespace: NotRequired[WorkbenchNamespaceOptions]
    """The namespace, which holds nothing but this Workbench."""
    service_account: NotRequired[str]
    """Name of the service account that installs and runs Workbench, and of its Role. Value: a name of lower-case letters, digits and inner hyphens, at most 63 characters, for example `anaconda-enterprise`. Default: `anaconda-enterprise`."""
    uid: NotRequired[int]
    """User ID of Workbench's containers. Value: a user ID that is not 0, for example `1000`. Default: `1000`."""
    gid: NotRequired[int]
    """Group ID that may write to the volumes. Another one than 0 is annotated on them; Anaconda advises against it. Value: a group ID, for example `0`. Default: `0`."""
    mirrors_packages: NotRequired[bool]
    """Whether conda packages are mirrored into Workbench, which needs `500Gi` in `storage` instead of `100Gi`. Default: `false`."""
    openshift: NotRequired[OpenshiftOptions]
    """What OpenShift needs besides."""
    image: NotRequired[ImageOptions]
    """From where Workbench's images come."""
    registry_login: NotRequired[RegistryLoginOptions]
    """The login to the registry, of which a pull secret is made; none without a user."""
    tls: TlsOptions
    """The certificate of Workbench's name and of all names below it."""
    ingress: NotRequired[IngressOptions]
    """The ingress controller through which everybody comes."""
    storage: WorkbenchStorageOptions
    """The volume `anaconda-storage`: Workbench's database, Git repositories and packages."""
    persistence: PersistenceOptions
    """The volume `anaconda-persistence`: users' code and data, environments and sample projects."""
    node_groups: NotRequired[list[NodeGroupOptions]]
    """Node groups for Workbench's pods, one for each kind of node. Default: the cluster's nodes serve."""
    resource_profiles: NotRequired[list[ResourceProfileOptions]]
    """What sessions and deployments may get, as users choose it. Default: the chart's own."""
    tolerations: NotRequired[TolerationsOptions]
    """What Workbench's pods tolerate."""
    affinity: NotRequired[AffinityOptions]
    """Which nodes Workbench's pods want or avoid."""
    keycloak: NotRequired[KeycloakOptions]
    """The truststore of Workbench's Keycloak."""
    tags: NotRequired[dict[str, str]]
    """AWS tags of the nodes' role, groups and launch templates; at most 44. Value: a mapping; each key: a tag key of 1 to 128 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, and not 'Name', 'pulumi:project' or 'pulumi:stack', which the program sets, for example `team`; each value: a tag value of at most 256 letters, digits, spaces and '_.:/=+-@', without 'aws:' before it, for example `vision`. Default: none."""
    adopt: NotRequired[bool]
    """Whether to take over what exists under Workbench's names, and protect it. Default: `false`: it is refused before anything is made."""
    delete_data: NotRequired[bool]
    """Whether a destroy may remove a Workbench that is still installed, and volumes of others in its namespace. What is on its own two volumes stays in any case. Default: `false`: a destroy is refused while there is any."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete namespace and volumes. Default: `true` in the environment `prod`, and with `adopt`."""


class StorageClassOptions(TypedDict):
    """The StorageClass that a claim gets which names none; the installer's claims name none."""

    name: NotRequired[str]
    """A StorageClass that is there. It becomes the cluster's default until the stack goes. Value: the name of a StorageClass, for example `gp3`. Default: none is changed."""
    take_over_default: NotRequired[bool]
    """Whether other classes that are marked as default are un-marked until the stack goes. Default: `false`: they are refused."""


class InstallerOptions(TypedDict):
    """What the installer's `ai-devops.config` says beside the client."""

    custom_domain: NotRequired[str]
    """CUSTOM_DOMAIN: the domain under which notebooks are reached. Needed with `oidcClient.url`. Value: a domain in lower case, without scheme and '/', for example `tmaxcloud.org`."""
    gatekeeper_version: NotRequired[str]
    """GATEKEEPER_VERSION: tag of the image of the proxy in front of each notebook. Value: the tag of an image, not a number alone, for example `v1.0.2`. Default: `v1.0.2`."""
    log_level: NotRequired[str]
    """LOG_LEVEL: how much that proxy tells. Value: `error`, `warn`, `info` or `debug`. Default: `error`."""
    registry: NotRequired[str]
    """REGISTRY: the registry of an air-gapped site, whose images the installer's script then names itself. Only with `airGap`, and not with `images.registry`, which is for manifests that `workspacectl images` has rewritten. Value: the host of a registry, with its port, without scheme and '/', for example `172.2.2.6:5000`."""


class AiDevopsArgs(TypedDict):
    """Everything that can be chosen of a prepared ai-devops."""

    storage_class: NotRequired[StorageClassOptions]
    """The cluster's default StorageClass; none is changed without a name."""
    oidc_client: NotRequired[OidcClientOptions]
    """The client `notebook-gatekeeper` in HyperAuth, a Keycloak, with which notebooks let people log in; none without a URL."""
    installer: NotRequired[InstallerOptions]
    """The configuration of the installer, which is made together with the client."""
    air_gap: NotRequired[bool]
    """Whether the site has no way to the internet. Default: `false`."""
    adopt: NotRequired[bool]
    """Whether to take over a client of that client ID that somebody else made. Default: `false`: it is refused."""
