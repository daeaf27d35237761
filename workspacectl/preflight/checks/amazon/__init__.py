"""The checks of AWS, a subject a module, and how they ask.

Belongs here: what is asked of AWS, by calls that read, and the data that AWS has no call for, each with its source.
Does not: what the program asks itself; its rules for subnets, offerings and names that are taken are used, not copied.
"""

from workspacectl.preflight.checks.amazon import (
    capacity,
    collisions,
    eks,
    identity,
    network,
    node_images,
    rights,
    shared_policies,
    storage_key,
)

CHECKS = (
    *identity.CHECKS,
    *rights.CHECKS,
    *eks.CHECKS,
    *network.CHECKS,
    *capacity.CHECKS,
    *node_images.CHECKS,
    *shared_policies.CHECKS,
    *storage_key.CHECKS,
    *collisions.CHECKS,
)
