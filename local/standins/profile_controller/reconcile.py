"""Stand-in for Kubeflow's profile controller: one pass over one Profile.

Owns: the order of the steps, which is the real controller's: the deletion of a Profile is looked at last, so a
Profile that is going away is applied once more first (this is how its namespace comes to be made a second time).
"""

from __future__ import annotations

import logging

from local.kube.objects import Object, Objects
from local.standins.profile_controller import desired, plugins

MANAGER = "profile-controller"

_log = logging.getLogger("profile-controller")


def reconcile(objects: Objects, name: str) -> None:
    """Bring the objects of a Profile in line with it. Errors of the API server are the caller's to repeat."""
    profile = objects.get(*desired.PROFILE, name)
    if profile is None or not _claim_namespace(objects, profile):
        return
    _apply(objects, desired.authorization_policy(profile), ["spec"])
    for account, role in ((desired.EDITOR, "kubeflow-edit"), (desired.VIEWER, "kubeflow-view")):
        _apply(objects, desired.service_account(profile, account), [])
        _apply(objects, desired.account_binding(profile, account, role), ["roleRef", "subjects"])
    _apply(objects, desired.owner_binding(profile), ["roleRef", "subjects"])
    _apply_quota(objects, profile)
    plugins.apply(objects, profile)
    if profile["metadata"].get("deletionTimestamp") is None:
        _set_finalizer(objects, profile)
    else:
        _finalize(objects, profile)


def _claim_namespace(objects: Objects, profile: Object) -> bool:
    """Make the namespace, or complete its labels; False when it is somebody else's.

    A refusal is only logged. The real controller also appends a condition to the Profile, with an update that the
    status subresource drops: nobody ever sees it.
    """
    wanted = desired.namespace(profile)
    found = objects.get(*desired.NAMESPACE, wanted["metadata"]["name"])
    if found is None:
        objects.create(wanted, MANAGER)
        _log.info("created namespace %s", wanted["metadata"]["name"])
        return True
    owner = (found["metadata"].get("annotations") or {}).get(desired.OWNER)
    if owner != desired.owner_name(profile):
        _log.info(
            "profile %s: namespace already exist, but not owned by profile creator %s",
            profile["metadata"]["name"],
            desired.owner_name(profile),
        )
        return False
    labels = found["metadata"].get("labels") or {}
    completed = {**desired.NAMESPACE_LABELS, **labels}
    if completed != labels:
        found["metadata"]["labels"] = completed
        objects.replace(found)
    return True


def _apply(objects: Objects, wanted: Object, compared: list[str]) -> None:
    """Create an object, or write the compared parts of it when they differ; other parts are left alone."""
    metadata = wanted["metadata"]
    found = objects.get(wanted["apiVersion"], wanted["kind"], metadata["name"], metadata["namespace"])
    if found is None:
        objects.create(wanted, MANAGER)
    elif any(found.get(part) != wanted[part] for part in compared):
        objects.replace({**found, **{part: wanted[part] for part in compared}})


def _apply_quota(objects: Objects, profile: Object) -> None:
    quota = desired.resource_quota(profile)
    if quota is not None:
        _apply(objects, quota, ["spec"])
    else:
        objects.delete(*desired.RESOURCE_QUOTA, desired.QUOTA_NAME, profile["metadata"]["name"])


def _set_finalizer(objects: Objects, profile: Object) -> None:
    finalizers = profile["metadata"].setdefault("finalizers", [])
    if desired.FINALIZER not in finalizers:
        finalizers.append(desired.FINALIZER)
        objects.replace(profile)


def _finalize(objects: Objects, profile: Object) -> None:
    finalizers = profile["metadata"].get("finalizers") or []
    if desired.FINALIZER not in finalizers:
        return
    plugins.revoke(objects, profile)
    profile["metadata"]["finalizers"] = [each for each in finalizers if each != desired.FINALIZER]
    objects.replace(profile)
