"""docs/architecture.svg: how a stack's file becomes calls, and the library's rooms in their layers.

Owns: what the picture shows, and where. Does not own what rooms there are and what they say of themselves (`rooms.py`),
nor how a box looks (`svg.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from codegen import rooms, svg
from codegen.paths import CHECKOUT
from codegen.rooms import Room

FILE = CHECKOUT / "docs" / "architecture.svg"

WIDTH, MARGIN, GAP = 1240, 20, 10
FLOW_GAP = 26
"""Between two boxes with an arrow from one to the other."""
FILLS = ("#e3f0fb", "#ffffff")
REMOTES = Room("remotes", "AWS, Kubernetes and Kubeflow, dex, Grafana, AI Conductor")
"""What a run changes; not in the code by these names."""


def text() -> str:
    """The file as it should be."""
    parts: list[str] = []
    y = _row(parts, MARGIN, "From a stack's file to the remotes: what a run of pulumi passes on", _flow(), arrows=True)
    y = _row(parts, y, "What people call", _users())
    y = _heading(parts, y, "The library, components/project_workspace: a room imports only rooms in layers below it")
    for layer in rooms.layers():
        y = _boxes(parts, y, layer, FILLS[0], GAP)
    y = _row(parts, y + GAP, "Beside it, and not shipped", _not_shipped())
    return svg.document(WIDTH, y, "Rooms and data flow of project-workspace", parts)


def _flow() -> list[Room]:
    (options,) = [each for layer in rooms.layers() for each in layer if each.name == "options"]
    (workspace,) = [each for layer in rooms.layers() for each in layer if each.name == "workspace"]
    return [
        Room("stack file", "the settings of one workspace, and the common files that it names"),
        Room("config", "every problem at once, before anything is touched"),
        Room(options.name, "frozen models, one a subject: the component's arguments"),
        Room(workspace.name, "the order of the parts, and what each is wired to"),
        Room("components", ", ".join(rooms.with_component())),
        Room(
            "providers",
            f"plugins: {', '.join(rooms.plugins())}; dynamic: {', '.join(rooms.with_dynamic_provider())}",
        ),
        REMOTES,
    ]


def _users() -> list[Room]:
    return [
        rooms.room("__main__.py", "__main__.py"),
        rooms.room("provider/", "provider/__main__.py"),
        rooms.room("workspacectl/", "workspacectl/__init__.py"),
        rooms.room("policy/", "policy/__main__.py"),
    ]


def _not_shipped() -> list[Room]:
    return [rooms.room(f"{name}/", f"{name}/__init__.py") for name in ("local", "codegen", "bench")]


def _row(parts: list[str], y: float, title: str, row: Sequence[Room], *, arrows: bool = False) -> float:
    """A heading and a row of boxes; answers where the next one begins."""
    below = _boxes(parts, _heading(parts, y, title), row, FILLS[1], FLOW_GAP if arrows else GAP, arrows=arrows)
    return below + GAP


def _heading(parts: list[str], y: float, title: str) -> float:
    parts.append(svg.text(MARGIN, y + 14, title, weight="bold", size=14))
    return y + 24


def _boxes(parts: list[str], y: float, row: Sequence[Room], fill: str, gap: float, *, arrows: bool = False) -> float:
    made = list(_beside_each_other(y, row, fill, gap))
    parts += [box.drawn() for box in made]
    if arrows:
        middle = y + made[0].height / 2
        parts += [svg.arrow(left.x + left.width + 3, middle, right.x - 3, middle) for left, right in pairwise(made)]
    return y + made[0].height + GAP


def _beside_each_other(y: float, row: Sequence[Room], fill: str, gap: float) -> Iterator[svg.Box]:
    """Boxes of one width and height over the whole picture."""
    width = (WIDTH - 2 * MARGIN - gap * (len(row) - 1)) / len(row)
    lines = [svg.lines_within(each.head, width) for each in row]
    height = max(map(svg.height_of, lines))
    for index, each in enumerate(row):
        yield svg.Box(MARGIN + index * (width + gap), y, width, height, each.name, lines[index], fill)
