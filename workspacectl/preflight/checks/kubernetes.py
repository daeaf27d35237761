"""The cluster: that it answers, what this identity may do there, and what a namespace's pods need of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from project_workspace.dex.options import PASSWORD_OBJECT
from project_workspace.eks.instance_types import is_gpu
from project_workspace.eks.scheduling import GPU_RESOURCE
from project_workspace.iam.options import SHARED_POLICIES
from project_workspace.kube.cluster import CORE, Document, Ref, deployment, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.namespaces.kinds import PLAIN, PROFILE
from project_workspace.tenancy.contributor import OWNER_ROLE
from project_workspace.volumes.places import CLASSES, DEFAULT, is_default
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.site import Site, WorkspaceSite, any_of

RBAC_GROUP = "rbac.authorization.k8s.io"
WRITE = ("get", "create", "patch", "delete")
REVIEWS = Ref("apis/authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "", "")


@dataclass(frozen=True)
class Right:
    """One thing that somebody may do."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    """Empty: of the cluster, or in all namespaces."""
    name: str = ""
    """Empty: of whatever name."""

    def __str__(self) -> str:
        kind = f"{self.resource}{f'.{self.group}' if self.group else ''}{f'/{self.name}' if self.name else ''}"
        return f"{self.verb} {kind}{f' in {self.namespace}' if self.namespace else ''}"


def cluster_answers(site: Site) -> Answer:
    """The cluster answers this identity, and is the one that the kubeconfig means."""
    return ok(f"{site.cluster.server}, uid {site.cluster.uid}")


def rights(site: WorkspaceSite) -> Answer:
    """This identity may make, change and remove what the stack has in the cluster (docs/permissions.md)."""
    missing = [str(right) for right in _needed(site) if not _allowed(site, right)]
    if not missing:
        return ok("all that are needed")
    return failed(f"missing: {', '.join(missing)}", "all of them", "docs/permissions.md, 'Kubernetes'")


def _needed(site: WorkspaceSite) -> Iterator[Right]:
    yield Right("get", "", "namespaces")
    yield from _of_the_namespace(site)
    yield from _of_the_people(site)
    yield from _of_dex(site)
    if site.options.access.mode == SHARED_POLICIES:
        yield from _all("coordination.k8s.io", "leases", site.options.access.lease_namespace, ("create",))


def _all(group: str, resource: str, namespace: str = "", verbs: Sequence[str] = WRITE) -> Iterator[Right]:
    return (Right(verb, group, resource, namespace) for verb in verbs)


def _of_the_namespace(site: WorkspaceSite) -> Iterator[Right]:
    options, namespace = site.options, site.names.namespace
    if options.namespace.kind == PROFILE:
        yield from _all("kubeflow.org", "profiles")
    elif options.quota:
        yield from _all("", "resourcequotas", namespace)
    if options.namespace.kind == PLAIN:
        yield from _all("", "namespaces")
    if options.network.isolated:
        yield from _all("networking.k8s.io", "networkpolicies", namespace)
    if options.volumes:
        yield from _all("", "persistentvolumeclaims", namespace)


def _of_the_people(site: WorkspaceSite) -> Iterator[Right]:
    options, namespace = site.options, site.names.namespace
    roles = {*(member.role for member in options.members), *([OWNER_ROLE] if options.owner_is_bound else [])}
    if not roles:
        return
    yield from _all(RBAC_GROUP, "rolebindings", namespace)
    for role in sorted(roles):
        yield Right("bind", RBAC_GROUP, "clusterroles", name=f"kubeflow-{role}" if options.contributors else role)
    if options.contributors:
        yield from _all("security.istio.io", "authorizationpolicies", namespace)


def _of_dex(site: WorkspaceSite) -> Iterator[Right]:
    dex = site.options.login.dex
    if not site.options.login.enabled:
        return
    if dex.stored_in == PASSWORD_OBJECT:
        yield from _all("dex.coreos.com", "passwords", dex.namespace, ("get", "create", "update", "delete"))
        return
    yield from (Right(verb, "", "configmaps", dex.namespace, dex.config_map) for verb in ("get", "update"))
    yield from (Right(verb, "apps", "deployments", dex.namespace, dex.deployment) for verb in ("get", "patch"))


def _allowed(site: Site, right: Right) -> bool:
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    asked = {**review, "spec": {"resourceAttributes": {key: text for key, text in asdict(right).items() if text}}}
    return bool(any_of(site.cluster.create(REVIEWS, asked), "status", "allowed"))


def default_storage_class(site: WorkspaceSite) -> Answer:
    """One StorageClass is the cluster's default: a claim that names none waits for ever without it."""
    classes = list(site.cluster.every(CLASSES))
    names = sorted(each["metadata"]["name"] for each in classes if is_default(each))
    if len(names) == 1:
        return ok(names[0])
    seen = f"{len(names)} defaults: {', '.join(names)}" if names else f"no default among {_names(classes) or 'none'}"
    mark = f'kubectl patch storageclass NAME -p \'{{"metadata": {{"annotations": {{"{DEFAULT[0]}": "true"}}}}}}\''
    needs = [
        volume.name for volume in site.options.volumes if not (volume.storage_class or volume.shared or volume.volume)
    ]
    if needs and not names:
        return failed(seen, f"a default, since the volumes {', '.join(needs)} name none", mark)
    return warning(seen, "one default", mark)


