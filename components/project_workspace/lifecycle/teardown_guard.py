"""The guard that looks before a teardown: it depends on everything, so destroy removes it first.

Owns: the refusal to begin a destroy while bucket, namespace or AI Conductor workspace have content, unless the stack
says `deleteData: true`; and then the removal of the AI Conductor workspace's content. Also the refusal of a change that
would replace the bucket with content in it; namespace and workspace have guards of their own. Does not own the bucket's
content: its `force_destroy` removes it. Why a resource: Pulumi has no hook that runs before the first deletion, and
half a workspace removed is worse than none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws.provider_connection import ACCOUNT, require_account
from project_workspace.conductor.provider import delete_workspace_content, workspace_content
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kubeflow.contents import namespace_content, volumes_content
from project_workspace.kubeflow.ownership import require_own_namespace
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.s3.contents import content_of
from project_workspace.schema.problem import Problem


@dataclass(kw_only=True)
class TeardownGuardArgs:
    """What to look at before a destroy."""

    bucket: pulumi.Input[str]
    region: str
    namespace: Optional[str] = None
    """Name of the Kubernetes namespace that goes; default: none to look at."""
    own_volumes: Optional[Mapping[str, Any]] = None
    """`namespace` and `names` of claims that go though their namespace stays; default: none to look at."""
    delete_data: bool = False
    """Whether destroy may remove content: of the bucket, the namespace and the AI Conductor workspace."""
    retain_bucket: Optional[bool] = None
    """Whether the bucket stays on AWS, so that its content is in no danger; default: no."""
    conductor_url: Optional[str] = None
    """AI Conductor's URL; default: no workspace to look at."""
    conductor_profile: Optional[str] = None
    workspace: Optional[str] = None
    """Name of the AI Conductor workspace."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class TeardownGuardProvider(RemoteProvider):
    """Refuses its own deletion while there is content."""

    what = "teardown guard"
    update_on: ClassVar[tuple[str, ...]] = (
        "bucket",
        "region",
        "namespace",
        "ownVolumes",
        "deleteData",
        "retainBucket",
        "conductorUrl",
        "conductorProfile",
        "workspace",
        ACCOUNT,
        *CONNECTION,
    )

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return f"{inputs['bucket']}", {}

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """Another bucket takes the place of the old one: refused while there is anything in that.

        Looked at only when the name changes, so that a preview without such a change asks nobody.
        """
        before = plain(olds)
        # The bucket goes with its content only when an `up` has said so to it, and only as long as that is still meant.
        may_go = (before.get("deleteData") and known.get("deleteData")) or before.get("retainBucket")
        bucket = before.get("bucket")
        if not bucket or bucket == known.get("bucket") or may_go:
            return []
        content = self._run("look at what would be replaced", before, lambda: content_of(self.config, before))
        sentence = (
            f"Expected the bucket that there is, '{bucket}', because of its content: {content}. Move it and remove it, "
            "old versions too, or set 'deleteData: true' and run 'pulumi up' before the change."
        )
        return [Problem("bucket", sentence)] if content else []

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        # The others look too, but this one goes first.
        require_account(self.config, outputs)
        if outputs.get("clusterUid"):
            connect(self.config, outputs)
        if outputs.get("namespace"):
            require_own_namespace(connect(self.config, outputs), outputs["namespace"])
        if outputs.get("deleteData"):
            if outputs.get("conductorUrl"):
                delete_workspace_content(self.config, outputs)
            return
        found = [
            content
            for content in (
                None if outputs.get("retainBucket") else content_of(self.config, outputs),
                namespace_content(self.config, outputs),
                volumes_content(self.config, outputs),
                workspace_content(self.config, outputs) if outputs.get("conductorUrl") else None,
            )
            if content
        ]
        if found:
            raise RefusedError(
                f"The workspace still has content: {'; '.join(found)}. Nothing was deleted",
                where=f"bucket {outputs['bucket']}",
                remedy="Remove the content, or set 'deleteData: true', run 'pulumi up', and destroy again.",
            )


class TeardownGuard(Resource, module="lifecycle", name="TeardownGuard"):
    """Deleted before everything that it depends on, or not at all."""

    def __init__(self, name: str, args: TeardownGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(TeardownGuardProvider(), name, inputs_of(args), opts)
