"""The real service on a copy of the database of the test's own: commits are commits, connections are many."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import structlog
from make import World

from app.bootstrap import Urls, with_database
from app.config import Settings
from app.db import Database, speak
from app.models.verify import Report
from app.services.verify import verify
from hard.upheaval import Sight


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Failures are what these tests are about: their tracebacks, drawn with all locals, would cost minutes."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings() -> Settings:
    """Whoever waits is not sent away: how long others take says something about the machine alone."""
    return Settings(lock_timeout_ms=60_000, pool_wait_ms=60_000)


@pytest.fixture
async def database(committed: Urls, settings: Settings) -> AsyncIterator[Database]:
    """The pools of a service, over the copy."""
    database = Database(settings, committed.application, committed.reader)
    await database.open()
    yield database
    await database.close()


@dataclass(frozen=True)
class Superuser:
    """Somebody who looks from outside."""

    connection: asyncpg.Connection

    async def verify(self) -> Report:
        async with self.connection.transaction(isolation="repeatable_read", readonly=True):
            return await verify(self.connection)

    async def offences(self) -> dict[str, list[str]]:
        """What verification finds wrong."""
        return {one.check: one.offending for one in (await self.verify()).checked if one.offending_count}

    async def census(self) -> dict[str, int]:
        """How many rows, and how many superseded ones, each table has: any trace of an act shows here."""
        tables = await self.connection.fetch(
            "SELECT c.relname, bool_or(a.attname = 'superseded_by') AS facts FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname"
        )
        counted = " UNION ALL ".join(
            f"SELECT '{row['relname']}', count(*){' * 1000000 + count(superseded_by)' if row['facts'] else ''}"
            f' FROM "{row["relname"]}"'
            for row in tables
        )
        return dict(map(tuple, await self.connection.fetch(counted)))

    async def open_transactions(self) -> int:
        """Sessions of the service that stand in a transaction without doing anything."""
        count: int = await self.connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%'"
        )
        return count

    async def waiting(self) -> int:
        """How many sessions wait for a lock at this moment, also within a transaction of one's own."""
        await self.connection.execute("SELECT pg_stat_clear_snapshot()")
        count: int = await self.connection.fetchval(
            "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE a.datname = current_database() AND NOT l.granted"
        )
        return count

    async def until_waiting(self, sessions: int, *acts: asyncio.Task[Any]) -> None:
        """Until so many sessions wait for a lock, however slow the machine; none of these acts may be done."""
        while await self.waiting() < sessions:
            for act in acts:
                assert not act.done(), getattr(act.result(), "text", act.result())
            await asyncio.sleep(0.005)

    async def kill(self, backend: int) -> None:
        """End a session, and wait until it is gone."""
        await self.connection.execute("SELECT pg_terminate_backend($1)", backend)
        while await self.connection.fetchval("SELECT true FROM pg_stat_activity WHERE pid = $1", backend):
            pass


@pytest.fixture
async def superuser(admin_dsn: str, committed: Urls) -> AsyncIterator[Superuser]:
    connection = await asyncpg.connect(with_database(admin_dsn, committed.database))
    await speak(connection)
    yield Superuser(connection)
    await connection.close()


async def name_of(superuser: Superuser, world: World, short: str) -> str:
    """The name believed today."""
    name: str = await superuser.connection.fetchval(
        "SELECT name FROM organization_name WHERE organization_id = $1 AND superseded_by IS NULL"
        " ORDER BY lower(valid) DESC LIMIT 1",
        world[short],
    )
    return name


@pytest.fixture
async def sight(admin_dsn: str, committed: Urls) -> AsyncIterator[Sight]:
    """What a test of many acts sees of the copy while they go on."""
    async with asyncpg.create_pool(
        with_database(admin_dsn, committed.database), min_size=1, max_size=2
    ) as pool:
        yield Sight(pool)
