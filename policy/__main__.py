"""The policy pack: serves the rules to the engine. It does not end before the engine does, so nothing imports it."""

from pulumi_policy import PolicyPack

from rules import RULES
from rules.configuration import refuse_mistakes

refuse_mistakes(RULES)
PolicyPack("project-workspace", policies=RULES)
