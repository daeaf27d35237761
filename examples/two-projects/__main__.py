"""One team's two projects, made by one stack of the team's own program: `ProjectWorkspace` as a library.

The arguments report everything that is wrong before anything is made, as a stack file of this repository does. No stack
configuration is read: the arguments are this program's.
"""

import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace import (
    ConductorOptions,
    GrafanaOptions,
    NodeGroupOptions,
    ProjectWorkspace,
    ProjectWorkspaceArgs,
)

config = pulumi.Config()
PROJECTS = {
    "vision": [NodeGroupOptions(spec="gpu", instance_type="g5.xlarge", max=2)],
    "speech": [NodeGroupOptions(spec="standard", instance_type="m5.xlarge", max=3)],
}

# What an interrupted run left behind is adopted; that it is nobody else's, the component has made sure.
cluster = kubernetes.Provider("cluster", upsert_existing_objects=True)

for project, node_groups in PROJECTS.items():
    workspace = ProjectWorkspace(
        project,
        ProjectWorkspaceArgs(
            project=project,
            environment=config.require("environment"),
            infra=config.require("infra"),
            region=pulumi.Config("aws").require("region"),
            cluster=config.require("cluster"),
            node_groups=node_groups,
            grafana=GrafanaOptions(url=config.require("grafanaUrl"), folder="monitoring"),
            conductor=ConductorOptions(url=config.require("conductorUrl")),
            tags={"team": "research"},
        ),
        pulumi.ResourceOptions(providers={"kubernetes": cluster}),
    )
    pulumi.export(project, workspace.outputs())
