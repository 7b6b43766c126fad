"""The database server goes and comes back under load: callers are told to wait, and nothing else has to be done."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from make import Client, World, build_world, client_of

from app.config import Settings
from app.db import Database
from app.embedded import Server
from app.main import create_app
from app.migrations import migrate

LONGEST_HEALING = 20.0
"""Seconds from the server's first answer until every request is served again, also on a machine that has much to do."""


@pytest.fixture
async def server(state_dir: Path) -> AsyncIterator[Server]:
    """A server that nobody else uses, with the small register."""
    binaries = os.environ.get("DANGBO_POSTGRES_BINARIES")
    server = Server(state_dir / "restarted", binaries=Path(binaries) if binaries else None)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate, server.urls().migrator)
    yield server
    await asyncio.to_thread(server.stop)


@pytest.fixture
async def database(server: Server) -> AsyncIterator[Database]:
    database = Database(Settings(), server.urls().application, server.urls().reader)
    await database.open()
    await build_world(database)
    yield database
    await database.close()


@pytest.fixture
async def world(server: Server, database: Database) -> World:
    connection = await asyncpg.connect(server.urls().reader)
    found = await World.read(connection)
    await connection.close()
    return found


@pytest.fixture
async def client(database: Database, world: World, state_dir: Path) -> AsyncIterator[Client]:
    app: FastAPI = create_app(Settings(development_issuer=True), database, state_dir)
    signed_in = await client_of(app, database, world, state_dir, "provincial_organizing_board", "province")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://register", headers=signed_in.headers) as client:
        yield client


async def test_a_restart_under_load_heals_by_itself(
    server: Server, client: Client, world: World, database: Database
) -> None:
    address = f"/v1/organizations/{world['court']}"
    answers: list[tuple[float, httpx.Response]] = []
    asking = True
    changes = Counter[int]()

    async def read() -> None:
        while asking:
            answers.append((time.monotonic(), await client.get(address)))
            await asyncio.sleep(0.02)

    async def write() -> None:
        etag = (await client.get(address)).headers["etag"]
        while asking:
            document = {"effective_on": "2024-03-01", "code": f"C-{changes.total()}"}
            answer = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
            answers.append((time.monotonic(), answer))
            changes[answer.status_code] += 1
            seen = await client.get(address)
            etag = seen.headers.get("etag", etag)
            await asyncio.sleep(0.02)

    def answered(status: int) -> int:
        return sum(answer.status_code == status for _, answer in answers)

    async def until(met: Callable[[], bool]) -> None:
        for _ in range(3000):
            if met():
                return
            await asyncio.sleep(0.02)
        pytest.fail("waited a minute in vain")

    async def served() -> None:
        """Until some more was read, and changed, however slow the machine is."""
        read, changed = answered(200), changes[200]
        await until(lambda: answered(200) > read + 20 and changes[200] > changed + 2)

    load = [asyncio.create_task(ask()) for ask in (read, read, read, write)]
    back: list[float] = []
    for _ in range(2):
        await served()
        await asyncio.to_thread(server.stop)
        refused = answered(503)
        await until(lambda refused=refused: answered(503) > refused + 3)
        await asyncio.to_thread(server.start)
        back.append(time.monotonic())
    await served()
    asking = False
    await asyncio.gather(*load)

    statuses = Counter(answer.status_code for _, answer in answers)
    assert set(statuses) <= {200, 412, 503}, statuses
    for _, answer in answers:
        if answer.status_code == 503:
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) >= 1
    last_refusal = max(at for at, answer in answers if answer.status_code == 503)
    assert last_refusal < back[-1] + LONGEST_HEALING
    assert [answer.status_code for _, answer in answers[-4:]].count(503) == 0
    connection = await asyncpg.connect(server.urls().reader)
    recorded = await connection.fetchval("SELECT count(*) FROM operation WHERE kind = 'organization_changed'")
    version = await connection.fetchval("SELECT version FROM organization WHERE id = $1", world["court"])
    await connection.close()
    # Whatever was answered as done is there; what was refused midway may be, and then counts as a version.
    assert changes[200] <= recorded == version - 1
