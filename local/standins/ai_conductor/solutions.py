"""AI solutions of the stand-in of AI Conductor: just enough to put content into a workspace and take it out.

Owns: solutions and their versions: register, list, delete. Does not own instances, streams or images: those answer
501. Sources: docs/facts/ai-conductor.md, "Endpoints", "Records". Chosen here: metadata needs a `name`, the deleted
record is answered, and a solution stays when its last version goes.
"""

from typing import Any

from local.standins.ai_conductor.bodies import NewSolution, NewSolutionOneX
from local.standins.ai_conductor.store import Record, every, first, made, touched
from local.standins.ai_conductor.web import Call, missing, refused


def list_solutions(call: Call) -> Any:
    """GET solutions/workspace."""
    workspace = call.scoped_workspace("get Solution")
    return {"solutions": [_view(call, s) for s in every(call.state["solutions"], workspace_id=workspace["id"])]}


def register_solution(call: Call) -> Any:
    """POST solutions: a new solution with its first version."""
    workspace = call.scoped_workspace("create Solution")
    body = _body(call)
    name = body.metadata_json.name
    if first(call.state["solutions"], workspace_id=workspace["id"], name=name):
        raise refused("solutions", "create Solution", f"already exist name {name}")
    solution = made(
        {"name": name, "scope_ws": workspace["name"], "workspace_id": workspace["id"], "versions": []},
        call.login_id,
    )
    _add_version(call, solution, body)
    call.state["solutions"].append(solution)
    return _view(call, solution)


def add_version(call: Call) -> Any:
    """POST solutions/{id}/version: the newest version, which is the first of the list."""
    solution = _solution(call, "update Solution")
    _add_version(call, solution, _body(call))
    return _view(call, touched(solution, {}, call.login_id))


def delete_version(call: Call) -> Any:
    """DELETE solutions/{version id}/version."""
    workspace = call.scoped_workspace("delete Solution version")
    id_ = call.path["version_id"]
    for solution in every(call.state["solutions"], workspace_id=workspace["id"]):
        if version := first(solution["versions"], id=id_):
            solution["versions"].remove(version)
            return {**version, "is_deleted": 1}
    raise missing("solutions", "delete Solution version", "SolutionVersion", id_)


def delete_solution(call: Call) -> Any:
    """DELETE solutions/{id}."""
    solution = _solution(call, "delete Solution")
    call.state["solutions"].remove(solution)
    return _view(call, {**solution, "is_deleted": 1})


def _body(call: Call) -> NewSolution:
    return call.body(NewSolutionOneX if call.place.settings.one_x else NewSolution)


def _solution(call: Call, work: str) -> Record:
    """The solution that the call names, in the workspace that it names."""
    workspace = call.scoped_workspace(work)
    id_ = call.path["solution_id"]
    found = first(call.state["solutions"], workspace_id=workspace["id"], id=id_)
    if found is None:
        raise missing("solutions", work, "Solution", id_)
    return found


def _add_version(call: Call, solution: Record, body: NewSolution) -> None:
    number = "version" if call.place.settings.one_x else "version_num"
    last = max((version[number] for version in solution["versions"]), default=0)
    version = made({number: last + 1, "metadata_dict": body.metadata_json.model_dump()}, call.login_id)
    solution["versions"].insert(0, version)


def _view(call: Call, solution: Record) -> Record:
    hidden = "workspace_id" if call.place.settings.one_x else "scope_ws"
    return {key: value for key, value in solution.items() if key != hidden}
