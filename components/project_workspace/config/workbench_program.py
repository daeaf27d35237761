"""Workbench's program: the settings of one of its stacks, and what it is to their files.

Owns: what only a stack says beside Workbench's options, and which settings are secret. Does not own those options
(`project_workspace.workbench.options`).
"""

from typing import ClassVar, Optional

import pulumi

from project_workspace.config.program import Program
from project_workspace.config.stack_options import OfAStack
from project_workspace.schema.section import Together
from project_workspace.workbench.options import WorkbenchArgs, WorkbenchOptions


class WorkbenchStackOptions(OfAStack, WorkbenchOptions):
    """All settings of one stack of Workbench."""

    together: ClassVar[tuple[Together, ...]] = (*WorkbenchOptions.together, *OfAStack.together)

    def args(
        self,
        kubeconfig: Optional[pulumi.Output[str]] = None,
        account_id: Optional[pulumi.Output[Optional[str]]] = None,
    ) -> WorkbenchArgs:
        """The component's arguments. `kubeconfig`: see `kube/connection.py`."""
        chosen = {name: getattr(self, name) for name in WorkbenchOptions.model_fields}
        return WorkbenchArgs(**chosen, kubeconfig=kubeconfig, account_id=account_id)


WORKBENCH = Program(
    namespace="workbench",
    options=WorkbenchStackOptions,
    secrets=(("registryLogin", "password"), ("tls", "key")),
)
"""Anaconda Workbench: `programs/workbench/__main__.py`."""
