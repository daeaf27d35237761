"""What the next `up` would take over without an import, and what it would change about it.

Owns: one comparison for each kind of record in dex, the shared policies, Grafana, AI Conductor and Keycloak, and for
claims on storage and plain namespaces; read only. Does not own the taking over: the providers do that when they make
the resource with `adopt`. Why here: Pulumi's preview can only say "create" of them. Why no import of a claim or a
namespace: Pulumi would note all that is in it, and for want of that replace the one, and take others' labels from the
other. No secret is shown: of a password only whether it stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import bcrypt

from project_workspace.aws.client import Clients
from project_workspace.conductor import connection as conductor
from project_workspace.conductor.conversions import content_of_account, content_of_workspace
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.dex import config_file as dex_config
from project_workspace.dex import password_storage
from project_workspace.dex.config_file import Entry
from project_workspace.grafana import connection as grafana
from project_workspace.iam import policy_document, statements
from project_workspace.keycloak import connection as keycloak
from project_workspace.keycloak.representation import seen as seen_of_client
from project_workspace.kube import claims
from project_workspace.kube.cluster import Cluster, binding_ref
from project_workspace.kube.metadata import labels_of
from project_workspace.kube.provider_connection import connect
from project_workspace.remote.provider import Props, StackConfig, plain
from project_workspace.runai.claims import users_of
from workspacectl.adopt.plan import Key, Plan, stack_config
from workspacectl.pulumi_cli import UNKNOWN

DYNAMIC = "pulumi-python:dynamic/"
CLAIM, NAMESPACE = "kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:core/v1:Namespace"

Change = tuple[str, Any, Any]
"""A property, what it is, and what it would be."""


@dataclass(frozen=True)
class Takeover:
    """Something that exists and would be taken over."""

    thing: str
    changes: list[Change] = field(default_factory=list[Change])
    notes: list[str] = field(default_factory=list[str])
    """Sentences about what cannot be shown as a change."""
    key: Key = ("", "")
    """The planned resource."""


def takeovers(plan: Plan, config: Mapping[str, str], cluster: Cluster, aws: Clients) -> list[Takeover]:
    """Everything of the plan that is there and is not imported. Raises `RemoteError`."""
    seen = _Seen(stack_config(config, WORKSPACE.namespace), config, cluster, aws)
    created = sorted((step for step in plan.steps if step.operation == "create"), key=lambda step: step.name)
    return [
        replace(takeover, key=step.key)
        for kind, look in LOOKS.items()
        for step in created
        if step.type == kind
        for takeover in look(seen, plain(step.inputs))
    ]


class _Seen:
    """One method for each kind; each yields nothing when there is nothing."""

    def __init__(self, config: StackConfig, values: Mapping[str, str], cluster: Cluster, aws: Clients) -> None:
        self._config, self._values, self._cluster, self._aws = config, values, cluster, aws
        self._workspace_id = ""
        self._login_id = ""

    def claim(self, inputs: Props) -> Iterator[Takeover]:
        metadata = inputs["metadata"]
        found = self._cluster.find(claims.claim_ref(metadata["namespace"], metadata["name"]))
        if found:
            sizes = (each["spec"]["resources"]["requests"]["storage"] for each in (found, inputs))
            yield Takeover(f"volume {metadata['name']}", _changes([("size", *sizes)]), ["What is on it stays."])

    def namespace(self, inputs: Props) -> Iterator[Takeover]:
        name, wanted = inputs["metadata"]["name"], inputs["metadata"].get("labels") or {}
        if found := self._cluster.namespace(name):
            now = labels_of(found)
            changes = _changes((key, now.get(key, "absent"), value) for key, value in wanted.items())
            yield Takeover(f"namespace {name}", changes, ["Its other labels stay, and what is in it."])

    def namespace_labels(self, inputs: Props) -> Iterator[Takeover]:
        now = labels_of(self._cluster.namespace(inputs["namespace"]) or {"metadata": {}})
        there = {key: value for key, value in inputs["labels"].items() if key in now}
        if there:
            changes = _changes((key, now[key], value) for key, value in there.items())
            yield Takeover(f"labels of namespace {inputs['namespace']}", changes)

    def user(self, inputs: Props) -> Iterator[Takeover]:
        place = inputs["configMap"]
        text, _ = self._cluster.config_text(place["namespace"], place["name"], place["key"])
        if entry := dex_config.find(text, inputs["email"]):
            yield self._login(inputs, entry, "dex is restarted once.")

    def user_in_an_object(self, inputs: Props) -> Iterator[Takeover]:
        ref = password_storage.password_ref(inputs["namespace"], inputs["email"])
        if found := self._cluster.find(ref):
            yield self._login(inputs, password_storage.entry_of(found))

    def _login(self, inputs: Props, entry: Entry, *notes: str) -> Takeover:
        changes = _changes(
            [("userID", entry.user_id, inputs["userId"]), ("username", entry.username, inputs["username"])]
        )
        stays = self._password_stays(entry)
        note = "Its password stays." if stays else "Its password is replaced by this stack's."
        return Takeover(f"dex user {inputs['email']}", changes, [note, *notes])

    def _password_stays(self, entry: Entry) -> bool:
        login = json.loads(self._values.get(f"{WORKSPACE.namespace}:login", "{}"))
        if "password" in login:
            return bool(entry.hash) and bcrypt.checkpw(str(login["password"]).encode(), entry.hash.encode())
        return login.get("passwordHash") == entry.hash

    def grant(self, inputs: Props) -> Iterator[Takeover]:
        arn, wanted = inputs["policyArn"], inputs["resources"]
        document = policy_document.read(self._aws("iam"), arn)
        missing = [each for each in wanted if not statements.granted(document, each, own=wanted)]
        if missing != wanted:
            yield Takeover(f"entries in {arn.rpartition('/')[2]}", [("resources", "absent", each) for each in missing])

    def shared_subjects(self, inputs: Props) -> Iterator[Takeover]:
        ref = binding_ref(inputs["namespace"], inputs["binding"])
        found = self._cluster.find(ref)
        missing = [user for user in inputs["users"] if not found or user not in users_of(found)]
        if missing != inputs["users"]:
            yield Takeover(f"people in {ref}", [("users", "absent", user) for user in missing])

    def queue_label(self, inputs: Props) -> Iterator[Takeover]:
        name, label = inputs["namespace"], inputs["label"]
        now = labels_of(self._cluster.namespace(name) or {"metadata": {}}).get(label)
        if now:
            yield Takeover(f"label {label} of namespace {name}", _changes([("project", now, inputs["runaiProject"])]))

    def dashboard(self, inputs: Props) -> Iterator[Takeover]:
        found = grafana.client_for(self._config, inputs["url"]).find_dashboard(inputs["uid"])
        if found is None:
            return
        pairs = [
            ("title", found.model.get("title"), inputs["title"]),
            ("folder", found.folder, inputs.get("folder", "")),
        ]
        note = "Its content becomes this program's project dashboard; Grafana keeps the old one in its history."
        yield Takeover(f"Grafana dashboard {inputs['uid']}", _changes(pairs), [note])

    def workspace(self, inputs: Props) -> Iterator[Takeover]:
        found = conductor.client_for(self._config, inputs["url"], inputs["profile"]).find_workspace(inputs["name"])
        if found is None:
            return
        self._workspace_id = found.id
        now, then = asdict(found.content), asdict(content_of_workspace(inputs))
        yield Takeover(f"AI Conductor workspace {inputs['name']}", _changes((k, now[k], then[k]) for k in now))

    def account(self, inputs: Props) -> Iterator[Takeover]:
        found = conductor.client_for(self._config, inputs["url"], inputs["profile"]).find_account(inputs["loginId"])
        if found is None:
            return
        self._login_id = found.id
        now, then = asdict(found.content), asdict(content_of_account(inputs))
        note = "Its password is set to this stack's; whether that is a change cannot be read."
        yield Takeover(f"AI Conductor account {inputs['loginId']}", _changes((k, now[k], then[k]) for k in now), [note])

    def membership(self, inputs: Props) -> Iterator[Takeover]:
        if not (self._workspace_id and self._login_id):
            return
        client = conductor.client_for(self._config, inputs["url"], inputs["profile"])
        found = client.find_member(self._workspace_id, self._login_id)
        if found:
            yield Takeover(f"AI Conductor member {inputs['loginId']}", _changes([("role", found.role, inputs["role"])]))

    def oidc_client(self, inputs: Props) -> Iterator[Takeover]:
        realm = keycloak.client_for(self._config, inputs["url"], inputs["realm"], inputs["adminRealm"])
        found = realm.find_client(inputs["clientId"])
        if found is None:
            return
        now = seen_of_client(found, inputs)
        changes = _changes([("redirectUris", now["redirectUris"], sorted(inputs["redirectUris"]))])
        for part in ("settings", "audience"):
            changes += _changes((key, now[part].get(key), value) for key, value in inputs[part].items())
        given = json.loads(self._values.get(f"{WORKSPACE.namespace}:oidcClient", "{}")).get("secret")
        note = "Its secret stays."
        if given is None or found.get("secret") != given:
            note = "Its secret is replaced by this stack's: give it as 'oidcClient.secret' to keep it."
        yield Takeover(f"Keycloak client {inputs['clientId']}", changes, [note])


def connected(config: Mapping[str, str], kubeconfig: object) -> Cluster:
    """The cluster of a stack. `kubeconfig` is that of a planned resource, if it has one."""
    given = {"kubeconfig": kubeconfig} if kubeconfig and kubeconfig != UNKNOWN else {}
    return connect(stack_config(config, WORKSPACE.namespace), given)


LOOKS: Mapping[str, Callable[[_Seen, Props], Iterator[Takeover]]] = {
    CLAIM: _Seen.claim,
    NAMESPACE: _Seen.namespace,
    f"{DYNAMIC}dex:User": _Seen.user,
    f"{DYNAMIC}dex:PasswordObject": _Seen.user_in_an_object,
    f"{DYNAMIC}iam:PolicyGrant": _Seen.grant,
    f"{DYNAMIC}grafana:Dashboard": _Seen.dashboard,
    f"{DYNAMIC}runai:SharedSubjects": _Seen.shared_subjects,
    f"{DYNAMIC}runai:QueueLabel": _Seen.queue_label,
    f"{DYNAMIC}namespaces:NamespaceLabels": _Seen.namespace_labels,
    f"{DYNAMIC}conductor:Workspace": _Seen.workspace,
    f"{DYNAMIC}conductor:Account": _Seen.account,
    f"{DYNAMIC}conductor:Membership": _Seen.membership,
    f"{DYNAMIC}keycloak:Client": _Seen.oidc_client,
}
"""By type: the look at what is there, in the order in which they are shown."""


def _changes(pairs: Any) -> list[Change]:
    return [(name, now, then) for name, now, then in pairs if now != then]
