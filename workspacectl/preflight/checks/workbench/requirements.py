"""What the vendor's document asks of a cluster, in numbers and names: `requirements.json`, whose `source` is its title.

Owns: that data. Does not own what the program itself builds on (sizes of volumes, rules of the Role: `workbench/`), nor
what follows where something is otherwise: that is each check's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REQUIREMENTS: dict[str, Any] = json.loads((Path(__file__).parent / "requirements.json").read_text())
"""By the document's subjects. Quantities are in Kubernetes' spelling; the document's GB are `G`, and its GiB `Gi`."""


def version(text: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version: (1, 28) of `1.28+`, (3, 7, 1) of `v3.7.1+g1d11fcb`."""
    numbers: list[int] = []
    for part in text.strip().lstrip("v").split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)
