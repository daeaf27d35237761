"""Entries in `Statement[0].Resource` of a shared managed IAM policy, as the runbook keeps them (docs/facts/runbook.md).

Owns: adding and removing ARNs there, as JSON, with the policy's five versions and 6,144 characters in view, and
reading it again afterwards. Does not own: the policy, its other statements and entries, and who may write when: IAM has
no compare-and-set, so the caller holds a Lease and passes its `renew` as `before_write` (`lease`). What comes
after add and remove is the document from before; a `Resource` that was one string stays a list of one, which
means the same to IAM.

IAM refuses an empty list of resources. When the last entry goes, a placeholder takes its place: the ARN of a
bucket whose name no bucket can have, so it grants nothing. The next entry takes the placeholder's place.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from project_workspace import limits
from project_workspace.aws.client import translate_errors, with_deadline
from project_workspace.remote.errors import ConflictError, RefusedError, UnreachableError

MAX_VERSIONS = 5
PLACEHOLDER_NAME = "-no-workspace-"
"""A bucket's name neither begins nor ends with a hyphen (S3's naming rules)."""
ATTEMPTS = 8
"""How often an edit is made again after throttling, a lost answer, or an edit by somebody without the Lease."""
VERIFY_READS = 8
VERIFY_SECONDS = 0.5

Policy = dict[str, Any]


def has_resources(iam: Any, policy_arn: str, arns: Sequence[str]) -> list[bool]:
    """For each ARN whether `Statement[0].Resource` of the default version holds exactly it."""
    document = _read(iam, policy_arn)
    present = _entries(_first_statement(document, policy_arn), policy_arn)
    return [arn in present for arn in arns]


def change_resources(
    iam: Any,
    policy_arn: str,
    *,
    add: Sequence[str],
    remove: Sequence[str],
    before_write: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Take `remove` out and append `add`, in one new default version; nothing is written when nothing changes.

    `before_write` is called before every write and may raise to stop it. Raises NotFoundError for a missing policy,
    RefusedError for a document that is not of the runbook's form or would become too long, ConflictError when
    somebody keeps undoing the edit, UnreachableError when IAM gives no usable answer.
    """
    written: list[bool] = []

    def once() -> None:
        document = _read(iam, policy_arn)
        edited = edited_document(document, policy_arn, add=add, remove=remove)
        if edited == document:
            return
        text = _checked_text(edited, policy_arn)
        _prune(iam, policy_arn, before_write)
        before_write()
        with translate_errors("iam:CreatePolicyVersion", policy_arn, writes=True):
            with_deadline(
                lambda: iam.create_policy_version(PolicyArn=policy_arn, PolicyDocument=text, SetAsDefault=True)
            )
        written.append(True)
        _verify(iam, policy_arn, add=add, remove=remove, sleep=sleep)

    Retrying(
        # A whole new round, in which everything is read again: so a repeat is harmless.
        retry=retry_if_exception_type((UnreachableError, ConflictError)),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.2, max=5),
        sleep=sleep,
        reraise=True,
    )(once)
    return bool(written)


def edited_document(document: Policy, policy_arn: str, *, add: Sequence[str], remove: Sequence[str]) -> Policy:
    """The document with the entries changed, keys and entries in their order; the same one when nothing changes."""
    edited = deepcopy(document)
    statement = _first_statement(edited, policy_arn)
    before = _entries(statement, policy_arn)
    wanted = list(dict.fromkeys(add))
    kept = [arn for arn in before if arn not in remove or arn in wanted]
    after = [*kept, *(arn for arn in wanted if arn not in kept)]
    if after == before:
        return document
    real = [arn for arn in after if not arn.endswith(f":::{PLACEHOLDER_NAME}")]
    statement["Resource"] = real or [_placeholder(before)]
    return edited


def size(document: Policy) -> int:
    """Characters as IAM counts them for its quota: without white space."""
    return len(re.sub(r"\s", "", json.dumps(document, separators=(",", ":"), ensure_ascii=False)))


def _placeholder(arns: Sequence[str]) -> str:
    partition = arns[0].split(":")[1] if arns and arns[0].startswith("arn:") else "aws"
    return f"arn:{partition}:s3:::{PLACEHOLDER_NAME}"


def _read(iam: Any, policy_arn: str) -> Policy:
    """The document of the default version."""
    with translate_errors("iam:GetPolicy", policy_arn):
        version = with_deadline(lambda: iam.get_policy(PolicyArn=policy_arn))["Policy"]["DefaultVersionId"]
    with translate_errors("iam:GetPolicyVersion", policy_arn):
        found = with_deadline(lambda: iam.get_policy_version(PolicyArn=policy_arn, VersionId=version))
        document = found["PolicyVersion"]["Document"]
    if not isinstance(document, dict):
        raise _unknown_form(policy_arn, "its document is not JSON")
    return document


def _first_statement(document: Policy, policy_arn: str) -> Policy:
    statements = document.get("Statement")
    first = statements[0] if isinstance(statements, list) and statements else statements
    if not isinstance(first, dict):
        raise _unknown_form(policy_arn, "it has no statement")
    if first.get("Effect") != "Allow":
        raise _unknown_form(policy_arn, "its first statement does not allow anything")
    return first


def _entries(statement: Policy, policy_arn: str) -> list[str]:
    """The statement's resources as a list; a single one may be written without."""
    resources = statement.get("Resource")
    entries = [resources] if isinstance(resources, str) else resources
    if not isinstance(entries, list) or not all(isinstance(each, str) for each in entries):
        raise _unknown_form(policy_arn, "its first statement has no 'Resource'")
    return list(entries)


def _unknown_form(policy_arn: str, why: str) -> RefusedError:
    return RefusedError(
        f"The shared policy is not of the runbook's form: {why}",
        where=policy_arn,
        remedy="Its first statement must allow S3 actions on a list of buckets; or set 'access.mode: bucket-policy'.",
    )


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
    iam: Any, policy_arn: str, *, add: Sequence[str], remove: Sequence[str], sleep: Callable[[float], None]
) -> None:
    """Look until the default version shows the change: IAM answers from copies that may be some seconds behind.

    The next holder of the Lease must not begin before. Raises ConflictError when the change does not show.
    """
    for _ in range(VERIFY_READS):
        document = _read(iam, policy_arn)
        if edited_document(document, policy_arn, add=add, remove=remove) == document:
            return
        sleep(VERIFY_SECONDS)
    raise ConflictError(
        "The shared policy does not show the change that was just made",
        where=policy_arn,
        remedy="Somebody else edits it at the same time (the runbook's commands do); run the same command again.",
    )
