"""What people choose of a prepared ai-devops: the arguments of `AiDevops`, and the settings of a stack of it.

Owns: those, and what must fit together. Does not own the client's options, which are those of a workspace's
(`keycloak/options.py`), nor the rules of what the installer reads (`installer_config.py`).
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

import pulumi
from pydantic import SecretStr

from project_workspace.ai_devops import installer_config
from project_workspace.keycloak.options import OidcClientOptions
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import choice
from project_workspace.schema.section import Section, Together
from project_workspace.volumes.options import StorageClassName

CLIENT_ID = "notebook-gatekeeper"
"""The installer's notebook controller knows no other (docs/facts/ai-devops.md, "The client")."""

Domain = Annotated[str, installer_config.DOMAIN]
Version = Annotated[str, installer_config.VERSION]
LogLevel = Annotated[str, choice("error", "warn", "info", "debug")]
RegistryAddress = Annotated[str, installer_config.REGISTRY_ADDRESS]


class StorageClassOptions(Section):
    """The StorageClass that a claim gets which names none; the installer's claims name none."""

    name: Optional[StorageClassName] = None
    """A StorageClass that is there. It becomes the cluster's default until the stack goes. Default: none is changed."""
    take_over_default: bool = False
    """Whether other classes that are marked as default are un-marked until the stack goes. Default: they are
    refused."""


class InstallerOptions(Section):
    """What the installer's `ai-devops.config` says beside the client."""

    custom_domain: Optional[Domain] = None
    """CUSTOM_DOMAIN: the domain under which notebooks are reached. Needed with `oidcClient.url`."""
    gatekeeper_version: Version = "v1.0.2"
    """GATEKEEPER_VERSION: tag of the image of the proxy in front of each notebook."""
    log_level: LogLevel = "error"
    """LOG_LEVEL: how much that proxy tells."""
    registry: Optional[RegistryAddress] = None
    """REGISTRY: the registry of an air-gapped site, whose images the installer's script then names itself. Only with
    `airGap`, and not with `images.registry`, which is for manifests that `workspacectl images` has rewritten."""


def _registry(options: "AiDevopsOptions") -> Iterator[Problem]:
    if options.installer.registry and not options.air_gap:
        yield Problem(
            "installer.registry",
            "Expected none outside an air-gapped site, for example 'airGap: true' beside it: by a registry the "
            "installer's script takes the site for air-gapped.",
        )


def _domain(options: "AiDevopsOptions") -> Iterator[Problem]:
    if options.oidc_client.url and not options.installer.custom_domain:
        yield Problem("installer.customDomain", installer_config.DOMAIN.message)
    elif options.installer.custom_domain and not options.oidc_client.url:
        yield Problem(
            "oidcClient.url",
            "Expected HyperAuth's URL, for example 'https://hyperauth.tmaxcloud.org/auth': the configuration of the "
            "installer is made for its client.",
        )


def _secret(options: "AiDevopsOptions") -> Iterator[Problem]:
    secret = options.oidc_client.secret
    if isinstance(secret, SecretStr) and not installer_config.SECRET.right(secret.get_secret_value()):
        yield Problem("oidcClient.secret", installer_config.SECRET.message)


class AiDevopsOptions(Section):
    """Everything that can be chosen of a prepared ai-devops."""

    storage_class: StorageClassOptions = StorageClassOptions()
    """The cluster's default StorageClass; none is changed without a name."""
    oidc_client: OidcClientOptions = OidcClientOptions()
    """The client `notebook-gatekeeper` in HyperAuth, a Keycloak, with which notebooks let people log in; none without a
    URL."""
    installer: InstallerOptions = InstallerOptions()
    """The configuration of the installer, which is made together with the client."""
    air_gap: bool = False
    """Whether the site has no way to the internet."""
    adopt: bool = False
    """Whether to take over a client of that client ID that somebody else made. Default: it is refused."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("installer", "air_gap"), _registry),
        Together(("installer", "oidc_client"), _domain),
        Together(("oidc_client",), _secret),
    )


class AiDevopsArgs(AiDevopsOptions):
    """The arguments of `AiDevops`: what people choose, and the connection of the caller's program."""

    kubeconfig: Optional[str | pulumi.Output[str]] = None
    """As of `ProjectWorkspaceArgs`."""
