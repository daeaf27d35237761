"""Stand-in for Kubeflow's profile controller, as a process: `python -m local.standins.profile_controller`."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from pathlib import Path

from local.kube.objects import Objects
from local.standins.profile_controller.controller import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="profile_controller", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path, required=True, help="made when Profiles can be read")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(Objects.connect(arguments.kubeconfig), stop, arguments.ready_file.touch)


if __name__ == "__main__":
    main()
