"""The bindings of Run:ai's template and of people: which there are, and what each gives."""

from __future__ import annotations

from project_workspace.runai.bindings import Grant, grants, own_binding, roles, template_bindings
from project_workspace.runai.options import RunaiOptions
from project_workspace.runai.template import GENERATIONS, WITH_WORKLOADS, WITHOUT_WORKLOADS, executors_of

VIEWER, INDEX = "runai-job-viewer", "runai-cli-index-map-editor"
GROUP = "rbac.authorization.k8s.io"
WITHOUT = {
    "runai-project-controller-project": ("runai-project-controller-project", "runai-project-controller"),
    "runai-job-controller-project": ("runai-job-controller-project", "runai-job-controller"),
    "researcher-service-rw": ("researcher-service", "researcher-service"),
    "runai-scheduler-rw": ("runai-scheduler-rw", "runai-scheduler"),
    "runai-admission-controller-project": ("runai-admission-controller-project", "runai-admission-controller"),
    "runai-job-executor-manual": ("runai-job-executor", None),
}
RENAMED = ("researcher-service-rw", "runai-job-executor-manual")
WITH = {
    **{f"{name}-legacy" if name in RENAMED else name: given for name, given in WITHOUT.items()},
    "researcher-service-rw": ("researcher-service-rw", "researcher-service"),
    "runai-researcher": ("runai-researcher", None),
    "workload-controller-rw": ("workload-controller-rw", "workload-controller"),
    "runai-project-controller-cluster-secret-per-project": (
        "runai-project-controller-cluster-secret-per-project",
        "runai-project-controller",
    ),
}


def test_each_generation_of_the_template_has_run_ais_bindings_but_for_the_pod_security_policys() -> None:
    for generation, expected in ((WITHOUT_WORKLOADS, WITHOUT), (WITH_WORKLOADS, WITH)):
        found = template_bindings("ns", generation, {"a": "b"})
        assert {*GENERATIONS} == {WITHOUT_WORKLOADS, WITH_WORKLOADS}
        assert found == {
            name: {
                "apiVersion": f"{GROUP}/v1",
                "kind": "RoleBinding",
                "metadata": {"name": name, "namespace": "ns", "annotations": {"a": "b"}},
                "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
                **({"subjects": [{"kind": "ServiceAccount", "name": who, "namespace": "runai"}]} if who else {}),
            }
            for name, (role, who) in expected.items()
        }
    assert executors_of(WITHOUT_WORKLOADS) == "runai-job-executor-manual"
    assert executors_of(WITH_WORKLOADS) == "runai-job-executor-manual-legacy"


def test_an_executor_gets_all_three_rights_and_a_viewer_one() -> None:
    options = RunaiOptions(project="vision", executors=["bob", "Alice"], viewers=["carol", "bob"])
    executors = ["Alice", "bob"]
    assert grants("ns", options) == [
        Grant("viewers", VIEWER, "", f"ns-{VIEWER}", f"{VIEWER}-manual", [*executors, "carol"]),
        Grant("executors", "runai-job-executor", "ns", "workspace-runai-job-executor", "", executors),
        Grant("index", INDEX, "runai", f"ns-{INDEX}", INDEX, executors),
    ]
    assert roles("ns", options) == ["runai-cli-index-map-editor", "runai-job-executor", "runai-job-viewer"]
    assert [each.key for each in grants("ns", RunaiOptions(project="vision", viewers=["bob"]))] == ["viewers"]
    assert grants("ns", RunaiOptions(project="vision")) == []


def test_a_binding_of_ones_own_names_its_people_wherever_it_holds() -> None:
    everywhere = Grant("viewers", "runai-job-viewer", "", "ns-viewers", "", ["CORP\\carol"])
    assert own_binding(everywhere, {"a": "b"}) == {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "ns-viewers", "annotations": {"a": "b"}},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "runai-job-viewer"},
        "subjects": [{"apiGroup": GROUP, "kind": "User", "name": "CORP\\carol"}],
    }
