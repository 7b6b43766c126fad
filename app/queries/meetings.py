"""Meetings as SQL: lists, one by id, whose roll they had, and what new ones must fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.committees import CommitteeKind
from app.queries import locks
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.committees import named_committee
from app.queries.conditions import Conditions
from app.queries.members import home
from app.queries.reach import held_then, reachable_then

ANY_DAY = f"($1::date IS NOT NULL AND {ANY_INSTANT})"
"""Always true, as `ANY_INSTANT`: the day of a meeting is its own."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of meetings is narrowed to; None: not narrowed. Months by their first days, bounds included."""

    within: UUID | None = None
    organization: UUID | None = None
    committee: UUID | None = None
    since: date | None = None
    until: date | None = None
    kinds: list[str] | None = None
    held: bool | None = None


def _shown(as_of: AsOf) -> str:
    return f"""
        SELECT m.meeting_id AS id, m.organization_id, m.body, m.committee_id, m.kind, m.month, lower(m.valid) AS day,
               m.not_held_reason IS NULL AS held, m.not_held_reason
        FROM {as_of.believed("meeting")} m"""


_VERSION = """
    SELECT count(DISTINCT touching)::int FROM (
        SELECT operation_id, superseded_by FROM meeting WHERE meeting_id = {meeting}
        UNION ALL
        SELECT operation_id, superseded_by FROM absence WHERE meeting_id = {meeting}
        UNION ALL
        SELECT operation_id, superseded_by FROM resolution WHERE meeting_id = {meeting}
    ) f, unnest(ARRAY[f.operation_id, f.superseded_by]) touching"""


def extra(as_of: AsOf, meeting: str = "listed") -> str:
    """What a page says of each meeting besides: the name of the day, how much was recorded, the version."""
    return f"""
        SELECT (SELECT n.name FROM {as_of.holding("organization_name", f"{meeting}.day")} n
                WHERE n.organization_id = {meeting}.organization_id) AS organization_name,
               (SELECT count(*)::int FROM {as_of.believed("absence")} a
                WHERE a.meeting_id = {meeting}.id) AS absences,
               (SELECT count(*)::int FROM {as_of.believed("resolution")} r
                WHERE r.meeting_id = {meeting}.id) AS resolutions,
               ({_VERSION.format(meeting=f"{meeting}.id")}) AS version"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The meetings of organizations within reach that pass the filters: SQL, arguments, visibility."""
    meetings = Conditions(as_of, actor_id, roles)
    meetings.want(meetings.among("m.organization_id"))
    meetings.below_if(filters.within, "m.organization_id")
    meetings.at_if(filters.organization, "m.organization_id")
    if filters.committee is not None:
        meetings.want(f"m.committee_id = {named_committee(meetings, filters.committee)}")
    meetings.want_if(filters.since, "m.month >= {}::date")
    meetings.want_if(filters.until, "m.month <= {}::date")
    meetings.want_if(filters.kinds, "m.kind = ANY({}::text[])")
    meetings.want_if(filters.held, "(m.not_held_reason IS NULL) = {}::boolean")
    return f"{_shown(as_of)} WHERE {meetings.wanted}", meetings.arguments, meetings.visible


async def get_many(
    connection: Connection, as_of: AsOf, meeting_ids: Iterable[UUID], actor_id: UUID
) -> list[Record]:
    """Meetings with the roles held over each of their organizations; those not believed are missing.

    `path` is the organization's from the root on the meeting's day; `complete` whether its roll was complete then.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $1::date AS frame_on,
               $2::timestamptz AS frame_known_at, shown.*, extra.*,
               {held_then(as_of, "shown.organization_id", "$4", "$5")} AS roles_held, {_surroundings(as_of, "shown")}
        FROM ({_shown(as_of)} WHERE m.meeting_id = ANY($3::uuid[])) shown
        CROSS JOIN LATERAL ({extra(as_of, "shown")}) extra
        """,
        *as_of.arguments,
        list(meeting_ids),
        actor_id,
        as_of.today,
    )
    return rows


def _surroundings(as_of: AsOf, meeting: str) -> str:
    """`path` and `complete` of what has `organization_id`, `body` and `day`; a committee is whole by itself."""
    return f"""
        (SELECT array_agg(up.ancestor_id ORDER BY up.depth DESC)
         FROM {as_of.above(f"{meeting}.organization_id", f"{meeting}.day")} up) AS path,
        {meeting}.body = 'committee' OR EXISTS (
            SELECT FROM {as_of.holding("organization_opening", f"{meeting}.day")} o
            WHERE o.organization_id = {meeting}.organization_id) AS complete"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting that is to be recorded, as SQL asks about it; `day` is its day or the last of its month."""

    organization_id: UUID
    body: str
    month: date
    day: date
    regular: bool


async def places(
    connection: Connection, as_of: AsOf, wanted: Sequence[Wanted], besides: UUID | None
) -> list[Record]:
    """For each wanted meeting, in order: `type` of the day (null: not alive), `committee_id` in office, `path`,
    `complete`, and the other regular one of the month, which is `taken` (not `besides`)."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT t.type, c.committee_id, {_surroundings(as_of, "w")}, (
            SELECT other.meeting_id FROM meeting other
            WHERE w.regular AND other.organization_id = w.organization_id AND other.body = w.body
              AND other.month = w.month
              AND other.kind = 'regular' AND other.superseded_by IS NULL
              AND other.meeting_id IS DISTINCT FROM $8::uuid LIMIT 1) AS taken
        FROM unnest($3::uuid[], $4::text[], $5::date[], $6::date[], $7::boolean[])
             WITH ORDINALITY AS w(organization_id, body, month, day, regular, n)
        LEFT JOIN {as_of.believed("organization_type")} t
          ON t.organization_id = w.organization_id AND t.valid @> w.day
        LEFT JOIN {as_of.believed("committee")} c
          ON c.organization_id = w.organization_id AND c.kind = '{CommitteeKind.EXECUTIVE}' AND c.valid @> w.day
        WHERE {ANY_DAY}
        ORDER BY w.n
        """,
        *as_of.arguments,
        [one.organization_id for one in wanted],
        [one.body for one in wanted],
        [one.month for one in wanted],
        [one.day for one in wanted],
        [one.regular for one in wanted],
        besides,
    )
    return rows


