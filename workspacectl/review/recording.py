"""Running `pulumi` and keeping of its events only what a review needs.

Owns: which events are asked for, and the filter. Why a filter: a CI keeps what it finds on the disk, and debug
events have held secrets in clear (pulumi/pulumi#24479). What is kept has secrets masked by the engine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workspacectl.pulumi_cli import Engine
from workspacectl.review.events import ACTIONS, read
from workspacectl.review.risk import ADOPTIONS, PERMISSIONS

STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
JUDGED_BY = (*PERMISSIONS, *ADOPTIONS)
"""The settings that decide what may pass."""
STEPS = ("resourcePreEvent", "resOutputsEvent")


def record(command: Sequence[str], folder: Path, file: Path) -> int:
    """Run `pulumi COMMAND --json` in the project `folder`, keep its events in `file`; answers its exit code.

    What it writes to standard error goes there. Raises `EngineError` without Pulumi.
    """
    engine = Engine(folder, {**os.environ, STREAMING: "true"})
    code = engine.follow(*command, "--json", read=lambda lines: _keep(filter_events(lines), file))
    if code != 0 and not _says_why(file):
        with file.open("a") as kept:
            kept.write(_failed(command[0], code))
    return code


def _says_why(file: Path) -> bool:
    """Whether the kept events show that the command did not end well."""
    preview = read(file.read_text(), file.stem)
    return bool(preview.errors) or any(each.level == "mandatory" for each in preview.violations)


def _failed(command: str, code: int) -> str:
    """The error that the engine has written to standard error only, as when it cannot load a policy pack.

    Without it a review would take a preview that never began for one without changes.
    """
    message = f"'pulumi {command}' ended with exit code {code}, and its events do not say why: its output does."
    return json.dumps({"sequence": None, "diagnosticEvent": {"severity": "error", "message": message}}) + "\n"


def _keep(lines: Iterable[str], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    private = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "w") as kept:
        for line in lines:
            kept.write(line)


def filter_events(lines: Iterable[str]) -> Iterator[str]:
    """The lines that a review needs, without what it does not."""
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # not an event: what it says, it says on standard error too
        kept = _kept(event)
        if kept:
            yield json.dumps({"sequence": event.get("sequence"), **kept}) + "\n"


def _kept(event: Mapping[str, Any]) -> dict[str, Any]:
    if "policyEvent" in event:
        return {"policyEvent": event["policyEvent"]}
    if "diagnosticEvent" in event:
        told = event["diagnosticEvent"]
        return {"diagnosticEvent": told} if told.get("severity") == "error" else {}
    if "preludeEvent" in event:
        config = event["preludeEvent"].get("config") or {}
        return {"preludeEvent": {"config": {key: config[key] for key in config if key in JUDGED_BY}}}
    for kind in STEPS:
        if kind in event and event[kind]["metadata"]["op"] in ACTIONS:
            return {kind: event[kind]}
    return {}
