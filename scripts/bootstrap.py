"""Makes the virtual environment that everything else runs in, then optionally runs a module in it.

    python3 -m scripts.bootstrap              make or refresh .venv
    python3 -m scripts.bootstrap local up     the same, then `python -m local up` in it
    python3 -m scripts.bootstrap --program    with requirements.txt alone: the program, workspacectl, the policy pack

Standard library only, and readable by Python 3.6 (hence the quoted types), so that one that is too old gets a
sentence and not a syntax error. Owns `.venv` in the checkout and nothing else: pip's own settings and environment stay
the user's, and hold for uv as well. Requirements are installed only when they, or the Python, changed since the last
time: a stamp in `.venv` tells.
"""

import collections
import collections.abc
import contextlib
import errno
import fcntl
import hashlib
import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
CHECKOUT = Path(__file__).resolve().parents[1]
EVERYTHING, PROGRAM = "requirements-dev.txt", "requirements.txt"
"""What is installed: the first names the second, which has the checkout itself in it, editable."""
INGREDIENTS = (EVERYTHING, PROGRAM, "pyproject.toml")
"""The files that decide what `.venv` is made of."""
OPTION = "--program"
PIP_TO_UV = {
    "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "find-links": ("UV_FIND_LINKS",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "cert": ("SSL_CERT_FILE",),
}
"""pip's settings, each with uv's variable for it, and with an older one of uv's that means the same."""
SWITCHED_ON = ("1", "true", "yes", "on")
TAIL = 5
INTERVAL = 10.0
"""Seconds between two lines of progress."""


class BootstrapError(Exception):
    """The environment cannot be made. The text is what the user reads."""


