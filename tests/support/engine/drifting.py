"""Changing behind Pulumi's back what a workspace is made of: what people with kubectl and consoles do.

Owns: one function for each kind of change, and reading what a refresh would show. Does not own what must be shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import botocore.session
import httpx

from local.aws.seed import REGION
from local.kube.objects import Objects
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.options import DEFAULT_PROFILE
from project_workspace.conductor.profile import load_profile
from project_workspace.conductor.records import AccountContent, WorkspaceContent
from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.grafana.client import Grafana
from tests.support.engine.workspaces import Workspace

Drift = dict[str, dict[str, tuple[Any, Any]]]
"""Type and logical name of a resource -> its outputs that a refresh changed -> before and after."""
GONE: dict[str, tuple[Any, Any]] = {"": ("there", "gone")}
POLICIES = "arn:aws:iam::123456789012:policy/"


class Hand:
    """Somebody with every right on the platform, and no knowledge of Pulumi."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.objects = Objects.connect(platform.kubeconfig)
        admin = platform.credentials
        self.conductor = Conductor(
            platform.url("ai-conductor"),
            lambda: (admin.conductor_user, admin.conductor_password),
            load_profile(DEFAULT_PROFILE),
        )
        self.grafana = Grafana(platform.url("grafana"), admin.grafana_token)

    # dex

    def dex_text(self) -> str:
        found = self.objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE)
        assert found
        return found["data"][DEX_CONFIG_KEY]

    def write_dex(self, text: str) -> None:
        target = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": DEX_NAME, "namespace": DEX_NAMESPACE}}
        self.objects.merge(target, {"data": {DEX_CONFIG_KEY: text}})

    def dex_entry(self, email: str) -> Entry:
        found = dex_config.find(self.dex_text(), email)
        assert found
        return found

    # Kubernetes

    def merge(self, api_version: str, kind: str, name: str, change: Mapping[str, Any]) -> None:
        self.objects.merge({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}, dict(change))

    # AWS

    def client(self, service: str) -> Any:
        return botocore.session.Session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self._platform.url("aws"),
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def edit_policy(self, name: str, without: str) -> None:
        """Take one ARN out of a shared policy's first statement."""
        found = self.policy_statements(name)
        found[0]["Resource"].remove(without)
        self.write_policy(name, found)

    def policy_statements(self, name: str) -> list[dict[str, Any]]:
        """What is in force of a shared policy."""
        iam, arn = self.client("iam"), f"{POLICIES}{name}"
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]["Statement"]

    def write_policy(self, name: str, statements: Sequence[Mapping[str, Any]]) -> None:
        """What somebody does with the policy's editor in the console."""
        iam, arn = self.client("iam"), f"{POLICIES}{name}"
        document = {"Version": "2012-10-17", "Statement": statements}
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        others = [each["VersionId"] for each in versions if not each["IsDefaultVersion"]]
        if len(versions) == 5:
            iam.delete_policy_version(PolicyArn=arn, VersionId=min(others, key=lambda v: int(v[1:])))
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)

    # AI Conductor

    def change_workspace(self, name: str, content: WorkspaceContent) -> None:
        there = self.conductor.find_workspace(name)
        assert there
        self.conductor.update_workspace(there.id, content)

    def change_account(self, login_id: str, **changes: str) -> None:
        there = self.conductor.find_account(login_id)
        assert there
        self.conductor.update_account(there.id, AccountContent(**{**vars(there.content), **changes}))

    def lock_account(self, login_id: str) -> None:
        """Five failed logins, as somebody with an old password does."""
        url = f"{self._platform.url('ai-conductor')}/api/v1/auth/login"
        for _ in range(5):
            httpx.post(url, json={"login_id": login_id, "login_pw": "an old one"}, trust_env=False)
        there = self.conductor.find_account(login_id)
        assert there
        assert there.locked

    def member(self, workspace: str, login_id: str) -> tuple[str, str]:
        """The ids of a workspace and of an account."""
        found = self.conductor.find_workspace(workspace), self.conductor.find_account(login_id)
        assert found[0]
        assert found[1]
        return found[0].id, found[1].id


OF_THE_PLUGIN = ("__inputs",)
"""Outputs that Pulumi's own Kubernetes plugin keeps for itself: the inputs once more."""


def seen_by_refresh(workspace: Workspace) -> Drift:
    """Run `pulumi refresh`: what it changed in the state, property by property."""
    before = _outputs(workspace)
    workspace.engine.checked("refresh", "--yes", "--skip-preview", "--stack", workspace.stack)
    after = _outputs(workspace)
    return {
        urn.rsplit("$", 1)[-1].replace("::", " "): changed
        for urn in before
        if (changed := _changed(before[urn], after[urn]) if urn in after else GONE)
    }


def outputs_in_state(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """The outputs of every resource by its URN, without what another object of the same content has of its own."""
    return {
        urn: {key: value for key, value in found.items() if key not in ("metadata", "__fieldManager")}
        for urn, found in _outputs(workspace).items()
    }


def _outputs(workspace: Workspace) -> dict[str, dict[str, Any]]:
    export = workspace.engine.checked("stack", "export", "--show-secrets", "--stack", workspace.stack).stdout
    return {
        found["urn"]: {key: value for key, value in found.get("outputs", {}).items() if key not in OF_THE_PLUGIN}
        for found in json.loads(export)["deployment"]["resources"]
    }


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        key: (before.get(key), after.get(key)) for key in sorted({*before, *after}) if before.get(key) != after.get(key)
    }
