"""AI Conductor's refusals as this program's errors.

Owns: reading `detail` in its three forms (text, object, list), and which error class a refusal is. Does not own
transport failures or the session. Source: docs/facts/ai-conductor.md, "Errors". A validation list is shown as place and
message only: its `input` repeats the request's body, passwords included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from project_workspace.conductor.credentials import PASSWORD, USER
from project_workspace.conductor.profile import RefusalWords
from project_workspace.conductor.records import look_up
from project_workspace.remote.errors import ConflictError, NotFoundError, RefusedError
from project_workspace.remote.http import Answer

UNKNOWN_CALL = frozenset({404, 405, 422, 501})
"""Answers that say "this server does not speak like that", so that the API profile is to be looked at; but for a 404
that says itself what it cannot find."""


def refusal(
    work: str, answer: Answer, words: RefusalWords, where: str, remedy_of_profile: Callable[[], str]
) -> RefusedError:
    """The error for an answer of 4xx. `remedy_of_profile` asks the server for its version, so only where it is said."""
    said = text_of(answer.data, words)
    gone = words.missing in said
    if answer.status in UNKNOWN_CALL and not (answer.status == 404 and gone):
        return RefusedError(
            f"Could not {work}: AI Conductor does not take this request ({answer.status}{_tail(said)})",
            where=where,
            remedy=remedy_of_profile(),
        )
    if answer.status == 403:
        return RefusedError(
            f"Could not {work}: the account may not do this{_tail(said)}",
            where=where,
            remedy=f"Give the login of an account with the role Admin ({USER.variable}, {PASSWORD.variable}).",
        )
    what = f"Could not {work}: AI Conductor refused{_tail(said or f'status {answer.status}')}"
    if words.exists in said:
        return ConflictError(what, where=where, remedy="Remove it there or choose another name.")
    if gone:
        return NotFoundError(what, where=where, remedy="Run 'pulumi refresh' to see what is still there.")
    return RefusedError(what, where=where, remedy="Remove the reason that it gives, then run it again.")


def text_of(data: Any, words: RefusalWords) -> str:
    """What the server says, in one line; empty when it says nothing readable."""
    detail = look_up(data, words.detail)
    if isinstance(detail, str):
        return " ".join(detail.split())
    if isinstance(detail, list):
        return "; ".join(_complaint(item) for item in detail if isinstance(item, Mapping))
    said = look_up(detail, words.message)
    return " ".join(said.split()) if isinstance(said, str) else ""


def _complaint(item: Mapping[str, Any]) -> str:
    place = item.get("loc")
    steps = place if isinstance(place, list) else []
    return f"{'.'.join(str(step) for step in steps)}: {item.get('msg')}"


def _tail(said: str) -> str:
    return f": {said}" if said else ""
