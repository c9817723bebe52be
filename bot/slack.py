"""Calls to Slack's Web API over connections that stay open; every outcome is one of four, and none is retried here."""

import json
import math
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, ProxyError

SLACK = "https://slack.com/api/"
A_TURN = timedelta(seconds=2)  # what a rounded header can't explain
AMBIGUOUS = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})


class SlackTrouble(Exception):
    """A call that did not end in `ok`."""


class Declined(SlackTrouble):
    """Slack said no to `method`, and did nothing: `error` is its word for why, `answer` everything it said."""

    def __init__(
        self,
        error: str,
        retry_after: float | None = None,
        method: str = "",
        answer: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(error)
        self.error, self.retry_after, self.method, self.answer = error, retry_after, method, answer


class Unreached(SlackTrouble):
    """The call never left this machine, so nothing can have happened."""


class Unsettled(SlackTrouble):
    """Nobody knows whether Slack did it: a dropped connection, a time-out, a server error."""


class Slack:
    """One workspace's Web API; safe to use from many threads."""

    def __init__(self, url: str, token: str, *, timeout: float = 20.0) -> None:
        """`timeout` is the most seconds one call may take."""
        self.url = url if url.endswith("/") else url + "/"
        self.token = token
        self.trust = _trust()
        self._timeout = timeout
        self._pool = _pool(self.url, self.trust)
        self._ahead = timedelta()  # how far Slack's clock is ahead of ours

    def call(self, method: str, *, timeout: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Slack's answer. Raises Declined, Unreached or Unsettled."""
        body = urlencode({name: _plain(value) for name, value in arguments.items() if value is not None})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        response = self._post(self.url + method, body.encode(), headers, timeout or self._timeout)
        if response.status == 429:
            raise Declined("ratelimited", _seconds(response.headers.get("Retry-After")), method)
        if response.status >= 500:
            raise Unsettled(f"HTTP {response.status}")
        try:
            answer: Any = json.loads(response.data)
        except ValueError:
            raise Unsettled("an answer that is not JSON") from None
        if not isinstance(answer, dict):
            raise Unsettled("an answer that is no object")
        self._read_clock(response.headers)
        if answer.get("ok"):
            return {**answer, "scopes": response.headers.get("x-oauth-scopes", "")}
        error = str(answer.get("error", "unknown_error"))
        if error in AMBIGUOUS:
            raise Unsettled(error)
        wait = _seconds(response.headers.get("Retry-After")) if "limited" in error else None
        raise Declined(error, wait, method, answer)

    def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Answer by the address a payload carried; only Slack's own addresses are used."""
        if not self._is_slacks(response_url):
            raise Declined("response_url is not Slack's")
        response = self._post(response_url, json.dumps(message).encode(), {"Content-Type": "application/json"}, 5.0)
        if response.status != 200:
            raise Declined(f"HTTP {response.status}")

    def upload(self, address: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack gave for them; only Slack's own addresses are used."""
        if not self._is_slacks(address):
            raise Declined("upload_url is not Slack's")
        response = self._post(address, content, {"Content-Type": "application/octet-stream"}, self._timeout)
        if response.status >= 500:
            raise Unsettled(f"HTTP {response.status}")
        if response.status != 200:
            raise Declined(f"HTTP {response.status}")

    def fetch(self, address: str, most: int) -> bytes:
        """The bytes of a file in Slack, no more than `most` and one; only Slack's own addresses are used."""
        if not self._is_slacks(address):
            raise Declined("the file's address is not Slack's")
        with _told_apart(), self._pool.request(
            "GET", address, headers={"Authorization": f"Bearer {self.token}"}, preload_content=False,
            timeout=urllib3.Timeout(total=self._timeout), retries=False, redirect=False,
        ) as response:  # fmt: skip
            if response.status == 429:
                raise Declined("ratelimited", _seconds(response.headers.get("Retry-After")))
            if response.status >= 500:
                raise Unsettled(f"HTTP {response.status}")
            if response.status != 200:
                raise Declined(f"HTTP {response.status}")
            return response.read(most + 1)

    def now(self) -> datetime:
        """The time by Slack's own clock, as its last answer told it."""
        return datetime.now(UTC) + self._ahead

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.clear()

    def _post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> urllib3.BaseHTTPResponse:
        limits = urllib3.Timeout(total=timeout)
        with _told_apart():
            return self._pool.request(
                "POST", url, body=body, headers=headers, timeout=limits, retries=False, redirect=False
            )

    def _is_slacks(self, url: str) -> bool:
        target, home = urlsplit(url), urlsplit(self.url)
        if self.url != SLACK and (target.scheme, target.netloc) == (home.scheme, home.netloc):
            return True
        host = target.hostname or ""
        return (
            target.scheme == "https"
            and target.port in (None, 443)
            and (host == "slack.com" or host.endswith(".slack.com"))
        )

    def _read_clock(self, headers: Mapping[str, str]) -> None:
        """The header is cut to whole seconds, so Slack is at least that far ahead; only a real turn sets us back."""
        try:
            at_least = parsedate_to_datetime(headers["Date"]).astimezone(UTC) - datetime.now(UTC)
        except (KeyError, ValueError):
            return
        if at_least > self._ahead or at_least < self._ahead - A_TURN:
            self._ahead = at_least


def proxy(url: str) -> str | None:
    """The proxy that the environment names for this address, if any; what is on this machine is reached directly."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1" or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(parts.scheme)


@contextmanager
def _told_apart() -> Iterator[None]:
    """What goes wrong on the way, as what is known of it: it never left, or nobody knows."""
    try:
        yield
    except (ConnectTimeoutError, ProxyError) as error:
        raise Unreached(type(error).__name__) from error
    except MaxRetryError as error:
        raise Unsettled(type(error.reason).__name__) from error
    except HTTPError as error:
        raise Unsettled(type(error).__name__) from error


@cache
def _trust() -> ssl.SSLContext:
    """One for all connections of the process: building it costs 20 ms."""
    return ssl.create_default_context()


def _pool(url: str, trust: ssl.SSLContext) -> urllib3.PoolManager:
    through = proxy(url)
    if through:
        return urllib3.ProxyManager(through, maxsize=16, ssl_context=trust)
    return urllib3.PoolManager(maxsize=16, ssl_context=trust)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    )


def _seconds(stated: str | None) -> float:
    """Retry-After in seconds, from one to an hour; a value that is no number means one minute."""
    try:
        wait = float(stated or 60)
    except ValueError:
        return 60.0
    return min(max(wait, 1.0), 3600.0) if math.isfinite(wait) else 60.0
