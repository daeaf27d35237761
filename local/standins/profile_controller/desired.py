"""Stand-in for Kubeflow's profile controller: the objects that a Profile stands for.

Source: docs/facts/kubeflow-profiles.md, "What the controller makes", and for the policy the controller's documented
defaults (header `kubeflow-userid`, no prefix; Kubeflow's service account names).
"""

from __future__ import annotations

from local.kube.objects import Object

PROFILE = ("kubeflow.org/v1", "Profile")
NAMESPACE = ("v1", "Namespace")
SERVICE_ACCOUNT = ("v1", "ServiceAccount")
RESOURCE_QUOTA = ("v1", "ResourceQuota")
ROLE_BINDING = ("rbac.authorization.k8s.io/v1", "RoleBinding")
AUTHORIZATION_POLICY = ("security.istio.io/v1beta1", "AuthorizationPolicy")

FINALIZER = "profile-finalizer"
OWNER = "owner"
"""The annotation by which a namespace knows its owner."""
QUOTA_NAME = "kf-resource-quota"
POLICY_NAME = "ns-owner-access-istio"
EDITOR, VIEWER = "default-editor", "default-viewer"

NAMESPACE_LABELS = {
    "katib.kubeflow.org/metrics-collector-injection": "enabled",
    "serving.kubeflow.org/inferenceservice": "enabled",
    "pipelines.kubeflow.org/enabled": "true",
    "app.kubernetes.io/part-of": "kubeflow-profile",
}
"""Labels that every profile's namespace gets unless it has the key already."""

_INGRESS = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
_PIPELINES = "cluster.local/ns/kubeflow/sa/ml-pipeline-ui"
_NOTEBOOKS = "cluster.local/ns/kubeflow/sa/notebook-controller-service-account"
_RBAC = "rbac.authorization.k8s.io"


def owner_name(profile: Object) -> str:
    """The name of the Profile's owner; empty when it names none."""
    return str(profile.get("spec", {}).get("owner", {}).get("name", ""))


def namespace(profile: Object) -> Object:
    """The namespace of a Profile, as it is first made."""
    found = _controlled(NAMESPACE, profile, profile["metadata"]["name"], namespaced=False)
    found["metadata"]["annotations"] = {OWNER: owner_name(profile)}
    found["metadata"]["labels"] = {"istio-injection": "enabled", **NAMESPACE_LABELS}
    return found


def service_account(profile: Object, name: str) -> Object:
    """`default-editor` or `default-viewer`."""
    return _controlled(SERVICE_ACCOUNT, profile, name)


def account_binding(profile: Object, name: str, cluster_role: str) -> Object:
    """The role of a service account, under the account's name."""
    subject = {"kind": "ServiceAccount", "name": name, "namespace": profile["metadata"]["name"]}
    return _binding(profile, name, cluster_role, subject)


def owner_binding(profile: Object) -> Object:
    """`namespaceAdmin`: the owner administers the namespace."""
    found = _binding(profile, "namespaceAdmin", "kubeflow-admin", profile.get("spec", {}).get("owner", {}))
    found["metadata"]["annotations"] = _owner_annotations(profile)
    return found


def resource_quota(profile: Object) -> Object | None:
    """The quota, or None when the Profile sets no hard limit."""
    spec = quota_spec(profile)
    return {**_controlled(RESOURCE_QUOTA, profile, QUOTA_NAME), "spec": spec} if "hard" in spec else None


def quota_spec(profile: Object) -> Object:
    """The Profile's quota without what is empty: Go's types leave that out."""
    spec = profile.get("spec", {}).get("resourceQuotaSpec") or {}
    return {part: value for part, value in spec.items() if value}


def authorization_policy(profile: Object) -> Object:
    """Who may reach the namespace's workloads: the owner, the namespace itself, probes, the notebook controller."""
    when_owner = {"key": "request.headers[kubeflow-userid]", "values": [owner_name(profile)]}
    within = {"key": "source.namespace", "values": [profile["metadata"]["name"]]}
    rules = [
        {"from": [{"source": {"principals": [_INGRESS, _PIPELINES]}}], "when": [when_owner]},
        {"when": [within]},
        {"to": [{"operation": {"paths": ["/healthz", "/metrics", "/wait-for-drain"]}}]},
        {
            "from": [{"source": {"principals": [_NOTEBOOKS]}}],
            "to": [{"operation": {"methods": ["GET"], "paths": ["*/api/kernels"]}}],
        },
    ]
    found = _controlled(AUTHORIZATION_POLICY, profile, POLICY_NAME)
    found["metadata"]["annotations"] = _owner_annotations(profile)
    return {**found, "spec": {"action": "ALLOW", "rules": rules}}


def _owner_annotations(profile: Object) -> dict[str, str]:
    return {"user": owner_name(profile), "role": "admin"}


def _binding(profile: Object, name: str, cluster_role: str, subject: Object) -> Object:
    role = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": cluster_role}
    return {**_controlled(ROLE_BINDING, profile, name), "roleRef": role, "subjects": [subject]}


def _controlled(kind: tuple[str, str], profile: Object, name: str, *, namespaced: bool = True) -> Object:
    """An object whose controller is the Profile, as controller-runtime's SetControllerReference says it."""
    reference = {
        "apiVersion": PROFILE[0],
        "kind": PROFILE[1],
        "name": profile["metadata"]["name"],
        "uid": profile["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    metadata: Object = {"name": name, "ownerReferences": [reference]}
    if namespaced:
        metadata["namespace"] = profile["metadata"]["name"]
    return {"apiVersion": kind[0], "kind": kind[1], "metadata": metadata}
