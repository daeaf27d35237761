"""The login of the workspace's Kubeflow user: a password, and one entry among dex's static users.

Owns: the password (generated, given, or given as a hash) and this user's entry in dex's configuration. Does not own
dex, its configuration as a whole, or anybody else's entry; the dynamic provider edits one entry and restarts dex.
Why not `ConfigMapPatch`: the configuration is one string in one key, which server-side apply can only take over whole
(facts/pulumi-kubernetes-aws.md, section 2).
"""

from dataclasses import dataclass, field
from typing import Optional

import pulumi

from project_workspace.dex.provider import User, UserArgs
from project_workspace.passwords import generated, rotation_problem


@dataclass(kw_only=True)
class DexTarget:
    """Where dex keeps its configuration (Kubeflow's manifests: namespace `auth`, all named `dex`)."""

    namespace: str = "auth"
    config_map: str = "dex"
    key: str = "config.yaml"
    deployment: str = "dex"


def password_problem(*, password: object, password_hash: object) -> str | None:
    """What is wrong with giving these two (None: not given), as a sentence; None when nothing is."""
    if password is None or password_hash is None:
        return None
    return "Expected one of password and passwordHash, for example only 'password'."


@dataclass(kw_only=True)
class LoginArgs:
    """The login of one Kubeflow user. At most one of `password` and `password_hash`."""

    email: str
    username: str
    user_id: str
    password: Optional[pulumi.Input[str]] = None
    """The password, at most 72 bytes; default: generated, kept in the stack's state."""
    password_hash: Optional[pulumi.Input[str]] = None
    """A bcrypt hash of cost 10 to 16, for installations that log in with one fixed password."""
    rotation: Optional[str] = None
    """Another text draws another password; only for a generated one. Default: it stays."""
    dex: DexTarget = field(default_factory=DexTarget)
    adopt: bool = False
    """Take over an entry of this e-mail that was made by hand."""
    kubeconfig: Optional[pulumi.Input[str]] = None
    """Connection to the cluster without credentials in it (exec authentication); default: the stack's."""


class Login(pulumi.ComponentResource):
    """One dex user that can log in when the resource is ready, and cannot when it is gone.

    Raises `pulumi.RunError` for a password and a hash together, and for the rotation of a given one.
    """

    password: Optional[pulumi.Output[str]]
    """The password as a secret; None when only its hash was given."""

    def __init__(self, name: str, args: LoginArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        problem = password_problem(password=args.password, password_hash=args.password_hash) or rotation_problem(
            args.rotation, args.password, args.password_hash
        )
        if problem:
            raise pulumi.RunError(f"login: {problem}")
        super().__init__("workspace:index:Login", name, {}, opts)
        password_hash = None if args.password_hash is None else pulumi.Output.secret(args.password_hash)
        password = None if args.password is None else pulumi.Output.secret(args.password)
        if password is None and password_hash is None:
            drawn = generated(name, args.rotation, pulumi.ResourceOptions(parent=self))
            self.password, password_hash = drawn.result, drawn.bcrypt_hash
        else:
            self.password = password
        User(
            name,
            UserArgs(
                email=args.email,
                username=args.username,
                user_id=args.user_id,
                password=password,
                password_hash=password_hash,
                config_map={
                    "namespace": args.dex.namespace,
                    "name": args.dex.config_map,
                    "key": args.dex.key,
                },
                deployment=args.dex.deployment,
                adopt=args.adopt,
                kubeconfig=args.kubeconfig,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"password": self.password})
