"""Restructurings replayed on the memberships of a file (R-RS-11): `app.domain.restructuring.following` as SQL.

Where no cell has ever been closed with a destination, all of it is one look at an empty table.
"""

from collections.abc import Sequence
from dataclasses import replace

from asyncpg import Connection

from app.domain.membership import ExitReason
from app.queries.facts import MEMBERSHIP
from app.queries.following import WAYS, moved
from app.queries.imports import difference, staging
from app.queries.imports.difference import Said

_COLUMNS = ", ".join(MEMBERSHIP.columns)


async def find(connection: Connection, *said: Said) -> None:
    """`difference.find` of memberships, each stay going on where restructurings have led the roll of its cell."""
    if not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM roll_destination WHERE superseded_by IS NULL)"
    ):
        for one in said:
            await difference.find(connection, one)
        return
    for one in said:
        await _stage_unmoved(connection, one)
        plain = f"SELECT * FROM ({one.query}) every WHERE row NOT IN (SELECT row FROM staged_unmoved)"
        replayed = f"SELECT * FROM ({one.query}) every WHERE row IN (SELECT row FROM staged_unmoved)"
        await difference.find(connection, replace(one, query=plain))
        await difference.find(connection, replace(one, query=replayed, held_by="staged_unmoved"))
        await connection.execute("DROP TABLE staged_unmoved")
    await _follow(connection, said)


async def _stage_unmoved(connection: Connection, said: Said) -> None:
    """The memberships, as if no restructuring had moved them since, of those who are said to be elsewhere before."""
    await staging.create(
        connection,
        "staged_unmoved",
        ["row", "member_id"],
        f"""
        WITH told AS MATERIALIZED (
            SELECT s.row, s.member_id, lower(s.valid) AS day FROM ({said.query}) s
            JOIN membership m ON m.member_id = s.member_id AND m.superseded_by IS NULL AND m.valid @> lower(s.valid)
            WHERE s.known AND coalesce(s.cell_id::text, s.exit_reason) IS NOT NULL
              AND s.cell_id IS DISTINCT FROM m.cell_id
        ),
        placed AS (
            SELECT told.row, told.day, m.*, b.member_id IS NULL OR b.cell_id IS DISTINCT FROM m.cell_id AS begins,
                   b.member_id IS NOT NULL AND lower(m.valid) > told.day AND {moved("b", "m")} AS led
            FROM told JOIN membership m ON m.member_id = told.member_id AND m.superseded_by IS NULL
            LEFT JOIN membership b ON b.member_id = m.member_id AND b.superseded_by IS NULL
                AND upper(b.valid) = lower(m.valid)
        ),
        grouped AS (
            SELECT *, count(*) FILTER (WHERE begins AND NOT led) OVER (PARTITION BY row ORDER BY lower(valid)) AS stay
            FROM placed
        ),
        unmoved AS (
            SELECT row, {", ".join(MEMBERSHIP.key)}, valid, superseded_by, exit_reason, exit_ground,
                   first_value(cell_id) OVER stays AS cell_id, led, cell_id AS led_to,
                   array_remove(array_agg(standing) OVER stays, NULL) AS standings
            FROM grouped WINDOW stays AS (PARTITION BY row, stay ORDER BY lower(valid))
        )
        SELECT row, member_id, valid, superseded_by, cell_id, standings[cardinality(standings)] AS standing,
               CASE WHEN cell_id IS NULL THEN exit_reason END AS exit_reason,
               CASE WHEN cell_id IS NULL THEN exit_ground END AS exit_ground
        FROM unmoved WHERE row IN (SELECT row FROM unmoved WHERE led)
        """,
    )


