"""The set-up of this checkout on a machine without the internet: `make bench-air-gap`.

Mirrors are made first, in a folder, with what this machine's own settings reach: PyPI's packages as a simple index
(PEP 503), Go's modules as a GOPROXY. Then everything happens in a network namespace that has nothing but 127.0.0.1, in
a copy of what is committed or staged, with an empty home folder: `make setup`, a command of the tool, and a build from
Go's modules. Only variables say where the mirrors are. Needs Linux, and a kernel that lets a user make network
namespaces.

Not in it: Keycloak's download by Maven, and Pulumi's own plugins, which need a mirror of their own (docs/air-gap.md).
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.platforms import say, seconds
from local.checkout import CHECKOUT
from local.http_serving import serving
from local.toolchain import SERVERS
from local.toolchain.catalogue import TOOLS

INSIDE = "--inside"
ALL_TOOLS = "--all-tools"
OF_SETTINGS = re.compile(r"(PIP|UV|GO|XDG|PULUMI)_?[A-Z_]*|(HTTPS?|NO|ALL)_PROXY|VIRTUAL_ENV", re.IGNORECASE)
"""Variables that say where something is to be fetched from, or is kept; the set-up inside knows its own alone."""
OUTSIDE = ("192.0.2.1", 443)
"""An address of nobody's (RFC 5737): without a route it is refused at once."""


def main(arguments: list[str]) -> int:
    if arguments[:1] == [INSIDE]:
        return _inside(Path(arguments[1]), arguments[2:])
    tools = ["pulumi", *SERVERS] if ALL_TOOLS in arguments else ["yq"]
    with tempfile.TemporaryDirectory(prefix="air-gap-") as folder:
        mirror = Path(folder)
        say(f"  mirror of packages: {seconds(lambda: _packages(mirror)):.0f} s")
        say(f"  mirror of modules for {', '.join(tools)}: {seconds(lambda: _modules(mirror, tools)):.0f} s")
        command = ["unshare", "--map-root-user", "--net", sys.executable, "-m", "bench.air_gap"]
        return subprocess.run([*command, INSIDE, folder, *tools], cwd=CHECKOUT, check=False).returncode


def _packages(mirror: Path) -> None:
    """What is locked, as files in folders that a server lists: that is an index."""
    wheels = mirror / "wheels"
    locked = [mirror / name for name in ("requirements.txt", "requirements-dev.txt")]
    for path in locked:
        lines = (CHECKOUT / path.name).read_text().splitlines()
        path.write_text("\n".join(line for line in lines if not line.startswith("-")))
    options = [each for path in locked for each in ("-r", str(path))]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels)]
    subprocess.run([*pip, *options], check=True)
    for file in wheels.iterdir():
        project = re.sub(r"[-_.]+", "-", file.name.split("-")[0]).lower()
        place = mirror / "simple" / project
        place.mkdir(parents=True, exist_ok=True)
        file.rename(place / file.name)


def _modules(mirror: Path, tools: list[str]) -> None:
    for folder in {TOOLS[name].directory for name in tools}:
        given = {**os.environ, "GOWORK": "off", "GOMODCACHE": str(mirror / "go"), "GOFLAGS": "-modcacherw"}
        subprocess.run(["go", "mod", "download"], cwd=folder, env=given, check=True)


def _inside(mirror: Path, tools: list[str]) -> int:
    """Without the internet."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    _require_alone()
    handler = functools.partial(_Quiet, directory=str(mirror))
    with tempfile.TemporaryDirectory(prefix="air-gap-checkout-") as folder:
        checkout, home = Path(folder) / "checkout", Path(folder) / "home"
        home.mkdir()
        _copy(checkout)
        with serving(_Mirror(("127.0.0.1", 0), handler)) as url:
            return _set_up(checkout, _environment(url, home), tools)


class _Mirror(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Silent: uv reads the end of a file alone and hangs up."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def _require_alone() -> None:
    """That nothing outside can be reached: a trial with the internet would prove nothing."""
    with socket.socket() as outside:
        outside.settimeout(5)
        try:
            outside.connect(OUTSIDE)
        except OSError as error:
            say(f"  outside: {error.strerror}")
            return
    raise SystemExit("The network namespace has a way out.")


def _copy(checkout: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CHECKOUT / name, checkout / name)


def _environment(url: str, home: Path) -> Mapping[str, str]:
    """What a person without the internet sets, and no setting of this machine's."""
    kept = {name: value for name, value in os.environ.items() if not OF_SETTINGS.fullmatch(name)}
    return {
        **kept,
        "HOME": str(home),
        "PIP_INDEX_URL": f"{url}/simple",
        "GOPROXY": f"{url}/go/cache/download",
        "GOFLAGS": "-modcacherw",  # so that the home folder can be removed afterwards
    }


def _set_up(checkout: Path, environment: Mapping[str, str], tools: list[str]) -> int:
    def run(*command: str) -> None:
        subprocess.run(command, cwd=checkout, env=environment, check=True, stdout=subprocess.DEVNULL)

    ensure = f"from local.toolchain import ensure; ensure({tools!r})"
    steps = {
        "make setup": ("make", "setup"),
        "workspacectl --help": (".venv/bin/workspacectl", "--help"),
        f"built from modules: {', '.join(tools)}": (".venv/bin/python", "-c", ensure),
    }
    for name, command in steps.items():
        took = seconds(functools.partial(run, *command))
        print(f"without the internet, {name}: {took:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
