"""A certificate with its chain: which names it covers, until when, whose key, and up to which root.

Owns: those judgements, of texts in PEM. Does not own where the texts come from (`certificates.py`). No sentence of it
ever has anything of a key. Why the library and not Python's own `ssl`: that one judges a chain only while it connects,
and says neither which link is missing nor whether a key fits. Sources: RFC 5280, section 6.1; RFC 6125, section 6.4.3
(a wildcard is the whole leftmost label); RFC 8446, section 4.4.2 (the order of a chain).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.utils import CryptographyDeprecationWarning

SUBJECT_PUBLIC_KEY = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class UnreadableError(Exception):
    """A text is not what it should be; the message says what was expected, and nothing of the text."""


@dataclass(frozen=True)
class Chain:
    """Certificates as a server sends them: the server's own first, each then of whoever signed the one before."""

    certificates: Sequence[x509.Certificate]

    @property
    def leaf(self) -> x509.Certificate:
        """The server's own."""
        return self.certificates[0]

    @property
    def last(self) -> x509.Certificate:
        """The one that is nearest to the root, or the root itself."""
        return self.certificates[-1]

    @cached_property
    def names(self) -> list[str]:
        """The DNS names that the server's own covers. The subject's counts for nothing: no browser looks there."""
        try:
            found = self.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except x509.ExtensionNotFound:
            return []
        return [name.lower() for name in found.value.get_values_for_type(x509.DNSName)]

    @property
    def expires(self) -> datetime:
        """When the first of them ends."""
        return min(each.not_valid_after_utc for each in self.certificates)

    @property
    def begins(self) -> datetime:
        """When the last of them begins."""
        return max(each.not_valid_before_utc for each in self.certificates)

    @property
    def broken_link(self) -> tuple[x509.Certificate, x509.Certificate] | None:
        """The first two neighbours of which the second has not signed the first."""
        pairs = zip(self.certificates, self.certificates[1:], strict=False)
        return next((pair for pair in pairs if not is_signed(*pair)), None)

    @property
    def public_root(self) -> x509.Certificate | None:
        """The root that everybody's machine knows, if the chain leads to one."""
        return next((root for root in _public_roots().get(self.last.issuer, []) if is_signed(self.last, root)), None)

    def leads_to(self, root: x509.Certificate) -> bool:
        """Whether this root has signed the last one, or is it."""
        return self.last == root or is_signed(self.last, root)


def is_signed(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether `by` is the issuer by its name, and has signed the certificate."""
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether it is a root, or nobody else stands for it."""
    return is_signed(certificate, certificate)


def read(text: str) -> Chain:
    """The certificates of a text. Raises `UnreadableError`."""
    try:
        return Chain(x509.load_pem_x509_certificates(text.encode()))
    except ValueError:
        raise UnreadableError("Expected certificates in PEM, each from BEGIN CERTIFICATE to END CERTIFICATE") from None


def has_key(chain: Chain, key: str) -> bool:
    """Whether the private key is that of the server's own certificate. Raises `UnreadableError`."""
    try:
        private = serialization.load_pem_private_key(key.encode(), password=None)
    except TypeError:
        raise UnreadableError("Expected a private key that is not encrypted with a passphrase") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UnreadableError("Expected a private key in PEM") from None
    return private.public_key().public_bytes(*SUBJECT_PUBLIC_KEY) == chain.leaf.public_key().public_bytes(
        *SUBJECT_PUBLIC_KEY
    )


def covers(chain: Chain, name: str) -> bool:
    """Whether the name, which may be a wildcard's, is covered by the server's own certificate."""
    wanted = name.lower()
    return wanted in chain.names or f"*.{wanted.partition('.')[2]}" in chain.names


def public_part(chain: Chain) -> str:
    """The chain in PEM, as it may be shown to everybody: subject and issuer of each beside it."""
    return "\n".join(
        f"subject: {name_of(each)}\nissuer: {each.issuer.rfc4514_string()}\n"
        f"valid: {each.not_valid_before_utc:%Y-%m-%d} to {each.not_valid_after_utc:%Y-%m-%d}\n"
        f"{each.public_bytes(serialization.Encoding.PEM).decode().strip()}"
        for each in chain.certificates
    )


def name_of(certificate: x509.Certificate) -> str:
    """Whose it is, for people."""
    return certificate.subject.rfc4514_string() or ", ".join(Chain([certificate]).names) or "without a name"


@cache
def _public_roots() -> dict[x509.Name, list[x509.Certificate]]:
    """By their names: those that this machine's HTTP clients trust."""
    found: dict[x509.Name, list[x509.Certificate]] = {}
    with warnings.catch_warnings():
        # One of the public roots has a serial number that RFC 5280 does not allow.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        for root in x509.load_pem_x509_certificates(certifi.contents().encode()):
            found.setdefault(root.subject, []).append(root)
    return found
