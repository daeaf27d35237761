"""What the settings of a stack of ai-devops mean for the rights that its `up` needs.

Owns: the conditions under which a rule of `kubernetes.json` counts. Does not own the rules. The client in HyperAuth
needs none on the cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from project_workspace.config.ai_devops_program import AiDevopsStackOptions
from workspacectl.permissions.kubernetes import AI_DEVOPS, Needs

CONDITIONS: Mapping[str, Callable[[AiDevopsStackOptions], bool]] = {
    "always": lambda _: True,
    "storageClass": lambda options: bool(options.storage_class.name),
}
"""By name: whether a stack needs what the rule gives."""

NEEDS = Needs(files=(AI_DEVOPS,), conditions=CONDITIONS, places=lambda _: {}, names=lambda _: {})
"""Those of a stack of ai-devops."""
