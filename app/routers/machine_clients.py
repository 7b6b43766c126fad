"""Machine clients over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.auth import new_key
from app.cause import CauseDep
from app.errors import OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.models.machine_client import (
    MachineClientNew,
    MachineClientPage,
    MachineClientRead,
    MachineKeyMade,
    MachineKeyNew,
    MachineKeyRevocation,
)
from app.models.scalars import Id
from app.paging import ListerDep
from app.queries.machine_clients import Filters
from app.reading import Reading
from app.routing import Route, Writing
from app.services import machine_clients

router = APIRouter(
    prefix="/machine-clients", tags=["access"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

MachineClientId = Annotated[Id, Path(description="The machine client's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="Of this organization or one below it.")] = None,
    organization: Annotated[Id | None, Query(description="Of this organization itself.")] = None,
) -> Filters:
    return Filters(within, organization)


@router.get("", response_model=MachineClientPage)
async def list_machine_clients(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Machine clients, in the order in which they were made, each with its living keys."""
    return await lister.answer(
        machine_clients.listing(lister.as_of, lister.actor, filters), MachineClientPage
    )


@router.get("/{machine_client_id}")
async def get_machine_client(read: Reading, machine_client_id: MachineClientId) -> MachineClientRead:
    """One machine client with its living keys."""
    return await machine_clients.get(read.connection, read.as_of, read.actor, machine_client_id)


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def create_machine_client(
    connection: Writing, cause: CauseDep, document: MachineClientNew, response: Response
) -> MachineClientRead:
    """Make a machine client that an organization answers for. It can do nothing until it is granted a role."""
    made = await machine_clients.create(connection, cause, document)
    response.headers["Location"] = f"/v1/machine-clients/{made.id}"
    return made


@router.post("/{machine_client_id}/keys", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def create_machine_key(
    connection: Writing,
    cause: CauseDep,
    machine_client_id: MachineClientId,
    document: MachineKeyNew,
    response: Response,
) -> MachineKeyMade:
    """Make one more API key; those there are stay good, so that keys can be changed without a pause.

    The key is told in this answer only. Sent again under the same `Idempotency-Key`, the request makes no
    second key, but it is answered 409 `key_already_made`: what was told once is not kept to be told again.
    """
    key, key_hash = new_key()
    response.headers["Cache-Control"] = "no-store"
    made = await machine_clients.add_key(connection, cause, machine_client_id, key_hash, document)
    return MachineKeyMade(**made.model_dump(), key=key)


@router.post("/{machine_client_id}/keys/{key_id}/revocations", responses=problems(*OF_EVERY_WRITE))
async def revoke_machine_key(
    connection: Writing,
    cause: CauseDep,
    machine_client_id: MachineClientId,
    key_id: Annotated[Id, Path(description="The key's id.")],
    document: MachineKeyRevocation,
) -> MachineClientRead:
    """Take a key back: the next request that names it is refused."""
    return await machine_clients.revoke_key(connection, cause, machine_client_id, key_id, document)
