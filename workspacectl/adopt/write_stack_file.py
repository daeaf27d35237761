"""Writing the stack's file: the settings, what Pulumi itself keeps in it, and the login's hash, encrypted.

Owns: the file and the order of the steps. Does not own what is written
(`stack_file_text.py`) or found (`discovery.py`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import yaml

from project_workspace.aws import settings as aws_settings
from project_workspace.aws.settings import AwsSettings
from project_workspace.config.workspace_program import WORKSPACE
from workspacectl.adopt import stack_file_text
from workspacectl.adopt.discovery import Question, look
from workspacectl.adopt.plan import Stack
from workspacectl.new.checking import validate
from workspacectl.progress import Say, silent
from workspacectl.pulumi_cli import EngineError

HASH = f"{WORKSPACE.namespace}:login.passwordHash"


def write(stack: Stack, question: Question, say: Say = silent) -> Path:
    """Look at what exists, and write the stack's file; answers it. `say` gets each step.

    Raises `EngineError` when the file has settings already, `SettingsError` when the program would refuse what exists
    (nothing is written then), `RemoteError` when it cannot be looked at.
    """
    _require_unwritten(stack)
    say("Looking at what exists")
    found = look(question, _aws_settings(stack))
    settings = stack_file_text.settings_of(question, found)
    validate(WORKSPACE, settings, question.region, os.environ)
    say(f"Writing {stack.file.name}")
    stack.engine.select(stack.name)
    stack.file.parent.mkdir(exist_ok=True)
    if found.user and stack_file_text.keeps_its_password(found):
        # First, and read back: Pulumi writes the whole file anew, in a form of its own.
        stack.set_secret(HASH, found.user.hash)
        encrypted = _document(stack)["config"][HASH.partition(".")[0]]
        settings["login"] = {**settings.get("login", {}), **encrypted}
    kept = {key: value for key, value in _document(stack).items() if key != "config"}
    text = stack_file_text.text_of(question, found, settings)
    stack.file.write_text(text + (yaml.safe_dump(kept, sort_keys=False) if kept else ""))
    return stack.file


def _require_unwritten(stack: Stack) -> None:
    own = [key for key in _document(stack).get("config") or {} if str(key).startswith(f"{WORKSPACE.namespace}:")]
    if own:
        raise EngineError(f"{stack.file} has settings already, for example {own[0]}. Move it away to have it written.")


def _aws_settings(stack: Stack) -> AwsSettings:
    """What the file says already of the way to AWS, for example `aws:profile`."""
    written = _document(stack).get("config") or {}
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in written.items()}
    return aws_settings.read(texts.get)


def _document(stack: Stack) -> dict[str, Any]:
    return (yaml.safe_load(stack.file.read_text(encoding="utf-8-sig")) if stack.file.exists() else None) or {}
