"""Before a run touches anything: is it the right cluster, what exists already, and what data would be lost.

Belongs here: looks across all subjects that decide whether a run may begin. Does not: a look at one subject
(its own client), and anything that changes what exists. Why above the subjects: it asks each of them, and none of them
may depend on the others.
"""
