"""The dynamic resource `workbench:SelfSignedCertificate`: a key and a certificate for trials, drawn once and kept.

Owns: drawing both, and when they are drawn anew: for another hostname or rotation, and in the first `up` after
`RENEW_DAYS` before the end. Does not own the secret in the cluster (`certificates.py`). Why a resource: what is drawn
must be the same in every run, so it is in the state, the key encrypted; nothing of it is anywhere else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.remote.provider import Props, RemoteProvider, inputs_of

VALID_DAYS = 365
RENEW_DAYS = 30
"""How long before its end a certificate is drawn anew."""
COMMON_NAME_LIMIT = 64
"""Characters of a certificate's common name (RFC 5280, appendix A.1); what browsers read has no such limit."""


def now() -> datetime:
    """The time; a test has another."""
    return datetime.now(UTC)


@dataclass(kw_only=True)
class SelfSignedCertificateArgs:
    """What the certificate is for."""

    hostname: pulumi.Input[str]
    """It covers this name, and all names one level below."""
    rotation: Optional[pulumi.Input[str]] = None
    """Another value draws another certificate."""


class SelfSignedCertificateProvider(RemoteProvider):
    """Draws; there is no remote."""

    what = "self-signed certificate"
    update_on: ClassVar[tuple[str, ...]] = ("hostname", "rotation")
    secrets: ClassVar[frozenset[str]] = frozenset({"key"})

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["hostname"], _drawn(inputs["hostname"])

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def drifted(self, outputs: Props) -> bool:
        """Asked in every preview and up, without a refresh as well: whether its end is near."""
        return datetime.fromisoformat(outputs["ends"]) - now() < timedelta(days=RENEW_DAYS)

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return _drawn(news["hostname"])

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: it is in the state only."""


class SelfSignedCertificate(Resource, module="workbench", name="SelfSignedCertificate"):
    """Key and certificate, both in PEM."""

    certificate: pulumi.Output[str]
    key: pulumi.Output[str]
    """Secret."""
    ends: pulumi.Output[str]
    """When the certificate ends (ISO 8601)."""

    def __init__(
        self, name: str, args: SelfSignedCertificateArgs, opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        hidden = pulumi.ResourceOptions(additional_secret_outputs=["key"])
        computed = inputs_of(args, certificate=None, key=None, ends=None)
        super().__init__(SelfSignedCertificateProvider(), name, computed, pulumi.ResourceOptions.merge(hidden, opts))


def _drawn(hostname: str) -> Props:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hostname[:COMMON_NAME_LIMIT])])
    begins = now().replace(microsecond=0)
    ends = begins + timedelta(days=VALID_DAYS)
    names = x509.SubjectAlternativeName([x509.DNSName(hostname), x509.DNSName(f"*.{hostname}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - timedelta(hours=1))
        .not_valid_after(ends)
        .add_extension(names, critical=False)
        # It is its own authority, so that it can be trusted by itself.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return {
        "certificate": made.public_bytes(serialization.Encoding.PEM).decode(),
        "key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        "ends": ends.isoformat(),
    }
