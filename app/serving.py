"""The service's life: from an open port to the last answer, in the foreground or beside other work.

SIGINT (Ctrl-C) and SIGTERM ask a service that is up to finish the requests in flight and stop: that is an
ordinary end, exit code 0. While something is still being prepared they break it off: 130 and 143.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import httpx
import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 30
"""How long requests in flight may take to finish once the service is told to stop."""

READY_SECONDS = 60
"""How long a service may take from its start until `/readyz` says that it can answer."""

MOST_CONNECTIONS = 1000
"""A last wall: connections and not requests, far above what `app/limits.py` lets in."""

STOPS = (signal.SIGINT, signal.SIGTERM)

AppFactory = Callable[[], ASGIApp]


class ServingError(Exception):
    """The service cannot be started, for a reason that a person can act on."""


def serve(app_factory: AppFactory, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then let the requests in flight finish. Call it from the main thread."""
    server, listener = _server(app_factory), _listen(host, port)
    with listener, _handling_stops(lambda: setattr(server, "should_exit", True)):
        server.run(sockets=[listener])


@contextmanager
def serving(app_factory: AppFactory, host: str, port: int) -> Iterator[str]:
    """Serve beside the caller's own work: yields the base URL once the service is ready, stops it at the end.

    Port 0 takes any free port. The service lives in a thread of this process, so it cannot outlive it.
    """
    server, listener = _server(app_factory), _listen(host, port)
    url = f"http://{_reachable(host)}:{listener.getsockname()[1]}"
    with listener, ThreadPoolExecutor(1, "service") as thread:
        service = thread.submit(server.run, [listener])
        try:
            _await_ready(url, service)
            yield url
        finally:
            _stop(server, service)


def require_free(host: str, port: int) -> None:
    """Refuse a taken port before the work that comes before serving on it."""
    _listen(host, port).close()


def wait_until_told_to_stop() -> None:
    """Block until SIGINT or SIGTERM arrives. Call it from the main thread, outside any event loop."""

    async def until_told() -> None:
        told = asyncio.Event()
        for number in STOPS:
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        await told.wait()

    with _handling_stops(lambda: None):
        asyncio.run(until_told())


def end_on_sigterm() -> None:
    """Let SIGTERM end this process like Ctrl-C does: by an exception, so that everything is tidied up."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)


@contextmanager
def _handling_stops(told: Callable[[], None]) -> Iterator[None]:
    """Answer the stop signals while what runs inside does not, and bring the former handlers back.

    Uvicorn sends itself the signal once more when it has obeyed it: that one means nothing any more.
    """
    before = {number: signal.signal(number, lambda *_: told()) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(server: uvicorn.Server, service: Future[None]) -> None:
    """Stop gracefully; whoever is impatient and interrupts once more cuts the requests in flight off."""
    server.should_exit = True
    try:
        wait([service])
    except BaseException:
        server.force_exit = True
        wait([service])
        raise


def _server(app_factory: AppFactory) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app_factory(),
            lifespan="on",
            ws="none",
            proxy_headers=False,
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is started, so that a taken one is told plainly."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServingError(
            f"port {port} of {host} is not to be had ({reason}); choose another PORT"
        ) from None


def _reachable(host: str) -> str:
    """The address under which this machine itself reaches a service that listens at `host`."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{own}]" if ":" in own else own


def _await_ready(url: str, service: Future[None]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if service.done():
            raise ServingError("the service did not start; the log says why") from service.exception()
        try:
            if httpx.get(f"{url}/readyz", timeout=1, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise ServingError(f"the service was not ready within {READY_SECONDS} s")
