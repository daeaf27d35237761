"""TCP ports of the local platform on 127.0.0.1: free ones, and the same ones again after a restart.

Owns: the choice of ports and the file that remembers them. Kubeconfigs and dex's issuer hold port numbers, so a
platform that comes back with its old data must come back on its old ports, if nobody took them meanwhile.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from workspacectl.private_files import write_private

FIRST, LAST = 20_000, 32_000
"""Below what Linux (from 32768) and macOS (from 49152) give to outgoing connections: one of those may be given away
between its choice and the start of the server that is to have it."""
_A_PROCESS = 64
"""So far apart do processes begin to look, so that two which start at the same time do not choose the same."""

_looked = itertools.count()


def free_ports(count: int) -> list[int]:
    """`count` distinct ports that nobody listens on now; a process is given none of them twice before all were."""
    return list(itertools.islice(filter(_is_free, _candidates()), count))


def _candidates() -> Iterator[int]:
    begin = os.getpid() * _A_PROCESS
    for _ in range(FIRST, LAST):
        yield FIRST + (begin + next(_looked)) % (LAST - FIRST)


def stable_ports(names: Sequence[str], file: Path) -> dict[str, int]:
    """A port for every name: the one that `file` remembers if it is free, else a new one; `file` is updated."""
    remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    ports = {name: remembered[name] for name in names if name in remembered and _is_free(remembered[name])}
    missing = [name for name in names if name not in ports]
    fresh = [port for port in free_ports(len(names) + len(missing)) if port not in ports.values()]
    ports.update(zip(missing, fresh, strict=False))
    write_private(file, json.dumps({**remembered, **ports}, indent=2, sort_keys=True))
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
