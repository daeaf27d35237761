"""Stand-in for Kubeflow's profile controller: one pass over one Profile.

Owns: the order of the steps, which is the real controller's: the deletion of a Profile is looked at last, so a
Profile that is going away is applied once more first (this is how its namespace comes to be made a second time).
At every pass it writes the whole Profile back, quantities as Kubernetes spells them: here they are those of the
ResourceQuota that the real API server has just read and written with the same types. They differ from the real
controller's in one thing, thousandths: a ResourceQuota has nothing smaller.
"""

from __future__ import annotations

import logging

from local.kube.objects import Object, Objects
from local.standins.profile_controller import desired, plugins

MANAGER = "manager"
"""As the API server knows the real one: the name of its executable."""

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
    quota = _apply_quota(objects, profile)
    profile = _write_back(objects, profile, quota)
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
        objects.replace(found, MANAGER)
    return True


def _apply(objects: Objects, wanted: Object, compared: list[str]) -> Object:
    """Create an object, or write the compared parts of it when they differ; other parts are left alone."""
    metadata = wanted["metadata"]
    found = objects.get(wanted["apiVersion"], wanted["kind"], metadata["name"], metadata["namespace"])
    if found is None:
        return objects.create(wanted, MANAGER)
    if any(found.get(part) != wanted[part] for part in compared):
        return objects.replace({**found, **{part: wanted[part] for part in compared}}, MANAGER)
    return found


def _apply_quota(objects: Objects, profile: Object) -> Object:
    """Make the quota what the Profile says; answers its spec as the API server spells it."""
    quota = desired.resource_quota(profile)
    if quota is not None:
        return _apply(objects, quota, ["spec"])["spec"]
    objects.delete(*desired.RESOURCE_QUOTA, desired.QUOTA_NAME, profile["metadata"]["name"])
    return desired.quota_spec(profile)


def _write_back(objects: Objects, profile: Object, quota: Object) -> Object:
    """Write the whole Profile (PatchDefaultPluginSpec), which changes nothing where nothing is spelt otherwise."""
    profile["spec"] = {**profile.get("spec", {}), "resourceQuotaSpec": quota}
    return objects.replace(profile, MANAGER)


def _set_finalizer(objects: Objects, profile: Object) -> None:
    finalizers = profile["metadata"].setdefault("finalizers", [])
    if desired.FINALIZER not in finalizers:
        finalizers.append(desired.FINALIZER)
        objects.replace(profile, MANAGER)


def _finalize(objects: Objects, profile: Object) -> None:
    finalizers = profile["metadata"].get("finalizers") or []
    if desired.FINALIZER not in finalizers:
        return
    plugins.revoke(objects, profile)
    profile["metadata"]["finalizers"] = [each for each in finalizers if each != desired.FINALIZER]
    objects.replace(profile, MANAGER)
