"""Stored answers of writes that named an `Idempotency-Key`, in the transaction of the write itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection

from app.queries import locks
from app.queries.locks import Turn


@dataclass(frozen=True, slots=True)
class Key:
    """Who sent what where under which key: another actor's key is another key."""

    actor_id: UUID
    method: str
    route: str
    key: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer as it was first given."""

    body_hash: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    operation_id: UUID | None


async def try_turn(connection: Connection, key: Key) -> bool:
    """False while another transaction runs the same request."""
    said = f"{key.actor_id} {key.method} {key.route} {key.key}"
    return await locks.try_turn(connection, Turn.REQUEST, said)


async def find(connection: Connection, key: Key) -> Stored | None:
    """The stored answer, if the request was carried out before."""
    row = await connection.fetchrow(
        "SELECT body_hash, status, headers, body, operation_id FROM idempotency"
        " WHERE actor_id = $1 AND method = $2 AND route = $3 AND key = $4",
        key.actor_id,
        key.method,
        key.route,
        key.key,
    )
    return None if row is None else Stored(*row.values())


async def store(connection: Connection, key: Key, answer: Stored) -> None:
    """Keep the answer, and forget those older than two days."""
    await connection.execute(
        """
        WITH old AS (DELETE FROM idempotency WHERE stored_at < clock_timestamp() - interval '2 days')
        INSERT INTO idempotency (actor_id, method, route, key, body_hash, status, headers, body, operation_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
                (SELECT id FROM operation WHERE recorded_at IS NULL LIMIT 1))
        """,
        key.actor_id,
        key.method,
        key.route,
        key.key,
        answer.body_hash,
        answer.status,
        dict(answer.headers),
        answer.body,
    )
