"""AWS's descriptions of its services, read once a process and not once a test.

Owns: what botocore reads from its own files. Does not own sessions or clients: each test has its own
(`tests/conftest.py`), and each new session reads the descriptions again, a quarter of a second of CPU with EC2's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

import botocore.loaders
import pytest

_files: Any = botocore.loaders.JSONFileLoader()
_read = cast("Callable[[str], Any]", cache(_files.load_file))


@pytest.fixture(scope="session", autouse=True)
def descriptions_read_once() -> Iterator[None]:
    """Each file's content is one object, which sessions share as the clients of one session do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.loaders.JSONFileLoader, "load_file", lambda _self, path: _read(path))
        yield
