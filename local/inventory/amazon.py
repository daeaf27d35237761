"""Asking the platform's AWS: clients, whole lists, plain values.

Owns: the connection and the form of answers. Does not own what is asked (`buckets`, `identities`, `compute`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session

from local.aws.seed import REGION
from local.platform import Platform

Document = dict[str, Any]


def client(platform: Platform, service: str) -> Any:
    """A client of one service; the same one every time, because making one takes longer than asking it."""
    return _client(service, platform.url("aws"))


@cache
def _session() -> Any:
    return botocore.session.Session()


@cache
def _client(service: str, url: str) -> Any:
    return _session().create_client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - nothing checks it
    )


def every(connection: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    """All items of a list that is answered in pages."""
    return plain(connection.get_paginator(operation).paginate(**arguments).build_full_result()[key])


def answer(call: Callable[..., Document], **arguments: Any) -> Document:
    """One answer, without what is about the request."""
    return plain({key: value for key, value in call(**arguments).items() if key != "ResponseMetadata"})


def named(items: list[Document], name: str) -> dict[str, Document]:
    """The items by their names."""
    return {item[name]: item for item in items}


def plain(value: Any) -> Any:
    """A value as JSON has it: times are texts."""
    return json.loads(json.dumps(value, default=str))
