"""The tree's shape: ancestry rebuilt, paths read."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.queries.asof import DEEPEST


async def rebuild_ancestry(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Derive anew who stood above these organizations, and above all that ever stood below them.

    Both the branches as they were (by the ancestry still stored) and as they are now (by placements) are
    rebuilt, so it may be called after the placements have been written.
    """
    await connection.execute(
        f"""
        CREATE TEMPORARY TABLE rebuilt ON COMMIT DROP AS
        WITH RECURSIVE down(organization_id, depth) AS (
            SELECT id, 0 FROM unnest($1::uuid[]) AS id
            UNION
            SELECT p.organization_id, down.depth + 1 FROM down JOIN placement p ON p.parent_id = down.organization_id
            WHERE p.superseded_by IS NULL AND down.depth < {DEEPEST}
        )
        SELECT organization_id FROM down
        UNION
        SELECT organization_id FROM organization_ancestry WHERE ancestor_id = ANY($1::uuid[])
        """,
        list(organization_ids),
    )
    await connection.execute(
        "DELETE FROM organization_ancestry a USING rebuilt r WHERE a.organization_id = r.organization_id"
    )
    await connection.execute(
        f"""
        INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)
        WITH RECURSIVE up(organization_id, ancestor_id, depth, valid) AS (
            SELECT p.organization_id, p.organization_id, 0, p.valid
            FROM rebuilt r JOIN placement p USING (organization_id) WHERE p.superseded_by IS NULL
            UNION ALL
            SELECT up.organization_id, p.parent_id, up.depth + 1, up.valid * p.valid
            FROM up JOIN placement p ON p.organization_id = up.ancestor_id AND p.valid && up.valid
            WHERE p.superseded_by IS NULL AND p.parent_id IS NOT NULL AND up.depth < {DEEPEST}
        )
        SELECT organization_id, ancestor_id, depth, unnest(range_agg(valid)) FROM up
        GROUP BY organization_id, ancestor_id, depth
        """
    )
    await connection.execute("DROP TABLE rebuilt")


async def paths(connection: Connection, organization_ids: Iterable[UUID], on: date) -> dict[UUID, list[UUID]]:
    """Each organization with all above it on a day, from itself to the root."""
    rows = await connection.fetch(
        """
        SELECT organization_id, array_agg(ancestor_id ORDER BY depth) AS path FROM organization_ancestry
        WHERE organization_id = ANY($1::uuid[]) AND valid @> $2::date GROUP BY organization_id
        """,
        list(organization_ids),
        on,
    )
    return {row["organization_id"]: row["path"] for row in rows}
