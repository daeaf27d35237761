"""The dynamic resource `dex:PasswordObject`: one user of a dex that keeps its users in the cluster.

Owns: one `Password` object, whose it is, and that nothing stands in its way. Does not own: the form of the object and
the looks at dex (`password_storage.py`), the hash (`hashes.py`), static users (`provider.py`). Nothing is shared here
and nothing is restarted: dex reads the object at each login. Why not a custom resource of pulumi-kubernetes: a given
password needs a hash that is made once, and a static user of the same e-mail would rule over the object without a word.

A static user of the same person with the same password may be there when the object is made: so a login moves from one
to the other without a moment in which there is none.
"""

from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.dex import config_file, password_storage
from project_workspace.dex.config_file import Entry
from project_workspace.dex.hashes import SECRETS, Hashes, known_hash, seen
from project_workspace.dex.password_storage import API, KIND, Place, password_ref
from project_workspace.dex.user_rules import same_input, user_problems
from project_workspace.kube.cluster import Cluster, Document, Ref
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect
from project_workspace.limits import STORED_EMAIL_LIMIT
from project_workspace.remote.errors import NotFoundError, NotOursError, RefusedError, UnreachableError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark


@dataclass(kw_only=True)
class PasswordObjectArgs:
    """One user of dex."""

    email: pulumi.Input[str]
    """What the user logs in with, at most 150 bytes. Another one replaces the user; case does not matter."""
    username: pulumi.Input[str]
    user_id: pulumi.Input[str]
    """Stable and unique."""
    namespace: pulumi.Input[str]
    """Kubernetes namespace of dex, and of the object. Another one replaces the user."""
    config_map: pulumi.Input[str]
    """Name of the ConfigMap in that namespace with dex's configuration, which is looked at."""
    key: pulumi.Input[str]
    """Key of the ConfigMap."""
    password: Optional[pulumi.Input[str]] = None
    """Secret, at most 72 bytes; hashed with cost 12 when it changes. Either this or `password_hash`."""
    password_hash: Optional[pulumi.Input[str]] = None
    """Secret: a bcrypt hash of cost 10 to 16."""
    adopt: bool = False
    """Take over an object of this e-mail that is not this stack's; default: refuse it."""
    pulumi_project: str
    """Pulumi's project and stack, which the object names: what carries them is this stack's own."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class PasswordObjectProvider(RemoteProvider):
    """Makes one object, and lets nothing rule over it."""

    what = "dex user"
    update_on: ClassVar[tuple[str, ...]] = (
        "username",
        "userId",
        "password",
        "passwordHash",
        "configMap",
        "key",
        "pulumiProject",
        "pulumiStack",
        *CONNECTION,
    )
    replace_on: ClassVar[tuple[str, ...]] = ("email", "namespace")
    # Another place that turns out wrong must not cost the login there is.
    delete_before_replace = False
    secrets: ClassVar[frozenset[str]] = SECRETS

    def problems(self, inputs: Props) -> list[Problem]:
        found = user_problems(inputs)
        if len(str(inputs.get("email", "")).encode()) > STORED_EMAIL_LIMIT:
            sentence = f"Expected an e-mail of at most {STORED_EMAIL_LIMIT} bytes, for example 'alice@example.com'."
            found.append(Problem("email", sentence))
        return found

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["email"], self._bring_about(inputs, Hashes(inputs, known=""), StackMark.noted(inputs))

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        cluster = connect(self.config, outputs)
        found = _find(cluster, _ref(outputs))
        if found is None:
            return None
        entry = password_storage.entry_of(found)
        return {
            "username": entry.username,
            "userId": entry.user_id,
            **seen(outputs, entry.hash),
            **_mark_of(found),
            "hindrance": _hindrance(cluster, outputs, entry),
        }

    def drifted(self, outputs: Props) -> bool:
        return bool(outputs.get("hindrance"))

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._bring_about(
            news, Hashes(news, known=known_hash(olds, news)), StackMark.noted(olds), StackMark.noted(news)
        )

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster, ref = connect(self.config, outputs), _ref(outputs)

        def once() -> None:
            found = _find(cluster, ref)
            if found is not None and _is_ours(found, outputs, StackMark.noted(outputs)):
                cluster.attempt(lambda: cluster.delete(found, ref))

        try:
            cluster.retry_on_conflict(once)
        except NotFoundError:
            return  # it went meanwhile

    def same(self, name: str, old: object, new: object) -> bool:
        return same_input(name, old, new)

    def _bring_about(self, props: Props, hashes: Hashes, *marks: StackMark) -> Props:
        """Make the object, or change one that carries one of the marks, where dex lets in by it."""
        cluster = connect(self.config, props)
        _require_fit(cluster, props, hashes)
        ref = _ref(props)

        def once() -> None:
            found = cluster.find(ref)
            if found is not None and not props.get("adopt") and not _is_ours(found, props, *marks):
                raise _not_ours(found, ref, cluster)
            wanted = _wanted(found, props, hashes)
            if found is None:
                cluster.attempt(lambda: cluster.create(ref, wanted))
            elif wanted != found:
                cluster.attempt(lambda: cluster.replace(ref, wanted))

        cluster.retry_on_conflict(once)
        return {"hash": hashes.value, "hindrance": ""}


class PasswordObject(Resource, module="dex", name="PasswordObject"):
    """A dex user that can log in once the resource is ready."""

    hash: pulumi.Output[str]
    """The hash that dex has; secret."""

    def __init__(self, name: str, args: PasswordObjectArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["hash"])
        options = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(PasswordObjectProvider(), name, inputs_of(args, hash=None, hindrance=None), options)


def _ref(props: Props) -> Ref:
    return password_ref(props["namespace"], props["email"])


def _place(props: Props) -> Place:
    return Place(props["namespace"], props["configMap"], props["key"])


def _wanted(found: Document | None, props: Props, hashes: Hashes) -> Document:
    """The object as it should be; what others have added to one that is there stays."""
    there = found or {"apiVersion": API, "kind": KIND, "metadata": {}}
    kept = password_storage.entry_of(there)
    entry = Entry(
        email=props["email"], hash=hashes.over(kept.hash), username=props["username"], user_id=props["userId"]
    )
    ref, metadata = _ref(props), there["metadata"]
    annotations = {**(metadata.get("annotations") or {}), **StackMark.noted(props).annotations}
    named = {**metadata, "name": ref.name, "namespace": ref.namespace, "annotations": annotations}
    return {**there, "metadata": named, **password_storage.fields(entry)}


# Whose an object is.


def _mark_of(found: Document) -> Props:
    mark = StackMark.of(found)
    return {"pulumiProject": mark.project if mark else "", "pulumiStack": mark.stack if mark else ""}


def _is_ours(found: Document, props: Props, *marks: StackMark) -> bool:
    """Whether it carries one of the marks, or has lost ours and is of the same person."""
    mark = StackMark.of(found)
    return mark in marks if mark else password_storage.entry_of(found).user_id == props["userId"]


def _not_ours(found: Document, ref: Ref, cluster: Cluster) -> NotOursError:
    mark = StackMark.of(found)
    whose = f"{mark} made it" if mark else "this stack did not make it"
    return NotOursError(
        f"dex has a user {password_storage.entry_of(found).email} already, and {whose}",
        where=f"{ref}, {cluster.server}",
        remedy="Set 'adopt: true' to take it over (its password becomes this workspace's), or choose another name.",
    )


# What would make it useless.


def _require_fit(cluster: Cluster, props: Props, hashes: Hashes) -> None:
    """Raise what stands in the way; a static user of the same person may be there, with the same password."""
    place, email = _place(props), props["email"]
    text, _ = cluster.config_text(place.namespace, place.config_map, place.key)
    for problem in password_storage.unfit(cluster, place, text, {email: props["userId"]}):
        raise problem
    entry = config_file.find(text, email)
    if entry and not hashes.same_password(entry.hash):
        raise RefusedError(
            f"dex has a static user {email} with another password, who rules over an object",
            where=str(place),
            remedy="Where the login is to move, move it with the password that it has, and change that afterwards; "
            "else remove the entry there and restart dex.",
        )


def _hindrance(cluster: Cluster, props: Props, entry: Entry) -> str:
    """Why dex does not let in by the object; empty when it does."""
    if entry.email != props["email"].lower():
        return f"its e-mail is '{entry.email}'"
    place = _place(props)
    try:
        text, _ = cluster.config_text(place.namespace, place.config_map, place.key)
    except NotFoundError:
        return ""  # without the ConfigMap there is no dex, and no login by anything
    if ruling := password_storage.static_user(text, props["email"], props["userId"]):
        return f"a static user with the userID '{ruling.user_id}' rules over it"
    moving = config_file.find(text, props["email"])
    if moving and not Hashes(props, known=entry.hash).same_password(moving.hash):
        return "a static user with another password rules over it"
    return ""


def _find(cluster: Cluster, ref: Ref) -> Document | None:
    """The object; none where the cluster has lost the kind, whose absence no document says."""
    try:
        return cluster.find(ref)
    except UnreachableError:
        if cluster.serves(ref):
            raise
        return None
