"""The commands of the local platform: what each does, in order, and that every foreseeable failure is a sentence."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from local import __main__ as main
from local import inventory, preflight, processes, toolchain
from local.checkout import CHECKOUT
from local.dex.login import LoginResult
from local.platform import Platform
from local.processes import PlatformError
from workspacectl.pulumi_cli import EngineError

CHECK = preflight.check
COMMANDS = ("tools", "up", "destroy", "stop", "env")
OUTPUTS = {"namespace": "aic-ns-demo-ws", "kubeflowUser": "aic-user-demo-ws@aic.com", "kubeflowPassword": "[secret]"}
SECRET = "the-users-generated-password"
WORLD = {"buckets": ["s3-other"], "roles": ["cluster"]}
# What is made on the local platform is judged as it is in review.
JUDGED = f"--policy-pack {CHECKOUT / 'policy'}"
MADE = (
    "stack select --create --stack local --non-interactive",
    f"preview {JUDGED} --stack local --non-interactive",
    f"up --yes --skip-preview --suppress-outputs {JUDGED} --stack local --non-interactive",
    "stack output --json --stack local --non-interactive",
    "stack output --json --stack local --show-secrets --non-interactive",
)
DESTROYED = (
    "stack select --create --stack local --non-interactive",
    "destroy --yes --stack local --non-interactive",
    "stack rm --yes --preserve-config local --non-interactive",
)


def run(command: str) -> Result:
    return CliRunner().invoke(main.app, [command])


@pytest.fixture
def world(platform: Platform, pulumi: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The commands work on the test's platform; what is on it is this world, and its user may log in."""
    found: dict[str, Any] = {key: list(value) for key, value in WORLD.items()}
    monkeypatch.setattr(main, "CHECKOUT", platform.folder.parent)
    monkeypatch.setattr(inventory, "take", lambda platform: found)
    monkeypatch.setattr(preflight, "check", lambda *_: None)
    monkeypatch.setattr(main, "login", lambda issuer, email, password: LoginResult(accepted=True, email=email))
    pulumi.answer(OUTPUTS, {**OUTPUTS, "kubeflowPassword": SECRET})
    return found


def ended_in(result: Result, sentence: str) -> None:
    """The command failed with this sentence as its last words, and with nothing else of an error."""
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert result.stderr.endswith(f"error: {sentence}\n")
    assert "Traceback" not in result.output


# Failures.

FORESEEN: dict[str, tuple[Exception, str]] = {
    "platform": (PlatformError("dex was not ready."), "dex was not ready."),
    "engine": (EngineError("'pulumi up' ended with exit code 255."), "'pulumi up' ended with exit code 255."),
    "toolchain": (toolchain.ToolchainError("etcd cannot be built."), "etcd cannot be built."),
    "disk full": (
        OSError(errno.ENOSPC, "No space left on device", "/p/data"),
        "No space left on device (/p/data). Make room or give access, then repeat.",
    ),
    "no permission": (
        OSError(errno.EACCES, "Permission denied", "/p"),
        "Permission denied (/p). Make room or give access, then repeat.",
    ),
    "read-only": (
        OSError(errno.EROFS, "Read-only file system", "/p"),
        "Read-only file system (/p). Make room or give access, then repeat.",
    ),
    "port taken": (
        OSError(errno.EADDRINUSE, "Address already in use"),
        "Address already in use (local platform). Make room or give access, then repeat.",
    ),
}


def raising(error: Exception) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.fixture
def broken_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """The first thing that any command does raises this error."""

    def make(error: Exception) -> None:
        monkeypatch.setattr(main, "_platform", raising(error))
        monkeypatch.setattr(toolchain, "ensure", raising(error))

    return make


def test_the_table_of_commands_is_complete() -> None:
    assert {command.callback.__name__ for command in main.app.registered_commands if command.callback} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("failure", FORESEEN)
def test_a_failure_that_can_be_foreseen_ends_in_one_sentence(
    command: str, failure: str, broken_by: Callable[[Exception], None]
) -> None:
    error, sentence = FORESEEN[failure]
    broken_by(error)
    result = run(command)
    ended_in(result, sentence)
    assert (result.stdout, result.stderr) == ("", f"error: {sentence}\n")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("error", [KeyError("dex"), ValueError("x"), OSError(errno.EIO, "I/O error")], ids=repr)
def test_a_failure_that_nobody_foresaw_is_not_swallowed(
    command: str, error: Exception, broken_by: Callable[[Exception], None]
) -> None:
    broken_by(error)
    result = run(command)
    assert result.exception is error
    assert "error:" not in result.stderr


# up


