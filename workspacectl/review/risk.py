"""What a reviewer must see first, and what may not be merged.

Owns: which resources bear data or work; the rule that a bucket or namespace goes with the stated permission only; and
the rule that an adoption takes nothing away. The engine asks a policy pack about what there will be and not about what
goes, so this is judged here. Does not own what a change takes away (`losses.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from project_workspace.config.programs import PROGRAMS
from workspacectl.review.events import Preview, Step, Violation

BUCKET = "aws:s3/bucket:Bucket"
NAMESPACES = ("kubernetes:kubeflow.org/v1:Profile", "kubernetes:core/v1:Namespace")
BEARS_DATA = {
    BUCKET: "the bucket, with everything in it",
    **dict.fromkeys(NAMESPACES, "the namespace, with everything in it"),
    "kubernetes:core/v1:PersistentVolumeClaim": "the volume, with what is on it unless it is one that stays",
    "pulumi-python:dynamic/conductor:Workspace": "the AI Conductor workspace, with everything in it",
}
BEARS_WORK = {"aws:eks/nodeGroup:NodeGroup": "the node group: its pods are moved or lost"}
NEEDS_PERMISSION = (BUCKET, *NAMESPACES)
ADOPTIONS = tuple(f"{program.namespace}:adopt" for program in PROGRAMS)
PERMISSIONS = tuple(f"{program.namespace}:deleteData" for program in PROGRAMS)
"""Settings of a stack, by its program."""
GOES = ("replace", "delete")


def weighty(preview: Preview) -> list[tuple[Step, str]]:
    """What is replaced or deleted that bears data or work, data first, and what is taken away; what each means."""
    return [
        *(
            (step, kinds[step.type])
            for kinds in (BEARS_DATA, BEARS_WORK)
            for step in preview.steps
            if step.action in GOES and step.type in kinds
        ),
        *_taken_away(preview),
    ]


def _taken_away(preview: Preview) -> list[tuple[Step, str]]:
    """Of buckets that stay; a new one has nothing to lose yet, and with one that goes everything does."""
    whole = {(step.action, step.name) for step in preview.steps if step.type == BUCKET}
    return [(step, lost) for step in preview.steps if (step.action, step.name) not in whole for lost in step.losses]


def violations(preview: Preview) -> list[Violation]:
    """Those of the policy pack and of the rules here, mandatory ones first."""
    found = [*preview.violations, *_without_permission(preview), *_lost_by_adoption(preview)]
    return sorted(found, key=lambda each: (each.level != "mandatory", each.policy, each.resource))


def may_not_pass(previews: Iterable[Preview]) -> bool:
    """Whether any of them failed or breaks a mandatory rule."""
    return any(preview.errors or any(each.level == "mandatory" for each in violations(preview)) for preview in previews)


def _is_said(preview: Preview, settings: Iterable[str]) -> bool:
    return any(preview.config.get(setting) == "true" for setting in settings)


def _without_permission(preview: Preview) -> list[Violation]:
    if _is_said(preview, PERMISSIONS):
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


def _lost_by_adoption(preview: Preview) -> list[Violation]:
    if not _is_said(preview, ADOPTIONS):
        return []
    return [
        Violation(
            "adoption-takes-nothing-away",
            "mandatory",
            f"{step.type} {step.name}",
            f'{lost[0].upper()}{lost[1:]}. Keep it (docs/adoption.md, "What stays on the bucket"), or let it go by an '
            "'up' of its own, after the adoption, without 'adopt: true'.",
        )
        for step, lost in _taken_away(preview)
    ]
