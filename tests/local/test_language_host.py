"""The language host under the real engine: programs, dynamic providers, policy packs, interruption."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from local import toolchain
from local.plugins.language import CHECKOUT, STAND_IN, SettingsError, child_environment, program_python

LIMIT = 60.0

PROGRAM = """\
import os
import pulumi
from things import Thing

config = pulumi.Config()
thing = Thing("thing", text=config.require("text"))
pulumi.export("text", thing.text)
pulumi.export("secret", config.get_secret("secret"))
pulumi.export("path", os.environ.get("PYTHONPATH", ""))
"""

THINGS = """\
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class ThingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        return CreateResult("thing-1", props)


class Thing(Resource):
    text: pulumi.Output[str]

    def __init__(self, name, *, text, opts=None):
        super().__init__(ThingProvider(), name, {"text": text}, opts)
"""

POLICY = """\
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def no_shouting(args, report_violation):
    if args.props.get("text") == "LOUD":
        report_violation("Text must not be all capitals.")


PolicyPack(
    name="manners",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[ResourceValidationPolicy(name="no-shouting", description="No capitals.", validate=no_shouting)],
)
"""

Pulumi = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def engine_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a `pulumi` that keeps everything in temporary folders."""
    folder = tmp_path_factory.mktemp("engine")
    (folder / "state").mkdir()
    environment = toolchain.engine_environment(Path(sys.executable), Path(CHECKOUT), folder / "home")
    if not Path(environment["PATH"].split(":")[0], "pulumi-language-python").exists():
        pytest.skip("The official Pulumi is installed: its own language host is used.")
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("PULUMI_")},
        **environment,
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with its own folder; its name is unique, because all share one backend."""
    (tmp_path / "venv").symlink_to(sys.prefix)
    document = {"name": _name(tmp_path), "runtime": {"name": "python", "options": {"virtualenv": "venv"}}}
    (tmp_path / "Pulumi.yaml").write_text(json.dumps(document))
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "things.py").write_text(THINGS)
    return tmp_path


def _name(project: Path) -> str:
    return f"host-{project.name.replace('_', '-')}"


@pytest.fixture
def pulumi(project: Path, engine_environment: dict[str, str]) -> Pulumi:
    """Runs `pulumi` in the project, whose stack `dev` exists."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=project,
            env=engine_environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    made = run("stack", "init", "dev")
    assert made.returncode == 0, made.stdout
    with (project / "Pulumi.dev.yaml").open("a") as stack:
        stack.write(f"config:\n  {_name(project)}:text: hello\n")
    return run


