"""The search for secrets finds what is planted: in texts, files, temporary files and command lines, in every form."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.support.engine import leaks
from tests.support.engine.leaks import Holder, Secret, TemporaryFiles, command_lines, files_with, leaks_below, leaks_in

PLANTED = Secret("planted", 'p"l<a>n&t/e d+%ß\\-secret')
OTHER = Secret("other", "another-secret-of-another-kind")
LIMIT_SECONDS = 30.0


def go(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


ENCODERS: dict[str, Callable[[str], str]] = {
    "in clear": str,
    "JSON": json.dumps,
    "JSON without escapes": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON of Go": go,
    "JSON in JSON": lambda text: json.dumps({"message": json.dumps({"password": text})}),
    "JSON in JSON of Go": lambda text: go({"message": json.dumps({"password": text})}),
    "JSON of Go in JSON": lambda text: json.dumps({"plaintext": go(text)}),
    "URL": lambda text: quote(text, safe=""),
    "URL path": quote,
    "URL form": quote_plus,
    "base64 at 0": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 at 1": lambda text: base64.b64encode(f":{text}:".encode()).decode(),
    "base64 at 2": lambda text: base64.b64encode(f"me{text}".encode()).decode(),
    "URL base64 at 0": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "URL base64 at 1": lambda text: base64.urlsafe_b64encode(f":{text}:".encode()).decode(),
    "URL base64 at 2": lambda text: base64.urlsafe_b64encode(f"me{text}".encode()).decode(),
}


def test_every_form_is_planted() -> None:
    assert ENCODERS.keys() == PLANTED.forms.keys()


@pytest.mark.parametrize("form", ENCODERS)
def test_a_secret_in_a_text_is_found_in_every_form(form: str) -> None:
    assert ("planted", form) in leaks_in(f"level=info msg={ENCODERS[form](PLANTED.value)} done", [OTHER, PLANTED])
    assert leaks_in("level=info msg=[secret] done", [OTHER, PLANTED]) == set()


def test_a_secret_in_a_file_is_found_wherever_it_is(tmp_path: Path) -> None:
    deep = tmp_path / ".pulumi" / "backups" / "demo.json.bak"
    deep.parent.mkdir(parents=True)
    deep.write_bytes(b"\0\xff" + PLANTED.value.encode() + b"\0")
    (tmp_path / "clean.log").write_text("nothing")
    assert files_with(tmp_path, [OTHER, PLANTED]) == {deep: {"planted"}}
    assert files_with(deep, [PLANTED]) == {deep: {"planted"}}


def test_a_file_that_goes_while_it_is_looked_at_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passing = tmp_path / "config.yaml"
    passing.write_text(PLANTED.value)
    found = leaks.kinds_in

    def gone_after(content: str | bytes, secrets: Iterable[Secret]) -> set[str]:
        passing.unlink()
        return found(content, secrets)

    monkeypatch.setattr(leaks, "kinds_in", gone_after)
    holder = Holder("config*", frozenset({"planted"}), "a test")
    (line,) = leaks_below(tmp_path, [PLANTED], [holder])
    assert line.startswith("config.yaml: may hold planted, but others can read it")


def test_only_the_holder_of_a_secret_may_hold_it_and_only_for_its_owner(tmp_path: Path) -> None:
    kept = tmp_path / "kubeconfig"
    kept.write_text(PLANTED.value)
    kept.chmod(0o600)
    holder = Holder("kube*", frozenset({"planted"}), "a test")
    assert leaks_below(tmp_path, [PLANTED, OTHER], []) == ["kubeconfig: planted"]
    assert leaks_below(tmp_path, [PLANTED, OTHER], [holder]) == []
    kept.chmod(0o640)
    (line,) = leaks_below(tmp_path, [PLANTED, OTHER], [holder])
    assert line == "kubeconfig: may hold planted, but others can read it: mode 640"
    kept.write_text(PLANTED.value + OTHER.value)
    assert leaks_below(tmp_path, [PLANTED, OTHER], [holder]) == ["kubeconfig: other"]


def test_a_secret_in_a_temporary_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "earlier").mkdir()
    (tmp_path / "log").write_text("earlier")
    temporary = TemporaryFiles()
    assert temporary.with_secrets([PLANTED]) == {}
    appended, made = tmp_path / "log", tmp_path / "pulumi-1" / "props.json"
    made.parent.mkdir()
    for file in (appended, made):
        file.write_text(PLANTED.value)
    assert temporary.with_secrets([PLANTED]) == {appended: {"planted"}, made: {"planted"}}


def test_a_secret_on_a_command_line_is_found() -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", f"--password={PLANTED.value}"]
    with command_lines() as seen, subprocess.Popen(command, stdin=subprocess.PIPE):
        end = time.monotonic() + LIMIT_SECONDS
        while not any(leaks_in(line, [PLANTED]) for line in seen.copy()) and time.monotonic() < end:
            threading.Event().wait(0.02)
    assert [line for line in seen if leaks_in(line, [PLANTED])]
