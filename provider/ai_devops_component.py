"""`AiDevops`: `project_workspace.ai_devops.component.AiDevops` as other languages see it."""

from typing import Optional

import pulumi

from project_workspace.ai_devops import component
from project_workspace.ai_devops import options as library
from settings_component import SettingsComponent
from settings_types import AiDevopsArgs


class AiDevops(SettingsComponent):
    """A cluster made ready for the installer of ai-devops: its client in Keycloak, StorageClass and configuration."""

    # The docstrings become the schema's descriptions.

    storage_class: Optional[pulumi.Output[str]]
    """The cluster's default StorageClass; absent where none was chosen."""
    oidc_client_id: Optional[pulumi.Output[str]]
    """Client ID of the client in Keycloak."""
    oidc_issuer: Optional[pulumi.Output[str]]
    """Where OpenID Connect's discovery begins."""
    installer_config: Optional[pulumi.Output[str]]
    """The text of `ai-devops.config`, which holds the client's secret."""

    def __init__(self, name: str, args: AiDevopsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        self.make(name, args, opts, library.AiDevopsArgs, component.AiDevops)
