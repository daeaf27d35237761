"""Anaconda Workbench on one's own Kubernetes: each requirement and checklist item of the vendor's document as a check.

Belongs here: those, a subject a module. Each docstring ends with the item's place in the document that
`requirements.json` names. Does not: how a stack of Workbench is made, and what the program itself refuses.
"""

from workspacectl.preflight.checks.workbench import (
    certificates,
    gpus,
    images,
    ingress,
    machine,
    names,
    namespace,
    nodes,
    profiles,
    rights,
    security,
    storage,
)

CHECKS = tuple(
    check
    for module in (
        machine,
        nodes,
        namespace,
        rights,
        security,
        profiles,
        storage,
        ingress,
        names,
        certificates,
        images,
        gpus,
    )
    for check in module.CHECKS
)
