"""An act that fails at any of its statements leaves no trace, and what was answered as done is done."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest
from conftest import SignIn
from fastapi import FastAPI
from make import Client, World
from starlette.types import Message, Receive, Scope, Send

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.queries import history as queries
from hard.conftest import Superuser, name_of

STATEMENTS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "copy_records_to_table"}


@dataclass
class Fault:
    """What goes wrong, and at which statement of the act."""

    happen: Callable[[asyncpg.Connection], Awaitable[None]] | None = None
    at: int = 0
    seen: list[str] = field(default_factory=list)

    def arm(self, happen: Callable[[asyncpg.Connection], Awaitable[None]], at: int) -> None:
        self.happen, self.at = happen, at
        self.seen.clear()

    def disarm(self) -> bool:
        """Whether the act got so far that it happened."""
        self.happen = None
        return len(self.seen) >= self.at

    async def pass_by(self, connection: asyncpg.Connection, statement: str) -> None:
        if self.happen is not None:
            self.seen.append(" ".join(statement.split())[:60])
            if len(self.seen) == self.at:
                await self.happen(connection)


class Watched:
    """A connection whose statements pass by the fault first, its transaction's end included."""

    def __init__(self, connection: asyncpg.Connection, fault: Fault) -> None:
        self._connection = connection
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in STATEMENTS:
            return found

        async def statement(query: str, *arguments: Any, **options: Any) -> Any:
            await self._fault.pass_by(self._connection, query)
            return await found(query, *arguments, **options)

        return statement

    def transaction(self, **options: Any) -> Any:
        return WatchedTransaction(self._connection, self._connection.transaction(**options), self._fault)


class WatchedTransaction:
    """Its COMMIT is a statement that can fail, too."""

    def __init__(self, connection: asyncpg.Connection, transaction: Any, fault: Fault) -> None:
        self._connection = connection
        self._fault = fault
        self.start = transaction.start
        self.rollback = transaction.rollback
        self._commit = transaction.commit

    async def commit(self) -> None:
        await self._fault.pass_by(self._connection, "COMMIT")
        await self._commit()


class FaultyDatabase(Database):
    """The pools of a service, with a fault on the way of every writer."""

    def __init__(self, settings: Settings, urls: Urls) -> None:
        super().__init__(settings, urls.application, urls.reader)
        self.fault = Fault()

    @asynccontextmanager
    async def _connection(self, name: str) -> AsyncIterator[asyncpg.Connection]:
        async with super()._connection(name) as connection:
            yield Watched(connection, self.fault) if name in ("writer", "importer") else connection


@pytest.fixture
async def database(committed: Urls, settings: Settings) -> AsyncIterator[FaultyDatabase]:
    database = FaultyDatabase(settings, committed)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def client(sign_in: SignIn, app: FastAPI) -> AsyncIterator[Client]:
    """A client that is told of failures by answers, as over a network."""
    signed_in = await sign_in("provincial_organizing_board", "province")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://register", headers=signed_in.headers) as client:
        yield client


async def _change(client: Client, world: World) -> httpx.Response:
    address = f"/v1/organizations/{world['court']}"
    headers = {"If-Match": (await client.get(address)).headers["etag"], "Idempotency-Key": "change"}
    paper = {"issuer": "Đảng ủy Khối", "number": "05-QĐ/ĐUK", "signed_on": "2024-02-20"}
    document = {"effective_on": "2024-03-01", "name": "Chi bộ khác", "code": "K", "decisions": [paper]}
    return await client.post(f"{address}/changes", json=document, headers=headers)


async def _correct(client: Client, world: World) -> httpx.Response:
    address = f"/v1/organizations/{world['court']}"
    headers = {"If-Match": (await client.get(address)).headers["etag"], "Idempotency-Key": "correct"}
    value = {"parent_id": str(world["district"])}
    period = {"from": "2020-08-01", "to": "2022-01-01"}
    document = {"fact": "placement", "period": period, "value": value, "reason": "Ghi nhầm"}
    return await client.post(f"{address}/corrections", json=document, headers=headers)


