"""How rows of a file are refused: each check is a query of the rows at fault."""

from collections.abc import Sequence

from asyncpg import Connection

from app.domain.import_cells import ROW_VERSION
from app.domain.nation import NATION
from app.queries.facts import FactTable

Check = tuple[str | None, str, str]
"""The column at fault (None: the row as a whole), the code of the error, the query."""

NOTHING = "jsonb_build_object() AS facts"
"""Said where an error needs no facts beside its code."""


def by_rule(rule: str, policy: str, day: str) -> str:
    """Said where a rule refuses: its id, and the source of the policy row that holds on the day (an SQL expression)."""
    return f"""jsonb_build_object('rule', '{rule}', 'source', (
            SELECT ruling_row.source FROM policy ruling_row
            WHERE ruling_row.key = '{policy}' AND ruling_row.scope_id = '{NATION}'
              AND ruling_row.superseded_by IS NULL AND ruling_row.valid @> {day})) AS facts"""


async def refuse_all(connection: Connection, checks: tuple[Check, ...]) -> None:
    """Note the rows at fault of every check."""
    for column, code, query in checks:
        await refuse_where(connection, column, code, query)


def of_periods(table: str, subject: str, period: str) -> tuple[Check, ...]:
    """The rows about one thing do not overlap; those of a new thing leave no gap between them."""
    reached = f"""max(coalesce(upper({period}), 'infinity')) OVER
                (PARTITION BY {subject} ORDER BY lower({period}), row
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached"""
    return (
        (
            "valid_from",
            "rows_overlap",
            f"""
        SELECT row, jsonb_build_object('other_row', other) AS facts FROM (
            SELECT row, {period} AS period,
                   lag(row) OVER (PARTITION BY {subject} ORDER BY lower({period}), row) AS other, {reached}
            FROM {table}
        ) placed WHERE lower(period) < reached""",
        ),
        (
            "valid_from",
            "rows_have_gap",
            f"""
        SELECT row, {NOTHING} FROM (SELECT row, {period} AS period, {reached} FROM {table} WHERE NOT known) placed
        WHERE lower(period) > reached""",
        ),
    )


def of_versions(table: str, subject: str, version: str) -> tuple[Check, ...]:
    """Rows that tell the version of what is new, or that would change what has another version by now.

    `table` holds the rows with what each is about (`subject`) and whether it is `known`; `version` is a query of the
    version of `t.subject`. To be applied, the things are held: no version grows between this look and the write.
    """
    return (
        (
            ROW_VERSION,
            "row_version_of_new",
            f"""
        SELECT s.row, {NOTHING} FROM staged_row s JOIN {table} t USING (row)
        WHERE s.row_version IS NOT NULL AND NOT t.known""",
        ),
        (
            ROW_VERSION,
            "row_stale",
            f"""
        SELECT t.row, jsonb_build_object('current_version', held.version) AS facts FROM (
            SELECT t.*, s.row_version FROM staged_row s JOIN {table} t USING (row)
            JOIN staged_changed c ON c.{subject} = t.{subject}
            WHERE s.row_version IS NOT NULL AND t.known
        ) t CROSS JOIN LATERAL ({version}) held WHERE held.version <> t.row_version""",
        ),
    )


async def refuse_where(connection: Connection, column: str | None, code: str, query: str) -> None:
    """Note an error for each row of a query of the columns `row` and `facts` (jsonb)."""
    await connection.execute(
        f"""
        INSERT INTO staged_error (row, "column", code, facts)
        SELECT row, $1::text, $2::text, facts::text FROM ({query}) wrong
        """,
        column,
        code,
    )


async def refuse_taken(
    connection: Connection,
    table: FactTable,
    unique: Sequence[str],
    column: str,
    code: str,
    only: str = "true",
    others: str = "true",
) -> None:
    """Note rows that want a name which another bears on some day, in the register or in the file.

    `unique` are the columns that together are borne once at any instant. What the file itself takes away from
    its bearer is free. `only` narrows the wanted rows (`w`), `others` the bearers in the register (`b`).
    """
    subject = next(iter(table.key))
    key, names = ", ".join(table.key), ", ".join(unique)
    same_name = " AND ".join(f"b.{name} = w.{name}" for name in unique)
    same_key = " AND ".join(f"c.{name} = b.{name}" for name in table.key)
    await refuse_where(
        connection,
        column,
        code,
        f"""
        WITH cut AS MATERIALIZED (
            SELECT {key}, range_agg(valid) AS cuts FROM wanted_{table.name} WHERE known GROUP BY {key}
        )
        SELECT DISTINCT w.row, '{{}}'::jsonb AS facts FROM wanted_{table.name} w
        JOIN {table.name} b
          ON {same_name} AND b.superseded_by IS NULL AND b.valid && w.valid AND b.{subject} <> w.{subject}
        LEFT JOIN cut c ON {same_key}
        WHERE w.holds AND {only} AND {others} AND NOT coalesce(c.cuts, '{{}}') @> (b.valid * w.valid)
        UNION ALL
        SELECT row, jsonb_build_object('other_row', other) FROM (
            SELECT row, valid, min(row) OVER names AS other,
                   max(coalesce(upper(valid), 'infinity')) OVER
                       (series ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM wanted_{table.name} w WHERE holds AND {only}
            WINDOW names AS (PARTITION BY {names}), series AS (PARTITION BY {names} ORDER BY lower(valid), row)
        ) placed WHERE lower(valid) < reached""",
    )


async def conceal(connection: Connection, hidden: str, tables: Sequence[str], column: str, code: str) -> None:
    """Forget the rows about things out of reach, with one and the same answer to each of them.

    `hidden` is a query of the column `row`; from the staged `tables` its rows are taken before any check. Else
    the errors of these rows, or of others that clash with them, would tell what the register knows of the thing:
    a file of guesses, and the right one stands out.
    """
    await connection.execute(f"CREATE TEMPORARY TABLE staged_hidden ON COMMIT DROP AS {hidden}")
    for table in ("staged_error", *tables):
        await connection.execute(f"DELETE FROM {table} WHERE row IN (TABLE staged_hidden)")
    await refuse_where(connection, column, code, f"SELECT row, {NOTHING} FROM staged_hidden")
