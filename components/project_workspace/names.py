"""Every name that one workspace gives to things, and every limit on those names.

Owns: the derivation of all names from project, environment, infra and region (the runbook's section 1, design.md
section 3), and the limits of the services that receive them. Does not own logical names of Pulumi resources (state;
each component has its own) nor any value that is not a name. Why in one place: the
names are a contract between six systems, and one that is too long for only one of them must be found before
anything is made.
"""

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields

NAMESPACE_LIMIT = 63
"""Characters of a Kubernetes namespace (RFC 1123 label)."""
LABEL_VALUE_LIMIT = 63
"""Characters of a Kubernetes label value."""
EKS_KEY_LIMIT = 63
"""Characters of a label's or taint's whole key (EKS API reference, CreateNodegroup); Kubernetes allows more."""
EMAIL_LOCAL_LIMIT = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
BUCKET_LIMIT = 63
"""Characters of an S3 bucket name."""
NODE_GROUP_LIMIT = 63
"""Characters of an EKS managed node group's name."""
GENERATION_RESERVE = len("-g99")
"""Characters kept free in a node group's name for the generation of a replacement."""
POLICY_LIMIT = 128
"""Characters of an IAM policy name."""
ROLE_LIMIT = 64
"""Characters of an IAM role name."""
DASHBOARD_UID_LIMIT = 40
"""Characters of a Grafana uid."""
DASHBOARD_TAG_LIMIT = 50
"""Characters of a dashboard's tag (Grafana, pkg/services/dashboards/errors.go)."""
LOGIN_ID_LIMIT = 100
"""Characters of an AI Conductor login ID."""
CONDUCTOR_TEXT_LIMIT = 250
"""Characters of AI Conductor's other texts: display name, e-mail, company, department."""

WORKSPACE_SUFFIX = "-ws"
"""AI Conductor appends it to what does not end in it (facts/ai-conductor.md, section 6)."""
NAMESPACE_PREFIX = "aic-ns-"
"""AI Conductor puts it before the workspace's name to get the namespace (facts/ai-conductor.md, section 6)."""
OWNER_TAG = "workspace:"
"""Prefix of the dashboard's tag that names the workspace it belongs to."""
CONDUCTOR_WORKSPACE_LIMIT = NAMESPACE_LIMIT - len(NAMESPACE_PREFIX)
"""Characters of a workspace for AI Conductor alone, which makes a namespace of it."""
WORKSPACE_LIMIT = min(CONDUCTOR_WORKSPACE_LIMIT, DASHBOARD_TAG_LIMIT - len(OWNER_TAG))
"""Characters of a workspace, which also stands in a tag of its dashboard."""

NODE_LABEL = "aic-role"
"""The node label by which AI Conductor places a workspace's pods (runbook, section 2-1)."""
RESERVED_LABEL_DOMAINS = ("kubernetes.io", "k8s.io", "eks.amazonaws.com")
"""Domains, with all below them, that EKS refuses in node labels ("Label cannot contain reserved prefixes"), or with
which the kubelet does not start (Kubernetes 1.34, cmd/kubelet/app/options)."""

PROJECT = re.compile(r"[a-z][a-z0-9]*")
"""No hyphen: AI Conductor's clients take the part before the first hyphen as the project's ECR scope."""
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""An RFC 1123 label, and each part of a name that must end up as one; its length is the name's matter."""
WORKSPACE = re.compile(rf"{DNS_LABEL.pattern}{WORKSPACE_SUFFIX}")
DNS_SUBDOMAIN = re.compile(rf"{DNS_LABEL.pattern}(\.{DNS_LABEL.pattern})*")
"""An RFC 1123 subdomain: the prefix of a Kubernetes qualified name, of at most 253 characters."""
QUALIFIED_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
"""A Kubernetes qualified name behind its prefix, and the value of a label: at most 63 characters."""
BUCKET = re.compile(r"[a-z0-9][-a-z0-9]+[a-z0-9]")
DASHBOARD_UID = re.compile(r"[a-zA-Z0-9_-]+")
_NODE_GROUP = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]*")
_IAM_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")


