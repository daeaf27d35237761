"""The pull secret of Workbench's images: the login to a registry, as the kubelet reads it.

Owns: that secret. Does not own pull secrets of others, which are only named to the chart. Source: Kubernetes, "Pull an
Image from a Private Registry".
"""

import base64
import json
from dataclasses import dataclass
from typing import Any, Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.schema.secret import secret_output
from project_workspace.stack_mark import StackMark
from project_workspace.workbench.image_options import RegistryLoginOptions

TYPE = "kubernetes.io/dockerconfigjson"


@dataclass(kw_only=True)
class PullSecretArgs:
    """One login for one namespace."""

    options: RegistryLoginOptions
    """With user and password."""
    namespace: str
    mark: StackMark
    """Whose the secret is."""


class PullSecret(pulumi.ComponentResource):
    """Ready when the secret is there."""

    def __init__(self, name: str, args: PullSecretArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:workbench:PullSecret", name, {}, opts)
        BuiltIn(name, "core/v1", _secret(args), pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def _secret(args: PullSecretArgs) -> dict[str, Any]:
    options = args.options
    assert options.user, "the options have seen to it"
    user, server = options.user, options.server
    login = secret_output(options.password)
    assert login is not None, "the options have seen to it"
    annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": options.secret, "namespace": args.namespace, "annotations": annotations},
        "type": TYPE,
        "data": {".dockerconfigjson": login.apply(lambda password: _encoded(docker_config(server, user, password)))},
    }


def docker_config(server: str, user: str, password: str) -> str:
    """The text of Docker's configuration with this one login."""
    login = {"username": user, "password": password, "auth": _encoded(f"{user}:{password}")}
    return json.dumps({"auths": {server: login}})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
