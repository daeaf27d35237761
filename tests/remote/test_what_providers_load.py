"""What a dynamic provider loads: it runs in a process of its own, at every command, and pays for it each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import project_workspace

LIBRARY = Path(project_workspace.__file__).parent
PROVIDERS = sorted(
    ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts)
    for path in LIBRARY.rglob("*.py")
    if "RemoteProvider)" in path.read_text()
)
"""The modules with a dynamic provider in them."""
COSTLY = {"boto3", "httpx", "keycloak", "kubernetes", "pydantic", "ruamel"}
"""Libraries of the clients, of the options and of the common files."""


def loaded_by(*modules: str) -> set[str]:
    program = f"import sys, {', '.join(modules)}; print(*(name.partition('.')[0] for name in sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_a_preview_loads_neither_the_clients_libraries_nor_the_options() -> None:
    subjects = {module.split(".")[1] for module in PROVIDERS}
    remotes = {"conductor", "dex", "eks", "grafana", "iam", "keycloak", "kubeflow", "namespaces", "runai", "volumes"}
    assert subjects == remotes | {"lifecycle", "workbench", "ai_devops"}
    assert loaded_by(*PROVIDERS) & COSTLY == set()


def test_the_libraries_that_must_not_be_loaded_would_be_seen() -> None:
    seen = loaded_by("project_workspace.options", "project_workspace.keycloak.client") & COSTLY
    assert seen == {"httpx", "keycloak", "pydantic"}
