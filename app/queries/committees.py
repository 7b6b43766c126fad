"""Committees as SQL: lists, one by id, what a new one must fit, what becomes of its seats when its days change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.committees import HEADS, MOVED
from app.domain.period import Period
from app.queries import locks, things
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import COMMITTEE, SEAT, overwrite_from, said_first_by
from app.queries.ranges import to_range
from app.queries.reach import held_then

SAID = tuple(COMMITTEE.values)
"""The columns that say something of a committee."""

_HEADS = ", ".join(f"'{one.value}'" for one in HEADS)
_MOVED = ", ".join(f"'{one.value}'" for one in MOVED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of committees is narrowed to; None: not narrowed."""

    within: UUID | None = None
    organization: UUID | None = None
    kinds: list[str] | None = None
    term_ends_by: date | None = None
    vacant: bool | None = None


def named_committee(conditions: Conditions, committee_id: UUID) -> str:
    """The mark of a committee that the caller of a list names, and whose organization one must see."""
    mark = f"{conditions.place(committee_id)}::uuid"
    conditions.see(
        conditions.near(f"(SELECT organization_id FROM committee WHERE committee_id = {mark} LIMIT 1)")
    )
    return mark


def _shown(as_of: AsOf, source: str) -> str:
    """Committees with the names of their organizations; `source` gives the facts."""
    return f"""
        SELECT c.committee_id AS id, {", ".join(f"c.{name}" for name in SAID)},
               n.name AS organization_name, n.sort_key
        FROM {source} c
        LEFT JOIN {as_of.holding("organization_name")} n ON n.organization_id = c.organization_id"""


def seated(as_of: AsOf, committee: str) -> str:
    """Who sits in a committee (an SQL expression) on the day: `persons`, `headless`."""
    return f"""
        SELECT count(*)::int AS persons,
               coalesce(bool_or(seated_seat.title IN ({_HEADS})), false) IS FALSE AS headless
        FROM {as_of.holding("seat")} seated_seat WHERE seated_seat.committee_id = {committee}"""


def _extra(as_of: AsOf, committee: str) -> str:
    return f"SELECT seated.*, {things.spans(as_of, COMMITTEE, committee)} FROM ({seated(as_of, committee)}) seated"


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The committees in office on the day, within reach, that pass the filters.

    SQL, arguments, the visibility of the list, and the lateral query of who sits and since when.
    """
    committees = Conditions(as_of, actor_id, roles)
    committees.want(committees.among("c.organization_id"))
    committees.below_if(filters.within, "c.organization_id")
    committees.at_if(filters.organization, "c.organization_id")
    committees.want_if(filters.kinds, "c.kind = ANY({}::text[])")
    committees.want_if(filters.term_ends_by, "upper(c.valid) <= {}::date")
    if filters.vacant is not None:
        committees.want(
            f"(SELECT persons < c.size OR headless FROM ({seated(as_of, 'c.committee_id')}) seated)"
            f" = {committees.place(filters.vacant)}::boolean"
        )
    sql = f"{_shown(as_of, as_of.holding('committee'))} WHERE {committees.wanted}"
    return sql, committees.arguments, committees.visible, _extra(as_of, "listed.id")


async def get(connection: Connection, as_of: AsOf, committee_id: UUID, actor_id: UUID) -> Record | None:
    """One committee with all that its reading needs; None where there is none known at the instant.

    `moved` is how many elected persons were moved elsewhere, by day.
    """
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*, extra.*,
               {held_then(as_of, "shown.organization_id", "$4", "$5")} AS held,
               {things.names_paper(as_of, COMMITTEE, "shown.id")} AS names_paper,
               (SELECT array_agg((m.on_day, m.n) ORDER BY m.on_day) FROM (
                    SELECT upper(s.valid) AS on_day, count(*)::int AS n FROM {as_of.believed("seat")} s
                    WHERE s.committee_id = shown.id AND s.basis <> 'appointed' AND s.end_reason IN ({_MOVED})
                    GROUP BY upper(s.valid)) m) AS moved
        FROM ({_shown(as_of, things.nearest(as_of, COMMITTEE, "ARRAY[$3::uuid]"))}) shown
        CROSS JOIN LATERAL ({_extra(as_of, "shown.id")}) extra
        """,
        *as_of.arguments,
        committee_id,
        actor_id,
        as_of.today,
    )


