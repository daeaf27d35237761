"""The guard that looks before a teardown: it depends on everything, so destroy removes it first.

Owns: the refusal to begin a destroy while the bucket or the AI Conductor workspace still has content, unless the stack
says `deleteData: true`; and then the removal of the AI Conductor workspace's content. Does not own the bucket's: its
`force_destroy` empties it. Why a resource: Pulumi has no hook that runs before the first deletion, and half a
workspace removed is worse than none.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from components.clients.bucket import content_of
from components.clients.errors import RefusedError
from components.dynamic.base import Problem, Props, RemoteProvider, inputs_of
from components.dynamic.conductor import delete_workspace_content, workspace_content


@dataclass(kw_only=True)
class TeardownGuardArgs:
    """What to look at before a destroy."""

    bucket: pulumi.Input[str]
    region: str
    delete_data: bool = False
    """Whether destroy may remove content, of the bucket and of the AI Conductor workspace."""
    conductor_url: Optional[str] = None
    """AI Conductor's URL; default: no workspace to look at."""
    conductor_profile: Optional[str] = None
    workspace: Optional[str] = None
    """Name of the AI Conductor workspace."""


class TeardownGuardProvider(RemoteProvider):
    """Refuses its own deletion while there is content."""

    what = "teardown guard"
    compared: ClassVar[tuple[str, ...]] = (
        "bucket",
        "region",
        "deleteData",
        "conductorUrl",
        "conductorProfile",
        "workspace",
    )

    def make(self, inputs: Props) -> tuple[str, Props]:
        return f"{inputs['bucket']}", {}

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """Another bucket or workspace would replace the old one, content and all, without a destroy."""
        if known.get("deleteData"):
            return []
        return [
            Problem(
                name,
                f"Expected the {name} that there is, '{olds[name]}': another one replaces it, with everything in it. "
                "Move the data and set 'deleteData: true' first, or destroy the workspace and make it again.",
            )
            for name in ("bucket", "workspace")
            if olds.get(name) and name in known and olds[name] != known[name]
        ]

    def find(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def change(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def remove(self, id_: str, outputs: Props) -> None:
        if outputs.get("deleteData"):
            if outputs.get("conductorUrl"):
                delete_workspace_content(self.config, outputs)
            return
        found = [
            content
            for content in (
                content_of(outputs["bucket"], outputs["region"]),
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


class TeardownGuard(Resource, module="workspace", name="TeardownGuard"):
    """Deleted before everything that it depends on, or not at all."""

    def __init__(self, name: str, args: TeardownGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(TeardownGuardProvider(), name, inputs_of(args), opts)