def main(arguments: "list[str]", checkout: Path = CHECKOUT) -> int:
    """Make `.venv`; with arguments, become `.venv/bin/python -m <arguments>`. Answers an exit code."""
    wanted = PROGRAM if OPTION in arguments else EVERYTHING
    arguments = [argument for argument in arguments if argument != OPTION]
    try:
        python = ensure(checkout, wanted)
    except BootstrapError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {_explain(error, checkout)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: run the same command again to go on.", file=sys.stderr)
        return 130
    if arguments:
        sys.stdout.flush()
        os.execv(str(python), [str(python), "-m", *arguments])
    return 0


def ensure(checkout: Path, wanted: str = EVERYTHING) -> Path:
    """The Python of a `.venv` that has every requirement of that file. Raises BootstrapError and OSError."""
    if sys.version_info[:2] < OLDEST:
        raise BootstrapError(
            f"Python {_version(OLDEST)} or newer is needed, and this is {_version(sys.version_info[:3])} "
            f"({sys.executable}). Install one, or name one that is here: make PYTHON=python{_version(OLDEST)}"
        )
    environment = checkout / ".venv"
    python = environment / "bin" / "python"
    if _done(wanted, checkout, python):
        return python
    with _locked(checkout):
        if not _done(wanted, checkout, python):
            if not _works(python):
                _make(environment)
            _install(python, checkout, wanted)
            _stamp(checkout, wanted).write_text(_fingerprint(checkout, python))
    return python


def _version(numbers: "tuple[int, ...]") -> str:
    return ".".join(str(number) for number in numbers)


def _fingerprint(checkout: Path, python: Path) -> str:
    """Changes with the requirements and with the Python behind the environment."""
    total = hashlib.sha256(os.path.realpath(str(python)).encode())
    for name in INGREDIENTS:
        total.update(b"\0" + (checkout / name).read_bytes())
    return total.hexdigest()


def _stamp(checkout: Path, wanted: str) -> Path:
    return checkout / ".venv" / f"{wanted}.stamp"


def _done(wanted: str, checkout: Path, python: Path) -> bool:
    # `exists` follows the link: it is false when the Python that the environment was made of is gone.
    if not python.exists():
        return False
    stamps = [_stamp(checkout, enough) for enough in {wanted, EVERYTHING}]
    fingerprint = _fingerprint(checkout, python)
    return any(stamp.exists() and stamp.read_text() == fingerprint for stamp in stamps)


@contextlib.contextmanager
def _locked(checkout: Path) -> "collections.abc.Generator[None, None, None]":
    """Two runs at once make one environment: the second one waits, and finds it made."""
    descriptor = os.open(checkout, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another run is setting up .venv: waiting for it.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _works(python: Path) -> bool:
    """Whether there is an environment already, new enough and with pip."""
    if not python.exists():
        return False
    question = f"import sys, pip; sys.exit(sys.version_info[:2] < {OLDEST!r})"
    return subprocess.run([str(python), "-c", question], stderr=subprocess.DEVNULL, check=False).returncode == 0


def _make(environment: Path) -> None:
    try:
        for name in ("venv", "ensurepip"):  # Debian leaves the second one out of its Python.
            importlib.import_module(name)
    except ImportError as error:
        version = _version(sys.version_info[:2])
        raise BootstrapError(
            f"This Python ({sys.executable}) has no module '{error.name}', which makes virtual environments. "
            f"Install it, on Debian and Ubuntu: apt-get install python{version}-venv"
        ) from error
    _say(f"Making .venv with Python {_version(sys.version_info[:3])}.")
    # A virtual environment of somebody else's must not become the base of ours.
    base = getattr(sys, "_base_executable", None) or sys.executable
    environment.mkdir(exist_ok=True)
    failure = "Python could not make .venv"
    # In two steps, because `venv` does not tell why pip could not be put in.
    _run([base, "-m", "venv", "--clear", "--without-pip", str(environment)], failure, environment)
    pip = [str(environment / "bin" / "python"), "-m", "ensurepip", "--upgrade", "--default-pip"]
    _run(pip, failure, environment)


def _install(python: Path, checkout: Path, wanted: str) -> None:
    started = time.monotonic()
    _say(f"Installing {wanted} into .venv.")
    failure, place = "The requirements could not be installed", checkout / ".venv"
    told = _told_to_pip(python)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", _uv_pin(checkout)]
    _run(pip, failure, place, more=_as_uv_is_told(told))
    # Compiled now, in parallel: Python itself would compile at each start where it may not write.
    uv = [str(python.with_name("uv")), "pip", "install", "--python", str(python), "--compile-bytecode"]
    # The one setting of pip's for which uv has no variable.
    alone = ["--no-index"] if told.get("no-index") in SWITCHED_ON else []
    _run([*uv, *alone, "-r", str(checkout / wanted)], failure, place, cwd=checkout, more=_as_pip_is_told(told))
    _say(f"Python packages are ready after {time.monotonic() - started:.0f} s.")


def _uv_pin(checkout: Path) -> str:
    """The line of uv, which installs in seconds what takes pip a minute."""
    return next(line for line in (checkout / EVERYTHING).read_text().splitlines() if line.startswith("uv=="))


def _told_to_pip(python: Path) -> "dict[str, str]":
    """pip's settings, from its files and variables, by their names."""
    command = [str(python), "-m", "pip", "config", "list"]
    told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in told.splitlines():
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    return found


def _as_pip_is_told(told: "dict[str, str]") -> "dict[str, str]":
    """pip's settings of mirrors and certificates as uv's, which reads none of pip's; its own go before."""
    return {
        variables[0]: told[name].replace(" ", _between(variables[0]))
        for name, variables in PIP_TO_UV.items()
        if name in told and not any(variable in os.environ for variable in variables)
    }


def _as_uv_is_told(told: "dict[str, str]") -> "dict[str, str]":
    """The other way round: for pip, which installs uv, where a mirror is named to uv alone."""
    found: dict[str, str] = {}
    for name in ("index-url", "extra-index-url", "find-links"):
        given = next((os.environ[variable] for variable in PIP_TO_UV[name] if variable in os.environ), None)
        if given and name not in told:
            found["PIP_" + name.upper().replace("-", "_")] = given.replace(_between(PIP_TO_UV[name][0]), " ")
    return found


def _between(variable: str) -> str:
    """What stands between several values of one of uv's variables; in pip's it is a space."""
    return "," if variable == "UV_FIND_LINKS" else " "


def _run(
    command: "list[str]",
    failure: str,
    place: Path,
    cwd: "Path | None" = None,
    more: "dict[str, str] | None" = None,
) -> None:
    """Run a step; every few seconds one line of its output stands for the rest."""
    lines: collections.deque[str] = collections.deque(maxlen=50)
    shown = started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=None if cwd is None else str(cwd),
        env={**os.environ, **(more or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if time.monotonic() - shown > INTERVAL:
                shown = time.monotonic()
                _say(f"  {shown - started:.0f} s: {line.strip()[:100]}")
    if process.returncode != 0:
        for number in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            if any(os.strerror(number).lower() in line.lower() for line in lines):
                raise OSError(number, os.strerror(number), str(place))
        tail = "\n".join(f"  {line}" for line in list(lines)[-TAIL:])
        raise BootstrapError(f"{failure}. Correct what its last lines say and run the same command again:\n{tail}")


def _explain(error: OSError, checkout: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: .venv in {checkout} needs about 1.5 GB. Free some space and try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"No permission to write {error.filename or checkout}. Use a checkout that belongs to you."
    if isinstance(error, FileNotFoundError) and str(error.filename).endswith(INGREDIENTS):
        return f"{error.filename} is missing. Run this in a complete checkout."
    return f"{error.filename or checkout}: {error.strerror or error}."


def _say(line: str) -> None:
    # Standard output belongs to the module that runs afterwards.
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
