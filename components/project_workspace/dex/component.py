"""The login of the workspace's Kubeflow user: a password, and one entry among dex's static users.

Owns: the password (generated, given, or given as a hash) and this user's entry in dex's configuration. Does not own
dex, its configuration as a whole, or anybody else's entry; the dynamic provider edits one entry and restarts dex.
Why not `ConfigMapPatch`: the configuration is one string in one key, which server-side apply can only take over whole
(docs/facts/pulumi-kubernetes.md, "Server-side apply owns whole keys").
"""

from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.dex.options import LoginOptions
from project_workspace.dex.provider import User, UserArgs
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.passwords import generated
from project_workspace.schema.secret import secret_output


@dataclass(kw_only=True)
class LoginArgs:
    """The login of one Kubeflow user."""

    email: str
    username: str
    user_id: str
    options: LoginOptions
    adopt: bool = False
    """Take over an existing entry of this e-mail."""
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
        User(
            name,
            UserArgs(
                email=args.email,
                username=args.username,
                user_id=args.user_id,
                password=password,
                password_hash=password_hash,
                config_map={
                    "namespace": options.dex.namespace,
                    "name": options.dex.config_map,
                    "key": options.dex.key,
                },
                deployment=options.dex.deployment,
                adopt=args.adopt,
                stack_cluster=args.stack_cluster,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"password": self.password})
