"""Stand-in for pulumi-kubernetes: sentences for what the Kubernetes client raises. Secrets stay out of them."""

from __future__ import annotations

import re
from typing import Any

from local.plugins.provider import Values

_QUOTED_VALUE = re.compile(r'(Invalid value: )(".*?[^\\]"|\S+)', re.DOTALL)


def sentence(error: Exception, endpoint: str) -> str | None:
    """What to tell the user about an exception of the Kubernetes client; None when it is none of its."""
    from urllib3.exceptions import HTTPError

    from kubernetes.client.exceptions import ApiException
    from kubernetes.dynamic.exceptions import DynamicApiError
    from local.kube.objects import UnknownKindError, explain

    if isinstance(error, DynamicApiError):
        return f"The Kubernetes API server refused the request: {explain(error)}"
    if isinstance(error, UnknownKindError):
        return f"{error} Is its custom resource definition installed?"
    if isinstance(error, (HTTPError, ApiException)):
        return (
            f"The Kubernetes cluster at {endpoint or 'the configured address'} cannot be reached ({_cause(error)}). "
            "Check that it runs and that kubernetes:kubeconfig or KUBECONFIG names it."
        )
    return None


def refused(label: str, doing: str, error: Any, inputs: Values) -> str:
    """A sentence for an object that the API server refused: `doing` is for example `created`."""
    from kubernetes.dynamic.exceptions import ConflictError
    from local.kube.objects import explain

    message = explain(error)
    if inputs.get("kind") == "Secret":
        message = _QUOTED_VALUE.sub(r"\1[secret]", message)
    if isinstance(error, ConflictError):
        message += (
            ". Somebody else set these fields: leave them alone (ignore_changes), or take them over with the "
            'annotation pulumi.com/patchForce: "true"'
        )
    return f"{label} was not {doing}: {message}"


def _cause(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return type(reason or error).__name__
