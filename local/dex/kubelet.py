"""Stand-in for scheduler and kubelet, for the pods of dex's Deployment alone.

Owns: giving new pods to the one pretended node, running them (`pod`), reporting their status, ending them when they are
deleted, and telling the `Service` which of them serves. Everything else of a rollout is the real controllers' work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kubernetes.dynamic.exceptions import ConflictError, NotFoundError

from local.dex.container_spec import ContainerSpec, resolve
from local.dex.pod import Pod
from local.dex.service import Service
from local.kube.objects import Object, Objects
from local.kube.seed import DEX_NAME, DEX_NAMESPACE
from local.kube.watching import API_AWAY, follow

NODE = "local"
_TICK_SECONDS = 0.1
_DRAIN_SECONDS = 5.0
"""How long a deleted pod goes on for those who are connected to it, as a preStop hook would let it."""
_RELIST_SECONDS = 5.0

_log = logging.getLogger("dex-kubelet")


class Kubelet:
    """Runs dex's pods until told to stop."""

    def __init__(
        self, objects: Objects, binary: Path, folder: Path, service: Service, identity: Mapping[str, str]
    ) -> None:
        """`identity` are variables by which a pod finds the API server, in place of a service account's files."""
        self._objects, self._identity = objects, identity
        self._binary = binary
        self._folder = folder
        self._service = service
        self._pods: dict[str, Pod] = {}
        self._reported: dict[str, Object] = {}
        self._retiring: set[str] = set()
        self._listed_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Follow the pods; on the way out every dex process ends, the pods stay for a kubelet that comes back."""
        changed = threading.Event()
        follow(self._objects, "v1", "Pod", lambda _: changed.set(), stop, namespace=DEX_NAMESPACE)
        try:
            while not stop.is_set():
                changed.wait(_TICK_SECONDS)
                try:
                    self._pass(relist=changed.is_set())
                    changed.clear()
                except API_AWAY as error:
                    _log.info("API server: %s; dex goes on as it is", type(error).__name__)
                    stop.wait(_TICK_SECONDS)
        finally:
            self._service.target = None
            for pod in self._pods.values():
                pod.stop()

    def _pass(self, *, relist: bool) -> None:
        if relist or time.monotonic() - self._listed_at > _RELIST_SECONDS:
            self._take_over()
        for pod in self._pods.values():
            pod.step()
        self._choose_target()
        for uid, pod in self._pods.items():
            self._report(uid, pod)

    def _take_over(self) -> None:
        """Learn which pods there are: start with the new ones, end the deleted ones."""
        found = {
            each["metadata"]["uid"]: each
            for each in self._objects.list_all("v1", "Pod", DEX_NAMESPACE)[0]
            if each["metadata"].get("labels", {}).get("app") == DEX_NAME
        }
        self._listed_at = time.monotonic()
        for uid in [uid for uid in self._pods if uid not in found]:
            self._drop(uid).stop()
        for uid, each in found.items():
            if each["metadata"].get("deletionTimestamp"):
                self._retire(uid, each)
            elif uid not in self._pods:
                self._begin(uid, each)

    def _begin(self, uid: str, each: Object) -> None:
        if not each["spec"].get("nodeName"):
            self._objects.bind(each, NODE)
        _log.info("pod %s", each["metadata"]["name"])
        self._pods[uid] = Pod(each, self._binary, self._folder, self._resolved)

    def _resolved(self, pod: Object) -> ContainerSpec:
        spec = resolve(self._objects, pod)
        return replace(spec, env={**self._identity, **spec.env})

    def _drop(self, uid: str) -> Pod:
        """Forget a pod; from now on nobody is sent to it."""
        pod = self._pods.pop(uid)
        self._reported.pop(uid, None)
        self._choose_target()
        return pod

    def _retire(self, uid: str, each: Object) -> None:
        """End a deleted pod beside everything else: dex may take seconds to finish what it is doing."""
        if uid in self._retiring:
            return
        self._retiring.add(uid)
        pod = self._drop(uid) if uid in self._pods else None
        threading.Thread(target=self._finish, args=(uid, each, pod)).start()

    def _finish(self, uid: str, each: Object, pod: Pod | None) -> None:
        name = each["metadata"]["name"]
        try:
            if pod is not None:
                self._drain(pod)
                pod.stop()
            self._objects.delete("v1", "Pod", name, DEX_NAMESPACE, grace_seconds=0, uid=uid)
            _log.info("pod %s ended", name)
        except API_AWAY as error:
            _log.info("pod %s: %s; again at the next list", name, type(error).__name__)
        finally:
            self._retiring.discard(uid)

    def _drain(self, pod: Pod) -> None:
        """Wait until nobody is connected any more; a dex that is told to end closes connections between requests."""
        deadline = time.monotonic() + _DRAIN_SECONDS
        while pod.port is not None and self._service.connections(pod.port) and time.monotonic() < deadline:
            time.sleep(_TICK_SECONDS)

    def _choose_target(self) -> None:
        serving = [pod.port for pod in self._pods.values() if pod.port is not None]
        self._service.target = serving[-1] if serving else None

    def _report(self, uid: str, pod: Pod) -> None:
        status = pod.status()
        if status == self._reported.get(uid):
            return
        try:
            self._objects.merge(pod.object, {"status": status}, subresource="status")
        except (NotFoundError, ConflictError):
            return  # the pod went away meanwhile: the next list tells
        self._reported[uid] = status