def _names(found: list[Document]) -> str:
    return ", ".join(sorted(str(each["metadata"]["name"]) for each in found))


def profile_controller(site: WorkspaceSite) -> Answer | None:
    """Kubeflow's Profiles are served, and its controller runs: without it a Profile never becomes ready."""
    if site.options.namespace.kind != PROFILE:
        return None
    if not site.cluster.serves(profile_ref("")):
        remedy = "install Kubeflow's profile controller, or set 'namespace.kind: plain'"
        return failed("no kind Profile of kubeflow.org/v1", "Kubeflow", remedy)
    place = deployment("kubeflow", "profiles-deployment")
    running = any_of(site.cluster.find(place) or {}, "status", "availableReplicas")
    if running:
        return ok(f"{running} running")
    remedy = "kubectl -n kubeflow get deployment profiles-deployment"
    return warning(f"no {place} that is available", "the profile controller, under whatever name", remedy)


def istio(site: WorkspaceSite) -> Answer | None:
    """Istio's AuthorizationPolicies are served, where members are Kubeflow's contributors."""
    options = site.options
    if not (options.contributors and (options.members or options.owner_is_bound)):
        return None
    if site.cluster.serves(object_ref("AuthorizationPolicy", "", "")):
        return ok("served")
    return failed("no kind AuthorizationPolicy of security.istio.io/v1beta1", "Istio", "install Istio")


def gpus(site: WorkspaceSite) -> Answer | None:
    """Something advertises the GPUs of nodes: pods that ask for one wait for ever otherwise."""
    with_gpus = [group.spec for group in site.options.node_groups if is_gpu(group.instance_type, group.ami_type)]
    if not with_gpus:
        return None
    nodes = list(site.cluster.every(Ref(CORE, "nodes", "Node", "", "")))
    advertised = [node for node in nodes if any_of(node, "status", "allocatable", GPU_RESOURCE) not in (None, "0")]
    if advertised:
        return ok(f"{len(advertised)} nodes with GPUs")
    plugins = [
        each for each in site.cluster.every(Ref("apis/apps/v1", "daemonsets", "DaemonSet", "", "")) if _is_plugin(each)
    ]
    if plugins:
        return ok(f"{_names(plugins)}; no node with GPUs is up now")
    remedy = "install NVIDIA's device plugin (docs/installing.md); nodes of Bottlerocket and Auto Mode need none"
    return warning("no node with GPUs, and no device plugin", f"one, for {', '.join(with_gpus)}", remedy)


def _is_plugin(daemon_set: Document) -> bool:
    return "nvidia-device-plugin" in str(daemon_set["metadata"]["name"])


CHECKS = (cluster_answers, rights, default_storage_class, profile_controller, istio, gpus)
