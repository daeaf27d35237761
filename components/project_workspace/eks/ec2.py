"""EC2, with its Auto Scaling, as a node group needs it: two resources and the functions of the AWS provider, by token.

Owns: the tokens, the plugin's version, and the one output that is used. Does not own what is declared and asked
(`launch_template.py`, `component.py`, `ec2_lookups.py`). Arguments and answers have the provider's own names, in
camelCase. Why not `pulumi_aws.ec2` and `.autoscaling`: with the first name that is used of one, Python loads the whole
package, 260 modules, which takes more than half a second of CPU in every command. The engine gets the same requests,
and the state is the same
(docs/facts/pulumi-components-and-packages.md, "What the Python SDKs load").
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pulumi

PLUGIN_VERSION = version("pulumi-aws")
"""As every resource of `pulumi_aws` names it; without it, or with another one, the engine starts a second plugin."""


class LaunchTemplate(pulumi.CustomResource):
    """An `aws.ec2.LaunchTemplate`."""

    def __init__(self, name: str, properties: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        made = {**properties, "latestVersion": None}
        super().__init__("aws:ec2/launchTemplate:LaunchTemplate", name, made, _of_the_plugin(opts))

    @property
    @pulumi.getter(name="latestVersion")
    def latest_version(self) -> pulumi.Output[int]:
        """The number of the newest version."""
        return pulumi.get(self, "latestVersion")


class AutoScalingGroupTag(pulumi.CustomResource):
    """An `aws.autoscaling.Tag`: one tag of a group that somebody else has made."""

    def __init__(
        self, name: str, group: pulumi.Input[str], tag: Mapping[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        properties = {"autoscalingGroupName": group, "tag": tag}
        super().__init__("aws:autoscaling/tag:Tag", name, properties, _of_the_plugin(opts))


def ask(function: str, arguments: Mapping[str, Any], opts: pulumi.InvokeOptions) -> pulumi.Output[dict[str, Any]]:
    """What `aws:ec2` answers to, for example, `getSubnets`; unknown while an argument is."""
    own = pulumi.InvokeOptions(version=PLUGIN_VERSION)
    return pulumi.runtime.invoke_output(
        f"aws:ec2/{function}:{function}", dict(arguments), opts=pulumi.InvokeOptions.merge(own, opts)
    )


def _of_the_plugin(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version=PLUGIN_VERSION), opts)
