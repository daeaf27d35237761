"""How this program speaks HTTP to a remote: time limits, retries, defensive reading, and errors as sentences.

Owns: what may be repeated and how often, the size and time of an answer, JSON decoding, and the `UnreachableError` of
every failure that is not the remote's own word. Does not own: sessions, paths, or what a 4xx means; the caller gets
those answers. Why one place: a repeat that is not harmless, or a call without a limit, shows only in production.

What is repeated, and what is not because a second time might do harm:
- a connection that was never made, and 429: always, for nothing has happened;
- a lost answer, 502, 503, 504: only what the caller calls `repeatable` (reads, whole-body PUT, DELETE);
- everything else, 500 included: never.
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from project_workspace.remote.errors import RefusedError, UnreachableError
from project_workspace.schema.urls import is_server_url

# httpcore logs whole headers at DEBUG, session cookies among them; nobody's debugging shall print those.
logging.getLogger("httpcore").setLevel(logging.INFO)

READS = frozenset({"GET", "HEAD"})
GATEWAY = frozenset({502, 503, 504})
"""Answers of a proxy whose server is away for a moment."""
NOT_IMPLEMENTED = 501
"""The remote's own word, as a 4xx is: it understood and does not do this."""


@dataclass(frozen=True)
class Limits:
    """Time and size limits of one remote."""

    connect_seconds: float = 5
    answer_seconds: float = 30
    """From the sent request to the last byte of its answer."""
    attempts: int = 4
    """Calls in all, the first included."""
    pause_seconds: float = 0.5
    """Upper bound of the first pause; it doubles, with full jitter."""
    longest_pause_seconds: float = 20
    """No pause is longer; a remote that asks for more (Retry-After) is given up."""
    largest_answer: int = 16 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """The remote's own word: 2xx with decoded JSON, or 4xx and 501 with JSON or, where it is none, None."""

    status: int
    data: Any
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    location: str = ""
    """Where what was made is to be found; empty when the remote does not say."""


