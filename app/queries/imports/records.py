"""Imports as SQL: what was asked of each file, what became of it, the errors found in it."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import ImportKind
from app.queries.asof import AsOf
from app.queries.imports.staging import MOST_ERRORS_KEPT
from app.queries.reach import reachable

_COLUMNS = (
    "i.id, i.kind, i.mode, i.state, i.organization_id, i.parameters, i.sha256, i.rows, i.counts, i.errors,"
    " i.operation_id, i.started_at"
)


async def insert(connection: Connection, values: dict[str, Any]) -> None:
    """One import, by column."""
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO import ({', '.join(values)}) VALUES ({places})", *values.values())


async def keep_errors(connection: Connection, import_id: UUID) -> None:
    """Keep the errors of the file just read, in the order of its rows, the first ten thousand."""
    await connection.execute(
        f"""
        INSERT INTO import_error (import_id, number, row, "column", code, facts)
        SELECT $1, row_number() OVER (ORDER BY row, "column", code), row, "column", code, facts::jsonb
        FROM staged_error ORDER BY row, "column", code LIMIT {MOST_ERRORS_KEPT}
        """,
        import_id,
    )


def _visible(actor: str, today: str, roles: dict[ImportKind, str]) -> str:
    """The actor's own imports, and those of an organization over which the actor may import the same."""
    others = " OR ".join(
        f"i.kind = '{kind}' AND {reachable('i.organization_id', actor, mark, today)}"
        for kind, mark in roles.items()
    )
    return f"(i.actor_id = {actor} OR {others})"


async def get(
    connection: Connection, import_id: UUID, actor_id: UUID, today: date, roles: dict[ImportKind, list[str]]
) -> Record | None:
    """One import; None where it does not exist or is not the actor's to see."""
    marks = {kind: f"${place}" for place, kind in enumerate(roles, start=4)}
    return await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM import i WHERE i.id = $1 AND {_visible('$2', '$3', marks)}",
        import_id,
        actor_id,
        today,
        *roles.values(),
    )


def listed(as_of: AsOf, actor_id: UUID, roles: dict[ImportKind, list[str]]) -> tuple[str, list[Any]]:
    """The imports the actor may see, up to the instant asked for."""
    marks = {kind: f"${place}" for place, kind in enumerate(roles, start=5)}
    sql = f"""
        SELECT {_COLUMNS} FROM import i
        WHERE ($2::timestamptz IS NULL OR i.started_at <= $2) AND $1::date IS NOT NULL
          AND {_visible("$3", "$4", marks)}"""
    return sql, [actor_id, as_of.today, *roles.values()]


def errors(
    as_of: AsOf, import_id: UUID, actor_id: UUID, roles: dict[ImportKind, list[str]]
) -> tuple[str, list[Any], str]:
    """The kept errors of an import: SQL, arguments, and its visibility."""
    marks = {kind: f"${place}" for place, kind in enumerate(roles, start=6)}
    seen = f"EXISTS (SELECT FROM import i WHERE i.id = $3::uuid AND {_visible('$4', '$5', marks)})"
    sql = 'SELECT e.number, e.row, e."column", e.code, e.facts FROM import_error e WHERE e.import_id = $3'
    return sql, [import_id, actor_id, as_of.today, *roles.values()], seen
