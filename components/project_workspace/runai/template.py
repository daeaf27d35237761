"""The template by which Run:ai's documents give its services their rights in a project's namespace: its bindings.

Owns: which role bindings there are, by generation of the template (`project_template.json`, with its source). Does not
own the ClusterRoles, which Run:ai's chart installs, nor who works in the namespace (`bindings.py`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Optional

WITH_WORKLOADS, WITHOUT_WORKLOADS = "with-workloads", "without-workloads"
GENERATIONS = (WITH_WORKLOADS, WITHOUT_WORKLOADS)
"""The template's generations, the last one first. No version of Run:ai is named for them; what tells them apart is the
ClusterRole `workload-controller-rw`."""
EXECUTOR_ROLE = "runai-job-executor"


@dataclass(frozen=True)
class TemplateBinding:
    """One role binding of the template."""

    name: str
    role: str
    """The ClusterRole."""
    account: Optional[str]
    """The service account in Run:ai's namespace; None for a list of people, which the template leaves empty."""


@cache
def template(generation: str) -> tuple[TemplateBinding, ...]:
    """The bindings of a generation."""
    text = (Path(__file__).parent / "project_template.json").read_text()
    found: Mapping[str, Mapping[str, Optional[str]]] = json.loads(text)[generation]
    return tuple(TemplateBinding(name, str(each["role"]), each["account"]) for name, each in found.items())


def executors_of(generation: str) -> str:
    """Name of the binding whose people submit jobs."""
    return next(each.name for each in template(generation) if each.role == EXECUTOR_ROLE)
