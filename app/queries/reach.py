"""Reach, as SQL: which of an actor's roles cover an organization, by today's grants and today's tree.

An organization that has ended is covered by whoever covers where it last stood; one that has not begun, by
whoever covers where it will first stand (architecture.md §5). Reach never follows the `on` or `known_at` of a
read: what one may see of the past is decided by what one may see today.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection

HELD = """
    SELECT array_agg(g.role || ':' || above.depth)
    FROM organization_ancestry life
    JOIN organization_ancestry above
      ON above.organization_id = life.organization_id
     AND above.valid @> greatest(lower(life.valid), least({today}::date, upper(life.valid) - 1))
    JOIN access_grant g ON g.organization_id = above.ancestor_id
    WHERE life.organization_id = {organization} AND life.ancestor_id = {organization}
      AND g.actor_id = {actor} AND g.valid @> {today}::date AND g.superseded_by IS NULL
"""


def held(organization: str, actor: str, today: str) -> str:
    """The roles held over an organization as `role:depth` texts, or null where none: out of reach."""
    return f"({HELD.format(organization=organization, actor=actor, today=today)})"


def reachable(organization: str, actor: str, roles: str, today: str) -> str:
    """A condition: one of the roles is held over the organization, which is an SQL expression."""
    return f"""EXISTS (
        SELECT FROM organization_ancestry life
        JOIN organization_ancestry above
          ON above.organization_id = life.organization_id
         AND above.valid @> greatest(lower(life.valid), least({today}::date, upper(life.valid) - 1))
        JOIN access_grant g ON g.organization_id = above.ancestor_id
        WHERE life.organization_id = {organization} AND life.ancestor_id = {organization}
          AND g.actor_id = {actor} AND g.role = ANY({roles}::text[])
          AND g.valid @> {today}::date AND g.superseded_by IS NULL)"""


async def held_over(
    connection: Connection, organization_ids: Iterable[UUID], actor_id: UUID, today: date
) -> dict[UUID, list[str]]:
    """The roles held over each of the organizations, as `role:depth`; those out of reach are missing."""
    rows = await connection.fetch(
        f"""
        SELECT id, held FROM (
            SELECT o.id, {held("o.id", "$2", "$3")} AS held FROM unnest($1::uuid[]) AS o(id)
        ) asked WHERE held IS NOT NULL
        """,
        list(set(organization_ids)),
        actor_id,
        today,
    )
    return {row["id"]: row["held"] for row in rows}
