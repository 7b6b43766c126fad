"""Notices of other systems as SQL: received, listed, one by id, matched and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.models.fact import FIRST_DAY
from app.queries import locks
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.members import home, named_member
from app.queries.naming import Identity, naming
from app.queries.reach import held_then


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of notices is narrowed to; None: not narrowed."""

    within: UUID | None = None
    member: UUID | None = None
    kinds: list[str] | None = None
    states: list[str] | None = None
    due_by: date | None = None


ORDER: Mapping[str, str] = {"due_first": "date", "id": "uuid"}


def _shown(as_of: AsOf, today: str) -> str:
    """Notices known at the instant, as they stood at it; `reached_id`: the organization by which one is reached.

    That is the home of the member meant; until one is, the organization whose system sent the notice.
    """
    then = "" if as_of.known_at is None else " AND {}.recorded_at <= $2"
    return f"""
        SELECT n.id, n.system, n.external_id, n.kind, n.happened_on, n.organization_id, n.note, n.due_on,
               coalesce(n.due_on, '{FIRST_DAY}') AS due_first, said.recorded_at AS received_at,
               said.actor_id AS sender_id, matched.member_id, matched.actor_id AS matcher_id,
               closed.actor_id AS closer_id, closed.recorded_at AS closed_at, closed.reason AS closing_reason,
               closed.settled_by, state.state,
               coalesce(n.due_on < {today}::date AND closed.state IS NULL, false) AS overdue,
               1 + coalesce(matched.times, 0) + (closed.state IS NOT NULL)::int AS version,
               CASE WHEN matched.member_id IS NULL THEN n.organization_id
                    ELSE {home("matched.member_id", today)} END AS reached_id
        FROM notice n
        JOIN operation said ON said.id = n.operation_id{then.format("said")}
        LEFT JOIN LATERAL (
            SELECT coalesce((
                       SELECT g.survivor_id FROM {as_of.believed("member_merge")} g
                       WHERE g.duplicate_id = m.member_id), m.member_id) AS member_id, act.actor_id,
                   (count(*) FILTER (WHERE m.operation_id <> n.operation_id) OVER ())::int AS times
            FROM notice_match m JOIN operation act ON act.id = m.operation_id
            WHERE m.notice_id = n.id{then.format("act")} ORDER BY m.id DESC LIMIT 1
        ) matched ON true
        LEFT JOIN LATERAL (
            SELECT c.state, c.settled_by, act.actor_id, act.recorded_at, act.reason
            FROM notice_closing c JOIN operation act ON act.id = c.operation_id
            WHERE c.notice_id = n.id{then.format("act")}
        ) closed ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(
                closed.state, CASE WHEN matched.member_id IS NULL THEN 'unmatched' ELSE 'matched' END) AS state
        ) state"""


def _named(as_of: AsOf, notice: str) -> str:
    """The names that one notice shows: of the organization, and of the member, or of whom it is said to be about."""
    return f"""
        SELECT (SELECT o.name FROM {as_of.holding("organization_name")} o
                WHERE o.organization_id = {notice}.organization_id) AS organization_name,
               coalesce((
                   SELECT p.full_name FROM {as_of.believed("person")} p WHERE p.member_id = {notice}.member_id
                   ORDER BY lower(p.valid) <= $1::date DESC, abs(lower(p.valid) - $1::date) LIMIT 1
               ), (SELECT kept.full_name FROM notice_person kept WHERE kept.notice_id = {notice}.id)) AS full_name"""


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The notices within reach that pass the filters.

    SQL, arguments, the visibility of the list, and the lateral query of the names on a page.
    """
    notices = Conditions(as_of, actor_id, roles)
    notices.want(notices.near("shown.reached_id"))
    notices.below_if(filters.within, "shown.reached_id")
    if filters.member is not None:
        notices.want(f"shown.member_id = {named_member(notices, filters.member)}")
    notices.want_if(filters.kinds, "shown.kind = ANY({}::text[])")
    notices.want_if(filters.states, "shown.state = ANY({}::text[])")
    notices.want_if(filters.due_by, "shown.due_first <= {}::date")
    sql = f"SELECT * FROM ({_shown(as_of, '$5')}) shown WHERE {notices.wanted}"
    return sql, notices.arguments, notices.visible, _named(as_of, "listed")


async def get_many(
    connection: Connection, as_of: AsOf, notice_ids: Sequence[UUID], actor_id: UUID
) -> list[Record]:
    """The notices, the roles the actor holds where each is reached, and, as far as kept, whom they are about."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*, named.*,
               sender.name AS sender_name, matcher.name AS matcher_name, closer.name AS closer_name,
               kept.notice_id IS NOT NULL AS person_kept, kept.external_id AS person_external_id,
               kept.full_name AS person_name, kept.birth_date, kept.number, kept.cell_id,
               {held_then(as_of, "shown.reached_id", "$4", "$5")} AS held
        FROM ({_shown(as_of, "$5")}) shown CROSS JOIN LATERAL ({_named(as_of, "shown")}) named
        JOIN actor sender ON sender.id = shown.sender_id
        LEFT JOIN actor matcher ON matcher.id = shown.matcher_id
        LEFT JOIN actor closer ON closer.id = shown.closer_id
        LEFT JOIN notice_person kept ON kept.notice_id = shown.id
        WHERE shown.id = ANY($3::uuid[]) AND {ANY_INSTANT}
        """,
        *as_of.arguments,
        list(notice_ids),
        actor_id,
        as_of.today,
    )
    return rows


async def known(
    connection: Connection, organization_id: UUID, system: str, external_ids: Sequence[str]
) -> dict[str, UUID]:
    """The notices that an organization's system sent before, by its own ids."""
    rows = await connection.fetch(
        "SELECT external_id, id FROM notice"
        " WHERE organization_id = $1 AND system = $2 AND external_id = ANY($3::text[])",
        organization_id,
        system,
        list(external_ids),
    )
    return {row["external_id"]: row["id"] for row in rows}


