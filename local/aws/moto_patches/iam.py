"""Gaps of moto's IAM: the size of managed policies, deleting what is attached, attachments per role.

Numbers: docs/facts/iam-policies.md, "Quotas".
"""

from __future__ import annotations

import re
from typing import Any

from moto.iam.exceptions import DeleteConflictException, LimitExceededException
from moto.iam.models import IAMBackend, ManagedPolicy, PolicyVersion

POLICY_LIMIT = 6144
"""Characters of a managed policy; white space is not counted."""
ATTACHMENT_LIMIT = 10
"""Managed policies attached to one role, by default."""


def close() -> None:
    """Check before moto's own methods run."""
    create_policy, create_version = IAMBackend.create_policy, IAMBackend.create_policy_version
    delete_policy, attach_role_policy = IAMBackend.delete_policy, IAMBackend.attach_role_policy

    def checked_create(  # noqa: PLR0917 # moto's own signature
        self: IAMBackend,
        description: str,
        path: str,
        policy_document: str,
        policy_name: str,
        tags: list[dict[str, str]],
    ) -> ManagedPolicy:
        _check_size(policy_document)
        return create_policy(self, description, path, policy_document, policy_name, tags)

    def checked_version(self: IAMBackend, policy_arn: str, policy_document: str, set_as_default: bool) -> PolicyVersion:
        _check_size(policy_document)
        return create_version(self, policy_arn, policy_document, set_as_default)

    def checked_delete(self: IAMBackend, policy_arn: str) -> None:
        policy: Any = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                "versions. The default version is deleted with the policy."
            )
        delete_policy(self, policy_arn)

    def checked_attach(self: IAMBackend, policy_arn: str, role_name: str) -> None:
        attached = self.get_role(role_name).managed_policies
        if policy_arn not in attached and len(attached) >= ATTACHMENT_LIMIT:
            raise LimitExceededException(f"Cannot exceed quota for PoliciesPerRole: {ATTACHMENT_LIMIT}")
        attach_role_policy(self, policy_arn, role_name)

    IAMBackend.create_policy = checked_create
    IAMBackend.create_policy_version = checked_version
    IAMBackend.delete_policy = checked_delete
    IAMBackend.attach_role_policy = checked_attach


def _check_size(document: str) -> None:
    if len(re.sub(r"\s", "", document)) > POLICY_LIMIT:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {POLICY_LIMIT}")
