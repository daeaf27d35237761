"""Rules about data: kept in production, and never without the guard that looks before a teardown.

Owns: which resources bear data. Does not own deletions themselves: the engine asks a pack about what there will be, not
about what goes, so what a change deletes or replaces is judged where the preview is read (`workspacectl review`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.configuration import PATTERN
from rules.reading import for_each, of_type, resource_rule

BUCKET = "aws:s3/bucket:Bucket"
GUARD = "pulumi-python:dynamic/lifecycle:TeardownGuard"
LOOK = "pulumi-python:dynamic/lifecycle:CollisionCheck"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
DATA_STAYS = "project-workspace/data-stays"
"""The annotation of a claim whose data stays when it goes."""
BEARS_DATA = (
    BUCKET,
    "kubernetes:kubeflow.org/v1:Profile",
    "kubernetes:kubeflow.org/v1beta1:Profile",
    "kubernetes:core/v1:Namespace",
    CLAIM,
    "pulumi-python:dynamic/conductor:Workspace",
)
PRODUCTION = r"(^|-)prod$"


def production_data_is_protected(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type == CLAIM and DATA_STAYS in (args.props.get("metadata", {}).get("annotations") or {}):
        return
    if args.resource_type in (*BEARS_DATA, GUARD) and _is_production(args) and not args.opts.protect:
        yield f"{args.name} bears data of production and is not protected. Take 'protect: false' out of the stack."


def production_data_is_not_up_for_deletion(args: ResourceValidationArgs) -> Iterator[str]:
    allowed = {BUCKET: "forceDestroy", GUARD: "deleteData"}.get(args.resource_type)
    if allowed and _is_production(args) and args.props.get(allowed):
        yield f"A destroy would remove {args.name} with its data. Take 'deleteData: true' out of the stack again."


def bucket_has_its_guard(args: StackValidationArgs, report: ReportViolation) -> None:
    guarded = {guard.props.get("bucket") for guard in of_type(args.resources, GUARD)}
    for_each(
        of_type(args.resources, BUCKET),
        lambda bucket: (
            None
            if bucket.props.get("bucket") in guarded
            else f"Nothing looks into bucket {bucket.name} before a teardown. Add a TeardownGuard."
        ),
        report,
    )


def adopted_bucket_keeps_its_content(args: StackValidationArgs, report: ReportViolation) -> None:
    """While a workspace is adopted; afterwards it is this stack's own, and so are its rules."""
    if any(look.props.get("adopt") for look in of_type(args.resources, LOOK)):
        for_each(of_type(args.resources, LIFECYCLE), _removal, report)


def _removal(lifecycle: PolicyResource) -> Optional[str]:
    removing = [str(rule.get("id")) for rule in lifecycle.props.get("rules") or [] if _removes(rule)]
    if not removing:
        return None
    return (
        f"Lifecycle rules of {lifecycle.name} remove what is in an adopted bucket: {', '.join(removing)}. Name "
        "'lifecycle' in the stack's 'storage.unmanaged', or let them begin by an 'up' of its own, after the adoption."
    )


def _removes(rule: Mapping[str, Any]) -> bool:
    expiration = rule.get("expiration") or {}
    return bool(rule.get("noncurrentVersionExpiration") or expiration.get("days") or expiration.get("date"))


def _is_production(args: ResourceValidationArgs) -> bool:
    # urn:pulumi:STACK::PROJECT::TYPE::NAME
    stack = args.urn.split(":")[2]
    return bool(re.search(args.get_config()["productionStacks"], stack))


_STACKS = PolicyConfigSchema(
    {
        "productionStacks": {
            **PATTERN,
            "description": "Regular expression of the names of stacks whose data is production's.",
            "default": PRODUCTION,
        }
    }
)

RULES = [
    resource_rule(
        "production-data-is-protected",
        "What bears data in a production stack has Pulumi's protect.",
        production_data_is_protected,
        EnforcementLevel.MANDATORY,
        _STACKS,
    ),
    resource_rule(
        "production-data-is-not-up-for-deletion",
        "A production stack's data may not be removed along with it.",
        production_data_is_not_up_for_deletion,
        EnforcementLevel.ADVISORY,
        _STACKS,
    ),
    StackValidationPolicy(
        name="bucket-has-its-guard",
        description="A bucket is looked into before it is taken away.",
        validate=bucket_has_its_guard,
        enforcement_level=EnforcementLevel.MANDATORY,
    ),
    StackValidationPolicy(
        name="adopted-bucket-keeps-its-content",
        description="While a workspace is adopted, no lifecycle rule removes what is in its bucket.",
        validate=adopted_bucket_keeps_its_content,
        enforcement_level=EnforcementLevel.ADVISORY,
    ),
]
