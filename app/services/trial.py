"""Duties for trying things out: what `token` grants on the embedded database, recorded like every grant."""

from asyncpg import Connection

from app.domain.access import Actor, Role
from app.domain.errors import NotFound
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import actors, facts
from app.queries import register as queries
from app.queries.facts import Wanted
from app.services import history
from app.services.history import Cause


async def let_try(
    connection: Connection, cause: Cause, holder: Actor, role: Role, organization: str | None
) -> None:
    """Let someone hold a role from today on the organization of a code or id (None: the root), unless they do."""
    organization_id = await queries.find_organization(connection, organization, cause.today)
    if organization_id is None:
        raise NotFound("not_found")
    if await queries.holds_role(connection, holder.id, role, organization_id, cause.today):
        return
    await actors.known(connection, holder)
    operation_id = await history.begin(
        connection, cause, OperationKind.GRANTS_CREATED, {"actor": str(holder.id), "role": role.value}
    )
    values = {"actor_id": holder.id, "role": role.value, "organization_id": organization_id}
    wanted = Wanted((history.new_id(),), Period(cause.today), values)
    await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, [wanted])
    await history.touch(connection, cause, operation_id)
