"""What one caller can take from the others: the size and slowness of a body, the number of requests at once.

Pure ASGI, around the whole application, so that a refusal costs next to nothing. A request line or a header
that trickles in is for the proxy in front to cut off: it has not reached an application yet.
"""

import asyncio
import time
from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import answer
from app.language import Language

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
"""Answered however busy the service is: a lane of their own."""

MOST_IN_FLIGHT = 40
MOST_WAITING = 80
LONGEST_WAIT_SECONDS = 0.25

PATIENCE_SECONDS = 20.0
SLOWEST_BYTES_A_SECOND = 16 * 1024


class RequestsInFlight:
    """At most 40 requests are served at once, 80 more wait for at most a quarter of a second.

    All others are refused (503, `Retry-After`) while the service still answers those it has.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: int = MOST_IN_FLIGHT,
        most_waiting: int = MOST_WAITING,
        longest_wait: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        self._app = app
        self._free = asyncio.Semaphore(most)
        self._most_waiting = most_waiting
        self._longest_wait = longest_wait
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._app(scope, receive, send)
        elif await self._admitted():
            try:
                await self._app(scope, receive, send)
            finally:
                self._free.release()
        else:
            await _refuse(scope, receive, send, "unavailable", "busy", 503, {"Retry-After": "1"})

    async def _admitted(self) -> bool:
        if not self._free.locked():
            return await self._free.acquire()
        if self._waiting >= self._most_waiting:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(self._longest_wait):
                return await self._free.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1


class BodyLimit:
    """A body has at most so many bytes (413), and arrives within 20 s or faster than 16 KiB a second (408).

    `larger` gives longer limits to the paths that start as its keys say.
    """

    def __init__(
        self,
        app: ASGIApp,
        most_bytes: int,
        larger: Mapping[str, int],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._larger = larger
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (length := _announced_length(scope)):
            await self._app(scope, receive, send)
            return
        most_bytes = self._limit_of(scope["path"])
        if length > most_bytes:
            await _refuse(scope, receive, send, "too-large", "too_large", 413)
        else:
            body = _Body(scope, receive, send, most_bytes, self._patience)
            try:
                await self._app(scope, body.receive, body.send)
            except ClientDisconnect:
                if not body.refused:
                    raise

    def _limit_of(self, path: str) -> int:
        for prefix, most_bytes in self._larger.items():
            if path.startswith(prefix):
                return most_bytes
        return self._most_bytes


class _Body:
    """One body on its way in. Once it is refused, the application sees a client that has gone."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most_bytes: int, patience: float) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._most_bytes = most_bytes
        self._patience = patience
        self._received = 0
        self._waited = 0.0
        self._complete = False
        self._answering = False
        self.refused = False

    async def receive(self) -> Message:
        if self.refused:
            return {"type": "http.disconnect"}
        if self._complete:
            return await self._receive()
        allowed = self._patience + self._received / SLOWEST_BYTES_A_SECOND - self._waited
        started = time.monotonic()
        try:
            async with asyncio.timeout(allowed):
                message = await self._receive()
        except TimeoutError:
            return await self._refuse("request-timeout", "body_too_slow", 408, {"Connection": "close"})
        self._waited += time.monotonic() - started
        self._received += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._received > self._most_bytes:
            return await self._refuse("too-large", "too_large", 413)
        return message

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._answering = True
            await self._send(message)

    async def _refuse(
        self, kind: str, code: str, status: int, headers: Mapping[str, str] | None = None
    ) -> Message:
        self.refused = True
        if not self._answering:
            await _refuse(self._scope, self._receive, self._send, kind, code, status, headers)
        return {"type": "http.disconnect"}


def _announced_length(scope: Scope) -> int:
    """The length of the body as its headers tell it: 0 without one, 1 when they do not say how long it is."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 19 else 1
        if name == b"transfer-encoding":
            return 1
    return 0


async def _refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    kind: str,
    code: str,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    language = Language.of(accepted.decode("latin-1"))
    problem = answer(kind, code, language, scope.get("request_id"), status=status, headers=headers)
    await problem(scope, receive, send)
