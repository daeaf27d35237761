"""No generated file is stale, and none is forgotten."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import codegen
from codegen.generators import ALL, Generator
from codegen.paths import CHECKOUT

MODULES = sorted(path.stem for path in Path(codegen.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("generator", ALL, ids=lambda each: str(each.FILE.relative_to(CHECKOUT)))
def test_the_file_is_what_the_code_makes_of_it(generator: Generator) -> None:
    assert generator.FILE.read_text() == generator.text(), "renew it: make generate"


def test_every_module_that_makes_a_file_is_called_by_make_generate() -> None:
    modules = [importlib.import_module(f"codegen.{name}") for name in MODULES]
    makers = [
        maker
        for module in modules
        for maker in getattr(module, "GENERATORS", [module] if hasattr(module, "FILE") else [])
    ]
    assert [maker.FILE for maker in makers] == [generator.FILE for generator in ALL]
    assert len({generator.FILE for generator in ALL}) == len(ALL) > 5
