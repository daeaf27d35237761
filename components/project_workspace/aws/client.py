"""AWS as the stack reaches it, with time limits, and its failures in one sentence each.

Owns: making a client, the time limit of a call, and mapping errors. Does not own: whose credentials (`session.py`),
which account (`provider_connection.py`), any service's meaning. botocore, which boto3 is a shell around, is imported
late: it takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, Protocol, TypeVar

from project_workspace.aws.session import create
from project_workspace.aws.settings import AwsSettings
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)

Answer = TypeVar("Answer")

CONNECT_SECONDS, READ_SECONDS = 5, 15
"""Time limits of one connection and of one wait for the next byte."""
READ_ATTEMPTS = 4
"""How often a read that nobody waits for is tried."""
CALL_SECONDS = 25.0
"""Time limit of one call with all its repeats: within the time for which a Lease is safely held (`lease`)."""

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_MISSING = {
    "NoSuchEntity",
    "NoSuchBucket",
    "NoSuchResourceException",
    "NotFoundException",
    "ResourceNotFoundException",
}
_CONFLICT = {"LimitExceeded", "ConcurrentModification", "DeleteConflict", "EntityTemporarilyUnmodifiable"}
_BUSY = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "TooManyRequestsException"}


class Clients(Protocol):
    """Makes the client of a service, in one region and as one identity; see `client`."""

    def __call__(self, service: str, *, attempts: int = 1) -> Any: ...


def clients(settings: AwsSettings, region: str) -> Clients:
    """Clients in that region by those settings."""
    return lambda service, *, attempts=1: client(settings, service, region, attempts=attempts)


def client(settings: AwsSettings, service: str, region: str | None = None, *, attempts: int = 1) -> Any:
    """A botocore client. `attempts` above 1 only where a repeat is harmless and nobody waits for a Lease.

    Raises CredentialsError when the profile or the region is not there.
    """
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        proxies=dict(settings.proxies) or None,
        use_fips_endpoint=settings.use_fips_endpoint or None,
        use_dualstack_endpoint=settings.use_dualstack_endpoint or None,
        s3={"addressing_style": "path"} if settings.s3_use_path_style else None,
    )
    try:
        return create(
            settings,
            service,
            region_name=(settings.sts_region if service == "sts" else None) or region or settings.region,
            endpoint_url=settings.endpoint(service),
            verify=settings.verify,
            config=config,
        )
    except BotoCoreError as error:
        raise CredentialsError(
            f"No AWS client for {service}: {error}",
            where=f"AWS, by {settings.identity}",
            remedy="Check AWS_PROFILE, AWS_REGION and the stack's 'aws:' settings.",
        ) from None


def with_deadline(call: Callable[[], Answer]) -> Answer:
    """What the call answers within CALL_SECONDS; else raises botocore's ReadTimeoutError.

    botocore has no limit for a whole call: an answer that drips is waited for as long as it drips. The thread is left
    to its own end, and ends with the process.
    """
    from botocore.exceptions import ReadTimeoutError

    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=run, name="aws-call", daemon=True).start()
    try:
        return answer.result(CALL_SECONDS)
    except TimeoutError:
        raise ReadTimeoutError(endpoint_url="AWS") from None


@contextmanager
def translate_errors(operation: str, where: str, *, writes: bool = False) -> Generator[None]:
    """Turn what botocore raises in the block into a RemoteError. `operation` is, for example, `iam:GetPolicy`.

    A KeyError in the block means that the answer is not AWS's: botocore reads any well-formed page as an empty answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        raise _refusal(operation, where, error.response, writes=writes) from None
    except (ResponseParserError, KeyError):
        raise _no_answer(operation, where, "a page that is not AWS's own", writes=writes) from None
    except BotoCoreError as error:
        raise _failure(operation, where, error, writes=writes) from None


def _refusal(operation: str, where: str, response: Any, *, writes: bool) -> RemoteError:
    told = response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))[:300]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    what = f"{operation} failed: {message or code}"
    kinds: tuple[tuple[set[str], type[RefusedError], str], ...] = (
        (_CREDENTIALS, CredentialsError, "Log in to AWS again, for example with 'aws sso login', and run it again."),
        (_DENIED, RefusedError, f"Allow {operation} on it for your AWS identity."),
        (_MISSING, NotFoundError, "Check its name, the AWS account and the region."),
        (_CONFLICT, ConflictError, "Somebody else changes it at the same time; try again."),
    )
    for codes, kind, remedy in kinds:
        if code in codes:
            return kind(what, where=where, remedy=remedy)
    if code in _BUSY or status >= 500 or status == 429:
        return UnreachableError(
            what, where=where, remedy="Run the same command again later.", may_have_happened=writes and status >= 500
        )
    if not code or code.isdigit():
        # botocore found no code of AWS's and took the status for one: its 404 does not say that the thing is gone.
        return _no_answer(operation, where, f"status {status}", writes=writes)
    return RefusedError(what, where=where, remedy="Correct what it names and run the same command again.")


def _failure(operation: str, where: str, error: Exception, *, writes: bool) -> RemoteError:
    from botocore.exceptions import (
        ConnectTimeoutError,
        EndpointConnectionError,
        HTTPClientError,
        NoCredentialsError,
        NoRegionError,
        PartialCredentialsError,
        TokenRetrievalError,
    )

    if isinstance(error, (NoCredentialsError, PartialCredentialsError, TokenRetrievalError)):
        return CredentialsError(
            f"{operation} failed: no AWS credentials", where=where, remedy="Log in to AWS, for example 'aws sso login'."
        )
    if isinstance(error, NoRegionError):
        return CredentialsError(
            f"{operation} failed: no AWS region", where=where, remedy="Set 'aws:region' in the stack's file."
        )
    sent = isinstance(error, HTTPClientError) and not isinstance(error, (ConnectTimeoutError, EndpointConnectionError))
    return _no_answer(operation, where, type(error).__name__, writes=writes and sent)


def _no_answer(operation: str, where: str, why: str, *, writes: bool) -> UnreachableError:
    return UnreachableError(
        f"{operation} failed: no usable answer from AWS ({why})",
        where=where,
        remedy="Check the network and the region, then run the same command again.",
        may_have_happened=writes,
    )
