"""docs/architecture.svg shows every room, in its layer, with its head, inside of its box."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from codegen import architecture_picture, rooms, svg
from codegen.paths import CHECKOUT, LIBRARY

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = ElementTree.fromstring(architecture_picture.FILE.read_text())
TEXTS = [(float(each.get("y", "")), each.text or "") for each in PICTURE.iter(f"{SVG}text")]


def height_of(name: str) -> float:
    """Where a room's name stands for the last time: in the layers, below the flow."""
    return [y for y, text in TEXTS if text == name][-1]


def test_every_room_of_the_library_is_in_a_layer() -> None:
    shown = {room.name for layer in rooms.layers() for room in layer}
    packages = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    modules = {path.stem for path in LIBRARY.glob("*.py")} - {"__init__"}
    assert shown == packages | modules


def test_a_layer_stands_below_those_that_may_import_it() -> None:
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    heights = [{height_of(name.strip()) for name in layer.split("|")} for layer in layers]
    assert [len(each) for each in heights] == [1] * len(layers), "the rooms of a layer stand beside each other"
    assert all(min(lower) > max(upper) for upper, lower in pairwise(heights))


def test_the_words_of_each_room_are_its_docstrings() -> None:
    text = " ".join(text for _, text in TEXTS)
    heads = [room.head for layer in rooms.layers() for room in layer]
    assert len(heads) > 15
    assert [head for head in heads if head not in text] == []


def test_no_line_leaves_the_picture_or_its_box() -> None:
    boxes = [
        [float(each.get(side, "")) for side in ("x", "y", "width", "height")]
        for each in PICTURE.iter(f"{SVG}rect")
        if each.get("x")
    ]
    for each in PICTURE.iter(f"{SVG}text"):
        x, y, length = float(each.get("x", "")), float(each.get("y", "")), len(each.text or "") * svg.CHARACTER
        around = [box for box in boxes if box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]]
        is_heading = each.get("font-size") != str(svg.SIZE)
        assert len(around) == (0 if is_heading else 1), each.text
        assert x + length <= (architecture_picture.WIDTH if is_heading else around[0][0] + around[0][2]), each.text


def test_a_room_that_says_nothing_of_itself_is_an_error(tmp_path: Path) -> None:
    silent = tmp_path / "__init__.py"
    silent.write_text("")
    with pytest.raises(LookupError, match=r"Expected a docstring in .*/__init__.py that says what belongs there\."):
        rooms.room("silent", str(silent))
