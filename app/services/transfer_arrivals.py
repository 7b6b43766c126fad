"""Members who come from outside the register: the sender's paper stands for the introduction, the reception is ours."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action
from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.membership import ExitReason
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.following import Followed
from app.domain.transfers import TransferKind, TransferState, TransferStep
from app.models.following import to_followed
from app.models.transfer import AdvancedTransfer, Returner, TransferArrival
from app.queries import facts
from app.queries.facts import Wanted
from app.services import following, history
from app.services.access import require_over
from app.services.history import Cause, Plan
from app.services.member_changes import put_on_the_roll, require_newcomer
from app.services.member_record import take
from app.services.transfers import after


async def arrive(connection: Connection, cause: Cause, document: TransferArrival) -> AdvancedTransfer:
    """Take a member in who is new here, or was transferred out before; answers the transfer, received."""
    who = document.member
    if document.introduced_on > who.since:
        raise Invalid(FieldError("/body/introduced_on", "introduced_after_reception"))
    if who.since > cause.today:
        raise Invalid(FieldError("/body/member/since", "day_to_come"))
    stay, ways = await _judged(connection, cause, document)
    (member_id,) = stay.key
    transfer_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.TRANSFER_ARRIVED,
        {"transfer": str(transfer_id), "member": str(member_id), "cell": str(who.cell_id)},
        reason=document.reason,
        effective_on=who.since,
        decisions=document.decisions,
    )
    if isinstance(who, Returner):
        await history.write(connection, operation_id, stay)
    else:
        await put_on_the_roll(connection, cause, operation_id, who, stay)
    arrived = Wanted((transfer_id,), Period(who.since), _row(document, member_id))
    await facts.overwrite(connection, facts.TRANSFER, operation_id, [arrived])
    await history.touch(connection, cause, operation_id)
    arrival = await after(connection, cause, transfer_id, who.since)
    return AdvancedTransfer(**dict(arrival), followed=to_followed(ways))


async def _judged(
    connection: Connection, cause: Cause, document: TransferArrival
) -> tuple[Plan, tuple[Followed, ...]]:
    """The membership of who comes, or how that of one who comes back goes on; and where restructurings take it."""
    who = document.member
    if not isinstance(who, Returner):
        return await require_newcomer(connection, cause, history.new_id(), who, "/body/member")
    member = await take(connection, cause, who.member_id, [who.cell_id])
    ends = {"/body/member/cell_id": [who.cell_id]}
    await require_over(connection, cause, Action.RECEIVE_TRANSFER, ends, Action.READ_ORGANIZATION)
    if not _is_out(member.memberships, who.since):
        raise Conflict("not_transferred_out")
    value = {"cell_id": who.cell_id, "standing": who.standing, "exit_reason": None}
    return await following.plan_change(connection, who.member_id, member.memberships, who.since, value)


def _is_out(memberships: Any, on: date) -> bool:
    """Whether the member is out on the day because of a transfer."""
    reasons = [values["exit_reason"] for period, values in memberships if period.contains(on)]
    return reasons == [ExitReason.TRANSFERRED_OUT]


def _row(document: TransferArrival, member_id: UUID) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "kind": TransferKind.OFFICIAL,
        "from_outside": document.from_outside,
        "to_organization_id": document.member.cell_id,
        "to_cell_id": document.member.cell_id,
        "state": TransferState.RECEIVED,
        "step": TransferStep.ARRIVE,
        "introduced_on": document.introduced_on,
    }
