"""Grants as SQL: lists, one by id, what an actor holds, what stands in the way of a new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import MACHINE_ISSUER, Role
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import ACCESS_GRANT
from app.queries.reach import held_then
from app.queries.things import spans


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of grants is narrowed to; None: not narrowed."""

    within: UUID | None = None
    organization: UUID | None = None
    actor: UUID | None = None
    roles: list[str] | None = None


def _shown(as_of: AsOf, source: str) -> str:
    """Grants with their actors and the names of their organizations; `source` gives the facts."""
    return f"""
        SELECT given.grant_id AS id, given.actor_id, a.issuer, a.subject, a.name AS actor_name, given.role,
               given.organization_id, n.name AS organization_name
        FROM {source} given
        JOIN actor a ON a.id = given.actor_id
        LEFT JOIN {as_of.holding("organization_name")} n ON n.organization_id = given.organization_id"""


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The grants that hold on the day, within reach, that pass the filters.

    SQL, arguments, the visibility of the list, and the lateral query of what each grant's facts say together.
    """
    grants = Conditions(as_of, actor_id, roles)
    grants.want(grants.among("given.organization_id"))
    grants.below_if(filters.within, "given.organization_id")
    grants.at_if(filters.organization, "given.organization_id")
    grants.want_if(filters.actor, "given.actor_id = {}::uuid")
    grants.want_if(filters.roles, "given.role = ANY({}::text[])")
    sql = f"{_shown(as_of, as_of.holding('access_grant'))} WHERE {grants.wanted}"
    return sql, grants.arguments, grants.visible, f"SELECT {spans(as_of, ACCESS_GRANT, 'listed.id')}"


async def get_many(
    connection: Connection, as_of: AsOf, grant_ids: Iterable[UUID], actor_id: UUID
) -> list[Record]:
    """The grants known at the instant, whether or not they hold, and the roles the actor holds over each."""
    known = """(
        SELECT DISTINCT f.grant_id, f.actor_id, f.role, f.organization_id
        FROM access_grant f JOIN operation said ON said.id = f.operation_id
        WHERE f.grant_id = ANY($3::uuid[]) AND ($2::timestamptz IS NULL OR said.recorded_at <= $2)
    )"""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*, spans.*,
               {held_then(as_of, "shown.organization_id", "$4", "$5")} AS held
        FROM ({_shown(as_of, known)}) shown
        CROSS JOIN LATERAL (SELECT {spans(as_of, ACCESS_GRANT, "shown.id")}) spans
        """,
        *as_of.arguments,
        list(grant_ids),
        actor_id,
        as_of.today,
    )
    return rows


async def held_by(connection: Connection, as_of: AsOf, actor_id: UUID, most: int) -> list[Record]:
    """The grants of an actor that hold on the day; `on_top` where none of them is on an organization above."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT $2::timestamptz AS frame_known_at, mine.*, spans.*, NOT EXISTS (
            SELECT FROM organization_ancestry above
            JOIN access_grant other ON other.organization_id = above.ancestor_id
            WHERE above.organization_id = mine.organization_id AND above.depth > 0 AND above.valid @> $1::date
              AND other.actor_id = $3 AND other.valid @> $1::date AND other.superseded_by IS NULL
        ) AS on_top
        FROM ({_shown(as_of, as_of.holding("access_grant"))} WHERE given.actor_id = $3) mine
        CROSS JOIN LATERAL (SELECT {spans(as_of, ACCESS_GRANT, "mine.id")}) spans
        ORDER BY mine.id LIMIT {most}
        """,
        *as_of.arguments,
        actor_id,
    )
    return rows


async def believed_among(
    connection: Connection, actor_ids: Iterable[UUID], organization_ids: Iterable[UUID]
) -> list[Record]:
    """The believed facts that give one of the actors a role on one of the organizations."""
    rows: list[Record] = await connection.fetch(
        """
        SELECT actor_id, role, organization_id, valid FROM access_grant
        WHERE actor_id = ANY($1::uuid[]) AND organization_id = ANY($2::uuid[]) AND superseded_by IS NULL
        """,
        list(actor_ids),
        list(organization_ids),
    )
    return rows


async def root_administrations(connection: Connection, today: date) -> list[Record]:
    """The believed facts that make a person admin of today's root: `grant_id`, `valid`."""
    rows: list[Record] = await connection.fetch(
        """
        SELECT g.grant_id, g.valid FROM access_grant g
        JOIN placement p ON p.organization_id = g.organization_id
        JOIN actor a ON a.id = g.actor_id
        WHERE g.superseded_by IS NULL AND g.role = $1 AND a.issuer <> $2
          AND p.parent_id IS NULL AND p.superseded_by IS NULL AND p.valid @> $3::date
        """,
        Role.ADMIN.value,
        MACHINE_ISSUER,
        today,
    )
    return rows
