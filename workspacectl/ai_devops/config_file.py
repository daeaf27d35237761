"""`workspacectl ai-devops config`: the installer's configuration as a file that only its owner may read.

Owns: the way from the stack's output to that file. Does not own its text (`project_workspace.ai_devops`).
"""

from __future__ import annotations

from pathlib import Path

from project_workspace.ai_devops.installer_config import CONFIG_OUTPUT, FILE_NAME
from workspacectl.failures import ToolError
from workspacectl.preflight.sites import AiDevopsSite
from workspacectl.private_files import write_private


def write(site: AiDevopsSite, stack: str, to: Path | None) -> Path:
    """Write it to `to`, or beside the stack's manifests; answers where. Raises `ToolError`."""
    folder = site.manifests
    if to is None and not (folder and folder.is_dir()):
        raise ToolError(
            f"--to: Expected the file to write, for example 'manifest/{FILE_NAME}', or the folder of the installer's "
            "manifests in the stack's 'manifests'."
        )
    text = site.engine.outputs(stack, secrets=True).get(CONFIG_OUTPUT)
    if not text:
        raise ToolError(
            f"The stack '{stack}' has no output '{CONFIG_OUTPUT}': set 'oidcClient.url' and 'installer.customDomain', "
            "then run 'pulumi up'."
        )
    file = to or (folder or Path()) / FILE_NAME
    write_private(file, str(text))
    return file
