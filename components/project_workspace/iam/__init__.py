"""Who may use the workspace's bucket: grants in the installation's shared policies, or in the bucket's own policy.

Belongs here: which statements of a policy that many stacks share are for buckets, and their edit, under a Lease. Does
not: the bucket and its one policy, to which this room only hands statements (`s3/`), and the nodes' role, which belongs
to the nodes (`eks/`).
"""
