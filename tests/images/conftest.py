"""Two registries, the tools that copy between them, and a stack of a site that has one of them as its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from project_workspace.config.stack_options import StackOptions
from tests.support.registry import Registry, registry_serving
from workspacectl.__main__ import app
from workspacectl.images import commands, lists

SMALL: dict[str, Any] = {
    "project": "demo",
    "environment": "dev",
    "infra": "meerkat",
    "region": "ap-northeast-2",
    "cluster": "eks-demo",
}


@pytest.fixture
def upstream() -> Iterator[Registry]:
    """Where images come from."""
    with registry_serving() as registry:
        yield registry


@pytest.fixture
def own() -> Iterator[Registry]:
    """The site's."""
    with registry_serving() as registry:
        yield registry


@dataclass(frozen=True)
class Command:
    """`workspacectl images` for one stack."""

    run: Callable[..., Result]
    folder: Path

    def listing(self, *lines: str) -> Path:
        """A file for `--list`."""
        path = self.folder / "images.txt"
        path.write_text("".join(f"{line}\n" for line in lines))
        return path


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs the command; `settings` are those of the stack, `reached` is its cluster."""
    (tmp_path / "Pulumi.yaml").write_text("name: project-workspace\nruntime: python\n")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setitem(lists.LISTS, "empty", lists.ImageList("empty", "this test", "2026-11-27", "", ()))

    def run(*options: str, reached: Any = None, **settings: Any) -> Result:
        site = SimpleNamespace(options=StackOptions.model_validate({**SMALL, **settings}), cluster=reached)
        monkeypatch.setattr(commands, "site_of", lambda *_: site)
        return CliRunner().invoke(app, ["images", "-s", "demo-dev", "--folder", str(tmp_path), *options])

    return Command(run, tmp_path)


@pytest.fixture
def on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], Path]:
    """Puts a program of this text first on the PATH."""

    def put(name: str, text: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return folder / name

    return put
