"""Boxes, arrows and text of a drawing, as the text of an SVG file.

Owns: how these look, and how long a line of text is. Does not own what is drawn. Why by hand: a picture of boxes needs
a screen of code, and no package beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape

FONT = "'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
SIZE, LINE, INDENT = 12, 16, 10
CHARACTER = 0.56 * SIZE
"""Width of an average character; a little too wide, so that no line leaves its box in another font."""
INK, GREY = "#1f2933", "#52606d"


@dataclass(frozen=True)
class Box:
    """A rectangle with a name and a text in it."""

    x: float
    y: float
    width: float
    height: float
    name: str
    lines: Sequence[str]
    fill: str = "#ffffff"

    def drawn(self) -> str:
        """As SVG."""
        rectangle = (
            f'<rect x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" height="{self.height:g}" rx="5" '
            f'fill="{self.fill}" stroke="#9aa5b1"/>'
        )
        left, top = self.x + INDENT, self.y + LINE + 2
        name = text(left, top, self.name, weight="bold")
        lines = [text(left, top + LINE * number, line, color=GREY) for number, line in enumerate(self.lines, 1)]
        return "\n".join([rectangle, name, *lines])


def lines_within(words: str, width: float) -> list[str]:
    """The words on as many lines as a box of this width needs."""
    return wrap(words, int((width - 2 * INDENT) / CHARACTER), break_on_hyphens=False)


def height_of(lines: Sequence[str]) -> float:
    """Of a box with a name and these lines."""
    return LINE * (len(lines) + 1) + 12


def text(x: float, y: float, words: str, *, weight: str = "normal", color: str = INK, size: int = SIZE) -> str:
    """A line of text that begins at x, on the base line y."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" fill="{color}">{escape(words)}</text>'


def arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    """A line with a head at its end."""
    return f'<path d="M {x:g} {y:g} L {to_x:g} {to_y:g}" stroke="{INK}" fill="none" marker-end="url(#head)"/>'


def document(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    """The whole file."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" font-family="{FONT}" role="img">',
            f"<title>{escape(title)}</title>",
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            f'orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="{INK}"/></marker></defs>',
            f'<rect width="{width:g}" height="{height:g}" fill="#f5f7fa"/>',
            *parts,
            "</svg>",
            "",
        ]
    )
