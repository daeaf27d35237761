"""Workbench's program: the settings of one of its stacks, and what it is to their files.

Owns: what only a stack says beside Workbench's options, and which settings are secret. Does not own those options
(`project_workspace.workbench.options`).
"""

from typing import ClassVar, Optional

import pulumi

from project_workspace.config.program import Program
from project_workspace.config.stack_options import OfAStack
from project_workspace.schema.section import Together
from project_workspace.workbench.image_options import ANACONDA, ImageOptions
from project_workspace.workbench.options import WorkbenchArgs, WorkbenchOptions
from project_workspace.workbench.tls_options import SELF_SIGNED


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
        chosen["image"] = self._image_in_the_site()
        return WorkbenchArgs(**chosen, kubeconfig=kubeconfig, account_id=account_id)

    def _image_in_the_site(self) -> ImageOptions:
        """A server that the stack says stays: it is where the site has put the images."""
        if self.image.server != ANACONDA or not self.images.map.moves:
            return self.image
        return self.image.model_copy(update={"server": f"{self.images.map.mapped_prefix(ANACONDA)}/"})


WORKBENCH = Program(
    namespace="workbench",
    title="Anaconda Workbench",
    folder="programs/workbench",
    page="settings-workbench.md",
    room="workbench",
    options=WorkbenchStackOptions,
    secrets=(("registryLogin", "password"), ("tls", "key")),
    first={
        "tls": {"mode": SELF_SIGNED},
        "storage": {"nfs": {"server": "nfs.example.com", "path": "/exports/workbench/storage"}},
        "persistence": {"nfs": {"server": "nfs.example.com", "path": "/exports/workbench/persistence"}},
    },
)
"""Anaconda Workbench: `programs/workbench/__main__.py`."""
