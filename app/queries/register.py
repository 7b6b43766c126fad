"""The register as a whole, as SQL: whether it is open, and the identities it is made of."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection


async def is_open(connection: Connection) -> bool:
    """Whether there is a root organization."""
    opened: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM placement WHERE parent_id IS NULL AND superseded_by IS NULL)"
    )
    return opened


async def insert_organizations(connection: Connection, organization_ids: Sequence[UUID]) -> None:
    """New identities of organizations."""
    await connection.execute(
        "INSERT INTO organization (id) SELECT * FROM unnest($1::uuid[])", list(organization_ids)
    )


async def insert_members(connection: Connection, member_ids: Sequence[UUID]) -> None:
    """New identities of members."""
    await connection.execute("INSERT INTO member (id) SELECT * FROM unnest($1::uuid[])", list(member_ids))


async def find_organization(connection: Connection, named: str | None, on: date) -> UUID | None:
    """The organization of a code or an id alive on a day; None named: the root."""
    found: UUID | None = await connection.fetchval(
        """
        SELECT p.organization_id FROM placement p
        LEFT JOIN organization_code c ON c.organization_id = p.organization_id
             AND c.superseded_by IS NULL AND c.valid @> $2::date
        WHERE p.superseded_by IS NULL AND p.valid @> $2::date
          AND CASE WHEN $1::text IS NULL THEN p.parent_id IS NULL
                   ELSE c.code = $1 OR p.organization_id::text = $1 END
        """,
        named,
        on,
    )
    return found


async def holds_role(
    connection: Connection, actor_id: UUID, role: str, organization_id: UUID, on: date
) -> bool:
    """Whether a grant of the role on exactly this organization holds on the day."""
    holds: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM access_grant WHERE actor_id = $1 AND role = $2 AND organization_id = $3"
        " AND valid @> $4::date AND superseded_by IS NULL)",
        actor_id,
        role,
        organization_id,
        on,
    )
    return holds
