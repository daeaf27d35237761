"""One stack, one cluster that is prepared for the installer of ai-devops: settings -> AiDevops -> outputs."""

from typing import Optional

import pulumi

from project_workspace.ai_devops.component import AiDevops
from project_workspace.config import this_run
from project_workspace.config.ai_devops_program import AI_DEVOPS

this = this_run.read(AI_DEVOPS)
options = this.options


def derived_kubeconfig() -> Optional[pulumi.Output[str]]:
    """The connection to the EKS cluster where the stack derives it; the SDKs for it are loaded only then."""
    if not (options.kubernetes.from_cluster and options.cluster):
        return None
    from project_workspace.kube import connection

    # Nothing is made on AWS, and the cluster's uid is noted: whose account it is need not be.
    any_account: pulumi.Output[Optional[str]] = pulumi.Output.from_input(None)
    aws = this.aws_provider(any_account)
    return connection.derived_kubeconfig(this.config, cluster=options.cluster, region=options.region, aws_provider=aws)


for name, value in AiDevops("ai-devops", options.args(derived_kubeconfig())).outputs().items():
    pulumi.export(name, value)
