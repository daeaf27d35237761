"""One team's two projects, made by one stack of the team's own program: `ProjectWorkspace` as a library.

The component checks its arguments before it makes anything, as this repository's own program does. It reads no stack
configuration: the arguments are this program's.
"""

import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace.dex.component import DexTarget
from project_workspace.eks.node_group import NodeGroupArgs
from project_workspace.workspace import (
    ConductorSettings,
    DashboardSettings,
    LoginSettings,
    ProjectWorkspace,
    ProjectWorkspaceArgs,
)

config = pulumi.Config()
PROJECTS = {
    "vision": [NodeGroupArgs(spec="gpu", instance_type="g5.xlarge", max_size=2)],
    "speech": [NodeGroupArgs(spec="standard", instance_type="m5.xlarge", max_size=3)],
}

# What an interrupted run left behind is taken up again; that it is nobody else's, the component has made sure.
cluster = kubernetes.Provider("cluster", upsert_existing_objects=True)

for project, node_groups in PROJECTS.items():
    workspace = ProjectWorkspace(
        project,
        ProjectWorkspaceArgs(
            project=project,
            environment=config.require("environment"),
            infra=config.require("infra"),
            region=pulumi.Config("aws").require("region"),
            cluster_name=config.require("cluster"),
            node_groups=node_groups,
            login=LoginSettings(dex=DexTarget()),
            dashboard=DashboardSettings(url=config.require("grafanaUrl"), folder="monitoring"),
            conductor=ConductorSettings(url=config.require("conductorUrl")),
            tags={"team": "research"},
        ),
        pulumi.ResourceOptions(providers={"kubernetes": cluster}),
    )
    pulumi.export(project, workspace.outputs())