async def owner_of(connection: Connection, actor_id: UUID) -> UUID | None:
    """The organization to which a machine client belongs; None for persons."""
    owner: UUID | None = await connection.fetchval(
        "SELECT organization_id FROM actor WHERE id = $1", actor_id
    )
    return owner


async def insert(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """New rows of one of the tables of notices, in one statement; the names of the rows are those of the table."""
    if not rows:
        return
    names = ", ".join(rows[0])
    await connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, $1)",
        [dict(row) for row in rows],
    )


async def own_organization(connection: Connection, notice_id: UUID) -> None:
    """Wait until nobody else writes about notices of its organization."""
    await locks.own_organizations_of(
        connection, "SELECT organization_id FROM notice WHERE id = $1", notice_id
    )


async def match(connection: Connection, operation_id: UUID, notice_id: UUID, member_id: UUID) -> None:
    """Say whom a notice means."""
    await connection.execute(
        "INSERT INTO notice_match (notice_id, member_id, operation_id) VALUES ($1, $2, $3)",
        notice_id,
        member_id,
        operation_id,
    )


async def close(
    connection: Connection, operation_id: UUID, notice_id: UUID, state: str, settled_by: UUID | None
) -> None:
    """End a notice, and forget whom it was said to be about."""
    await connection.execute(
        "INSERT INTO notice_closing (notice_id, state, settled_by, operation_id) VALUES ($1, $2, $3, $4)",
        notice_id,
        state,
        settled_by,
        operation_id,
    )
    await connection.execute("DELETE FROM notice_person WHERE notice_id = $1", notice_id)


_PARTS = """(
            SELECT $2::uuid UNION ALL
            SELECT duplicate_id FROM member_merge WHERE survivor_id = $2 AND superseded_by IS NULL)"""
"""The member `$2` and the records made part of the member's."""


async def is_act_about(connection: Connection, operation_id: UUID, member_id: UUID) -> bool:
    """Whether a recorded operation changed facts of the member, or of a record made part of the member's."""
    found: bool = await connection.fetchval(
        f"""
        SELECT EXISTS (
            SELECT FROM operation_member JOIN operation o ON o.id = operation_id
            WHERE operation_id = $1 AND o.recorded_at IS NOT NULL AND member_id IN {_PARTS})
        """,
        operation_id,
        member_id,
    )
    return found


async def answers(
    connection: Connection, operation_id: UUID, member_id: UUID, received_at: datetime, happened_on: date
) -> bool:
    """Whether an act about the member can be the one that followed a notice.

    It was recorded once the notice was there, or it had said before what the notice tells: something of the member
    that begins on the day of the notice or later.
    """
    said = " UNION ALL ".join(
        f"SELECT FROM {table.name} WHERE operation_id = $1 AND {column} IN {_PARTS} AND lower(valid) >= $4::date"
        for table, column in naming(Identity.MEMBER)
    )
    found: bool = await connection.fetchval(
        f"SELECT recorded_at > $3::timestamptz OR EXISTS ({said}) FROM operation WHERE id = $1",
        operation_id,
        member_id,
        received_at,
        happened_on,
    )
    return found
