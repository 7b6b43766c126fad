"""The numbers of members: each is borne by one member on any day."""

from collections.abc import Iterable
from uuid import UUID

from asyncpg import Connection

from app.domain.errors import Conflict
from app.queries import facts, identifiers
from app.queries.ranges import to_range
from app.services import members
from app.services.access import held_roles
from app.services.history import Cause, Plan


async def require_unborne(
    connection: Connection, cause: Cause, member_id: UUID, plans: Iterable[Plan]
) -> None:
    """Refuse numbers of a member that another one bears; the refusal names whom of these the actor may see."""
    wanted = [
        (plan.key[1], values["number_space"], values["number"], to_range(period))
        for plan in plans
        if plan.table is facts.IDENTIFIER
        for period, values in plan.written
        if values
    ]
    if not wanted:
        return
    others = await identifiers.other_bearers(connection, member_id, wanted, cause.actor.id, cause.today)
    if others:
        seen = [str(row["member_id"]) for row in others if members.may_read(held_roles(row["held"]))]
        raise Conflict("identifier_taken", records=seen or None)
