"""What people choose of the Kubeflow user's login: the section `login` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.passwords import Password, Rotation, rotation_problem
from project_workspace.schema.bcrypt import ONE_OF, PASSWORD_HASH
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.secret import Secret
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

Domain = Annotated[str, Rule("a domain of lower-case letters", "aic.com", matches(r"[a-z0-9-]+(\.[a-z0-9-]+)+"))]
ConfigMapKey = Annotated[str, Rule("a key of a ConfigMap", "config.yaml", matches(r"[-._a-zA-Z0-9]{1,253}"))]
DexNamespace = Annotated[str, dns_label("auth")]
DexName = Annotated[str, dns_label("dex")]
CONFIG_MAP, PASSWORD_OBJECT = "config-map", "password-object"
StoredIn = Annotated[str, choice(CONFIG_MAP, PASSWORD_OBJECT)]
BcryptHash = Annotated[Secret, PASSWORD_HASH]


class DexOptions(Section):
    """Where dex, Kubeflow's login server, keeps its configuration; the defaults are those of Kubeflow's manifests."""

    namespace: DexNamespace = "auth"
    """Kubernetes namespace of dex."""
    config_map: DexName = "dex"
    """Name of the ConfigMap with dex's configuration."""
    key: ConfigMapKey = "config.yaml"
    """Key of the ConfigMap under which the configuration stands, as one text of YAML."""
    deployment: DexName = "dex"
    """Name of dex's Deployment, which is restarted when the configuration has changed."""
    stored_in: StoredIn = "config-map"
    """Where dex finds a user, members with a login among them. `config-map`: one entry among the static users of its
    configuration, which everybody shares, and dex is restarted. `password-object`: an object of the user's own, in
    force at once; for a dex with storage in the cluster (`storage.type: kubernetes`), as Kubeflow's."""


def _one_of(options: "LoginOptions") -> Iterator[Problem]:
    if options.password is not None and options.password_hash is not None:
        yield Problem("", ONE_OF)


def _rotation(options: "LoginOptions") -> Iterator[Problem]:
    if message := rotation_problem(options.password_rotation, options.password, options.password_hash):
        yield Problem("passwordRotation", message)


class LoginOptions(Section):
    """The login of the workspace's Kubeflow user."""

    enabled: bool = True
    """Whether the user gets a login in dex. Without one the namespace has its owner all the same, who comes from a
    directory that dex asks, for example."""
    email_domain: Domain = "aic.com"
    """Domain of the user's e-mail address, which also owns the namespace. It can never be changed."""
    password: Optional[Password] = None
    """The user's password; given encrypted. Default: one is drawn, and kept encrypted in the state."""
    password_hash: Optional[BcryptHash] = None
    """A bcrypt hash instead of a password, for installations that log in with one fixed password; given encrypted."""
    password_rotation: Optional[Rotation] = None
    """Every other value draws another password, and the old one is dead when `pulumi up` returns.
    Only for a drawn password."""
    dex: DexOptions = DexOptions()
    """Where dex keeps its configuration."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("password", "password_hash"), _one_of),
        Together(("password_rotation", "password", "password_hash"), _rotation),
    )
