"""The tree's shape: ancestry rebuilt, paths read."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.hierarchy import DEEPEST


async def rebuild_ancestry(connection: Connection, organization_ids: Iterable[UUID]) -> None:
    """Derive anew who stood above these organizations, and above all that ever stood below them.

    Called after placements have been written, with all organizations whose placements these are: what stands
    between one of them and those below it is then as the ancestry still stored has it. So only these walk up anew, and
    whoever is below gets what its nearest one of them has above itself; written is only what has become different.
    Each step of a walk asks an index (`OFFSET 0` keeps the planner from reading all placements instead).
    """
    await connection.execute(
        f"""
        WITH RECURSIVE up(organization_id, ancestor_id, depth, valid) AS (
            SELECT p.organization_id, p.organization_id, 0, p.valid FROM placement p
            WHERE p.organization_id = ANY($1::uuid[]) AND p.superseded_by IS NULL
            UNION ALL
            SELECT up.organization_id, above.parent_id, up.depth + 1, up.valid * above.valid
            FROM up CROSS JOIN LATERAL (
                SELECT p.parent_id, p.valid FROM placement p
                WHERE p.organization_id = up.ancestor_id AND p.superseded_by IS NULL AND p.valid && up.valid
                  AND p.parent_id IS NOT NULL OFFSET 0
            ) above
            WHERE up.depth < {DEEPEST}
        ),
        below AS (
            SELECT a.organization_id, a.ancestor_id, a.depth, a.valid,
                   range_agg(a.valid) OVER (
                       PARTITION BY a.organization_id ORDER BY a.depth
                       GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS nearer
            FROM organization_ancestry a
            WHERE a.ancestor_id = ANY($1::uuid[]) AND a.organization_id <> ALL($1::uuid[])
        ),
        near AS MATERIALIZED (
            SELECT organization_id, ancestor_id, depth, piece AS valid
            FROM below, unnest(datemultirange(valid) - coalesce(nearer, '{{}}')) AS piece
        ),
        nearest AS (
            SELECT organization_id, min(depth) AS depth FROM near GROUP BY organization_id
            UNION ALL SELECT unnest($1::uuid[]), -1
        ),
        stood AS MATERIALIZED (
            SELECT a.id, a.organization_id, a.ancestor_id, a.depth, a.valid
            FROM nearest JOIN organization_ancestry a USING (organization_id) WHERE a.depth > nearest.depth
        ),
        pieces AS (
            SELECT * FROM up
            UNION ALL
            SELECT near.organization_id, up.ancestor_id, near.depth + up.depth, near.valid * up.valid
            FROM near JOIN up ON up.organization_id = near.ancestor_id AND up.valid && near.valid
            WHERE up.depth > 0 AND near.depth + up.depth <= {DEEPEST}
            UNION ALL
            SELECT stood.organization_id, stood.ancestor_id, stood.depth,
                   unnest(datemultirange(stood.valid) - range_agg(near.valid))
            FROM stood JOIN near ON near.organization_id = stood.organization_id AND near.depth < stood.depth
            GROUP BY stood.id, stood.organization_id, stood.ancestor_id, stood.depth, stood.valid
        ),
        stands AS MATERIALIZED (
            SELECT organization_id, ancestor_id, depth, unnest(range_agg(valid)) AS valid FROM pieces
            GROUP BY organization_id, ancestor_id, depth
        ),
        gone AS (
            DELETE FROM organization_ancestry WHERE id = ANY(ARRAY(
                SELECT stood.id FROM stood LEFT JOIN stands USING (organization_id, ancestor_id, depth, valid)
                WHERE stands.depth IS NULL))
        )
        INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)
        SELECT organization_id, ancestor_id, depth, valid FROM stands
        LEFT JOIN stood USING (organization_id, ancestor_id, depth, valid) WHERE stood.id IS NULL
        """,
        list(organization_ids),
    )


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
