"""The program ai-devops: the settings of one of its stacks, and what it is to their files.

Owns: what only a stack says beside the options of `AiDevops`, and which settings are secret. Does not own those options
(`project_workspace.ai_devops.options`).
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

import pulumi

from project_workspace.ai_devops.options import AiDevopsArgs, AiDevopsOptions
from project_workspace.aws.site_options import RegionName
from project_workspace.config.program import Program
from project_workspace.config.stack_options import OfAStack
from project_workspace.keycloak import credentials as keycloak
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Together
from project_workspace.schema.values import ClusterName

Folder = Annotated[str, Rule("a folder", "../install-ai-devops/manifest", matches(r"\S(.*\S)?"))]


def _one_registry(options: "AiDevopsStackOptions") -> Iterator[Problem]:
    by_the_script, by_us = options.installer.registry, options.images.registry
    if options.air_gap and not (by_the_script or by_us):
        yield Problem(
            "images.registry",
            "Expected the registry of the air-gapped site, for example 'registry.example.com', beside manifests that "
            "'workspacectl images --rewrite' has written; or 'installer.registry', by which the script rewrites them.",
        )
    elif by_the_script and by_us:
        yield Problem(
            "installer.registry",
            "Expected none beside 'images.registry', for example 'installer: {}': the script would rewrite what is "
            "rewritten.",
        )


class AiDevopsStackOptions(OfAStack, AiDevopsOptions):
    """All settings of one stack of ai-devops."""

    region: RegionName
    """AWS region of the cluster; a stack says it as `aws:region`."""
    cluster: Optional[ClusterName] = None
    """Name of the EKS cluster. Needed for `kubernetes.fromCluster`."""
    manifests: Optional[Folder] = None
    """Folder of the installer's manifests, relative to the program's: checks read it, and `workspacectl ai-devops`.
    Default: checks of the manifests are left out."""

    together: ClassVar[tuple[Together, ...]] = (
        *AiDevopsOptions.together,
        *OfAStack.together,
        Together(("installer", "air_gap", "images"), _one_registry),
    )

    def args(self, kubeconfig: Optional[pulumi.Output[str]] = None) -> AiDevopsArgs:
        """The component's arguments. `kubeconfig`: see `kube/connection.py`."""
        chosen = {name: getattr(self, name) for name in AiDevopsOptions.model_fields}
        return AiDevopsArgs(**chosen, kubeconfig=kubeconfig)


AI_DEVOPS = Program(
    namespace="ai-devops",
    title="ai-devops",
    folder="programs/ai-devops",
    page="settings-ai-devops.md",
    room="ai_devops",
    options=AiDevopsStackOptions,
    secrets=(("oidcClient", "secret"),),
    credentials=(keycloak.USER, keycloak.PASSWORD, keycloak.CLIENT, keycloak.CLIENT_SECRET),
    references=(("oidcClient", "url"),),
    first={"storageClass": {"name": "gp3"}},
)
"""A cluster that is prepared for the installer of ai-devops: `programs/ai-devops/__main__.py`."""
