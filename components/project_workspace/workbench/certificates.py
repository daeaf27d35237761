"""Workbench's certificate in the cluster: the secret that the chart takes instead of making one of its own.

Owns: that secret and its keys (docs/facts/anaconda-workbench.md, "The secret of certificates"). Does not own a given
certificate's way into the stack's file (`tls_options.py`), the drawing of one (`self_signed.py`), nor secrets of
others, which are left alone.
"""

import base64
from dataclasses import dataclass
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.schema.secret import secret_output
from project_workspace.stack_mark import StackMark
from project_workspace.workbench.key_store import KeyStore, KeyStoreArgs
from project_workspace.workbench.self_signed import SelfSignedCertificate, SelfSignedCertificateArgs
from project_workspace.workbench.tls_options import SELF_SIGNED, TlsOptions

END = "-----END CERTIFICATE-----"


@dataclass(kw_only=True)
class CertificatesArgs:
    """The certificate of one Workbench."""

    options: TlsOptions
    """Of a mode in which the secret is made."""
    hostname: str
    namespace: str
    mark: StackMark
    """Whose the secret is."""


class Certificates(pulumi.ComponentResource):
    """Ready when the secret is there."""

    authority: pulumi.Output[str]
    """The root certificate, in PEM: what browsers of a private authority must trust."""

    def __init__(self, name: str, args: CertificatesArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:workbench:Certificates", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate, key = self._pair(name, args)
        given = args.options.authority
        self.authority = pulumi.Output.from_input(given) if given else certificate.apply(last_of)
        store = KeyStore(name, KeyStoreArgs(hostname=args.hostname, certificate=certificate, key=key), child)
        BuiltIn(name, "core/v1", self._secret(args, certificate, key, store.key_store), child)
        self.register_outputs({"authority": self.authority})

    def _pair(self, name: str, args: CertificatesArgs) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        options = args.options
        if options.mode == SELF_SIGNED:
            wanted = SelfSignedCertificateArgs(hostname=args.hostname, rotation=options.rotation)
            drawn = SelfSignedCertificate(name, wanted, pulumi.ResourceOptions(parent=self))
            return drawn.certificate, pulumi.Output.secret(drawn.key)
        assert options.certificate, "the options have seen to it"
        assert options.key, "the options have seen to it"
        return pulumi.Output.from_input(options.certificate), secret_output(options.key)

    def _secret(
        self,
        args: CertificatesArgs,
        certificate: pulumi.Output[str],
        key: pulumi.Output[str],
        key_store: pulumi.Output[str],
    ) -> dict[str, object]:
        public, private = certificate.apply(_encoded), key.apply(_encoded)
        annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": args.options.secret, "namespace": args.namespace, "annotations": annotations},
            "type": "Opaque",
            "data": {
                "tls.crt": public,
                "tls.key": private,
                "wildcard.crt": public,
                "wildcard.key": private,
                "rootca.crt": self.authority.apply(_encoded),
                "keystore.jks": key_store,
            },
        }


def last_of(chain: str) -> str:
    """The last of the certificates, in PEM."""
    return chain.strip().removesuffix(END).rpartition(END)[2].lstrip() + f"{END}\n"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
