"""A project folder around a program in the checkout: for tests and measurements, which write stack files.

Owns: its Pulumi.yaml, led to the checkout's program and environment, and an empty folder for the stacks' files.
"""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from local.checkout import CHECKOUT


def project_folder(folder: Path, program: str = ".") -> Path:
    """Make `folder` a project of one of the checkout's programs, by its folder there; answers it."""
    yaml, of_the_program = YAML(), (CHECKOUT / program).resolve()
    project = yaml.load(of_the_program / "Pulumi.yaml")
    project["main"] = str(of_the_program)
    project["runtime"]["options"]["virtualenv"] = str(CHECKOUT / ".venv")
    (folder / "stacks").mkdir(parents=True)
    yaml.dump(project, folder / "Pulumi.yaml")
    return folder
