"""First records of the stand-in of AI Conductor: the administrator, and somebody else's workspace.

Owns: what exists before the first call. Does not own where credentials come from (`__main__`). Why a foreign
workspace: on a living site this program is never alone, and what is not ours must survive unchanged.
"""

import secrets

from local.standins.ai_conductor.auth import hashed
from local.standins.ai_conductor.store import Record, Store, first, made


def add_admin(store: Store, login_id: str, password: str) -> None:
    """The first administrator, made at installation; one that is there already keeps its password."""
    with store.edit() as state:
        if first(state["accounts"], login_id=login_id) is None:
            state["accounts"].append(_account(login_id, password, "Administrator", "ADMIN", by=login_id))


def add_foreign_workspace(store: Store) -> None:
    """Workspace, system account and membership of another project."""
    with store.edit() as state:
        by = state["accounts"][0]["login_id"]
        name = "acoustics-ws"
        specs = [("standard", 2, 8), ("high", 8, 32)]
        workspace = made(
            {
                "name": name,
                "namespace": f"aic-ns-{name}",
                "kubeflow_user": f"aic-user-{name}@aic.com",
                "s3_bucket_name": "s3-an2-meerkat-dev-acoustics",
                "dashboard_hash": "b7kd02mxq4zps",
                "specs": [
                    {"name": spec, "label": f"{name}-{spec}", "vcpu": vcpu, "ram_gb": ram, "gpu": 0}
                    for spec, vcpu, ram in specs
                ],
            },
            by,
        )
        account = _account("acoustics-edge", secrets.token_urlsafe(16), "Acoustics Edge", "DEVELOPER", by=by)
        member = made({"workspace_id": workspace["id"], "account_id": account["id"], "role": "MANAGER"}, by)
        state["workspaces"].append(workspace)
        state["accounts"].append(account)
        state["members"].append(member)


def _account(login_id: str, password: str, display_name: str, role: str, *, by: str) -> Record:
    return made(
        {
            "login_id": login_id,
            "display_name": display_name,
            "role": role,
            "account_type": "STATIC",
            "email": f"{login_id}@example.com",
            "company": "Example",
            "department": "Acoustics" if role == "DEVELOPER" else "Platform",
            "password_hash": hashed(password),
            "is_locked": False,
            "login_fail_count": 0,
        },
        by,
    )