def _rolls(as_of: AsOf, meetings: str, absences: str) -> str:
    """The rolls of meetings (`n`, `body`, `organization_id`, `committee_id`, `day`) beside those said to be absent.

    Groups of persons who are alike: `n`, `standing`, `status`, `reason` of absence, `persons`. Without standing are
    those said to be absent (`strays`) who were not on the roll.
    """
    return f"""
        WITH met AS MATERIALIZED ({meetings}), typed AS MATERIALIZED ({absences}), roll AS (
            SELECT met.n, met.day, h.member_id, h.standing
            FROM met JOIN {as_of.believed("membership")} h ON h.cell_id = met.organization_id AND h.valid @> met.day
            WHERE met.body = 'cell'
            UNION ALL
            SELECT DISTINCT met.n, met.day, s.member_id, 'official'
            FROM met JOIN {as_of.believed("seat")} s ON s.committee_id = met.committee_id AND s.valid @> met.day
            WHERE met.body = 'committee'
        )
        SELECT n, roll.standing, coalesce(a.status, 'active') AS status, typed.reason, count(*)::int AS persons,
               array_agg(typed.member_id) FILTER (WHERE roll.standing IS NULL) AS strays
        FROM roll FULL JOIN typed USING (n, member_id)
        LEFT JOIN {as_of.believed("activity")} a ON a.member_id = roll.member_id AND a.valid @> roll.day
        GROUP BY n, roll.standing, coalesce(a.status, 'active'), typed.reason"""


async def rolls_wanted(
    connection: Connection,
    as_of: AsOf,
    meetings: Sequence[tuple[int, str, UUID, UUID | None, date]],
    absences: Sequence[tuple[int, UUID, str]],
) -> list[Record]:
    """`_rolls` of meetings not yet recorded: (number, body, organization, committee, day), and who is to be absent."""
    sql = _rolls(
        as_of,
        "SELECT * FROM unnest($3::bigint[], $4::text[], $5::uuid[], $6::uuid[], $7::date[])"
        " AS m(n, body, organization_id, committee_id, day)"
        f" WHERE {ANY_DAY}",
        "SELECT * FROM unnest($8::bigint[], $9::uuid[], $10::text[]) AS t(n, member_id, reason)",
    )
    columns = [[row[place] for row in meetings] for place in range(5)]
    typed = [[row[place] for row in absences] for place in range(3)]
    rows: list[Record] = await connection.fetch(sql, *as_of.arguments, *columns, *typed)
    return rows


async def rolls(connection: Connection, as_of: AsOf, meeting_ids: Iterable[UUID]) -> list[Record]:
    """`_rolls` of recorded meetings that were held; `n` is the meeting's id."""
    sql = _rolls(
        as_of,
        f"SELECT id AS n, * FROM ({_shown(as_of)} WHERE m.meeting_id = ANY($3::uuid[])) shown"
        f" WHERE held AND {ANY_DAY}",
        f"SELECT meeting_id AS n, member_id, reason FROM {as_of.believed('absence')} said"
        " WHERE meeting_id = ANY($3::uuid[])",
    )
    rows: list[Record] = await connection.fetch(sql, *as_of.arguments, list(meeting_ids))
    return rows


async def absences(
    connection: Connection, as_of: AsOf, meeting_id: UUID, actor_id: UUID, member_roles: list[str]
) -> list[Record]:
    """Who was absent, in Vietnamese order: `seen` where the actor may read the member, with the name of the day."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT a.member_id, a.reason, p.full_name, {reachable_then(as_of, "home.cell_id", "$4", "$6", "$5")} AS seen
        FROM {as_of.believed("absence")} a
        CROSS JOIN LATERAL (SELECT {home("a.member_id", "$5")} AS cell_id) home
        LEFT JOIN LATERAL (
            SELECT full_name, sort_key FROM {as_of.believed("person")} p
            WHERE p.member_id = a.member_id
            ORDER BY p.valid @> lower(a.valid) DESC, abs(lower(p.valid) - lower(a.valid)) LIMIT 1
        ) p ON true
        WHERE a.meeting_id = $3 AND {ANY_DAY}
        ORDER BY p.sort_key, a.member_id
        """,
        *as_of.arguments,
        meeting_id,
        actor_id,
        as_of.today,
        member_roles,
    )
    return rows


async def resolutions(connection: Connection, as_of: AsOf, meeting_id: UUID) -> list[Record]:
    """What a meeting resolved, in order."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT number, title, share, summoned, left_out, in_favour FROM {as_of.believed("resolution")} r
        WHERE r.meeting_id = $3 AND {ANY_DAY}
        ORDER BY number
        """,
        *as_of.arguments,
        meeting_id,
    )
    return rows


async def own_organization(connection: Connection, meeting_id: UUID) -> None:
    """Wait until nobody else writes facts of the organization that met."""
    await locks.own_organizations_of(
        connection, "SELECT organization_id FROM meeting WHERE meeting_id = $1", meeting_id
    )
