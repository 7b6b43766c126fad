"""A step of a transfer that was recorded in error: struck out, with all that it did to the member."""

from uuid import UUID

from asyncpg import Connection

from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.operation import OperationKind
from app.domain.steps import Who
from app.domain.transfers import STEPS, TransferStep
from app.models.transfer import TransferCorrection, TransferRead
from app.queries import facts
from app.queries import transfers as queries
from app.queries.facts import MEMBER_FACTS
from app.queries.undoing import RowsOf, resting_on, take_back
from app.services import history, operations
from app.services.history import Cause
from app.services.transfer_steps import take
from app.services.transfers import after

TAKEN_BY = {one.step: one.who for rules in STEPS.values() for one in rules} | {
    TransferStep.INTRODUCE: Who.SENDER,
    TransferStep.ARRIVE: Who.RECEIVER,
}
"""The side that takes each step, and takes it back."""


async def correct(
    connection: Connection,
    cause: Cause,
    transfer_id: UUID,
    expected_version: int,
    document: TransferCorrection,
) -> TransferRead:
    """Strike out what an operation recorded: a step, of a file maybe two; while nothing recorded since rests on it."""
    transfer = await take(connection, cause, transfer_id, expected_version)
    recorded = await queries.steps_of(connection, transfer_id, document.operation_id)
    if not recorded:
        raise Invalid(FieldError("/body/operation_id", "unknown_step"))
    steps = [TransferStep(one) for one in recorded]
    for one in steps:
        transfer.sides.require(TAKEN_BY[one])
    step = steps[-1]
    tables = (
        MEMBER_FACTS.values()
        if step is TransferStep.ARRIVE
        else (
            facts.MEMBERSHIP,
            facts.ACTIVITY,
            facts.SEAT,
        )
    )
    taken = [
        RowsOf(facts.TRANSFER, "transfer_id", transfer_id),
        *(RowsOf(table, "member_id", transfer.member_id) for table in tables),
    ]
    resting = await resting_on(connection, taken, document.operation_id)
    if step is TransferStep.ARRIVE:
        resting += await queries.recorded_since(connection, transfer.member_id, document.operation_id)
    if resting:
        raise Conflict(
            "step_has_dependents",
            dependent_operations=await operations.named(connection, cause, resting),
            dependent_operations_count=len(set(resting)),
        )
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.TRANSFER_CORRECTED,
        {
            "transfer": str(transfer_id),
            "step": step.value,
            "struck_out": str(document.operation_id),
            "evidence": document.evidence,
        },
        reason=document.reason,
    )
    for rows in taken:
        await take_back(connection, rows, document.operation_id, operation_id)
    await history.touch(connection, cause, operation_id)
    return await after(connection, cause, transfer_id, transfer.last_on)
