"""Actors and their keys: who they are, as SQL."""

from collections.abc import Iterable
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Actor


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


async def known(connection: Connection, *actors: Actor) -> None:
    """Make sure the actors are on record. Those on record, machine clients among them, stay as they are."""
    await connection.execute(
        """
        INSERT INTO actor (id, issuer, subject, name)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS named(id, issuer, subject, name)
        WHERE NOT EXISTS (SELECT FROM actor WHERE actor.id = named.id)
        ON CONFLICT (id) DO NOTHING
        """,
        [actor.id for actor in actors],
        [actor.issuer for actor in actors],
        [actor.subject for actor in actors],
        [actor.name for actor in actors],
    )


async def on_record(connection: Connection, actor_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the actors that the register knows."""
    rows = await connection.fetch("SELECT id FROM actor WHERE id = ANY($1::uuid[])", list(actor_ids))
    return {row["id"] for row in rows}
