"""Workbench's certificate: drawn once and kept, drawn anew when it must be; a given one that is wrong is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from pulumi.output import Unknown

from project_workspace.remote.provider import Props
from project_workspace.workbench import self_signed
from project_workspace.workbench.certificates import last_of
from project_workspace.workbench.key_store import KeyStoreProvider
from project_workspace.workbench.self_signed import RENEW_DAYS, VALID_DAYS, SelfSignedCertificateProvider
from tests.support.certificates import Authority, pem

HOSTNAME = "anaconda.example.com"
START = datetime(2026, 11, 27, 12, tzinfo=UTC)
WANTED: Props = {"hostname": HOSTNAME}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    clock = {"now": START}
    monkeypatch.setattr(self_signed, "now", lambda: clock["now"])
    return clock


def drawn(provider: SelfSignedCertificateProvider, **more: Any) -> Props:
    made = provider.create({**WANTED, **more}).outs
    assert made
    return made


def changes(provider: SelfSignedCertificateProvider, olds: Props, **more: Any) -> bool:
    return bool(provider.diff("id", olds, {**WANTED, **more}).changes)


def test_a_drawn_certificate_covers_the_name_and_all_below_it_and_is_its_own_authority(
    today: dict[str, datetime],
) -> None:
    made = drawn(SelfSignedCertificateProvider())
    certificate = x509.load_pem_x509_certificate(made["certificate"].encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOSTNAME, f"*.{HOSTNAME}"]
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_after_utc.isoformat() == made["ends"] == (START + timedelta(VALID_DAYS)).isoformat()
    assert checked(made["certificate"], made["key"]) == []


def test_it_stays_until_its_end_is_near(today: dict[str, datetime]) -> None:
    provider = SelfSignedCertificateProvider()
    made = drawn(provider)
    assert not changes(provider, made)
    today["now"] = START + timedelta(days=VALID_DAYS - RENEW_DAYS)
    assert not changes(provider, made), "to the second"
    today["now"] += timedelta(seconds=1)
    assert changes(provider, made)
    renewed = provider.update("id", made, WANTED).outs
    assert renewed
    assert renewed["key"] != made["key"]
    assert not changes(provider, renewed)


def test_another_name_or_rotation_draws_another(today: dict[str, datetime]) -> None:
    provider = SelfSignedCertificateProvider()
    made = drawn(provider, rotation="1")
    assert not changes(provider, made, rotation="1")
    assert changes(provider, made, rotation="2")
    assert changes(provider, made, rotation="1", hostname="other.example.com")
    other = provider.update("id", made, {"hostname": "other.example.com", "rotation": "2"}).outs
    assert other
    assert "other.example.com" in x509.load_pem_x509_certificate(other["certificate"].encode()).subject.rfc4514_string()


def test_a_name_longer_than_a_common_name_may_be_is_covered_all_the_same(today: dict[str, datetime]) -> None:
    hostname = f"{'a' * 60}.{'b' * 60}.example.com"
    made = drawn(SelfSignedCertificateProvider(), hostname=hostname)
    assert checked(made["certificate"], made["key"], hostname) == []


def checked(certificate: str, key: Any, hostname: str = HOSTNAME) -> list[str]:
    inputs = {"hostname": hostname, "certificate": certificate, "key": key}
    return [failure.reason for failure in KeyStoreProvider().check({}, inputs).failures or []]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_a_given_certificate_that_serves_becomes_a_key_store_that_java_and_nobody_else_needs(
    authority: Authority,
) -> None:
    chain = authority.leaf(HOSTNAME, f"*.{HOSTNAME}") + authority.middle
    assert checked(chain, authority.key) == []
    made = KeyStoreProvider().create({"hostname": HOSTNAME, "certificate": chain, "key": authority.key}).outs
    assert made
    found = pkcs12.load_pkcs12(base64.b64decode(made["keyStore"]), b"anaconda")
    assert found.cert
    assert found.cert.friendly_name == b"auth"
    assert [found.cert.certificate, *(each.certificate for each in found.additional_certs)] == (
        x509.load_pem_x509_certificates(chain.encode())
    )
    assert found.key
    assert found.key.public_key() == authority.keys[2].public_key()


def test_everything_that_is_wrong_with_one_is_told_at_once_and_nothing_of_the_key(authority: Authority) -> None:
    ended = authority.leaf("other.example.com", days=-1)
    another = pem(ec.generate_private_key(ec.SECP256R1()))
    found = checked(ended + authority.root, another)
    day = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
    assert found == [
        f"tls.certificate: Expected a certificate for {HOSTNAME} and *.{HOSTNAME} too, for example with both as its "
        "alternative names; it has: other.example.com.",
        f"tls.certificate: Expected one that is still valid, for example its successor; it ended on {day}.",
        "tls.certificate: Expected the issuer of each one behind it, for example 'CN=middle' as number 2.",
        "tls.key: Expected the key of the first certificate, for example the file that its request was made with.",
    ]
    assert not any(line in sentence for line in another.splitlines() for sentence in found)


def test_what_cannot_be_read_is_refused_and_what_is_not_known_yet_is_left_to_the_run(authority: Authority) -> None:
    right = authority.leaf(HOSTNAME, f"*.{HOSTNAME}")
    no_certificate = "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n"
    assert [sentence.split(":")[0] for sentence in checked(no_certificate, authority.key)] == ["tls.certificate"]
    locked = pem(authority.keys[2], serialization.BestAvailableEncryption(b"a-password"))
    assert [sentence.split(":")[0] for sentence in checked(right, locked)] == ["tls.key"]
    assert checked(right, Unknown()) == []


def test_the_root_is_the_last_of_the_chain(authority: Authority) -> None:
    assert last_of(authority.leaf(HOSTNAME) + authority.middle + authority.root + "\n") == authority.root
    assert last_of(authority.root) == authority.root
