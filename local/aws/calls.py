"""What was asked of the local AWS, in the words of IAM: which action on which resource, and how often.

Owns: reading that from each request as it arrives, so that it does not matter who asks (a plugin, a dynamic provider,
`workspacectl`), and the page `/_standin/calls`. Does not own the table of operations and their actions, which is data
with its source (`iam_actions.json`), nor what anybody may do: nothing is refused here. An operation that the table
does not have is noted with its own name and the resource `?`, for a test to find.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from botocore.exceptions import UnknownServiceError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = "/_standin/calls"
TABLE = Path(__file__).with_name("iam_actions.json")
FORM = "application/x-www-form-urlencoded"
"""How the services of EC2's and IAM's kind are asked; others say everything that is needed in the address."""

_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_FIELD = re.compile(r"\{([^}]+)\}")


class Calls:
    """The calls since the server's start. Safe for threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def noted(self, app: WSGIApplication) -> WSGIApplication:
        """The same application, whose requests are counted; it answers `PAGE` besides."""

        def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] == PAGE:
                return Response(json.dumps(self.counts()), mimetype="application/json")(environ, start_response)
            self._note(environ)
            return app(environ, start_response)

        return answered

    def counts(self) -> dict[str, int]:
        """How often each; for example `s3:ListBucket arn:aws:s3:::s3-demo`, followed by conditions where there are."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def _note(self, environ: WSGIEnvironment) -> None:
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return  # moto's own pages, and what is readable for everybody
        actions = list(_actions(scope["service"], scope["region"], environ))
        with self._lock:
            self._counts.update(actions)


def _actions(service: str, region: str, environ: WSGIEnvironment) -> Iterator[str]:
    operation, given = (
        _form(environ) if environ.get("CONTENT_TYPE", "").startswith(FORM) else _address(service, environ)
    )
    named = f"{service}:{operation}"
    values = defaultdict(lambda: "?", given, region=region, account=DEFAULT_ACCOUNT_ID)
    for action, resource in _table().get(named, {named: "?"}).items():
        yield f"{action} {_FIELD.sub(lambda field: values[field[1]], resource)}"


def _form(environ: WSGIEnvironment) -> tuple[str, Mapping[str, str]]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    given = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return given.get("Action", "?"), given


def _address(service: str, environ: WSGIEnvironment) -> tuple[str, Mapping[str, str]]:
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2], {}
    request = Request(dict(environ))
    try:
        operation, given = get_service_router(service).match(request)
    except (NotFound, ValueError, UnknownServiceError):  # signed under another name, as CloudWatch's calls are
        return f"{request.method} {request.path}", {}
    return operation.name, {**request.args, **given}


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return json.loads(TABLE.read_text())["operations"]
