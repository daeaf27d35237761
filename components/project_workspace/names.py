"""Every name that one workspace gives to things: chosen, or derived from the other options.

Owns: the options for names of things made by hand (the section `names` of a stack file), the derivation of all names
from project, environment, infra and region, and whether all of them are short enough. Does not own the limits
(`limits.py`), what a single name may be (`schema/values.py`), logical names of Pulumi resources (state; each component
has its own), nor any value that is not a name. Why in one place: the names are a contract between six systems, and one
that is too long for only one of them must be found before anything is made. The derived names are the runbook's
(docs/facts/runbook.md).
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Optional

from project_workspace import limits
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section
from project_workspace.schema.values import BucketName, DashboardUid, OidcClientId, RoleName, WorkspaceName, dns_label

NamespaceName = Annotated[str, dns_label("aic-ns-demo-ws")]
UserName = Annotated[str, dns_label("aic-user-demo-ws")]
AccountName = Annotated[str, dns_label("demo-edge")]
PolicyName = Annotated[
    str,
    Rule(
        f"the name of an IAM policy, at most {limits.POLICY_LIMIT} characters",
        "policy-s3-aia-an2-meerkat-dev",
        matches(limits.IAM_NAME, limits.POLICY_LIMIT),
    ),
]


class NameOptions(Section):
    """Names of things that were made by hand; each default is derived from the other options."""

    workspace: Optional[WorkspaceName] = None
    """Name of the AI Conductor workspace. Default: `{project}-ws`."""
    namespace: Optional[NamespaceName] = None
    """Name of the Kubernetes namespace and of its Kubeflow Profile. Default: `aic-ns-{workspace}`."""
    user: Optional[UserName] = None
    """Name of the Kubeflow user, the part of the e-mail address before the @. Default: `aic-user-{workspace}`."""
    bucket: Optional[BucketName] = None
    """Name of the S3 bucket. Default: `s3-{alias}-{infra}-{environment}-{project}`."""
    kubeflow_policy: Optional[PolicyName] = None
    """Name of the shared IAM policy of Kubeflow's deploy identity. Default:
    `policy-s3-kubeflow-{alias}-{infra}-{environment}`."""
    conductor_policy: Optional[PolicyName] = None
    """Name of the shared IAM policy of AI Conductor's service account. Default:
    `policy-s3-aia-{alias}-{infra}-{environment}`."""
    node_role: Optional[RoleName] = None
    """Name of the IAM role of the nodes. Default: `role-{alias}-{infra}-{environment}-{workspace}-node`."""
    workspace_role: Optional[RoleName] = None
    """Name of the IAM role of the workspace's pods, with `access.mode: workspace-role`. Default:
    `role-{alias}-{infra}-{environment}-{workspace}-pods`."""
    system_account: Optional[AccountName] = None
    """Login ID of the AI Conductor account by which Edge Conductor logs in. Default: `{project}-edge`."""
    oidc_client: Optional[OidcClientId] = None
    """Client ID of the client in Keycloak. Default: `oidc-{alias}-{infra}-{environment}-{project}`."""
    dashboard_uid: Optional[DashboardUid] = None
    """Uid of the Grafana dashboard. Default: 13 letters and digits, derived from the other names."""


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
    workspace_role: Optional[str]
    """The role of its pods; None for a workspace without one."""
    system_account: str
    system_account_password: str
    """The fixed password of the runbook, section 2-4; derivable from the project's name, so override it."""
    dashboard_uid: str
    oidc_client: str
    """Also the name of its audience mapper, and the beginning of its role's."""
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
    own_role: bool = False,
    overrides: NameOptions | None = None,
) -> Names:
    """All names of a workspace, however long: see `problems`.

    `specs` are the node groups' specs; `node_group_names` overrides a group's physical name by its spec. `own_role`:
    whether the pods have a role of the workspace's own.
    """
    given = overrides or NameOptions()
    site = f"{alias}-{infra}-{environment}"
    workspace = given.workspace or f"{project}{limits.WORKSPACE_SUFFIX}"
    user = given.user or f"aic-user-{workspace}"
    email = f"{user}@{email_domain}"
    return Names(
        workspace=workspace,
        namespace=given.namespace or f"{limits.NAMESPACE_PREFIX}{workspace}",
        user=user,
        email=email,
        user_id=user_id(email),
        bucket=given.bucket or f"s3-{site}-{project}",
        kubeflow_policy=given.kubeflow_policy or f"policy-s3-kubeflow-{site}",
        conductor_policy=given.conductor_policy or f"policy-s3-aia-{site}",
        node_role=given.node_role or f"role-{site}-{workspace}-node",
        workspace_role=(given.workspace_role or f"role-{site}-{workspace}-pods") if own_role else None,
        system_account=given.system_account or f"{project}-edge",
        system_account_password=f"{project}-edge@com",
        dashboard_uid=given.dashboard_uid or _dashboard_uid(f"{site}-{project}"),
        oidc_client=given.oidc_client or f"oidc-{site}-{project}",
        node_groups={
            spec: NodeGroupNames(
                group=(node_group_names or {}).get(spec) or f"ng-{alias}-aicond-{workspace}-{spec}",
                label=f"{workspace}-{spec}",
            )
            for spec in specs
        },
    )


def user_id(email: str) -> str:
    """dex's `userID` of whoever has this e-mail: unique, and the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}"))


def problems(names: Names, *, project: str) -> list[Problem]:
    """The name that is longest over what its service allows, if any is.

    It is told as a limit on the project, or on the other parts of the name when no project would be short enough. A
    name that was given is short enough: its own rule says so.
    """
    too_long = [each for each in _lengths(names) if len(each.name) > each.limit]
    return [max(too_long, key=lambda each: len(each.name) - each.limit).problem(project)] if too_long else []


@dataclass(frozen=True)
class _Length:
    what: str
    name: str
    limit: int

    def problem(self, project: str) -> Problem:
        room = len(project) - (len(self.name) - self.limit)
        because = f"because the {self.what} '{self.name}' has {len(self.name)} characters and {self.limit} are allowed."
        if room < 1:
            sentence = f"Expected a shorter infra, environment or spec, for example 'infra: meerkat', {because}"
            return Problem("infra", sentence)
        return Problem("project", f"Expected a project of at most {room} characters, for example 'demo', {because}")


def _lengths(names: Names) -> Iterator[_Length]:
    yield _Length("workspace name", names.workspace, limits.WORKSPACE_LIMIT)
    yield _Length("namespace", names.namespace, limits.NAMESPACE_LIMIT)
    yield _Length("user name", names.user, limits.EMAIL_LOCAL_LIMIT)
    yield _Length("bucket name", names.bucket, limits.BUCKET_LIMIT)
    yield _Length("policy name", names.kubeflow_policy, limits.POLICY_LIMIT)
    yield _Length("policy name", names.conductor_policy, limits.POLICY_LIMIT)
    yield _Length("role name", names.node_role, limits.ROLE_LIMIT)
    if names.workspace_role:
        yield _Length("role name", names.workspace_role, limits.ROLE_LIMIT)
    yield _Length("account name", names.system_account, limits.EMAIL_LOCAL_LIMIT)
    for group in names.node_groups.values():
        yield _Length("node label value", group.label, limits.LABEL_VALUE_LIMIT)
        yield _Length("node group name", group.group, limits.NODE_GROUP_LIMIT - limits.GENERATION_RESERVE)


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
