"""What the URL of a server must look like, for the settings, the dynamic providers and the clients alike.

Owns: that one rule. Does not own the sentences about it, which name the server, nor any call. Why in a file of its own:
the settings and the providers' checks must not load an HTTP library to read a text.
"""

import re
from typing import Any

_URL = re.compile(
    r"https?://"
    r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"  # a name, an IPv4 address, or an IPv6 address in brackets
    r"(:(?P<port>\d{1,5}))?"
    r"(/[\w.~%/-]*)?",
    re.ASCII | re.IGNORECASE,
)


def is_server_url(value: Any) -> bool:
    """Whether this is a text of http or https, a host, perhaps a port and a path.

    Credentials would end up in the state and in messages, and a query or fragment would swallow the paths that the
    clients append: all three are refused.
    """
    found = _URL.fullmatch(value) if isinstance(value, str) else None
    return found is not None and (found["port"] is None or 1 <= int(found["port"]) <= 65535)
