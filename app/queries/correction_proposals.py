"""Proposals to correct members, as SQL: the pending ones within reach."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import ANY_INSTANT, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import said_first_by
from app.queries.machine_clients import answers_for
from app.queries.members import home
from app.queries.reach import held


def listed(
    as_of: AsOf,
    actor_id: UUID,
    roles: list[str],
    *,
    within: UUID | None = None,
    member_id: UUID | None = None,
    proposal_id: UUID | None = None,
) -> tuple[str, list[Any], str]:
    """The pending proposals about members in reach, with the roles held there: SQL, arguments, and its visibility.

    `own_client`: a machine client for which the actor answers proposed it. Who
    proposed is who first said so, whatever merges have said again since.
    """
    proposals = Conditions(as_of, actor_id, roles)
    proposals.want(proposals.near("of.cell_id"))
    proposals.below_if(within, "of.cell_id")
    proposals.want_if(member_id, "said.member_id = {}::uuid")
    proposals.want_if(proposal_id, "said.proposal_id = {}::uuid")
    sql = f"""
        SELECT said.proposal_id AS id, said.member_id, lower(said.valid) AS from_, upper(said.valid) AS to,
               said.value, said.reason, said.evidence, operation.recorded_at AS proposed_at,
               a.id AS actor_id, a.issuer, a.subject, a.name,
               {answers_for("a.id", "$3")} AS own_client, {held("of.cell_id", "$3", "$5")} AS held
        FROM {as_of.believed("correction_proposal")} said
        JOIN operation ON operation.id = {said_first_by("said")}
        JOIN actor a ON a.id = operation.actor_id
        CROSS JOIN LATERAL (SELECT {home("said.member_id", "$5")} AS cell_id) of
        WHERE {proposals.wanted}"""
    return sql, proposals.arguments, proposals.visible


async def pending(
    connection: Connection, as_of: AsOf, actor_id: UUID, roles: list[str], proposal_id: UUID
) -> Record | None:
    """One of the proposals that `listed` lists."""
    sql, arguments, _ = listed(as_of, actor_id, roles, proposal_id=proposal_id)
    return await connection.fetchrow(
        f"SELECT found.* FROM ({sql}) found WHERE $1::date IS NOT NULL AND {ANY_INSTANT}",
        *as_of.arguments,
        *arguments,
    )
