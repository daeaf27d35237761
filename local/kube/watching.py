"""Follow the objects of a kind for as long as a controller lives, through lost connections and API restarts.

Owns: the loop of list, watch and list again, with a pause that grows while the API server does not answer. Does not
own: what is done with an object. `kubernetes.informer.SharedInformer` is not used: when the API server is away it
watches again without a pause, and it waits five seconds after a failed list.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import DynamicApiError
from urllib3.exceptions import HTTPError

from local.kube.objects import Object, Objects, UnknownKindError

API_AWAY = (DynamicApiError, ApiException, HTTPError, UnknownKindError, OSError)
"""What requests raise when the API server is away, starting, or does not serve the kind yet."""

WATCH_SECONDS = 60
"""How long one watch lasts; then everything is listed again (the resync)."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0

_log = logging.getLogger(__name__)


def follow(
    objects: Objects,
    api_version: str,
    kind: str,
    tell: Callable[[Object], None],
    stop: threading.Event,
    *,
    namespace: str | None = None,
) -> threading.Thread:
    """Report every object of a kind: all at first and at each resync, then each that changes or goes away.

    An object that went away while nobody watched is not reported: keep what must not be missed elsewhere.
    """

    def run() -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not stop.is_set():
            try:
                items, version = objects.list_all(api_version, kind, namespace)
                pause = _FIRST_PAUSE_SECONDS
                for item in items:
                    tell(item)
                for _, item in objects.watch(api_version, kind, namespace, version, WATCH_SECONDS):
                    if stop.is_set():
                        return
                    tell(item)
            except API_AWAY as error:
                _log.info("%s: %s; trying again in %.1f s", kind, type(error).__name__, pause)
            except Exception:  # a follower that ends without a word would leave its controller deaf
                _log.exception("%s: trying again in %.1f s", kind, pause)
            else:
                continue
            stop.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    thread = threading.Thread(target=run, name=f"follow-{kind}", daemon=True)
    thread.start()
    return thread
