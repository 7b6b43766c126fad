"""Who may take back a file of transfers: whoever has the duties by which its steps are taken."""

from uuid import UUID

from asyncpg import Connection

from app.domain.transfers import TransferStep
from app.queries.imports import transfers as queries
from app.services.access import held_over
from app.services.history import Cause
from app.services.transfer_corrections import TAKEN_BY
from app.services.transfers import Sides


async def require_reversible(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Refuse who may not take one of the steps of a file, or give it the paper that the file gave it."""
    steps = await queries.steps_of_file(connection, operation_id, cause.today)
    ends = {row[end] for row in steps for end in ("from_cell_id", "to_organization_id") if row[end]}
    held = await held_over(connection, cause, ends)
    for row in steps:
        sender, receiver = held.get(row["from_cell_id"], []), held.get(row["to_organization_id"], [])
        Sides(sender, receiver, row["receiver_here"]).require(TAKEN_BY[TransferStep(row["step"])])
