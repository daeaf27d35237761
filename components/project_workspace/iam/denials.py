"""What a shared policy denies on a bucket: a denial wins over whatever allows, so entries beside it would be in vain.

Owns: which actions are denied on a bucket or on all of its objects. Does not own what is allowed (`statements.py`).
Denials under a condition (without TLS, from elsewhere) are not counted: they are meant to hold now and then, and those
of a part of the objects are not either.
"""

from __future__ import annotations

from collections.abc import Iterable

from project_workspace.iam.elements import Policy, matches, matches_action, raw_statements, texts


def denied(document: Policy, arn: str, actions: Iterable[str]) -> set[str]:
    """Those of the actions that the policy never allows on the bucket, or on any of its objects (`/*`)."""
    denials = [
        raw
        for raw in raw_statements(document)
        if raw.get("Effect") == "Deny" and not raw.get("Condition") and _reaches(raw, arn)
    ]
    return {action for action in actions if any(_is_about(raw, action) for raw in denials)}


def _is_about(raw: Policy, action: str) -> bool:
    if "Action" in raw:
        return matches_action(texts(raw["Action"]), action)
    return "NotAction" in raw and not matches_action(texts(raw["NotAction"]), action)


def _reaches(raw: Policy, arn: str) -> bool:
    if "Resource" in raw:
        return any(matches(entry, arn) for entry in texts(raw["Resource"]))
    within = arn.removesuffix("*")
    spared = (
        matches(entry, arn) or (within != arn and entry.startswith(within)) for entry in texts(raw.get("NotResource"))
    )
    return not any(spared)
