"""Meetings of a file, as SQL: whose they are and who was absent, which are recorded already, what is written."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import ImportKey
from app.domain.meetings import MeetingKind
from app.queries import facts
from app.queries.imports import staging
from app.queries.imports.checks import NOTHING, Check, refuse_all
from app.queries.imports.members import known_member
from app.queries.imports.organizations import known_by
from app.queries.members import home


async def resolve_names(connection: Connection, key: ImportKey, system: str, today: date) -> None:
    """Find the organizations and the absent as they were named on the day of each meeting."""
    await staging.create(
        connection,
        "staged_named",
        ["organization", "day"],
        f"""
        SELECT n.*, found.organization_id
        FROM (SELECT DISTINCT organization, day FROM staged_row WHERE sound) n
        LEFT JOIN LATERAL ({known_by(key, "n.organization", "n.day")}) found ON true
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_absence",
        ["row", "member_id"],
        f"""
        SELECT s.row, a.place, a.reason, found.member_id
        FROM staged_row s CROSS JOIN LATERAL unnest(s.absent, s.reasons) WITH ORDINALITY AS a(name, reason, place)
        LEFT JOIN LATERAL ({known_member("a.name", "s.day")}) found ON true
        WHERE s.sound
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_person",
        ["member_id"],
        f"""
        SELECT member_id, {home("named.member_id", "$1")} AS home_id
        FROM (SELECT DISTINCT member_id FROM staged_absence WHERE member_id IS NOT NULL) named
        """,
        today,
    )


async def resolve_meetings(connection: Connection) -> None:
    """Find which meetings within reach are recorded already, and whether in the `same` way.

    A regular one is known by its body and month, another by body, kind and day. `whole`: all said to be absent are
    known. `first_row` is the first that tells of the meeting.
    """
    await staging.create(
        connection,
        "staged_meeting",
        ["row", "meeting_id"],
        f"""
        WITH away AS (
            SELECT a.row, bool_and(h.seen IS TRUE) AS whole, array_agg(a.member_id ORDER BY a.place) AS absent,
                   array_agg(a.reason ORDER BY a.place) AS reasons,
                   array_agg(a.member_id || a.reason ORDER BY a.member_id) AS said
            FROM staged_absence a LEFT JOIN staged_person p USING (member_id) LEFT JOIN staged_home h USING (home_id)
            GROUP BY a.row
        )
        SELECT s.row, n.organization_id, s.body, NULL::uuid AS committee_id, s.kind, s.month, s.held_on, s.day,
               s.not_held_reason, away.absent, away.reasons, coalesce(away.whole, true) AS whole,
               coalesce(found.meeting_id, s.fresh_id) AS meeting_id, found.meeting_id IS NOT NULL AS known, found.same,
               min(s.row) OVER (PARTITION BY n.organization_id, s.body, s.kind,
                                CASE s.kind WHEN '{MeetingKind.REGULAR}' THEN s.month ELSE s.day END) AS first_row
        FROM staged_row s JOIN staged_named n USING (organization, day) JOIN staged_reach r USING (organization_id)
        LEFT JOIN away USING (row)
        LEFT JOIN LATERAL (
            SELECT m.meeting_id, (lower(m.valid), m.month, m.not_held_reason, (
                       SELECT array_agg(a.member_id || a.reason ORDER BY a.member_id) FROM absence a
                       WHERE a.meeting_id = m.meeting_id AND a.superseded_by IS NULL
                   )) IS NOT DISTINCT FROM (s.day, s.month, s.not_held_reason, away.said) AS same
            FROM meeting m
            WHERE m.organization_id = n.organization_id AND m.body = s.body AND m.kind = s.kind
              AND CASE s.kind WHEN '{MeetingKind.REGULAR}' THEN m.month = s.month ELSE lower(m.valid) = s.day END
              AND m.superseded_by IS NULL AND r.allowed
            ORDER BY same DESC LIMIT 1
        ) found ON true
        WHERE s.sound AND r.visible
        """,
    )
    await staging.create(
        connection,
        "staged_subject",
        ["meeting_id"],
        "SELECT DISTINCT meeting_id, known FROM staged_meeting",
    )
    # What is recorded is never changed by a file.
    await staging.create(
        connection, "staged_changed", ["meeting_id"], "SELECT meeting_id FROM staged_meeting LIMIT 0"
    )


_CHECKS: tuple[Check, ...] = (
    (
        "organization",
        "unknown_organization",
        f"""
        SELECT s.row, {NOTHING} FROM staged_row s LEFT JOIN staged_meeting m USING (row)
        WHERE s.sound AND m.row IS NULL""",
    ),
    (
        "absences",
        "unknown_absentee",
        """
        SELECT a.row, jsonb_build_object('number', a.place) AS facts FROM staged_absence a
        LEFT JOIN staged_person p USING (member_id) LEFT JOIN staged_home h USING (home_id)
        WHERE h.seen IS NOT TRUE""",
    ),
    (
        "month",
        "meeting_repeated",
        "SELECT row, jsonb_build_object('other_row', first_row) AS facts FROM staged_meeting WHERE row <> first_row",
    ),
    (
        None,
        "meeting_recorded_otherwise",
        f"SELECT row, {NOTHING} FROM staged_meeting WHERE known AND NOT same AND whole AND row = first_row",
    ),
)


async def check(connection: Connection) -> None:
    """Note what is wrong with names, and with meetings that the file or the register knows already."""
    await refuse_all(connection, _CHECKS)


async def to_judge(connection: Connection, after: int, most: int) -> list[Record]:
    """The next so many meetings that are to be recorded, in the order of the rows."""
    rows: list[Record] = await connection.fetch(
        "SELECT * FROM staged_meeting WHERE NOT known AND whole AND row = first_row AND row > $1"
        " ORDER BY row LIMIT $2",
        after,
        most,
    )
    return rows


async def settle_committees(connection: Connection, committees: Mapping[int, UUID]) -> None:
    """Note which committee met, by the row."""
    await connection.execute(
        "UPDATE staged_meeting m SET committee_id = c.committee_id"
        " FROM unnest($1::integer[], $2::uuid[]) AS c(row, committee_id) WHERE m.row = c.row",
        list(committees),
        list(committees.values()),
    )


async def write(connection: Connection, operation_id: UUID) -> None:
    """Write the new meetings with their absences."""
    day = "daterange(day, day + 1) AS valid, true AS holds"
    new = "FROM staged_meeting WHERE NOT known"
    columns = ", ".join(facts.MEETING.columns)
    await facts.insert_from(
        connection, facts.MEETING, operation_id, f"SELECT {day}, {columns} {new} ORDER BY row"
    )
    await facts.insert_from(
        connection,
        facts.ABSENCE,
        operation_id,
        f"SELECT {day}, meeting_id, unnest(absent) AS member_id, unnest(reasons) AS reason {new}",
    )


KNOWN = "SELECT row, meeting_id FROM staged_meeting WHERE known"
"""The rows about what is on record, with what they are about."""
