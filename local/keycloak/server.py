"""How a Keycloak is started, and when it is ready. It listens on 127.0.0.1 only, and keeps everything in memory."""

from __future__ import annotations

import shutil
from pathlib import Path

from local.kube.servers import answers
from local.processes import ServerSpec

ADMIN = "site-admin"
"""Of the realm `master`, with every right."""
JAVA = (
    # A short life: little is worth being compiled well.
    "-Xms64m -Xmx400m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
    "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
)


def keycloak(distribution: Path, folder: Path, *, port: int, password: str) -> ServerSpec:
    """Ready when it knows its realm `master`. `password` is that of `ADMIN`."""
    argv = (
        str(_home(distribution, folder) / "bin" / "kc.sh"),
        "start",
        "--optimized",
        "--http-enabled=true",
        "--http-host=127.0.0.1",
        f"--http-port={port}",
        "--hostname-strict=false",
    )
    env = {"KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": password, "JAVA_OPTS": JAVA}
    url = f"http://127.0.0.1:{port}"
    return ServerSpec("keycloak", argv, ready=lambda: answers(f"{url}/realms/master"), env=env, ready_limit_seconds=480)


def _home(distribution: Path, folder: Path) -> Path:
    """A home of this server's own: it writes beside its `bin`, and the distribution is everybody's."""
    home = folder / "keycloak"
    home.mkdir(parents=True)
    shutil.copytree(distribution / "bin", home / "bin")
    for name in ("conf", "lib", "providers", "themes"):
        (home / name).symlink_to(distribution / name)
    return home