async def in_the_way(connection: Connection, organization_id: UUID, kind: str, valid: Range) -> list[UUID]:
    """The committees of the kind that the organization has on some day of the period."""
    rows = await connection.fetch(
        "SELECT DISTINCT committee_id FROM committee"
        " WHERE organization_id = $1 AND kind = $2 AND valid && $3 AND superseded_by IS NULL",
        organization_id,
        kind,
        valid,
    )
    return [row["committee_id"] for row in rows]


async def own_organization(connection: Connection, committee_id: UUID) -> None:
    """Wait until nobody else writes about the committees of its organization."""
    await locks.own_organizations_of(
        connection, "SELECT organization_id FROM committee WHERE committee_id = $1", committee_id
    )


async def surroundings(connection: Connection, places: Iterable[tuple[UUID, date]]) -> list[Record]:
    """What rules need of organizations, each on a day: `type`, `path` from the root, `official` members of a cell.

    `ended_on`: from when the organization is no more, where that is known. `official` is null where the roll is not
    complete on that day; an organization that is not alive is missing.
    """
    asked = list(set(places))
    rows: list[Record] = await connection.fetch(
        """
        SELECT o.id, o.day, t.type,
               (SELECT array_agg(up.ancestor_id ORDER BY up.depth DESC) FROM organization_ancestry up
                WHERE up.organization_id = o.id AND up.valid @> o.day) AS path,
               CASE WHEN EXISTS (SELECT FROM organization_opening b WHERE b.organization_id = o.id
                                 AND b.superseded_by IS NULL AND b.valid @> o.day)
                    THEN (SELECT coalesce(sum(n), 0)::int FROM headcount_change h
                          WHERE h.cell_id = o.id AND h.standing = 'official' AND h.on_date <= o.day)
               END AS official,
               (SELECT upper(lived) FROM organization_life life, unnest(life.days) lived
                WHERE life.organization_id = o.id AND lived @> o.day) AS ended_on
        FROM unnest($1::uuid[], $2::date[]) AS o(id, day)
        JOIN organization_type t ON t.organization_id = o.id AND t.superseded_by IS NULL AND t.valid @> o.day
        """,
        [organization_id for organization_id, _ in asked],
        [day for _, day in asked],
    )
    return rows


async def resting_on(connection: Connection, committee_id: UUID, period: Range) -> list[UUID]:
    """The seats held in a committee on days of a period."""
    rows = await connection.fetch(
        "SELECT DISTINCT seat_id FROM seat WHERE committee_id = $1 AND superseded_by IS NULL"
        " AND valid && $2::daterange ORDER BY seat_id",
        committee_id,
        period,
    )
    return [row["seat_id"] for row in rows]


async def confine_seats(connection: Connection, operation_id: UUID, committee_id: UUID) -> None:
    """Believe of the seats of a committee only days on which it is in office."""
    await overwrite_from(
        connection,
        SEAT,
        operation_id,
        f"""
        SELECT elsewhere AS valid, false AS holds, {", ".join(f"s.{name}" for name in SEAT.columns)}
        FROM seat s, unnest(datemultirange(s.valid) - coalesce((
            SELECT range_agg(c.valid) FROM committee c WHERE c.committee_id = $2 AND c.superseded_by IS NULL
        ), '{{}}')) elsewhere
        WHERE s.committee_id = $2 AND s.superseded_by IS NULL
        """,
        committee_id,
    )


async def prolong_seats(
    connection: Connection, operation_id: UUID, committee_id: UUID, added: Period
) -> None:
    """Let the seats held to the last day before the added days go on through them."""
    await overwrite_from(
        connection,
        SEAT,
        operation_id,
        f"""
        SELECT $3::daterange AS valid, true AS holds, {said_first_by("s")} AS said_first_by,
               {", ".join(f"s.{name}" for name in SEAT.columns)}
        FROM seat s
        WHERE s.committee_id = $2 AND s.superseded_by IS NULL AND s.end_reason IS NULL
          AND upper(s.valid) = lower($3::daterange)
        """,
        committee_id,
        to_range(added),
        said_again=True,
    )
