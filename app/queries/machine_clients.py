"""Machine clients and their keys as SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import MACHINE_ISSUER
from app.domain.operation import OperationKind
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.reach import held_then


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of machine clients is narrowed to; None: not narrowed."""

    within: UUID | None = None
    organization: UUID | None = None


def _shown(as_of: AsOf) -> str:
    """Machine clients known at the instant, with the names of their organizations."""
    known = (
        "true"
        if as_of.known_at is None
        else "a.id IN (SELECT (changes->>'machine_client')::uuid FROM operation"
        f" WHERE kind = '{OperationKind.MACHINE_CLIENT_CREATED}' AND recorded_at <= $2)"
    )
    return f"""
        SELECT a.id, a.name, a.organization_id, n.name AS organization_name FROM actor a
        LEFT JOIN {as_of.holding("organization_name")} n ON n.organization_id = a.organization_id
        WHERE a.organization_id IS NOT NULL AND {known}"""


def _keys(as_of: AsOf, client: str, today: str) -> str:
    """The living keys of a machine client (an SQL expression)."""
    return f"""
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'expires_on', k.expires_on) ORDER BY k.id), '[]')
            AS keys
        FROM {as_of.believed("api_key")} k
        WHERE k.actor_id = {client} AND (k.expires_on IS NULL OR k.expires_on > {today}::date)"""


def answers_for(client: str, actor: str) -> str:
    """A condition: the actor made the machine client, or gave it a key (of both the ids, as SQL expressions).

    What such a client does counts as done by that person, wherever two are needed.
    """
    return f"""(
        EXISTS (
            SELECT FROM operation client_made WHERE client_made.kind = '{OperationKind.MACHINE_CLIENT_CREATED}'
            AND client_made.changes ->> 'machine_client' = {client}::text AND client_made.actor_id = {actor})
        OR EXISTS (
            SELECT FROM api_key client_key JOIN operation client_keyed ON client_keyed.id = client_key.operation_id
            WHERE client_key.actor_id = {client} AND client_keyed.actor_id = {actor}))"""


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The machine clients within reach that pass the filters.

    SQL, arguments, the visibility of the list, and the lateral query of each one's keys.
    """
    clients = Conditions(as_of, actor_id, roles)
    clients.want(clients.among("c.organization_id"))
    clients.below_if(filters.within, "c.organization_id")
    clients.at_if(filters.organization, "c.organization_id")
    sql = f"SELECT c.* FROM ({_shown(as_of)}) c WHERE {clients.wanted}"
    return sql, clients.arguments, clients.visible, _keys(as_of, "listed.id", "$5")


async def get(connection: Connection, as_of: AsOf, client_id: UUID, actor_id: UUID) -> Record | None:
    """One machine client known at the instant, with its living keys and the roles held over its organization."""
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at,
               c.*, living.keys, {held_then(as_of, "c.organization_id", "$4", "$5")} AS held
        FROM ({_shown(as_of)}) c CROSS JOIN LATERAL ({_keys(as_of, "c.id", "$5")}) living
        WHERE c.id = $3
        """,
        *as_of.arguments,
        client_id,
        actor_id,
        as_of.today,
    )


async def insert(connection: Connection, client_id: UUID, name: str, organization_id: UUID) -> None:
    """A new machine client; its subject is its id."""
    await connection.execute(
        "INSERT INTO actor (id, issuer, subject, name, organization_id) VALUES ($1, $2, $3, $4, $5)",
        client_id,
        MACHINE_ISSUER,
        str(client_id),
        name,
        organization_id,
    )


async def insert_key(
    connection: Connection,
    operation_id: UUID,
    client_id: UUID,
    key_id: UUID,
    key_hash: bytes,
    expires_on: date | None,
) -> None:
    """A new key, of which only the hash is stored."""
    await connection.execute(
        "INSERT INTO api_key (id, actor_id, hash, expires_on, operation_id) VALUES ($1, $2, $3, $4, $5)",
        key_id,
        client_id,
        key_hash,
        expires_on,
        operation_id,
    )


async def revoke_key(connection: Connection, operation_id: UUID, key_id: UUID) -> None:
    """Take a key back: it signs in no longer."""
    await connection.execute(
        "UPDATE api_key SET superseded_by = $1 WHERE id = $2 AND superseded_by IS NULL", operation_id, key_id
    )
