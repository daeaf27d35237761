"""The library's list of regions: no region without an alias, which stands in the names of its buckets."""

from __future__ import annotations

import pytest

from codegen import aws_regions


def test_a_new_region_needs_an_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    assert aws_regions.regions()["eu-west-1"] == {"alias": "ew1", "partition": "aws", "zones": "abc"}
    aliases = {region: alias for region, alias in aws_regions.ALIASES.items() if region != "eu-west-1"}
    monkeypatch.setattr(aws_regions, "ALIASES", aliases)
    with pytest.raises(
        LookupError, match=r"Expected an alias of each region in codegen.aws_regions; without: eu-west-1\."
    ):
        aws_regions.regions()
