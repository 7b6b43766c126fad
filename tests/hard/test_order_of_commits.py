"""What was known stays known: instants of recording are unique, come in the order of commits, and repeat exactly."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn
from make import CAUSE, World

from app.bootstrap import Urls
from app.db import Database
from app.domain.operation import OperationKind
from app.queries import history as queries
from app.services import history
from hard.conftest import Superuser

WRITERS, ACTS = 8, 40


async def _write(database: Database, organization_id: UUID, number: int) -> None:
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(
            connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {}, reason=str(number)
        )
        await asyncio.sleep(number % 3 / 1000)  # so that those that begin first do not always end first
        await queries.touch_organizations(
            connection, operation_id, [organization_id], today=CAUSE.today, changed=True
        )


async def _late_commits(database: Database, urls: Urls, world: World) -> list[UUID]:
    """Operations that came to be seen although something recorded later had been seen before them."""
    reader = await asyncpg.connect(urls.reader)
    writing = True
    seen: dict[UUID, datetime] = {}
    latest: datetime | None = None
    late: list[UUID] = []

    async def watch() -> None:
        nonlocal latest
        while writing:
            rows = await reader.fetch("SELECT id, recorded_at FROM operation")
            late.extend(
                row["id"] for row in rows if row["id"] not in seen and latest and row["recorded_at"] <= latest
            )
            seen.update(map(tuple, rows))
            latest = max(seen.values())

    watching = asyncio.create_task(watch())
    names = ["bloc", "health", "court", "district", "town", "health-1", "health-2", "town-1"]

    async def write(name: str) -> None:
        for number in range(ACTS):
            await _write(database, world[name], number)

    try:
        await asyncio.gather(*map(write, names[:WRITERS]))
    finally:
        writing = False
        await watching
        await reader.close()
    return late


async def test_the_order_of_recording_is_the_order_of_commits(
    database: Database, committed: Urls, world: World, superuser: Superuser
) -> None:
    before = await superuser.connection.fetchval("SELECT count(*) FROM operation")
    assert await _late_commits(database, committed, world) == []
    assert await superuser.connection.fetchval("SELECT count(*) FROM operation") == before + WRITERS * ACTS
    assert await superuser.offences() == {}


async def test_without_the_lock_on_the_clock_that_order_is_lost(
    database: Database, committed: Urls, world: World, superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await superuser.connection.execute(
        "DROP INDEX uq_operation_recorded_at; DROP TRIGGER seal_operation ON operation"
    )

    async def seal_by_the_clock_alone(connection: asyncpg.Connection) -> None:
        await connection.execute(
            "UPDATE operation SET recorded_at = clock_timestamp() WHERE recorded_at IS NULL"
        )
        await asyncio.sleep(0.002)

    monkeypatch.setattr(queries, "seal", seal_by_the_clock_alone)
    assert await _late_commits(database, committed, world) != []


async def test_operations_of_one_transaction_follow_each_other_even_where_the_clock_stands_behind(
    database: Database, superuser: Superuser
) -> None:
    ahead = "clock_timestamp() + interval '1 hour'"
    await superuser.connection.execute("SET session_replication_role = replica")
    await superuser.connection.execute(
        f"UPDATE operation SET recorded_at = {ahead} WHERE id = (SELECT id FROM operation LIMIT 1)"
    )
    before = await superuser.connection.fetchval("SELECT max(recorded_at) FROM operation")
    async with database.writing() as unit:
        connection = await unit.begin()
        ids = [
            await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {}) for _ in range(3)
        ]
    recorded = [
        await superuser.connection.fetchval("SELECT recorded_at FROM operation WHERE id = $1", one)
        for one in ids
    ]
    assert recorded == sorted(set(recorded)) and recorded[0] > before


async def test_an_answer_asked_again_for_its_instant_is_the_same_answer(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['court']}"
    answers: list[dict[str, Any]] = []
    writing = True

    async def rename() -> None:
        for number in range(30):
            etag = (await client.get(address)).headers["etag"]
            document = {"effective_on": "2024-01-01", "name": f"Chi bộ Tòa án {number}"}
            answer = await client.post(f"{address}/changes", json=document, headers={"If-Match": etag})
            assert answer.status_code == 200, answer.text

    async def read() -> None:
        while writing:
            answers.append((await client.get(address)).json())

    reading = [asyncio.create_task(read()) for _ in range(2)]
    await rename()
    writing = False
    await asyncio.gather(*reading)
    assert len({answer["known_at"] for answer in answers}) > 10
    for answer in answers:
        params = {"known_at": answer["known_at"], "on": answer["on"]}
        again = (await client.get(address, params=params)).json()
        # The version is the present one, for `If-Match`.
        assert again | {"version": 0} == answer | {"version": 0}
