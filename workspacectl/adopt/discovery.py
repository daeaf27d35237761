"""What the runbook left of one workspace: its bucket, node groups, namespace, login, and AI Conductor's record.

Owns: the search, read only, and what of it a stack file must say. Does not own the form of a stack file
(`stack_file_text.py`) or the names that the runbook gives (docs/facts/runbook.md, `names.py`). AI Conductor is asked
first, because its record says which bucket and dashboard the workspace really has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from project_workspace import names
from project_workspace.aws import regions
from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from project_workspace.conductor.connection import client_for
from project_workspace.conductor.options import DEFAULT_PROFILE
from project_workspace.conductor.records import AccountRecord, WorkspaceRecord
from project_workspace.dex.config_file import Entry
from project_workspace.dex.options import LoginOptions
from project_workspace.kube.claims import claim_ref
from project_workspace.kube.cluster import CORE, Cluster, Ref, connect, profile_ref
from project_workspace.remote.provider import StackConfig
from workspacectl.adopt.buckets import FoundBucket, bucket_of
from workspacectl.adopt.dex import FoundDex, dex_of
from workspacectl.adopt.members import FoundMember, members_of
from workspacectl.adopt.node_groups import FoundGroup, groups_of
from workspacectl.adopt.pod_roles import FoundRole, role_of
from workspacectl.adopt.runai import FoundRunai, runai_of


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which workspace, and where its parts are. None: the part is not looked for, and left out of the stack file."""

    project: str
    environment: str
    infra: str
    region: str
    region_alias: str | None
    cluster: str | None
    grafana_url: str | None
    grafana_folder: str | None
    conductor_url: str | None
    dex: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is known of dex's place, under the names of `DexOptions`. Empty: it is looked for."""

    def names(self, overrides: names.NameOptions | None = None, specs: Sequence[str] = ()) -> names.Names:
        """The names that the program would give; `specs` are those of the node groups."""
        return names.derive(
            project=self.project,
            environment=self.environment,
            infra=self.infra,
            alias=self.region_alias or regions.regions()[self.region].alias,
            email_domain=LoginOptions().email_domain,
            specs=specs,
            overrides=overrides,
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is there; None for what is not."""

    bucket: FoundBucket | None
    groups: list[FoundGroup] = field(default_factory=list[FoundGroup])
    profile: Mapping[str, Any] | None
    namespace: str | None = None
    """Name of the namespace, where no Profile has made it."""
    dex: FoundDex | None
    workspace: WorkspaceRecord | None
    account: AccountRecord | None
    members: Sequence[FoundMember] = ()
    """Whom Kubeflow lists as contributors of the namespace."""
    runai: FoundRunai | None = None
    """What was made for Run:ai in the namespace."""
    limit_ranges: Sequence[str] = ()
    """Names of the LimitRanges in the namespace that say what a container gets."""
    claims: Sequence[str] = ()
    """Names of the claims on storage in the namespace."""

    role: FoundRole | None = None
    """What the pods of the namespace are on AWS."""

    @property
    def user(self) -> Entry | None:
        """The user's entry in dex. Holds a hash: never to be shown."""
        return self.dex.user if self.dex else None

    @property
    def owner(self) -> str | None:
        """E-mail of the namespace's owner."""
        return self.profile["spec"]["owner"]["name"] if self.profile else None


def look(question: Question, settings: AwsSettings) -> Found:
    """Everything that exists under the workspace's names. Changes nothing. Raises `RemoteError`."""
    derived, cluster, aws = question.names(), connect(), clients(settings, question.region)
    workspace, account = _conductor(question, derived)
    bucket = (workspace and workspace.content.bucket) or derived.bucket
    name = (workspace and workspace.namespace) or derived.namespace
    profile = cluster.find(profile_ref(name))
    owner = profile["spec"]["owner"]["name"] if profile else derived.email
    namespace = name if profile or cluster.namespace(name) else None
    pods = role_of(profile, aws, question.cluster) if profile and question.cluster else None
    return Found(
        role=pods,
        bucket=bucket_of(bucket, aws),
        groups=groups_of(question.cluster, derived.workspace, aws, question.region) if question.cluster else [],
        profile=profile,
        namespace=None if profile else namespace,
        dex=dex_of(cluster, owner, question.dex),
        workspace=workspace,
        account=account,
        members=members_of(cluster, namespace) if namespace else (),
        runai=runai_of(cluster, namespace) if namespace else None,
        limit_ranges=_limit_ranges(cluster, namespace) if namespace else (),
        claims=_claims(cluster, namespace) if namespace else (),
    )


def _limit_ranges(cluster: Cluster, namespace: str) -> list[str]:
    found = cluster.every(Ref(CORE, "limitranges", "LimitRange", namespace, ""))
    defaults = ("default", "defaultRequest")
    return sorted(
        str(each["metadata"]["name"])
        for each in found
        if any(limit.get(part) for limit in each["spec"]["limits"] for part in defaults)
    )


def _claims(cluster: Cluster, namespace: str) -> list[str]:
    return sorted(str(each["metadata"]["name"]) for each in cluster.every(claim_ref(namespace, "")))


def _conductor(question: Question, derived: names.Names) -> tuple[WorkspaceRecord | None, AccountRecord | None]:
    if not question.conductor_url:
        return None, None
    # There is no stack yet whose configuration could hold the credentials: the environment does.
    client = client_for(StackConfig({}.get), question.conductor_url, DEFAULT_PROFILE)
    return client.find_workspace(derived.workspace), client.find_account(derived.system_account)
