"""Whoever runs commands on a stack with the permissions of some files, and what they asked for meanwhile.

Owns: that, and its comparison with what the files give. Does not own the identity on the cluster (`identities.py`), nor
the local AWS's list of calls (`local/aws/calls.py`).
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from local.aws.policies import Call, allows
from local.platform import Platform
from tests.support.engine.identities import Identity
from tests.support.permissions import granted, not_seen
from workspacectl.permissions.policies import statements
from workspacectl.private_files import write_private


@dataclass
class Job:
    """Somebody who runs commands on a stack: who that is on the cluster, and what was asked of AWS meanwhile.

    All jobs have their kubeconfig in the same place, as on a runner.
    """

    platform: Platform
    who: Identity
    kubeconfig: Path
    calls: set[str] = field(default_factory=set[str])

    @contextmanager
    def running(self) -> Generator[None]:
        write_private(self.kubeconfig, self.who.kubeconfig)
        before = self._counts()
        yield
        self.calls |= {call for call, count in self._counts().items() if count > before.get(call, 0)}

    def actions(self) -> set[str]:
        return {Call.parse(call).action for call in self.calls}

    def not_allowed_by(self, *policies: str) -> list[str]:
        given = [each for policy in policies for each in statements(policy)]
        return sorted(call for call in self.calls if not allows(given, Call.parse(call)))

    def never_asked(self) -> list[str]:
        """What its file gives on the cluster, and it never asked for."""
        asked = self.who.asked()
        # In a namespace a right may be on all objects of a kind.
        asked |= {re.sub(r"/\S+ in ", " in ", each) for each in asked}
        return sorted(
            given
            for file in self.who.files
            for given in granted(file)
            if given not in not_seen()
            and not any(each == given or each.startswith((f"{given}/", f"{given} in ")) for each in asked)
        )

    def _counts(self) -> dict[str, int]:
        return httpx.get(f"{self.platform.url('aws')}/_standin/calls", timeout=10, trust_env=False).json()
