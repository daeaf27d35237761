"""Whether a program would accept the settings of a file that is about to be written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from project_workspace.config import loading
from project_workspace.config.common_files import ReadText, none
from project_workspace.config.program import Program


def validate(
    program: Program[Any],
    settings: Mapping[str, Any],
    region: str,
    environment: Mapping[str, str],
    *,
    common_text: ReadText = none,
    text: str = "",
) -> None:
    """Raise `project_workspace.config.loading.SettingsError` with everything that the program would refuse.

    `settings` are by key without the namespace; URLs such as `${NAME}` are taken from `environment`, and what the
    common files say by `common_text`. In the file's `text` no secret may stand in clear.
    """
    texts = {
        f"{program.namespace}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in settings.items()
    }
    config = {**texts, "aws:region": region}
    loading.load(program, config, secret_keys=set(), environment=environment, stack_text=text, common_text=common_text)
