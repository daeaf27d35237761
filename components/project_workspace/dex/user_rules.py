"""What is wrong with the inputs of a dex user, and when two are the same, wherever dex keeps it: known without dex.

Owns: those rules, for the dynamic providers of this room. Does not own the options of a stack file (`options.py`).
"""

from typing import Any

from project_workspace.kube.provider_connection import connection_problems
from project_workspace.remote.provider import Props
from project_workspace.schema.bcrypt import ONE_OF, PASSWORD, PASSWORD_HASH
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, wrong


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


_LINE = Rule("a line of text", "aic-user-demo-ws", _is_line)
_RULES = {"password": PASSWORD, "passwordHash": PASSWORD_HASH, "email": _LINE, "username": _LINE, "userId": _LINE}


def user_problems(inputs: Props) -> list[Problem]:
    """Everything that is wrong with the inputs that are known."""
    both = [Problem("", ONE_OF)] if "password" in inputs and "passwordHash" in inputs else []
    return connection_problems(inputs) + both + wrong(inputs, _RULES)


def same_input(name: str, old: object, new: object) -> bool:
    """Whether two values of an input mean the same: dex does not mind the case of an e-mail."""
    if name == "email" and isinstance(old, str) and isinstance(new, str):
        return old.lower() == new.lower()
    return old == new
