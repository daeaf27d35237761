"""Workspaces of the stand-in of AI Conductor: list, info, detail, create, update, delete.

Owns: the record's shape per version, what the server derives from the name, the refusals. Does not own members or
solutions. Sources: docs/facts/ai-conductor.md, "Records", "Workspaces", "Versions", "Proposed calls". Chosen here: rows
of zeros are dropped, a missing `-ws` is appended, members go with their workspace, and any bucket or hash is believed.
"""

from typing import Any

from local.standins.ai_conductor.bodies import NewWorkspace, Spec, WorkspaceChange
from local.standins.ai_conductor.settings import Settings
from local.standins.ai_conductor.store import Record, every, first, made, touched
from local.standins.ai_conductor.web import Call, missing, refused

SUFFIX = "-ws"


def list_workspaces(call: Call) -> Any:
    """GET workspaces; `execution_specs` is the older name of `specs`."""
    shown = [view(w, call.place.settings) for w in call.state["workspaces"]]
    return {"workspaces": [{**w, "execution_specs": w["specs"]} for w in shown]}


def workspace_info(call: Call) -> Any:
    """GET workspaces/info, for every member."""
    return view(call.scoped_workspace("get Workspace"), call.place.settings)


def get_workspace(call: Call) -> Any:
    """GET workspaces/{id}."""
    return view(find(call, "get Workspace"), call.place.settings)


def create_workspace(call: Call) -> Any:
    """POST workspaces."""
    body = call.body(NewWorkspace)
    name = body.name if body.name.endswith(SUFFIX) else body.name + SUFFIX
    if first(call.state["workspaces"], name=name):
        raise refused("workspaces", "create Workspace", f"already exist name {name}")
    record = made(
        {
            "name": name,
            "namespace": f"aic-ns-{name}",
            "kubeflow_user": f"aic-user-{name}@aic.com",
            **_content(name, body, "create Workspace"),
        },
        call.login_id,
    )
    call.state["workspaces"].append(record)
    return view(record, call.place.settings)


def update_workspace(call: Call) -> Any:
    """PUT workspaces/{id}: everything but the name."""
    record = find(call, "update Workspace")
    body = call.body(WorkspaceChange)
    touched(record, _content(record["name"], body, "update Workspace"), call.login_id)
    return view(record, call.place.settings)


def delete_workspace(call: Call) -> Any:
    """DELETE workspaces/{id}: refused while there are solutions; answers the deleted record."""
    record = find(call, "delete Workspace")
    content = [s["name"] for s in every(call.state["solutions"], workspace_id=record["id"])]
    if content:
        raise refused("workspaces", "delete Workspace", f"Solution exist {content}")
    call.state["workspaces"].remove(record)
    call.state["members"][:] = [m for m in call.state["members"] if m["workspace_id"] != record["id"]]
    return {**view(touched(record, {"is_deleted": 1}, call.login_id), call.place.settings)}


def find(call: Call, work: str) -> Record:
    """The workspace that the path names, or the 400 that says there is none."""
    id_ = call.path["workspace_id"]
    found = first(call.state["workspaces"], id=id_)
    if found is None:
        raise missing("workspaces", work, "Workspace", id_)
    return found


def view(record: Record, settings: Settings) -> Record:
    """The record as this version answers it: strings in 2.x, public and private in 1.x."""
    shown = {**record, "ecr_base_path": settings.ecr_root}
    if settings.one_x:
        project = record["name"].removesuffix(SUFFIX)
        shown["s3_bucket_name"] = {"public": settings.public_bucket, "private": record["s3_bucket_name"]}
        shown["ecr_base_path"] = {
            "public": f"{settings.ecr_root}ai-solutions/public/",
            "private": f"{settings.ecr_root}ai-solutions/{project}/",
        }
    return shown


def _content(name: str, body: WorkspaceChange, work: str) -> Record:
    kept = [spec for spec in body.specs if spec.vcpu or spec.ram_gb or spec.gpu]
    names = [spec.name for spec in kept]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise refused("workspaces", work, f"already exist name {twice[0]}")
    return {
        "s3_bucket_name": body.s3_bucket_name,
        "dashboard_hash": body.dashboard_hash or "",
        "specs": [_spec(name, spec) for spec in kept],
    }


def _spec(workspace: str, spec: Spec) -> Record:
    return {
        "name": spec.name,
        "label": f"{workspace}-{spec.name}",
        "vcpu": spec.vcpu,
        "ram_gb": spec.ram_gb,
        "gpu": spec.gpu,
    }
