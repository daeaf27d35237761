"""What is declared by token goes to the same plugin as everything of pulumi_aws."""

import pulumi
from pulumi_aws import _utilities as sdk

from project_workspace.eks.ec2 import PLUGIN_VERSION


def test_the_plugin_is_the_one_that_the_sdk_asks_for() -> None:
    assert vars(sdk.get_resource_opts_defaults()) == vars(pulumi.ResourceOptions(version=PLUGIN_VERSION))
    assert vars(sdk.get_invoke_opts_defaults()) == vars(pulumi.InvokeOptions(version=PLUGIN_VERSION))
