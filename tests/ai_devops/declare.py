"""Declares the ai-devops of a stack file under mocks, prints every resource: `python -m tests.ai_devops.declare FILE`.

A process of its own, as `tests/workspace/declare.py`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi

from project_workspace.ai_devops.component import AiDevops
from project_workspace.ai_devops.installer_config import CONFIG_OUTPUT
from tests.ai_devops.test_settings import load
from tests.workspace.conftest import recording, shown


@pulumi.runtime.test
def declare(path: Path) -> pulumi.Output[Any]:
    """Declare it; returns when every registration has landed."""
    outputs = AiDevops("ai-devops", load(path).args()).outputs()
    if config := outputs.get(CONFIG_OUTPUT):
        outputs["isSecret"] = pulumi.Output.from_input(config.is_secret())
    return pulumi.Output.all(**outputs).apply(found.update)


if __name__ == "__main__":
    found: dict[str, Any] = {}
    recorder = recording()
    declare(Path(sys.argv[1]))
    sys.stdout.write(json.dumps({"resources": shown(recorder.declared), "outputs": found}))
