"""What surrounds every request: ids, headers, metrics, the log. No database is needed for it."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from app import logs
from app.observability import Metrics, Observation, install


async def _greet(request: Request) -> Response:
    request.scope["actor_id"] = "0192f0c1"
    return PlainTextResponse("hello", headers=dict(request.query_params))


async def _fail(request: Request) -> Response:
    raise ValueError(f"no such person: {request.query_params['name']}")


def _app() -> Starlette:
    return Starlette(routes=[Route("/people/{person}", _greet), Route("/failing", _fail)])


def _client(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://register")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def client(metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(Observation(_app(), metrics)) as client:
        yield client


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error while the log is configured as the service does it."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure()
    yield written
    structlog.configure(**before)
    logging.getLogger().handlers[:] = handlers


def _entries(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_request_without_an_id_is_given_one(client: httpx.AsyncClient) -> None:
    first, second = await client.get("/people/an"), await client.get("/people/an")
    assert len(first.headers["x-request-id"]) == 32
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_a_well_formed_id_of_the_caller_is_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/people/an", headers={"X-Request-Id": "import-2023.12_a"})
    assert answer.headers["x-request-id"] == "import-2023.12_a"


@pytest.mark.parametrize("wrong", ["a" * 65, "two words", "", 'x"}{"', "đảng".encode()])
async def test_any_other_id_is_replaced(client: httpx.AsyncClient, wrong: str | bytes) -> None:
    answer = await client.get("/people/an", headers={b"X-Request-Id": wrong})
    assert len(answer.headers["x-request-id"]) == 32


async def test_no_answer_may_be_stored_framed_or_sniffed(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/people/an"), await client.get("/nowhere")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert "strict-transport-security" not in answer.headers


async def test_an_answer_that_says_how_it_may_be_stored_is_believed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/people/an", params={"cache-control": "private, no-cache"})
    assert answer.headers.get_list("cache-control") == ["private, no-cache"]


async def test_over_tls_the_browser_is_told_to_stay_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("https://register/people/an")
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_requests_are_counted_by_route_and_never_by_path(
    client: httpx.AsyncClient, metrics: Metrics
) -> None:
    for path in ("/people/an", "/people/binh", "/nowhere/else"):
        await client.get(path)
    await client.request("BREW", "/people/an")

    def counted(method: str, route: str, status: str) -> float | None:
        labels = {"method": method, "route": route, "status": status}
        return metrics.registry.get_sample_value("http_requests_total", labels)

    assert counted("GET", "/people/{person}", "200") == 2
    assert counted("GET", "unmatched", "404") == 1
    assert counted("OTHER", "/people/{person}", "405") == 1
    assert metrics.registry.get_sample_value("http_requests_in_flight") == 0
    labels = {"method": "GET", "route": "/people/{person}"}
    assert metrics.registry.get_sample_value("http_request_duration_seconds_count", labels) == 2


async def test_a_route_inside_routers_is_named_with_their_prefixes(metrics: Metrics) -> None:
    members, version = APIRouter(prefix="/members"), APIRouter(prefix="/v1")

    @members.get("/{member_id}")
    async def get_member(member_id: int) -> int:
        return member_id

    version.include_router(members)
    app = FastAPI()
    app.include_router(version)
    app.add_route("/metrics", metrics.answer)
    install(app, metrics, body_limit=1024, import_limit=1024, cors_origins=[])
    async with _client(app) as client:
        await client.get("/v1/members/7")
        text = (await client.get("/metrics")).text
    expected = 'http_requests_total{method="GET",route="/v1/members/{member_id}",status="200"} 1.0'
    assert expected in text


async def test_routes_without_blanks_and_what_is_mounted_are_named_by_their_place(metrics: Metrics) -> None:
    app = FastAPI()
    app.add_route("/metrics", metrics.answer)
    app.mount("/docs/assets", _app())
    install(app, metrics, body_limit=1024, import_limit=1024, cors_origins=[])
    async with _client(app) as client:
        await client.get("/docs/assets/made/up")
        await client.get("/metrics")
        text = (await client.get("/metrics")).text
    assert 'http_requests_total{method="GET",route="/docs/assets",status="404"} 1.0' in text
    assert 'http_requests_total{method="GET",route="/metrics",status="200"} 1.0' in text


async def test_a_failure_of_the_app_is_marked_and_counted_like_any_answer(metrics: Metrics) -> None:
    app = FastAPI()
    app.add_route("/failing", _fail)
    install(app, metrics, body_limit=1024, import_limit=1024, cors_origins=[])
    async with _client(app) as client:
        answer = await client.get("/failing?name=An")
    assert answer.status_code == 500
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-request-id"]) == 32


async def test_only_the_origins_of_the_setting_may_read_from_a_browser(metrics: Metrics) -> None:
    app = FastAPI()
    install(app, metrics, body_limit=1, import_limit=1, cors_origins=["https://front.example"])
    async with _client(app) as client:
        ours = await client.get("/", headers={"Origin": "https://front.example"})
        theirs = await client.get("/", headers={"Origin": "https://other.example"})
        refused = await client.post("/", content=b"xx", headers={"Origin": "https://front.example"})
    assert ours.headers["access-control-allow-origin"] == "https://front.example"
    assert "access-control-allow-origin" not in theirs.headers
    assert refused.status_code == 413
    assert refused.headers["access-control-allow-origin"] == "https://front.example"


async def test_the_log_has_one_line_a_request_without_anything_the_caller_sent(log: io.StringIO) -> None:
    async with _client(Observation(_app(), Metrics())) as client:
        answer = await client.get("/people/Nguyễn?x-note=secret")
    (entry,) = _entries(log)
    assert entry["event"] == "request"
    assert entry["method"] == "GET"
    assert entry["route"] == "/people/{person}"
    assert entry["status"] == 200
    assert entry["actor_id"] == "0192f0c1"
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert entry["milliseconds"] >= 0
    assert "secret" not in log.getvalue()
    assert "Nguy" not in log.getvalue()


async def test_a_failure_is_logged_by_type_and_place_but_not_by_message(log: io.StringIO) -> None:
    async with _client(Observation(_app(), Metrics())) as client:
        await client.get("/failing?name=Hoa")
    (entry,) = _entries(log)
    assert entry["status"] == 500

    try:
        try:
            raise ValueError("Hoa was born in 1960")
        except ValueError as error:
            raise LookupError("Hoa again") from error
    except LookupError as error:
        structlog.get_logger().error("failure", exc_info=error)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    _, ours, theirs = _entries(log)
    for entry in (ours, theirs):
        assert [one["type"] for one in entry["exception"]] == ["LookupError", "ValueError"]
        assert "test_observability.py" in entry["exception"][0]["at"][0]
    assert "Hoa" not in log.getvalue()


def test_what_libraries_log_over_several_lines_is_cut_to_the_first(log: io.StringIO) -> None:
    task = "Task exception was never retrieved\nfuture: <Task exception=ValueError('Hoa')>"
    logging.getLogger("asyncio").error(task)
    trace = 'Traceback (most recent call last):\n  File "app/db.py", line 51, in open\nOSError: Hoa\n'
    logging.getLogger("uvicorn.error").error(trace)
    first, second = _entries(log)
    assert first["event"] == "Task exception was never retrieved"
    assert first["logger"] == "asyncio"
    assert second["at"] == ["app/db.py:51 open"]
    assert "Hoa" not in log.getvalue()


def test_the_log_keeps_vietnamese_readable(log: io.StringIO) -> None:
    structlog.get_logger().info("loaded", what="Đảng bộ")
    assert "Đảng bộ" in log.getvalue()


async def test_the_urls_that_clients_of_ours_ask_are_not_logged(log: io.StringIO) -> None:
    async with _client(_app()) as client:
        await client.get("/people/an?q=secret")
    assert log.getvalue() == ""
