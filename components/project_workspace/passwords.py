"""Passwords: what one may be, those that the program draws itself, and their rotation.

Owns: the value types of a password and of a rotation, what a generated password looks like, and how one option makes
a new one. Does not own whose it is: `dex` and `conductor` hand it to the services. Why `keepers`: Pulumi's random
provider draws again exactly when one of them changes, so the option's value is all that must be remembered, and it is
no secret.
"""

from typing import TYPE_CHECKING, Annotated, Any, Optional

import pulumi
from pydantic import BeforeValidator

from project_workspace.schema.bcrypt import PASSWORD
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.secret import Secret

if TYPE_CHECKING:
    import pulumi_random

LENGTH = 24
"""Characters of a generated password."""


Password = Annotated[Secret, PASSWORD]


def _text_of_number(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Rotation = Annotated[
    str,
    BeforeValidator(_text_of_number, json_schema_input_type=str | int),
    Rule("a number or a date of at most 64 characters", "2026-11-23", matches(r"[0-9A-Za-z][0-9A-Za-z._:+-]{0,63}")),
]


def generated(name: str, rotation: Optional[str], opts: pulumi.ResourceOptions) -> "pulumi_random.RandomPassword":
    """A password that stays until `rotation` changes; None: it never does."""
    import pulumi_random  # here: a workspace whose passwords are given needs none

    return pulumi_random.RandomPassword(
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
