"""Committees and seats of a file, as SQL: who and where they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import ImportKey
from app.queries import facts, locks
from app.queries.imports import staging
from app.queries.imports.members import known_member
from app.queries.imports.organizations import known_by
from app.queries.members import home
from app.queries.reach import reachable

TOLD = ("term_from", "term_to", "size", "origin", "congress_ordinal", "reported_on", "ratified_on")
"""What a file tells of a committee beside organization, kind and term: on each of its rows, or only on one."""

RECORDED_OF_COMMITTEE = f"""
    SELECT range_agg(c.valid) AS days, min(lower(c.valid)) AS {{prefix}}term_from,
           max(upper(c.valid)) AS {{prefix}}term_to, {
    ", ".join(
        f"(array_agg(c.{name} ORDER BY lower(c.valid) DESC))[1] AS {{prefix}}{name}"
        for name in ("term", *TOLD)
        if name in facts.COMMITTEE.values
    )
}
    FROM committee c WHERE c.committee_id = {{committee}} AND c.superseded_by IS NULL"""
"""What a file would tell of a committee on record (an SQL expression), each column's name behind a prefix."""

_NAMED = "(organization, committee_kind, term)"


async def resolve_names(connection: Connection, key: ImportKey, system: str, today: date) -> None:
    """Find the organizations as of the first day told of each term, and the members of the file."""
    await staging.create(
        connection,
        "staged_named",
        ["organization", "committee_kind", "term"],
        f"""
        SELECT n.*, found.organization_id FROM (
            SELECT organization, committee_kind, term,
                   coalesce(min(term_from), min(valid_from), $2::date) AS day
            FROM staged_row WHERE num_nulls(organization, committee_kind, term) = 0
            GROUP BY organization, committee_kind, term
        ) n LEFT JOIN LATERAL ({known_by(key, "n.organization", "n.day")}) found ON true
        """,
        system,
        today,
    )
    await staging.create(
        connection,
        "staged_person",
        ["member"],
        f"""
        SELECT n.member, found.member_id, {home("found.member_id", "$2")} AS home_id FROM (
            SELECT member, coalesce(min(valid_from), min(term_from), $2::date) AS day
            FROM staged_row WHERE member IS NOT NULL GROUP BY member
        ) n LEFT JOIN LATERAL ({known_member("n.member", "n.day")}) found ON true
        """,
        system,
        today,
    )


async def weigh_reach(
    connection: Connection,
    actor_id: UUID,
    today: date,
    *,
    visible: Sequence[str],
    allowed: Sequence[str],
    readers: Sequence[str],
) -> list[UUID]:
    """What the actor may see and do at the organizations, and which cells' members (`readers`) the actor may read.

    Answers the organizations over which a role is held that may do it at all.
    """
    await staging.weigh_reach(
        connection,
        "SELECT organization_id FROM staged_named",
        actor_id,
        today,
        visible=visible,
        allowed=allowed,
    )
    await staging.create(
        connection,
        "staged_home",
        ["home_id"],
        f"""
        SELECT home_id, {reachable("named.home_id", "$1", "$3", "$2")} AS seen
        FROM (SELECT DISTINCT home_id FROM staged_person WHERE home_id IS NOT NULL) named
        """,
        actor_id,
        today,
        list(readers),
    )
    rows = await connection.fetch("SELECT organization_id FROM staged_reach WHERE visible AND allowed")
    return [row["organization_id"] for row in rows]


