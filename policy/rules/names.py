"""The rule about names: those of the runbook (docs/facts/runbook.md), by which people and AI Conductor find things.

Owns: which resources have such a name. Does not own the names: the patterns are what the program itself derives, of
everything that its settings allow. Configurable, for installations with names of their own. Advisory: an existing
workspace that was adopted keeps the names that it has.
"""

import re
from collections.abc import Iterator

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationArgs,
)

from project_workspace import limits
from project_workspace.names import derive
from rules.configuration import PATTERN
from rules.reading import resource_rule

_PART = limits.DNS_LABEL.pattern
_DERIVED = derive(
    project=limits.PROJECT.pattern, environment=_PART, infra=_PART, alias=_PART, email_domain="", specs=[_PART]
)
"""The derivation of names, applied to patterns in place of settings: a pattern of each name."""

NAMED: dict[str, tuple[str, str, str]] = {
    "aws:s3/bucket:Bucket": ("bucket", "bucket", _DERIVED.bucket),
    "kubernetes:kubeflow.org/v1:Profile": ("namespace", "metadata.name", _DERIVED.namespace),
    "kubernetes:core/v1:Namespace": ("namespace", "metadata.name", _DERIVED.namespace),
    "aws:eks/nodeGroup:NodeGroup": ("nodeGroup", "nodeGroupName", _DERIVED.node_groups[_PART].group),
    "pulumi-python:dynamic/conductor:Workspace": ("workspace", "name", _DERIVED.workspace),
}
"""By type: the setting, the property, and the pattern."""


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
                setting: {**PATTERN, "description": f"Regular expression of {path}.", "default": pattern}
                for setting, path, pattern in NAMED.values()
            }
        ),
    ),
]
