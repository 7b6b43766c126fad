"""What a file of seats changes, as SQL: compared with what is on record, counted, written."""

from uuid import UUID

from asyncpg import Connection, Record

from app.domain.committees import CommitteeKind, SeatEndReason
from app.queries import facts
from app.queries.imports import difference, staging


async def compare(connection: Connection) -> None:
    """Find what is to be written. Who sits there under another title leaves that seat for the new one."""
    await staging.create(
        connection,
        f"wanted_{facts.COMMITTEE.name}",
        ["committee_id"],
        f"""
        SELECT row, known, daterange(term_from, least(term_to, ended_on)) AS valid, true AS holds,
               {", ".join(facts.COMMITTEE.columns)}
        FROM staged_committee WHERE NOT known AND days IS NOT NULL ORDER BY row
        """,
    )
    columns = ", ".join(facts.SEAT.columns)
    former = ", ".join(f"f.{name}" for name in facts.SEAT.columns if name != "end_reason")
    await staging.create(
        connection,
        f"wanted_{facts.SEAT.name}",
        ["row", "seat_id", "committee_id"],
        f"""
        WITH differing AS (
            SELECT * FROM staged_seat WHERE valid IS NOT NULL AND (NOT known OR
                (valid, title, basis, end_reason) IS DISTINCT FROM
                (held_valid, held_title, held_basis, held_end_reason))
        ),
        former AS (
            SELECT d.row, d.valid AS taken, f.* FROM differing d
            JOIN seat f USING (committee_id, member_id)
            WHERE NOT d.known AND f.superseded_by IS NULL AND f.valid && d.valid AND f.title <> d.title
              AND lower(f.valid) < lower(d.valid) AND upper(f.valid) <= upper(d.valid)
              AND f.seat_id NOT IN (SELECT seat_id FROM staged_subject WHERE known)
        )
        SELECT row, known, valid, true AS holds, held_first_by AS said_first_by, {columns} FROM differing
        UNION ALL
        SELECT row, true, unnest(datemultirange(held_valid) - datemultirange(valid)), false, NULL, {columns}
        FROM differing WHERE known
        UNION ALL
        SELECT f.row, true, cut.valid, cut.holds, {facts.said_first_by("f")}, {former},
               CASE WHEN cut.holds THEN '{SeatEndReason.OTHER_TITLE}' END
        FROM former f CROSS JOIN LATERAL (VALUES
            (daterange(lower(f.valid), lower(f.taken)), true), (f.valid * f.taken, false)) cut(valid, holds)
        """,
    )
    await staging.create(
        connection,
        "staged_changed",
        ["seat_id"],
        f"SELECT DISTINCT seat_id FROM wanted_{facts.SEAT.name} WHERE known",
    )


async def count_cut(connection: Connection) -> int:
    """How many seats of the file end with their organization, before the term told; of what is to be written."""
    found: int = await connection.fetchval(
        "SELECT count(DISTINCT seat_id) FROM staged_seat WHERE cut AND seat_id IN (SELECT seat_id FROM wanted_seat)"
    )
    return found


async def held_seats(connection: Connection) -> list[Record]:
    """All seats of the executive committees that gain one, as they would be; `row` of those that are new.

    Committee by committee, those that are not new first, then in the order of the rows.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        WITH gaining AS (
            SELECT DISTINCT w.committee_id FROM wanted_seat w JOIN staged_committee c USING (committee_id)
            WHERE NOT w.known AND c.kind = '{CommitteeKind.EXECUTIVE}'
        ),
        cut AS (SELECT seat_id, range_agg(valid) AS cuts FROM wanted_seat WHERE known GROUP BY seat_id)
        SELECT committee_id, CASE WHEN NOT w.known THEN w.row END AS row, member_id, title, basis, valid
        FROM wanted_seat w JOIN gaining USING (committee_id) WHERE w.holds AND w.basis IS NOT NULL
        UNION ALL
        SELECT s.committee_id, NULL, s.member_id, s.title, s.basis,
               unnest(datemultirange(s.valid) - coalesce(cut.cuts, '{{}}'))
        FROM seat s JOIN gaining USING (committee_id) LEFT JOIN cut USING (seat_id) WHERE s.superseded_by IS NULL
        ORDER BY committee_id, row NULLS FIRST
        """
    )
    return rows


async def write(connection: Connection, operation_id: UUID) -> None:
    """Write the new committees and the seats."""
    await difference.write(connection, operation_id, facts.COMMITTEE)
    await difference.write(connection, operation_id, facts.SEAT, said_again=True)


KNOWN = "SELECT row, seat_id FROM staged_seat WHERE known"
"""The rows about what is on record, with what they are about."""
