"""The programs of this repository: the one list of them.

Owns: which there are. Does not own what one is (`program.py`). No program imports this: each knows itself alone.
"""

from typing import Any

from project_workspace.config.ai_devops_program import AI_DEVOPS
from project_workspace.config.program import Program
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE

PROGRAMS: tuple[Program[Any], ...] = (WORKSPACE, WORKBENCH, AI_DEVOPS)
"""All of them, the one at the top first."""
