"""The three database roles, the database they share, and how it is reached as each of them.

The migrator owns the tables, the application writes, the reader reads: who may do what is granted by the
migrations. A superuser is needed once, here, and by nothing that serves requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from app.queries.locks import Turn

MIGRATOR = "dangbo_migrator"
APPLICATION = "dangbo_application"
READER = "dangbo_reader"
ROLES = (MIGRATOR, APPLICATION, READER)

DATABASE = "dangbo"
EXTENSIONS = ("btree_gist", "pg_trgm")
OLDEST_SERVER = 15
CONNECT_SECONDS = 10.0


class BootstrapError(Exception):
    """The server cannot carry the register: the message says why, without any password."""


@dataclass(frozen=True)
class Urls:
    """The same database as each of the three roles sees it."""

    migrator: str = field(repr=False)
    application: str = field(repr=False)
    reader: str = field(repr=False)

    @property
    def _all(self) -> tuple[str, str, str]:
        return self.migrator, self.application, self.reader

    @property
    def passwords(self) -> dict[str, str]:
        """Role → password, as the connection strings hold them."""
        return {
            role: unquote(urlsplit(url).password or "") for role, url in zip(ROLES, self._all, strict=True)
        }

    @property
    def database(self) -> str:
        """The name of the database, which all three strings must share."""
        names = {unquote(urlsplit(url).path[1:]) for url in self._all}
        if len(names) != 1:
            raise BootstrapError(f"the three connection strings name different databases: {sorted(names)}")
        return names.pop()


def with_login(dsn: str, user: str, password: str, database: str) -> str:
    """The same server, reached as another role and at another database; options of the string are kept."""
    parts = urlsplit(dsn)
    server = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{server}"
    return urlunsplit((parts.scheme, netloc, "/" + quote(database, safe=""), parts.query, ""))


def with_database(dsn: str, database: str) -> str:
    """The same login at another database of the same server."""
    parts = urlsplit(dsn)
    return urlunsplit((parts.scheme, parts.netloc, "/" + quote(database, safe=""), parts.query, ""))


def role_urls(dsn: str, passwords: Mapping[str, str], database: str = DATABASE) -> Urls:
    """The three roles' connection strings at the server that `dsn` names."""
    return Urls(*(with_login(dsn, role, passwords[role], database) for role in ROLES))


async def bootstrap(admin_dsn: str, passwords: Mapping[str, str], database: str = DATABASE) -> None:
    """Make the three roles, the database and its extensions on the server of a superuser's `admin_dsn`.

    Idempotent: what exists is kept, and the roles get the passwords given. The migrator owns the database,
    the other two may only connect; nobody else may. Raises `BootstrapError` on a server older than
    PostgreSQL 15 or without the extensions.
    """
    connection = await asyncpg.connect(admin_dsn, timeout=CONNECT_SECONDS)
    try:
        _require_version(connection)
        # Statements below hold passwords: they must not reach the server's log, not even when they fail.
        await connection.execute("SET log_statement = 'none'; SET log_min_error_statement = 'panic'")
        await connection.execute(f"SELECT pg_advisory_lock({Turn.BOOTSTRAP.value})")
        for role in ROLES:
            await _make_role(connection, role, passwords[role])
        await _make_database(connection, database)
        await _make_extensions(with_database(admin_dsn, database))
    finally:
        await connection.close()


def _require_version(connection: Any) -> None:
    version = connection.get_server_version().major
    if version < OLDEST_SERVER:
        raise BootstrapError(f"PostgreSQL {OLDEST_SERVER} or newer is needed; this server is {version}")


async def _make_role(connection: Any, role: str, password: str) -> None:
    known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    if not known:
        await _execute_formatted(connection, "CREATE ROLE %I", role)
    await _execute_formatted(
        connection,
        "ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD %L",
        role,
        password,
    )


async def _make_database(connection: Any, database: str) -> None:
    known = await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database)
    if not known:
        await _execute_formatted(
            connection, "CREATE DATABASE %I TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'", database
        )
    await _execute_formatted(connection, "ALTER DATABASE %I OWNER TO %I", database, MIGRATOR)
    await _execute_formatted(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)
    await _execute_formatted(
        connection, "GRANT CONNECT ON DATABASE %I TO %I, %I", database, APPLICATION, READER
    )


async def _make_extensions(dsn: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS)
    try:
        for extension in EXTENSIONS:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    except (asyncpg.FeatureNotSupportedError, asyncpg.UndefinedFileError) as error:
        raise BootstrapError(f"the server lacks an extension of PostgreSQL's contrib: {error}") from error
    finally:
        await connection.close()


async def _execute_formatted(connection: Any, template: str, *values: str) -> None:
    """Run a statement that takes no parameters, its blanks quoted by the server itself."""
    blanks = ", ".join(f"${position}::text" for position in range(1, len(values) + 1))
    statement = await connection.fetchval(f"SELECT format($${template}$$, {blanks})", *values)
    await connection.execute(statement)
