"""What this identity may do on the cluster, asked of the API server itself.

Owns: the question. Does not own which rights a stack needs (`workspacectl/permissions`). Why one review a right: the
API server answers for all its authorizers together; its list of somebody's rules is incomplete where one of them is a
webhook, as EKS's access policies are (Kubernetes API, SelfSubjectRulesReview, `status.incomplete`).
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from project_workspace.kube.cluster import Ref
from workspacectl.permissions import kubernetes_needs
from workspacectl.permissions.kubernetes import NAMESPACES, RULES, Right, Rule, rights_of
from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import WorkspaceSite

REVIEW = "SelfSubjectAccessReview"
REVIEWS = Ref("apis/authorization.k8s.io/v1", "selfsubjectaccessreviews", REVIEW, "", "")
AT_ONCE = 8
"""How many reviews are under way at a time: an API server gives one client some ten requests at once."""


def rights(site: WorkspaceSite) -> Answer:
    """This identity may do on the cluster what the stack's `up` and `destroy` do (docs/permissions.md)."""
    needed = list(_needed(site))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        allowed = list(pool.map(lambda each: _allowed(site, each[1]), needed))
    missing = [each for each, may in zip(needed, allowed, strict=True) if not may and _is_asked_for(site, each[0])]
    if not missing:
        return ok(f"all {len(needed)} that are needed")
    told = ", ".join(str(right) for _, right in missing)
    files = ["kubernetes-update.yaml", *(["kubernetes-namespaces.yaml"] if _any_of_namespaces(missing) else [])]
    remedy = f"kubectl apply {' '.join(f'-f docs/permissions/{file}' for file in files)} (docs/permissions.md)"
    return failed(f"missing: {told}", f"all {len(needed)} that are needed", remedy)


def _needed(site: WorkspaceSite) -> Iterator[tuple[Rule, Right]]:
    rules = [rule for rule in RULES if kubernetes_needs.CONDITIONS[rule.when](site.options)]
    return rights_of(
        rules, kubernetes_needs.places(site.options, site.names), kubernetes_needs.names(site.options, site.names)
    )


def _allowed(site: WorkspaceSite, right: Right) -> bool:
    asked = {key: text for key, text in asdict(right).items() if text}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": REVIEW, "spec": {"resourceAttributes": asked}}
    return bool(any_of(site.cluster.create(REVIEWS, review), "status", "allowed"))


def _is_asked_for(site: WorkspaceSite, rule: Rule) -> bool:
    """Whether the program asks for these objects at all: of some kinds only where the cluster has them."""
    return not rule.where_served or site.cluster.serves(Ref(rule.where_served, rule.resource, rule.resource, "", ""))


def _any_of_namespaces(missing: list[tuple[Rule, Right]]) -> bool:
    return any(rule.file == NAMESPACES for rule, _ in missing)


CHECKS = (rights,)
