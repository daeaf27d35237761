"""The rule about names: those of the runbook (docs/facts/runbook.md), by which people and AI Conductor find things.

Owns: the patterns. Configurable, for installations with names of their own. Advisory: an existing workspace that was
adopted keeps the names that it has.
"""

import re
from collections.abc import Iterator

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationArgs,
)

from rules.reading import resource_rule

NAMED: dict[str, tuple[str, str, str]] = {
    "aws:s3/bucket:Bucket": ("bucket", "bucket", r"s3-[a-z0-9]+-[a-z0-9]+-[a-z0-9]+-[a-z][a-z0-9]*"),
    "kubernetes:kubeflow.org/v1:Profile": ("namespace", "metadata.name", r"aic-ns-[a-z][a-z0-9]*-ws"),
    "aws:eks/nodeGroup:NodeGroup": (
        "nodeGroup",
        "nodeGroupName",
        r"ng-[a-z0-9]+-aicond-[a-z][a-z0-9]*-ws-[a-z0-9-]+",
    ),
    "pulumi-python:dynamic/conductor:Workspace": ("workspace", "name", r"[a-z][a-z0-9]*-ws"),
}
"""By type: the setting, the property, and the runbook's pattern (docs/facts/runbook.md, section 1)."""


def name_follows_the_convention(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type not in NAMED:
        return
    setting, path, _ = NAMED[args.resource_type]
    value = args.props
    for key in path.split("."):
        value = value.get(key) or {}
    pattern = args.get_config()[setting]
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield f"'{value}' is not named as the others are. Leave the name to the program, or match {pattern}."


RULES = [
    resource_rule(
        "name-follows-the-convention",
        "Buckets, namespaces, node groups and workspaces are named by the installation's convention.",
        name_follows_the_convention,
        EnforcementLevel.ADVISORY,
        PolicyConfigSchema(
            {
                setting: {"type": "string", "description": f"Regular expression of {path}.", "default": pattern}
                for setting, path, pattern in NAMED.values()
            }
        ),
    ),
]
