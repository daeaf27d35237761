"""No secret of a whole run stands in clear anywhere: state, preview, output, logs, process list, readable files."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from local.platform import CHECKOUT, Platform
from tests.engine.conftest import Workspace

pytestmark = pytest.mark.engine


@contextmanager
def command_lines() -> Generator[set[str]]:
    """The command lines of all processes that were seen while the block ran."""
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            for process in psutil.process_iter(["cmdline"]):
                seen.add(" ".join(process.info["cmdline"] or []))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def files_with(folder: Path, secrets: list[str]) -> list[str]:
    """The files below a folder that hold one of the secrets in clear."""
    return [
        f"{path}: {secret[:3]}..."
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
        for secret in secrets
        if secret.encode() in path.read_bytes()
    ]


def test_no_secret_of_a_run_is_in_clear_anywhere(platform: Platform, workspace: Callable[..., Workspace]) -> None:
    demo = workspace("secretive", nodeGroups=None)
    demo.set_secret("conductor.systemAccountPassword", "edge-Gk3vRw81-password")
    with command_lines() as seen:
        shown = [demo.preview("--diff").output, demo.up("--diff")]
        generated = demo.outputs()["kubeflowPassword"]
        demo.set_secret("login.password", "user-Xp20TqLm-password")
        shown += [
            demo.preview("--diff", "--json").output,
            demo.up("--diff"),
            demo.preview("--refresh", "--diff").output,
        ]
        shown.append(demo.destroy("--show-config").output)
    credentials = platform.credentials
    secrets = [generated, *demo.secrets, credentials.conductor_password, credentials.grafana_token]

    assert [secret for secret in secrets for text in shown if secret in text] == []
    assert [secret for secret in secrets for line in seen if secret in line] == []
    assert files_with(platform.folder / "state", secrets) == []
    assert files_with(platform.run_dir, secrets) == []
    assert files_with(demo.engine.project, secrets) == []
    assert files_with(CHECKOUT / "stacks", secrets) == []


def test_only_the_owner_can_read_the_platforms_folder(platform: Platform) -> None:
    assert stat.S_IMODE(os.stat(platform.folder).st_mode) == 0o700
    private = ("credentials.json", "data/kube/kubeconfig", "data/kube/tokens.csv", "data/ai-conductor.json")
    modes = {name: stat.S_IMODE(os.stat(platform.folder / name).st_mode) for name in private}
    assert modes == dict.fromkeys(private, 0o600)
