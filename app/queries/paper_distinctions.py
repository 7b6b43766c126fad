"""Persons on paper who are not a member, as SQL: listed, one by id."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries import locks
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import said_first_by
from app.queries.members import going_on, home
from app.queries.reach import held_then


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of distinctions is narrowed to; None: not narrowed."""

    within: UUID | None = None
    member: UUID | None = None
    system: str | None = None
    external_id: str | None = None


def _shown(as_of: AsOf, source: str, today: str) -> str:
    """Distinctions, with the home of the member and what their operations say."""
    known = "" if as_of.known_at is None else " AND act.recorded_at <= $2"
    return f"""
        SELECT d.distinction_id AS id, d.member_id, d.system, d.external_id, said.reason,
               said.recorded_at AS said_at,
               (SELECT count(DISTINCT act.id)::int FROM paper_distinction f
                JOIN operation act ON act.id IN (f.operation_id, f.superseded_by)
                WHERE f.distinction_id = d.distinction_id{known}) AS version,
               gone.id IS NULL AS holds, gone.recorded_at AS struck_out_at,
               {home(going_on("d.member_id"), today)} AS home_id
        FROM {source} d
        JOIN operation said ON said.id = {said_first_by("d")}
        LEFT JOIN LATERAL (
            SELECT act.id, act.recorded_at FROM operation act WHERE act.id = d.superseded_by{known}) gone ON true"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The distinctions that are believed of members within reach: SQL, arguments, visibility."""
    found = Conditions(as_of, actor_id, roles)
    found.want(found.near("shown.home_id"))
    if filters.within is not None:
        found.want(f"shown.home_id IN ({found.below(filters.within)})")
    if filters.member is not None:
        mark = f"{found.place(filters.member)}::uuid"
        found.see(found.near(home(mark, "$5")))
        found.want(f"shown.member_id = {mark}")
    found.want_if(filters.system, "shown.system = {}::text")
    found.want_if(filters.external_id, "shown.external_id = {}::text")
    source = as_of.believed("paper_distinction")
    return (
        f"SELECT * FROM ({_shown(as_of, source, '$5')}) shown WHERE {found.wanted}",
        found.arguments,
        found.visible,
    )


async def get(connection: Connection, as_of: AsOf, distinction_id: UUID, actor_id: UUID) -> Record | None:
    """One distinction known at the instant, whether or not it holds, with the roles held over the member.

    After a merge it is about the record that goes on; `holds` is of that.
    """
    source = """(
        SELECT f.* FROM paper_distinction f JOIN operation act ON act.id = f.operation_id
        WHERE f.distinction_id = $3 AND ($2::timestamptz IS NULL OR act.recorded_at <= $2)
        ORDER BY f.id DESC LIMIT 1)"""
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*,
               {held_then(as_of, "shown.home_id", "$4", "$5")} AS held
        FROM ({_shown(as_of, source, "$5")}) shown WHERE {ANY_INSTANT} AND $1::date IS NOT NULL
        """,
        *as_of.arguments,
        distinction_id,
        actor_id,
        as_of.today,
    )


async def own_member(connection: Connection, distinction_id: UUID) -> None:
    """Wait until nobody else writes about the member of a distinction."""
    await locks.own_members_of(
        connection, "SELECT member_id FROM paper_distinction WHERE distinction_id = $1", distinction_id
    )


async def is_said(connection: Connection, member_id: UUID, system: str, external_id: str) -> bool:
    """Whether it is believed of a person on paper that it is not the member."""
    said: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM paper_distinction"
        " WHERE member_id = $1 AND system = $2 AND external_id = $3 AND superseded_by IS NULL)",
        member_id,
        system,
        external_id,
    )
    return said


async def is_borne(connection: Connection, member_id: UUID, system: str, external_id: str) -> bool:
    """Whether the member bears the id, on any day."""
    borne: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM member_external_id"
        " WHERE member_id = $1 AND system = $2 AND external_id = $3 AND superseded_by IS NULL)",
        member_id,
        system,
        external_id,
    )
    return borne