async def disallow(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Note that the roles held over these are held too near."""
    await connection.execute(
        "UPDATE staged_reach SET allowed = false WHERE organization_id = ANY($1::uuid[])",
        list(organization_ids),
    )


async def own_allowed(connection: Connection) -> None:
    """Wait until nobody else writes about the committees of the organizations that the file may speak of."""
    rows = await connection.fetch("SELECT organization_id FROM staged_reach WHERE visible AND allowed")
    await locks.own_organizations(connection, [row["organization_id"] for row in rows])


async def resolve_committees(connection: Connection) -> list[Record]:
    """Find which committees within reach the file speaks of, and what it tells of them.

    `days` of a known one are those in office; of a new one they are set by `settle_terms`. Answers of each the
    organization, the kind, the first day, the size; `row` is the first that names it.
    """
    first = ", ".join(
        f"(array_agg(s.{name} ORDER BY s.row) FILTER (WHERE s.{name} IS NOT NULL))[1] AS {name}"
        for name in TOLD
    )
    await staging.create(
        connection,
        "staged_committee",
        ["committee_id", "organization_id", "kind", "term"],
        f"""
        WITH told AS (
            SELECT n.organization_id, s.committee_kind AS kind, s.term,
                   min(s.row) FILTER (WHERE s.sound) AS row,
                   (array_agg(s.fresh_committee_id ORDER BY s.row))[1] AS fresh_id, {first}
            FROM staged_row s JOIN staged_named n USING {_NAMED} JOIN staged_reach r USING (organization_id)
            WHERE r.visible GROUP BY n.organization_id, s.committee_kind, s.term
        )
        SELECT t.*, coalesce(found.committee_id, t.fresh_id) AS committee_id,
               found.committee_id IS NOT NULL AS known, held.*, coalesce(held_size, size) AS counts,
               NULL::date AS ended_on
        FROM told t
        LEFT JOIN LATERAL (
            SELECT c.committee_id FROM committee c
            WHERE c.organization_id = t.organization_id AND c.kind = t.kind AND c.term = t.term
              AND c.superseded_by IS NULL
            ORDER BY lower(c.valid) = t.term_from DESC, lower(c.valid) DESC LIMIT 1
        ) found ON true
        CROSS JOIN LATERAL (
            {RECORDED_OF_COMMITTEE.format(committee="found.committee_id", prefix="held_")}
        ) held
        WHERE t.row IS NOT NULL
        """,
    )
    rows: list[Record] = await connection.fetch(
        "SELECT committee_id, known, row, organization_id, kind, counts AS size,"
        " coalesce(lower(days), term_from) AS first_day, term_to FROM staged_committee"
    )
    return rows


async def settle_terms(connection: Connection, ends: Mapping[UUID, tuple[date | None, date | None]]) -> None:
    """Set the days of the new committees: the end of those that are told none, and that of their organization.

    What is told of a term is kept as it is told, though the term ends with the organization.
    """
    await connection.execute(
        """
        UPDATE staged_committee c SET term_to = coalesce(e.term_to, c.term_to), ended_on = e.ended_on
        FROM unnest($1::uuid[], $2::date[], $3::date[]) AS e(committee_id, term_to, ended_on)
        WHERE c.committee_id = e.committee_id
        """,
        list(ends),
        [term_to for term_to, _ in ends.values()],
        [ended_on for _, ended_on in ends.values()],
    )
    await connection.execute(
        "UPDATE staged_committee SET days = datemultirange(daterange(term_from, least(term_to, ended_on)))"
        " WHERE NOT known AND term_from < term_to"
    )


async def resolve_seats(connection: Connection, corrections: bool, effective_on: date | None) -> None:
    """Find which rows within reach speak of seats that are known; what these leave out is as it is known.

    A change speaks of the seat under the same title, a correction of whatever seat the person has there. A seat that is
    told to outlast the organization is `cut`: it ends with it, not for the reason told.
    """
    await staging.create(
        connection,
        "staged_seat",
        ["row", "committee_id", "member_id", "seat_id"],
        f"""
        WITH placed AS (
            SELECT s.row, s.title, s.basis, s.end_reason, s.valid_from, s.fresh_seat_id, c.days,
                   CASE WHEN s.valid_to > c.term_to THEN s.valid_to
                        WHEN s.valid_to IS NOT NULL THEN least(s.valid_to, c.ended_on) END AS valid_to,
                   coalesce(coalesce(s.valid_to, c.term_to) > c.ended_on, false) AS cut,
                   c.committee_id, p.member_id, coalesce(s.valid_from, $2, lower(c.days)) AS start
            FROM staged_row s JOIN staged_named n USING (organization, committee_kind, term)
            JOIN staged_committee c
              ON c.organization_id = n.organization_id AND c.kind = s.committee_kind AND c.term = s.term
            JOIN staged_person p USING (member) JOIN staged_home h ON h.home_id = p.home_id AND h.seen
            WHERE s.sound
        ),
        ended AS (
            SELECT p.*, coalesce(p.valid_to, (SELECT upper(term) FROM unnest(p.days) term WHERE term @> p.start),
                                 upper(p.days)) AS stop
            FROM placed p
        ),
        found AS (
            SELECT e.*, held.seat_id, held.held_valid, held.held_title, held.held_basis, held.held_end_reason,
                   held.held_first_by,
                   coalesce(e.valid_from, lower(held.held_valid), e.start) AS first_day,
                   coalesce(e.valid_to, upper(held.held_valid), e.stop) AS end_day
            FROM ended e LEFT JOIN LATERAL (
                SELECT f.seat_id, f.valid AS held_valid, f.title AS held_title, f.basis AS held_basis,
                       f.end_reason AS held_end_reason, {facts.said_first_by("f")} AS held_first_by
                FROM seat f
                WHERE f.committee_id = e.committee_id AND f.member_id = e.member_id AND f.superseded_by IS NULL
                  AND f.valid && CASE WHEN e.start < e.stop THEN daterange(e.start, e.stop) END
                  AND ($1 OR f.title = e.title)
                ORDER BY f.title = e.title DESC, lower(f.valid) = e.start DESC, lower(f.valid) LIMIT 1
            ) held ON true
        )
        SELECT row, coalesce(seat_id, fresh_seat_id) AS seat_id, seat_id IS NOT NULL AS known, committee_id,
               member_id, days, first_day, title, coalesce(basis, held_basis) AS basis,
               coalesce(CASE WHEN NOT cut THEN end_reason END, held_end_reason) AS end_reason, cut,
               CASE WHEN first_day < end_day THEN daterange(first_day, end_day) END AS valid,
               held_valid, held_title, held_basis, held_end_reason, held_first_by
        FROM found
        """,
        corrections,
        effective_on,
    )
    await staging.create(
        connection,
        "staged_subject",
        ["seat_id"],
        "SELECT DISTINCT ON (seat_id) seat_id, known, row FROM staged_seat ORDER BY seat_id, row",
    )
