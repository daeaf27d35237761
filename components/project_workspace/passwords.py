"""Passwords that the program draws itself, and their rotation.

Owns: what a generated password looks like, and how one setting makes a new one. Does not own whose it is: `login` and
`conductor` hand it to the services. Why `keepers`: Pulumi's random provider draws again exactly when one of them
changes, so the setting's value is all that must be remembered, and it is no secret.
"""

from typing import Optional

import pulumi
import pulumi_random as random

LENGTH = 24
"""Characters of a generated password; bcrypt reads at most 72 bytes."""


def generated(name: str, rotation: Optional[str], opts: pulumi.ResourceOptions) -> random.RandomPassword:
    """A password that stays until `rotation` changes; None: it never does."""
    return random.RandomPassword(
        name,
        length=LENGTH,
        # The password goes through shells, YAML and web forms.
        special=False,
        keepers=None if rotation is None else {"rotation": rotation},
        opts=opts,
    )


def rotation_problem(rotation: Optional[str], *given: object) -> str | None:
    """What is wrong with rotating beside given passwords or hashes (None: not given); None when nothing is."""
    if rotation is None or all(each is None for each in given):
        return None
    return "Expected a rotation only of a generated password, for example '2'; a given one is rotated by another one."
