"""What the checks look at: one stack's settings, and the ways to the systems that it needs.

Owns: those, for a stack of each program, each way made when it is first used and kept. Does not own any question. A
cluster that the stack derives from EKS is reached by the kubeconfig that EKS's answer gives, as the program does
(`kube/connection.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, Protocol

from pydantic import SecretStr

from project_workspace.aws import provider_connection as aws_connection
from project_workspace.aws import settings as aws_settings
from project_workspace.aws.client import Clients, clients, translate_errors, with_deadline
from project_workspace.config.program import Program
from project_workspace.config.stack_options import Reached
from project_workspace.eks.chosen import Named
from project_workspace.kube import eks_kubeconfig, provider_connection
from project_workspace.kube.cluster import Cluster
from project_workspace.lifecycle.existence import role_exists
from project_workspace.remote.provider import StackConfig
from project_workspace.schema.secret import Secret
from project_workspace.stack_mark import StackMark
from workspacectl.adopt.plan import stack_config
from workspacectl.node_groups import WithNodeGroups
from workspacectl.permissions.needs import NODE_GROUPS_OWN_ROLE, Stack
from workspacectl.pulumi_cli import Engine
from workspacectl.recover.state import State


class ReachedWithNodeGroups(Reached, WithNodeGroups, Protocol):
    """The settings of a stack of any program that makes node groups."""


@dataclass(frozen=True)
class Site:
    """One stack of any program, and what is around it."""

    program: ClassVar[Program[Any]]
    """Whose stacks these are."""

    options: Reached
    values: Mapping[str, str]
    """The stack's configuration, secrets in clear."""
    engine: Engine
    stack: str = ""
    """Name of the stack; without one nothing counts as made by it."""

    @property
    def config(self) -> StackConfig:
        """The configuration as the dynamic providers have it."""
        return stack_config(self.values, self.program.namespace)

    @property
    def mark(self) -> StackMark:
        """What this stack's things carry."""
        return StackMark(self.program.namespace, self.stack)

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
class NodeGroupsSite(Site):
    """One stack of any program that makes node groups, whether this stack has any or not."""

    options: ReachedWithNodeGroups

    @cached_property
    def names(self) -> Named:
        """The names of its nodes; a program has more of its own."""
        return self.options.derived_names()

    def on_aws(self) -> Stack | None:
        """What it will have on AWS, for the rights to make that; None for nothing. Raises `RemoteError`."""
        if not self.options.node_groups:
            return None
        return Stack(self.options, self.names, self.account, has_node_groups_own_role=self.has_node_groups_own_role)

    @property
    def account(self) -> str:
        """Id of the AWS account. Raises `RemoteError`."""
        return aws_connection.account(self.config).id

    @property
    def has_node_groups_own_role(self) -> bool:
        """Whether EKS has its role for node groups in the account; not asked where the stack has none."""
        return bool(self.options.node_groups) and role_exists(self.aws, NODE_GROUPS_OWN_ROLE)


def plain_text(secret: Secret | None) -> str:
    """A secret of the settings in clear; empty without one. A stack's file cannot give an Output."""
    return secret.get_secret_value() if isinstance(secret, SecretStr) else ""


def any_of(found: Mapping[str, Any], *path: str) -> Any:
    """What stands at the end of a path of keys in a document; None where it ends before."""
    value: Any = found
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