@pytest.mark.engine
def test_a_program_with_a_dynamic_resource_goes_up_stays_the_same_and_is_destroyed(pulumi: Pulumi) -> None:
    pulumi("config", "set", "--secret", "secret", "hunter2")
    up = pulumi("up", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout
    assert "hunter2" not in up.stdout
    assert "warning" not in up.stdout
    outputs = json.loads(pulumi("stack", "output", "--json", "--show-secrets").stdout)
    assert outputs == {"text": "hello", "secret": "hunter2", "path": ""}

    again = pulumi("preview", "--expect-no-changes")
    assert again.returncode == 0, again.stdout
    destroyed = pulumi("destroy", "--yes", "--skip-preview")
    assert destroyed.returncode == 0, destroyed.stdout
    assert "2 deleted" in destroyed.stdout


@pytest.mark.engine
def test_an_unhandled_exception_is_shown_once(project: Path, pulumi: Pulumi) -> None:
    (project / "__main__.py").write_text("raise RuntimeError('the reason')\n")
    failed = pulumi("preview")
    assert failed.returncode != 0
    assert failed.stdout.count("RuntimeError: the reason") == 1
    assert "exit code" not in failed.stdout


@pytest.mark.engine
def test_a_program_that_exits_by_itself_is_an_error_with_its_code(project: Path, pulumi: Pulumi) -> None:
    (project / "__main__.py").write_text("import os\nprint('printed before', flush=True)\nos._exit(3)\n")
    failed = pulumi("preview")
    assert failed.returncode != 0
    assert "printed before" in failed.stdout
    assert "Program exited with non-zero exit code: 3" in failed.stdout


@pytest.mark.engine
def test_a_missing_virtual_environment_is_named_with_the_remedy(project: Path, pulumi: Pulumi) -> None:
    (project / "venv").unlink()
    failed = pulumi("preview")
    assert failed.returncode != 0
    assert f"there is no Python at {project}/venv/bin/python" in failed.stdout.replace("\n", " ")
    assert "Traceback" not in failed.stdout


@pytest.mark.engine
def test_a_policy_pack_refuses_what_breaks_its_rule(project: Path, pulumi: Pulumi) -> None:
    pack = project / "manners"
    pack.mkdir()
    runtime = {"name": "python", "options": {"virtualenv": "../venv"}}
    (pack / "PulumiPolicy.yaml").write_text(json.dumps({"description": "Manners.", "runtime": runtime}))
    (pack / "__main__.py").write_text(POLICY)

    allowed = pulumi("preview", "--policy-pack", "manners")
    assert allowed.returncode == 0, allowed.stdout
    assert "manners" in allowed.stdout
    pulumi("config", "set", "text", "LOUD")
    refused = pulumi("preview", "--policy-pack", "manners")
    assert refused.returncode != 0
    assert "Text must not be all capitals." in refused.stdout
    assert "Traceback" not in allowed.stdout + refused.stdout


@pytest.mark.engine
def test_an_interrupt_ends_a_running_program_quietly(
    project: Path, pulumi: Pulumi, engine_environment: dict[str, str]
) -> None:
    (project / "__main__.py").write_text(
        "import os, time\nopen('pid', 'w').write(f'{os.getpid()}\\n')\ntime.sleep(600)\n"
    )
    with _running(["pulumi", "preview", "--non-interactive"], project, engine_environment) as engine:
        _wait_for(lambda: (project / "pid").exists() and (project / "pid").read_text().endswith("\n"))
        program = int((project / "pid").read_text())
        assert _alive(program)
        engine.send_signal(signal.SIGINT)
        output, _ = engine.communicate(timeout=LIMIT)
    assert engine.returncode != 0
    assert "Traceback" not in output
    _wait_for(lambda: not _alive(program))


def test_the_host_ends_with_its_engine() -> None:
    """The parent of this host prints the host's port and goes away."""
    parent = (
        "import subprocess, sys\n"
        "host = subprocess.Popen([sys.executable, '-m', 'local.plugins.language', 'script', 'engine'],"
        " stdout=subprocess.PIPE, text=True)\n"
        "print(host.stdout.readline(), flush=True)\n"
        "sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert _answers(port)
        process.communicate("\n")
    _wait_for(lambda: not _answers(port))


@contextmanager
def _host() -> Generator[language_pb2_grpc.LanguageRuntimeStub, None, None]:
    command = [sys.executable, "-m", "local.plugins.without_sdk", "local.plugins.language", "script", "engine"]
    with _running(command, Path(CHECKOUT), dict(os.environ)) as process:
        assert process.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            yield language_pb2_grpc.LanguageRuntimeStub(channel)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=LIMIT)
        assert (process.returncode, output) == (0, "")


def test_what_the_host_does_not_implement_is_refused_by_name() -> None:
    with _host() as host:
        requests = [
            lambda: list(host.InstallDependencies(language_pb2.InstallDependenciesRequest())),
            lambda: list(host.RunPlugin(language_pb2.RunPluginRequest(kind="converter"))),
        ]
        for request in requests:
            with pytest.raises(grpc.RpcError) as refused:
                request()
            assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
            assert f"{STAND_IN} does not" in (refused.value.details() or "")


def test_about_names_the_python_and_its_direct_dependencies(project: Path) -> None:
    info = language_pb2.ProgramInfo(root_directory=str(project))
    info.options.update({"virtualenv": "venv"})
    with _host() as host:
        about = host.About(language_pb2.AboutRequest(info=info))
        direct = host.GetProgramDependencies(language_pb2.GetProgramDependenciesRequest(info=info))
        every = host.GetProgramDependencies(
            language_pb2.GetProgramDependenciesRequest(info=info, transitiveDependencies=True)
        )
    version = "{}.{}.{}".format(*sys.version_info)
    assert (about.executable, about.version) == (str(project / "venv/bin/python"), version)
    names = [{dependency.name for dependency in answer.dependencies} for answer in (direct, every)]
    assert "moto" in names[0]
    assert "grpcio" not in names[0]
    assert {"moto", "pulumi_eks", "grpcio"} <= names[1]


def test_only_the_toolchain_pip_is_implemented() -> None:
    info = language_pb2.ProgramInfo(root_directory="/")
    info.options.update({"toolchain": "poetry"})
    with pytest.raises(SettingsError, match="Expected 'pip', not 'poetry'"):
        program_python(info)


def test_without_the_option_the_python_on_the_path_runs_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    info = language_pb2.ProgramInfo(root_directory="/")
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert Path(program_python(info)).parent == Path(sys.executable).parent
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SettingsError, match="Python is not on PATH"):
        program_python(info)


def test_a_program_does_not_inherit_the_launchers_python_path() -> None:
    given = {"PATH": "/bin", "PYTHONHOME": "/x", "PYTHONPATH": f"{CHECKOUT}:/mine", "KEPT": "1"}
    assert child_environment("/venv/bin/python", given) == {
        "PATH": "/venv/bin:/bin",
        "PYTHONPATH": "/mine",
        "KEPT": "1",
    }
    assert "PYTHONPATH" not in child_environment("/venv/bin/python", {"PYTHONPATH": str(CHECKOUT)})


@contextmanager
def _running(
    command: list[str], cwd: Path, environment: dict[str, str]
) -> Generator[subprocess.Popen[str], None, None]:
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline, "The condition did not come true in time."
        threading.Event().wait(0.02)
