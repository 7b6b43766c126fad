"""What an operation touched, as its facts show it: whom they name that it wrote or took back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.queries.facts import ABSENCE, COMMITTEE, MEETING, PLACEMENT, RESOLUTION, SEAT, FactTable
from app.queries.naming import NAMINGS, Identity, Touch, naming
from app.queries.reach import todays_paths

_OF = ((SEAT, COMMITTEE), (ABSENCE, MEETING), (RESOLUTION, MEETING))
"""Facts of a thing, which is an organization's: they concern that organization."""


def _touching(identity: Identity) -> Iterator[tuple[FactTable, str, bool]]:
    """The tables of facts with their columns that touch; true where they change the one named."""
    for table, column in naming(identity):
        touch = NAMINGS[identity][f"{table.name}.{column}"].touch
        if touch is not Touch.NOTHING:
            yield table, column, touch is Touch.CHANGES


_BY_THING = [
    f"SELECT thing.organization_id AS id FROM {thing.name} thing WHERE thing.{key} IN ("
    f"SELECT {key} FROM {table.name} WHERE operation_id = $1 OR superseded_by = $1)"
    for table, thing in _OF
    for key in thing.key
]


def named(identity: Identity) -> str:
    """Whom an operation (`$1`) names in its facts, as SQL: `id` (or null), `changed`, `placed`; some more than once."""
    branches = [
        f"SELECT {column} AS id, {changed} AS changed, {changed and table is PLACEMENT} AS placed"
        f" FROM {table.name} WHERE operation_id = $1 OR superseded_by = $1"
        for table, column, changed in _touching(identity)
    ]
    if identity is Identity.ORGANIZATION:
        branches += [f"SELECT id, false, false FROM ({one}) thing" for one in _BY_THING]
    return " UNION ALL ".join(branches)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an operation's facts name: organizations, those whose own facts it changed, those it placed; members.

    Of those changed none that it made, and of the members none that is noted already.
    """

    organizations: list[UUID]
    changed: list[UUID]
    placed: list[UUID]
    members: list[UUID]


_NAMED = f"""
    WITH organizations AS (
        SELECT id, bool_or(changed) AS changed, bool_or(placed) AS placed
        FROM ({named(Identity.ORGANIZATION)}) said WHERE id IS NOT NULL GROUP BY id
    )
    SELECT ARRAY(SELECT id FROM organizations) AS organizations,
           ARRAY(SELECT id FROM organizations WHERE changed AND EXISTS (
               SELECT FROM placement p WHERE p.organization_id = organizations.id AND p.operation_id <> $1
           )) AS changed,
           ARRAY(SELECT id FROM organizations WHERE placed) AS placed,
           ARRAY(
               SELECT DISTINCT id FROM ({named(Identity.MEMBER)}) said
               WHERE NOT EXISTS (
                   SELECT FROM operation_member noted WHERE noted.operation_id = $1 AND noted.member_id = said.id)
           ) AS members"""


async def of_operation(connection: Connection, operation_id: UUID) -> Named:
    """Whom an operation names in the facts that it wrote or took back; in one statement."""
    return Named(**dict(await connection.fetchrow(_NAMED, operation_id)))


async def noted(connection: Connection, operation_id: UUID) -> list[UUID]:
    """The organizations that a past operation was noted to concern."""
    rows = await connection.fetch(
        "SELECT organization_id FROM operation_organization WHERE operation_id = $1", operation_id
    )
    return [row["organization_id"] for row in rows]


async def standing(
    connection: Connection, organization_ids: Iterable[UUID], today: date
) -> list[tuple[UUID, UUID]]:
    """The organizations, each with all above it where it stands today."""
    rows = await connection.fetch(
        f"""
        SELECT DISTINCT life.organization_id, above.ancestor_id
        FROM {todays_paths("life", "above", "$2")}
        WHERE life.organization_id = ANY($1::uuid[]) AND life.ancestor_id = life.organization_id
        """,
        list(organization_ids),
        today,
    )
    return [(row["organization_id"], row["ancestor_id"]) for row in rows]
