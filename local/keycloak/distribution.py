"""The whole Keycloak, as it is distributed: fetched by Maven with whatever settings the user has, built once.

Owns: `local/tools/keycloak/pom.xml`, where its version stands, and what is fixed when it is built. Does not own the
cache (`toolchain/cache.py`), nor how a server is started (`server.py`). Keycloak builds itself for its options when it
starts; done once here, and not by every run, it costs 20 s of CPU.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local.toolchain import ToolchainError, cache
from local.toolchain.catalogue import MODULES
from local.toolchain.report import Report

POM = MODULES / "keycloak" / "pom.xml"
OPTIONS = (
    "--db=dev-mem",
    # What no test is about costs time at each start.
    "--features-disabled=ciba,device-flow,par,kerberos,organization,impersonation,persistent-user-sessions",
)
FETCH_SECONDS, BUILD_SECONDS = 900.0, 300.0
TAIL = 5


def version() -> str:
    """As the POM has it, for example `26.4.0`."""
    found = re.search(r"<keycloak\.version>(.+)</keycloak\.version>", POM.read_text())
    assert found, f"{POM} has no version"
    return found[1]


def absent() -> str | None:
    """Why there can be no Keycloak on this machine, in a sentence; None where it can be had."""
    needed = ["java"] if _folder().is_dir() else ["java", "mvn"]
    missing = [name for name in needed if shutil.which(name) is None]
    return f"Keycloak needs {' and '.join(missing)}, which this machine does not have." if missing else None


def ensure(report: Report | None = None) -> Path:
    """The distribution's folder; fetched and built where it is not in the cache yet. Raises ToolchainError."""
    report = report or Report()
    return cache.obtain(_folder(), lambda part: _make(part, report), report) / f"keycloak-{version()}"


def _folder() -> Path:
    key = cache.digest(POM.read_bytes(), *OPTIONS)
    return cache.root() / "tools" / f"keycloak-{version()}-{key}"


def _make(part: Path, report: Report) -> None:
    report(f"Fetching Keycloak {version()} with Maven (160 MB).")
    maven = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "dependency:unpack", f"-DunpackInto={part}"]
    _run(maven, POM.parent, FETCH_SECONDS, "Maven could not fetch")
    report(f"Building Keycloak {version()}.")
    home = part / f"keycloak-{version()}"
    _run([str(home / "bin" / "kc.sh"), "build", *OPTIONS], home, BUILD_SECONDS, "kc.sh could not build")


def _run(command: list[str], folder: Path, limit: float, failed: str) -> None:
    try:
        ended = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"{failed} Keycloak {version()} within {limit:g} s. Try again.") from error
    if ended.returncode != 0:
        lines = f"{ended.stdout}\n{ended.stderr}".strip().splitlines()[-TAIL:]
        told = "\n".join(f"  {line.rstrip()}" for line in lines)
        raise ToolchainError(
            f"{failed} Keycloak {version()} ({' '.join(command[:1])} in {folder}). Last lines:\n{told}"
        )
