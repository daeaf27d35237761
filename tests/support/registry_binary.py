"""The real registry of github.com/distribution/distribution, built from its Go module on demand.

Owns: its configuration, for the length of a block. Does not own the build (`local/toolchain`).
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from local.ports import free_ports
from local.processes import ServerSpec, start, stop
from local.toolchain import ensure

LOGIN = ("robot", "pull-1")
"""Who may use a registry with `htpasswd`."""
_OF_HTPASSWD = "robot:$2y$04$abcdefghijklmnopqrstuugqEvnDvtZAr7UOTRsf8a.VHh1xDTJkq\n"
"""The line of this login, as `htpasswd -B` writes it: bcrypt is all that the registry takes."""


def htpasswd(folder: Path, realm: str) -> dict[str, dict[str, str]]:
    """The section `auth` of a registry that takes passwords itself."""
    (folder / "htpasswd").write_text(_OF_HTPASSWD)
    return {"htpasswd": {"realm": realm, "path": str(folder / "htpasswd")}}


@contextmanager
def real_registry(folder: Path, auth: Mapping[str, Mapping[str, str]] | None = None) -> Generator[str]:
    """Its URL; what it keeps lies in the folder. `auth` is that section of its configuration; None: open to all."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    kept = folder / f"registry-{port}"
    kept.mkdir()
    settings = {
        "version": 0.1,
        "log": {"accesslog": {"disabled": True}, "level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(kept / "data")}},
        "http": {"addr": f"127.0.0.1:{port}", "secret": "of-a-test"},
        "auth": auth or {},
    }
    (kept / "config.yml").write_text(json.dumps(settings))  # YAML takes JSON
    argv = (str(ensure(["registry"])["registry"]), "serve", str(kept / "config.yml"))
    # Nobody traces a test.
    more = {"OTEL_TRACES_EXPORTER": "none"}
    server = start(ServerSpec("registry", argv, lambda: _answers(url), env=more), kept)
    try:
        yield url
    finally:
        stop(server, kept)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/v2/", timeout=1).status_code in (200, 401)
    except httpx.HTTPError:
        return False
