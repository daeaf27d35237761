"""No generated file is stale, and none is forgotten."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import codegen
from codegen import generators
from codegen.generators import ALL, Generator

MODULES = sorted(path.stem for path in Path(codegen.__file__).parent.glob("[a-z]*.py"))


def _several(module: Any) -> Sequence[Generator]:
    return getattr(module, "ALL", ()) if module is not generators else ()


@pytest.mark.parametrize("generator", ALL, ids=lambda generator: generator.FILE.name)
def test_the_file_is_what_the_code_makes_of_it(generator: Generator) -> None:
    assert generator.FILE.read_text() == generator.text(), "renew it: make generate"


def test_every_module_that_makes_a_file_is_called_by_make_generate() -> None:
    modules = [importlib.import_module(f"codegen.{name}") for name in MODULES]
    # One that makes several files has a list of what makes each.
    makers = [each for module in modules for each in ([module] if hasattr(module, "FILE") else _several(module))]
    assert [maker.FILE for maker in makers] == [generator.FILE for generator in ALL]
    assert len({generator.FILE for generator in ALL}) == len(ALL) > 5
