"""Run:ai, as far as it is in the cluster: its kinds, its programs, its project and what people's rights stand on.

Owns: these checks, for stacks with `runai.project`. Does not own Run:ai's control plane, which this program does not
reach. The requirement document is 'Manually Create Projects' of Run:ai; kinds, flags and keys: docs/facts/runai.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from project_workspace.kube.cluster import CORE, Document, Ref
from project_workspace.kube.metadata import labels_of
from project_workspace.runai import prerequisites
from project_workspace.runai.bindings import RUNAI, needed
from project_workspace.runai.options import DEFAULT_LABEL
from project_workspace.runai.ownership import taken
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.checks.deployments import AddOn, find, running
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import WorkspaceSite

KINDS = (("run.ai", "projects"), ("scheduling.run.ai", "queues"))
SCHEDULER = AddOn(
    "Run:ai's scheduler", RUNAI, ("runai-scheduler-default", "runai-scheduler"), ("runai-scheduler", "kai-scheduler")
)
CONTROLLER = AddOn(
    "Run:ai's project controller", RUNAI, ("runai-project-controller", "project-controller"), ("project-controller",)
)
KEYS = (DEFAULT_LABEL, "kai.scheduler/queue", "runai.queue")
"""Keys of labels by which schedulers of this kind know a namespace's queue."""
KEY_FLAGS = re.compile(r"--(?:namespace-project-label-key|queue-label-key)[= ](\S+)")
CONFIG = ("run.ai", "runaiconfigs")
INSTALL = "install Run:ai's cluster components (docs/facts/runai.md)"


def runai_kinds(site: WorkspaceSite) -> Answer | None:
    """Run:ai's projects and queues are kinds of the cluster. Requirement document, "Introduction"."""
    if not site.options.runai.project:
        return None
    found = {f"{plural}.{group}": site.cluster.api_of(group, plural) for group, plural in KINDS}
    absent = [name for name, api in found.items() if api is None]
    if absent:
        return failed(f"no kind {', no kind '.join(absent)}", "both", INSTALL)
    return ok(", ".join(f"{name} ({str(api).rpartition('/')[2]})" for name, api in found.items()))


def runai_scheduler(site: WorkspaceSite) -> Answer | None:
    """Run:ai's scheduler runs. Requirement document, "Introduction": access for Run:ai's services."""
    if not site.options.runai.project:
        return None
    return running(site, SCHEDULER, remedy="kubectl -n runai get deployments")


def runai_controller(site: WorkspaceSite) -> Answer | None:
    """Run:ai's project controller runs, which takes up a namespace by its label.

    Requirement document, "Using Existing Namespaces".
    """
    if not site.options.runai.project:
        return None
    return running(site, CONTROLLER, remedy="kubectl -n runai get deployments")


def runai_project(site: WorkspaceSite) -> Answer | None:
    """The project is there. Requirement document: "Using the Administrator User Interface, create a new Project"."""
    name = site.options.runai.project
    if not name:
        return None
    api = site.cluster.api_of("run.ai", "projects")
    there = {} if api is None else {each["metadata"]["name"]: each for each in _every(site, api, "projects")}
    if name not in there:
        remedy = "make the project in Run:ai's user interface, or correct 'runai.project'"
        return failed(f"no project '{name}' among {', '.join(sorted(there)) or 'none'}", "the project", remedy)
    namespace = any_of(there[name], "status", "namespace")
    return ok(f"'{name}'{f', of namespace {namespace}' if namespace else ''}")


def runai_queue_label(site: WorkspaceSite) -> Answer | None:
    """Run:ai knows a project's namespace by the label whose key the stack sets.

    Requirement document, "Using Existing Namespaces": `runai/queue`. Run:ai's controller says the key; where it does
    not, the namespaces do that have one.
    """
    options = site.options.runai
    if not options.project:
        return None
    said = _key_of(find(site, CONTROLLER))
    remedy = "set 'runai.queueLabel' to it"
    if said:
        if said == options.queue_label:
            return ok(f"{said}, as the project controller says")
        return failed(f"{said}, as the project controller says", f"'{options.queue_label}', as the stack says", remedy)
    namespaces = list(site.cluster.every(Ref(CORE, "namespaces", "Namespace", "", "")))
    used = {key: sum(key in labels_of(each) for each in namespaces) for key in {*KEYS, options.queue_label}}
    if used[options.queue_label]:
        return ok(f"{options.queue_label}, on {used[options.queue_label]} namespaces")
    others = sorted(key for key, count in used.items() if count)
    if others:
        return failed(f"namespaces have {', '.join(others)}", f"'{options.queue_label}', as the stack says", remedy)
    return ok(f"no namespace has a project yet; the stack sets {options.queue_label}")