def test_up_shows_what_it_will_make_makes_it_and_proves_the_login(
    world: dict[str, Any], platform: Platform, pulumi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[tuple[str, str, str]] = []

    def login(issuer: str, email: str, password: str) -> LoginResult:
        logins.append((issuer, email, password))
        return LoginResult(accepted=True, email=email)

    monkeypatch.setattr(main, "login", login)
    result = run("up")
    assert result.exit_code == 0, result.output
    assert pulumi.calls == list(MADE)
    assert logins == [(platform.issuer, OUTPUTS["kubeflowUser"], SECRET)]
    assert platform.is_running
    assert re.search(r"its password +\[secret\]", result.stdout)
    assert f"as {OUTPUTS['kubeflowUser']}: the new user's login works." in result.stdout


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("code", [0, 1, 2])
def test_up_begins_with_a_preflight_in_the_platforms_environment_and_what_fails_there_stops_it(
    platform: Platform, pulumi: Any, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    made = code != 1
    asked: list[Any] = []
    begun = subprocess.run

    def ended(command: list[str], **more: Any) -> Any:
        if "preflight" not in command:
            return begun(command, **more)
        asked.append((command[1:], more["env"]["KUBECONFIG"], list(pulumi.calls)))
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(preflight, "check", CHECK)
    monkeypatch.setattr(subprocess, "run", ended)
    result = run("up")
    words = ["-m", "workspacectl", "preflight", "--stack", "local"]
    assert asked == [(words, str(platform.kubeconfig), list(MADE[:1]))]
    assert pulumi.calls == list(MADE if made else MADE[:1])
    if not made:
        ended_in(result, "The stack's up would not succeed: the lines above say what is missing, and the way on.")
    assert platform.is_running


def test_up_shows_no_secret(world: dict[str, Any], pulumi: Any, capfd: pytest.CaptureFixture[str]) -> None:
    result = run("up")
    assert any("--show-secrets" in call for call in pulumi.calls)
    assert "[secret]" in result.stdout
    assert SECRET not in result.output + "".join(capfd.readouterr()) + "\n".join(pulumi.calls)


def test_up_on_a_platform_that_runs_keeps_the_inventory_of_its_beginning(
    world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    assert run("up").exit_code == 0
    noted = platform.folder / "inventory.json"
    assert json.loads(noted.read_text()) == WORLD
    assert stat.S_IMODE(noted.stat().st_mode) == 0o600
    world["buckets"].append("s3-of-the-workspace")
    assert run("up").exit_code == 0
    assert json.loads(noted.read_text()) == WORLD
    assert pulumi.calls == [*MADE, *MADE]


def test_a_platform_whose_beginning_was_not_noted_is_started_afresh(
    world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    """What a kill between the start and the note leaves."""
    assert run("up").exit_code == 0
    first = {server.pid for server in processes.running(platform.run_dir)}
    (platform.folder / "inventory.json").unlink()
    ended_in(
        run("destroy"),
        "How the platform was before the workspace was not noted: start it afresh with make local, "
        "or stop it with make local-stop.",
    )
    assert run("up").exit_code == 0
    assert json.loads((platform.folder / "inventory.json").read_text()) == WORLD
    assert first.isdisjoint(server.pid for server in processes.running(platform.run_dir))


def test_a_platform_whose_beginning_could_not_be_noted_does_not_stay(
    world: dict[str, Any], platform: Platform, pulumi: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def full(path: Path, text: str) -> NoReturn:
        seen.append(platform.is_running)
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(main, "write_private", full)
    noted = platform.folder / "inventory.json"
    ended_in(run("up"), f"No space left on device ({noted}). Make room or give access, then repeat.")
    assert seen == [True]
    assert processes.running(platform.run_dir) == []
    assert pulumi.calls == []


@pytest.mark.parametrize("step", range(len(MADE)))
def test_up_stops_at_the_first_command_that_fails_and_the_platform_keeps_running(
    step: int, world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    command = MADE[step].removesuffix(" --non-interactive")
    # Both commands that ask for outputs begin alike; the whole text tells them apart.
    pulumi.fail(MADE[step])
    result = run("up")
    shown = command.startswith(("preview", "up"))
    ended_in(result, f"'pulumi {command}' ended with exit code 255." + ("" if shown else "\nerror: it went wrong"))
    assert pulumi.calls == list(MADE[: step + 1])
    assert platform.is_running


def test_up_says_so_when_dex_refuses_the_new_user(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "login", lambda *_: LoginResult(accepted=False, reason="Invalid username or password"))
    result = run("up")
    ended_in(
        result,
        f"dex refused the new user {OUTPUTS['kubeflowUser']}: Invalid username or password. See .local/run/dex.log.",
    )
    assert SECRET not in result.output


def test_up_says_so_when_a_server_does_not_start_and_leaves_none_running(
    world: dict[str, Any], platform: Platform, pulumi: Any, waiting_servers: Any
) -> None:
    waiting_servers.ends_at_once = "dex"
    result = run("up")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "error: dex ended with exit code 1 before it was ready." in result.stderr
    assert processes.running(platform.run_dir) == []
    assert pulumi.calls == []


# destroy and stop


def test_destroy_takes_everything_away_shows_it_and_stops_the_platform(
    world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    run("up")
    assert platform.is_running
    result = run("destroy")
    assert result.exit_code == 0, result.output
    assert pulumi.calls == [*MADE, *DESTROYED]
    assert result.stdout == "Nothing is left. As before the workspace: buckets, roles.\n"
    assert result.stderr == "The local platform is stopped.\n"
    assert processes.running(platform.run_dir) == []


def test_destroy_names_what_is_left_and_keeps_the_platform_for_a_look(
    world: dict[str, Any], platform: Platform
) -> None:
    run("up")
    world["buckets"].append("s3-left")
    world["roles"].remove("cluster")
    result = run("destroy")
    ended_in(
        result,
        "The platform is not as it was before the workspace:\n"
        '  buckets: was ["s3-other"], is ["s3-other", "s3-left"]\n'
        '  roles: was ["cluster"], is []',
    )
    assert "Nothing is left" not in result.stdout
    assert platform.is_running


@pytest.mark.parametrize("step", range(len(DESTROYED)))
def test_destroy_stops_at_the_first_command_that_fails_and_the_platform_keeps_running(
    step: int, world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    run("up")
    command = DESTROYED[step].removesuffix(" --non-interactive")
    pulumi.fail(command)
    result = run("destroy")
    shown = command.startswith("destroy")
    ended_in(result, f"'pulumi {command}' ended with exit code 255." + ("" if shown else "\nerror: it went wrong"))
    assert pulumi.calls == [*MADE, *DESTROYED[: step + 1]]
    assert platform.is_running


def test_destroy_without_a_complete_platform_only_stops_what_is_left_of_it(
    world: dict[str, Any], platform: Platform, pulumi: Any
) -> None:
    leftover = processes.ServerSpec("etcd", ("sleep", "300"), ready=lambda: True)
    processes.start(leftover, platform.run_dir)
    assert processes.running(platform.run_dir) != []
    result = run("destroy")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "The local platform does not run: nothing to destroy.\n"
    assert processes.running(platform.run_dir) == []
    assert pulumi.calls == []


def test_stop_ends_the_platform_and_does_no_harm_without_one(world: dict[str, Any], platform: Platform) -> None:
    platform.start(lambda line: None)
    for _ in range(2):
        result = run("stop")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "The local platform is stopped.\n")
        assert processes.running(platform.run_dir) == []


def test_tools_are_the_engine_and_every_server(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(toolchain, "ensure", asked.append)
    assert run("tools").exit_code == 0
    assert asked == [("pulumi", "etcd", "kube-apiserver", "kube-controller-manager", "dex")]


# env


def after_eval(printed: bytes, **before: str) -> dict[str, str]:
    """The variables of a shell that had those of `before`, after `eval "$(...)"` of what was printed."""
    shell = subprocess.run(
        ["sh", "-c", 'eval "$(cat)" && exec env -0'],
        input=printed,
        capture_output=True,
        env={"PATH": os.environ.get("PATH", os.defpath), **before},
        check=True,
    )
    assert shell.stderr == b""
    return dict(pair.split("=", 1) for pair in shell.stdout.decode().split("\0") if pair)


def test_env_refuses_when_nothing_runs(world: dict[str, Any]) -> None:
    result = run("env")
    ended_in(result, "The local platform does not run. Start it: make local.")
    assert result.stdout == ""


def test_env_gives_a_shell_the_environment_of_the_platform(world: dict[str, Any], platform: Platform) -> None:
    platform.start(lambda line: None)
    result = run("env")
    assert (result.exit_code, result.stderr) == (0, "")
    expected = platform.environment()
    found = after_eval(result.stdout_bytes)
    assert {name: found.get(name) for name in expected} == expected


def test_env_takes_away_what_would_lead_to_another_account(
    world: dict[str, Any], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    platform.start(lambda line: None)
    found = after_eval(run("env").stdout_bytes, AWS_PROFILE="production", AWS_REGION="us-east-1", OTHER="kept")
    assert "AWS_PROFILE" not in found
    assert (found["AWS_REGION"], found["OTHER"]) == ("ap-northeast-2", "kept")


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NASTY = st.sampled_from(["", " ", "it's", "$(exit 9)", "`exit 9`", "a\\\nb", "*", '"', "a;b", "~", "\n", "!x", "한"])


@settings(max_examples=40)
@given(st.dictionaries(st.from_regex("W_[A-Z0-9_]{1,6}", fullmatch=True), NASTY | VALUES, min_size=1, max_size=6))
def test_the_quoting_of_env_survives_eval_in_a_shell(environment: dict[str, str]) -> None:
    class Running:
        is_running = True

        def environment(self) -> dict[str, str]:
            return environment

        def misleading(self) -> list[str]:
            return ["AWS_PROFILE"]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(main, "_platform", Running)
        result = run("env")
    assert result.exit_code == 0
    found = after_eval(result.stdout_bytes)
    assert {name: value for name, value in found.items() if name.startswith("W_")} == environment
    assert result.stdout.startswith("unset AWS_PROFILE\n")


# What `make` calls


def test_every_command_that_make_calls_is_there_and_makes_none_is_missing() -> None:
    called = set(re.findall(r"^\t@\$\(RUN\) local (\w+)$", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert called == set(COMMANDS)
