"""The settings of one stack: everything that can be chosen of its workspace, and what only a stack says.

Owns: those few, and the rules that need them. Does not own the workspace's options (`project_workspace.options`), nor
how the configuration's texts become settings (`loading.py`).
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Optional, Protocol

import pulumi

from project_workspace.images.options import ImagesOptions
from project_workspace.kube.options import KubernetesOptions
from project_workspace.options import ProjectWorkspaceArgs, WorkspaceOptions
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import CLUSTER_NAME

COMMON_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*")
CommonName = Annotated[str, Rule("the name of a file, without folder and ending", "dev", matches(COMMON_NAME))]


def _cluster(options: Any) -> Iterator[Problem]:
    if options.kubernetes.from_cluster and not options.cluster:
        yield Problem("cluster", f"Expected the EKS cluster to connect to, for example '{CLUSTER_NAME.example}'.")


class OfAStack(Section):
    """What only a stack says, of whatever program."""

    common: list[CommonName] = []
    """Files with settings that several stacks share: `dev` for stacks/common/dev.yaml. A later one counts before an
    earlier one, and the stack's own file before all."""
    kubernetes: KubernetesOptions = KubernetesOptions()
    """How the stack reaches the Kubernetes cluster."""
    images: ImagesOptions = ImagesOptions()
    """Where the images of pods come from."""

    together: ClassVar[tuple[Together, ...]] = (Together(("kubernetes", "cluster"), _cluster),)


class Reached(Protocol):
    """The settings of a stack of any program that say where it is."""

    @property
    def region(self) -> str:
        """The AWS region."""
        ...

    @property
    def cluster(self) -> Optional[str]:
        """The EKS cluster."""
        ...

    @property
    def kubernetes(self) -> KubernetesOptions:
        """The connection to the cluster."""
        ...

    @property
    def images(self) -> ImagesOptions:
        """Where the images of pods come from."""
        ...


class StackOptions(OfAStack, WorkspaceOptions):
    """All settings of one stack."""

    together: ClassVar[tuple[Together, ...]] = (*WorkspaceOptions.together, *OfAStack.together)

    def args(
        self,
        kubeconfig: Optional[pulumi.Output[str]] = None,
        account_id: Optional[pulumi.Output[Optional[str]]] = None,
    ) -> ProjectWorkspaceArgs:
        """The component's arguments. `kubeconfig`: see `kube/connection.py`."""
        chosen = {name: getattr(self, name) for name in WorkspaceOptions.model_fields}
        return ProjectWorkspaceArgs(**chosen, kubeconfig=kubeconfig, account_id=account_id)
