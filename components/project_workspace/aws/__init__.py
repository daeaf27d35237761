"""AWS for all rooms: a client that fails in one sentence, the regions, and what a tag may be.

Belongs here: what more than one subject needs of AWS and is no resource. Does not: a resource (`s3/`, `iam/`, `eks/`),
or a rule of one service alone. Why a room below the subjects: two of them must not each know how AWS is reached.
"""
