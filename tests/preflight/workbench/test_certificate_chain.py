"""A certificate's chain: what is covered, whose key, and where it leads, of certificates that are made here."""

from __future__ import annotations

import pytest

from tests.preflight.workbench.certificates import intermediate, made, root, server
from workspacectl.preflight.checks.workbench import certificate_chain as chains
from workspacectl.preflight.checks.workbench.certificate_chain import UnreadableError

HOST = "anaconda.example.com"
LEAF = server(HOST, f"*.{HOST}")


@pytest.mark.parametrize(
    ("names", "name", "covered"),
    [
        ((HOST,), HOST, True),
        (("ANACONDA.example.com",), HOST, True),
        (("*.example.com",), HOST, True),
        (("*.example.com",), f"*.{HOST}", False),
        ((f"*.{HOST}",), HOST, False),
        ((f"*.{HOST}",), f"*.{HOST}", True),
        ((f"*.{HOST}",), f"a.b.{HOST}", False),
    ],
)
def test_a_wildcard_covers_one_label_and_not_the_name_itself(names: tuple[str, ...], name: str, covered: bool) -> None:
    assert chains.covers(chains.read(server(*names).pem), name) is covered


def test_a_name_of_the_subject_alone_covers_nothing() -> None:
    assert chains.read(made(HOST, root()).pem).names == []


def test_a_chain_is_whole_when_each_has_signed_the_one_before() -> None:
    whole = chains.read(LEAF.pem + intermediate().pem)
    assert whole.broken_link is None
    assert whole.leads_to(root().certificate)
    assert chains.read(LEAF.pem + intermediate().pem + root().pem).leads_to(root().certificate)
    assert not chains.read(LEAF.pem).leads_to(root().certificate)


def test_an_issuer_of_the_right_name_that_has_not_signed_is_no_issuer() -> None:
    another = made("Test Intermediate", root(), authority=True)
    broken = chains.read(LEAF.pem + another.pem)
    assert broken.broken_link == (LEAF.certificate, another.certificate)


def test_a_public_root_is_one_that_this_machine_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    chain = chains.read(LEAF.pem + intermediate().pem)
    assert chain.public_root is None
    monkeypatch.setattr(chains, "_public_roots", lambda: {root().certificate.subject: [root().certificate]})
    assert chain.public_root == root().certificate


def test_the_roots_of_this_machine_are_read() -> None:
    found = chains._public_roots()
    assert len(found) > 50
    assert all(chains.is_authority(each) for every in found.values() for each in every)


def test_what_counts_for_the_shortest_time_ends_the_chain() -> None:
    short = made("Short", root(), authority=True, days=5)
    chain = chains.read(server(HOST, by=short).pem + short.pem)
    assert chain.expires == short.certificate.not_valid_after_utc


def test_a_key_is_the_certificates_or_not_and_is_never_told() -> None:
    chain, other = chains.read(LEAF.pem), server(HOST)
    assert chains.has_key(chain, LEAF.key_pem)
    assert not chains.has_key(chain, other.key_pem)
    with pytest.raises(UnreadableError) as raised:
        chains.has_key(chain, LEAF.key_pem[:60])
    assert str(raised.value) == "Expected a private key in PEM"


def test_what_is_shown_of_a_chain_is_its_public_part() -> None:
    shown = chains.public_part(chains.read(LEAF.pem + intermediate().pem))
    assert shown.splitlines()[:2] == [f"subject: CN={HOST}", "issuer: CN=Test Intermediate"]
    assert shown.count("BEGIN CERTIFICATE") == 2
    assert "PRIVATE" not in shown


def test_a_text_that_is_no_certificate_is_told_without_the_text() -> None:
    with pytest.raises(UnreadableError, match="Expected certificates in PEM") as raised:
        chains.read("not-a-certificate")
    assert "not-a-certificate" not in str(raised.value)
