"""The one policy that a bucket has: this program's statements, and those that somebody else keeps in it.

Owns: the merging of the two, and what counts as a policy. Does not own the program's statements (`component.py`,
`iam/`) nor how others' are found (`workspacectl adopt`). Why the whole document is kept and not its statements alone:
its version decides what `${aws:username}` in them means.
"""

import json
from collections.abc import Mapping
from typing import Any, Optional

from project_workspace.limits import BUCKET_POLICY_LIMIT

Statement = dict[str, Any]

_ELEMENTS = {"Version", "Id", "Statement"}
_EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def is_policy(text: str) -> bool:
    """Whether the text is a policy that a bucket could have: S3 says the rest."""
    try:
        document = json.loads(text)
    except ValueError:
        return False
    if not isinstance(document, dict) or set(document) - _ELEMENTS or len(text.encode()) > BUCKET_POLICY_LIMIT:
        return False
    found = statements(document)
    return bool(found) and all(isinstance(each, dict) and each.get("Effect") in ("Allow", "Deny") for each in found)


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy; AWS takes one alone without a list around it."""
    return _listed(document.get("Statement"))


def merged(own: str, others: Optional[str]) -> str:
    """Others' policy with this program's statements, which come first.

    A statement that both have is there once. One of theirs that only has a name of ours loses the name, which means
    nothing to AWS but must be unique.
    """
    if others is None:
        return own
    document, ours = json.loads(others), statements(json.loads(own))
    same = [_canonical(each) for each in ours]
    names = {each.get("Sid") for each in ours}
    kept = [each for each in statements(document) if _canonical(each) not in same]
    theirs = [{k: v for k, v in each.items() if k != "Sid" or v not in names} for each in kept]
    return json.dumps({**document, "Statement": [*ours, *theirs]})


def _canonical(statement: Statement) -> Any:
    """What two statements that mean the same have in common, however they are written."""
    principal = "*" if statement.get("Principal") in _EVERYBODY else statement.get("Principal")
    return _sorted({**statement, "Principal": principal})


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in value.items()}
    return sorted(json.dumps(each) for each in _listed(value))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
