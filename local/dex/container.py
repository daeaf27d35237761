"""A running dex: the real program as one process, on a port of its own.

Owns: starting it from a resolved container, asking whether it serves, ending it, its last words. The listening address
is given on the command line, so the configuration is used to the letter. Does not own: when to start or stop.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from local.dex.container_spec import ContainerSpec
from local.kube.servers import answers
from local.ports import free_ports
from workspacectl.private_files import write_private

STOP_LIMIT_SECONDS = 5.0


class DexProcess:
    """One dex process; it is running when the constructor returns, but not yet ready."""

    def __init__(self, binary: Path, spec: ContainerSpec, folder: Path) -> None:
        self.port = free_ports(1)[0]
        self._health = f"http://127.0.0.1:{self.port}{spec.readiness_path}"
        self._log = folder / "dex.log"
        config = folder / "config.yaml"
        write_private(config, spec.config)
        descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = subprocess.Popen(
                [str(binary), "serve", "--web-http-addr", f"127.0.0.1:{self.port}", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                env={"PATH": os.environ.get("PATH", ""), **spec.env},
            )
        finally:
            os.close(descriptor)

    def ready(self) -> bool:
        """Whether it answers its readiness probe."""
        return answers(self._health)

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def last_words(self) -> str:
        """The last line of its log, where dex says why it gave up."""
        lines = self._log.read_text(errors="replace").splitlines()
        return lines[-1] if lines else ""

    def stop(self) -> None:
        """End it: politely, then not."""
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
