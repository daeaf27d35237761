"""Somebody who logs in at dex all the time, and notes every time that it did not work.

Owns: the thread and the account of it. Does not own what a login is (`local/dex/login.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from local.dex.login import login
from local.processes import PlatformError


@dataclass
class Account:
    """What came of it."""

    accepted: int = 0
    failed: list[str] = field(default_factory=list[str])


@contextmanager
def logging_in(issuer: str, passwords: Mapping[str, str]) -> Generator[Account]:
    """All the time while the block runs, one after another of those e-mails with its password."""
    account, stop = Account(), threading.Event()

    def again_and_again() -> None:
        while not stop.is_set():
            for email, password in passwords.items():
                try:
                    result = login(issuer, email, password)
                except PlatformError as error:
                    account.failed.append(f"{email}: {error}")
                else:
                    account.accepted += result.accepted
                    account.failed += [] if result.accepted else [f"{email}: {result.reason}"]

    people = threading.Thread(target=again_and_again)
    people.start()
    try:
        yield account
    finally:
        stop.set()
        people.join()
