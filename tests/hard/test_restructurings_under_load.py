"""Sixteen clients restructure one province through two servers: nobody is lost, and the tree stays a tree."""

import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from conftest import SignIn
from make import CAUSE, World, member, organization

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.domain.operation import OperationKind
from app.services import history
from benchmarks.place import served
from hard.conftest import Superuser
from hard.upheaval import Client, Sight, Upheaval, harm

CLIENTS, SERVERS = 16, 2
NAMES = ("An", "Ba", "Chi", "Dũng", "Giang", "Hà")
UPPERS, COMMITTEES, CELLS, MEMBERS = 4, 5, 6, 4
MUTANT_ACTS, MUTANT_ROUNDS = 150, 10
ACTS = int(os.environ.get("DANGBO_RESTRUCTURING_ACTS", "1000"))


@pytest.fixture
async def province(database: Database, world: World) -> set[UUID]:
    """Four upper organizations, twenty committees, 120 cells; answers all members."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})

        async def made(parent: UUID, kind: str, name: str) -> UUID:
            return await organization(connection, operation_id, parent, kind, name)

        for u in range(UPPERS):
            upper = await made(world["province"], "special_upper", f"Đảng bộ vùng {u}")
            for c in range(COMMITTEES):
                committee = await made(upper, "grassroots_committee", f"Đảng bộ {u}.{c}")
                for n in range(CELLS):
                    cell = await made(committee, "affiliated_cell", f"Chi bộ {u}.{c}.{n}")
                    for _ in range(MEMBERS):
                        await member(connection, operation_id, cell, f"Nguyễn Văn {NAMES[n]}")
    async with database.reading() as reader:
        return {row[0] for row in await reader.fetch("SELECT id FROM member")}


@pytest.fixture
def target() -> str:
    return "benchmarks.service:app"


@pytest.fixture
def addresses(
    committed: Urls, settings: Settings, state_dir: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """Two real servers over the copy, with room for all clients."""
    monkeypatch.setenv("DANGBO_IMPORTERS", str(CLIENTS // SERVERS))
    monkeypatch.setenv("DANGBO_LOCK_TIMEOUT_MS", str(settings.lock_timeout_ms))
    monkeypatch.setenv("DANGBO_POOL_WAIT_MS", str(settings.pool_wait_ms))
    with ExitStack() as stack:
        yield [stack.enter_context(served(target, committed, state_dir))[0] for _ in range(SERVERS)]


@pytest.fixture
async def clients(sign_in: SignIn, addresses: list[str]) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:

        async def person(role: str, number: int) -> httpx.AsyncClient:
            signed_in = await sign_in(role, "province")
            client = httpx.AsyncClient(
                base_url=addresses[number % SERVERS],
                headers=signed_in.headers,
                timeout=600,
                limits=httpx.Limits(keepalive_expiry=1),  # the servers close after 5 s
            )
            return await stack.enter_async_context(client)

        yield [
            Client(
                await person("provincial_organizing_board", number),
                await person("provincial_organizing_board", number + 1),
                await person("grassroots_office", number),
                random.Random(number),
            )
            for number in range(CLIENTS)
        ]


async def test_nobody_is_lost_and_the_tree_stays_a_tree(
    province: set[UUID], clients: list[Client], sight: Sight, superuser: Superuser
) -> None:
    upheaval = Upheaval(clients, sight, ACTS)
    await upheaval.run()
    print(*sorted(upheaval.done.items()), *sorted(upheaval.answered.items()), sep="\n")
    assert upheaval.failures == []
    assert await harm(superuser.connection, province, upheaval.made) == {}
    assert await superuser.offences() == {}
    assert upheaval.done["restructuring: applied"] > ACTS / 20, (upheaval.done, upheaval.answered)
    assert upheaval.done["member created: done"] > ACTS / 20, (upheaval.done, upheaval.answered)


@pytest.mark.parametrize("target", ["tests.hard.unguarded:without_locks"])
async def test_the_upheaval_would_break_a_tree_that_nobody_waits_for(
    province: set[UUID], clients: list[Client], sight: Sight, superuser: Superuser
) -> None:
    await superuser.connection.execute(
        "CREATE OR REPLACE FUNCTION judge_operation(judged uuid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'"
    )
    upheaval = Upheaval(clients, sight, MUTANT_ACTS)
    for _ in range(MUTANT_ROUNDS):
        upheaval.done.clear()
        await upheaval.run()
        if upheaval.failures or await harm(superuser.connection, province, upheaval.made):
            return
        if await superuser.offences():
            return
    pytest.fail("nothing broke: the test does not see what it is there for")
