"""What this identity may do on the cluster, asked of the API server itself.

Owns: the question. Does not own which rights a stack needs (`workspacectl/permissions`). Why one review a right: the
API server answers for all its authorizers together; its list of somebody's rules is incomplete where one of them is a
webhook, as EKS's access policies are (Kubernetes API, SelfSubjectRulesReview, `status.incomplete`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from project_workspace.config.ai_devops_program import AI_DEVOPS
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.kube.cluster import Ref
from workspacectl.permissions import ai_devops_needs, kubernetes_needs, workbench_needs
from workspacectl.permissions.kubernetes import Needs, Right, Rule
from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.site import Site, any_of

NEEDS: Mapping[str, Needs[Any]] = {
    WORKSPACE.namespace: kubernetes_needs.NEEDS,
    WORKBENCH.namespace: workbench_needs.NEEDS,
    AI_DEVOPS.namespace: ai_devops_needs.NEEDS,
}
"""By program."""

REVIEW = "SelfSubjectAccessReview"
REVIEWS = Ref("apis/authorization.k8s.io/v1", "selfsubjectaccessreviews", REVIEW, "", "")
AT_ONCE = 8
"""How many reviews are under way at a time: an API server gives one client some ten requests at once."""
BY_RBAC = "RBAC: allowed"
"""How the reason of a review begins that RBAC has answered."""
Needed = tuple[Rule, Right]


@dataclass(frozen=True)
class _Review:
    """What the API server says of one right."""

    allowed: bool
    reason: str


def rights(site: Site) -> Answer:
    """This identity may do on the cluster what the stack's `up` and `destroy` do (docs/permissions.md)."""
    needs = NEEDS[site.program.namespace]
    needed = needs.of(site.options)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        allowed = list(pool.map(lambda each: _reviewed(site, each[1]).allowed, needed))
    missing = [each for each, may in zip(needed, allowed, strict=True) if not may and _is_asked_for(site, each[0])]
    missing = _without_held(site, missing, needs.held(site.options))
    if not missing:
        return ok(f"all {len(needed)} that are needed")
    told = ", ".join(str(right) for _, right in missing)
    first, *others = needs.files
    files = [first, *(each for each in others if any(rule.file == each for rule, _ in missing))]
    applied = " ".join(f"-f docs/permissions/kubernetes-{each}.yaml" for each in files)
    return failed(
        f"missing: {told}", f"all {len(needed)} that are needed", f"kubectl apply {applied} (docs/permissions.md)"
    )


def _reviewed(site: Site, right: Right) -> _Review:
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": REVIEW, "spec": {"resourceAttributes": right.attributes}}
    status = any_of(site.cluster.create(REVIEWS, review), "status") or {}
    return _Review(bool(status.get("allowed")), str(status.get("reason") or ""))


def _without_held(site: Site, missing: list[Needed], held: Mapping[str, Sequence[Right]]) -> list[Needed]:
    """Those for which there is nothing that does as well."""
    instead = {rule.instead for rule, _ in missing if rule.instead}
    there = {name for name in instead if _all_held(site, held[name])}
    return [each for each in missing if each[0].instead not in there]


def _all_held(site: Site, rights: Sequence[Right]) -> bool:
    """Whether RBAC itself gives all of them: Kubernetes compares what somebody hands on with that alone, and not with
    what other authorizers allow."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return all(pool.map(lambda right: _reviewed(site, right).reason.startswith(BY_RBAC), rights))


def _is_asked_for(site: Site, rule: Rule) -> bool:
    """Whether the program asks for these objects at all: of some kinds only where the cluster has them."""
    return not rule.where_served or site.cluster.serves(Ref(rule.where_served, rule.resource, rule.resource, "", ""))


CHECKS = (rights,)
