"""The namespace's place in Run:ai."""

from typing import TYPE_CHECKING, Optional

from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.runai.component import RunaiProjectArgs


def look_for_runai(workspace: Assembly) -> None:
    """Nothing is made where Run:ai has not installed what is needed of it, or another project has the namespace."""
    if args := _args(workspace):
        from project_workspace.runai.component import prerequisites

        workspace.made(prerequisites(workspace.name, args, opts=workspace.next()))


def make_runai(workspace: Assembly) -> None:
    """The label and the bindings; nothing without a project."""
    if args := _args(workspace):
        from project_workspace.runai.component import RunaiProject

        workspace.made(RunaiProject(workspace.name, args, opts=workspace.next()))


def _args(workspace: Assembly) -> "Optional[RunaiProjectArgs]":
    if not workspace.args.runai.project:
        return None
    from project_workspace.runai.component import RunaiProjectArgs

    return RunaiProjectArgs(
        options=workspace.args.runai,
        namespace=workspace.names.namespace,
        adopt=workspace.args.adopt,
        mark=workspace.mark,
        stack_cluster=workspace.cluster,
    )
