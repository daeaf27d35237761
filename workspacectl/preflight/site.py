"""What the checks look at: one stack's settings, and the ways to the systems that it needs.

Owns: those, for a stack of each program, each way made when it is first used and kept. Does not own any question. A
cluster that the stack derives from EKS is reached by the kubeconfig that EKS's answer gives, as the program does
(`kube/connection.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import SecretStr

from project_workspace.ai_devops.options import CLIENT_ID
from project_workspace.aws import settings as aws_settings
from project_workspace.aws.client import Clients, clients, translate_errors, with_deadline
from project_workspace.config import loading, stack_file
from project_workspace.config.ai_devops_program import AI_DEVOPS, AiDevopsStackOptions
from project_workspace.config.program import WORKSPACE, Program
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workbench_program import WORKBENCH, WorkbenchStackOptions
from project_workspace.kube import eks_kubeconfig, provider_connection
from project_workspace.kube.claims import CLAIMS
from project_workspace.kube.cluster import CORE, Cluster, Document, Ref
from project_workspace.kube.kinds import object_ref
from project_workspace.kube.options import KubernetesOptions
from project_workspace.names import Names
from project_workspace.remote.provider import StackConfig
from project_workspace.schema.secret import Secret
from project_workspace.stack_mark import StackMark
from project_workspace.workbench.names import WorkbenchNames
from workspacectl.adopt.plan import stack_config
from workspacectl.failures import ToolError
from workspacectl.preflight.name_lookup import Resolve, addresses
from workspacectl.pulumi_cli import Engine
from workspacectl.recover.state import State

if TYPE_CHECKING:
    from project_workspace.keycloak.client import Keycloak


class Reached(Protocol):
    """The settings of a stack of any program that say where it is."""

    @property
    def region(self) -> str:
        """The AWS region."""
        ...

    @property
    def cluster(self) -> str | None:
        """The EKS cluster."""
        ...

    @property
    def kubernetes(self) -> KubernetesOptions:
        """The connection to the cluster."""
        ...


@dataclass(frozen=True)
class Site:
    """One stack of any program, and what is around it."""

    options: Reached
    values: Mapping[str, str]
    """The stack's configuration, secrets in clear."""
    engine: Engine
    stack: str = ""
    """Name of the stack; without one nothing counts as made by it."""

    @property
    def config(self) -> StackConfig:
        """The configuration as the dynamic providers have it."""
        return stack_config(self.values)

    @cached_property
    def aws(self) -> Clients:
        """Clients of AWS in the stack's region, as its `aws:` settings say."""
        # One of each: they may be used by many threads at once, and EC2's takes a while to make.
        return cache(clients(aws_settings.read(self.values.get), self.options.region))

    @cached_property
    def eks(self) -> Mapping[str, Any]:
        """What EKS says of the stack's cluster. Raises `RemoteError`."""
        name = self.options.cluster
        with translate_errors("eks:DescribeCluster", f"cluster {name}"):
            return with_deadline(lambda: self.aws("eks").describe_cluster(name=name))["cluster"]

    @cached_property
    def cluster(self) -> Cluster:
        """The stack's cluster. Raises `RemoteError`."""
        return provider_connection.connect(self.config, {"kubeconfig": self.kubeconfig})

    @cached_property
    def state(self) -> State:
        """What the stack has made. Raises `ToolError`."""
        return State(json.loads(self.engine.checked("stack", "export", "--stack", self.stack).stdout))

    @property
    def kubeconfig(self) -> str | None:
        """The one that EKS's answer gives; None for the connection that the environment or configuration says."""
        if not (self.options.kubernetes.from_cluster and self.options.cluster):
            return None
        authority = any_of(self.eks, "certificateAuthority", "data")
        identity = eks_kubeconfig.identity(self.values)
        where = {"server": self.eks["endpoint"], "authority": authority}
        return json.dumps(eks_kubeconfig.kubeconfig(self.options.cluster, self.options.region, identity, **where))


@dataclass(frozen=True)
class WorkspaceSite(Site):
    """One workspace's stack."""

    options: StackOptions

    @cached_property
    def names(self) -> Names:
        """All names of the workspace."""
        return self.options.derived_names()

    @property
    def mark(self) -> StackMark:
        """What this stack's things carry."""
        return StackMark(WORKSPACE.namespace, self.stack)


@dataclass(frozen=True)
class AiDevopsSite(Site):
    """One cluster that is prepared for the installer of ai-devops."""

    options: AiDevopsStackOptions

    @property
    def mark(self) -> StackMark:
        """What this stack's things carry."""
        return StackMark(AI_DEVOPS.namespace, self.stack)

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
class WorkbenchSite(Site):
    """One Workbench's stack. What is read of the cluster is read once."""

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


SITES: dict[str, tuple[Program[Any], type[Site]]] = {
    WORKSPACE.namespace: (WORKSPACE, WorkspaceSite),
    AI_DEVOPS.namespace: (AI_DEVOPS, AiDevopsSite),
    WORKBENCH.namespace: (WORKBENCH, WorkbenchSite),
}
"""By the name of the project: its program, and what a stack of it is to the checks."""


def program_of(project: Path) -> str:
    """Which of `SITES` the project in this folder is. Raises `ToolError` for another one."""
    name = stack_file.project_name(project)
    if name not in SITES:
        raise ToolError(f"Expected the folder of one of the programs {', '.join(SITES)}; this one is '{name}'.")
    return name


def site_of(engine: Engine, stack: str) -> Site:
    """The site of a stack. Raises `ToolError` with everything that is wrong in its file."""
    program, kind = SITES[program_of(engine.project)]
    entries = json.loads(engine.checked("config", "--json", "--show-secrets", "--stack", stack).stdout)
    values = {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry}
    try:
        options = loading.load(
            program,
            values,
            secret_keys={key for key, entry in entries.items() if entry.get("secret")},
            environment=engine.environment,
            stack_text=stack_file.text_of(engine.project, stack),
            common_text=partial(stack_file.common_text_of, engine.project),
        )
    except loading.SettingsError as error:
        raise ToolError(str(error)) from None
    return kind(options, values, engine, stack.rsplit("/", 1)[-1])


def plain_text(secret: Secret | None) -> str:
    """A secret of the settings in clear; empty without one. A stack's file cannot give an Output."""
    return secret.get_secret_value() if isinstance(secret, SecretStr) else ""


def any_of(found: Mapping[str, Any], *path: str) -> Any:
    """What stands at the end of a path of keys in a document; None where it ends before."""
    value: Any = found
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
