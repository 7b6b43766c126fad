"""Who waits for a member finds the member where the other writer left it; whose cells cross do not stop each other."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn
from make import CAUSE, OPENED, World

from app.bootstrap import Urls
from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts, locks
from app.services import history
from hard.conftest import Superuser

WORKERS, ACTS = 6, 20


@asynccontextmanager
async def _moving(database: Database, member_id: UUID, to: UUID) -> AsyncIterator[None]:
    """Meanwhile another act has moved the member to a cell; it commits at the end."""
    async with database.writing() as unit:
        connection = await unit.begin()
        await locks.own_members(connection, [member_id], [to])
        operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CORRECTED, {})
        plan = await history.plan_correction(
            connection,
            facts.MEMBERSHIP,
            (member_id,),
            Period(OPENED),
            {"cell_id": to, "standing": "official"},
        )
        await history.write(connection, operation_id, plan)
        await history.touch(connection, CAUSE, operation_id, concerned=[to], members=[member_id])
        yield


@asynccontextmanager
async def _transaction(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose locks last as long as this; nothing it does remains."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_a_member_moved_meanwhile_is_introduced_from_the_new_cell(
    sign_in: SignIn, database: Database, superuser: Superuser, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    introduction = {
        "member_ids": [str(world["p4"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["health-2"]),
    }
    async with _moving(database, world["p4"], world["town-1"]):
        waiting = asyncio.create_task(board.post("/v1/transfers", json=introduction))
        await superuser.until_waiting(1, waiting)
    answer = await waiting
    assert answer.status_code == 201, answer.text
    transfer = (await board.get(f"/v1/transfers/{answer.json()['items'][0]['transfer_id']}")).json()
    assert transfer["from_cell_id"] == str(world["town-1"])
    assert await superuser.offences() == {}


async def test_who_waited_for_a_member_keeps_the_new_cell_open(
    database: Database, superuser: Superuser, committed: Urls, world: World
) -> None:
    async with _transaction(committed.application) as writer, _transaction(committed.application) as closer:
        async with _moving(database, world["p4"], world["town-1"]):
            waiting = asyncio.create_task(locks.own_members(writer, [world["p4"]]))
            await superuser.until_waiting(1, waiting)
        await waiting
        await closer.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await locks.close_organizations(closer, [world["town-1"]])


async def test_who_waited_for_a_member_does_not_wait_for_who_closes_the_new_cell(
    database: Database, superuser: Superuser, committed: Urls, world: World
) -> None:
    async with _transaction(committed.application) as writer, _transaction(committed.application) as closer:
        async with _moving(database, world["p4"], world["town-1"]):
            closing = asyncio.create_task(locks.close_organizations(closer, [world["town-1"]]))
            waiting = asyncio.create_task(locks.own_members(writer, [world["p4"]]))
            await superuser.until_waiting(2, closing, waiting)
        async with asyncio.timeout(60):  # a deadlock would be told by the server, as another error
            (refused,) = await asyncio.gather(waiting, return_exceptions=True)
        if refused is None:
            assert not closing.done()
            closing.cancel()
            await asyncio.gather(closing, return_exceptions=True)
        else:
            assert isinstance(refused, asyncpg.LockNotAvailableError)
            await closing


async def test_writers_with_crossing_cells_and_who_closes_them_do_not_stop_each_other(
    committed: Urls, superuser: Superuser, world: World
) -> None:
    members = list(world.members.values())
    cells = [world[name] for name in ("health-1", "health-2", "court", "town-1", "health", "town")]

    async def work(number: int) -> None:
        chance = random.Random(number)
        for act in range(ACTS):
            async with _transaction(committed.application) as connection:
                named, theirs = chance.sample(cells, 3), chance.sample(members, 3)
                closes = number == 0 and act % 2
                if closes:
                    await locks.take_turn(connection, locks.Turn.TREE)
                    await locks.close_organizations(connection, named)
                await locks.own_members(connection, theirs, named)
                if not closes:
                    await locks.own_organizations(connection, named)
                await asyncio.sleep(chance.random() / 500)

    async with asyncio.timeout(300):
        await asyncio.gather(*map(work, range(WORKERS)))
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await superuser.connection.fetchval(deadlocks) == 0
