"""Rules of the process supervisor: what is started is waited for, recorded, and only it is stopped."""

from __future__ import annotations

import itertools
import json
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from local import ports as ports_module
from local import processes
from local.checkout import CHECKOUT
from local.ports import free_ports, stable_ports
from local.processes import PlatformError, ServerSpec

SLEEP = "import time; time.sleep(60)"


def python(name: str, code: str, **parts: object) -> ServerSpec:
    return ServerSpec(name, (sys.executable, "-c", code), **{"ready": lambda: True, **parts})  # pyright: ignore[reportArgumentType]


def test_a_server_that_ends_before_it_is_ready_is_reported_with_its_last_words(tmp_path: Path) -> None:
    spec = python("short", "print('no disk'); raise SystemExit(3)", ready=lambda: False)
    with pytest.raises(PlatformError, match=r"(?s)short ended with exit code 3 before it was ready.*no disk"):
        processes.start(spec, tmp_path)
    assert processes.running(tmp_path) == []
    assert not (tmp_path / "short.json").exists()


def test_a_server_that_is_never_ready_is_stopped_when_its_time_is_over(tmp_path: Path) -> None:
    spec = python("slow", SLEEP, ready=lambda: False, ready_limit_seconds=0.2)
    with pytest.raises(PlatformError, match=r"slow was not ready within 0.2 s and was stopped"):
        processes.start(spec, tmp_path)
    assert processes.running(tmp_path) == []


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    spec = ServerSpec("etcd", (str(tmp_path / "no-etcd"),), ready=lambda: True)
    with pytest.raises(PlatformError, match=r"etcd cannot be started: .*no-etcd: No such file or directory\."):
        processes.start(spec, tmp_path)


def test_stopping_a_server_ends_what_it_started_too(tmp_path: Path) -> None:
    ready = tmp_path / "child"
    code = (
        "import pathlib, subprocess, sys, time;"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]);"
        f"draft = pathlib.Path({str(ready) + '.new'!r}); draft.write_text(str(child.pid));"
        f"draft.rename({str(ready)!r});"
        "time.sleep(60)"
    )
    server = processes.start(python("parent", code, ready=ready.exists), tmp_path)
    child = psutil.Process(int(ready.read_text()))
    assert child.is_running()
    processes.stop(server, tmp_path)
    child.wait(5)
    assert processes.running(tmp_path) == []


def test_a_server_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_LIMIT_SECONDS", 0.2)
    ready = tmp_path / "ready"
    code = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    server = processes.start(python("stubborn", code, ready=ready.exists), tmp_path)
    processes.stop(server, tmp_path)
    assert not psutil.pid_exists(server.pid)


def test_of_processes_that_are_to_end_one_that_ended_by_itself_is_passed_over() -> None:
    gone, there = (psutil.Popen([sys.executable, "-c", SLEEP]) for _ in range(2))
    seen = [psutil.Process(gone.pid), psutil.Process(there.pid)]
    gone.kill()
    gone.wait()

    processes.kill(seen)

    assert not any(process.is_running() for process in seen)


def test_a_recorded_number_that_belongs_to_somebody_else_now_is_left_alone(tmp_path: Path) -> None:
    stranger = psutil.Popen([sys.executable, "-c", SLEEP])
    try:
        record = {"name": "etcd", "pid": stranger.pid, "created": time.time() - 3600, "started": 0}
        (tmp_path / "etcd.json").write_text(json.dumps(record))
        processes.stop_all(tmp_path)
        assert stranger.poll() is None
        assert list(tmp_path.iterdir()) == []
    finally:
        stranger.kill()
        stranger.wait()


def test_running_servers_are_known_again_in_their_order_and_their_files_are_private(tmp_path: Path) -> None:
    started = [processes.start(python(name, SLEEP), tmp_path / "run") for name in ("b", "a")]
    try:
        assert [each.name for each in processes.running(tmp_path / "run")] == ["b", "a"]
        assert processes.running(tmp_path / "run") == started
        files = sorted((tmp_path / "run").iterdir())
        assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [
            ("a.json", 0o600),
            ("a.log", 0o600),
            ("b.json", 0o600),
            ("b.log", 0o600),
        ]
    finally:
        processes.stop_all(tmp_path / "run")
    assert processes.running(tmp_path / "run") == []


def test_free_ports_are_never_those_of_an_earlier_answer_nor_of_outgoing_connections() -> None:
    ports = [*free_ports(20), *free_ports(20)]
    assert len(set(ports)) == 40
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    begin = int(ephemeral.read_text().split()[0]) if ephemeral.exists() else 49152
    assert [port for port in ports if port >= begin] == []


def test_a_port_that_somebody_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports_module, "_looked", itertools.count())
    (taken,) = free_ports(1)
    with socket.create_server(("127.0.0.1", taken)):
        monkeypatch.setattr(ports_module, "_looked", itertools.count())
        assert taken not in free_ports(20)
    monkeypatch.setattr(ports_module, "_looked", itertools.count())
    assert free_ports(1) == [taken]


def test_processes_that_start_at_the_same_time_choose_other_ports() -> None:
    ask = "from local.ports import free_ports; print(*free_ports(20))"
    started = [psutil.Popen([sys.executable, "-c", ask], cwd=CHECKOUT, stdout=-1, text=True) for _ in range(2)]
    answers = [each.communicate()[0].split() for each in started]
    assert [len(each) for each in answers] == [20, 20]
    assert set(answers[0]) & set(answers[1]) == set()


def test_ports_come_back_unless_somebody_took_them(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = stable_ports(["etcd", "dex"], file)
    assert stable_ports(["etcd", "dex"], file) == first
    busy = psutil.Popen(
        [
            sys.executable,
            "-c",
            "import socket,sys; s=socket.create_server(('127.0.0.1', 0));"
            "print(s.getsockname()[1], flush=True); sys.stdin.read()",
        ],
        stdin=-1,
        stdout=-1,
        text=True,
    )
    try:
        taken = int(busy.stdout.readline())
        file.write_text(json.dumps({**first, "dex": taken}))
        again = stable_ports(["etcd", "dex"], file)
    finally:
        busy.communicate("")
    assert again["etcd"] == first["etcd"]
    assert again["dex"] not in (taken, first["etcd"])
    assert json.loads(file.read_text()) == again
