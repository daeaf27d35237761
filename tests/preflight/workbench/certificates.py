"""Certificates for tests: an authority, what it signs, and the texts of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return self.key.private_bytes(*form).decode()


def made(
    name: str,
    by: Made | None = None,
    *,
    dns: tuple[str, ...] = (),
    authority: bool = False,
    days: int = 365,
    since: int = -1,
) -> Made:
    """A certificate from `since` to `days` from now; signed by itself without `by`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) + since * DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(begins, datetime.now(UTC) + days * DAY - DAY))
        .not_valid_after(datetime.now(UTC) + days * DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if dns:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in dns])
        builder = builder.add_extension(names, critical=False)
    return Made(builder.sign(by.key if by else key, hashes.SHA256()), key)


@cache
def root() -> Made:
    return made("Test Root", authority=True)


@cache
def intermediate() -> Made:
    return made("Test Intermediate", root(), authority=True)


def server(*names: str, by: Made | None = None, days: int = 365, since: int = -1) -> Made:
    """The certificate of a server of these names."""
    return made(names[0], by or intermediate(), dns=names, days=days, since=since)