async def _follow(connection: Connection, said: Sequence[Said]) -> None:
    """Have each wanted stay go on where its cell leads; what is believed so already is wanted no more.

    What is said over bounded days is said whole: also a stay that is believed within them is led on with the rest.
    """
    asked = "SELECT DISTINCT cell_id FROM wanted_membership WHERE cell_id IS NOT NULL"
    await staging.create(
        connection,
        "staged_destination",
        ["cell_id"],
        f"SELECT * FROM ({WAYS.format(asked=asked)}) every WHERE days IS NOT NULL",
    )
    whole = " UNION ALL ".join(
        f"SELECT row, member_id, valid FROM ({one.query}) every WHERE known AND bounded" for one in said
    )
    await connection.execute(
        f"""
        INSERT INTO wanted_membership (row, known, valid, holds, {_COLUMNS})
        SELECT s.row, true, unnest(datemultirange(b.valid * s.valid) - anew.days), true,
               {", ".join(f"b.{name}" for name in MEMBERSHIP.columns)}
        FROM (
            SELECT member_id, range_agg(valid) AS days,
                   array_agg(cell_id) FILTER (WHERE cell_id IN (SELECT cell_id FROM staged_destination)) AS closing
            FROM wanted_membership WHERE known GROUP BY member_id
        ) anew JOIN ({whole}) s USING (member_id)
        JOIN membership b ON b.member_id = s.member_id AND b.valid && s.valid AND b.superseded_by IS NULL
        WHERE b.cell_id = ANY(anew.closing)
        """
    )
    await staging.create(
        connection,
        "staged_followed",
        ["place"],
        f"""
        WITH RECURSIVE closing AS MATERIALIZED (
            SELECT w.ctid AS place, w.* FROM wanted_membership w
            WHERE w.cell_id IN (SELECT cell_id FROM staged_destination)
        ),
        stays AS (
            SELECT member_id, cell_id, range_agg(valid) AS days FROM closing GROUP BY member_id, cell_id
        ),
        way AS (
            SELECT l.place, l.cell_id AS here, (
                       SELECT lower(stay) FROM stays s, unnest(s.days) stay
                       WHERE s.member_id = l.member_id AND s.cell_id = l.cell_id AND stay @> lower(l.valid)
                   ) AS since, lower(l.valid) AS start, upper(l.valid) AS until, false AS brought,
                   '{{}}'::uuid[] AS passed
            FROM closing l
            UNION ALL
            SELECT w.place, onward.destination_id, onward.leaves, greatest(w.start, onward.leaves), w.until, true,
                   CASE WHEN onward.leaves = w.since THEN w.passed ELSE '{{}}' END || w.here
            FROM way w CROSS JOIN LATERAL ({_NEXT}) onward
        )
        SELECT way.place, l.member_id, way.brought, way.here,
               daterange(way.start, coalesce(onward.leaves, way.until)) AS valid
        FROM way JOIN closing l USING (place) LEFT JOIN LATERAL ({_NEXT.replace("w.", "way.")}) onward ON true
        WHERE onward.leaves IS NULL OR way.start < onward.leaves
        """,
    )
    await connection.execute(
        f"""
        INSERT INTO wanted_membership (row, known, valid, holds, {_COLUMNS})
        SELECT w.row, w.known, f.valid, w.holds, w.member_id, f.here,
               CASE WHEN f.here IS NOT NULL THEN w.standing END,
               CASE WHEN f.here IS NULL THEN '{ExitReason.TRANSFERRED_OUT}' END, w.exit_ground
        FROM staged_followed f JOIN wanted_membership w ON w.ctid = f.place
        WHERE NOT w.known OR NOT coalesce(f.valid <@ (
            SELECT range_agg(b.valid) FROM membership b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
            AND b.valid && f.valid AND b.cell_id IS NOT DISTINCT FROM f.here AND coalesce(b.standing, b.exit_reason) =
                CASE WHEN f.here IS NULL THEN '{ExitReason.TRANSFERRED_OUT}' ELSE w.standing END), false)
        """
    )
    await connection.execute(
        "DELETE FROM wanted_membership WHERE ctid IN (SELECT place FROM staged_followed)"
    )


async def count(connection: Connection) -> int:
    """How many members of the file go on where restructurings have led them; of what is left of it."""
    if not await connection.fetchval("SELECT to_regclass('pg_temp.staged_followed') IS NOT NULL"):
        return 0
    found: int = await connection.fetchval(
        "SELECT count(DISTINCT member_id) FROM staged_followed WHERE brought"
        " AND member_id IN (SELECT member_id FROM wanted_membership)"
    )
    return found


_NEXT = """
    SELECT * FROM (
        SELECT d.destination_id, greatest(lower(d.days), w.since) AS leaves FROM staged_destination d
        WHERE d.cell_id = w.here AND (lower(d.days) > w.since OR w.brought AND d.days @> w.since)
        ORDER BY lower(d.days) LIMIT 1) coming
    WHERE (w.until IS NULL OR leaves < w.until) AND NOT (leaves = w.since AND w.here = ANY(w.passed))"""
"""What closes the cell next to one who is there since a day (`w`: a row of `way`); who was brought there goes on at
once. Cells that lead to each other on one day end the way."""
