"""The dynamic resource `kubeflow:EditorRole`: the role that the service account `default-editor` is annotated with.

Owns: the wait until Kubeflow's controller has written the annotation that the Profile's plugin asks for, and taking it
away when the Profile asks for it no more. Does not own the plugin (`component.py`), nor the role. Why: the controller
takes it away with the whole Profile only (docs/facts/kubeflow-profiles.md, "The plugin for IAM roles"). Pods of an
annotated service account go on asking for the old role, before anything else that would give them one.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import CORE, POLL_SECONDS, Cluster, Document, Ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import DeadlineError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

EDITOR = "default-editor"
ROLE_ARN = "eks.amazonaws.com/role-arn"
GONE = ""
"""What refresh shows for an annotation that is not there."""
LIMIT_SECONDS = 120.0
"""How long the controller may take."""


@dataclass(kw_only=True)
class EditorRoleArgs:
    """The namespace, whose Profile names the role."""

    namespace: pulumi.Input[str]
    """A change replaces the resource."""
    role_arn: pulumi.Input[str]
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class EditorRoleProvider(RemoteProvider):
    """Waits for the annotation, and takes it away again."""

    what = "role of the service account"
    update_on: ClassVar[tuple[str, ...]] = ("roleArn", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        _wait(connect(self.config, inputs), inputs)
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = connect(self.config, outputs).find(_editor(id_))
        return None if found is None else {"roleArn": _annotations(found).get(ROLE_ARN, GONE)}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        _wait(connect(self.config, news), news)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)
        found = cluster.find(_editor(id_))
        # Another role is somebody else's.
        if found and _annotations(found).get(ROLE_ARN) == outputs["roleArn"]:
            cluster.merge(_editor(id_), {"metadata": {"annotations": {ROLE_ARN: None}}})


class EditorRole(Resource, module="kubeflow", name="EditorRole"):
    """Ready when the service account is annotated."""

    def __init__(self, name: str, args: EditorRoleArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(EditorRoleProvider(), name, inputs_of(args), opts)


def _editor(namespace: str) -> Ref:
    return Ref(CORE, "serviceaccounts", "ServiceAccount", namespace, EDITOR)


def _annotations(found: Optional[Document]) -> dict[str, str]:
    return annotations_of(found) if found else {}


def _wait(cluster: Cluster, inputs: Props) -> None:
    ref, end = _editor(inputs["namespace"]), cluster.clock() + LIMIT_SECONDS
    while _annotations(cluster.find(ref)).get(ROLE_ARN) != inputs["roleArn"]:
        if cluster.clock() > end:
            raise DeadlineError(
                f"Kubeflow's profile controller did not annotate {ref} with {ROLE_ARN}",
                where=cluster.server,
                remedy="What it says: 'kubectl -n kubeflow logs deployment/profiles-deployment'. Mend that, then run "
                "'pulumi up' again, or set 'access.assumedBy: pod-identity', which needs no annotation.",
            )
        cluster.sleep(POLL_SECONDS)
