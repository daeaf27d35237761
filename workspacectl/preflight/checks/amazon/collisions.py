"""What on AWS has one of the stack's names already.

Owns: the meaning for somebody who asks before the first `up`. Does not own the looks, which are those of the program's
own `CollisionCheck` (`lifecycle/collision_looks.py`), nor its words.
"""

from __future__ import annotations

from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle import collision_looks, collision_messages
from project_workspace.lifecycle.collision_check import MARKED_BY_TAGS
from project_workspace.lifecycle.collision_looks import Look
from project_workspace.remote.provider import inputs_of
from project_workspace.workspace.first_looks import collision_args
from workspacectl.preflight.answers import Answer, failed
from workspacectl.preflight.checks.collisions import nothing_in_the_way
from workspacectl.preflight.sites import WorkspaceSite


def name_collisions_aws(site: WorkspaceSite) -> Answer:
    """Nothing on AWS has one of the stack's names, unless this stack made it, or `adopt` takes it over."""
    args = collision_args(site.options, site.names, site.mark, stack_cluster=StackCluster())
    look = Look(site.config, inputs_of(args))
    names = [name for name in collision_looks.looked_at(look.inputs) if name in MARKED_BY_TAGS]
    found = [seen for name in names for seen in collision_looks.seen(look, name)]
    own = [seen for seen in found if seen.mark == site.mark]
    others = [seen for seen in found if seen.mark != site.mark]
    if others and not site.options.adopt:
        said = " ".join(collision_messages.in_the_way(seen) for seen in others)
        return failed(said, "names that nothing has", collision_messages.advice(look.inputs, *others))
    return nothing_in_the_way(own, others)


CHECKS = (name_collisions_aws,)