async def _create(client: Client, world: World) -> httpx.Response:
    document = {
        "cell_id": str(world["court"]),
        "standing": "probationary",
        "since": "2024-01-01",
        "full_name": "Vũ Thị Lan",
        "activity_status": "exempted",
        "identifiers": [{"kind": "file_number", "number": "12.345678"}],
        "external_ids": {"hr": "77"},
    }
    return await client.post("/v1/members", json=document, headers={"Idempotency-Key": "create"})


async def _import(client: Client, _: World) -> httpx.Response:
    return await _send(client, "all")


async def _import_clean(client: Client, _: World) -> httpx.Response:
    return await _send(client, "clean", "n2,Lê Ba,nowhere,official,2024-01-01")


async def _send(client: Client, accept: str, *faulty: str) -> httpx.Response:
    rows = ["external_id,full_name,cell,standing,valid_from", "n1,Lê An,court,official,2024-01-01", *faulty]
    asked = {
        "kind": "members",
        "mode": "apply",
        "system": "test",
        "effective_on": "2024-01-01",
        "accept": accept,
    }
    headers = {"Content-Type": "text/csv", "Idempotency-Key": f"import-{accept}"}
    return await client.post("/v1/imports", params=asked, content="\n".join(rows).encode(), headers=headers)


ACTS = {
    "change": _change,
    "correct": _correct,
    "create": _create,
    "import": _import,
    "import clean": _import_clean,
}


@pytest.mark.parametrize("how", ["an error", "a lost connection"])
@pytest.mark.parametrize("act", list(ACTS))
async def test_an_act_that_fails_at_any_statement_leaves_no_trace(
    client: Client, database: FaultyDatabase, superuser: Superuser, world: World, act: str, how: str
) -> None:
    async def err(_: asyncpg.Connection) -> None:
        raise RuntimeError("a fault of the test's own")

    async def lose(connection: asyncpg.Connection) -> None:
        await superuser.kill(connection.get_server_pid())

    before = await superuser.census()
    for at in count(1):
        database.fault.arm(err if how == "an error" else lose, at)
        answer = await ACTS[act](client, world)
        if not database.fault.disarm():
            break
        place = (at, database.fault.seen[-1])
        assert answer.status_code == (500 if how == "an error" else 503), (place, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("retry-after" in answer.headers) == (how != "an error")
        assert await superuser.census() == before, place
        assert await superuser.open_transactions() == 0, place
    assert at > 8 and database.fault.seen[-1] == "COMMIT"
    assert answer.status_code in (200, 201), answer.text
    assert await superuser.census() != before
    assert await superuser.offences() == {}
    again = await ACTS[act](client, world)
    assert again.headers["idempotency-replayed"] == "true" and again.json() == answer.json()


async def test_the_answer_leaves_after_the_commit(
    app: FastAPI, sign_in: SignIn, superuser: Superuser, world: World
) -> None:
    signed_in = await sign_in("provincial_organizing_board", "province")
    seen: list[str] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def look_then_send(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["method"] == "POST":
                seen.append(await name_of(superuser, world, "court"))
            await send(message)

        await app(scope, receive, look_then_send)

    transport = httpx.ASGITransport(watched)
    async with Client(transport=transport, base_url="http://register", headers=signed_in.headers) as client:
        answer = await _change(client, world)
    assert answer.status_code == 200
    assert seen == ["Chi bộ khác"]


async def test_an_operation_that_cannot_be_sealed_is_not_answered_as_done(
    client: Client, superuser: Superuser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: asyncpg.Connection) -> None:
        raise RuntimeError("a fault of the test's own")

    before = await superuser.census()
    with monkeypatch.context() as patched:
        patched.setattr(queries, "seal", fail)
        for act in ACTS.values():
            assert (await act(client, world)).status_code == 500
    assert await superuser.census() == before
    for act in ACTS.values():
        assert (await act(client, world)).status_code in (200, 201)
