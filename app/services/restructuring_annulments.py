"""The annulment of an applied restructuring: recorded in error, and taken back as if it had never been.

One person proposes it with the evidence, another carries it out, while nothing later depends on what it did (R-REV-1).
"""

from uuid import UUID

from asyncpg import Connection

from app.domain.operation import OperationKind
from app.domain.restructuring.lifecycle import RestructuringStep
from app.models.restructuring_read import AnnulmentNew, RestructuringRead, StepReason
from app.queries import locks
from app.queries.locks import Turn
from app.services import restructuring_course as course
from app.services import restructurings, reversal
from app.services.history import Cause


async def propose(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: AnnulmentNew,
) -> RestructuringRead:
    """Ask that it be taken back as recorded in error. It waits for another person."""
    return await restructurings.take_with_reason(
        connection,
        cause,
        restructuring_id,
        expected_version,
        RestructuringStep.PROPOSE_ANNULMENT,
        document.reason,
        evidence=document.evidence,
    )


async def keep(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: StepReason,
) -> RestructuringRead:
    """Let it stand: the annulment is refused, or withdrawn by who proposed it."""
    return await restructurings.take_with_reason(
        connection, cause, restructuring_id, expected_version, RestructuringStep.KEEP, document.reason
    )


async def annul(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: StepReason,
) -> RestructuringRead:
    """Take it back, all of it: afterwards no day differs from what was believed before.

    Memberships, seats, committees and grants that it ended hold again. Refused with the exact list while later
    operations depend on it.
    """
    taken = await course.take(connection, cause, restructuring_id, RestructuringStep.ANNUL, expected_version)
    if reversed_id := taken.row["reverses"]:
        await locks.take_turn(connection, Turn.RESTRUCTURING, str(reversed_id))
    operation_id = await reversal.reverse(
        connection,
        cause,
        taken.applied_by,
        OperationKind.RESTRUCTURING_ANNULLED,
        {"restructuring": str(restructuring_id), "revision": taken.row["revision"]},
        reason=document.reason,
    )
    await course.note(connection, cause, taken, RestructuringStep.ANNUL, operation_id)
    if reversed_id:
        former = await course.find(connection, cause.as_of, cause.actor, reversed_id)
        await course.note(connection, cause, former, RestructuringStep.REINSTATE, operation_id)
    return await restructurings.after(connection, cause, restructuring_id)
