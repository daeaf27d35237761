"""Workbench's name, and that it and every name below it lead to the ingress controller.

Owns: those lines. Does not own how a name is looked up (`name_lookup.py`), nor the controller's address (`ingress.py`).
"""

from __future__ import annotations

import secrets

from workspacectl.preflight.answers import Answer, Detail, failed, ok, warning
from workspacectl.preflight.sites import WorkbenchSite


def workbench_dns(site: WorkbenchSite) -> Answer:
    """The name that is set apart for Workbench leads to the ingress controller's address.

    That it is a fully qualified one is the setting's own rule. Checklist, items 15 and 17; "DNS/SSL".
    """
    return _record(site, site.options.hostname)


def workbench_wildcard_dns(site: WorkbenchSite) -> Answer:
    """So does every name below it: a random one is asked for. Checklist, item 17; "DNS/SSL"."""
    return _record(site, f"preflight-{secrets.token_hex(4)}.{site.options.hostname}", f"*.{site.options.hostname}")


def _record(site: WorkbenchSite, name: str, record: str = "") -> Answer:
    record = record or name
    found = site.resolve(name)
    address, wanted = site.options.ingress.address, _wanted(site)
    shown = Detail(f"getent hosts {record.replace('*', 'test')}", "\n".join(sorted(found)) or "no address")
    told = f"{record} leads to {', '.join(sorted(found)) or 'no address'}"
    expected = address or "the address of the ingress controller"
    remedy = f"have a record made for {record}"
    if not found and site.options.ingress.install:
        after = "have it made right after the installation, when the address is known"
        return warning(told, expected, after).showing(shown)
    if address and not wanted:
        seen = f"{told}; {address}, the ingress controller's, leads to no address"
        return failed(seen, expected, "correct 'ingress.address'").showing(shown)
    if not found or (wanted and found.isdisjoint(wanted)):
        return failed(told, expected, remedy).showing(shown)
    return ok(told).showing(shown)


def _wanted(site: WorkbenchSite) -> frozenset[str]:
    """The addresses of the ingress controller; none where nobody has said."""
    address = site.options.ingress.address
    return site.resolve(address) if address else frozenset()


CHECKS = (workbench_dns, workbench_wildcard_dns)
