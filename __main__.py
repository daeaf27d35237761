"""One stack, one AI project workspace: settings -> ProjectWorkspace -> outputs."""

import asyncio
import atexit
import gc
from importlib import import_module

# Nothing is worth collecting in a program of seconds, and the SDKs' hundred thousands of objects are costly to look at:
# while it runs, and once more when it ends.
gc.disable()
atexit.register(gc.freeze)

import pulumi

from project_workspace.config import this_run
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.lifecycle.account_identity import AccountIdentity, AccountIdentityArgs

this = this_run.read(WORKSPACE)
options = this.options
if options.images.map.moves:
    from project_workspace.images.transform import image_transform

    pulumi.runtime.register_resource_transform(image_transform(options.images.map))
account = AccountIdentity(options.project, AccountIdentityArgs(region=options.region))


async def make() -> pulumi.Inputs:
    """Everything else. Pulumi's AWS plugin waits for the account, whose process starts while the SDKs are loaded."""
    await asyncio.to_thread(import_module, "project_workspace.workspace.component")
    from project_workspace.workspace.component import ProjectWorkspace

    aws = this.aws_provider(account.account_id)
    cluster = this.connect(aws)
    workspace = ProjectWorkspace(
        options.project,
        options.args(kubeconfig=cluster.kubeconfig, account_id=account.account_id),
        opts=pulumi.ResourceOptions(providers={"aws": aws, "kubernetes": cluster.provider}),
    )
    return workspace.outputs()


pulumi.run(make)
