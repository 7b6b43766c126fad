"""Ballots as SQL: lists, one by id, and where the bodies that voted stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.authority import Authority
from app.queries import locks
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.members import going_on, home
from app.queries.reach import held_then


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of ballots is narrowed to; None: not narrowed."""

    within: UUID | None = None
    organization: UUID | None = None
    member: UUID | None = None
    questions: list[str] | None = None
    since: date | None = None
    until: date | None = None


_SHOWN = """
    b.ballot_id AS id, b.question, b.member_id, b.step, b.organization_id, lower(b.valid) AS held_on, b.summoned,
    b.left_out, b.in_favour, b.meeting_id"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The ballots on members within reach that pass the filters: SQL, arguments, and its visibility.

    `within` is the body that voted; who may see the member sees the ballot.
    """
    ballots = Conditions(as_of, actor_id, roles)
    ballots.want(ballots.near(home(going_on("b.member_id"), "$5")))
    ballots.below_if(filters.within, "b.organization_id")
    ballots.at_if(filters.organization, "b.organization_id")
    ballots.want_if(filters.member, "b.member_id = {}::uuid")
    ballots.want_if(filters.questions, "b.question = ANY({}::text[])")
    ballots.want_if(filters.since, "lower(b.valid) >= {}::date")
    ballots.want_if(filters.until, "lower(b.valid) <= {}::date")
    sql = f"SELECT {_SHOWN} FROM {as_of.believed('ballot')} b WHERE {ballots.wanted}"
    return sql, ballots.arguments, ballots.visible


def named(as_of: AsOf) -> str:
    """The name that the body of a ballot (`listed`) bore on the day."""
    return f"SELECT {_name('listed.organization_id', 'listed.held_on', as_of)} AS organization_name"


def _name(organization: str, day: str, as_of: AsOf) -> str:
    return (
        f"(SELECT n.name FROM {as_of.holding('organization_name', day)} n"
        f" WHERE n.organization_id = {organization})"
    )


async def get(connection: Connection, as_of: AsOf, ballot_id: UUID, actor_id: UUID) -> Record | None:
    """One ballot with its version and the roles held over the member's home; None where it is not believed."""
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $1::date AS frame_on,
               $2::timestamptz AS frame_known_at, {_SHOWN},
               {_name("b.organization_id", "lower(b.valid)", as_of)} AS organization_name,
               (SELECT count(DISTINCT touching)::int
                FROM ballot f, unnest(ARRAY[f.operation_id, f.superseded_by]) touching
                WHERE f.ballot_id = b.ballot_id) AS version,
               {held_then(as_of, "at_home.cell_id", "$4", "$5")} AS held
        FROM {as_of.believed("ballot")} b
        CROSS JOIN LATERAL (SELECT {home(going_on("b.member_id"), "$5")} AS cell_id) at_home
        WHERE b.ballot_id = $3
        """,
        *as_of.arguments,
        ballot_id,
        actor_id,
        as_of.today,
    )


async def bodies(
    connection: Connection, asked: Sequence[tuple[UUID, UUID, date]]
) -> dict[tuple[UUID, date], Record]:
    """Of (cell, organization, day), the organizations that are the cell or stand above it.

    `depth`, `type`, whether `authorised` to admit and expel, and `official`: the official members on its own roll,
    null where that is not yet complete.
    """
    rows = await connection.fetch(
        """
        SELECT a.organization_id, a.day, above.depth, t.type, CASE WHEN NOT EXISTS (
            SELECT FROM organization_opening o
            WHERE o.organization_id = a.organization_id AND lower(o.valid) > a.day AND o.superseded_by IS NULL
        ) THEN (
            SELECT coalesce(sum(n), 0)::int FROM headcount_change h
            WHERE h.cell_id = a.organization_id AND h.standing = 'official' AND h.on_date <= a.day
        ) END AS official, EXISTS (
            SELECT FROM organization_authority g
            WHERE g.organization_id = a.organization_id AND g.kind = $4 AND g.valid @> a.day
              AND g.superseded_by IS NULL
        ) AS authorised
        FROM unnest($1::uuid[], $2::uuid[], $3::date[]) a(cell_id, organization_id, day)
        JOIN organization_ancestry above
          ON above.organization_id = a.cell_id AND above.ancestor_id = a.organization_id AND above.valid @> a.day
        JOIN organization_type t
          ON t.organization_id = a.organization_id AND t.valid @> a.day AND t.superseded_by IS NULL
        """,
        *map(list, zip(*asked, strict=True)),
        Authority.AUTHORISED_TO_ADMIT_AND_EXPEL.value,
    )
    return {(row["organization_id"], row["day"]): row for row in rows}


async def own_member(connection: Connection, ballot_id: UUID) -> None:
    """Wait until nobody else writes about the member on whom the ballot was."""
    await locks.own_members_of(connection, "SELECT member_id FROM ballot WHERE ballot_id = $1", ballot_id)
