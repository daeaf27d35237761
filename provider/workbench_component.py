"""`Workbench`: `project_workspace.workbench.component.Workbench` as other languages see it."""

from typing import Any, Optional

import pulumi

from project_workspace.workbench import component
from project_workspace.workbench import options as library
from settings_component import SettingsComponent
from settings_types import WorkbenchArgs


class Workbench(SettingsComponent):
    """A cluster made ready for Anaconda Workbench: namespace, rights, volumes, secrets, node groups, chart's values."""

    # The docstrings become the schema's descriptions.

    namespace: pulumi.Output[str]
    """Name of the Kubernetes namespace."""
    service_account: pulumi.Output[str]
    """Name of the service account that installs and runs Workbench."""
    hostname: pulumi.Output[str]
    """Fully qualified domain name of Workbench."""
    dns_records: Optional[pulumi.Output[dict[str, str]]]
    """Both records of the DNS, by name; absent while the ingress's address is not known."""
    certificate_authority: Optional[pulumi.Output[str]]
    """The root certificate in PEM; absent where the certificate's secret is made by others."""
    node_groups: pulumi.Output[dict[str, Any]]
    """By spec: labels, taints, and a ready `nodeSelector` and `tolerations`."""
    node_group_names: Optional[pulumi.Output[list[str]]]
    """Physical names of the node groups."""
    values_yaml: pulumi.Output[str]
    """The chart's values.yaml, without a secret."""

    def __init__(self, name: str, args: WorkbenchArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        self.make(name, args, opts, library.WorkbenchArgs, component.Workbench)
