"""The policy pack: serves the rules to the engine. It does not end before the engine does, so nothing imports it."""

import atexit
import gc

# As in the program: nothing is worth collecting, least of all at the end, for which the engine waits.
gc.disable()
atexit.register(gc.freeze)

from pulumi_policy import PolicyPack

from rules import RULES
from rules.configuration import refuse_mistakes

refuse_mistakes(RULES)
PolicyPack("project-workspace", policies=RULES)
