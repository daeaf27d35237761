"""Stand-in for Kubeflow's profile controller: the Profile's plugins.

Owns: `AwsIamForServiceAccount` with `annotateOnly` (an annotation on `default-editor`). Everything of it that would
change an IAM role, and `WorkloadIdentity`, is not implemented. Kinds that the real controller does not know either
are ignored with a log line. As in the real one the annotation stays when a Profile names the plugin no more, and a
Profile whose service account is gone before its plugin was revoked keeps its finalizer
(docs/facts/kubeflow-profiles.md, "The plugin for IAM roles").
"""

from __future__ import annotations

import logging
from typing import Any

from local.kube.objects import Object, Objects
from local.standins.profile_controller.desired import EDITOR, SERVICE_ACCOUNT

AWS_IAM = "AwsIamForServiceAccount"
ROLE_ARN = "eks.amazonaws.com/role-arn"

_log = logging.getLogger("profile-controller")


class NotImplementedHereError(Exception):
    """The Profile asks for something that the real controller does and the stand-in does not."""


class PluginError(Exception):
    """What the real controller's plugin fails with; the Profile is tried again."""


def apply(objects: Objects, profile: Object) -> None:
    """Apply every plugin. Raises NotImplementedHereError and PluginError."""
    for spec in _known(profile):
        _annotate(objects, profile, _field(spec, "awsIamRole"))


def revoke(objects: Objects, profile: Object) -> None:
    """Take back what `apply` did, before the Profile goes. Raises PluginError."""
    for _ in _known(profile):
        _annotate(objects, profile, None)


def _known(profile: Object) -> list[Object]:
    specs: list[Object] = []
    for plugin in profile.get("spec", {}).get("plugins") or []:
        kind, spec = plugin.get("kind"), plugin.get("spec") or {}
        if kind == "WorkloadIdentity":
            raise NotImplementedHereError("Not implemented by the stand-in: the plugin WorkloadIdentity.")
        if kind != AWS_IAM:
            _log.info("profile %s: plugin not recognised: %s", profile["metadata"]["name"], kind)
            continue
        if not _field(spec, "annotateOnly"):
            raise NotImplementedHereError(
                f"Not implemented by the stand-in: {AWS_IAM} without annotateOnly, which edits the role's trust policy."
            )
        if not _field(spec, "awsIamRole"):
            raise PluginError("failed to setup service account because awsIamRole is empty")
        specs.append(spec)
    return specs


def _field(spec: Object, name: str) -> Any:
    """A field whatever its case: Go's JSON decoder takes `AnnotateOnly` for `annotateOnly`."""
    return next((value for key, value in spec.items() if key.lower() == name.lower()), None)


def _annotate(objects: Objects, profile: Object, role: str | None) -> None:
    account = objects.get(*SERVICE_ACCOUNT, EDITOR, profile["metadata"]["name"])
    if account is None:
        raise PluginError(f'ServiceAccount "{EDITOR}" not found')
    objects.merge(account, {"metadata": {"annotations": {ROLE_ARN: role}}})
