"""AWS's descriptions of its services, read once a process and not once a test.

Owns: what botocore reads of its own files. Does not own sessions or clients: each test has its own
(`tests/conftest.py`), and each new session reads the descriptions again, a quarter of a second of CPU with EC2's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from botocore import loaders

_Loader: Any = loaders.Loader
_read: Any = loaders.JSONFileLoader().load_file
_services: Any = _Loader.list_available_services


@pytest.fixture(scope="session", autouse=True)
def descriptions_read_once() -> Iterator[None]:
    """Each file's content is one object, which sessions share as the clients of one session do."""

    @cache
    def read(path: str) -> Any:
        return _read(path)

    @cache
    def services(folders: tuple[str, ...], kind: str) -> Any:
        return _services(_Loader(extra_search_paths=folders, include_default_search_paths=False), kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaders.JSONFileLoader, "load_file", lambda _self, path: read(path))
        patch.setattr(
            _Loader, "list_available_services", lambda self, type_name: services((*self.search_paths,), type_name)
        )
        yield
