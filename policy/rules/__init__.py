"""The rules of the policy pack, in the order in which docs/review-and-policies.md lists them.

Owns: which rules there are. Does not own what the program itself refuses (settings, the guard before a teardown):
these rules hold for any program whose stack they are run on, this program's later versions included. What a rule
cannot know in a preview it says ("can't run policy ... during preview"); `up` runs every rule again.
"""

from pulumi_policy import Policy

from rules import buckets, claims, data, documents, logins, names, nodes, people, plain_text, tags

RULES: list[Policy] = [
    *buckets.RULES,
    *documents.RULES,
    *nodes.RULES,
    *tags.RULES,
    *people.RULES,
    *logins.RULES,
    *plain_text.RULES,
    *data.RULES,
    *names.RULES,
    *claims.RULES,
]
