"""The rule about AWS tags: by which a bill and an audit find whose something is.

Owns: which resources are asked, those that cost something or hold data. Configurable: the tags. None are required
unless a stack's policy configuration names them.
"""

from collections.abc import Iterator

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationArgs,
)

from rules.reading import resource_rule

ASKED = (
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:iam/role:Role",
    "aws:s3/bucket:Bucket",
)


def required_tags_are_there(args: ResourceValidationArgs) -> Iterator[str]:
    wanted = args.get_config()["tags"]
    if args.resource_type not in ASKED or not wanted:
        return
    there = args.props.get("tags") or {}
    missing = [tag for tag in wanted if not there.get(tag)]
    if missing:
        yield f"{args.name} has no tag {', '.join(missing)}. Set it in the stack's 'tags'."


RULES = [
    resource_rule(
        "required-tags-are-there",
        "What costs something or holds data carries the installation's tags.",
        required_tags_are_there,
        EnforcementLevel.MANDATORY,
        PolicyConfigSchema(
            {
                "tags": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Tags that must have a value, for example 'team'.",
                    "default": [],
                }
            }
        ),
    ),
]
