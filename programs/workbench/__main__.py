"""One stack, one Anaconda Workbench: settings -> Workbench -> outputs."""

import asyncio
import atexit
import gc
import os
from functools import partial
from importlib import import_module
from pathlib import Path

# Nothing is worth collecting in a program of seconds; see the workspace's __main__.py.
gc.disable()
atexit.register(gc.freeze)

import pulumi

from project_workspace.config import loading, stack_file
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.lifecycle.account_identity import AccountIdentity, AccountIdentityArgs

NAME = "workbench"
"""Of the component: a stack has one."""

config = pulumi.runtime.get_config_env()
secret_keys = set(pulumi.runtime.get_config_secret_keys_env())
root = Path(pulumi.get_root_directory())
options = loading.load(
    WORKBENCH,
    config,
    secret_keys=secret_keys,
    environment=os.environ,
    stack_text=stack_file.text_of(root, pulumi.get_stack()),
    common_text=partial(stack_file.common_text_of, root),
)
account = AccountIdentity(NAME, AccountIdentityArgs(region=options.region))


async def make() -> pulumi.Inputs:
    """Everything else. Pulumi's AWS plugin waits for the account, whose process starts while the SDKs are loaded."""
    await asyncio.to_thread(import_module, "project_workspace.workbench.component")
    from project_workspace.aws import connection as aws_connection
    from project_workspace.kube import connection
    from project_workspace.workbench.component import Workbench

    aws = aws_connection.provider(config, secret_keys=secret_keys, account_id=account.account_id)
    cluster = connection.connect(
        config,
        cluster=options.cluster,
        region=options.region,
        from_cluster=options.kubernetes.from_cluster,
        aws_provider=aws,
        changes_secrets=True,  # a certificate ends, and a login changes
    )
    workbench = Workbench(
        NAME,
        options.args(kubeconfig=cluster.kubeconfig, account_id=account.account_id),
        opts=pulumi.ResourceOptions(providers={"aws": aws, "kubernetes": cluster.provider}),
    )
    return workbench.outputs()


pulumi.run(make)
