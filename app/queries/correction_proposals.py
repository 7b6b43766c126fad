"""Proposals to correct members as SQL: lists, and one by id."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.machine_clients import answers_for
from app.queries.members import home
from app.queries.reach import held_then
from app.queries.two_persons import COURSE, known, version


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of proposals is narrowed to; None: not narrowed."""

    states: list[str] | None = None
    member: UUID | None = None
    within: UUID | None = None


_SHAPING = """
    FROM operation_member touched JOIN operation act ON act.id = touched.operation_id
    WHERE touched.member_id IN (
        SELECT one.member_id UNION SELECT g.survivor_id FROM member_merge g WHERE g.duplicate_id = one.member_id)"""
"""The acts on the member, also under every record that it is or was part of: so that none is ever forgotten."""


def _shown(as_of: AsOf, today: str) -> str:
    """Proposals known at the instant, as they stood at it, with the cell by which the member is reached."""
    return f"""
        SELECT {COURSE}, {version(as_of, _SHAPING)} AS version,
               whose.member_id, one.period, one.value, one.evidence, {home("whose.member_id", today)} AS home_id
        FROM {known(as_of, "correction_proposal")}
        CROSS JOIN LATERAL (
            SELECT coalesce((
                SELECT g.survivor_id FROM {as_of.believed("member_merge")} g WHERE g.duplicate_id = one.member_id
            ), one.member_id) AS member_id
        ) whose"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The proposals about members in reach, with the roles held there: SQL, arguments, the visibility of the list."""
    proposals = Conditions(as_of, actor_id, roles)
    proposals.want(proposals.near("shown.home_id"))
    proposals.below_if(filters.within, "shown.home_id")
    proposals.want_if(filters.member, "shown.member_id = {}::uuid")
    proposals.want_if(filters.states, "shown.state = ANY({}::text[])")
    sql = f"""
        SELECT shown.*, {held_then(as_of, "shown.home_id", "$3", "$5")} AS held
        FROM ({_shown(as_of, "$5")}) shown WHERE {proposals.wanted}"""
    return sql, proposals.arguments, proposals.visible


async def get(connection: Connection, as_of: AsOf, proposal_id: UUID, actor_id: UUID) -> Record | None:
    """One proposal, and the roles that the actor holds over the member.

    `own_client`: a machine client for which the actor answers proposed it.
    """
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*,
               {answers_for("shown.proposer_id", "$4")} AS own_client,
               {held_then(as_of, "shown.home_id", "$4", "$1")} AS held
        FROM ({_shown(as_of, "$1")}) shown WHERE shown.id = $3 AND {ANY_INSTANT}
        """,
        as_of.today,
        as_of.known_at,
        proposal_id,
        actor_id,
    )
