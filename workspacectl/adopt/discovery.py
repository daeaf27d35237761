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
from project_workspace.aws.client import Clients, clients, translate_errors
from project_workspace.aws.settings import AwsSettings
from project_workspace.conductor.connection import client_for
from project_workspace.conductor.options import DEFAULT_PROFILE
from project_workspace.conductor.records import AccountRecord, WorkspaceRecord
from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.dex.options import DexOptions, LoginOptions
from project_workspace.kube.cluster import Cluster, connect, profile_ref
from project_workspace.lifecycle.existence import bucket_exists
from project_workspace.remote.errors import NotFoundError
from project_workspace.remote.provider import StackConfig
from workspacectl.adopt.node_groups import FoundGroup, groups_of


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
class Bucket:
    """A bucket, as far as a stack file can say it."""

    name: str
    tags: Mapping[str, str]
    suspended: bool
    kms_key_arn: str | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is there; None for what is not."""

    bucket: Bucket | None
    groups: list[FoundGroup] = field(default_factory=list[FoundGroup])
    profile: Mapping[str, Any] | None
    user: Entry | None
    """Holds a hash: never to be shown."""
    workspace: WorkspaceRecord | None
    account: AccountRecord | None

    @property
    def owner(self) -> str | None:
        """E-mail of the namespace's owner."""
        return self.profile["spec"]["owner"]["name"] if self.profile else None


def look(question: Question, settings: AwsSettings) -> Found:
    """Everything that exists under the workspace's names. Changes nothing. Raises `RemoteError`."""
    derived, cluster, aws = question.names(), connect(), clients(settings, question.region)
    workspace, account = _conductor(question, derived)
    bucket = (workspace and workspace.content.bucket) or derived.bucket
    profile = cluster.find(profile_ref((workspace and workspace.namespace) or derived.namespace))
    owner = profile["spec"]["owner"]["name"] if profile else derived.email
    return Found(
        bucket=_bucket(bucket, aws) if bucket_exists(aws, bucket) else None,
        groups=groups_of(question.cluster, derived.workspace, aws, question.region) if question.cluster else [],
        profile=profile,
        user=_user(cluster, owner),
        workspace=workspace,
        account=account,
    )


def _conductor(question: Question, derived: names.Names) -> tuple[WorkspaceRecord | None, AccountRecord | None]:
    if not question.conductor_url:
        return None, None
    # There is no stack yet whose configuration could hold the credentials: the environment does.
    client = client_for(StackConfig({}.get), question.conductor_url, DEFAULT_PROFILE)
    return client.find_workspace(derived.workspace), client.find_account(derived.system_account)


def _bucket(name: str, aws: Clients) -> Bucket:
    s3, where = aws("s3"), f"bucket {name}"
    with translate_errors("s3:GetBucketVersioning", where):
        versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
    tags = _or_nothing(s3, "get_bucket_tagging", name, "NoSuchTagSet").get("TagSet", [])
    encryption = _or_nothing(s3, "get_bucket_encryption", name, "ServerSideEncryptionConfigurationNotFoundError")
    rules = encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    return Bucket(
        name=name,
        tags={tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")},
        suspended=versioning == "Suspended",
        kms_key_arn=next((each.get("KMSMasterKeyID") for each in defaults), None),
    )


def _or_nothing(s3: Any, call: str, bucket: str, unset: str) -> dict[str, Any]:
    with translate_errors(f"s3:{call}", f"bucket {bucket}"):
        try:
            return getattr(s3, call)(Bucket=bucket)
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == unset:
                return {}
            raise


def _user(cluster: Cluster, email: str) -> Entry | None:
    dex = DexOptions()
    try:
        text, _ = cluster.config_text(dex.namespace, dex.config_map, dex.key)
    except NotFoundError:
        return None
    return dex_config.find(text, email)
