"""Operations, and what they touched: written by every act, sealed by the last statement before COMMIT."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.queries.reach import reachable

TREE_LOCK = (7001, 1)
"""The advisory lock of whatever changes the tree's shape; sealing takes `(7001, 2)`, in the database itself."""


async def lock_tree(connection: Connection) -> None:
    """Wait (at most `lock_timeout`) until no other transaction changes the tree's shape."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", *TREE_LOCK)


async def insert_operation(
    connection: Connection,
    operation_id: UUID,
    kind: str,
    actor_id: UUID,
    *,
    reason: str | None,
    effective_on: date | None,
    request_id: str | None,
    changes: Any,
) -> None:
    """One operation, not yet sealed: until COMMIT nobody sees it."""
    await connection.execute(
        "INSERT INTO operation (id, kind, actor_id, reason, effective_on, request_id, changes)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        operation_id,
        kind,
        actor_id,
        reason,
        effective_on,
        request_id,
        changes,
    )


async def touch_organizations(
    connection: Connection,
    operation_id: UUID,
    organization_ids: Iterable[UUID],
    *,
    today: date,
    changed: bool,
) -> None:
    """Note which organizations the operation concerns, with today's paths; `changed` ones gain a version."""
    ids = list(set(organization_ids))
    await connection.execute(
        """
        INSERT INTO operation_organization (operation_id, organization_id, path)
        SELECT $1, life.organization_id, array_agg(DISTINCT above.ancestor_id)
        FROM organization_ancestry life
        JOIN organization_ancestry above
          ON above.organization_id = life.organization_id
         AND above.valid @> greatest(lower(life.valid), least($3::date, upper(life.valid) - 1))
        WHERE life.organization_id = ANY($2::uuid[]) AND life.ancestor_id = life.organization_id
        GROUP BY life.organization_id
        ON CONFLICT DO NOTHING
        """,
        operation_id,
        ids,
        today,
    )
    if changed:
        await connection.execute(
            "UPDATE organization SET version = version + 1 WHERE id = ANY($1::uuid[])", ids
        )


async def touch_members(connection: Connection, operation_id: UUID, member_ids: Iterable[UUID]) -> None:
    """Note which members the operation concerns; each gains a version."""
    ids = list(set(member_ids))
    await connection.execute(
        """
        WITH touched AS (
            INSERT INTO operation_member (operation_id, member_id)
            SELECT $1, id FROM unnest($2::uuid[]) AS id ON CONFLICT DO NOTHING RETURNING member_id
        )
        UPDATE member SET version = version + 1 FROM touched WHERE member.id = touched.member_id
        """,
        operation_id,
        ids,
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision as its paper says it."""

    issuer: str
    number: str
    signed_on: date
    signatory: str | None


async def ground(connection: Connection, operation_id: UUID, papers: list[tuple[UUID, Paper]]) -> None:
    """Tie the operation to its decisions; a paper already known is the same paper."""
    if not papers:
        return
    await connection.execute(
        """
        WITH paper AS (
            SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[])
                AS p(id, issuer, number, signed_on, signatory)
        ),
        added AS (
            INSERT INTO decision (id, issuer, number, signed_on, signatory) SELECT * FROM paper
            ON CONFLICT ON CONSTRAINT uq_decision_paper DO NOTHING RETURNING id
        )
        INSERT INTO operation_decision (operation_id, decision_id)
        SELECT $1::uuid, id FROM added
        UNION
        SELECT $1::uuid, d.id FROM decision d JOIN paper p USING (issuer, number, signed_on)
        """,
        operation_id,
        [one for one, _ in papers],
        [paper.issuer for _, paper in papers],
        [paper.number for _, paper in papers],
        [paper.signed_on for _, paper in papers],
        [paper.signatory for _, paper in papers],
    )


async def judge(connection: Connection) -> None:
    """Let the guards judge the operation now, for acts whose answer reads what a breach would have hidden."""
    await connection.execute("SELECT judge_operation(id) FROM operation WHERE recorded_at IS NULL")


async def seal(connection: Connection) -> None:
    """Have the transaction's operations judged, and made known in the order of their ids.

    Must be the last before COMMIT: from here on all others who seal must wait (architecture.md §3).
    """
    unsealed = await connection.fetch("SELECT id FROM operation WHERE recorded_at IS NULL ORDER BY id")
    for row in unsealed:
        await connection.execute("UPDATE operation SET recorded_at = now() WHERE id = $1", row["id"])


async def within_reach(
    connection: Connection, operation_id: UUID, actor_id: UUID, roles: list[str], today: date
) -> bool:
    """Whether the actor's present reach holds every organization the operation touched."""
    held: bool = await connection.fetchval(
        f"""
        SELECT coalesce(bool_and({reachable("o.organization_id", "$2", "$3", "$4")}), true)
        FROM operation_organization o WHERE o.operation_id = $1
        """,
        operation_id,
        actor_id,
        roles,
        today,
    )
    return held
