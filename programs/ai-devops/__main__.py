"""One stack, one cluster that is prepared for the installer of ai-devops: settings -> AiDevops -> outputs."""

import os
from functools import partial
from pathlib import Path
from typing import Optional

import pulumi

from project_workspace.ai_devops.component import AiDevops
from project_workspace.config import loading, stack_file
from project_workspace.config.ai_devops_program import AI_DEVOPS

config = pulumi.runtime.get_config_env()
secret_keys = set(pulumi.runtime.get_config_secret_keys_env())
root = Path(pulumi.get_root_directory())
options = loading.load(
    AI_DEVOPS,
    config,
    secret_keys=secret_keys,
    environment=os.environ,
    stack_text=stack_file.text_of(root, pulumi.get_stack()),
    common_text=partial(stack_file.common_text_of, root),
)


def derived_kubeconfig() -> Optional[pulumi.Output[str]]:
    """The connection to the EKS cluster where the stack derives it; the SDKs for it are loaded only then."""
    if not (options.kubernetes.from_cluster and options.cluster):
        return None
    from project_workspace.aws import connection as aws_connection
    from project_workspace.kube import connection

    # Nothing is made on AWS, and the cluster's uid is noted: whose account it is need not be.
    any_account: pulumi.Output[Optional[str]] = pulumi.Output.from_input(None)
    aws = aws_connection.provider(config, secret_keys=secret_keys, account_id=any_account)
    return connection.derived_kubeconfig(config, cluster=options.cluster, region=options.region, aws_provider=aws)


for name, value in AiDevops("ai-devops", options.args(derived_kubeconfig())).outputs().items():
    pulumi.export(name, value)
