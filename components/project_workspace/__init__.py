"""One AI project workspace as a Pulumi component: `ProjectWorkspace`, and the options that its arguments are made of; a
cluster made ready for Anaconda Workbench as another, `Workbench`, and for ai-devops as a third, `AiDevops`.

Owns: the public names of the library. A room a subject: what can be chosen of it (`options.py`), its component, its
dynamic provider, its client, its data. `workspace/`, `workbench/` and `ai_devops/` put them together, `config/` reads a
stack's file for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from project_workspace.ai_devops.component import AiDevops
    from project_workspace.ai_devops.options import AiDevopsArgs
    from project_workspace.conductor.options import ConductorMemberOptions, ConductorOptions
    from project_workspace.dex.options import DexOptions, LoginOptions
    from project_workspace.eks.options import DiskOptions, ExistingOptions, LaunchTemplateOptions, NodeGroupOptions
    from project_workspace.eks.taint import TaintOptions
    from project_workspace.grafana.options import GrafanaOptions
    from project_workspace.iam.options import AccessOptions
    from project_workspace.keycloak.options import OidcClientOptions
    from project_workspace.names import NameOptions
    from project_workspace.namespaces.options import NamespaceOptions
    from project_workspace.options import ProjectWorkspaceArgs
    from project_workspace.runai.options import RunaiOptions
    from project_workspace.s3.options import AccessLoggingOptions, StorageOptions
    from project_workspace.schema.problem import InvalidOptionsError
    from project_workspace.tenancy.limit_options import ContainerDefaultsOptions
    from project_workspace.tenancy.member_options import KubeflowOptions, MemberOptions
    from project_workspace.tenancy.network_options import AllowOptions, NetworkOptions
    from project_workspace.volumes.options import CsiOptions, NfsOptions, SharedOptions, VolumeOptions
    from project_workspace.workbench.component import Workbench
    from project_workspace.workbench.options import WorkbenchArgs
    from project_workspace.workspace.component import ProjectWorkspace

__all__ = [
    "AccessLoggingOptions",
    "AccessOptions",
    "AiDevops",
    "AiDevopsArgs",
    "AllowOptions",
    "ConductorMemberOptions",
    "ConductorOptions",
    "ContainerDefaultsOptions",
    "CsiOptions",
    "DexOptions",
    "DiskOptions",
    "ExistingOptions",
    "GrafanaOptions",
    "InvalidOptionsError",
    "KubeflowOptions",
    "LaunchTemplateOptions",
    "LoginOptions",
    "MemberOptions",
    "NameOptions",
    "NamespaceOptions",
    "NetworkOptions",
    "NfsOptions",
    "NodeGroupOptions",
    "OidcClientOptions",
    "ProjectWorkspace",
    "ProjectWorkspaceArgs",
    "RunaiOptions",
    "SharedOptions",
    "StorageOptions",
    "TaintOptions",
    "VolumeOptions",
    "Workbench",
    "WorkbenchArgs",
]

_HOME = {
    "AccessLoggingOptions": "s3.options",
    "AccessOptions": "iam.options",
    "AiDevops": "ai_devops.component",
    "AiDevopsArgs": "ai_devops.options",
    "AllowOptions": "tenancy.network_options",
    "ConductorMemberOptions": "conductor.options",
    "ConductorOptions": "conductor.options",
    "ContainerDefaultsOptions": "tenancy.limit_options",
    "CsiOptions": "volumes.options",
    "DexOptions": "dex.options",
    "DiskOptions": "eks.options",
    "ExistingOptions": "eks.options",
    "GrafanaOptions": "grafana.options",
    "InvalidOptionsError": "schema.problem",
    "KubeflowOptions": "tenancy.member_options",
    "LaunchTemplateOptions": "eks.options",
    "LoginOptions": "dex.options",
    "MemberOptions": "tenancy.member_options",
    "NameOptions": "names",
    "NamespaceOptions": "namespaces.options",
    "NetworkOptions": "tenancy.network_options",
    "NfsOptions": "volumes.options",
    "NodeGroupOptions": "eks.options",
    "OidcClientOptions": "keycloak.options",
    "ProjectWorkspace": "workspace.component",
    "ProjectWorkspaceArgs": "options",
    "RunaiOptions": "runai.options",
    "SharedOptions": "volumes.options",
    "StorageOptions": "s3.options",
    "TaintOptions": "eks.taint",
    "VolumeOptions": "volumes.options",
    "Workbench": "workbench.component",
    "WorkbenchArgs": "workbench.options",
}
"""The module of each public name. They are loaded when they are used: a dynamic provider, which runs in a process of
its own, needs none of the components, and `import project_workspace` alone must not load the SDKs."""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'project_workspace' has no attribute '{name}'")
    return getattr(import_module(f"project_workspace.{_HOME[name]}"), name)
