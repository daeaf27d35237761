"""AWS by the usual chain, with time limits, and its failures told in one sentence.

Owns: making a boto3 client (credentials, profile and endpoint as every AWS tool finds them) and mapping its
errors. Does not own: any service's meaning. boto3 is imported late: it takes a second, and previews need none
of it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from components.clients.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)

CONNECT_SECONDS, READ_SECONDS = 5, 15
"""Time limits of one call: together within the time for which a Lease is safely held (`lease`)."""

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_MISSING = {"NoSuchEntity", "NoSuchBucket", "404"}
_CONFLICT = {"LimitExceeded", "ConcurrentModification", "DeleteConflict", "EntityTemporarilyUnmodifiable"}
_BUSY = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "TooManyRequestsException"}


def client(service: str, region: str | None = None, *, attempts: int = 1) -> Any:
    """A boto3 client. `attempts` above 1 only where a repeat is harmless and nobody waits for a Lease.

    Raises CredentialsError when the profile or the region is not there.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )
    try:
        return boto3.session.Session().client(service, region_name=region, config=config)  # pyright: ignore[reportCallIssue, reportArgumentType]
    except BotoCoreError as error:
        raise CredentialsError(
            f"No AWS client for {service}: {error}", where="AWS", remedy="Check AWS_PROFILE and AWS_REGION."
        ) from None


@contextmanager
def explained(operation: str, where: str, *, writes: bool = False) -> Generator[None]:
    """Turn what boto3 raises in the block into a RemoteError. `operation` is, for example, `iam:GetPolicy`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refusal(operation, where, error.response, writes=writes) from None
    except BotoCoreError as error:
        raise _failure(operation, where, error, writes=writes) from None


def _refusal(operation: str, where: str, response: Any, *, writes: bool) -> RemoteError:
    told = response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))[:300]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    what = f"{operation} failed: {message or code}"
    if code in _CREDENTIALS:
        remedy = "Log in to AWS again, for example with 'aws sso login', and run the same command again."
        return CredentialsError(what, where=where, remedy=remedy)
    if code in _DENIED:
        return RefusedError(what, where=where, remedy=f"Allow {operation} on it for your AWS identity.")
    if code in _MISSING:
        return NotFoundError(what, where=where, remedy="Check its name, the AWS account and the region.")
    if code in _CONFLICT:
        return ConflictError(what, where=where, remedy="Somebody else changes it at the same time; try again.")
    if code in _BUSY or status >= 500:
        return UnreachableError(
            what, where=where, remedy="Run the same command again later.", may_have_happened=writes and status >= 500
        )
    return RefusedError(what, where=where, remedy="Correct what it names and run the same command again.")


def _failure(operation: str, where: str, error: Exception, *, writes: bool) -> RemoteError:
    from botocore.exceptions import (
        ConnectTimeoutError,
        EndpointConnectionError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
        TokenRetrievalError,
    )

    if isinstance(error, (NoCredentialsError, PartialCredentialsError, TokenRetrievalError)):
        return CredentialsError(
            f"{operation} failed: no AWS credentials", where=where, remedy="Log in to AWS, for example 'aws sso login'."
        )
    sent = isinstance(error, HTTPClientError) and not isinstance(error, (ConnectTimeoutError, EndpointConnectionError))
    return UnreachableError(
        f"{operation} failed: no usable answer from AWS ({type(error).__name__})",
        where=where,
        remedy="Check the network and the region, then run the same command again.",
        may_have_happened=writes and sent,
    )
