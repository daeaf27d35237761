"""What is said of a name that is taken: whose the thing is, and the way on.

Owns: these sentences. Does not own the looks (`collision_looks.py`), nor when which of them is said
(`collision_check.py`).
"""

from collections.abc import Sequence

from project_workspace.lifecycle.collision_looks import Seen
from project_workspace.remote.provider import Props

_ADOPTION = "See docs/adoption.md."


def in_the_way(seen: Seen) -> str:
    """That a thing is there which is not this stack's."""
    if seen.mark:
        return (
            f"{seen.thing} exists already: {seen.mark} made it. Choose another name ({seen.setting}), or, when that "
            "stack is given up, set 'adopt: true' to take it over."
        )
    return (
        f"{seen.thing} exists already, and this stack did not make it. Choose another name ({seen.setting}), or set "
        "'adopt: true' to take it over."
    )


def advice(inputs: Props, *found: Seen) -> str:
    """Where to read on about things that are in the way."""
    if all(seen.mark for seen in found):
        return _ADOPTION
    return f"{_ADOPTION} After a run of this stack that was killed: {_command(inputs)}."


def left(mine: Sequence[Seen]) -> str:
    """That things are there which a killed run of this stack made."""
    things = ", ".join(f"{seen.thing[0].lower()}{seen.thing[1:]}" for seen in mine)
    return f"A run of this stack that was killed has left {things} outside its state."


def another_way(static_users: int) -> str:
    """That dex could have its users in another way, which costs nobody a restart."""
    return (
        f"Worth knowing: dex's configuration has {static_users} static users, and dex is restarted for each one that "
        "comes, goes or gets another password. With 'login.dex.storedIn: password-object' a user has an object of its "
        "own, and nothing is restarted (docs/operations.md, 'Users as objects')."
    )


def recover(inputs: Props) -> str:
    """The way on from there."""
    return f"Take it up by {_command(inputs)}."


def _command(inputs: Props) -> str:
    return f"'workspacectl recover --stack {inputs['pulumiStack']}'"
