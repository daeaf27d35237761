"""The namespace's LimitRange: what a container gets that says nothing itself.

Owns: the object. Does not own its figures (`container_defaults.py`), nor the LimitRanges of others: Kubernetes applies
all that there are, in no order that it promises.
"""

from collections.abc import Mapping
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.tenancy.container_defaults import LIMITS, REQUESTS

NAME = "workspace-defaults"


def limit_range(
    name: str,
    namespace: str,
    defaults: Mapping[str, Mapping[str, str]],
    annotations: Mapping[str, str],
    opts: Optional[pulumi.ResourceOptions] = None,
) -> pulumi.Resource:
    """The LimitRange with these requests and limits; `annotations` say whose it is."""
    fields = {REQUESTS: "defaultRequest", LIMITS: "default"}
    limits = {field: dict(defaults[kind]) for kind, field in fields.items() if kind in defaults}
    manifest = {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": NAME, "namespace": namespace, "annotations": dict(annotations)},
        "spec": {"limits": [{"type": "Container", **limits}]},
    }
    return BuiltIn(name, "core/v1", manifest, opts)
