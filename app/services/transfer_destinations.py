"""Where transfers lead: an organization of the directory on the day, else what it has become is named."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.errors import FieldError, Gone, Invalid
from app.domain.hierarchy import OrganizationType
from app.queries import transfer_acts
from app.queries.asof import AsOf
from app.queries.transfer_acts import Place
from app.services.history import Cause
from app.services.successors import became, whole_until


async def require_destination(
    connection: Connection, cause: Cause, organization_id: UUID, on: date
) -> OrganizationType:
    """The type of a destination on the day. One that has ended by then is gone: the refusal names its successors."""
    place = (organization_id, on)
    types = await transfer_acts.destinations(connection, [place])
    if place in types:
        return types[place]
    gone = await ended(connection, cause.as_of, [place])
    if place not in gone:
        raise Invalid(FieldError("/body/to_organization_id", "unknown_destination"))
    raise Gone("destination_ended", **gone[place])


async def ended(
    connection: Connection, as_of: AsOf, places: Collection[Place]
) -> dict[Place, dict[str, Any]]:
    """Of those that have ended by their day, `until` when they existed and the `successors`, as facts of a refusal."""
    ends = await transfer_acts.ended_by(connection, places) if places else {}
    if not ends:
        return {}
    asked = {organization_id: whole_until(as_of, until) for (organization_id, _), until in ends.items()}
    heirs = await became(connection, as_of, asked)
    told = {key: [heir.model_dump(mode="json") for heir in heirs[key]] for key in asked}
    return {
        (organization_id, on): {"until": until.isoformat(), "successors": told[organization_id]}
        for (organization_id, on), until in ends.items()
    }
