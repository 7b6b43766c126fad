"""What a subtree counts on a day, as SQL: each statement reads the subtree once."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.queries.asof import ANY_INSTANT, AsOf
from app.queries.organization_tree import branch
from app.queries.organizations import kind


async def members(
    connection: Connection,
    as_of: AsOf,
    organization_id: UUID,
    bands: Sequence[tuple[str, date | None, date]],
) -> list[Record]:
    """Members on the roll below an organization: `standing`, `status`, `sex`, `band` (null: unknown), `n`.

    A band is an id with the first and the last day of birth of those in it.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT m.standing, coalesce(a.status, 'active') AS status, p.sex, band.id AS band, count(*)::int AS n
        FROM {as_of.below("$3")} below
        JOIN {as_of.holding("membership")} m ON m.cell_id = below.organization_id
        LEFT JOIN {as_of.holding("person")} p USING (member_id)
        LEFT JOIN {as_of.holding("activity")} a USING (member_id)
        LEFT JOIN unnest($4::text[], $5::daterange[]) AS band(id, births) ON p.birth_date <@ band.births
        WHERE {ANY_INSTANT}
        GROUP BY m.standing, coalesce(a.status, 'active'), p.sex, band.id
        """,
        *as_of.arguments,
        organization_id,
        [name for name, _, _ in bands],
        [Range(first, last, upper_inc=True) for _, first, last in bands],
    )
    return rows


async def organizations(connection: Connection, as_of: AsOf, organization_id: UUID) -> list[Record]:
    """`organization_tree.branch`, with what each organization is; parents before their children."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT branch.*, t.type, k.level, k.grassroots, k.holds_members
        FROM ({branch(as_of)}) branch
        JOIN {as_of.holding("organization_type")} t ON t.organization_id = branch.id
        CROSS JOIN LATERAL {kind(as_of, "t.type")} k
        WHERE {ANY_INSTANT}
        ORDER BY branch.depth
        """,
        *as_of.arguments,
        organization_id,
    )
    return rows
