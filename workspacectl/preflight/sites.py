"""The sites of each program's stacks, and the one of a stack by its name.

Owns: what of a stack the checks of its program look at, read once. Does not own what all have (`site.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from project_workspace.ai_devops.options import CLIENT_ID
from project_workspace.config import loading, stack_file
from project_workspace.config.ai_devops_program import AI_DEVOPS, AiDevopsStackOptions
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workbench_program import WORKBENCH, WorkbenchStackOptions
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.iam.options import IRSA
from project_workspace.kube.claims import CLAIMS
from project_workspace.kube.cluster import CORE, Document, Ref
from project_workspace.kube.kinds import object_ref
from project_workspace.names import Names
from project_workspace.workbench.names import WorkbenchNames
from workspacectl.failures import ToolError
from workspacectl.permissions.needs import WorkspaceStack
from workspacectl.preflight.name_lookup import Resolve, addresses
from workspacectl.preflight.site import NodeGroupsSite, Site, any_of
from workspacectl.project_folder import program_in
from workspacectl.pulumi_cli import Engine

if TYPE_CHECKING:
    from project_workspace.keycloak.client import Keycloak


@dataclass(frozen=True)
class WorkspaceSite(NodeGroupsSite):
    """One workspace's stack."""

    program = WORKSPACE
    options: StackOptions

    @cached_property
    def names(self) -> Names:
        """All names of the workspace."""
        return self.options.derived_names()

    def on_aws(self) -> WorkspaceStack:
        """A workspace has a bucket at least."""
        issuer = str(any_of(self.eks, "identity", "oidc", "issuer")) if self.options.access.assumed_by == IRSA else ""
        return WorkspaceStack(
            self.options,
            self.names,
            self.account,
            has_node_groups_own_role=self.has_node_groups_own_role,
            issuer=issuer.removeprefix("https://"),
        )


@dataclass(frozen=True)
class AiDevopsSite(Site):
    """One cluster that is prepared for the installer of ai-devops."""

    program = AI_DEVOPS
    options: AiDevopsStackOptions

    @cached_property
    def keycloak(self) -> Keycloak:
        """The realm of the client, where the stack has one; with one login for all questions."""
        from project_workspace.keycloak.connection import client_for

        options = self.options.oidc_client
        return client_for(self.config, str(options.url), str(options.realm), options.admin_realm)

    @cached_property
    def client(self) -> Mapping[str, Any] | None:
        """The notebooks' client as it is there; None without one. Raises `RemoteError`."""
        return self.keycloak.find_client(CLIENT_ID)

    @property
    def manifests(self) -> Path | None:
        """Folder of the installer's manifests."""
        return self.engine.project / self.options.manifests if self.options.manifests else None


@dataclass(frozen=True)
class WorkbenchSite(NodeGroupsSite):
    """One Workbench's stack. What is read of the cluster is read once."""

    program = WORKBENCH
    options: WorkbenchStackOptions
    resolve: Resolve = field(default=addresses)
    """How this machine looks up a name."""

    @cached_property
    def names(self) -> WorkbenchNames:
        """The names that nobody chooses."""
        return self.options.derived_names()

    @property
    def namespace(self) -> str:
        """Name of the namespace."""
        return self.options.namespace.name

    @cached_property
    def namespace_object(self) -> Document | None:
        """The namespace, if it is there. Raises `RemoteError`, as all that follow."""
        return self.cluster.namespace(self.namespace)

    @cached_property
    def service_account(self) -> Document | None:
        """The service account, if it is there."""
        return self._find("serviceaccounts", "ServiceAccount", self.options.service_account)

    @cached_property
    def nodes(self) -> list[Document]:
        """All nodes, the control plane's too."""
        return list(self.cluster.every(Ref(CORE, "nodes", "Node", "", "")))

    @cached_property
    def claims(self) -> dict[str, Document]:
        """The namespace's claims by name."""
        every = self.cluster.every(Ref(*CLAIMS, self.namespace, ""))
        return {claim["metadata"]["name"]: claim for claim in every}

    def objects_of(self, kind: str) -> list[Document]:
        """All objects of this kind (`kube/kinds.py`) in the namespace."""
        return list(self.cluster.every(object_ref(kind, self.namespace, "")))

    def secret(self, name: str) -> Document | None:
        """The namespace's Secret of this name, if it is there."""
        return self._find("secrets", "Secret", name)

    def _find(self, plural: str, kind: str, name: str) -> Document | None:
        return self.cluster.find(Ref(CORE, plural, kind, self.namespace, name))


SITES: dict[str, type[Site]] = {each.program.namespace: each for each in (WorkspaceSite, AiDevopsSite, WorkbenchSite)}
"""By the name of the project: what a stack of its program is to the checks."""


def site_of(engine: Engine, stack: str) -> Site:
    """The site of a stack. Raises `ToolError` with everything that is wrong in its file."""
    kind = SITES[program_in(engine.project).namespace]
    entries = json.loads(engine.checked("config", "--json", "--show-secrets", "--stack", stack).stdout)
    values = {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry}
    try:
        options = loading.load(
            kind.program,
            values,
            secret_keys={key for key, entry in entries.items() if entry.get("secret")},
            environment=engine.environment,
            stack_text=stack_file.text_of(engine.project, stack),
            common_text=partial(stack_file.common_text_of, engine.project),
        )
    except loading.SettingsError as error:
        raise ToolError(str(error)) from None
    return kind(options, values, engine, stack.rsplit("/", 1)[-1])
