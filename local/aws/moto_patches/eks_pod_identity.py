"""Stand-in for EKS Pod Identity associations, of which moto has nothing: made, listed, changed, deleted, with tags.

Owns: what a workspace meets of them, and what EKS refuses: an unknown cluster, a role that is none, a second one for a
service account (docs/facts/pod-identity.md, "Associations"). Does not own the agent on the nodes, which hands out
credentials: nothing here runs pods. Not implemented, and refused with a word about it: target roles and session
policies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks import urls
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException, ResourceNotFoundException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

_response: Any = EKSResponse

ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
COLLECTION = "{0}/clusters/(?P<name>[^/]+)/pod-identity-associations$"
ONE = "{0}/clusters/(?P<name>[^/]+)/pod-identity-associations/(?P<associationId>[^/]+)$"
SUMMARY = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
"""What a list says of each."""


@dataclass
class Association:
    """One association; `tags` as `_close_tags` of `eks.py` changes them."""

    arn: str
    said: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict[str, str])

    def answer(self) -> ActionResult:
        return ActionResult({"association": {**self.said, "tags": self.tags}})


def close() -> None:
    """Give moto the five operations."""
    for path in (COLLECTION, ONE):
        urls.url_paths[path] = urls.response.dispatch
    _response.create_pod_identity_association = _create
    _response.list_pod_identity_associations = _list
    _response.describe_pod_identity_association = _describe
    _response.update_pod_identity_association = _update
    _response.delete_pod_identity_association = _delete


def associations(backend: EKSBackend) -> dict[str, Association]:
    """Those of an account and a region, by id."""
    found: dict[str, Association] = backend.__dict__.setdefault("pod_identity_associations", {})
    return found


def _create(self: EKSResponse) -> ActionResult:
    backend, cluster = self.eks_backend, _cluster(self)
    namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
    for name, value in (("namespace", namespace), ("serviceAccount", account)):
        if not value:
            raise InvalidParameterException(message=f"{name} must not be empty.")
    role = _role(backend, self._get_param("roleArn"))
    _refuse_what_is_not_here(self)
    for id_, other in associations(backend).items():
        if [other.said[key] for key in SUMMARY[:3]] == [cluster, namespace, account]:
            raise ResourceInUseException(message=f"Association already exists: {id_}")
    id_ = f"a-{mock_random.get_random_string(17, include_digits=True, lower_case=True)}"
    arn = f"arn:aws:eks:{backend.region_name}:{backend.account_id}:podidentityassociation/{cluster}/{id_}"
    now = utcnow()
    said = {
        "clusterName": cluster,
        "namespace": namespace,
        "serviceAccount": account,
        "roleArn": role,
        "associationArn": arn,
        "associationId": id_,
        "createdAt": now,
        "modifiedAt": now,
        "disableSessionTags": bool(self._get_param("disableSessionTags")),
    }
    made = associations(backend)[id_] = Association(arn, said, dict(self._get_param("tags") or {}))
    return made.answer()


def _list(self: EKSResponse) -> ActionResult:
    cluster = _cluster(self)
    wanted = {"clusterName": cluster, **{key: self._get_param(key) for key in ("namespace", "serviceAccount")}}
    asked = {key: value for key, value in wanted.items() if value}
    found = [
        {key: each.said[key] for key in SUMMARY}
        for each in associations(self.eks_backend).values()
        if all(each.said[key] == value for key, value in asked.items())
    ]
    return ActionResult({"associations": found})


def _describe(self: EKSResponse) -> ActionResult:
    return _one(self).answer()


def _update(self: EKSResponse) -> ActionResult:
    found = _one(self)
    _refuse_what_is_not_here(self)
    if self._get_param("roleArn"):
        found.said["roleArn"] = _role(self.eks_backend, self._get_param("roleArn"))
    found.said["modifiedAt"] = utcnow()
    return found.answer()


def _delete(self: EKSResponse) -> ActionResult:
    found = _one(self)
    del associations(self.eks_backend)[found.said["associationId"]]
    return found.answer()


def _cluster(self: EKSResponse) -> str:
    return str(self.eks_backend.describe_cluster(self._get_param("name")).name)


def _one(self: EKSResponse) -> Association:
    cluster, id_ = _cluster(self), self._get_param("associationId")
    found = associations(self.eks_backend).get(id_)
    if found is None or found.said["clusterName"] != cluster:
        raise ResourceNotFoundException(message=f"No association found with ID: {id_} in cluster: {cluster}")
    return found


def _role(backend: EKSBackend, arn: str) -> str:
    if not ROLE.fullmatch(arn or ""):
        raise InvalidParameterException(message=f"Invalid role ARN: {arn}")
    if arn not in {role.arn for role in iam_backends[backend.account_id]["aws"].roles.values()}:
        raise InvalidParameterException(message="Role provided in the request does not exist.")
    return arn


def _refuse_what_is_not_here(self: EKSResponse) -> None:
    for name in ("targetRoleArn", "policy"):
        if self._get_param(name):
            raise InvalidParameterException(message=f"Not implemented by the stand-in: {name} of an association.")
