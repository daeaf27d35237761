"""A table with many rows about the same few things, of which `make test` has one row for each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import pytest

Row = TypeVar("Row")


def first_of_each(rows: Iterable[Row], thing: Callable[[Row], Hashable]) -> list[Any]:
    """The rows as pytest's parameters: the first about each thing is in `make test`, the others are thorough."""
    seen = set[Hashable]()
    found = list[Any]()
    for row in rows:
        found.append(pytest.param(row, marks=pytest.mark.thorough if thing(row) in seen else ()))
        seen.add(thing(row))
    return found
