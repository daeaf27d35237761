"""The table of rules in docs/review-and-policies.md names those that there are, and their levels."""

from __future__ import annotations

import re

from pulumi_policy import EnforcementLevel

from local.checkout import CHECKOUT
from rules import RULES

JUDGED_ELSEWHERE = {"data-goes-with-permission-only", "adoption-takes-nothing-away"}


def test_the_page_lists_every_rule_with_its_level() -> None:
    text = (CHECKOUT / "docs" / "review-and-policies.md").read_text()
    table = text[text.index("| rule | mandatory? |") :].partition("\n\n")[0]
    listed: dict[str, bool] = {}
    for row in table.splitlines()[2:]:
        rule, level = row.split(" | ")[:2]
        listed |= dict.fromkeys(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", rule), level == "yes")
    assert {name: mandatory for name, mandatory in listed.items() if name not in JUDGED_ELSEWHERE} == {
        rule.name: rule.enforcement_level == EnforcementLevel.MANDATORY for rule in RULES
    }
