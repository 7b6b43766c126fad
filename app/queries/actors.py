"""Actors and their keys: who they are, as SQL."""

from uuid import UUID

from asyncpg import Connection, Record


async def by_key(connection: Connection, key_hash: bytes, today: object) -> Record | None:
    """The machine client that a living key belongs to: id, subject, name."""
    return await connection.fetchrow(
        """
        SELECT a.id, a.subject, a.name FROM api_key k JOIN actor a ON a.id = k.actor_id
        WHERE k.hash = $1 AND k.superseded_by IS NULL AND (k.expires_on IS NULL OR k.expires_on > $2)
        """,
        key_hash,
        today,
    )


async def known(connection: Connection, actor_id: UUID, issuer: str, subject: str, name: str | None) -> None:
    """Make sure the actor of an operation is on record."""
    await connection.execute(
        "INSERT INTO actor (id, issuer, subject, name) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
        actor_id,
        issuer,
        subject,
        name,
    )
