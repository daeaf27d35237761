"""The dynamic provider of one Grafana dashboard.

Owns: whether a dashboard is ours, what counts as a change of it, and the repetition of a save that met
another one. Does not own: the calls (`client.py`) and what the dashboard shows
(`project_dashboard.py`). Ours is a dashboard under our uid whose tags hold every `workspace:` tag of the
wanted model; a person who edits it keeps them.

The engine keeps the model as JSON text and compares it by meaning: key order, and what Grafana counts by itself (id,
version, schema version after a migration), never show. No `from __future__ import annotations` here: Pulumi's analyzer
does not understand it (docs/facts/pulumi-components-and-packages.md, "Components of a package").
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.grafana.connection import client_for
from project_workspace.limits import DASHBOARD_TAG_LIMIT, OWNER_TAG
from project_workspace.remote.errors import ConflictError, NotOursError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches, or_empty, wrong
from project_workspace.schema.values import DASHBOARD_UID, FOLDER_UID, URL

if TYPE_CHECKING:
    from project_workspace.grafana.client import FoundDashboard, Grafana


SAVE_ATTEMPTS = 3
"""How often a save is tried when others save the same dashboard at the same time."""

_RULES = {
    "uid": DASHBOARD_UID,
    "folder": or_empty(FOLDER_UID),
    "url": URL,
    "title": Rule("a title", "Workspace demo-ws", matches(r"(?s).*\S.*")),
}
_COUNTED = frozenset({"id", "uid", "version"})
"""Keys that a wanted model must not have: the uid is a property of its own, the others are Grafana's."""
_NOT_COMPARED = _COUNTED | {"title", "iteration", "schemaVersion"}
"""Keys of a model that say nothing: compared elsewhere, or set and migrated by Grafana itself."""


@dataclass(kw_only=True)
class DashboardArgs:
    """One dashboard."""

    url: pulumi.Input[str]
    """Grafana's URL, with scheme and, behind a proxy, its path. A change is taken for a new address of the same
    Grafana: nothing is deleted at the old one."""
    uid: pulumi.Input[str]
    """At most 40 letters, digits, `-` and `_`. A change replaces the dashboard."""
    title: pulumi.Input[str]
    """Shown in lists; takes the place of the model's own."""
    model: pulumi.Input[str]
    """The dashboard's JSON text, without id and version, with a tag `workspace:<name>`."""
    folder: Optional[pulumi.Input[str]] = None
    """Uid of an existing folder; default: Grafana's root."""
    adopt: Optional[pulumi.Input[bool]] = None
    """Take over, and later delete, a dashboard of this uid that somebody else made; default: refuse."""


class DashboardProvider(RemoteProvider):
    """Makes, changes, reads and deletes a dashboard; two calls to make or change, one to read or delete."""

    what = "Grafana dashboard"
    update_on = ("url", "title", "folder", "model")
    replace_on = ("uid",)

    def problems(self, inputs: Props) -> list[Problem]:
        model = _model_problems(inputs["model"]) if "model" in inputs else []
        return wrong(inputs, _RULES) + model

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["uid"], self._bring(inputs, taking_over=bool(inputs.get("adopt")))

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = self._grafana(outputs).find_dashboard(id_)
        if found is None:
            return None
        current: Props = {"title": found.model.get("title", "")}
        told = json.loads(outputs["model"])
        if _meaning(found.model) != _meaning(told):
            # With the title that was given: a renamed dashboard shows in `title` alone.
            shown = {**found.model, "title": told.get("title")}
            current["model"] = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if found.folder != _folder(outputs):
            current["folder"] = found.folder
        return current

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._bring(news, taking_over=True)

    def do_delete(self, id_: str, outputs: Props) -> None:
        self._grafana(outputs).delete_dashboard(id_)

    def same(self, name: str, old: Any, new: Any) -> bool:
        if name == "folder":
            return (old or "") == (new or "")
        if name == "url":
            return str(old).rstrip("/") == str(new).rstrip("/")
        if name == "model" and old is not None and new is not None:
            return _meaning(json.loads(old)) == _meaning(json.loads(new))
        return old == new

    def _grafana(self, props: Props) -> "Grafana":
        return client_for(self.config, props["url"])

    def _bring(self, inputs: Props, *, taking_over: bool) -> Props:
        """Save until Grafana has it as wanted; each try begins by reading what is there."""
        from project_workspace.grafana.client import VersionMismatchError

        grafana = self._grafana(inputs)
        model = {**json.loads(inputs["model"]), "title": inputs["title"]}
        for _ in range(SAVE_ATTEMPTS):
            found = grafana.find_dashboard(inputs["uid"])
            if found and not taking_over and not _is_ours(found, model):
                raise _not_ours(grafana, inputs["uid"], found)
            if found and _stands(found, model, _folder(inputs)):
                return _outputs(grafana, inputs)
            version = found.version if found else 0
            try:
                grafana.save_dashboard(
                    inputs["uid"], model, folder=_folder(inputs), version=version, message="project-workspace"
                )
            except VersionMismatchError:
                continue
            return _outputs(grafana, inputs)
        raise ConflictError(
            f"Could not save dashboard '{inputs['uid']}': others saved it {SAVE_ATTEMPTS} times meanwhile",
            where=grafana.url,
            remedy="Run it again when nobody edits the dashboard.",
        )