def _key_of(found: Document | None) -> str:
    """The label's key, as the controller's arguments say it; empty where they do not."""
    containers: list[Document] = any_of(found or {}, "spec", "template", "spec", "containers") or []
    arguments = " ".join(str(each) for one in containers for each in [*one.get("command", []), *one.get("args", [])])
    match = KEY_FLAGS.search(arguments)
    return match.group(1) if match else ""


def runai_namespaces(site: WorkspaceSite) -> Answer | None:
    """Run:ai makes no namespaces of its own: `createNamespaces` is false, since the workspace has one.

    Requirement document, "Do not allow Run:AI to create namespaces".
    """
    return _flag(site, "createNamespaces", wanted=bool(site.options.runai.project))


def runai_bindings(site: WorkspaceSite) -> Answer | None:
    """Run:ai makes no role bindings where the stack applies the template: `createRoleBindings` is false.

    Requirement document, "Do not allow Run:AI to assign roles".
    """
    return _flag(site, "createRoleBindings", wanted=bool(site.options.runai.template))


def _flag(site: WorkspaceSite, flag: str, *, wanted: bool) -> Answer | None:
    if not wanted:
        return None
    api = site.cluster.api_of(*CONFIG)
    if api is None:
        return unknown(f"There is no kind {CONFIG[1]}.{CONFIG[0]}: see '{flag}' in the values of Run:ai's chart.")
    values = [any_of(each, "spec", "project-controller", flag) for each in _every(site, api, CONFIG[1])]
    if False in values:
        return ok(f"{flag} is false")
    remedy = (
        f"kubectl -n {RUNAI} patch {CONFIG[1]} runai --type merge "
        f"""-p '{{"spec": {{"project-controller": {{"{flag}": false}}}}}}'"""
    )
    return warning(f"{flag} is {'true' if True in values else 'not set, which is true'}", "false", remedy)


def runai_roles(site: WorkspaceSite) -> Answer | None:
    """The ClusterRoles and lists by which executors, viewers and Run:ai's services get their rights are there.

    Requirement document, "Create Roles", "Viewer Role" and "Executor Role".
    """
    options = site.options.runai
    if not options.project:
        return None
    wanted = needed(site.names.namespace, options)
    if not (wanted.cluster_roles or wanted.shared_bindings):
        return None
    props = {
        "clusterRoles": wanted.cluster_roles,
        "sharedBindings": wanted.shared_bindings,
        "runaiNamespace": wanted.namespace,
    }
    absent = list(prerequisites.missing(site.cluster, props))
    if absent:
        return failed(f"no {', no '.join(absent)}", "all that the stack gives", prerequisites.INSTALL)
    return ok(f"{len(wanted.cluster_roles)} ClusterRoles, {len(wanted.shared_bindings)} lists")


def runai_namespace(site: WorkspaceSite) -> Answer | None:
    """The namespace is no other project's. Requirement document, "Using Existing Namespaces"."""
    options = site.options.runai
    if not options.project:
        return None
    found = site.cluster.namespace(site.names.namespace)
    props = {"label": options.queue_label, "runaiProject": options.project, "takeOver": options.take_over}
    if found and (refusal := taken(found, props)):
        return failed(refusal[0], f"no label, or that of '{options.project}'", refusal[1])
    return ok("the project's, or nobody's yet" if found else "it is not there yet")


def _every(site: WorkspaceSite, api: str, plural: str) -> Iterator[Document]:
    return site.cluster.every(Ref(api, plural, plural, "", ""))


CHECKS = (
    runai_kinds,
    runai_scheduler,
    runai_controller,
    runai_project,
    runai_queue_label,
    runai_namespaces,
    runai_bindings,
    runai_roles,
    runai_namespace,
)
