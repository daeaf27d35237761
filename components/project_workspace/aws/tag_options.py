"""The types of tags that people give, each with its rule: of everything, and of one thing alone.

Owns: those. Does not own what AWS accepts (`tags.py`), nor which resource gets which tags.
"""

from typing import Annotated

from project_workspace.aws import tags
from project_workspace.schema.rule import Rule

_SIGNS = "letters, digits, spaces and '_.:/=+-@'"
TagKey = Annotated[
    str,
    Rule(
        f"a tag key of 1 to {tags.KEY_LIMIT} {_SIGNS}, without 'aws:' before it, and not '{tags.NODE_NAME}', "
        f"'{tags.PROJECT_MARK}' or '{tags.STACK_MARK}', which the program sets",
        "team",
        tags.is_key,
    ),
]
"""Of everything that can have tags."""
OwnTagKey = Annotated[
    str,
    Rule(
        f"a tag key of 1 to {tags.KEY_LIMIT} {_SIGNS}, without 'aws:' before it, and not '{tags.PROJECT_MARK}' or "
        f"'{tags.STACK_MARK}', which the program sets",
        "team",
        tags.is_own_key,
    ),
]
"""Of one thing alone."""
TagValue = Annotated[
    str, Rule(f"a tag value of at most {tags.VALUE_LIMIT} {_SIGNS}, without 'aws:' before it", "vision", tags.is_value)
]
