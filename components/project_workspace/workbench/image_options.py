"""What people choose of Workbench's images: the sections `image` and `registryLogin` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.images.reference import LONGEST_NAME, PREFIX
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.secret import Secret
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

LONGEST_SERVER = LONGEST_NAME - 32
"""Characters that leave room for the name of any of Workbench's images."""
ImageServer = Annotated[
    str,
    Rule(
        "what stands before an image's name, with '/' at the end",
        "registry.example.com/aedev/",
        matches(PREFIX, LONGEST_SERVER),
    ),
]
SecretName = Annotated[str, dns_label("regcred")]
LoginServer = Annotated[
    str,
    Rule(
        "a registry as a pull secret names it",
        "registry.example.com",
        matches(r"(https://)?[a-zA-Z0-9.:-]+(/[\w./-]*)?"),
    ),
]
RegistryUser = Annotated[str, Rule("a user name", "anaconda-robot", matches(r"[^\s:]+", 255))]
RegistryPassword = Annotated[
    Secret, Rule("the registry's password or token", "dckr_pat_x", lambda value: isinstance(value, str) and bool(value))
]

DOCKER_HUB = "https://index.docker.io/v1/"
"""Docker Hub, as a pull secret names it."""


def _once(options: "ImageOptions") -> Iterator[Problem]:
    for index, name in enumerate(options.pull_secrets):
        if name in options.pull_secrets[:index]:
            yield Problem(f"pullSecrets[{index}]", f"Expected each name once, for example '{name}2'.")


ANACONDA = "aedev/"
"""Anaconda's channel on Docker Hub."""


class ImageOptions(Section):
    """From where Workbench's images come."""

    server: ImageServer = ANACONDA
    """What stands before each image's name. The default is Anaconda's channel on Docker Hub, or its place in the site's
    registry (`images`)."""
    pull_secrets: list[SecretName] = []
    """Names of pull secrets that somebody else makes in the namespace. Default: none; that of `registryLogin` is added
    by itself."""

    together: ClassVar[tuple[Together, ...]] = (Together(("pull_secrets",), _once),)


def _whole(options: "RegistryLoginOptions") -> Iterator[Problem]:
    if (options.user is None) != (options.password is None):
        missing, example = ("user", "anaconda-robot") if options.user is None else ("password", "{secure: ...}")
        yield Problem(missing, f"Expected both user and password, or neither, for example '{missing}: {example}'.")


class RegistryLoginOptions(Section):
    """The login to the registry, of which a pull secret is made; none without a user."""

    server: LoginServer = DOCKER_HUB
    """The registry. The default is Docker Hub."""
    user: Optional[RegistryUser] = None
    """Whose login it is."""
    password: Optional[RegistryPassword] = None
    """Password or token; only encrypted."""
    secret: SecretName = "regcred"  # noqa: S105
    """Name of the pull secret that is made."""

    together: ClassVar[tuple[Together, ...]] = (Together(("user", "password"), _whole),)
