"""Stand-in for pulumi-kubernetes: one object of any kind, made and changed by server-side apply.

Owns: the life of a resource. The plugin is the field manager `pulumi-kubernetes-<8 hex digits>`, one per resource, so
two stacks never share fields without noticing; creating what exists is refused (pulumi-kubernetes 4.29).
"""

from __future__ import annotations

import secrets
from typing import Any

from local.plugins.kubernetes import drift, failures, metadata, replacing, waiting
from local.plugins.kubernetes.connection import Connection
from local.plugins.kubernetes.tokens import Kind
from local.plugins.provider import (
    SECRET,
    SIGNATURE,
    Failure,
    NotReadyError,
    PluginError,
    ReadState,
    ResourceHandler,
    Values,
    contains_unknown,
)

MANAGER = "__fieldManager"
"""The output that remembers the field manager."""

_PROPAGATION = {"foreground": "Foreground", "background": "Background", "orphan": "Orphan"}


class KubernetesObject(ResourceHandler):
    """The resources of one kind."""

    def __init__(self, kind: Kind, connection: Connection) -> None:
        self._kind = kind
        self._connection = connection
        mutable = kind.kind in ("ConfigMap", "Secret") and connection.mutable(kind.kind)
        self.replace_on = replacing.replace_paths(kind.group, kind.kind, mutable=mutable)

    def autoname(self, logical: str, news: Values, olds: Values, seed: bytes) -> Values:
        """Fill in name and namespace, as the official plugin does in its check."""
        named = metadata.with_name(logical, news, olds, seed)
        if metadata.of(named).get("namespace") or not self._namespaced(olds):
            return named
        return metadata.with_namespace(named, self._connection.default_namespace())

    def check(self, news: Values, seed: bytes) -> tuple[Values, list[Failure]]:
        """Refuse what the API server would not understand or the stand-in does not implement."""
        inputs = {**news, "apiVersion": self._kind.api_version, "kind": self._kind.kind}
        failures_found = [
            Failure(name, f"Expected '{inputs[name]}' as the resource's type says.")
            for name in ("apiVersion", "kind")
            if news.get(name) not in (None, inputs[name])
        ]
        if metadata.of(inputs).get("generateName"):
            failures_found.append(
                Failure("metadata.generateName", "Not implemented by the stand-in: give a name or leave it out.")
            )
        if not contains_unknown(news.get("metadata")):
            try:
                waiting.ready_when(self._kind, inputs)
                self._propagation(inputs)
            except PluginError as error:
                failures_found.append(Failure("metadata.annotations", str(error)))
        return inputs, failures_found

    def changed(self, olds: Values, news: Values) -> list[str]:
        """The paths that differ, as deep as they go."""
        before, after = replacing.shown_inputs(olds), replacing.shown_inputs(news)
        return replacing.differences(before, after, self.replace_on)

    def deletes_first(self, olds: Values, news: Values) -> bool:
        """Two objects cannot bear one name: the old one goes first unless its successor has another."""
        same = all(metadata.of(olds).get(part) == metadata.of(news).get(part) for part in ("name", "namespace"))
        return same and not metadata.switched_on(news, metadata.AUTONAMED)

    def create(self, news: Values) -> tuple[str, Values]:
        inputs = self._placed(news)
        if not self._connection.upserts and self._get(metadata.object_id(inputs)) is not None:
            raise PluginError(
                f"{self._label(inputs)} was not created: it exists already. Import it, delete it, or set "
                "upsertExistingObjects of the provider."
            )
        return self._apply(inputs, f"pulumi-kubernetes-{secrets.token_hex(4)}", "created")

    def update(self, id: str, olds: Values, news: Values) -> Values:
        manager = olds.get(MANAGER) or f"pulumi-kubernetes-{secrets.token_hex(4)}"
        return self._apply(self._placed(news), str(manager), "updated")[1]

    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        live = self._get(id)
        if live is None:
            return None
        manager = state.get(MANAGER)
        found = drift.observed(replacing.shown_inputs(inputs), _shown(live)) if inputs else drift.as_inputs(live)
        return ReadState(id=id, outputs=self._outputs(live, manager), inputs=found)

    def delete(self, id: str, state: Values) -> None:
        live = self._get(id)
        if live is None:
            return
        namespace, name = metadata.split_id(id)
        uid, objects = live["metadata"]["uid"], self._connection.objects
        kind = self._kind
        objects.delete(kind.api_version, kind.kind, name, namespace, propagation=self._propagation(state), uid=uid)
        if not metadata.switched_on(state, "pulumi.com/skipAwait"):
            waiting.until_gone(lambda: self._get(id), f"{kind.kind} '{id}'", uid, state)

    def _apply(self, inputs: Values, manager: str, doing: str) -> tuple[str, Values]:
        from kubernetes.dynamic.exceptions import DynamicApiError

        wanted = waiting.ready_when(self._kind, inputs)
        force = metadata.switched_on(inputs, "pulumi.com/patchForce")
        id, label = metadata.object_id(inputs), self._label(inputs)
        try:
            live = self._connection.objects.apply(inputs, manager, force=force)
        except DynamicApiError as error:
            raise PluginError(failures.refused(label, doing, error, inputs)) from error
        if wanted:
            try:
                live = waiting.until_ready(lambda: self._get(id), label, inputs, wanted)
            except Exception as error:
                said = str(error) if isinstance(error, PluginError) else None
                explained = said or failures.sentence(error, self._connection.endpoint) or repr(error)
                raise NotReadyError(explained, id, self._outputs(live, manager)) from error
        return id, self._outputs(live, manager)

    def _outputs(self, live: Values, manager: Any) -> Values:
        """The live object as outputs: without the field managers' accounts, a Secret's data as secrets."""
        outputs = {**_shown(live), **({MANAGER: manager} if manager else {})}
        if self._kind == Kind("v1", "Secret") and "data" in outputs:
            outputs["data"] = {SIGNATURE: SECRET, "value": outputs["data"]}
        return outputs

    def _get(self, id: str) -> Values | None:
        namespace, name = metadata.split_id(id)
        return self._connection.objects.get(self._kind.api_version, self._kind.kind, name, namespace)

    def _placed(self, news: Values) -> Values:
        """The inputs as the API server takes them; a preview may have taken the kind for a namespaced one."""
        inputs = replacing.shown_inputs(news)
        if metadata.of(inputs).get("namespace") is None:
            return inputs
        namespaced = self._connection.objects.namespaced(self._kind.api_version, self._kind.kind)
        return inputs if namespaced else metadata.without_namespace(inputs)

    def _namespaced(self, olds: Values) -> bool:
        """Whether the kind has namespaces; of a kind that is not served (yet) the official plugin assumes so."""
        if olds:
            return "namespace" in metadata.of(olds)
        if self._kind.kind in metadata.CLUSTER_SCOPED:
            return False
        if not self._connection.knows_cluster:
            return True
        from local.kube.objects import UnknownKindError

        try:
            return self._connection.objects.namespaced(self._kind.api_version, self._kind.kind)
        except UnknownKindError:
            return True

    def _propagation(self, values: Values) -> str:
        given = metadata.annotation(values, "pulumi.com/deletionPropagationPolicy") or "foreground"
        if given.lower() not in _PROPAGATION:
            raise PluginError(
                "Expected foreground, background or orphan in pulumi.com/deletionPropagationPolicy, for example "
                f"'background'; got '{given}'."
            )
        return _PROPAGATION[given.lower()]

    def _label(self, inputs: Values) -> str:
        return f"{self._kind.kind} '{metadata.object_id(inputs)}'"


def _shown(live: Values) -> Values:
    described = {k: v for k, v in live["metadata"].items() if k != "managedFields"}
    return {**live, "metadata": described}
