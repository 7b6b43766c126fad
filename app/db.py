"""The database: its pools, and the one transaction of a request. The only file that begins and commits.

Readers and writers are two database roles on two pools. Exports have a small pool of their own, so that a
slow download never holds a connection that others need. Sessions carry no state: nothing is ever SET but
locally, so connections go back to their pool without a reset (one round trip saved per read).
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


class Database:
    """The pools of one service process."""

    def __init__(self, settings: Settings, application_url: str, reader_url: str) -> None:
        self._wait = settings.pool_wait_ms / 1000
        self._lock_timeout = f"{settings.lock_timeout_ms}ms"
        self._sizes = {"reader": settings.readers, "writer": settings.writers, "exporter": settings.exporters}
        self._urls = {"reader": reader_url, "writer": application_url, "exporter": reader_url}
        self._pools: dict[str, Pool] = {}

    async def open(self) -> None:
        """Open the pools; raises when the database cannot be reached."""
        for name, url in self._urls.items():
            read_only = {} if name == "writer" else {"default_transaction_read_only": "on"}
            self._pools[name] = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=self._sizes[name],
                init=speak,
                reset=_no_reset,
                command_timeout=None if name == "exporter" else 65,
                server_settings={
                    **_SAFE_SESSION,
                    **read_only,
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

    @asynccontextmanager
    async def _connection(self, name: str) -> AsyncIterator[Connection]:
        pool = self._pools[name]
        try:
            connection = await pool.acquire(timeout=self._wait)
        except TimeoutError:
            raise Unavailable("pool_exhausted") from None
        try:
            yield connection
        finally:
            await pool.release(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A read-only connection; each statement sees its own snapshot."""
        async with self._connection("reader") as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self, name: str = "reader") -> AsyncIterator[Connection]:
        """A read-only connection whose statements all see one snapshot."""
        async with (
            self._connection(name) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    def exporting(self) -> Any:
        """One snapshot on the exports' own pool, for answers that are streamed."""
        return self.snapshot("exporter")

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["UnitOfWork"]:
        """The transaction of one request: begun when first asked for, committed when the block ends well."""
        async with AsyncExitStack() as stack:
            unit = UnitOfWork(lambda: stack.enter_async_context(self._connection("writer")))
            try:
                yield unit
            except BaseException:
                await unit.roll_back()
                raise
            await unit.commit()


class UnitOfWork:
    """The write transaction of one request, at READ COMMITTED (reliability.md D1)."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self._connect = connect
        self._transaction: Any = None
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection | None:
        """The connection, once begun."""
        return self._connection

    async def begin(self) -> Connection:
        """Begin, unless begun."""
        if self._connection is None:
            self._connection = await self._connect()
            self._transaction = self._connection.transaction(isolation="read_committed")
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
