"""The AWS regions: short name, partition, zones.

Owns: the reading of `aws_regions.json` (its source is named there; `make generate` renews it). Does not own any name
that is made of an alias (`names.py`). Why data: a wrong region or zone must be refused with all other wrong settings at
once, without AWS.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REGION_STAYS = (
    "Expected the region that the workspace is in: nothing of it moves to another. "
    "Make another workspace, in a stack of its own, or destroy this one in its region first."
)


@dataclass(frozen=True)
class Region:
    """An AWS region: its short name in names, its partition in ARNs, and the letters of its zones."""

    name: str
    alias: str
    partition: str
    zones: str


@cache
def regions() -> dict[str, Region]:
    """All AWS regions that the source of `aws_regions.json` knows, by name."""
    facts = json.loads((Path(__file__).parent / "aws_regions.json").read_text())["facts"]
    return {name: Region(name, fact["alias"], fact["partition"], fact["zones"]) for name, fact in facts.items()}
