"""Rows at fault are set aside with those that stand with them, and the others counted: as SQL."""

from collections.abc import Sequence

from asyncpg import Connection

NO_OWNERS = "SELECT NULL::integer AS row, NULL::uuid AS organization_id WHERE false"
NONE_BELOW = "SELECT NULL::uuid AS below, NULL::uuid AS above WHERE false"
"""What kinds say of which rows have no owner, or whose things stand below no others."""


async def note_owners(connection: Connection, owners: str) -> None:
    """Note whose the rows at fault are (a query of `row` and `organization_id`)."""
    await connection.execute(f"INSERT INTO staged_owner {owners}")


async def stand_together(connection: Connection, key: str, subject: str, below: str) -> bool:
    """Refuse with each row at fault the others about the same thing, and all about new things below a new one.

    `key` names the thing in `staged_row`, `below` is a query of pairs of things (`below`, `above`). Answers
    whether any row is at fault.
    """
    at_fault: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM staged_error)")
    if at_fault:
        await connection.execute(
            f"""
            WITH RECURSIVE link AS MATERIALIZED ({below}),
            held(subject, row) AS (
                SELECT u.{subject}, min(e.row) FROM staged_error e JOIN staged_row s USING (row)
                JOIN staged_subject u ON u.key = s.{key} GROUP BY 1
                UNION
                SELECT link.below, held.row FROM held JOIN link ON link.above = held.subject
            )
            INSERT INTO staged_error (row, "column", code, facts)
            SELECT s.row, NULL, 'held_with_row', jsonb_build_object('other_row', first.row)::text
            FROM (SELECT subject, min(row) AS row FROM held GROUP BY subject) first
            JOIN staged_subject u ON u.{subject} = first.subject JOIN staged_row s ON s.{key} = u.key
            WHERE s.row NOT IN (SELECT row FROM staged_error)
            """
        )
    return at_fault


async def set_aside(connection: Connection, subject: str, tables: Sequence[str]) -> None:
    """Take the rows at fault out of the staged tables, and their errors to `staged_fault`."""
    for table in tables:
        await connection.execute(f"DELETE FROM {table} WHERE row IN (SELECT row FROM staged_error)")
    await connection.execute(
        f"DELETE FROM staged_changed WHERE {subject} NOT IN (SELECT {subject} FROM staged_subject)"
    )
    await connection.execute("INSERT INTO staged_fault TABLE staged_error")
    await connection.execute("TRUNCATE staged_error")


async def count_errors(connection: Connection) -> int:
    """How many errors there are, those of rows set aside included."""
    count: int = await connection.fetchval(
        "SELECT (SELECT count(*) FROM staged_error) + (SELECT count(*) FROM staged_fault)"
    )
    return count


def known_rows(key: str, subject: str) -> str:
    """The rows about things on record, as a query of `row` and the thing; `key` names it in `staged_row`."""
    return (
        f"SELECT s.row, u.{subject} FROM staged_subject u JOIN staged_row s ON s.{key} = u.key WHERE u.known"
    )


async def take_out(connection: Connection, owners: str) -> bool:
    """Take the rows at fault out of the file and their errors to `staged_fault`; whether there were any."""
    await note_owners(connection, owners)
    await connection.execute("INSERT INTO staged_fault TABLE staged_error")
    await connection.execute("DELETE FROM staged_row WHERE row IN (SELECT row FROM staged_error)")
    at_fault: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM staged_error)")
    await connection.execute("TRUNCATE staged_error")
    return at_fault


async def count_rows(connection: Connection, known: str, subject: str, rows: int) -> dict[str, int]:
    """What becomes of all rows of the file: `loaded`, `unchanged`, `duplicate`, `held`.

    `known` is a query of the rows about things on record, with the thing.
    """
    faults = await connection.fetchrow(
        """
        SELECT count(*) FILTER (WHERE duplicate) AS duplicate, count(*) FILTER (WHERE NOT duplicate) AS held
        FROM (SELECT bool_and(code = 'duplicate') AS duplicate FROM staged_fault GROUP BY row) at_fault
        """
    )
    unchanged: int = await connection.fetchval(
        f"""
        SELECT count(*) FROM ({known}) said
        WHERE NOT EXISTS (SELECT FROM staged_changed c WHERE c.{subject} = said.{subject})
        """
    )
    return {**faults, "loaded": rows - sum(faults) - unchanged, "unchanged": unchanged}
