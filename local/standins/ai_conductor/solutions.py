"""AI solutions of the stand-in of AI Conductor: just enough to put content into a workspace and take it out.

Owns: register, list, delete. Does not own versions, instances, streams or images: those answer 501. Sources:
docs/facts/ai-conductor.md, "Endpoints", "Records". Chosen here: metadata needs a `name`, and the deleted record is
answered.
"""

from typing import Any

from local.standins.ai_conductor.bodies import NewSolution, NewSolutionOneX
from local.standins.ai_conductor.store import Record, every, first, made
from local.standins.ai_conductor.web import Call, missing, refused


def list_solutions(call: Call) -> Any:
    """GET solutions/workspace."""
    workspace = call.scoped_workspace("get Solution")
    return {"solutions": [_view(call, s) for s in every(call.state["solutions"], workspace_id=workspace["id"])]}


def register_solution(call: Call) -> Any:
    """POST solutions: a new solution with its first version."""
    workspace = call.scoped_workspace("create Solution")
    body = call.body(NewSolutionOneX if call.place.settings.one_x else NewSolution)
    name = body.metadata_json.name
    if first(call.state["solutions"], workspace_id=workspace["id"], name=name):
        raise refused("solutions", "create Solution", f"already exist name {name}")
    number = "version" if call.place.settings.one_x else "version_num"
    version = made({number: 1, "metadata_dict": body.metadata_json.model_dump()}, call.login_id)
    solution = made(
        {"name": name, "scope_ws": workspace["name"], "workspace_id": workspace["id"], "versions": [version]},
        call.login_id,
    )
    call.state["solutions"].append(solution)
    return _view(call, solution)


def delete_solution(call: Call) -> Any:
    """DELETE solutions/{id}."""
    workspace = call.scoped_workspace("delete Solution")
    id_ = call.path["solution_id"]
    solution = first(call.state["solutions"], workspace_id=workspace["id"], id=id_)
    if solution is None:
        raise missing("solutions", "delete Solution", "Solution", id_)
    call.state["solutions"].remove(solution)
    return _view(call, {**solution, "is_deleted": 1})


def _view(call: Call, solution: Record) -> Record:
    hidden = "workspace_id" if call.place.settings.one_x else "scope_ws"
    return {key: value for key, value in solution.items() if key != hidden}