@dataclass(frozen=True)
class NameProblem:
    """A name that a service would refuse: which setting it comes from, and a sentence."""

    setting: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class NameOverrides:
    """Names that replace the derived ones, for workspaces that were made by hand. None: derived.

    Node groups have theirs beside their other settings.
    """

    workspace: str | None = None
    """AI Conductor workspace; default `{project}-ws`."""
    namespace: str | None = None
    """Kubernetes namespace and Kubeflow Profile; default `aic-ns-{workspace}`."""
    user: str | None = None
    """Kubeflow user, the part of the e-mail before the @; default `aic-user-{workspace}`."""
    bucket: str | None = None
    """S3 bucket; default `s3-{alias}-{infra}-{environment}-{project}`."""
    kubeflow_policy: str | None = None
    """Shared policy of Kubeflow's deploy identity; default `policy-s3-kubeflow-{alias}-{infra}-{environment}`."""
    conductor_policy: str | None = None
    """Shared policy of AI Conductor's service account; default `policy-s3-aia-{alias}-{infra}-{environment}`."""
    node_role: str | None = None
    """IAM role of the nodes; default `role-{alias}-{infra}-{environment}-{workspace}-node`."""
    system_account: str | None = None
    """AI Conductor account that Edge Conductor logs in with; default `{project}-edge`."""
    dashboard_uid: str | None = None
    """Grafana dashboard uid; default 13 characters derived from the other names."""


@dataclass(frozen=True, kw_only=True)
class NodeGroupNames:
    """The names of one node group."""

    group: str
    label: str
    """Value of the node label `aic-role`, and the label of AI Conductor's resource spec."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """All names of one workspace, as they stand in the services."""

    workspace: str
    namespace: str
    user: str
    email: str
    user_id: str
    """dex's `userID`: unique, and the same in every run."""
    bucket: str
    kubeflow_policy: str
    conductor_policy: str
    node_role: str
    system_account: str
    system_account_password: str
    """The fixed password of the runbook, section 2-4; derivable from the project's name, so override it."""
    dashboard_uid: str
    node_groups: dict[str, NodeGroupNames]
    """By spec."""


def derive(
    *,
    project: str,
    environment: str,
    infra: str,
    alias: str,
    email_domain: str,
    specs: Sequence[str] = (),
    node_group_names: dict[str, str] | None = None,
    overrides: NameOverrides | None = None,
) -> Names:
    """All names of a workspace, unchecked: see `problems`.

    `specs` are the node groups' specs; `node_group_names` overrides a group's physical name by its spec.
    """
    given = overrides or NameOverrides()
    site = f"{alias}-{infra}-{environment}"
    workspace = given.workspace or f"{project}{WORKSPACE_SUFFIX}"
    user = given.user or f"aic-user-{workspace}"
    email = f"{user}@{email_domain}"
    return Names(
        workspace=workspace,
        namespace=given.namespace or f"{NAMESPACE_PREFIX}{workspace}",
        user=user,
        email=email,
        user_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}")),
        bucket=given.bucket or f"s3-{site}-{project}",
        kubeflow_policy=given.kubeflow_policy or f"policy-s3-kubeflow-{site}",
        conductor_policy=given.conductor_policy or f"policy-s3-aia-{site}",
        node_role=given.node_role or f"role-{site}-{workspace}-node",
        system_account=given.system_account or f"{project}-edge",
        system_account_password=f"{project}-edge@com",
        dashboard_uid=given.dashboard_uid or _dashboard_uid(f"{site}-{project}"),
        node_groups={
            spec: NodeGroupNames(
                group=(node_group_names or {}).get(spec) or f"ng-{alias}-aicond-{workspace}-{spec}",
                label=f"{workspace}-{spec}",
            )
            for spec in specs
        },
    )


def bucket_arns(partition: str, bucket: str) -> list[str]:
    """The two ARNs by which a policy grants a bucket: the bucket and the objects in it (runbook, section 2-1)."""
    return [f"arn:{partition}:s3:::{bucket}", f"arn:{partition}:s3:::{bucket}/*"]


def problems(names: Names, *, project: str, overridden: Collection[str] = ()) -> list[NameProblem]:
    """Every name that its service would refuse, all at once; empty when all are right.

    A derived name that is too long is reported as a limit on the project, or on the other parts of it when no project
    would be short enough. `overridden` are the settings whose names were given.
    """
    checks = list(_checks(names))
    found = [NameProblem(c.setting, c.sentence()) for c in checks if not c.pattern.fullmatch(c.name)]
    too_long = [c for c in checks if len(c.name) > c.limit]
    found += [NameProblem(c.setting, c.too_long()) for c in too_long if c.setting in overridden]
    derived = [c for c in too_long if c.setting not in overridden]
    if derived:
        found.append(max(derived, key=lambda c: len(c.name) - c.limit).too_long_for_project(project))
    return found


