"""Certificates as a site's private authority gives them: a root, one intermediate, and what this signs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Authority:
    """A private authority with one intermediate, and what it signs."""

    def __init__(self) -> None:
        self.keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        self.root = self._signed("root", self.keys[0], "root", self.keys[0])
        self.middle = self._signed("middle", self.keys[1], "root", self.keys[0])

    def leaf(self, *names: str, days: int = 30) -> str:
        return self._signed("leaf", self.keys[2], "middle", self.keys[1], names=names, days=days)

    @property
    def key(self) -> str:
        """Of the leaf, in PEM."""
        return pem(self.keys[2])

    def with_another_key(self) -> None:
        """From now on leaves are of another key, as of a new request."""
        self.keys[2] = ec.generate_private_key(ec.SECP256R1())

    def _signed(
        self, subject: str, key: Any, issuer: str, by: Any, *, names: tuple[str, ...] = (), days: int = 3650
    ) -> str:
        def name(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, names)]), critical=False)
        return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def pem(key: Any, encryption: Any = None) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption or serialization.NoEncryption()
    ).decode()
