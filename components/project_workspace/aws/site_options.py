"""Where something is and for whom, as people choose it: environment, installation, region.

Owns: the types of those settings, which every program has. Does not own a region's facts (`regions.py`), nor any name
that is made of them.
"""

from typing import Annotated

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
