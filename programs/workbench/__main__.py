"""One stack, one Anaconda Workbench: settings -> Workbench -> outputs."""

import asyncio
import atexit
import gc
from importlib import import_module

# Nothing is worth collecting in a program of seconds; see the workspace's __main__.py.
gc.disable()
atexit.register(gc.freeze)

import pulumi

from project_workspace.config import this_run
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.lifecycle.account_identity import AccountIdentity, AccountIdentityArgs

NAME = "workbench"
"""Of the component: a stack has one."""

this = this_run.read(WORKBENCH)
options = this.options
account = AccountIdentity(NAME, AccountIdentityArgs(region=options.region))


async def make() -> pulumi.Inputs:
    """Everything else. Pulumi's AWS plugin waits for the account, whose process starts while the SDKs are loaded."""
    await asyncio.to_thread(import_module, "project_workspace.workbench.component")
    from project_workspace.workbench.component import Workbench

    aws = this.aws_provider(account.account_id)
    cluster = this.connect(aws, changes_secrets=True)  # a certificate ends, and a login changes
    workbench = Workbench(
        NAME,
        options.args(kubeconfig=cluster.kubeconfig, account_id=account.account_id),
        opts=pulumi.ResourceOptions(providers={"aws": aws, "kubernetes": cluster.provider}),
    )
    return workbench.outputs()


pulumi.run(make)
