"""Reach, as SQL: which of an actor's roles cover an organization, by today's grants and today's tree.

An organization that has ended is covered by whoever covers where it last stood; one that has not begun, by
whoever covers where it will first stand. What an ended one was may also be read by whoever covers all that it has
become (`readable`), which grants no act; and so what was known of one that is taken back, by whoever covers where it
was believed to stand. Reach never follows the `on` or `known_at` of a read: what one may see of the past is decided by
what one may see today. All that hangs on what is taken back is reached at a `known_at` of before as this itself is: by
`reachable_then`, `held_then`, `reached_then`, which ask no more than the others where no instant is asked for.

The expressions given are put inside these queries; the names used here begin with `reach_`, so that none of
theirs is taken for one of these.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.queries.asof import AsOf


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


def taken_back(organization: str, actor: str, roles: str, today: str) -> str:
    """A condition: nobody believes in the organization any more, and the role is held over where it was said to stand.

    That is where it stood by the last word that was taken back; of what stood there in error too, where that did.
    """
    return f"""EXISTS (
        WITH RECURSIVE {_unsaid(organization)}
        SELECT FROM reach_unsaid WHERE {reachable("reach_unsaid.id", actor, roles, today)})"""


def _unsaid(organization: str) -> str:
    """One that stands nowhere, and up to the first that stands what each was said to stand under: `reach_unsaid`."""
    return f"""reach_unsaid(id) AS (
            SELECT {organization} WHERE {stands_nowhere(organization)}
            UNION
            SELECT {_said_under("reach_unsaid.id")} FROM reach_unsaid WHERE {stands_nowhere("reach_unsaid.id")}
        )"""


def _said_under(organization: str) -> str:
    return f"""(
            SELECT reach_placed.parent_id FROM placement reach_placed
            JOIN operation reach_undone ON reach_undone.id = reach_placed.superseded_by
            WHERE reach_placed.organization_id = {organization}
            ORDER BY reach_undone.recorded_at DESC, lower(reach_placed.valid) DESC LIMIT 1)"""


def stands_nowhere(organization: str) -> str:
    """A condition: an organization is placed on no day, as what once placed it is taken back."""
    return f"""NOT EXISTS (
        SELECT FROM organization_ancestry reach_stood WHERE reach_stood.organization_id = {organization})"""


def readable(organization: str, actor: str, roles: str, today: str) -> str:
    """`reachable` for reading of the past; of an ended organization also where the role is held over all it has become.

    Those are who lives today of all that it went into, and what ended on the way without a successor. And of one that
    is `taken_back`.
    """
    return f"""({reachable(organization, actor, roles, today)} OR (
        WITH RECURSIVE reach_heir(id, since) AS (
            SELECT reach_ended.organization_id, upper(reach_ended.valid) FROM organization_ancestry reach_ended
            WHERE reach_ended.organization_id = {organization} AND reach_ended.ancestor_id = {organization}
              AND upper(reach_ended.valid) <= {today}::date
            UNION
            SELECT reach_edge.target_id, lower(reach_edge.valid) FROM reach_heir
            JOIN lineage reach_edge ON reach_edge.source_id = reach_heir.id AND reach_edge.superseded_by IS NULL
             AND lower(reach_edge.valid) BETWEEN reach_heir.since AND {today}::date
        )
        SELECT coalesce(bool_and({reachable("reach_heir.id", actor, roles, today)}), false) FROM reach_heir
        WHERE EXISTS (
            SELECT FROM organization_ancestry reach_living WHERE reach_living.organization_id = reach_heir.id
            AND reach_living.ancestor_id = reach_heir.id AND reach_living.valid @> {today}::date
        ) OR NOT EXISTS (
            SELECT FROM lineage reach_onward WHERE reach_onward.source_id = reach_heir.id
            AND reach_onward.superseded_by IS NULL
            AND lower(reach_onward.valid) BETWEEN reach_heir.since AND {today}::date)
    ) OR {taken_back(organization, actor, roles, today)})"""


def reachable_then(as_of: AsOf, organization: str, actor: str, roles: str, today: str) -> str:
    """`reachable`; of what was known at an instant also where the organization is `taken_back`."""
    near = reachable(organization, actor, roles, today)
    return near if as_of.known_at is None else f"({near} OR {taken_back(organization, actor, roles, today)})"


def held_then(as_of: AsOf, organization: str, actor: str, today: str) -> str:
    """`held`; of what was known at an instant also where the organization is `taken_back`: there as `role:` texts."""
    now = held(organization, actor, today)
    if as_of.known_at is None:
        return now
    return f"""coalesce({now}, (
        WITH RECURSIVE {_unsaid(organization)}
        SELECT array_agg(reach_once.role || ':') FROM reach_unsaid CROSS JOIN LATERAL (
            SELECT reach_grant.role FROM {_grants("reach_unsaid.id", actor, today)}) reach_once))"""


async def reads_past(
    connection: Connection, organization_id: UUID, actor_id: UUID, roles: list[str], today: date
) -> bool:
    """Whether an organization is `readable`."""
    told: bool = await connection.fetchval(
        f"SELECT {readable('$1::uuid', '$2', '$3', '$4')}", organization_id, actor_id, roles, today
    )
    return told


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


def reached_then(as_of: AsOf, actor: str, roles: str, today: str) -> str:
    """`reached`; of what was known at an instant also those that are `taken_back`."""
    now = reached(actor, roles, today)
    if as_of.known_at is None:
        return now
    return f"""{now}
        UNION ALL
        SELECT reach_gone.organization_id FROM (
            SELECT DISTINCT reach_unplaced.organization_id FROM placement reach_unplaced
            WHERE reach_unplaced.superseded_by IS NOT NULL) reach_gone
        WHERE {taken_back("reach_gone.organization_id", actor, roles, today)}"""


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


async def held_anywhere(connection: Connection, actor_id: UUID, today: date) -> list[str]:
    """The roles that the actor holds over any organization today, as `role:depth` of those they are granted on."""
    rows = await connection.fetch(
        "SELECT DISTINCT role || ':0' AS held FROM access_grant"
        " WHERE actor_id = $1 AND valid @> $2::date AND superseded_by IS NULL ORDER BY held",
        actor_id,
        today,
    )
    return [row["held"] for row in rows]


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
