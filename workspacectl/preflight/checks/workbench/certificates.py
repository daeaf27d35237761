"""Workbench's certificate: where it comes from, and whether every browser will take it.

Owns: those lines. Does not own how a chain is judged (`certificate_chain.py`). Of a self-signed one, which is for
trials, nothing is judged. What is shown is the public part alone.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509

from project_workspace.workbench.tls_options import EXISTING, GIVEN
from workspacectl.preflight.answers import Answer, Detail, Outcome, failed, ok, warning
from workspacectl.preflight.checks.workbench import certificate_chain as chains
from workspacectl.preflight.checks.workbench.certificate_chain import Chain, UnreadableError
from workspacectl.preflight.checks.workbench.shown import as_secret
from workspacectl.preflight.site import plain_text
from workspacectl.preflight.sites import WorkbenchSite

KEYS = ("tls.crt", "tls.key", "rootca.crt")
"""Of the Secret: certificate with its chain, private key, root of a private authority."""
OTHER_KEYS = ("wildcard.crt", "wildcard.key", "rootca.crt", "keystore.jks")
"""What else the chart reads of it (docs/facts/anaconda-workbench.md, "The secret of certificates")."""
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Material:
    """Texts in PEM; empty where there is none."""

    certificate: str = ""
    key: str = field(default="", repr=False)
    authority: str = ""


def now() -> datetime:
    """In UTC, as certificates are."""
    return datetime.now(UTC)


def _material(site: WorkbenchSite) -> Material:
    """What the settings give, or the Secret that they name."""
    tls = site.options.tls
    if tls.mode == GIVEN:
        return Material(tls.certificate or "", plain_text(tls.key), tls.authority or "")
    data = (site.secret(tls.secret) or {}).get("data") or {} if tls.mode == EXISTING else {}
    return Material(*(base64.b64decode(data.get(key, "")).decode(errors="replace") for key in KEYS))


def _root(site: WorkbenchSite) -> x509.Certificate | None:
    """The private authority's root, where one is given that can be read."""
    try:
        return chains.read(_material(site).authority).leaf
    except UnreadableError:
        return None


def workbench_certificate(site: WorkbenchSite) -> Answer:
    """Certificate and private key are there: from the settings, or in the Secret that somebody else makes.

    A self-signed one is a warning. Checklist, item 18; "DNS/SSL".
    """
    mode, name = site.options.tls.mode, site.options.tls.secret
    if mode == GIVEN:
        return _readable(site, "from the settings")
    if mode != EXISTING:
        remedy = f"set 'tls.mode: {GIVEN}' with a certificate of an authority; self-signed ones are for trials"
        return warning(f"self-signed ({mode})", "a valid wildcard certificate", remedy)
    found = site.secret(name)
    if found is None:
        return failed(f"no Secret {name} in {site.namespace}", "it", f"make it, or set 'tls.mode: {GIVEN}'")
    shown = as_secret(found, f"kubectl -n {site.namespace} get secret {name}")
    missing = [key for key in (*KEYS[:2], *OTHER_KEYS) if key not in (found.get("data") or {})]
    told = f"Secret {name} has no {', no '.join(missing)}"
    if not {*missing}.isdisjoint(KEYS[:2]):
        return failed(told, "certificate and key", "make it anew").showing(shown)
    readable = _readable(site, f"in Secret {name}").showing(shown)
    if missing and readable.outcome == Outcome.OK:
        remedy = "add them, or let the stack make the Secret: 'tls.mode: given'"
        return warning(told, "all that the chart reads", remedy).showing(*readable.details)
    return readable


def _readable(site: WorkbenchSite, where: str) -> Answer:
    try:
        chain = chains.read(_material(site).certificate)
    except UnreadableError as error:
        return failed(f"{where}: it cannot be read", str(error), "give it in PEM")
    public = Detail(f"openssl s_client -showcerts -connect {site.options.hostname}:443", chains.public_part(chain))
    return ok(f"{where}: {chains.name_of(chain.leaf)}").showing(public)


def _of_the_chain(judge: Callable[[WorkbenchSite, Chain], Answer | None], site: WorkbenchSite) -> Answer | None:
    """No line where there is no certificate, or none that can be read: the line above says so."""
    if not _material(site).certificate:
        return None
    try:
        return judge(site, chains.read(_material(site).certificate))
    except UnreadableError:
        return None


