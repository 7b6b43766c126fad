"""What one caller can take from the others: bodies too large or too slow, and too many requests at once."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from app.limits import BodyLimit, RequestsInFlight


async def _length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _forgiving(request: Request) -> Response:
    """An application that answers whatever happens to the body."""
    try:
        await request.body()
    except Exception:
        return PlainTextResponse("never mind", 400)
    return PlainTextResponse("fine")


async def _live(_request: Request) -> Response:
    return PlainTextResponse("live")


def _app(patience: float = 60) -> ASGIApp:
    routes = [
        Route("/length", _length, methods=["POST"]),
        Route("/forgiving", _forgiving, methods=["POST"]),
        Route("/v1/imports", _length, methods=["POST"]),
    ]
    return BodyLimit(Starlette(routes=routes), 1000, {"/v1/imports": 5000}, patience)


def _client(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://register")


async def _pieces(*sizes: int, pause: float = 0) -> AsyncIterator[bytes]:
    for size in sizes:
        await asyncio.sleep(pause)
        yield b"x" * size


def _is_problem(answer: httpx.Response, status: int) -> bool:
    return (
        answer.status_code == status == answer.json()["status"]
        and answer.headers["content-type"] == "application/problem+json"
    )


async def test_a_body_within_the_limit_arrives_whole() -> None:
    async with _client(_app()) as client:
        assert (await client.post("/length", content=b"x" * 1000)).text == "1000"
        assert (await client.post("/length", content=_pieces(400, 600))).text == "1000"
        assert (await client.post("/length")).text == "0"


async def test_a_body_announced_too_long_is_refused_before_it_is_read() -> None:
    async with _client(_app()) as client:
        assert _is_problem(await client.post("/length", content=b"x" * 1001), 413)


@pytest.mark.parametrize("path", ["/length", "/forgiving"])
async def test_a_body_that_grows_too_long_is_refused_whatever_the_application_makes_of_it(path: str) -> None:
    async with _client(_app()) as client:
        assert _is_problem(await client.post(path, content=_pieces(600, 600, 600)), 413)


@pytest.mark.parametrize("announced", ["9" * 30, "9" * 5000, "-1", "ten"])
async def test_an_absurd_announcement_is_not_believed(announced: str) -> None:
    async with _client(_app()) as client:
        answer = await client.post("/length", content=b"x" * 9, headers={"Content-Length": announced})
        assert answer.text == "9"


async def test_imports_have_a_limit_of_their_own() -> None:
    async with _client(_app()) as client:
        assert (await client.post("/v1/imports", content=b"x" * 5000)).text == "5000"
        assert _is_problem(await client.post("/v1/imports", content=b"x" * 5001), 413)


async def test_a_body_that_trickles_is_given_up() -> None:
    async with _client(_app(patience=0.1)) as client:
        answer = await client.post("/length", content=_pieces(1, 1, 1, 1, pause=0.05))
        assert _is_problem(answer, 408)
        assert answer.headers["connection"] == "close"


async def test_a_streamed_answer_to_a_body_is_not_cut_short_by_the_patience_for_bodies() -> None:
    async def echo(request: Request) -> Response:
        await request.body()
        return StreamingResponse(_pieces(1, 1, 1, 1, pause=0.5))

    app = BodyLimit(Starlette(routes=[Route("/", echo, methods=["POST"])]), 1000, {}, patience=1)
    async with _client(app) as client:
        assert (await client.post("/", content=b"x")).text == "xxxx"


class _Gate:
    """An endpoint that answers when it is told to."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.inside = 0
        self.most_inside = 0

    async def wait(self, _request: Request) -> Response:
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        try:
            await self.open.wait()
        finally:
            self.inside -= 1
        return PlainTextResponse("through")

    async def until_inside(self, requests: int) -> None:
        for _ in range(6000):
            if self.inside == requests:
                return
            await asyncio.sleep(0.01)
        pytest.fail("waited a minute in vain")

    def app(self, most: int, most_waiting: int, longest_wait: float) -> ASGIApp:
        routes = [Route("/", self.wait), Route("/livez", _live)]
        return RequestsInFlight(Starlette(routes=routes), most, most_waiting, longest_wait)


async def test_what_does_not_fit_in_the_queue_is_refused_at_once() -> None:
    gate = _Gate()
    async with _client(gate.app(most=2, most_waiting=3, longest_wait=60)) as client:
        asked = [asyncio.create_task(client.get("/")) for _ in range(9)]
        await gate.until_inside(2)
        refused, waiting = await asyncio.wait(asked, timeout=0.5)
        assert len(refused) == 4
        for task in refused:
            assert _is_problem(task.result(), 503)
            assert task.result().headers["retry-after"] == "1"
        gate.open.set()
        answers = await asyncio.gather(*waiting)
    assert [answer.text for answer in answers] == ["through"] * 5
    assert gate.most_inside == 2


async def test_nobody_waits_longer_than_the_bound() -> None:
    gate = _Gate()
    async with _client(gate.app(most=1, most_waiting=9, longest_wait=0.05)) as client:
        served = asyncio.create_task(client.get("/"))
        await gate.until_inside(1)
        assert _is_problem(await client.get("/"), 503)
        gate.open.set()
        assert (await served).text == "through"
        assert (await client.get("/")).text == "through"


async def test_health_is_answered_however_busy_the_service_is() -> None:
    gate = _Gate()
    async with _client(gate.app(most=1, most_waiting=0, longest_wait=0.05)) as client:
        served = asyncio.create_task(client.get("/"))
        await gate.until_inside(1)
        assert (await client.get("/livez")).text == "live"
        gate.open.set()
        await served


async def test_a_caller_who_leaves_frees_the_place() -> None:
    gate = _Gate()
    async with _client(gate.app(most=1, most_waiting=1, longest_wait=1)) as client:
        for _ in range(5):
            leaving = [asyncio.create_task(client.get("/")) for _ in range(2)]
            await asyncio.sleep(0.01)
            for task in leaving:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)
        gate.open.set()
        assert (await client.get("/")).text == "through"
