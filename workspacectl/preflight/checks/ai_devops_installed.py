"""What the installer of ai-devops has made, as its guide looks at it in "Step 3".

Owns: these checks. Does not own repairs. The parts are those of the guide's table of pods ("HyperCloud 5.1 ai-devops
spec"); later branches of the installer have others, so one that is not there is a warning, and names the script's own
defects that leave parts out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from project_workspace.kube.cluster import CORE, Document, Ref
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.deployments import DEPLOYMENTS
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import AiDevopsSite

PARTS = {
    "kubeflow": (
        "application-controller",
        "katib-controller",
        "katib-db-manager",
        "katib-mysql",
        "katib-ui",
        "kfserving-controller-manager",
        "minio",
        "notebook-controller-deployment",
        "profiles-deployment",
        "pytorch-operator",
        "tf-job-operator",
    ),
    "knative-serving": ("activator", "autoscaler", "controller", "istio-webhook", "networking-istio", "webhook"),
}
"""By namespace, as the guide's table has them."""
SLOW = ("katib-db-manager", "katib-mysql")
"""Their own probes restart them several times before they run ("Step 3")."""
PATIENCE = timedelta(minutes=10)
WELL = "Running and ready"


def now() -> datetime:
    """In UTC, as the cluster's times are."""
    return datetime.now(UTC)


def installed_parts(site: AiDevopsSite) -> Answer:
    """Each part of the guide's table of pods is there ("Etc. 2")."""
    found = {
        (namespace, str(each["metadata"]["name"]))
        for namespace in PARTS
        for kind in (DEPLOYMENTS, Ref(DEPLOYMENTS.api, "statefulsets", "StatefulSet", "", ""))
        for each in site.cluster.every(Ref(kind.api, kind.plural, kind.kind, namespace, ""))
    }
    missing = [
        f"{namespace}/{name}" for namespace, names in PARTS.items() for name in names if (namespace, name) not in found
    ]
    if not missing:
        return ok(f"{sum(map(len, PARTS.values()))} parts")
    if len(missing) == sum(map(len, PARTS.values())):
        return failed("none of them", "ai-devops", "./manifest/install-ai-devops.sh")
    remedy = "look at what the installer's script printed for its file; of later branches some are called otherwise"
    return warning(f"not there: {', '.join(missing)}", "all of the guide's table", remedy)


def installed_pods(site: AiDevopsSite) -> Answer:
    """Every pod of the namespaces kubeflow and knative-serving runs and is ready ("Step 3")."""
    pods = [each for namespace in PARTS for each in site.cluster.every(Ref(CORE, "pods", "Pod", namespace, ""))]
    odd = {_name(pod): (why, _may_still_come(pod)) for pod in pods if (why := _why_not(pod))}
    if not pods:
        return failed(f"no pod in {' or '.join(PARTS)}", "those of ai-devops", "./manifest/install-ai-devops.sh")
    if not odd:
        return ok(f"{len(pods)} pods")
    told, look = "; ".join(f"{name}: {why}" for name, (why, _) in sorted(odd.items())), _look(odd)
    if all(may for _, may in odd.values()):
        minutes = int(PATIENCE.total_seconds() // 60)
        return warning(
            told, f"{WELL} within {minutes} minutes, after several restarts of their own", "look again later"
        )
    return failed(told, WELL, look)


def _look(odd: dict[str, tuple[str, bool]]) -> str:
    namespace, _, name = next(iter(sorted(name for name, (_, may) in odd.items() if not may) or sorted(odd))).partition(
        "/"
    )
    return f"kubectl -n {namespace} describe pod {name}"


def _name(pod: Document) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _why_not(pod: Document) -> str:
    """Why a pod is not well; empty when it is, or has done its work."""
    phase = str(any_of(pod, "status", "phase") or "Unknown")
    if phase == "Succeeded":
        return ""
    ready = any(
        each["type"] == "Ready" and each["status"] == "True" for each in any_of(pod, "status", "conditions") or []
    )
    if phase == "Running" and ready:
        return ""
    reasons = sorted({*_reasons(pod)})
    return ", ".join([phase if phase != "Running" else "Running, not ready", *reasons])


def _reasons(pod: Document) -> Iterator[str]:
    for status in any_of(pod, "status", "containerStatuses") or []:
        if reason := any_of(status, "state", "waiting", "reason"):
            yield str(reason)
        if restarts := status.get("restartCount"):
            yield f"{restarts} restarts"


def _may_still_come(pod: Document) -> bool:
    """Whether it is one of the slow starters, within its time."""
    made = datetime.fromisoformat(str(pod["metadata"]["creationTimestamp"]).replace("Z", "+00:00"))
    return str(pod["metadata"]["name"]).startswith(SLOW) and now() - made <= PATIENCE


CHECKS = (installed_parts, installed_pods)
