"""The database: its pools, and the one transaction of a request. The only file that begins and commits.

Readers and writers are two database roles on two pools. Exports have a small pool of their own, so that a
slow download never holds a connection that others need; and so have imports. What shows members is read by the
application's role, because the statement that reads also records who was shown whom. Sessions carry no state: nothing
is ever SET but locally, so connections go back to their pool without a reset (one round trip saved per read).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
from asyncpg import Connection, Pool

from app.config import Settings
from app.domain.errors import Unavailable
from app.queries import history

_SAFE_SESSION = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
}
_LONG_SESSION = {
    "statement_timeout": "15min",
    "idle_in_transaction_session_timeout": "2min",
    "work_mem": "64MB",
    "temp_buffers": "32MB",
}
"""For files taken in whole, and restructurings: set-based statements over many rows."""

_PLANNED_SESSION = {"plan_cache_mode": "force_custom_plan"}
"""For lists: one may be of ten items or of a million, so each is planned for the values it asks."""

_PLANNED = ("lister", "member_lister", "exporter")
_FORGETFUL = ("planner",)
"""These plan each statement anew as well, by keeping none; what the server asks for its foreign keys stays planned: of
a hundred thousand memberships that would be planned a million times."""
_LONG = ("importer", "planner")


class Database:
    """The pools of one service process."""

    SNAPSHOT = "repeatable_read"
    """The isolation of what writes no facts and sees one snapshot; tests, which nest transactions, have none."""

    def __init__(self, settings: Settings, application_url: str, reader_url: str) -> None:
        self._wait = settings.pool_wait_ms / 1000
        self._lock_timeout = f"{settings.lock_timeout_ms}ms"
        self._sizes = {
            "reader": settings.readers,
            "lister": settings.readers,
            "member_reader": settings.readers,
            "member_lister": settings.readers,
            "writer": settings.writers,
            "exporter": settings.exporters,
            "importer": settings.importers,
            "planner": settings.importers,
        }
        self._urls = {
            "reader": reader_url,
            "lister": reader_url,
            "member_reader": application_url,
            "member_lister": application_url,
            "writer": application_url,
            "exporter": reader_url,
            "importer": application_url,
            "planner": application_url,
        }
        self._pools: dict[str, Pool] = {}

    async def open(self) -> None:
        """Open the pools; raises when the database cannot be reached."""
        for name, url in self._urls.items():
            read_only = {"default_transaction_read_only": "on"} if url == self._urls["reader"] else {}
            long = _LONG_SESSION if name in _LONG else {}
            planned = _PLANNED_SESSION if name in _PLANNED else {}
            self._pools[name] = await asyncpg.create_pool(
                url,
                min_size=0 if long else 1,
                max_size=self._sizes[name],
                init=speak,
                reset=_no_reset,
                statement_cache_size=0 if name in _FORGETFUL else 100,
                command_timeout=None if name in ("exporter", *_LONG) else 65,
                server_settings={
                    **_SAFE_SESSION,
                    **read_only,
                    **long,
                    **planned,
                    "application_name": f"dangbo {name}",
                    "lock_timeout": self._lock_timeout,
                },
            )

    async def close(self) -> None:
        """Let the running statements end (at most 20 seconds), then close the pools."""
        for pool in self._pools.values():
            try:
                await asyncio.wait_for(pool.close(), timeout=20)
            except TimeoutError:
                pool.terminate()
        self._pools.clear()

    async def _acquire(self, name: str) -> Connection:
        pool = self._pools[name]
        # With one idle there is nothing to wait for, and no timer to pay for.
        wait = None if pool.get_idle_size() else self._wait
        try:
            return await pool.acquire(timeout=wait)
        except TimeoutError:
            raise Unavailable("pool_exhausted") from None

    @asynccontextmanager
    async def _connection(self, name: str) -> AsyncIterator[Connection]:
        connection = await self._acquire(name)
        try:
            yield connection
        finally:
            await self._pools[name].release(connection)

    async def borrow(self, pool: str = "reader") -> Connection:
        """A connection that the borrower must give back; read-only, but for `member_reader`."""
        return await self._acquire(pool)

    async def give_back(self, connection: Connection, pool: str = "reader") -> None:
        """End a loan."""
        await self._pools[pool].release(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A read-only connection; each statement sees its own snapshot."""
        async with self._connection("reader") as connection:
            yield connection

    @asynccontextmanager
    async def listing(self, *, recorded: bool = False) -> AsyncIterator[Connection]:
        """The same for the pages of lists; those that are recorded can write."""
        async with self._connection("member_lister" if recorded else "lister") as connection:
            yield connection

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[Connection]:
        """A connection on which a read of members is recorded; each statement is committed."""
        async with self._connection("member_reader") as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self, name: str = "reader", *, readonly: bool = True) -> AsyncIterator[Connection]:
        """A connection whose statements all see one snapshot; read-only, but where the read is recorded."""
        async with (
            self._connection(name) as connection,
            connection.transaction(isolation="repeatable_read", readonly=readonly),
        ):
            yield connection

    def exporting(self) -> Any:
        """One snapshot on the exports' own pool, for answers that are streamed."""
        return self.snapshot("exporter")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["UnitOfWork"]:
        """The transaction of one request: begun when first asked for, committed when the block ends well."""
        async with AsyncExitStack() as stack:
            unit = UnitOfWork(lambda pool: stack.enter_async_context(self._connection(pool)), self.SNAPSHOT)
            try:
                yield unit
            except BaseException:
                await unit.roll_back()
                raise
            await unit.commit()


class UnitOfWork:
    """The write transaction of one request, at READ COMMITTED: what it must not lose to others, it locks.

    What writes no facts, and reads much that must agree, may see one snapshot instead.
    """

    def __init__(self, connect: Callable[[str], Awaitable[Connection]], snapshot: str) -> None:
        self._connect = connect
        self._snapshot = snapshot
        self._transaction: Any = None
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection | None:
        """The connection, once begun."""
        return self._connection

    async def begin(self, pool: str = "writer", *, snapshot: bool = False) -> Connection:
        """Begin, unless begun; imports and restructurings on pools of their own."""
        if self._connection is None:
            self._connection = await self._connect(pool)
            isolation = self._snapshot if snapshot else "read_committed"
            self._transaction = self._connection.transaction(isolation=isolation)
            await self._transaction.start()
        return self._connection

    async def commit(self) -> None:
        """Seal the operation and commit; nothing where nothing was begun."""
        if self._connection is not None:
            try:
                await history.seal(self._connection)
            except BaseException:
                await self.roll_back()
                raise
            await self._transaction.commit()

    async def roll_back(self) -> None:
        """Undo everything; a connection that cannot even do that is thrown away."""
        if self._connection is None or self._connection.is_closed():
            return
        try:
            await self._transaction.rollback()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            self._connection.terminate()


async def speak(connection: Connection) -> None:
    """Teach a connection the register's types: jsonb as Python values."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_to_json, decoder=json.loads, format="text"
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


async def _no_reset(connection: Connection) -> None:
    """Sessions carry no state here, see the module's first lines."""
