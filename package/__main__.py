"""The Pulumi package `project-workspace`: one component, for programs in any of Pulumi's languages."""

from pulumi.provider.experimental import component_provider_host
from workspace_component import PACKAGE, VERSION, Workspace

if __name__ == "__main__":
    component_provider_host([Workspace], PACKAGE, version=VERSION)
