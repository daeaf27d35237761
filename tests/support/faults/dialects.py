"""How each remote calls its requests, and what its own refusals look like on the wire.

Owns: the labels by which a test names a call, and the bodies of 409, 429, 500 and an expired session. Does not own
pages of something in between (`proxy`). Sources: docs/facts/ai-conductor.md, "Errors", docs/facts/grafana.md,
"Refusals", docs/facts/keycloak.md, and the error forms of the Kubernetes and AWS APIs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.faults.proxy import Dialect, Fault, Said

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KIND = re.compile(r"/(?:api/v1|apis/[^/]+/[^/]+)/(?:namespaces/[^/]+/)?([a-z]+)")
_COME_AGAIN = {"Retry-After": "1"}


def _json(status: int, body: Mapping[str, Any], **headers: str) -> Said:
    return Said(status, json.dumps(body).encode(), "application/json", headers)


def _conductor_label(method: str, path: str, _body: bytes) -> str:
    return f"{method} {_ID.sub('{id}', urlsplit(path).path.removeprefix('/api/v1/'))}"


CONDUCTOR = Dialect(
    _conductor_label,
    {
        Fault.CONFLICT: _json(409, {"detail": "the record is locked by another request"}),
        Fault.TOO_MANY: _json(429, {"detail": "Too Many Requests"}, **_COME_AGAIN),
        Fault.SERVER_ERROR: _json(500, {"detail": "Internal Server Error"}),
        Fault.EXPIRED_SESSION: _json(401, {"detail": "Invalid credentials"}),
    },
)


def _grafana_label(method: str, path: str, _body: bytes) -> str:
    return f"{method} {'dashboards/db' if path.endswith('/db') else 'dashboards/uid'}"


GRAFANA = Dialect(
    _grafana_label,
    {
        Fault.CONFLICT: _json(409, {"message": "the database is locked"}),
        Fault.TOO_MANY: _json(429, {"message": "Too Many Requests"}, **_COME_AGAIN),
        Fault.SERVER_ERROR: _json(500, {"message": "Internal Server Error"}),
        Fault.EXPIRED_SESSION: _json(401, {"message": "Expired API key"}),
    },
)


_KEYCLOAK = ((_ID, "{id}"), (re.compile(r"/admin/realms/[^/]+"), ""), (re.compile("[^/]+-manager"), "{role}"))


def _keycloak_label(method: str, path: str, _body: bytes) -> str:
    found = urlsplit(path).path
    for pattern, name in _KEYCLOAK:
        found = pattern.sub(name, found)
    return f"{method} {'token' if found.endswith('/token') else found.removeprefix('/')}"


KEYCLOAK = Dialect(
    _keycloak_label,
    {
        Fault.CONFLICT: _json(409, {"errorMessage": "the record is locked by another request"}),
        Fault.TOO_MANY: _json(429, {"error": "Too Many Requests"}, **_COME_AGAIN),
        Fault.SERVER_ERROR: _json(500, {"error": "unknown_error"}),
        Fault.EXPIRED_SESSION: _json(401, {"error": "HTTP 401 Unauthorized"}),
    },
)


def _status(code: int, reason: str, message: str, **headers: str) -> Said:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code}
    return _json(code, {**body, "message": message}, **headers)


def _kubernetes_label(method: str, path: str, _body: bytes) -> str:
    found = _KIND.match(path)
    return f"{method} {found.group(1) if found else path}"


KUBERNETES = Dialect(
    _kubernetes_label,
    {
        Fault.CONFLICT: _status(409, "Conflict", "the object has been modified"),
        Fault.TOO_MANY: _status(429, "TooManyRequests", "too many requests", **_COME_AGAIN),
        Fault.SERVER_ERROR: _status(500, "InternalError", "etcdserver: leader changed"),
        Fault.EXPIRED_SESSION: _status(401, "Unauthorized", "Unauthorized"),
    },
)


def _aws_error(status: int, code: str, message: str, **headers: str) -> Said:
    text = f"<Code>{code}</Code><Message>{message}</Message>"
    # IAM's envelope; S3 has the inner elements at the top, and botocore finds them there.
    body = f"<ErrorResponse><Error>{text}</Error>{text}<RequestId>1</RequestId></ErrorResponse>"
    return Said(status, body.encode(), "text/xml", headers)


STS_VERSION = "2011-06-15"
_S3_CALLS = {"versions": "ListObjectVersions", "list-type": "ListBucket", "tagging": "GetBucketTagging"}


def _aws_label(_method: str, path: str, body: bytes) -> str:
    form = parse_qs(body.decode("utf-8", "replace"))
    if form.get("Action"):
        return f"{'sts' if form['Version'] == [STS_VERSION] else 'iam'}:{form['Action'][0]}"
    query = urlsplit(path).query
    return next((f"s3:{call}" for word, call in _S3_CALLS.items() if word in query), f"s3: {path}")


AWS = Dialect(
    _aws_label,
    {
        Fault.CONFLICT: _aws_error(409, "EntityTemporarilyUnmodifiable", "the policy is being changed"),
        Fault.TOO_MANY: _aws_error(429, "TooManyRequests", "slow down", **_COME_AGAIN),
        Fault.SERVER_ERROR: _aws_error(500, "InternalFailure", "an internal failure"),
        Fault.EXPIRED_SESSION: _aws_error(403, "ExpiredToken", "the security token included is expired"),
    },
)


def _eks_error(status: int, code: str, message: str, **headers: str) -> Said:
    return _json(status, {"message": message}, **{"x-amzn-ErrorType": code}, **headers)


_EKS_CALLS = {
    r"/node-groups/[^/]+": "DescribeNodegroup",
    r"/pod-identity-associations": "ListPodIdentityAssociations",
    r"/pod-identity-associations/[^/]+": "DescribePodIdentityAssociation",
    r"": "DescribeCluster",
}


def _eks_label(_method: str, path: str, _body: bytes) -> str:
    address = urlsplit(path).path
    called = (call for form, call in _EKS_CALLS.items() if re.fullmatch(rf"/clusters/[^/]+{form}", address))
    return f"eks:{next(called, address)}"


EKS = Dialect(
    _eks_label,
    {
        Fault.CONFLICT: _eks_error(409, "ResourceInUseException", "the node group is being changed"),
        Fault.TOO_MANY: _eks_error(429, "TooManyRequestsException", "slow down", **_COME_AGAIN),
        Fault.SERVER_ERROR: _eks_error(500, "ServerException", "an internal failure"),
        Fault.EXPIRED_SESSION: _eks_error(403, "ExpiredTokenException", "the security token included is expired"),
    },
)
"""A part of AWS with a wire of its own: paths and JSON."""
