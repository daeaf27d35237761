"""`ai-devops.config`: what the installer's script reads, and which values come through the script as they are.

Owns: the keys, their order, the rules of their values, and the file's text. Does not own where it is written
(`workspacectl ai-devops config`). Why such narrow rules: the script sources the file, puts each value unquoted into a
sed expression (with `/` as delimiter, but `@` for the URL), and the result unquoted into YAML. Every character that one
of the three would read as something else is refused instead of being escaped for three readers at once. Source:
docs/facts/ai-devops.md, "What the script does with a value".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from project_workspace.schema.rule import Rule, matches

FILE_NAME = "ai-devops.config"
CONFIG_OUTPUT = "installerConfig"
"""The stack's output that holds the file's text."""
REGISTRY = "REGISTRY"
KEYS = ("DISCOVERY_URL", "CLIENT_SECRET", "CUSTOM_DOMAIN", "GATEKEEPER_VERSION", "LOG_LEVEL", REGISTRY)
"""In the file's order."""
NO_REGISTRY = "{REGISTRY}"
"""The registry as the file comes: by it the script knows that the site is not air-gapped."""

_PLAIN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_NOT_TEXT = re.compile(
    r"[0-9][0-9._]*(e[0-9._-]*)?|0x[0-9a-f_]*|0o[0-7_]*|\d{4}-\d\d?-\d\d?(t.*)?"
    r"|true|false|yes|no|on|off|y|n|null",
    re.IGNORECASE,
)
"""What some reader of YAML takes for a number, a day, a switch or nothing (YAML 1.1, https://yaml.org/type/)."""


@dataclass(frozen=True)
class _YamlText:
    """Whether a value is of plain characters, and text to YAML without quotes."""

    longest: int

    def __call__(self, value: Any) -> bool:
        is_plain = isinstance(value, str) and re.fullmatch(_PLAIN, value) is not None
        return is_plain and len(value) <= self.longest and not _NOT_TEXT.fullmatch(value)


SECRET = Rule(
    "a secret of letters, digits and inner '._-' that is not a number to YAML, because the installer's script takes no "
    "other",
    "bac5oef-d3fjief-gjeifsjle-dj457f",
    _YamlText(255),
)
VERSION = Rule("the tag of an image, not a number alone", "v1.0.2", _YamlText(128))
DOMAIN = Rule(
    "a domain in lower case, without scheme and '/'",
    "tmaxcloud.org",
    matches(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?", 253),
)
REGISTRY_ADDRESS = Rule(
    "the host of a registry, with its port, without scheme and '/'",
    "172.2.2.6:5000",
    matches(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", 253),
)
_ISSUER = Rule(
    "a URL without '@', '&' and white space",
    "https://hyperauth.tmaxcloud.org/auth/realms/tmax",
    matches(r"https?://[A-Za-z0-9_.~%:/\[\]-]+"),
)
RULES: Mapping[str, Rule] = {
    "DISCOVERY_URL": _ISSUER,
    "CLIENT_SECRET": SECRET,
    "CUSTOM_DOMAIN": DOMAIN,
    "GATEKEEPER_VERSION": VERSION,
    REGISTRY: REGISTRY_ADDRESS,
}
"""Of those keys that have one; the log level is one of a few words."""


@dataclass(frozen=True, kw_only=True)
class InstallerConfig:
    """The values, right by `RULES`; the secret is in none of its texts but `text`."""

    discovery_url: str
    custom_domain: str
    gatekeeper_version: str
    log_level: str
    registry: Optional[str] = None
    """None: the site is not air-gapped."""

    def text(self, client_secret: str) -> str:
        """The file, whole. Raises `ValueError`, which does not show it, for a secret that the script would spoil."""
        if not SECRET.right(client_secret):
            raise ValueError(SECRET.message)
        given = (
            self.discovery_url,
            client_secret,
            self.custom_domain,
            self.gatekeeper_version,
            self.log_level,
            self.registry or NO_REGISTRY,
        )
        lines = [f"{key}={value}" for key, value in zip(KEYS, given, strict=True)]
        return "\n".join([_HEAD, *lines, *(_AIR_GAP if self.registry else ()), ""])


_HEAD = "# Of the installer of ai-devops; made by the Pulumi program ai-devops. It holds a secret."
_AIR_GAP = (
    "# The script looks at REGISTRY, and puts this one before the images.",
    f"registry=${REGISTRY}",
)


def values_of(text: str) -> dict[str, str]:
    """What stands under the keys of such a file, as it is written there."""
    return dict(_assignments(text))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := re.fullmatch(r"\s*([A-Za-z_]\w*)=(.*)", line):
            yield found[1], found[2].strip()