def overridden(overrides: NameOverrides, node_groups: Sequence[str | None] = ()) -> set[str]:
    """The settings by which names were given; `node_groups` are the groups' given names, in their order."""
    given = {f"names.{_camel(field.name)}" for field in fields(overrides) if getattr(overrides, field.name)}
    return given | {f"nodeGroups[{index}].name" for index, name in enumerate(node_groups) if name}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


@dataclass(frozen=True)
class _Check:
    setting: str
    what: str
    name: str
    limit: int
    pattern: re.Pattern[str] = DNS_LABEL

    def sentence(self) -> str:
        form = _FORMS.get(self.pattern, "letters, digits and hyphens")
        return f"Expected a {self.what} of {form}, for example '{self._example()}', not '{self.name}'."

    def too_long(self) -> str:
        over = f"'{self.name}' has {len(self.name)}"
        return f"Expected a {self.what} of at most {self.limit} characters, for example '{self._example()}'; {over}."

    def too_long_for_project(self, project: str) -> NameProblem:
        room = len(project) - (len(self.name) - self.limit)
        because = f"because the {self.what} '{self.name}' has {len(self.name)} characters and {self.limit} are allowed."
        if room < 1:
            sentence = f"Expected a shorter infra, environment or spec, for example 'infra: meerkat', {because}"
            return NameProblem("infra", sentence)
        return NameProblem("project", f"Expected a project of at most {room} characters, for example 'demo', {because}")

    def _example(self) -> str:
        return _EXAMPLES[self.what]


_FORMS = {
    DNS_LABEL: "lower-case letters, digits and hyphens, with a letter or digit at both ends",
    BUCKET: "at least 3 lower-case letters, digits and hyphens, with a letter or digit at both ends",
    WORKSPACE: f"lower-case letters, digits and hyphens that ends in '{WORKSPACE_SUFFIX}'",
}

_EXAMPLES = {
    "workspace name": "demo-ws",
    "namespace": "aic-ns-demo-ws",
    "user name": "aic-user-demo-ws",
    "bucket name": "s3-an2-meerkat-dev-demo",
    "policy name": "policy-s3-aia-an2-meerkat-dev",
    "role name": "role-an2-meerkat-dev-demo-ws-node",
    "dashboard uid": "d4f7k2m9q1x0z",
    "account name": "demo-edge",
    "node label value": "demo-ws-standard",
    "node group name": "ng-an2-aicond-demo-ws-standard",
}


def _checks(names: Names) -> Iterable[_Check]:
    yield _Check("names.workspace", "workspace name", names.workspace, WORKSPACE_LIMIT, WORKSPACE)
    yield _Check("names.namespace", "namespace", names.namespace, NAMESPACE_LIMIT)
    yield _Check("names.user", "user name", names.user, EMAIL_LOCAL_LIMIT)
    yield _Check("names.bucket", "bucket name", names.bucket, BUCKET_LIMIT, BUCKET)
    yield _Check("names.kubeflowPolicy", "policy name", names.kubeflow_policy, POLICY_LIMIT, _IAM_NAME)
    yield _Check("names.conductorPolicy", "policy name", names.conductor_policy, POLICY_LIMIT, _IAM_NAME)
    yield _Check("names.nodeRole", "role name", names.node_role, ROLE_LIMIT, _IAM_NAME)
    yield _Check("names.systemAccount", "account name", names.system_account, EMAIL_LOCAL_LIMIT)
    yield _Check("names.dashboardUid", "dashboard uid", names.dashboard_uid, DASHBOARD_UID_LIMIT, DASHBOARD_UID)
    for index, group in enumerate(names.node_groups.values()):
        path = f"nodeGroups[{index}]"
        yield _Check(f"{path}.spec", "node label value", group.label, LABEL_VALUE_LIMIT)
        yield _Check(f"{path}.name", "node group name", group.group, NODE_GROUP_LIMIT - GENERATION_RESERVE, _NODE_GROUP)


def _dashboard_uid(seed: str) -> str:
    """13 characters `[a-z][a-z0-9]{12}`: right for Grafana, for the runbook's pattern, and as a Kubernetes name."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    letters, alphabet = "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"
    number, first = divmod(number, len(letters))
    text = letters[first]
    for _ in range(12):
        number, index = divmod(number, len(alphabet))
        text += alphabet[index]
    return text
