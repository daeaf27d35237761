"""The AWS of these tests: moto over HTTP, and the direct way to it.

Owns: starting and stopping it, and the environment that leads the program's clients to it. Does not own what is in it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import botocore.session
import httpx
import pytest
from moto.iam.models import iam_backends
from moto.server import ThreadedMotoServer

from project_workspace.aws import session

REGION = "ap-northeast-2"


@dataclass(frozen=True)
class Cloud:
    """A running AWS; `s3` does not pass the proxy."""

    url: str
    s3: Any

    @property
    def policies(self) -> dict[str, Any]:
        """moto's own records of the managed policies, by ARN."""
        return self._iam.managed_policies

    def make_policy(self, name: str, documents: Sequence[str]) -> str:
        """A policy with these versions, the last of them in force; answers its ARN."""
        arn = self._iam.create_policy("", "/", documents[0], name, []).arn
        for document in documents[1:]:
            self._iam.create_policy_version(arn, document, True)
        return str(arn)

    @property
    def _iam(self) -> Any:
        return iam_backends["123456789012"]["aws"]

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the program's clients come with these credentials; AWS_ENDPOINT_URL is the trial's."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(session, "session", lambda _settings: _one_session())


_one_session = cache(botocore.session.Session)
"""One for all tests: every new session reads all of AWS's endpoints again, which takes longer than an operation."""


@contextmanager
def cloud() -> Generator[Cloud]:
    """moto on a free port of 127.0.0.1. What it keeps is the process's, so it is emptied at the end."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        session = boto3.session.Session(
            aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
        )
        yield Cloud(url, session.client("s3", endpoint_url=url))
        httpx.post(f"{url}/moto-api/reset", trust_env=False).raise_for_status()
    finally:
        server.stop()