class Dashboard(Resource, module="grafana", name="Dashboard"):
    """One dashboard in Grafana."""

    uid: pulumi.Output[str]

    def __init__(self, name: str, args: DashboardArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(DashboardProvider(), name, inputs_of(args, dashboardUrl=None), opts)

    @property
    def dashboard_url(self) -> pulumi.Output[str]:
        """Where a person opens it."""
        return self.__dict__["dashboardUrl"]


def _model_problems(text: Any) -> list[Problem]:
    expected = "Expected the JSON text of a dashboard"
    try:
        model = json.loads(text)
    except (TypeError, ValueError) as error:
        return [Problem("model", f'{expected}, for example \'{{"tags": ["workspace:demo-ws"]}}\': {error}.')]
    if not isinstance(model, dict):
        return [Problem("model", f'{expected}, for example \'{{"tags": ["workspace:demo-ws"]}}\'.')]
    found: list[Problem] = []
    counted = sorted(_COUNTED & set(model))
    if counted:
        found.append(Problem("model", f"{expected} without {', '.join(counted)}, as an export for sharing gives."))
    tags = [str(tag) for tag in model.get("tags") or []]
    if not any(tag.startswith(OWNER_TAG) for tag in tags):
        found.append(Problem("model", f"{expected} with a tag that names its owner, for example '{OWNER_TAG}demo-ws'."))
    found += [
        Problem(
            "model",
            f"Expected tags of at most {DASHBOARD_TAG_LIMIT} characters, for example '{OWNER_TAG}demo-ws', "
            f"not '{tag}'.",
        )
        for tag in tags
        if len(tag) > DASHBOARD_TAG_LIMIT
    ]
    return found


def _meaning(value: Any, *, top: bool = True) -> Any:
    """A model without what Grafana sets by itself, and without empty (null) entries at any depth."""
    if isinstance(value, dict):
        left_out = _NOT_COMPARED if top else frozenset[str]()
        kept = {key: item for key, item in value.items() if item is not None and key not in left_out}
        return {key: _meaning(item, top=False) for key, item in kept.items()}
    if isinstance(value, list):
        return [_meaning(item, top=False) for item in value]
    return value


def _folder(props: Props) -> str:
    return props.get("folder") or ""


def _is_ours(found: "FoundDashboard", model: Props) -> bool:
    marks = {tag for tag in model["tags"] if str(tag).startswith(OWNER_TAG)}
    return marks <= set(found.model.get("tags") or [])


def _stands(found: "FoundDashboard", model: Props, folder: str) -> bool:
    same_place = (found.folder, found.model.get("title")) == (folder, model["title"])
    return same_place and _meaning(found.model) == _meaning(model)


def _not_ours(grafana: "Grafana", uid: str, found: "FoundDashboard") -> NotOursError:
    title = found.model.get("title", "")
    return NotOursError(
        f"Could not create dashboard '{uid}': Grafana has one of that uid, '{title}', that is not this workspace's",
        where=grafana.url,
        remedy="Choose another dashboard uid, or set `adopt: true` to take it over; its history is kept.",
    )


def _outputs(grafana: "Grafana", inputs: Props) -> Props:
    return {"dashboardUrl": f"{grafana.url}/d/{inputs['uid']}"}