def workbench_certificate_names(site: WorkbenchSite) -> Answer | None:
    """It covers the name and every name below it. Checklist, item 18; "DNS/SSL"."""
    return _of_the_chain(_names, site)


def _names(site: WorkbenchSite, chain: Chain) -> Answer:
    wanted = (site.options.hostname, f"*.{site.options.hostname}")
    missing = [name for name in wanted if not chains.covers(chain, name)]
    told = ", ".join(chain.names) or "no name"
    return failed(told, " and ".join(wanted), "have one made for both names") if missing else ok(told)


def workbench_certificate_dates(site: WorkbenchSite) -> Answer | None:
    """It counts now, with its whole chain; less than thirty days are a warning. "DNS/SSL": a valid certificate."""
    return _of_the_chain(_dates, site)


def _dates(_: WorkbenchSite, chain: Chain) -> Answer:
    told = f"until {chain.expires:%Y-%m-%d}"
    if chain.begins > now():
        return failed(f"not before {chain.begins:%Y-%m-%d}", "one that counts now", "look at this machine's clock")
    if chain.expires <= now():
        return failed(told, "one that counts", "have a new one made")
    if chain.expires - now() < SOON:
        return warning(told, f"{SOON.days} days or more", "have a new one made")
    return ok(told)


def workbench_certificate_key(site: WorkbenchSite) -> Answer | None:
    """The private key is the certificate's. Checklist, item 18; "DNS/SSL"."""
    return _of_the_chain(_key, site)


def _key(site: WorkbenchSite, chain: Chain) -> Answer:
    remedy = "give the key with which the certificate was asked for"
    try:
        fits = chains.has_key(chain, _material(site).key)
    except UnreadableError as error:
        return failed("it cannot be read", str(error), remedy)
    return ok("it fits") if fits else failed("it is another certificate's", "the certificate's own", remedy)


def workbench_certificate_chain(site: WorkbenchSite) -> Answer | None:
    """The chain is whole and in order: each certificate signed by the next one, the last by a root.

    Checklist, item 18; "DNS/SSL", note on intermediate certificates.
    """
    return _of_the_chain(_chain, site)


def _chain(site: WorkbenchSite, chain: Chain) -> Answer:
    told = ", then ".join(chains.name_of(each) for each in chain.certificates)
    order = "put the server's certificate first, then each one that signed the one before"
    if link := chain.broken_link:
        seen = f"{chains.name_of(link[0])} is not signed by {chains.name_of(link[1])}, which follows"
        return failed(seen, "each signed by the next", order)
    root = _root(site)
    if root and not chain.leads_to(root):
        seen = f"{told}; its issuer {chain.last.issuer.rfc4514_string()} is not the root {chains.name_of(root)}"
        return failed(seen, "all intermediate certificates", "add those between it and the root, behind the others")
    return ok(told)


def workbench_certificate_authority(site: WorkbenchSite) -> Answer | None:
    """The chain leads to a root that everybody has, or the private authority's root is given and may sign.

    Checklist, item 19; "DNS/SSL", public root certificate.
    """
    return _of_the_chain(_authority, site)


def _authority(site: WorkbenchSite, chain: Chain) -> Answer:
    if public := chain.public_root:
        return ok(f"public: {chains.name_of(public)}")
    root = _root(site) or (chain.last if chains.is_self_signed(chain.last) else None)
    if root is None:
        seen = f"{chain.last.issuer.rfc4514_string()} is no public root, and no root is given"
        remedy = "set 'tls.authority' to the private root, or add the missing intermediate certificate"
        return failed(seen, "the public root certificate of the private authority", remedy)
    told = chains.name_of(root)
    if not (chains.is_self_signed(root) and chains.is_authority(root)):
        return failed(f"{told} is no root", "a certificate of an authority, signed by itself", "set 'tls.authority'")
    if not root.not_valid_before_utc <= now() < root.not_valid_after_utc:
        return failed(f"{told} counts until {root.not_valid_after_utc:%Y-%m-%d}", "one that counts", "get the new root")
    return ok(f"private: {told}").showing(Detail("openssl x509 -in rootca.crt", chains.public_part(Chain([root]))))


CHECKS = (
    workbench_certificate,
    workbench_certificate_names,
    workbench_certificate_dates,
    workbench_certificate_key,
    workbench_certificate_chain,
    workbench_certificate_authority,
)
