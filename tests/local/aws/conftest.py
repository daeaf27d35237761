"""A local AWS for the session, seeded, and the stand-in plugin behind real gRPC, driven as the engine drives it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import botocore.session
import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from local.aws.seed import SeededAws, seed
from local.checkout import CHECKOUT
from local.plugins.aws.plugin import plugin
from local.plugins.provider import Values, to_struct, to_values
from tests.support.plugin_server import served


class RefusedError(Exception):
    """The plugin answered a call with an error; the text is what the user would read."""


@dataclass
class Resource:
    """A resource as the engine remembers it."""

    token: str
    name: str
    id: str
    inputs: Values
    outputs: Values

    @property
    def urn(self) -> str:
        return f"urn:pulumi:dev::aws-tests::{self.token}::{self.name}"


@dataclass(frozen=True)
class Difference:
    """What `Diff` answered, by the paths of its detailed part."""

    changed: list[str]
    replaces: list[str]
    deletes_first: bool


@dataclass
class Driver:
    """The engine's part: Check before everything, old inputs and outputs handed back, errors as `RefusedError`."""

    stub: Any
    seeds: Iterator[int] = field(default_factory=count)

    def check(self, token: str, name: str, inputs: Values, olds: Values | None = None) -> tuple[Values, list[str]]:
        answer = self._call(
            "Check",
            provider_pb2.CheckRequest(
                urn=f"urn:pulumi:dev::aws-tests::{token}::{name}",
                olds=to_struct(olds or {}),
                news=to_struct(inputs),
                randomSeed=str(next(self.seeds)).encode(),
            ),
        )
        return to_values(answer.inputs), [f"{f.property}: {f.reason}" for f in answer.failures]

    def preview(self, token: str, name: str, inputs: Values) -> Values:
        resource = Resource(token, name, "", self.checked(token, name, inputs), {})
        request = provider_pb2.CreateRequest(urn=resource.urn, properties=to_struct(resource.inputs), preview=True)
        return to_values(self._call("Create", request).properties)

    def create(self, token: str, name: str, inputs: Values) -> Resource:
        resource = Resource(token, name, "", self.checked(token, name, inputs), {})
        request = provider_pb2.CreateRequest(urn=resource.urn, properties=to_struct(resource.inputs))
        answer = self._call("Create", request)
        resource.id, resource.outputs = answer.id, to_values(answer.properties)
        return resource

    def diff(self, resource: Resource, inputs: Values) -> Difference:
        request = provider_pb2.DiffRequest(
            id=resource.id, urn=resource.urn, olds=to_struct(resource.outputs),
            old_inputs=to_struct(resource.inputs), news=to_struct(self._rechecked(resource, inputs)),
        )  # fmt: skip
        answer = self._call("Diff", request)
        kinds = {path: detail.kind for path, detail in answer.detailedDiff.items()}
        replace = provider_pb2.PropertyDiff.UPDATE_REPLACE
        replaces = sorted(path for path, kind in kinds.items() if kind == replace)
        assert {path.partition(".")[0] for path in replaces} == set(answer.replaces)
        return Difference(sorted(kinds), replaces, answer.deleteBeforeReplace)

    def preview_update(self, resource: Resource, inputs: Values) -> Values:
        return to_values(self._update(resource, self._rechecked(resource, inputs), preview=True).properties)

    def update(self, resource: Resource, inputs: Values) -> Resource:
        news = self._rechecked(resource, inputs)
        outputs = to_values(self._update(resource, news, preview=False).properties)
        return Resource(resource.token, resource.name, resource.id, news, outputs)

    def read(self, resource: Resource) -> Resource | None:
        """A refresh."""
        request = provider_pb2.ReadRequest(
            id=resource.id, urn=resource.urn, properties=to_struct(resource.outputs), inputs=to_struct(resource.inputs)
        )
        answer = self._call("Read", request)
        if not answer.id:
            return None
        outputs, inputs = to_values(answer.properties), to_values(answer.inputs)
        return Resource(resource.token, resource.name, answer.id, inputs, outputs)

    def get(self, token: str, id: str) -> Resource | None:
        """A `.get()` or an import: an id and nothing else."""
        return self.read(Resource(token, "got", id, {}, {}))

    def delete(self, resource: Resource) -> None:
        request = provider_pb2.DeleteRequest(id=resource.id, urn=resource.urn, properties=to_struct(resource.outputs))
        self._call("Delete", request)

    def invoke(self, token: str, args: Values) -> Values:
        request = provider_pb2.InvokeRequest(tok=token, args=to_struct(args))
        return to_values(getattr(self._call("Invoke", request), "return"))

    def configure(self, args: Values) -> None:
        self._call("Configure", provider_pb2.ConfigureRequest(args=to_struct(args)))

    def checked(self, token: str, name: str, inputs: Values) -> Values:
        news, failures = self.check(token, name, inputs)
        assert failures == []
        return news

    def _rechecked(self, resource: Resource, inputs: Values) -> Values:
        news, failures = self.check(resource.token, resource.name, inputs, resource.inputs)
        assert failures == []
        return news

    def _update(self, resource: Resource, news: Values, *, preview: bool) -> Any:
        request = provider_pb2.UpdateRequest(
            id=resource.id, urn=resource.urn, olds=to_struct(resource.outputs), news=to_struct(news), preview=preview
        )
        return self._call("Update", request)

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise RefusedError(error.details()) from None  # type: ignore[attr-defined] # every call error has it


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of a local AWS of this session's own."""
    command = [sys.executable, "-m", "local.aws.server", "--port", "0"]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="session")
def seeded(endpoint: str) -> SeededAws:
    return seed(endpoint)


@pytest.fixture(scope="session")
def client(endpoint: str) -> Any:
    """A plain client of a service, to look at the truth and to change it behind the plugin's back."""
    session = botocore.session.Session()
    made: dict[str, Any] = {}

    def of(service: str) -> Any:
        if service not in made:
            made[service] = session.create_client(
                service, region_name="ap-northeast-2", endpoint_url=endpoint,
                aws_access_key_id="tests", aws_secret_access_key="tests",
            )  # fmt: skip
        return made[service]

    return of


@pytest.fixture(scope="session")
def channel() -> Iterator[Any]:
    """Make a server for a plugin and answer the engine's end of it."""
    with ExitStack() as stack:

        def connect() -> Driver:
            address = stack.enter_context(served(plugin))
            return Driver(provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(address)))

        yield connect


def settings(endpoint: str, **more: Any) -> Values:
    """The provider's configuration as the engine sends it."""
    services = ("s3", "iam", "eks", "ec2", "autoscaling", "sts")
    return {
        "region": "ap-northeast-2",
        "endpoints": "[{" + ", ".join(f'"{s}": "{endpoint}"' for s in services) + "}]",
        "accessKey": "tests",
        "secretKey": "tests",
        "s3UsePathStyle": "true",
        "skipCredentialsValidation": "true",
        "skipRequestingAccountId": "true",
        **more,
    }


@pytest.fixture(scope="session")
def engine(channel: Any, endpoint: str, seeded: SeededAws) -> Driver:
    """The plugin, configured for the seeded AWS."""
    driver: Driver = channel()
    driver.configure(settings(endpoint))
    return driver


@pytest.fixture(scope="session")
def provider_settings() -> Any:
    return settings


@pytest.fixture(scope="session")
def refused() -> type[Exception]:
    return RefusedError
