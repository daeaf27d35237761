"""What this identity may do on AWS, asked of IAM itself.

Owns: the question and its meaning. Does not own what a stack needs (`workspacectl/permissions/needs.py`). IAM simulates
with the policies of the user or role, its permissions boundary and the organization's policies, and not with the
policies of resources, nor with what a session narrows (docs/facts/aws-before-an-up.md, "Simulation of rights").
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from project_workspace.aws import provider_connection
from project_workspace.aws import settings as aws_settings
from workspacectl.permissions.needs import Need, needs
from workspacectl.preflight.answers import Answer, failed, ok, unknown
from workspacectl.preflight.checks.amazon.asking import ask, principal
from workspacectl.preflight.site import NodeGroupsSite

SIDE_BY_SIDE = 4
"""Simulations at once: IAM takes few requests a second of an account."""
ALLOWED = "allowed"
NOT_SIMULATED = (
    "IAM simulates for users and roles, and {arn} is neither. Ask with the identity that will run 'pulumi up'."
)


def aws_rights(site: NodeGroupsSite) -> Answer | None:
    """This identity may do on AWS what the stack's `up` and `destroy` need (docs/permissions.md), as IAM simulates
    it."""
    stack = site.on_aws()
    if stack is None:
        return None
    who = principal(site)
    if who is None:
        return unknown(NOT_SIMULATED.format(arn=provider_connection.account(site.config).arn))
    wanted = needs(stack)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        missing = [each for found in pool.map(lambda need: list(_missing(site, who, need)), wanted) for each in found]
    if missing:
        return failed(f"missing: {'; '.join(missing)}", f"all of them for {who}", "docs/permissions.md, 'AWS'")
    narrowed = any(role.narrowed for role in aws_settings.read(site.values.get).assume_roles)
    without = ", without what 'aws:assumeRoles' narrows" if narrowed else ""
    return ok(f"{sum(len(need.actions) for need in wanted)} actions, simulated for {who}{without}")


def _missing(site: NodeGroupsSite, who: str, need: Need) -> Iterator[str]:
    """For each resource the actions that are not allowed on it."""
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"} for key, value in need.context
    ]
    results = ask(
        site,
        "iam:SimulatePrincipalPolicy",
        "EvaluationResults",
        who,
        PolicySourceArn=who,
        ActionNames=list(need.actions),
        ResourceArns=list(need.resources),
        ContextEntries=entries,
    )
    with_ = "".join(f" with {key} {value}" for key, value in need.context)
    refused: dict[str, list[str]] = {}
    for resource, action in (each for result in results for each in _refused(result)):
        refused.setdefault(resource, []).append(action)
    return (f"{', '.join(actions)} on {resource}{with_}" for resource, actions in refused.items())


def _refused(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The resources on which this action is not allowed; with one resource IAM may answer for the whole alone."""
    whole = {"EvalResourceName": result["EvalResourceName"], "EvalResourceDecision": result["EvalDecision"]}
    may = result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True)
    by_whom = "" if may else " (refused by the organization)"
    for each in result.get("ResourceSpecificResults") or [whole]:
        if each["EvalResourceDecision"] != ALLOWED:
            yield each["EvalResourceName"], f"{result['EvalActionName']}{by_whom}"


CHECKS = (aws_rights,)
