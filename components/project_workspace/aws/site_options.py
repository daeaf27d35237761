"""Where something is and for whom, as people choose it: environment, installation, region.

Owns: the types of those settings, which every program has, and what an environment means for data. Does not own a
region's facts (`regions.py`), nor any name that is made of them.
"""

from typing import Annotated, Optional

from project_workspace.aws import regions
from project_workspace.schema.rule import choice
from project_workspace.schema.values import name_part

PRODUCTION = "prod"
"""The environment whose data is protected unless the options say otherwise."""

Environment = Annotated[str, name_part("dev")]
InfraName = Annotated[str, name_part("meerkat")]
RegionAlias = Annotated[str, name_part("an2")]
RegionName = Annotated[
    str,
    choice(*sorted(regions.regions()), what="an AWS region", example="ap-northeast-2"),
]


def protects(environment: str, *, adopt: bool, said: Optional[bool]) -> bool:
    """Whether Pulumi refuses to delete what bears data: as somebody said, else in production and after an adoption."""
    return environment == PRODUCTION or adopt if said is None else said
