"""The document of a shared managed IAM policy: read, and written as a new version.

Owns: adding and removing a workspace's entries there, as JSON, with the policy's five versions and 6,144 characters in
view, and reading it again afterwards. Does not own: which statement gets or has an entry (`statements.py`), the
policy, and who may write when: IAM has no compare-and-set, so the caller holds a Lease and passes its `renew` as
`before_write` (`lease`). What comes after add and remove is the document from before; a `Resource` that was one
string stays a list of one, which means the same to IAM.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from project_workspace import limits
from project_workspace.aws.client import translate_errors, with_deadline
from project_workspace.iam import statements
from project_workspace.iam.statements import Grant, Place, Policy
from project_workspace.remote.errors import ConflictError, RefusedError, UnreachableError

MAX_VERSIONS = 5
ATTEMPTS = 8
"""How often an edit is made again after throttling, a lost answer, or an edit by somebody without the Lease."""
VERIFY_READS = 8
VERIFY_SECONDS = 0.5


def read(iam: Any, policy_arn: str) -> Policy:
    """The document of the default version. Raises NotFoundError, or RefusedError when it is not JSON."""
    with translate_errors("iam:GetPolicy", policy_arn):
        version = with_deadline(lambda: iam.get_policy(PolicyArn=policy_arn))["Policy"]["DefaultVersionId"]
    with translate_errors("iam:GetPolicyVersion", policy_arn):
        found = with_deadline(lambda: iam.get_policy_version(PolicyArn=policy_arn, VersionId=version))
        document = found["PolicyVersion"]["Document"]
    if not isinstance(document, dict):
        raise RefusedError(
            "The document of the shared policy is not JSON",
            where=policy_arn,
            remedy="Correct it, or set 'access.mode: bucket-policy'.",
        )
    return document


def misfit(iam: Any, policy_arn: str, arns: Sequence[str]) -> RefusedError | None:
    """Why these ARNs could not be put into the policy; None when they could. Raises NotFoundError for no policy."""
    return statements.misfit(read(iam, policy_arn), policy_arn, arns)


def change_resources(
    iam: Any,
    policy_arn: str,
    *,
    add: Sequence[str],
    had: Grant,
    before_write: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Place]:
    """Put `add` where it belongs and take out the rest of what the stack `had`; answers where its entries are now.

    That is one new default version; nothing is written when nothing changes. `before_write` is called before every
    write and may raise to stop it. Raises NotFoundError for a missing policy, RefusedError for a document that has no
    place for an ARN or would become too long, ConflictError when somebody keeps undoing the edit, UnreachableError
    when IAM gives no usable answer.
    """
    remove: list[Place] | None = None
    places: list[Place] = []

    def once() -> None:
        nonlocal remove
        document = read(iam, policy_arn)
        if add and (refusal := statements.misfit(document, policy_arn, add)):
            raise refusal
        if (
            remove is None
        ):  # known from the document before the first edit: afterwards an entry that is left is not ours
            remove = statements.ours(document, had)
        edited = statements.edited(document, add=add, remove=remove)
        places[:] = statements.places(edited, add)
        if edited == document:
            return
        text = _checked_text(edited, policy_arn)
        _prune(iam, policy_arn, before_write)
        before_write()
        with translate_errors("iam:CreatePolicyVersion", policy_arn, writes=True):
            with_deadline(
                lambda: iam.create_policy_version(PolicyArn=policy_arn, PolicyDocument=text, SetAsDefault=True)
            )
        _verify(iam, policy_arn, add=add, remove=remove, sleep=sleep)

    Retrying(
        # A whole new round, in which everything is read again: so a repeat is harmless.
        retry=retry_if_exception_type((UnreachableError, ConflictError)),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        sleep=sleep,
        reraise=True,
    )(once)
    return places


def size(document: Policy) -> int:
    """Characters as IAM counts them for its quota: without white space."""
    return len(re.sub(r"\s", "", json.dumps(document, separators=(",", ":"), ensure_ascii=False)))


def _checked_text(document: Policy, policy_arn: str) -> str:
    """The document as text; raises RefusedError when IAM would refuse its length."""
    characters = size(document)
    if characters > limits.POLICY_DOCUMENT_LIMIT:
        raise RefusedError(
            f"The shared policy would have {characters:,} characters, and IAM allows {limits.POLICY_DOCUMENT_LIMIT:,}",
            where=policy_arn,
            remedy="Set 'access.mode: bucket-policy' for this workspace, or remove entries of workspaces that "
            "are gone. Nothing was written.",
        )
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _prune(iam: Any, policy_arn: str, before_write: Callable[[], None]) -> None:
    """Delete the oldest version that is not the default one, when there are as many as IAM keeps."""
    with translate_errors("iam:ListPolicyVersions", policy_arn):
        versions = with_deadline(lambda: iam.list_policy_versions(PolicyArn=policy_arn))["Versions"]
    if len(versions) < MAX_VERSIONS:
        return
    others = [version for version in versions if not version["IsDefaultVersion"]]
    oldest = min(others, key=lambda version: int(version["VersionId"].removeprefix("v")))
    before_write()
    with translate_errors("iam:DeletePolicyVersion", policy_arn, writes=True):
        with_deadline(lambda: iam.delete_policy_version(PolicyArn=policy_arn, VersionId=oldest["VersionId"]))


def _verify(
    iam: Any, policy_arn: str, *, add: Sequence[str], remove: Sequence[Place], sleep: Callable[[float], None]
) -> None:
    """Look until the default version shows the change: IAM answers from copies that may be some seconds behind.

    The next holder of the Lease must not begin before. Raises ConflictError when the change does not show.
    """
    for _ in range(VERIFY_READS):
        document = read(iam, policy_arn)
        if statements.edited(document, add=add, remove=remove) == document:
            return
        sleep(VERIFY_SECONDS)
    raise ConflictError(
        "The shared policy does not show the change that was just made",
        where=policy_arn,
        remedy="Somebody else edits it at the same time (the runbook's commands do); run the same command again.",
    )
