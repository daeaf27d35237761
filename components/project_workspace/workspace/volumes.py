"""The volumes of a workspace's namespace."""

from project_workspace.workspace.assembly import Assembly


def make_volumes(workspace: Assembly) -> None:
    """The claims; nothing where none is asked for."""
    args = workspace.args
    if not args.volumes:
        return
    from project_workspace.volumes.component import Volumes, VolumesArgs

    part = Volumes(
        workspace.name,
        VolumesArgs(
            namespace=workspace.names.namespace,
            volumes=args.volumes,
            protect=args.protects,
            delete_data=args.delete_data,
            mark=workspace.mark,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(part)
