"""Holds as SQL: lists, and one by id."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.queries import locks
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import HOLD
from app.queries.held_transfers import of_hold
from app.queries.members import going_on, home
from app.queries.reach import held_then
from app.queries.things import spans


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of holds is narrowed to; None: not narrowed."""

    within: UUID | None = None
    member: UUID | None = None
    grounds: list[str] | None = None


def _shown(as_of: AsOf, hold: str) -> str:
    """What a hold's facts say together, and whom it is about."""
    return f"""
        SELECT {spans(as_of, HOLD, f"{hold}.id")}, (
            SELECT p.full_name FROM {as_of.holding("person")} p WHERE p.member_id = {hold}.member_id
        ) AS full_name"""


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The holds that run on the day, of members within reach: SQL, arguments, visibility, what lists show besides."""
    holds = Conditions(as_of, actor_id, roles)
    place = home(going_on("h.member_id"), "$5")
    holds.want(holds.near(place))
    holds.below_if(filters.within, place)
    holds.want_if(filters.member, "h.member_id = {}::uuid")
    holds.want_if(filters.grounds, "h.ground = ANY({}::text[])")
    sql = f"""
        SELECT h.hold_id AS id, h.member_id, h.ground FROM {as_of.holding("hold")} h WHERE {holds.wanted}"""
    return sql, holds.arguments, holds.visible, _shown(as_of, "listed")


async def runs(connection: Connection, member_id: UUID, ground: str, valid: Range) -> bool:
    """Whether such proceedings about the member are on record on some day of the period."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM hold"
        " WHERE member_id = $1 AND ground = $2 AND superseded_by IS NULL AND valid && $3)",
        member_id,
        ground,
        valid,
    )
    return found


async def get(connection: Connection, as_of: AsOf, hold_id: UUID, actor_id: UUID) -> Record | None:
    """One hold known at the instant, whether or not it runs on the day; the roles held over the member's home.

    Its member is the one it was said of last: after a merge the record that goes on, whose home decides (`going_on`).
    `transfers`: the steps of transfers that it met.
    """
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at, known.*,
               shown.*, {held_then(as_of, home(going_on("known.member_id"), "$5"), "$4", "$5")} AS held,
               {of_hold(as_of, "known.id", "known.member_id")} AS transfers
        FROM (
            SELECT f.hold_id AS id, f.member_id, f.ground
            FROM hold f JOIN operation said ON said.id = f.operation_id
            WHERE f.hold_id = $3 AND ($2::timestamptz IS NULL OR said.recorded_at <= $2)
            ORDER BY f.id DESC LIMIT 1
        ) known CROSS JOIN LATERAL ({_shown(as_of, "known")}) shown
        """,
        *as_of.arguments,
        hold_id,
        actor_id,
        as_of.today,
    )


async def own_member(connection: Connection, hold_id: UUID) -> None:
    """Wait until nobody else writes about the member of a hold."""
    await locks.own_members_of(connection, "SELECT member_id FROM hold WHERE hold_id = $1", hold_id)
