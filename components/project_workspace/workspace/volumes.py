"""The volumes of a workspace's namespace."""

from project_workspace.workspace.assembly import Assembly


def look_at_the_volumes(workspace: Assembly) -> None:
    """No volume is made that has no place, and none is changed that would lose data."""
    args = workspace.args
    if not args.volumes:
        return
    from project_workspace.volumes.check import VolumeCheck, VolumeCheckArgs

    look = VolumeCheck(
        workspace.name,
        VolumeCheckArgs(
            namespace=workspace.names.namespace,
            volumes=[volume.noted for volume in args.volumes],
            adopt=args.adopt,
            pulumi_project=workspace.mark.project,
            pulumi_stack=workspace.mark.stack,
            stack_cluster=workspace.cluster,
        ),
        opts=workspace.next(),
    )
    workspace.made(look)


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
