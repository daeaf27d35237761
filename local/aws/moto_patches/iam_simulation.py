"""Stand-in for IAM's SimulatePrincipalPolicy, which moto has not: what the policies of a user or role allow.

Owns: the answer's form, and what IAM refuses: an ARN that is no user's or role's, one that is not there. Does not own
the judging (`local/aws/policies.py`). The identity that moto has for keys which nobody was given may do everything, as
it may at moto's other calls. Not implemented, and refused with a word about it: permissions boundaries, and policies
that come with the request. Organizations' policies do not exist here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput, NotFoundException
from moto.iam.responses import IamResponse

from local.aws import policies
from local.aws.policies import Call, Statement

ENTITY = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(?P<kind>user|role)/(?:.+/)?(?P<name>[^/]+)")
ANYBODY = "arn:aws:sts::{account}:user/moto"
EVERYTHING: list[Statement] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
ELSEWHERE = ("PolicyInputList", "PermissionsBoundaryPolicyInputList", "ResourcePolicy", "ResourceOwner", "CallerArn")


def close() -> None:
    """Give moto the operation."""
    response: Any = IamResponse
    response.simulate_principal_policy = _simulate


def _simulate(self: IamResponse) -> ActionResult:
    for name in ELSEWHERE:
        if self._get_param(name):
            raise InvalidInput(f"Not implemented by the stand-in: {name}.")
    statements = _statements(self, self._get_param("PolicySourceArn"))
    resources = self._get_param("ResourceArns", [])
    context = {
        each["ContextKeyName"]: each["ContextKeyValues"][0] for each in self._get_param("ContextEntries", []) or []
    }
    results = [_result(statements, action, resources, context) for action in self._get_param("ActionNames")]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _result(statements: list[Statement], action: str, resources: list[str], context: dict[str, str]) -> dict[str, Any]:
    decisions = {each: _decision(statements, Call(action, each, context)) for each in resources or ["*"]}
    whole = next((each for each in decisions.values() if each != "allowed"), "allowed")
    result = {"EvalActionName": action, "EvalResourceName": next(iter(decisions)), "EvalDecision": whole}
    specific = [{"EvalResourceName": name, "EvalResourceDecision": each} for name, each in decisions.items()]
    return {**result, "ResourceSpecificResults": specific if resources else []}


def _decision(statements: list[Statement], call: Call) -> str:
    said = policies.effects(statements, call)
    return "explicitDeny" if "Deny" in said else "allowed" if said else "implicitDeny"


def _statements(self: IamResponse, arn: str) -> list[Statement]:
    backend: Any = self.backend
    if arn == ANYBODY.format(account=backend.account_id):
        return EVERYTHING
    found = ENTITY.fullmatch(arn or "")
    if not found:
        raise InvalidInput(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    entity = _entity(backend, found["kind"], found["name"], arn)
    if getattr(entity, "permissions_boundary", None):
        raise InvalidInput("Not implemented by the stand-in: permissions boundaries.")
    groups = backend.get_groups_for_user(found["name"]) if found["kind"] == "user" else []
    return [statement for each in (entity, *groups) for document in _documents(each) for statement in document]


def _entity(backend: Any, kind: str, name: str, arn: str) -> Any:
    there = backend.users.get(name) if kind == "user" else backend.get_role(name)
    if there is None or there.arn != arn:
        raise NotFoundException(f"The {kind} with name {name} cannot be found.")
    return there


def _documents(entity: Any) -> Iterator[list[Statement]]:
    attached = (
        next(version.document for version in policy.versions if version.is_default)
        for policy in entity.managed_policies.values()
    )
    for text in (*entity.policies.values(), *attached):
        said = (json.loads(text) if isinstance(text, str) else text)["Statement"]
        yield said if isinstance(said, list) else [said]
