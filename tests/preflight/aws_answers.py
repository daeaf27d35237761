"""Stands in for single calls to AWS, before moto: what AWS would refuse or say there, and a list of what was asked.

Only calls of the checks come by here (they share botocore's session, `aws/session.py`); those of a test do not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from project_workspace.aws import session
from project_workspace.aws.settings import AwsSettings

Said = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""An answer, or what makes one of the request; None leaves it to moto."""


@dataclass
class AwsAnswers:
    """By operation, for example `eks:DescribeAddon`."""

    said: dict[str, Said] = field(default_factory=dict[str, Said])
    refused: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Code and message of an error."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """Of all answers that are given here."""
    asked: list[str] = field(default_factory=list[str])

    def deny(self, *operations: str) -> None:
        """Refuse these as AWS refuses who may not."""
        self.refused |= {each: ("AccessDenied", f"not authorized to perform: {each}") for each in operations}

    def before(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, Any] | None:
        """botocore's handler: what it returns is the answer."""
        name = f"{model.service_model.service_name}:{model.name}"
        self.asked.append(name)
        metadata = {"HTTPStatusCode": 200, "HTTPHeaders": self.headers}
        if name in self.refused:
            code, message = self.refused[name]
            error = {"Error": {"Code": code, "Message": message}}
            return SimpleNamespace(status_code=400), {**error, "ResponseMetadata": {**metadata, "HTTPStatusCode": 400}}
        said = self.said.get(name)
        answer = said(params) if callable(said) else said
        return None if answer is None else (SimpleNamespace(status_code=200), {"ResponseMetadata": metadata, **answer})


@contextmanager
def answering() -> Generator[AwsAnswers]:
    """While the block runs."""
    answers, shared = AwsAnswers(), session.session(AwsSettings())
    shared.register("before-call", answers.before)
    try:
        yield answers
    finally:
        shared.unregister("before-call", answers.before)
