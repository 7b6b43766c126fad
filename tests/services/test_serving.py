"""How the service starts and stops, with real processes, signals and ports."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.serving import ServingError, serve, serving

ROOT = Path(__file__).parents[2]

# A service that is ready at once and takes half a second to answer at /slow.
APP = """
import asyncio, sys
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from app import embedded, serving

async def ready(request): return PlainTextResponse("ready")
async def slow(request):
    print("begun", flush=True)
    await asyncio.sleep(0.5)
    return PlainTextResponse("finished")
def make(): return Starlette(routes=[Route("/readyz", ready), Route("/slow", slow)])
"""
IN_FRONT = "serving.serve(make, '127.0.0.1', int(sys.argv[1]))"
WITH_DATABASE = """
serving.end_on_sigterm()
with embedded.running(Path(sys.argv[2]), durable=False):
    with serving.serving(make, "127.0.0.1", 0) as url:
        print(url, flush=True)
        serving.wait_until_told_to_stop()
    print("service stopped", flush=True)
print("database stopped", flush=True)
"""
BROKEN_OFF = """
serving.end_on_sigterm()
with embedded.running(Path(sys.argv[2]), durable=False):
    with serving.serving(make, "127.0.0.1", 0) as url:
        print(url, flush=True)
        while True: pass
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    processes = []

    def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", APP + script, *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def state_directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="dangbo-serving-"))
    yield path
    shutil.rmtree(path)


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _patient_get(url: str) -> httpx.Response:
    return httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60).get(url)


def _running_server(state_directory: Path) -> bool:
    return (state_directory / "data" / "postmaster.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_service_told_to_stop_finishes_what_it_has_begun_and_ends_well(
    start: Start, number: signal.Signals
) -> None:
    port = _free_port()
    process = start(IN_FRONT, str(port))
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(_patient_get(f"http://127.0.0.1:{port}/slow")))
    asking.start()
    assert _line(process) == "begun"
    process.send_signal(number)
    asking.join()
    assert answers[0].text == "finished"
    assert process.wait(60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_the_service_stops_and_then_its_database(
    start: Start, state_directory: Path, number: signal.Signals
) -> None:
    process = start(WITH_DATABASE, "-", str(state_directory))
    url = _line(process)
    assert httpx.get(f"{url}/readyz").text == "ready"
    process.send_signal(number)
    assert _line(process) == "service stopped"
    assert _line(process) == "database stopped"
    assert process.wait(60) == 0
    assert not _running_server(state_directory)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143)])
def test_work_that_is_broken_off_still_stops_the_service_and_the_database(
    start: Start, state_directory: Path, number: signal.Signals, code: int
) -> None:
    process = start(BROKEN_OFF, "-", str(state_directory))
    assert _line(process).startswith("http://")
    process.send_signal(number)
    assert process.wait(60) == code
    assert not _running_server(state_directory)


def test_after_a_kill_the_next_start_finds_service_and_database_free(
    start: Start, state_directory: Path
) -> None:
    killed = start(WITH_DATABASE, "-", str(state_directory))
    url = _line(killed)
    killed.kill()
    killed.wait()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/readyz")
    process = start(WITH_DATABASE, "-", str(state_directory))
    assert httpx.get(f"{_line(process)}/readyz").text == "ready"
    process.terminate()
    assert process.wait(60) == 0
    assert not _running_server(state_directory)


def _app() -> Starlette:
    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ready")

    return Starlette(routes=[Route("/readyz", ready)])


def test_a_service_beside_other_work_is_ready_when_the_work_begins_and_gone_when_it_ends() -> None:
    with serving(_app, "127.0.0.1", 0) as url:
        assert httpx.get(f"{url}/readyz").text == "ready"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/readyz")


def test_a_service_that_listens_everywhere_is_reached_over_the_loopback_address() -> None:
    with serving(_app, "0.0.0.0", 0) as url:
        assert url.startswith("http://127.0.0.1:")


def test_an_application_that_does_not_start_is_told() -> None:
    @asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    with (
        pytest.raises(ServingError, match="did not start"),
        serving(lambda: Starlette(lifespan=broken), "127.0.0.1", 0),
    ):
        raise AssertionError("unreachable")


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServingError, match=f"port {port}"):
            serve(_app, "127.0.0.1", port)
