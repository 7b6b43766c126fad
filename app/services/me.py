"""Who asks: what they hold today, and how far they reach."""

from asyncpg import Connection

from app.domain.access import Role
from app.models.access import ActorRead, MeRead, ReachedOrganization
from app.queries import grants as queries
from app.services.grants import to_item
from app.services.history import Cause

MOST_GRANTS = 1000


async def describe(connection: Connection, cause: Cause) -> MeRead:
    """The actor, the grants that hold today, their roles, and the organizations that top their reach."""
    actor = cause.actor
    rows = await queries.held_by(connection, cause.as_of, actor.id, MOST_GRANTS)
    tops = {row["organization_id"]: row["organization_name"] for row in rows if row["on_top"]}
    held = {Role(row["role"]) for row in rows}
    return MeRead(
        actor=ActorRead(id=actor.id, issuer=actor.issuer, subject=actor.subject, name=actor.name),
        on=cause.today,
        roles=[role for role in Role if role in held],
        reach=[ReachedOrganization(id=key, name=name) for key, name in tops.items()],
        grants=[to_item(row) for row in rows],
    )
