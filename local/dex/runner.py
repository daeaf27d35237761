"""Stand-in for what runs dex on a real cluster, as a process: `python -m local.dex.runner --help`.

Owns: the command line of the process that plays kubelet and Service for dex. `--folder` gets the pods' files and the
record of starts; `--port` is where users find dex.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

import yaml

from local.dex.kubelet import Kubelet
from local.dex.service import Service
from local.kube.objects import Objects
from local.kube.seed import DEX_NAMESPACE
from local.processes import PlatformError
from workspacectl.private_files import write_private


def main() -> None:
    parser = argparse.ArgumentParser(prog="local.dex.runner", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--dex", type=Path, required=True, help="the dex binary")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # or every readiness probe leaves a line
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    arguments.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    service = Service(arguments.port)
    try:
        service.start()
    except PlatformError as error:
        sys.exit(str(error))
    objects, identity = Objects.connect(arguments.kubeconfig), _identity(arguments.kubeconfig, arguments.folder)
    Kubelet(objects, arguments.dex, arguments.folder, service, identity).run(stop)


def _identity(kubeconfig: Path, folder: Path) -> dict[str, str]:
    """A kubeconfig of the pods' namespace, in which dex keeps its records."""
    document = yaml.safe_load(kubeconfig.read_text())
    for each in document["contexts"]:
        each["context"]["namespace"] = DEX_NAMESPACE
    own = folder / "kubeconfig"
    write_private(own, yaml.safe_dump(document))
    return {"KUBECONFIG": str(own)}


if __name__ == "__main__":
    main()
