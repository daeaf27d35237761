"""What this program's own providers had begun in shared objects and at remotes, carried through.

Owns: which of them leave something outside the state, and calling their `create` once more: it takes up what an
interrupted call of it left, and refuses what is not the stack's (docs/decisions/0007). Does not own those providers.
Why not only looking: what came of the first call may be half done, for example an entry that dex has not read yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from project_workspace.ai_devops.default_class import DefaultStorageClassProvider
from project_workspace.conductor.provider import AccountProvider, MembershipProvider, WorkspaceProvider
from project_workspace.dex.password_object import PasswordObjectProvider
from project_workspace.dex.provider import UserProvider
from project_workspace.grafana.provider import DashboardProvider
from project_workspace.iam.provider import PolicyGrantProvider
from project_workspace.keycloak.provider import ClientProvider, RoleMemberProvider
from project_workspace.namespaces.labels import NamespaceLabelsProvider
from project_workspace.remote.errors import NotFoundError
from project_workspace.remote.provider import Props, RemoteProvider, StackConfig, plain
from project_workspace.runai.queue_label import QueueLabelProvider
from project_workspace.runai.shared_subjects import SharedSubjectsProvider
from workspacectl.recover.state import in_clear, secret

_PROVIDERS: Mapping[str, type[RemoteProvider]] = {
    "pulumi-python:dynamic/dex:User": UserProvider,
    "pulumi-python:dynamic/dex:PasswordObject": PasswordObjectProvider,
    "pulumi-python:dynamic/iam:PolicyGrant": PolicyGrantProvider,
    "pulumi-python:dynamic/runai:SharedSubjects": SharedSubjectsProvider,
    "pulumi-python:dynamic/runai:QueueLabel": QueueLabelProvider,
    "pulumi-python:dynamic/namespaces:NamespaceLabels": NamespaceLabelsProvider,
    "pulumi-python:dynamic/grafana:Dashboard": DashboardProvider,
    "pulumi-python:dynamic/conductor:Workspace": WorkspaceProvider,
    "pulumi-python:dynamic/conductor:Account": AccountProvider,
    "pulumi-python:dynamic/conductor:Membership": MembershipProvider,
    "pulumi-python:dynamic/ai_devops:DefaultStorageClass": DefaultStorageClassProvider,
    "pulumi-python:dynamic/keycloak:Client": ClientProvider,
    "pulumi-python:dynamic/keycloak:RoleMember": RoleMemberProvider,
}


def leaves_something(type_: str) -> bool:
    """Whether it is of a type that has anything outside the state."""
    return type_ in _PROVIDERS


def through(type_: str, inputs: Mapping[str, Any], config: StackConfig) -> tuple[str, Props]:
    """Make it, or take up what is there; answers its id, and its outputs as they stand in a state.

    `inputs` have their secrets in clear. Raises `RemoteError`.
    """
    provider, given = _PROVIDERS[type_]().with_config(config), plain(in_clear(inputs))
    id_, computed = provider.do_create(given)
    hidden = {name: secret(value) if name in provider.secrets else value for name, value in computed.items()}
    return id_, {**inputs, **hidden}


def away(type_: str, inputs: Mapping[str, Any], config: StackConfig) -> None:
    """Remove what was begun, where its stack is destroyed. Raises `RemoteError`."""
    provider, given = _PROVIDERS[type_]().with_config(config), plain(in_clear(inputs))
    try:
        id_, computed = provider.do_create(given)
    except NotFoundError:
        return  # what it would be in is gone: a namespace, a binding
    provider.do_delete(id_, {**given, **computed})
