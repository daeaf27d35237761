"""Stands in for the controllers of ai-devops: each has a finalizer on its objects, and takes it off while it runs.

A controller runs while its Deployment is there and is not being deleted; nothing else ever takes a finalizer off. That
of Profiles makes a namespace for each, which goes with it.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

from kubernetes.dynamic.exceptions import DynamicApiError

from local.kube.objects import Object, Objects

OF = {
    ("kubeflow.org/v1", "Profile"): "profiles-deployment",
    ("kubeflow.org/v1", "Notebook"): "notebook-controller-deployment",
    ("serving.kubeflow.org/v1beta1", "InferenceService"): "kfserving-controller-manager",
}
"""The Deployment in `kubeflow` of each kind's controller."""
FINALIZER = "stand-in.kubeflow.org/cleanup"


@contextmanager
def running(objects: Objects) -> Generator[None]:
    """They run, each as its Deployment says, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(objects, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _run(objects: Objects, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        for (api_version, kind), deployment in OF.items():
            with suppress(DynamicApiError):  # gone, or changed by somebody else: the next round looks again
                if _is_running(objects, deployment):
                    for each in objects.list_all(api_version, kind)[0]:
                        _reconcile(objects, each)


def _is_running(objects: Objects, deployment: str) -> bool:
    found = objects.get("apps/v1", "Deployment", deployment, "kubeflow")
    return bool(found) and not found["metadata"].get("deletionTimestamp")


def _reconcile(objects: Objects, found: Object) -> None:
    metadata = found["metadata"]
    if not metadata.get("deletionTimestamp"):
        if FINALIZER not in (metadata.get("finalizers") or []):
            objects.merge(found, {"metadata": {"finalizers": [FINALIZER]}})
        if found["kind"] == "Profile" and not objects.get("v1", "Namespace", metadata["name"]):
            objects.create(_namespace_of(found), "profiles-controller")
        return
    objects.merge(found, {"metadata": {"finalizers": None}})
    if found["kind"] == "Profile":
        objects.delete("v1", "Namespace", metadata["name"])


def _namespace_of(profile: Object) -> dict[str, Any]:
    metadata = profile["metadata"]
    owner = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "name": metadata["name"], "uid": metadata["uid"]}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": metadata["name"], "ownerReferences": [{**owner, "controller": True}]},
    }
