"""Operations, and what they touched: written by every act, sealed by the last statement before COMMIT."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.queries.reach import reachable, todays_paths


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
    stood: Sequence[tuple[UUID, UUID]] = (),
) -> None:
    """Note which organizations the operation concerns, with today's paths; `changed` ones gain a version.

    Where it changed the tree, `stood` has each with all that stood above it before: both are its path.
    """
    ids = list(set(organization_ids))
    await connection.execute(
        f"""
        INSERT INTO operation_organization (operation_id, organization_id, path)
        SELECT $1, organization_id, array_agg(DISTINCT ancestor_id) FROM (
            SELECT life.organization_id, above.ancestor_id
            FROM {todays_paths("life", "above", "$3")}
            WHERE life.organization_id = ANY($2::uuid[]) AND life.ancestor_id = life.organization_id
            UNION ALL SELECT * FROM unnest($4::uuid[], $5::uuid[]) AS stood(organization_id, ancestor_id)
        ) path
        WHERE organization_id = ANY($2::uuid[])
        GROUP BY organization_id
        ON CONFLICT DO NOTHING
        """,
        operation_id,
        ids,
        today,
        [one for one, _ in stood],
        [above for _, above in stood],
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
    role: str = "decision"


async def know(connection: Connection, papers: list[tuple[UUID, Paper]]) -> None:
    """Put papers on record, each under its id, unless it is there already.

    A statement of its own: the next one sees the papers that another act wrote while this one waited for it.
    """
    await connection.execute(
        """
        INSERT INTO decision (id, issuer, number, signed_on, signatory)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::text[])
            AS p(id, issuer, number, signed_on, signatory)
        ORDER BY issuer, number, signed_on ON CONFLICT ON CONSTRAINT uq_decision_paper DO NOTHING
        """,
        [one for one, _ in papers],
        [paper.issuer for _, paper in papers],
        [paper.number for _, paper in papers],
        [paper.signed_on for _, paper in papers],
        [paper.signatory for _, paper in papers],
    )


async def ground(connection: Connection, operation_id: UUID, papers: list[tuple[UUID, Paper]]) -> bool:
    """Tie the operation to its decisions; a paper already known is the same paper.

    False where a known paper is said to be signed by another.
    """
    if not papers:
        return True
    said = """
        unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[])
            AS p(id, issuer, number, signed_on, signatory, role)"""
    arguments = [
        operation_id,
        [one for one, _ in papers],
        [paper.issuer for _, paper in papers],
        [paper.number for _, paper in papers],
        [paper.signed_on for _, paper in papers],
        [paper.signatory for _, paper in papers],
        [paper.role for _, paper in papers],
    ]
    await know(connection, papers)
    signatories_agree: bool = await connection.fetchval(
        f"""
        WITH tied AS (
            INSERT INTO operation_decision (operation_id, decision_id, role)
            SELECT DISTINCT ON (d.id) $1::uuid, d.id, p.role
            FROM decision d JOIN {said} USING (issuer, number, signed_on) ORDER BY d.id, p.role = 'decision' DESC
        )
        SELECT bool_and(p.signatory IS NULL OR p.signatory IS NOT DISTINCT FROM d.signatory)
        FROM decision d JOIN {said} USING (issuer, number, signed_on)
        """,
        *arguments,
    )
    return signatories_agree


async def judge(connection: Connection) -> None:
    """Let the guards judge the operation now, for acts whose answer reads what a breach would have hidden."""
    await connection.execute("SELECT judge_operation(id) FROM operation WHERE recorded_at IS NULL")


async def seal(connection: Connection) -> None:
    """Have the transaction's operations judged, and made known in the order of their ids.

    Must be the last before COMMIT: from here on all others who seal must wait (decision 4).
    """
    unsealed = await connection.fetch("SELECT id FROM operation WHERE recorded_at IS NULL ORDER BY id")
    for row in unsealed:
        await connection.execute("UPDATE operation SET recorded_at = now() WHERE id = $1", row["id"])


async def within_reach(
    connection: Connection, operation_id: UUID, actor_id: UUID, roles: list[str], today: date
) -> bool:
    """Whether the actor's present reach holds an organization the operation touched, or it touched none.

    One is enough: an act with two ends (a transfer) touches the far end, which its own actor holds.
    """
    held: bool = await connection.fetchval(
        f"""
        SELECT coalesce(bool_or({reachable("o.organization_id", "$2", "$3", "$4")}), true)
        FROM operation_organization o WHERE o.operation_id = $1
        """,
        operation_id,
        actor_id,
        roles,
        today,
    )
    return held
