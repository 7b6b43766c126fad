"""How the Python client tries again, what it refuses to believe, what its exceptions tell. Against a scripted
service on a real port, since the register itself fails too seldom."""

import re
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from dangbo_client import Client, DangboError, Patience
from dangbo_client.problems import (
    Conflict,
    Incomplete,
    Invalid,
    NotFound,
    NotYet,
    Problem,
    RuleBroken,
    TooLarge,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.serving import serving

HURRIED = Patience(tries=4, seconds=30, longest_pause=0.01)
PAGE = {"items": [], "next": None, "on": "2026-06-01", "known_at": None}
Answer = Callable[[Request], Awaitable[Response]]


class Scripted:
    """A service that answers every request by the next line of its script, and the last line for ever."""

    def __init__(self, *script: Answer) -> None:
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self._script = list(script)

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            self.bodies.append(await request.body())
            self.requests.append(request)
            return await self._script[min(len(self.requests), len(self._script)) - 1](request)

        async def ready(_: Request) -> Response:
            return PlainTextResponse("ok")

        return Starlette(
            routes=[Route("/readyz", ready), Route("/{path:path}", answer, methods=["GET", "POST"])]
        )


@contextmanager
def client_of(scripted: Scripted, patience: Patience = HURRIED) -> Iterator[Client]:
    with serving(scripted.app, "127.0.0.1", 0) as url, Client(url, "a-token", patience=patience) as client:
        yield client


def says(
    status: int, kind: str | None = None, headers: dict[str, str] | None = None, **members: object
) -> Answer:
    async def answer(_: Request) -> Response:
        if kind is None:
            return PlainTextResponse("<html>", status, headers)
        document = {
            "type": f"urn:dangbo:problem:{kind}",
            "title": kind,
            "status": status,
            "detail": "Không được.",
        }
        return JSONResponse(document | members, status, headers, media_type="application/problem+json")

    return answer


async def empty(_: Request) -> Response:
    return JSONResponse(PAGE)


async def breaks_off(_: Request) -> Response:
    async def half() -> AsyncIterator[bytes]:
        yield b"{"
        raise ConnectionResetError

    return StreamingResponse(half(), media_type="application/json")


def lines(*chunks: str) -> Answer:
    async def answer(_: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk.encode()

        return StreamingResponse(pieces(), media_type="application/x-ndjson")

    return answer


def test_a_read_is_tried_again_until_it_is_answered() -> None:
    scripted = Scripted(breaks_off, says(503, "unavailable"), says(502), empty)
    with client_of(scripted) as client:
        assert client.organizations.list().page().items == ()
    assert len(scripted.requests) == 4


def test_every_try_of_a_write_carries_the_same_key_and_every_write_its_own() -> None:
    scripted = Scripted(breaks_off, says(429, "too-many-requests"), empty, breaks_off, empty)
    with client_of(scripted) as client:
        client.members.search(name="An").page()
        client.members.search(name="An").page()
    keys = [request.headers["idempotency-key"] for request in scripted.requests]
    assert [keys.count(key) for key in keys] == [3, 3, 3, 2, 2]
    assert set(scripted.bodies) == {scripted.bodies[0]}


async def asks_for_a_time(_: Request) -> Response:
    """A date has whole seconds, so two of them are at least one."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return PlainTextResponse("", 503, {"Retry-After": until})


@pytest.mark.parametrize("answer", [says(503, "unavailable", {"Retry-After": "1"}), asks_for_a_time])
def test_waits_as_long_as_the_service_asks(answer: Answer) -> None:
    with client_of(Scripted(answer, empty)) as client:
        started = time.monotonic()
        client.organizations.list().page()
        assert time.monotonic() - started > 0.9


def test_gives_up_at_once_where_the_service_asks_for_more_time_than_there_is() -> None:
    scripted = Scripted(says(429, "too-many-requests", {"Retry-After": "3600"}))
    with client_of(scripted) as client, pytest.raises(Problem) as refused:
        client.organizations.list().page()
    assert (refused.value.status, len(scripted.requests)) == (429, 1)


def test_gives_up_after_so_many_tries() -> None:
    scripted = Scripted(says(503, "unavailable", code="busy"))
    with client_of(scripted) as client, pytest.raises(Unavailable, match="busy"):
        client.organizations.list().page()
    assert len(scripted.requests) == HURRIED.tries


def test_waiting_for_the_same_request_to_finish_counts_as_no_try() -> None:
    running = says(409, "conflict", code="request_running")
    scripted = Scripted(*[running] * (HURRIED.tries + 3), empty)
    with client_of(scripted) as client:
        client.members.search(name="An").page()
    assert len(scripted.requests) == HURRIED.tries + 4


def test_another_conflict_is_told_at_once() -> None:
    scripted = Scripted(says(409, "conflict", code="code_taken"))
    with client_of(scripted) as client, pytest.raises(Conflict):
        client.members.search(name="An").page()
    assert len(scripted.requests) == 1


def test_a_register_that_is_not_there_is_told_after_all_tries() -> None:
    with serving(Scripted(empty).app, "127.0.0.1", 0) as url:
        pass
    with Client(url, "a-token", patience=HURRIED) as client, pytest.raises(Unreachable, match="4 tries"):
        client.organizations.list().page()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(404, "not-yet", began_on="2024-01-01"), NotYet),
        (says(404, "not-yet"), NotFound),
        (says(409, "rule-broken", rule="R-ORG-1"), RuleBroken),
        (says(409, "of-a-later-version", code="new"), Problem),
        (says(404), NotFound),
        (says(413), TooLarge),
        (says(418), Problem),
    ],
)
def test_each_kind_of_problem_has_its_exception(answer: Answer, kind: type[Problem]) -> None:
    with client_of(Scripted(answer)) as client, pytest.raises(kind):
        client.organizations.get("x")


def test_a_problem_says_rule_value_source_records_and_request() -> None:
    answer = says(
        409, "rule-broken", code="parent_type_not_allowed", rule="R-ORG-1", value=["district"], source="DL 21",
        records=["a", "b"], request_id="r-1", matrix="2025",
    )  # fmt: skip
    with client_of(Scripted(answer)) as client, pytest.raises(RuleBroken) as refused:
        client.organizations.get("x")
    problem = refused.value
    assert (problem.rule, problem.value, problem.source) == ("R-ORG-1", ["district"], "DL 21")
    assert (problem.records, problem.request_id, problem.facts) == (("a", "b"), "r-1", {"matrix": "2025"})
    assert str(problem) == ("409 parent_type_not_allowed: Không được.\n  rule R-ORG-1 (DL 21)\n  request r-1")


def test_an_exception_repeats_neither_what_was_sent_nor_what_came() -> None:
    secret = "Nguyễn Văn An"

    async def echoes(_: Request) -> Response:
        return PlainTextResponse(f"<html>{secret}", 500)

    async def odd(_: Request) -> Response:
        return JSONResponse({**PAGE, "on": secret})

    invalid = says(422, "invalid-request", errors=[{"pointer": "/body/name", "code": "x", "input": secret}])
    for answer, kind in ((echoes, Problem), (odd, UnexpectedAnswer), (invalid, Invalid)):
        with client_of(Scripted(answer)) as client, pytest.raises(kind) as refused:
            client.members.search(name=secret).page()
        assert secret not in "".join(traceback.format_exception(refused.value))


def test_the_token_shows_in_no_text() -> None:
    with Client("http://user:password@127.0.0.1:1", "a-token") as client:
        assert not re.search("a-token|password", repr(client))


def test_a_list_that_arrives_whole_ends_with_its_count() -> None:
    item = (
        '{"id": "1", "parent_id": null, "code": null, "name": "a\u2028b", "name_en": null, "type": "district",'
        ' "level": null, "grassroots": null, "sector": null, "of_a_later_version": 1}'
    )
    whole = item + "\n" + item + '\n{"end": {"count": 2}}\n'
    with client_of(Scripted(lines(whole[:90], whole[90:300], whole[300:]))) as client:
        items = list(client.organizations.list().stream())
    assert [one.name for one in items] == ["a\u2028b", "a\u2028b"]

    for short in (item + "\n", item + "\n" + item[:9], item + '\n{"end": {"count": 2}}\n', ""):
        with client_of(Scripted(lines(short))) as client, pytest.raises(Incomplete) as broken:
            list(client.organizations.list().stream())
        assert broken.value.received == bool(short)


def test_a_list_that_breaks_off_is_not_the_list() -> None:
    async def cut(_: Request) -> Response:
        async def half() -> AsyncIterator[bytes]:
            yield b'{"id": "1"}\n'
            raise ConnectionResetError

        return StreamingResponse(half(), media_type="application/x-ndjson")

    with client_of(Scripted(cut)) as client, pytest.raises((Incomplete, UnexpectedAnswer)):
        list(client.organizations.list().stream())


def test_all_pages_are_asked_for_the_day_of_the_first() -> None:
    async def first(_: Request) -> Response:
        return JSONResponse({**PAGE, "on": "2023-12-31", "next": "cursor"})

    scripted = Scripted(first, empty)
    with client_of(scripted) as client:
        assert list(client.organizations.list()) == []
    assert [request.query_params.get("on") for request in scripted.requests] == [None, "2023-12-31"]
    assert scripted.requests[1].query_params["after"] == "cursor"


def test_a_redirect_is_not_followed_with_the_credential() -> None:
    scripted = Scripted(says(307, headers={"Location": "http://elsewhere.invalid/"}))
    with client_of(scripted) as client, pytest.raises(DangboError):
        client.organizations.list().page()
    assert len(scripted.requests) == 1


def test_address_and_token_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = Scripted(empty)
    with serving(scripted.app, "127.0.0.1", 0) as url:
        monkeypatch.setenv("DANGBO_URL", url + "/behind/a/proxy/")
        monkeypatch.setenv("DANGBO_TOKEN", "from-environment")
        with Client() as client:
            client.organizations.list().page()
    request = scripted.requests[0]
    assert request.url.path == "/behind/a/proxy/v1/organizations"
    assert request.headers["authorization"] == "Bearer from-environment"
    monkeypatch.delenv("DANGBO_TOKEN")
    with pytest.raises(DangboError, match="DANGBO_TOKEN"):
        Client()
