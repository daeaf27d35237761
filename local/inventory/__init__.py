"""Everything that a workspace touches, as it is on a platform: to compare before an `up` and after a `destroy`.

Owns: the parts, taking all or some of them, and what is deliberately not compared. Does not own what should be there.
Objects are taken whole and texts as they are: a tag, a label or a comment in dex's configuration that was lost is a
difference. What is left out is named, each with its reason, where it is left out:

| left out | in |
|---|---|
| versions, managers, states and counters that the API server keeps; the marks of dex's restarts | `kubernetes` |
| Leases that nobody holds; pods and replica sets of Deployments; events | `kubernetes` |
| earlier versions of the shared policies, and when they were written | `identities` |
| instances that are terminated, free addresses of subnets, earlier versions of launch templates | `compute` |
| sessions and counters of AI Conductor and Grafana | `standins` |

Passwords' hashes and Secrets' contents are taken as fingerprints, or shown as such.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.inventory import buckets, compute, identities, kubernetes, standins
from local.inventory.comparing import differences
from local.platform import Platform

__all__ = ["PARTS", "Inventory", "differences", "take"]

Inventory = dict[str, Any]

PARTS: dict[str, Callable[[Platform], Any]] = {
    "dex configuration": kubernetes.dex_configuration,
    "kubernetes": kubernetes.objects,
    "buckets": buckets.buckets,
    "roles": identities.roles,
    "users": identities.users,
    "policies": identities.policy_documents,
    "policies besides their documents": identities.policies,
    "identity providers": identities.providers,
    "clusters": compute.clusters,
    "node groups": compute.node_groups,
    "pod identities": compute.pod_identities,
    "auto scaling groups": compute.scaling_groups,
    "launch templates": compute.launch_templates,
    "instances": compute.instances,
    "networks": compute.networks,
    "ai-conductor": standins.ai_conductor,
    "grafana": standins.grafana,
}


def take(platform: Platform, *parts: str) -> Inventory:
    """The inventory of a platform that runs, or only these parts of it."""
    return {part: PARTS[part](platform) for part in parts or PARTS}
