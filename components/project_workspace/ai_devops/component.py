"""`AiDevops`: what must be there before the installer of ai-devops runs, and the configuration that it reads.

Owns: the order, and the outputs. Does not own the client (`keycloak/component.py`) nor the StorageClass's marks
(`default_class.py`). The client is made first: whether it is somebody else's is known only to the run, and of a
StorageClass the preview has told already, so a refused run has changed nothing.
"""

from typing import Any, Optional

import pulumi

from project_workspace.ai_devops.default_class import DefaultStorageClass, DefaultStorageClassArgs
from project_workspace.ai_devops.installer_config import CONFIG_OUTPUT, FILE_NAME, InstallerConfig
from project_workspace.ai_devops.options import CLIENT_ID, AiDevopsArgs
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle.cluster_identity import ClusterIdentity, ClusterIdentityArgs
from project_workspace.stack_mark import StackMark


class AiDevops(pulumi.ComponentResource):
    """Ready when the installer's script can be run."""

    storage_class: Optional[str]
    """The cluster's default; None where none was chosen."""
    client_id: Optional[str]
    """None without a client."""
    issuer: Optional[str]
    """Where OpenID Connect's discovery begins."""
    installer_config: Optional[pulumi.Output[str]]
    """The text of `ai-devops.config`, secret; None without a client."""

    def __init__(self, name: str, args: AiDevopsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:aidevops:AiDevops", name, {}, opts)
        self._name, self._args, self._mark = name, args, StackMark.of_this_run()
        known = ClusterIdentity(
            name, ClusterIdentityArgs(kubeconfig=args.kubeconfig), opts=pulumi.ResourceOptions(parent=self)
        )
        self.client_id, self.issuer, self.installer_config = None, None, None
        before = [known, *self._make_client(known)]
        cluster = StackCluster(kubeconfig=args.kubeconfig, cluster_uid=known.cluster_uid)
        self.storage_class = self._mark_the_default(cluster, pulumi.ResourceOptions(parent=self, depends_on=before))
        self.register_outputs(self.outputs())

    def _make_client(self, after: pulumi.Resource) -> list[pulumi.Resource]:
        options = self._args.oidc_client
        if not options.url:
            return []
        from project_workspace.keycloak.component import OidcClient, OidcClientArgs

        client = OidcClient(
            self._name,
            OidcClientArgs(
                options=options,
                client_id=CLIENT_ID,
                users=options.users or [],
                mark=self._mark,
                adopt=self._args.adopt,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
        )
        self.client_id, self.issuer = client.client_id, client.issuer
        config = _config(self._args, client.issuer)
        self.installer_config = pulumi.Output.secret(client.secret).apply(lambda secret: _text(config, secret))
        return [client]

    def _mark_the_default(self, cluster: StackCluster, opts: pulumi.ResourceOptions) -> Optional[str]:
        chosen = self._args.storage_class
        if not chosen.name:
            return None
        DefaultStorageClass(
            self._name,
            DefaultStorageClassArgs(
                storage_class=chosen.name,
                take_over_default=chosen.take_over_default,
                pulumi_project=self._mark.project,
                pulumi_stack=self._mark.stack,
                stack_cluster=cluster,
            ),
            opts=opts,
        )
        return chosen.name

    def outputs(self) -> dict[str, Any]:
        """What a person needs next; the configuration holds a secret, and is one."""
        found = {
            "storageClass": self.storage_class,
            "oidcClientId": self.client_id,
            "oidcIssuer": self.issuer,
            CONFIG_OUTPUT: self.installer_config,
        }
        return {key: value for key, value in found.items() if value is not None}


def _config(args: AiDevopsArgs, issuer: str) -> InstallerConfig:
    chosen = args.installer
    assert chosen.custom_domain, "a client comes with a domain"
    return InstallerConfig(
        discovery_url=issuer,
        custom_domain=chosen.custom_domain,
        gatekeeper_version=chosen.gatekeeper_version,
        log_level=chosen.log_level,
        registry=chosen.registry,
    )


def _text(config: InstallerConfig, secret: str) -> str:
    """The file; of a secret that was given as an Output only the run knows whether it is right."""
    try:
        return config.text(secret)
    except ValueError as error:
        raise pulumi.RunError(f"{FILE_NAME}, CLIENT_SECRET: {error}") from None
