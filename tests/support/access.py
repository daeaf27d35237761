"""What the API server lets somebody do, by its own answer: SubjectAccessReview."""

from __future__ import annotations

from local.kube.objects import Objects

Call = tuple[str, str, str]
"""Verb, API group and resource, for example ("create", "apps", "deployments"); "pods/exec" is a subresource."""


def allowed(objects: Objects, user: str, call: Call, namespace: str, name: str = "") -> bool:
    """Whether the authorizer lets the user do it in the namespace (empty: in all of them), to that object."""
    verb, group, whole = call
    resource, _, subresource = whole.partition("/")
    attributes = {
        "namespace": namespace,
        "verb": verb,
        "group": group,
        "resource": resource,
        "subresource": subresource,
        "name": name,
    }
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": {}}
    asked = {**review, "spec": {"user": user, "resourceAttributes": attributes}}
    return objects.create(asked, "test")["status"]["allowed"]
