"""The bindings by which people and Run:ai's services get their rights: names, roles and manifests.

Owns: those. Does not own the lists that all projects share (`shared_subjects.py` edits them), nor the roles, which
Run:ai's chart installs. Why an executor has three rights: the role of executors reads nothing but logs, so the viewer's
belongs to it, and the command-line tool counts jobs in a ConfigMap of Run:ai's namespace (docs/facts/runai.md,
"Viewers and executors").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from project_workspace.runai.options import SHARED, RunaiOptions
from project_workspace.runai.template import EXECUTOR_ROLE, executors_of, template

RUNAI = "runai"
"""Run:ai's own namespace."""
EVERYWHERE = ""
"""The namespace of a binding that holds in all of them."""
VIEWER_ROLE, INDEX_ROLE = "runai-job-viewer", "runai-cli-index-map-editor"
SHARED_VIEWERS, SHARED_INDEX = "runai-job-viewer-manual", "runai-cli-index-map-editor"
GROUP = "rbac.authorization.k8s.io"


@dataclass(frozen=True)
class Grant:
    """People who get one role in one place."""

    key: str
    """Its part of logical names."""
    role: str
    """The ClusterRole."""
    namespace: str
    """Where the role holds; EVERYWHERE in all namespaces."""
    own_name: str
    """Name of this stack's own binding."""
    shared_name: str
    """Name of the binding that administrators edit; empty where there is none."""
    users: Sequence[str]


def grants(namespace: str, options: RunaiOptions) -> list[Grant]:
    """What the people of the options get; a grant without people is left out."""
    executors = sorted(options.executors)
    viewers = sorted({*options.viewers, *executors})
    list_here = executors_of(options.template) if options.template else ""
    found = [
        Grant("viewers", VIEWER_ROLE, EVERYWHERE, f"{namespace}-{VIEWER_ROLE}", SHARED_VIEWERS, viewers),
        Grant("executors", EXECUTOR_ROLE, namespace, "workspace-runai-job-executor", list_here, executors),
        Grant("index", INDEX_ROLE, RUNAI, f"{namespace}-{INDEX_ROLE}", SHARED_INDEX, executors),
    ]
    return [each for each in found if each.users]


def roles(namespace: str, options: RunaiOptions) -> list[str]:
    """The ClusterRoles that must be there."""
    of_the_template = [each.role for each in template(options.template)] if options.template else []
    return sorted({*of_the_template, *(each.role for each in grants(namespace, options))})


@dataclass(frozen=True)
class Needed:
    """What Run:ai must have installed for a project's namespace."""

    cluster_roles: Sequence[str]
    """ClusterRoles that are given."""
    namespace: str | None
    """Run:ai's own namespace, where something of it is needed."""
    shared_bindings: Sequence[Mapping[str, str]]
    """`namespace` (empty for a ClusterRoleBinding) and `name` of the lists that are edited."""


def needed(namespace: str, options: RunaiOptions) -> Needed:
    """What must be there before anything is made."""
    people = grants(namespace, options)
    # The namespace's own list comes with the template.
    shared = [each for each in people if each.namespace != namespace] if options.bindings == SHARED else []
    return Needed(
        cluster_roles=roles(namespace, options),
        namespace=RUNAI if people or options.template else None,
        shared_bindings=[{"namespace": each.namespace, "name": each.shared_name} for each in shared],
    )


def names_within(namespace: str, options: RunaiOptions) -> list[str]:
    """Names of the RoleBindings that are made in the namespace."""
    made = template_bindings(namespace, options.template, {}).values() if options.template else ()
    own = () if options.bindings == SHARED else grants(namespace, options)
    return [
        *(str(each["metadata"]["name"]) for each in made),
        *(each.own_name for each in own if each.namespace == namespace),
    ]


def own_binding(grant: Grant, annotations: Mapping[str, str]) -> dict[str, Any]:
    """This stack's own binding of a grant; `annotations` say whose it is."""
    subjects = [{"apiGroup": GROUP, "kind": "User", "name": user} for user in grant.users]
    return {**_binding(grant.own_name, grant.namespace, grant.role, annotations), "subjects": subjects}


def template_bindings(namespace: str, generation: str, annotations: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The template's bindings in the namespace, by name.

    A list of people has no subjects, so that whoever is put into it by hand is not taken out again.
    """
    return {
        each.name: {**_binding(each.name, namespace, each.role, annotations), **_service(each.account)}
        for each in template(generation)
    }


def _service(account: str | None) -> dict[str, Any]:
    return {"subjects": [{"kind": "ServiceAccount", "name": account, "namespace": RUNAI}]} if account else {}


def _binding(name: str, namespace: str, role: str, annotations: Mapping[str, str]) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": {"name": name, **place, "annotations": dict(annotations)},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
    }
