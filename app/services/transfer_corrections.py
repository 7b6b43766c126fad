"""A step of a transfer that was recorded in error: struck out, with all that it did to the member."""

from uuid import UUID

from asyncpg import Connection

from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.operation import OperationKind
from app.domain.transfers import TRANSITIONS, TransferSide, TransferStep
from app.models.transfer import TransferCorrection, TransferRead
from app.queries import facts
from app.queries import transfers as queries
from app.queries.facts import MEMBER_FACTS
from app.queries.undoing import Touch, dependents, take_back
from app.services import history, operations
from app.services.history import Cause
from app.services.transfer_steps import take
from app.services.transfers import after

_SIDES = {one.step: one.side for one in TRANSITIONS} | {
    TransferStep.INTRODUCE: TransferSide.SENDER,
    TransferStep.ARRIVE: TransferSide.RECEIVER,
}


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
        transfer.sides.require(_SIDES[one])
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
    touches = [
        Touch(facts.TRANSFER, "transfer_id", transfer_id),
        *(Touch(table, "member_id", transfer.member_id) for table in tables),
    ]
    resting = await dependents(connection, touches, document.operation_id)
    if step is TransferStep.ARRIVE:
        resting += await queries.recorded_since(connection, transfer.member_id, document.operation_id)
    if resting:
        raise Conflict(
            "step_has_dependents",
            dependents=await operations.named(connection, cause, resting),
            dependents_count=len(set(resting)),
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
    for touch in touches:
        await take_back(connection, touch, document.operation_id, operation_id)
    await history.touch(connection, cause, operation_id)
    return await after(connection, cause, transfer_id, transfer.last_on)
