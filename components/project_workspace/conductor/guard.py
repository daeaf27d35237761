"""The guard of an AI Conductor workspace: whatever would take the workspace away must pass it first.

Owns: the refusal to delete or replace the workspace, its account and its membership while it has AI solutions. Does not
own the look before a destroy begins, nor the removal of solutions that may go (`lifecycle/teardown_guard.py`). Why a
resource, and not a look in the preview: no preview logs in to AI Conductor. It depends on all three, by a property and
by `depends_on`, so that the engine must delete it first.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.conductor.provider import RecordArgs, RecordProvider, require_no_content
from project_workspace.remote.provider import Props, inputs_of


@dataclass(kw_only=True)
class WorkspaceGuardArgs(RecordArgs):
    """The workspace to guard."""

    workspace_id: pulumi.Input[str]
    """Another one replaces the guard."""
    name: pulumi.Input[str]
    """Its name, for messages."""


class WorkspaceGuardProvider(RecordProvider):
    """Refuses its own deletion while the workspace has content."""

    what = "guard of the AI Conductor workspace"
    update_on: ClassVar[tuple[str, ...]] = (*RecordProvider.update_on, "name")
    replace_on: ClassVar[tuple[str, ...]] = ("workspaceId",)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["workspaceId"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        require_no_content(self.client(outputs), id_, outputs)


class WorkspaceGuard(Resource, module="conductor", name="WorkspaceGuard"):
    """Deleted before the workspace, or not at all."""

    def __init__(self, name: str, args: WorkspaceGuardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(WorkspaceGuardProvider(), name, inputs_of(args), opts)
