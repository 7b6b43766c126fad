"""The register as a whole, as SQL: whether it is open, and the identities it is made of."""

from collections.abc import Sequence
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
