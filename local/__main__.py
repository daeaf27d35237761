"""The commands of the local platform: `python -m local up | destroy | stop | env | tools`.

Owns: what each command does, step by step, and that every failure ends in a sentence. `make` calls these; see
docs/local-platform.md. The platform of these commands lives in `.local`, that of the tests in temporary folders.
"""

from __future__ import annotations

import errno
import json
import shlex
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from local import inventory, preflight, summary, toolchain
from local.checkout import CHECKOUT
from local.dex.login import login
from local.platform import Platform
from local.processes import PlatformError
from workspacectl.failures import as_sentences, fail
from workspacectl.private_files import write_private
from workspacectl.pulumi_cli import Engine

STACK = "local"
WITH_POLICIES = ("--policy-pack", str(CHECKOUT / "policy"))
FORESEEN = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EADDRINUSE)
"""What a machine may refuse, and its owner can mend."""

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Progress, on standard error: standard output belongs to what was asked for."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def sentences() -> Generator[None]:
    """Every failure that can be foreseen, of the machine too, ends in one sentence and exit code 1."""
    try:
        with as_sentences():
            yield
    except OSError as error:
        if error.errno not in FORESEEN:
            raise
        fail(f"{error.strerror} ({error.filename or 'local platform'}). Make room or give access, then repeat.")


def _platform() -> Platform:
    return Platform(CHECKOUT / ".local")


def _before(platform: Platform) -> Path:
    """What was on the platform before the first workspace."""
    return platform.folder / "inventory.json"


def _engine(platform: Platform) -> Engine:
    return Engine(CHECKOUT, platform.complete_environment())


@app.command()
def tools(
    official: Annotated[
        bool, typer.Option(help="Pulumi's own Kubernetes plugin too: some ten minutes more, once.")
    ] = False,
) -> None:
    """Find or build everything that the platform and the tests run."""
    with sentences():
        toolchain.ensure(("pulumi", *toolchain.SERVERS, *([toolchain.KUBERNETES_PLUGIN] if official else [])))


@app.command()
def up() -> None:
    """Start the platform, make the workspace of the `local` stack on it, and log in as its user."""
    began = time.monotonic()
    with sentences():
        toolchain.ensure(("pulumi", *toolchain.SERVERS))
        platform = _platform()
        _start(platform)
        engine = _engine(platform)
        engine.select(STACK)
        say("workspacectl preflight: whether everything is there that it needs")
        preflight.check(engine, STACK)
        say("pulumi preview: what will be made")
        engine.checked("preview", *WITH_POLICIES, "--stack", STACK, show=True)
        say("pulumi up: makes it")
        engine.checked(
            "up", "--yes", "--skip-preview", "--suppress-outputs", *WITH_POLICIES, "--stack", STACK, show=True
        )
        console.rule("Made")
        summary.show_outputs(console, engine.outputs(STACK))
        _prove_login(platform, engine)
        console.print(
            f'\nReady after {time.monotonic() - began:.0f} s. The platform keeps running: eval "$(make -s local-env)", '
            f"then for example\npulumi preview -s {STACK}, or take it all away: make local-destroy."
        )


def _start(platform: Platform) -> None:
    """Start the platform and note how it is before the first workspace; without that note it does not stay."""
    if platform.is_running and _before(platform).exists():
        platform.start(say)
        return
    platform.stop()
    _before(platform).unlink(missing_ok=True)
    platform.start(say)
    try:
        write_private(_before(platform), json.dumps(inventory.take(platform)))
    except BaseException:
        platform.stop()
        raise


def _prove_login(platform: Platform, engine: Engine) -> None:
    known = engine.outputs(STACK, secrets=True)
    result = login(platform.issuer, known["kubeflowUser"], known["kubeflowPassword"])
    if not result.accepted:
        raise PlatformError(
            f"dex refused the new user {known['kubeflowUser']}: {result.reason}. See .local/run/dex.log."
        )
    console.print(f"\nLogged in to dex ({platform.issuer}) as {result.email}: the new user's login works.")


@app.command()
def destroy() -> None:
    """Destroy the workspace, show that nothing of it is left, stop the platform."""
    with sentences():
        platform = _platform()
        if not platform.is_running:
            platform.stop()
            say("The local platform does not run: nothing to destroy.")
            return
        if not _before(platform).exists():
            raise PlatformError(
                "How the platform was before the workspace was not noted: start it afresh with make local, "
                "or stop it with make local-stop."
            )
        engine = _engine(platform)
        engine.select(STACK)
        engine.checked("destroy", "--yes", "--stack", STACK, show=True)
        engine.checked("stack", "rm", "--yes", "--preserve-config", STACK)
        before = json.loads(_before(platform).read_text())
        left = inventory.differences(before, json.loads(json.dumps(inventory.take(platform))))
        if left:
            raise PlatformError("The platform is not as it was before the workspace:\n  " + "\n  ".join(left))
        console.print(f"Nothing is left. As before the workspace: {', '.join(before)}.")
        platform.stop()
        say("The local platform is stopped.")


@app.command()
def stop() -> None:
    """Stop the platform; its workspaces are gone with it."""
    with sentences():
        _platform().stop()
        say("The local platform is stopped.")


@app.command()
def env() -> None:
    """Print what plain `pulumi` commands need, for `eval`."""
    with sentences():
        platform = _platform()
        if not platform.is_running:
            raise PlatformError("The local platform does not run. Start it: make local.")
        for name in platform.misleading():
            sys.stdout.write(f"unset {name}\n")
        for name, value in platform.environment().items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


if __name__ == "__main__":
    app()