class _LostError(Exception):
    """No usable answer this time; `pause` is what the remote asked for, in seconds."""

    def __init__(self, error: UnreachableError, *, repeat: bool, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.repeat = repeat
        self.pause = pause


@dataclass(frozen=True)
class _Asked:
    """A request, with the words for its failure."""

    work: str
    where: str
    request: httpx.Request


class HttpRemote:
    """One remote at one URL; safe for use by several threads."""

    def __init__(self, url: str, label: str, limits: Limits | None = None) -> None:
        """`label` names the remote in messages, for example "AI Conductor"."""
        self.url = _checked(url, label)
        self.label = label
        self.limits = limits or Limits()
        # A jar that takes no cookies: sessions belong to the caller, and requests must not differ by thread.
        self._client = httpx.Client(
            timeout=httpx.Timeout(self.limits.answer_seconds, connect=self.limits.connect_seconds),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            # A plain http URL never becomes another one, so nothing could be checked by certificates.
            verify=False if urlsplit(self.url).scheme == "http" else _authorities(),
        )
        self._wait = wait_random_exponential(
            multiplier=self.limits.pause_seconds, max=self.limits.longest_pause_seconds
        )

    def call(
        self,
        work: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        place: str | None = None,
    ) -> Answer:
        """One request, repeated where that is harmless; raises `UnreachableError`.

        `work` completes "Could not ..." in messages. `body` is sent as JSON, `form` as a form. `repeatable`: default is
        whether the method only reads.
        `place` is where it failed, in messages; default: method and URL, which may be long.
        """
        request = self._client.build_request(
            method, f"{self.url}/{path.lstrip('/')}", params=query, json=body, data=form, headers=headers
        )
        harmless = method in READS if repeatable is None else repeatable
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, _LostError) and error.repeat),
            stop=stop_after_attempt(self.limits.attempts),
            wait=self._pause,
            reraise=True,
        )
        where = place or f"{method} {self.url}/{path.lstrip('/')}"
        try:
            return retrying(self._once, _Asked(work, where, request), harmless)
        except _LostError as lost:
            raise lost.error from None

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, _LostError) else None
        return self._wait(state) if asked is None else asked

    def _once(self, asked: _Asked, harmless: bool) -> Answer:
        try:
            status, headers, content, cookies = self._exchange(asked.request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise _LostError(self._unreachable(asked, _reason(error), sent=False), repeat=True) from None
        except httpx.HTTPError as error:
            raise _LostError(self._unreachable(asked, _reason(error)), repeat=harmless) from None
        if status == 429:
            raise self._too_many(asked, headers)
        if (status >= 500 and status != NOT_IMPLEMENTED) or status < 200 or 300 <= status < 400:
            reason = _unusable(status, headers)
            raise _LostError(
                self._unreachable(asked, reason, sent=status >= 500), repeat=harmless and status in GATEWAY
            )
        try:
            data = json.loads(content) if content else None
        except ValueError:
            if status < 300:
                lost = self._unreachable(asked, _not_json(headers, content))
                raise _LostError(lost, repeat=False) from None
            data = None
        return Answer(status, data, cookies, headers.get("location", ""))

    def _exchange(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes, dict[str, str]]:
        """Send and read all, within the limits of time and size."""
        ends = time.monotonic() + self.limits.answer_seconds
        response = self._client.send(request, stream=True)
        try:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > self.limits.largest_answer:
                    raise httpx.ReadError(f"the answer is larger than {self.limits.largest_answer} bytes")
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("the answer did not end")
            return response.status_code, response.headers, bytes(content), dict(response.cookies)
        finally:
            response.close()

    def _too_many(self, asked: _Asked, headers: httpx.Headers) -> _LostError:
        pause = _retry_after(headers.get("retry-after"))
        patient = pause is None or pause <= self.limits.longest_pause_seconds
        reason = "it has too many requests (429)" + (f" and asks for a pause of {pause:.0f} s" if pause else "")
        return _LostError(self._unreachable(asked, reason, sent=False), repeat=patient, pause=pause)

    def _unreachable(self, asked: _Asked, reason: str, *, sent: bool = True) -> UnreachableError:
        happened = sent and asked.request.method not in READS
        doubt = "It may have happened all the same. " if happened else ""
        return UnreachableError(
            f"Could not {asked.work}: {self.label} gave no usable answer: {reason}",
            where=asked.where,
            remedy=f"{doubt}Check that the server is up and the URL is right, then run it again.",
            may_have_happened=happened,
        )


@cache
def _authorities() -> ssl.SSLContext:
    """Who is trusted, loaded once a process and only for https: it takes up to a tenth of a second."""
    return httpx.create_ssl_context()


def _checked(url: str, label: str) -> str:
    trimmed = url.strip().rstrip("/")
    if not is_server_url(trimmed):
        raise RefusedError(
            f"Expected the URL of {label}, for example 'https://{label.lower().replace(' ', '-')}.example.com'",
            where="setting 'url'",
            remedy="Give scheme and host, without credentials or query.",
        )
    return trimmed


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection within the time limit"
    if isinstance(error, httpx.TimeoutException):
        return "no answer within the time limit"
    return f"{error}".rstrip(".") or type(error).__name__


def _unusable(status: int, headers: httpx.Headers) -> str:
    if 300 <= status < 400:
        host = urlsplit(headers.get("location", "")).hostname or "another page"
        return f"it redirects ({status}) to {host}, which is not followed"
    return f"status {status}"


def _not_json(headers: httpx.Headers, content: bytes) -> str:
    kind = headers.get("content-type", "no content type").split(";")[0]
    if content.lstrip()[:1] == b"<":
        return f"a web page ({kind}) instead of JSON"
    return f"text that is not whole JSON ({len(content)} bytes)"


def _retry_after(text: str | None) -> float | None:
    """Seconds of a Retry-After header, which is a number or an HTTP date; None when absent or unreadable."""
    if not text:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    zoned = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((zoned - datetime.now(UTC)).total_seconds(), 0.0)
