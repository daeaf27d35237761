"""A project folder around the program in the checkout: for tests and measurements, which write stack files.

Owns: its Pulumi.yaml, led to the checkout's program and environment, and an empty folder for the stacks' files.
"""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from local.checkout import CHECKOUT


def project_folder(folder: Path) -> Path:
    """Make `folder` a project of the checkout's program; answers it."""
    yaml = YAML()
    project = yaml.load(CHECKOUT / "Pulumi.yaml")
    project["main"] = str(CHECKOUT)
    project["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
    (folder / "stacks").mkdir(parents=True)
    yaml.dump(project, folder / "Pulumi.yaml")
    return folder
