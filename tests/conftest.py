"""One server a run, one database a run with a small register in it, one rolled-back transaction a test.

The service under test is the real one on a real PostgreSQL: reads and writes share one connection whose outer
transaction is rolled back. Tests of concurrency and crash use `committed`, a copy of the database of their own.
"""

import asyncio
import hashlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from make import Client, World, build_world, client_of
from touched import unnoted

from app import embedded
from app.bootstrap import ROLES, Urls, bootstrap, role_urls, with_database
from app.config import Settings
from app.db import Database, speak
from app.main import create_app
from app.migrations import migrate

settings.register_profile(
    "unhurried", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")  # whether what is drawn is always the same stays as it was


@pytest.fixture(scope="session")
def state_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dangbo-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # the server's own user must reach its directory inside
        yield Path(name)


@pytest.fixture(scope="session")
def admin_dsn(state_dir: Path) -> Iterator[str]:
    """A superuser's way into the server: `DATABASE_URL`, or the embedded one."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    binaries = os.environ.get("DANGBO_POSTGRES_BINARIES")
    with embedded.running(
        state_dir / "server", binaries=Path(binaries) if binaries else None, durable=False
    ) as server:
        yield server.admin_dsn()


@pytest.fixture(scope="session")
def passwords(testrun_uid: str) -> dict[str, str]:
    """Derived from the run: its processes share the roles of a server that `DATABASE_URL` names."""
    return {role: hashlib.sha256(f"{role} {testrun_uid}".encode()).hexdigest() for role in ROLES}


@pytest.fixture(scope="session")
async def template(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[str]:
    """A database with the newest schema, the shipped policies and the small register."""
    name = f"dangbo_test_{secrets.token_hex(4)}"
    await bootstrap(admin_dsn, passwords, name)
    urls = role_urls(admin_dsn, passwords, name)
    await asyncio.to_thread(migrate, urls.migrator)
    database = Database(Settings(), urls.application, urls.reader)
    await database.open()
    await build_world(database)
    await database.close()
    yield name
    await drop(admin_dsn, name)


async def drop(admin_dsn: str, name: str) -> None:
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await admin.close()


async def copy(admin_dsn: str, template: str) -> str:
    """A copy of the template, in some 40 milliseconds."""
    name = f"dangbo_copy_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(with_database(admin_dsn, "postgres"))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await admin.execute(f'ALTER DATABASE "{name}" OWNER TO dangbo_migrator')
    await admin.close()
    return name


@pytest.fixture(scope="session")
async def urls(admin_dsn: str, passwords: dict[str, str], template: str) -> AsyncIterator[Urls]:
    """The three roles' ways into the copy that rolled-back tests share: nothing may commit there.

    Not the template itself: PostgreSQL copies no database that somebody is connected to.
    """
    name = await copy(admin_dsn, template)
    yield role_urls(admin_dsn, passwords, name)
    await drop(admin_dsn, name)


class RolledBack(Database):
    """The database of one test: one connection for everything, commits that are savepoints."""

    SNAPSHOT = "read_committed"

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__(Settings(), "", "")
        self.shared = connection

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    @asynccontextmanager
    async def _connection(self, name: str) -> AsyncIterator[asyncpg.Connection]:
        yield self.shared

    async def borrow(self, pool: str = "reader") -> asyncpg.Connection:
        return self.shared

    async def give_back(self, connection: asyncpg.Connection, pool: str = "reader") -> None: ...

    @asynccontextmanager
    async def snapshot(
        self, name: str = "reader", *, readonly: bool = True
    ) -> AsyncIterator[asyncpg.Connection]:
        async with self.shared.transaction():
            yield self.shared


@pytest.fixture(scope="session")
async def shared_connection(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.application)
    await speak(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def connection(shared_connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The application's own connection, in a transaction that is rolled back.

    Before that, whatever the test recorded over HTTP must have noted whom it touched.
    """
    transaction = shared_connection.transaction()
    await transaction.start()
    yield shared_connection
    try:
        forgotten = await unnoted(shared_connection)
    except asyncpg.InFailedSQLTransactionError:  # a test of what the database refuses
        forgotten = set()
    finally:
        await transaction.rollback()
    assert forgotten == set()


@pytest.fixture
def database(connection: asyncpg.Connection) -> RolledBack:
    return RolledBack(connection)


@pytest.fixture
def app(database: RolledBack, state_dir: Path) -> FastAPI:
    return create_app(Settings(development_issuer=True), database, state_dir)


@pytest.fixture(scope="session")
async def world(urls: Urls) -> World:
    """The small register's organizations by their short names."""
    connection = await asyncpg.connect(urls.reader)
    found = await World.read(connection)
    await connection.close()
    return found


Statements = Callable[[], AbstractAsyncContextManager[list[str]]]


_OF_DRIVER = ("set_config(", "typeinfo_tree")
"""By these the driver asks, once a connection, what a type is that it has not met before."""


@pytest.fixture
def statements(connection: asyncpg.Connection) -> Statements:
    """Listens to the database: `async with statements() as executed:` collects the SQL that ran."""

    @asynccontextmanager
    async def listen() -> AsyncIterator[list[str]]:
        executed: list[str] = []

        def note(query: asyncpg.connection.LoggedQuery) -> None:
            if not any(sign in query.query for sign in _OF_DRIVER):
                executed.append(query.query)

        connection.add_query_logger(note)
        try:
            yield executed
        finally:
            await asyncio.sleep(0)  # the driver notes a statement in the loop's next round
            connection.remove_query_logger(note)

    return listen


SignIn = Callable[..., Awaitable[Client]]


@pytest.fixture
def sign_in(app: FastAPI, database: RolledBack, world: World, state_dir: Path) -> Iterator[SignIn]:
    """A client with a role on an organization of the small register: `await sign_in("auditor", "bloc")`."""
    clients: list[httpx.AsyncClient] = []

    async def make(
        role: str | None = None, organization: str | None = None, subject: str | None = None
    ) -> Client:
        client = await client_of(app, database, world, state_dir, role, organization, subject)
        clients.append(client)
        return client

    yield make


@pytest.fixture
async def committed(admin_dsn: str, passwords: dict[str, str], template: str) -> AsyncIterator[Urls]:
    """A copy of the database of the test's own, where commits are real."""
    name = await copy(admin_dsn, template)
    yield role_urls(admin_dsn, passwords, name)
    await drop(admin_dsn, name)
