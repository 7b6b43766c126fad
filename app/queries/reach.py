"""Reach, as SQL: which of an actor's roles cover an organization, by today's grants and today's tree.

An organization that has ended is covered by whoever covers where it last stood; one that has not begun, by
whoever covers where it will first stand. Reach never follows the `on` or `known_at` of a read: what one may see
of the past is decided by what one may see today.

The expressions given are put inside these queries; the names used here begin with `reach_`, so that none of
theirs is taken for one of these.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection


def todays_paths(life: str, above: str, today: str) -> str:
    """A join of organizations (`life`) with all above them (`above`), themselves included, where they stand today.

    An ended one where it last stood, one to come where it will first stand. Both are names for
    `organization_ancestry`; the caller keeps of `life` each organization's row about itself.
    """
    return f"""organization_ancestry {life} JOIN organization_ancestry {above}
          ON {above}.organization_id = {life}.organization_id
         AND {above}.valid @> greatest(lower({life}.valid), least({today}::date, upper({life}.valid) - 1))"""


def _grants(organization: str, actor: str, today: str) -> str:
    """The actor's grants of today over an organization."""
    return f"""{todays_paths("reach_life", "reach_above", today)}
        JOIN access_grant reach_grant ON reach_grant.organization_id = reach_above.ancestor_id
        WHERE reach_life.organization_id = {organization} AND reach_life.ancestor_id = {organization}
          AND reach_grant.actor_id = {actor} AND reach_grant.valid @> {today}::date
          AND reach_grant.superseded_by IS NULL"""


def held(organization: str, actor: str, today: str) -> str:
    """The roles held over an organization as `role:depth` texts, or null where none: out of reach."""
    return f"""(
        SELECT array_agg(reach_grant.role || ':' || reach_above.depth) FROM {_grants(organization, actor, today)})"""


def reachable(organization: str, actor: str, roles: str, today: str) -> str:
    """A condition: one of the roles is held over the organization, which is an SQL expression."""
    return f"""EXISTS (
        SELECT FROM {_grants(organization, actor, today)} AND reach_grant.role = ANY({roles}::text[]))"""


def reachable_from_above(organization: str, actor: str, roles: str, today: str) -> str:
    """The same where the role is held strictly above the organization."""
    return f"""EXISTS (
        SELECT FROM {_grants(organization, actor, today)} AND reach_grant.role = ANY({roles}::text[])
          AND reach_above.depth > 0)"""


def reached(actor: str, roles: str, today: str) -> str:
    """The same as a query: all organizations over which one of the roles is held, as `organization_id`."""
    return f"""
        SELECT reach_above.organization_id FROM access_grant reach_grant
        JOIN organization_ancestry reach_above ON reach_above.ancestor_id = reach_grant.organization_id
        WHERE reach_grant.actor_id = {actor} AND reach_grant.role = ANY({roles}::text[])
          AND reach_grant.valid @> {today}::date AND reach_grant.superseded_by IS NULL
          AND reach_above.valid @> (
              SELECT greatest(lower(reach_life.valid), least({today}::date, upper(reach_life.valid) - 1))
              FROM organization_ancestry reach_life
              WHERE reach_life.organization_id = reach_above.organization_id
                AND reach_life.ancestor_id = reach_above.organization_id LIMIT 1)"""


def reaches_root(actor: str, roles: str, today: str) -> str:
    """A condition: one of the roles is held over today's root, and so over everything."""
    return f"""EXISTS (
        SELECT FROM placement reach_root
        JOIN access_grant reach_grant ON reach_grant.organization_id = reach_root.organization_id
        WHERE reach_root.parent_id IS NULL AND reach_root.superseded_by IS NULL AND reach_root.valid @> {today}::date
          AND reach_grant.actor_id = {actor} AND reach_grant.role = ANY({roles}::text[])
          AND reach_grant.valid @> {today}::date AND reach_grant.superseded_by IS NULL)"""


def holds(actor: str, roles: str, today: str) -> str:
    """A condition: one of the roles is held over any organization today."""
    return f"""EXISTS (
        SELECT FROM access_grant reach_grant
        WHERE reach_grant.actor_id = {actor} AND reach_grant.role = ANY({roles}::text[])
          AND reach_grant.valid @> {today}::date AND reach_grant.superseded_by IS NULL)"""


async def holds_anywhere(connection: Connection, actor_id: UUID, roles: list[str], today: date) -> bool:
    """Whether the actor holds one of the roles over any organization today."""
    somewhere: bool = await connection.fetchval(f"SELECT {holds('$1', '$2', '$3')}", actor_id, roles, today)
    return somewhere


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
