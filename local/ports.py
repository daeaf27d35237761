"""TCP ports of the local platform on 127.0.0.1: free ones, and the same ones again after a restart.

Owns: the choice of ports and the file that remembers them. Kubeconfigs and dex's issuer hold port numbers, so a
platform that comes back with its old data must come back on its old ports, if nobody took them meanwhile.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from workspacectl.private_files import write_private


def free_ports(count: int) -> list[int]:
    """`count` distinct ports that nobody listens on now: all are held at once while they are chosen."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


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
