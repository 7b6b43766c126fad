"""What stands above and below an organization, as SQL."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import LATEST, AsOf
from app.queries.organizations import described, life
from app.queries.reach import readable


def ancestors(
    as_of: AsOf, organization_id: UUID, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str]:
    """The organizations above one on the day, or on its last day where it has ended: SQL, arguments, visibility.

    `place` grows from the root downwards.
    """
    sql = f"""
        SELECT up.ancestor_id AS id, -up.depth AS place, c.code, n.name, t.type
        FROM ({life(as_of, "$3")}) life
        CROSS JOIN LATERAL {as_of.above("$3", "life.day")} up
        JOIN {as_of.believed("organization_name")} n ON n.organization_id = up.ancestor_id AND n.valid @> life.day
        JOIN {as_of.believed("organization_type")} t ON t.organization_id = up.ancestor_id AND t.valid @> life.day
        LEFT JOIN {as_of.believed("organization_code")} c
          ON c.organization_id = up.ancestor_id AND c.valid @> life.day
        WHERE up.depth > 0"""
    return sql, [organization_id, actor_id, roles, as_of.today], readable("$3::uuid", "$4", "$5", "$6")


def branch(as_of: AsOf) -> str:
    """The organizations of the subtree of `$3` on the day, each with what it counts itself.

    `id`, `parent_id`, `depth`, `official`, `probationary`, `unopened`. What each branch counts is added up from
    these by `app.domain.roll_up`: as a join of every organization with all below it, a planner that errs in the
    number of either makes minutes of it.
    """
    return f"""
        SELECT b.organization_id AS id, p.parent_id, b.depth, own.official, own.probationary, EXISTS (
                   SELECT FROM {as_of.believed("organization_opening")} o
                   WHERE o.organization_id = b.organization_id AND lower(o.valid) > $1::date
               ) AS unopened
        FROM {as_of.below("$3")} b
        JOIN {as_of.holding("placement")} p USING (organization_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(h.n) FILTER (WHERE h.standing = 'official'), 0)::int AS official,
                   coalesce(sum(h.n) FILTER (WHERE h.standing = 'probationary'), 0)::int AS probationary
            FROM {as_of.headcounts()} h WHERE h.cell_id = b.organization_id
        ) own"""


async def nodes(
    connection: Connection,
    as_of: AsOf,
    organization_id: UUID,
    depth: int,
    most: int,
    actor_id: UUID,
    roles: list[str],
) -> list[Record]:
    """`branch`, and down to a depth what lists show of each; parents before their children, siblings by name.

    No rows where more than `most` would be shown (`too_many`). Those outside the actor's reach (they have moved
    away since) count and show nothing: `name` is null. The frame is on every row, and alone where there are none.
    """
    shown = ("code", "name", "name_en", "sort_key", "type", "level", "grassroots", "sector")
    rows: list[Record] = await connection.fetch(
        f"""
        WITH branch AS MATERIALIZED ({branch(as_of)})
        SELECT frame.*, branch.*, {", ".join(f"d.{column}" for column in shown)}
        FROM (
            SELECT {LATEST} AS frame_latest, {readable("$3::uuid", "$6", "$7", "$8")} AS frame_visible,
                   $2::timestamptz AS frame_known_at, life.began_on, life.ended_on,
                   (SELECT count(*) FROM branch WHERE branch.depth <= $4) > $5 AS too_many
            FROM ({life(as_of, "$3::uuid")}) life
        ) frame
        LEFT JOIN branch ON frame.frame_visible AND NOT frame.too_many
        LEFT JOIN ({described(as_of)}) d
          ON d.id = branch.id AND branch.depth <= $4 AND {readable("branch.id", "$6", "$7", "$8")}
        ORDER BY branch.depth, d.sort_key, branch.id
        """,
        *as_of.arguments,
        organization_id,
        depth,
        most,
        actor_id,
        roles,
        as_of.today,
    )
    return rows
