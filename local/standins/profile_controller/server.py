"""How the stand-in for Kubeflow's profile controller is started, and when it is ready."""

from __future__ import annotations

import sys
from pathlib import Path

from local.processes import ServerSpec


def profile_controller(kubeconfig: Path, folder: Path, *, checkout: Path) -> ServerSpec:
    """The controller; ready when it has read the Profiles, which it says by a file in `folder`.

    `checkout` is the folder that holds the package `local`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready_file = folder / "ready"
    ready_file.unlink(missing_ok=True)
    options = ("--kubeconfig", str(kubeconfig), "--ready-file", str(ready_file))
    argv = (sys.executable, "-m", "local.standins.profile_controller", *options)
    return ServerSpec("profile-controller", argv, ready=ready_file.exists, cwd=checkout)
