"""One stack, one AI project workspace: settings -> ProjectWorkspace -> outputs."""

import gc
import os
from functools import partial
from pathlib import Path

# Nothing is worth collecting in a program of seconds, and the SDKs' hundred thousands of objects are costly to look at.
gc.disable()

import pulumi

from project_workspace.config import loading, stack_file
from project_workspace.kube import connection
from project_workspace.workspace import ProjectWorkspace

config = pulumi.runtime.get_config_env()
root = Path(pulumi.get_root_directory())
options = loading.load(
    config,
    secret_keys=set(pulumi.runtime.get_config_secret_keys_env()),
    environment=os.environ,
    stack_text=stack_file.text_of(root, pulumi.get_stack()),
    common_text=partial(stack_file.common_text_of, root),
)
cluster = connection.connect(
    config, cluster=options.cluster, region=options.region, from_cluster=options.kubernetes.from_cluster
)
workspace = ProjectWorkspace(
    options.project,
    options.args(kubeconfig=cluster.kubeconfig),
    opts=pulumi.ResourceOptions(providers={"kubernetes": cluster.provider}),
)
for name, value in workspace.outputs().items():
    pulumi.export(name, value)
