"""Taking back what one operation did to one thing, while nothing recorded since rests on it.

The operation touched some days of some keys. Taken back, the register believes on those days what it believed just
before. That is only sound while it still believes there what it believed just after.
"""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection

from app.queries.facts import FactTable, overwrite_from, said_first_by


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The rows of a table that are of one thing: those whose column is its id."""

    table: FactTable
    column: str
    id: UUID


async def resting_on(
    connection: Connection, things: list[RowsOf], operation_id: UUID
) -> list[tuple[str, UUID]]:
    """The operations through which something else is believed now than just after this one; none: it can go."""
    found: dict[UUID, str] = {}
    for thing in things:
        table = thing.table
        key, columns = ", ".join(table.key), ", ".join(table.columns)
        own = f"{thing.column} = $2"
        same_key = " AND ".join(f"t.{name} = f.{name}" for name in table.key)
        rows = await connection.fetch(
            f"""
            WITH touched AS (
                SELECT {key}, range_agg(valid) AS days FROM {table.name}
                WHERE (operation_id = $1 OR superseded_by = $1) AND {own} GROUP BY {key}
            ),
            after AS (
                SELECT {columns}, range_agg(valid) AS days FROM {table.name}
                WHERE operation_id = $1 AND superseded_by IS DISTINCT FROM $1 AND {own}
                GROUP BY {columns}
            ),
            believed AS (
                SELECT {", ".join(f"f.{name}" for name in table.columns)}, f.operation_id,
                       t.days * f.valid::datemultirange AS days
                FROM touched t JOIN {table.name} f ON {same_key}
                WHERE f.superseded_by IS NULL AND t.days && f.valid
            ),
            present AS (
                SELECT {columns}, range_agg(day) AS days FROM believed, unnest(days) day GROUP BY {columns}
            ),
            differing AS (
                (TABLE after EXCEPT TABLE present) UNION ALL (TABLE present EXCEPT TABLE after)
            )
            SELECT DISTINCT op.id, op.kind FROM operation op
            WHERE op.id <> $1 AND EXISTS (SELECT FROM differing) AND op.id IN (
                SELECT operation_id FROM believed
                UNION
                SELECT superseded_by FROM {table.name} WHERE operation_id = $1 AND {own}
            )
            """,
            operation_id,
            thing.id,
        )
        found |= {row["id"]: row["kind"] for row in rows}
    return sorted(((kind, id) for id, kind in found.items()), key=lambda one: one[1])


async def take_back(connection: Connection, thing: RowsOf, operation_id: UUID, by: UUID) -> None:
    """Believe on the days that an operation touched what was believed there before it."""
    table = thing.table
    columns = ", ".join(table.columns)
    await overwrite_from(
        connection,
        table,
        by,
        f"""
        SELECT valid, false AS holds, NULL::uuid AS said_first_by, {columns} FROM {table.name}
        WHERE operation_id = $2 AND {thing.column} = $3
        UNION ALL
        SELECT valid, true, {said_first_by("lost")}, {columns} FROM {table.name} lost
        WHERE superseded_by = $2 AND operation_id <> $2 AND {thing.column} = $3
        """,
        operation_id,
        thing.id,
        said_again=True,
    )
