"""The dynamic resource `workbench:KeyStore`: certificate and key as Workbench's Java services read them, and whether
both are what they should be.

Owns: that file, made once for a certificate, and the refusal of a certificate or key that cannot serve: already in a
preview. Does not own where certificate and key come from. Why a resource: the file has random salts, and must be the
same in every run. Why PKCS #12 under the name of a JKS: Java reads either as the other (JDK Enhancement Proposal 229,
`keystore.type.compat`), and the vendor's own scripts begin with one; its password is no secret, everybody's is this one
(docs/facts/anaconda-workbench.md, "The secret of certificates").
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

if TYPE_CHECKING:
    from cryptography import x509

ALIAS = b"auth"
OPENED_BY = b"anaconda"
"""What the file is opened by."""


@dataclass(kw_only=True)
class KeyStoreArgs:
    """A certificate for one name and all below it."""

    hostname: pulumi.Input[str]
    certificate: pulumi.Input[str]
    """In PEM, with all intermediate ones behind it."""
    key: pulumi.Input[str]
    """In PEM. Secret."""


class KeyStoreProvider(RemoteProvider):
    """Looks at the certificate; there is no remote."""

    what = "key store"
    update_on: ClassVar[tuple[str, ...]] = ("hostname", "certificate", "key")
    secrets: ClassVar[frozenset[str]] = frozenset({"key", "keyStore"})

    def problems(self, inputs: Props) -> list[Problem]:
        if not {"hostname", "certificate", "key"} <= inputs.keys():
            return []  # drawn in this run
        # Without names of properties: the engine would print their values.
        return [Problem("", f"{path}: {sentence}") for path, sentence in _unfit(inputs)]

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["hostname"], {"keyStore": _file(inputs)}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {"keyStore": _file(news)}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: it is in the state only."""


class KeyStore(Resource, module="workbench", name="KeyStore"):
    """The file, in base64."""

    key_store: pulumi.Output[str]
    """Secret."""

    def __init__(self, name: str, args: KeyStoreArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        hidden = pulumi.ResourceOptions(additional_secret_outputs=["keyStore"])
        made = pulumi.ResourceOptions.merge(hidden, opts)
        super().__init__(KeyStoreProvider(), name, inputs_of(args, keyStore=None), made)
        self.key_store = pulumi.get(self, "keyStore")


def _file(inputs: Props) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    first, *others = x509.load_pem_x509_certificates(inputs["certificate"].encode())
    key = serialization.load_pem_private_key(inputs["key"].encode(), None)
    made = pkcs12.serialize_key_and_certificates(
        ALIAS,
        key,  # pyright: ignore[reportArgumentType]  # of a kind that certificates have: `_unfit` has seen to it
        first,
        others,
        serialization.BestAvailableEncryption(OPENED_BY),
    )
    return base64.b64encode(made).decode()


def _unfit(inputs: Props) -> Iterator[tuple[str, str]]:
    """What is wrong with certificate and key, each with the setting; nothing of a key is told."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        chain = x509.load_pem_x509_certificates(inputs["certificate"].encode())
    except ValueError:
        yield "tls.certificate", "Expected certificates in PEM that can be read, for example of 'openssl x509'."
        return
    yield from _unfit_certificate(chain[0], inputs["hostname"])
    for index, (below, above) in enumerate(pairwise(chain), 2):
        if below.issuer != above.subject:
            yield (
                "tls.certificate",
                f"Expected the issuer of each one behind it, for example '{below.issuer.rfc4514_string()}' as number "
                f"{index}.",
            )
    try:
        key = serialization.load_pem_private_key(inputs["key"].encode(), None)
    except (ValueError, TypeError):
        yield "tls.key", "Expected a private key in PEM without a password, for example of 'openssl pkey'."
        return
    if key.public_key() != chain[0].public_key():
        yield (
            "tls.key",
            "Expected the key of the first certificate, for example the file that its request was made with.",
        )


def _unfit_certificate(certificate: "x509.Certificate", hostname: str) -> Iterator[tuple[str, str]]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = found.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    missing = [name for name in (hostname, f"*.{hostname}") if name not in names]
    if missing:
        there = ", ".join(names) or "none"
        yield (
            "tls.certificate",
            f"Expected a certificate for {' and '.join(missing)} too, for example with both as its alternative names; "
            f"it has: {there}.",
        )
    ends = certificate.not_valid_after_utc
    if ends < datetime.now(UTC):
        yield (
            "tls.certificate",
            f"Expected one that is still valid, for example its successor; it ended on {ends:%Y-%m-%d}.",
        )
