"""The rows of a file on their way in: temporary tables, and the errors found so far.

`staged_row` holds the rows as read, `staged_subject` what they are about, `staged_reach` which organizations
they name and what the actor may do there, `wanted_…` what is to be believed, `staged_error` what is wrong;
`staged_fault` what is wrong with the rows that are set aside, `staged_owner` whose rows the faulty ones are.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range

from app.domain.imports import RowError
from app.queries.reach import reachable, todays_paths

MOST_ERRORS_KEPT, MOST_HELD = 10_000, 100_000
"""Errors of a file that is taken whole or not at all; of one whose sound rows are taken: with more, none is."""


async def open_tables(connection: Connection, columns: Mapping[str, str]) -> None:
    """Make room for the rows of a file, whose columns are given with their SQL types."""
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    await connection.execute(
        f"CREATE TEMPORARY TABLE staged_row (row integer, sound boolean, {listed}) ON COMMIT DROP"
    )
    await connection.execute(
        'CREATE TEMPORARY TABLE staged_error (row integer, "column" text, code text, facts text) ON COMMIT DROP'
    )
    await connection.execute("CREATE TEMPORARY TABLE staged_fault (LIKE staged_error) ON COMMIT DROP")
    await connection.execute(
        "CREATE TEMPORARY TABLE staged_owner (row integer, organization_id uuid) ON COMMIT DROP"
    )


async def drop_tables(connection: Connection) -> None:
    """Forget the rows; the transaction may take in another file."""
    await _drop(connection, "true")


async def forget_examined(connection: Connection) -> None:
    """Forget all but the rows as read and what was found wrong: they are examined anew."""
    await _drop(connection, "relname NOT IN ('staged_row', 'staged_error', 'staged_fault', 'staged_owner')")


async def _drop(connection: Connection, condition: str) -> None:
    await connection.execute(
        f"""
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT relname FROM pg_class
                WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname ~ '^(staged|wanted)_'
                  AND {condition}
            LOOP EXECUTE format('DROP TABLE pg_temp.%I', name); END LOOP;
        END $$
        """
    )


def recorder(columns: Mapping[str, str]) -> Callable[[int, bool, Iterable[Any]], list[Any]]:
    """Makes rows as the driver takes them: pairs of days, the second not included, as ranges."""
    ranges = [place for place, kind in enumerate(columns.values(), start=2) if kind == "daterange"]

    def record(number: int, sound: bool, values: Iterable[Any]) -> list[Any]:
        row = [number, sound, *values]
        for place in ranges:
            if row[place] is not None:
                row[place] = Range(*row[place])
        return row

    return record


async def add_rows(connection: Connection, columns: Iterable[str], rows: Sequence[Sequence[Any]]) -> None:
    """Take in rows, each as the `recorder` gives it."""
    # The columns are named, since the driver remembers what a statement of the same words was about.
    await connection.copy_records_to_table("staged_row", records=rows, columns=["row", "sound", *columns])


async def add_errors(connection: Connection, errors: Iterable[RowError]) -> None:
    """Take in errors found while reading."""
    records = [(one.row, one.column, one.code, json.dumps(dict(one.facts))) for one in errors]
    await connection.copy_records_to_table("staged_error", records=records)


async def analyze(connection: Connection, table: str, *columns: str) -> None:
    """Let the planner know how much the table holds, and what in these columns: sampling all takes long."""
    await connection.execute(f"ANALYZE {table} ({', '.join(columns)})")


async def create(
    connection: Connection, table: str, columns: Sequence[str], query: str, *arguments: Any
) -> None:
    """A temporary table of the rows of a query, later joined on these columns."""
    await connection.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {query}", *arguments)
    await analyze(connection, table, *columns)


async def weigh_reach(
    connection: Connection,
    organizations: str,
    actor_id: UUID,
    today: date,
    *,
    visible: Sequence[str],
    allowed: Sequence[str],
) -> None:
    """Which of the organizations (a query of one column, `organization_id`) the actor's roles cover."""
    await create(
        connection,
        "staged_reach",
        ["organization_id"],
        f"""
        SELECT organization_id,
               {reachable("named.organization_id", "$1", "$3", "$2")} AS visible,
               {reachable("named.organization_id", "$1", "$4", "$2")} AS allowed
        FROM (SELECT DISTINCT organization_id FROM ({organizations}) n WHERE organization_id IS NOT NULL) named
        """,
        actor_id,
        today,
        list(visible),
        list(allowed),
    )


async def count_subjects(connection: Connection, subject: str) -> dict[str, int]:
    """How many things of the file (by their id's column) are `created`, `changed`, `unchanged`."""
    row = await connection.fetchrow(
        f"""
        SELECT count(*) FILTER (WHERE NOT known) AS created,
               count(*) FILTER (WHERE c.{subject} IS NOT NULL) AS changed,
               count(*) FILTER (WHERE known AND c.{subject} IS NULL) AS unchanged
        FROM staged_subject LEFT JOIN staged_changed c USING ({subject})
        """
    )
    return dict(row)


async def common_organization(connection: Connection, today: date) -> UUID | None:
    """The lowest organization that holds all those which the file names and the actor can see."""
    found: UUID | None = await connection.fetchval(
        f"""
        WITH named AS (SELECT organization_id FROM staged_reach WHERE visible)
        SELECT above.ancestor_id FROM named
        JOIN ({todays_paths("life", "above", "$1")}) ON life.organization_id = named.organization_id AND life.depth = 0
        GROUP BY above.ancestor_id HAVING count(DISTINCT named.organization_id) = (SELECT count(*) FROM named)
        ORDER BY min(above.depth) LIMIT 1
        """,
        today,
    )
    return found
