"""The workspace's bucket, with each of its settings that AWS keeps as a resource of its own.

Belongs here: the bucket, how it is secured, what is in it. Does not: who may use it (`iam/`), though the statements of
the bucket policy come together here, because a bucket has only one.
"""
