"""Who may use the workspace's bucket, by IAM: shared policies, or a role.

Belongs here: which statements of a policy that many stacks share are for buckets, and their edit, under a Lease; the
role of the workspace's own that its pods take on; the statements of the bucket's own policy. Does not: the bucket and
its policy, to which this room only hands statements (`s3/`), and the nodes' role, which belongs to the nodes (`eks/`).
"""
