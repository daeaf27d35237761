"""How the runner of dex is started, and when dex is ready."""

from __future__ import annotations

import sys
from pathlib import Path

from local.kube.servers import answers
from local.processes import ServerSpec


def issuer(port: int) -> str:
    """dex's address as its users see it: what the seeded configuration calls the issuer."""
    return f"http://127.0.0.1:{port}/dex"


def dex(binary: Path, kubeconfig: Path, folder: Path, *, port: int, checkout: Path) -> ServerSpec:
    """The runner of dex; ready when dex itself answers. `checkout` is the folder that holds the package `local`."""
    options = {"--kubeconfig": kubeconfig, "--dex": binary, "--folder": folder, "--port": port}
    argv = [sys.executable, "-m", "local.dex.runner", *(str(part) for pair in options.items() for part in pair)]
    return ServerSpec("dex", tuple(argv), ready=lambda: answers(f"{issuer(port)}/healthz"), cwd=checkout)
