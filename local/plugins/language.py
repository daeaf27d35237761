"""A stand-in for `pulumi-language-python`, the engine's language host for Python.

Only while the official Pulumi is not installed: its host is on no package registry (docs/facts/local-platform.md,
"The engine without the official installation"). A gRPC server of `pulumirpc.LanguageRuntime` that runs
programs, policy packs and component packages in the virtual environments that their files name. It does not
install, generate, pack or link anything, does not look for required plugins (they are on PATH), and knows no
toolchain but pip: those calls are answered UNIMPLEMENTED.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

from local.checkout import CHECKOUT

STAND_IN = "stand-in for pulumi-language-python"
MESSAGE_LIMIT = 400 * 1024 * 1024
"""Bytes of one gRPC message, as the engine allows."""

BAIL = 32
"""Exit code of a program whose error the user has seen already (the SDK's pulumi-language-python-exec)."""

PARENT_INTERVAL = 2.0
"""Seconds between two looks whether the engine is still there."""

DEPENDENCIES = """
import json, re, sys
from importlib.metadata import distributions
found = {d.metadata["Name"]: d for d in distributions()}
name = lambda text: re.sub("[-_.]+", "-", re.match("[A-Za-z0-9._-]+", text)[0]).lower()
needed = {name(r) for d in found.values() for r in d.requires or () if "extra ==" not in r}
every = sys.argv[1] == "all"
print(json.dumps([[n, d.version] for n, d in sorted(found.items()) if every or name(n) not in needed]))
"""
"""Lists what is installed in the program's Python; without `all`, only what nothing else there needs."""


class SettingsError(Exception):
    """Pulumi.yaml asks for something that is not there. The text is the sentence to show."""


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs, with `script`, the SDK's pulumi-language-python-exec, policy packs and component packages."""

    def __init__(self, script: str, engine: str, stop: threading.Event) -> None:
        self._script = script
        self._engine = engine
        self._stop = stop
        self._programs: set[subprocess.Popen[bytes]] = set()
        self._plugins: set[subprocess.Popen[bytes]] = set()

    def Handshake(self, request: Any, context: Any) -> Any:
        self._engine = request.engine_address
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=distribution_version("pulumi"))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """None: the engine finds each plugin on PATH or installed when the program first asks for it."""
        return messages.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:
        return messages.GetRequiredPluginsResponse()

    def About(self, request: Any, context: Any) -> Any:
        python = _checked(context, request.info)
        version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
        return messages.AboutResponse(executable=python, version=version.removeprefix("Python ").strip())

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        scope = "all" if request.transitiveDependencies else "direct"
        command = [_checked(context, request.info), "-c", DEPENDENCIES, scope]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return messages.GetProgramDependenciesResponse(
            dependencies=[messages.DependencyInfo(name=name, version=version) for name, version in found]
        )

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program to its end."""
        try:
            python = program_python(request.info)
        except SettingsError as error:
            return messages.RunResponse(error=str(error))
        environment = child_environment(
            python,
            {
                **os.environ,
                "PULUMI_CONFIG": json.dumps(dict(request.config)),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            },
        )
        with self._child(self._programs, [python, "-u", self._script, *self._flags(request)], environment) as program:
            context.add_callback(lambda: _end(program))
            code = program.wait()
        return _outcome(code, cancelled=not context.is_active())

    def _flags(self, request: Any) -> list[str]:
        flags = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        pairs = [part for name, value in flags.items() if value for part in (f"--{name}", value)]
        return [*pairs, request.info.entry_point, *request.args]

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack or a component package, streaming its output; the last message is its exit code."""
        directory = request.info.program_directory
        python = _checked(context, request.info)
        runs = {
            "analyzer": (["-m", "pulumi.policy", *request.args, directory], directory),
            "resource": ([directory, *request.args], request.pwd),
        }
        if request.kind not in runs:
            message = f"The {STAND_IN} does not implement plugins of kind '{request.kind}'."
            context.abort(grpc.StatusCode.UNIMPLEMENTED, message)
        arguments, folder = runs[request.kind]
        environment = child_environment(python, dict(entry.split("=", 1) for entry in request.env))
        command = [python, "-u", *arguments]
        with self._child(self._plugins, command, environment, cwd=folder, piped=True) as plugin:
            context.add_callback(lambda: _end(plugin))
            yield from _stream(plugin)
            yield messages.RunPluginResponse(exitcode=plugin.wait())

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Nothing is installed: an environment that is there is taken as it is."""
        if not json_format.MessageToDict(request.info.options).get("virtualenv"):
            message = f"The {STAND_IN} does not install dependencies: run 'make setup'."
            context.abort(grpc.StatusCode.UNIMPLEMENTED, message)
        python = _checked(context, request.info)
        yield messages.InstallDependenciesResponse(stdout=f"Taking {python} as it is.\n".encode())

    def Cancel(self, request: Any, context: Any) -> Any:
        """End the programs. Policy packs go on: the engine asks them as long as the update winds down."""
        for program in list(self._programs):
            _end(program)
        return empty_pb2.Empty()

    def close(self) -> None:
        """End everything that was started."""
        for child in [*self._programs, *self._plugins]:
            _end(child)

    @contextmanager
    def _child(
        self,
        group: set[subprocess.Popen[bytes]],
        command: list[str],
        environment: Mapping[str, str],
        *,
        cwd: str | None = None,
        piped: bool = False,
    ) -> Generator[subprocess.Popen[bytes], None, None]:
        """A child in a process group of its own: the engine interrupts ours when it ends, and Python would
        print a traceback for that. A program's output is the host's own, which the engine shows.
        """
        output = subprocess.PIPE if piped else None
        child = subprocess.Popen(
            command,
            env=environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        group.add(child)
        try:
            if self._stop.is_set():
                _end(child)
            yield child
        finally:
            _end(child)
            child.wait()
            group.discard(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()


def _outcome(code: int, *, cancelled: bool) -> Any:
    if code == 0:
        return messages.RunResponse()
    if code == BAIL or cancelled:
        return messages.RunResponse(bail=True)
    if code < 0:
        return messages.RunResponse(error=f"Program was ended by signal {signal.Signals(-code).name}")
    return messages.RunResponse(error=f"Program exited with non-zero exit code: {code}")


def _stream(child: subprocess.Popen[bytes]) -> Iterator[Any]:
    """What the child writes, as it comes, until both of its outputs are closed."""
    chunks: queue.Queue[tuple[str, bytes]] = queue.Queue()

    def read(name: str, output: IO[bytes] | None) -> None:
        assert output is not None
        while chunk := os.read(output.fileno(), 65536):
            chunks.put((name, chunk))
        chunks.put((name, b""))

    for name, output in (("stdout", child.stdout), ("stderr", child.stderr)):
        threading.Thread(target=read, args=(name, output), daemon=True).start()
    running = 2
    while running:
        name, chunk = chunks.get()
        if chunk:
            yield messages.RunPluginResponse(**{name: chunk})  # pyright: ignore[reportArgumentType] - not exitcode
        else:
            running -= 1


def _checked(context: Any, info: Any) -> str:
    try:
        return program_python(info)
    except SettingsError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise


def program_python(info: Any) -> str:
    """The Python that runs the program: option `virtualenv`, relative to the project; else, as with the
    official host, $PULUMI_PYTHON_CMD, `python3` or `python`. Raises SettingsError.
    """
    options = json_format.MessageToDict(info.options)
    toolchain = options.get("toolchain", "pip")
    if toolchain != "pip":
        raise SettingsError(
            f"Pulumi.yaml: runtime.options.toolchain: Expected 'pip', not '{toolchain}': "
            f"the {STAND_IN} implements no other."
        )
    virtualenv = options.get("virtualenv")
    if virtualenv:
        python = Path(info.root_directory, virtualenv, "bin", "python")
        if not python.exists():
            raise SettingsError(
                f"Pulumi.yaml: runtime.options.virtualenv: there is no Python at {python}. "
                "Make the virtual environment and install requirements.txt into it, as 'make setup' does."
            )
        return str(python)
    names = (os.environ.get("PULUMI_PYTHON_CMD"), "python3", "python")
    python = next((found for name in names if name and (found := shutil.which(name))), None)
    if python is None:
        raise SettingsError("Python is not on PATH. Name one with runtime.options.virtualenv in Pulumi.yaml.")
    return python


def child_environment(python: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program or policy pack: its Python first on PATH, nothing of the launcher's."""
    child = dict(environment)
    child.pop("PYTHONHOME", None)
    # The launcher put the checkout there for this host; a program must not find more than it would elsewhere.
    path = [entry for entry in child.pop("PYTHONPATH", "").split(":") if entry not in ("", str(CHECKOUT))]
    if path:
        child["PYTHONPATH"] = ":".join(path)
    child["PATH"] = f"{Path(python).parent}:{child.get('PATH', os.defpath)}"
    return child


def main(arguments: list[str]) -> None:
    """Serve the host. Arguments: `<script> [flags] <engine address>`."""
    serve(lambda stop: LanguageHost(script=arguments[0], engine=arguments[-1], stop=stop))


def serve(make: Callable[[threading.Event], LanguageHost]) -> None:
    """Print the port and serve until the engine goes away."""
    stop = threading.Event()
    # The engine waits for its end.
    atexit.register(gc.freeze)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    host = make(stop)
    options = [
        ("grpc.max_receive_message_length", MESSAGE_LIMIT),
        ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=options)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    parent = os.getppid()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while not stop.wait(PARENT_INTERVAL) and os.getppid() == parent:
        pass
    stop.set()
    host.close()
    server.stop(grace=1).wait()


if __name__ == "__main__":
    main(sys.argv[1:])
