"""Imports as SQL: what was asked of each file, what became of it, the errors found in it."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import ImportKind
from app.queries.asof import AsOf
from app.queries.reach import reachable

_COLUMNS = (
    "i.id, i.kind, i.mode, i.state, i.organization_id, i.parameters, i.sha256, i.rows,"
    " i.loaded, i.unchanged, i.duplicate, i.held, i.counts, i.errors, i.operation_id, i.started_at,"
    " (SELECT r.operation_id FROM import_reversal r WHERE r.import_id = i.id) AS reversed_by"
)

_SUGGESTED = "interval '30 days'"
"""How long suggestions are kept: until the file is put right."""


async def insert(connection: Connection, values: dict[str, Any]) -> None:
    """One import, by column."""
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO import ({', '.join(values)}) VALUES ({places})", *values.values())


async def keep_errors(connection: Connection, import_id: UUID, most: int) -> None:
    """Keep the errors of the file just read, in the order of its rows, at most so many.

    Suggestions are kept apart; those whose time is over are forgotten.
    """
    await connection.execute(
        f"""
        WITH found AS MATERIALIZED (
            SELECT row_number() OVER (ORDER BY row, "column", code) AS number, row, "column", code, facts::jsonb
            FROM (TABLE staged_error UNION ALL TABLE staged_fault) all_found
            ORDER BY row, "column", code LIMIT $2
        ), kept AS (
            INSERT INTO import_error (import_id, number, row, "column", code, facts, organization_id)
            SELECT $1, number, row, "column", code, facts - 'suggestion', organization_id
            FROM found LEFT JOIN (SELECT row, (array_agg(organization_id))[1] AS organization_id
                                  FROM staged_owner GROUP BY row) owner USING (row)
        ), old AS (
            DELETE FROM import_suggestion WHERE suggested_at < clock_timestamp() - {_SUGGESTED}
        )
        INSERT INTO import_suggestion (import_id, number, suggestion)
        SELECT $1, number, facts ->> 'suggestion' FROM found WHERE facts ? 'suggestion'
        """,
        import_id,
        most,
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
    """The kept errors of an import, to who sent it with their suggestions: SQL, arguments, and its visibility."""
    marks = {kind: f"${place}" for place, kind in enumerate(roles, start=6)}
    seen = f"EXISTS (SELECT FROM import i WHERE i.id = $3::uuid AND {_visible('$4', '$5', marks)})"
    return (
        f"{_errors('$4')} WHERE e.import_id = $3",
        [import_id, actor_id, as_of.today, *roles.values()],
        seen,
    )


def held(
    as_of: AsOf,
    import_id: UUID,
    actor_id: UUID,
    roles: dict[ImportKind, list[str]],
    member_roles: list[str],
) -> tuple[str, list[Any], str]:
    """The rows held of an import, each with its errors: SQL, arguments, and its visibility."""
    marks = {kind: f"${place}" for place, kind in enumerate(roles, start=7)}
    seen = f"EXISTS (SELECT FROM import i WHERE i.id = $3::uuid AND {_visible('$4', '$5', marks)})"
    within = reachable("h.organization_id", "$4", "$6", "$5")
    return (
        f"""
        SELECT h.row, h.faults, h.organization_id,
               CASE WHEN h.member_id IS NOT NULL AND {within} THEN h.member_id END AS member_id,
               i.parameters ->> 'media_type' AS media_type, sender.id AS actor_id, sender.name AS actor_name
        FROM (
            SELECT e.row, (array_agg(e.organization_id))[1] AS organization_id, min(e.member_id)::uuid AS member_id,
                   jsonb_agg(jsonb_build_object('column', e."column", 'code', e.code, 'facts', e.facts)
                             ORDER BY e.number) AS faults
            FROM ({_errors("$4")} WHERE e.import_id = $3 AND e.row > 0) e GROUP BY e.row
        ) h JOIN import i ON i.id = $3 JOIN actor sender ON sender.id = i.actor_id""",
        [import_id, actor_id, as_of.today, member_roles, *roles.values()],
        seen,
    )


async def kept_errors(connection: Connection, import_id: UUID, sender_id: UUID) -> list[Record]:
    """The kept errors of an import in the order of its rows, as its sender sees them."""
    rows: list[Record] = await connection.fetch(
        f"{_errors('$2')} WHERE e.import_id = $1 ORDER BY e.number", import_id, sender_id
    )
    return rows


def _errors(actor: str) -> str:
    """Errors as an actor sees them: suggestions in files of their own, while they are kept."""
    return f"""
        SELECT e.number, e.row, e."column", e.code, e.organization_id, e.facts ->> 'member_id' AS member_id,
               i.parameters ->> 'media_type' AS media_type,
               e.facts - 'member_id' || CASE WHEN s.suggestion IS NULL THEN '{{}}'
                               ELSE jsonb_build_object('suggestion', s.suggestion) END AS facts
        FROM import_error e JOIN import i ON i.id = e.import_id
        LEFT JOIN import_suggestion s
          ON s.import_id = e.import_id AND s.number = e.number AND i.actor_id = {actor}
         AND s.suggested_at >= clock_timestamp() - {_SUGGESTED}"""


async def about(connection: Connection, operation_id: UUID) -> list[UUID]:
    """The organizations that an import concerns, but those in whose committees it only ended seats of who left."""
    rows = await connection.fetch(
        """
        SELECT organization_id FROM operation_organization WHERE operation_id = $1
        EXCEPT (
            SELECT c.organization_id FROM seat s JOIN committee c USING (committee_id)
            WHERE s.superseded_by = $1 AND s.member_id IN (SELECT member_id FROM membership WHERE operation_id = $1)
            EXCEPT SELECT cell_id FROM membership WHERE operation_id = $1 OR superseded_by = $1)
        """,
        operation_id,
    )
    return [row["organization_id"] for row in rows]


async def insert_reversal(connection: Connection, import_id: UUID, operation_id: UUID) -> None:
    """Note that an import was taken back."""
    await connection.execute(
        "INSERT INTO import_reversal (import_id, operation_id) VALUES ($1, $2)", import_id, operation_id
    )
