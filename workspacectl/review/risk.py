"""What a reviewer must see first, and what may not be merged.

Owns: which resources bear data or work, and the rule that a bucket or Profile goes with the stated permission only: the
engine asks a policy pack about what there will be and not about what goes, so this is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable

from workspacectl.review.events import Preview, Step, Violation

BEARS_DATA = {
    "aws:s3/bucket:Bucket": "the bucket, with everything in it",
    "kubernetes:kubeflow.org/v1:Profile": "the namespace, with everything in it",
    "pulumi-python:dynamic/conductor:Workspace": "the AI Conductor workspace, with everything in it",
}
BEARS_WORK = {"aws:eks/nodeGroup:NodeGroup": "the node group: its pods are moved or lost"}
NEEDS_PERMISSION = ("aws:s3/bucket:Bucket", "kubernetes:kubeflow.org/v1:Profile")
PERMISSION = "project-workspace:deleteData"
GOES = ("replace", "delete")


def weighty(preview: Preview) -> list[tuple[Step, str]]:
    """What is replaced or deleted that bears data or work, data first, and what that means."""
    return [
        (step, kinds[step.type])
        for kinds in (BEARS_DATA, BEARS_WORK)
        for step in preview.steps
        if step.action in GOES and step.type in kinds
    ]


def violations(preview: Preview) -> list[Violation]:
    """Those of the policy pack, mandatory ones first, and of the rule about permissions."""
    found = [*preview.violations, *_without_permission(preview)]
    return sorted(found, key=lambda each: (each.level != "mandatory", each.policy, each.resource))


def may_not_pass(previews: Iterable[Preview]) -> bool:
    """Whether any of them failed or breaks a mandatory rule."""
    return any(preview.errors or any(each.level == "mandatory" for each in violations(preview)) for preview in previews)


def _without_permission(preview: Preview) -> list[Violation]:
    if preview.config.get(PERMISSION) == "true":
        return []
    return [
        Violation(
            "data-goes-with-permission-only",
            "mandatory",
            f"{step.type} {step.name}",
            f"It would be {step.action}d. Keep the setting that it depends on, or state the permission: "
            "'deleteData: true', applied by an 'up' of its own.",
        )
        for step in preview.steps
        if step.action in GOES and step.type in NEEDS_PERMISSION
    ]
