"""DNS, as this machine asks it.

Owns: the addresses of a name, and that "there is none" is another answer than "nobody answered". Does not own which
addresses are right. By the system's own resolver, hosts file included: that is what the person's browser uses too.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from project_workspace.remote.errors import UnreachableError

Resolve = Callable[[str], frozenset[str]]
"""The IP addresses of a name, none where there is no such name. Raises `UnreachableError`."""
HTTPS = 443
NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


def addresses(name: str) -> frozenset[str]:
    """As `Resolve` says."""
    try:
        found = socket.getaddrinfo(name, HTTPS, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in NO_SUCH_NAME:
            return frozenset()
        raise UnreachableError(
            f"Could not look up {name}: {error.strerror}",
            where="this machine's DNS",
            remedy="Check this machine's network, then run it again.",
        ) from None
    except UnicodeError:
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)
