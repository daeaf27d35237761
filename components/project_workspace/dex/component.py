"""The login of one Kubeflow user: a password, and the user in dex: a static one, or one with an object of its own.

Owns: the password (generated, given, or given as a hash) and this user in dex. Does not own dex, its configuration as a
whole, or any other user; a dynamic provider edits one entry and restarts dex, or makes one object.
Why not `ConfigMapPatch`: the configuration is one string in one key, which server-side apply can only take over whole
(docs/facts/pulumi-kubernetes.md, "Server-side apply owns whole keys").
Why two resources, and not one with two ways: when the way changes, Pulumi makes the one and then removes the other,
with one password, and dex lets in by either (docs/decisions/0026-a-user-of-dex-in-an-object.md).
"""

from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.dex.options import PASSWORD_OBJECT, LoginOptions
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.passwords import generated
from project_workspace.schema.secret import secret_output
from project_workspace.stack_mark import StackMark

_Text = Optional[pulumi.Output[str]]


@dataclass(kw_only=True)
class LoginArgs:
    """The login of one Kubeflow user."""

    email: str
    username: str
    user_id: str
    options: LoginOptions
    adopt: bool = False
    """Take over an existing user of this e-mail."""
    mark: StackMark
    """Whose the user is."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class Login(pulumi.ComponentResource):
    """One dex user that can log in when the resource is ready, and cannot when it is gone."""

    password: Optional[pulumi.Output[str]]
    """The password as a secret; None when only its hash was given."""

    def __init__(self, name: str, args: LoginArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:dex:Login", name, {}, opts)
        options = args.options
        password, password_hash = secret_output(options.password), secret_output(options.password_hash)
        if password is None and password_hash is None:
            drawn = generated(name, options.password_rotation, pulumi.ResourceOptions(parent=self))
            self.password, password_hash = drawn.result, drawn.bcrypt_hash
        else:
            self.password = password
        make = _object if options.dex.stored_in == PASSWORD_OBJECT else _static
        make(name, args, password, password_hash, pulumi.ResourceOptions(parent=self))
        self.register_outputs({"password": self.password})


def _static(name: str, args: LoginArgs, password: _Text, password_hash: _Text, opts: pulumi.ResourceOptions) -> None:
    """The user as an entry in dex's configuration."""
    from project_workspace.dex.provider import User, UserArgs

    dex = args.options.dex
    user = UserArgs(
        email=args.email,
        username=args.username,
        user_id=args.user_id,
        password=password,
        password_hash=password_hash,
        config_map={"namespace": dex.namespace, "name": dex.config_map, "key": dex.key},
        deployment=dex.deployment,
        adopt=args.adopt,
        stack_cluster=args.stack_cluster,
    )
    User(name, user, opts)


def _object(name: str, args: LoginArgs, password: _Text, password_hash: _Text, opts: pulumi.ResourceOptions) -> None:
    """The user as an object of its own."""
    from project_workspace.dex.password_object import PasswordObject, PasswordObjectArgs

    dex = args.options.dex
    user = PasswordObjectArgs(
        email=args.email,
        username=args.username,
        user_id=args.user_id,
        password=password,
        password_hash=password_hash,
        namespace=dex.namespace,
        config_map=dex.config_map,
        key=dex.key,
        adopt=args.adopt,
        pulumi_project=args.mark.project,
        pulumi_stack=args.mark.stack,
        stack_cluster=args.stack_cluster,
    )
    PasswordObject(name, user, opts)
