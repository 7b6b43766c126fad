"""Machine clients: systems that an organization answers for, and the keys they sign in with."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, allows, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.operation import OperationKind
from app.models.machine_client import (
    MOST_KEYS,
    MachineClientItem,
    MachineClientNew,
    MachineClientRead,
    MachineKeyNew,
    MachineKeyRead,
    MachineKeyRevocation,
)
from app.paging import Listing, check_frame
from app.queries import locks
from app.queries import machine_clients as queries
from app.queries.asof import AsOf
from app.queries.locks import Turn
from app.services import history
from app.services.access import held_over, held_roles, permitted
from app.services.history import Cause


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The machine clients within reach, in the order in which they were made."""
    roles = roles_for(Action.MANAGE_MACHINE_CLIENT)
    sql, arguments, visible, extra = queries.listed(as_of, filters, actor.id, roles)
    return Listing(
        sql,
        arguments,
        {"id": "uuid"},
        _to_item,
        visible=visible,
        extra=extra,
        duty=Action.MANAGE_MACHINE_CLIENT,
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, client_id: UUID) -> MachineClientRead:
    """One machine client with its living keys. 404 where it is out of reach."""
    row = await queries.get(connection, as_of, client_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.MANAGE_MACHINE_CLIENT, held):
        raise NotFound("not_found")
    known_at = check_frame(row, as_of)
    assert known_at is not None  # it exists, so an operation made it
    actions = permitted((Action.MANAGE_MACHINE_CLIENT,), held)
    return MachineClientRead(**_item(row), on=as_of.on, known_at=known_at, actions=actions)


def _to_item(row: Record) -> MachineClientItem:
    return MachineClientItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    same = ("id", "name", "organization_id", "organization_name")
    return {name: row[name] for name in same} | {
        "keys": [MachineKeyRead.model_validate(one) for one in row["keys"]]
    }


async def create(connection: Connection, cause: Cause, document: MachineClientNew) -> MachineClientRead:
    """Make a machine client that an organization answers for; it can do nothing until it is granted a role."""
    held = await held_over(connection, cause, [document.organization_id])
    if not held:
        raise Invalid(FieldError("/body/organization_id", "unknown_organization"))
    require(Action.MANAGE_MACHINE_CLIENT, held[document.organization_id])
    client_id = history.new_id()
    await _begin(connection, cause, OperationKind.MACHINE_CLIENT_CREATED, document.organization_id, client_id)
    await queries.insert(connection, client_id, document.name, document.organization_id)
    return await _written(connection, cause, client_id)


async def add_key(
    connection: Connection, cause: Cause, client_id: UUID, key_hash: bytes, document: MachineKeyNew
) -> MachineKeyRead:
    """Give a machine client one more key, of which only the hash is known here; those it has stay good."""
    if document.expires_on is not None and document.expires_on <= cause.today:
        raise Invalid(FieldError("/body/expires_on", "key_expires_in_past"))
    await locks.take_turn(connection, Turn.ACCESS)
    client = await get(connection, _today(cause), cause.actor, client_id)
    if len(client.keys) >= MOST_KEYS:
        raise Conflict("too_many_keys", most=MOST_KEYS)
    key_id = history.new_id()
    operation_id = await _begin(
        connection, cause, OperationKind.KEY_CREATED, client.organization_id, client_id, key_id
    )
    await queries.insert_key(connection, operation_id, client_id, key_id, key_hash, document.expires_on)
    return MachineKeyRead(id=key_id, expires_on=document.expires_on)


async def revoke_key(
    connection: Connection, cause: Cause, client_id: UUID, key_id: UUID, document: MachineKeyRevocation
) -> MachineClientRead:
    """Take a living key back; the next request that names it is refused."""
    await locks.take_turn(connection, Turn.ACCESS)
    client = await get(connection, _today(cause), cause.actor, client_id)
    if key_id not in {key.id for key in client.keys}:
        raise NotFound("not_found")
    operation_id = await _begin(
        connection,
        cause,
        OperationKind.KEY_REVOKED,
        client.organization_id,
        client_id,
        key_id,
        document.reason,
    )
    await queries.revoke_key(connection, operation_id, key_id)
    return await _written(connection, cause, client_id)


async def _begin(
    connection: Connection,
    cause: Cause,
    kind: OperationKind,
    organization_id: UUID,
    client_id: UUID,
    key_id: UUID | None = None,
    reason: str | None = None,
) -> UUID:
    """Record the act; it concerns the organization that answers for the client, but changes no fact of it."""
    changes = {"machine_client": str(client_id)} | ({"key": str(key_id)} if key_id else {})
    operation_id = await history.begin(connection, cause, kind, changes, reason=reason)
    await history.touch(connection, cause, operation_id, concerned=[organization_id])
    return operation_id


def _today(cause: Cause) -> AsOf:
    return cause.as_of


async def _written(connection: Connection, cause: Cause, client_id: UUID) -> MachineClientRead:
    """The machine client as the answer to a write shows it."""
    read = await get(connection, _today(cause), cause.actor, client_id)
    return read.model_copy(update={"known_at": None})
