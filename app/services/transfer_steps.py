"""A step of a transfer: what it does to the transfer and to the member."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain import steps
from app.domain.change import Row, Values
from app.domain.committees import SeatEndReason
from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.hierarchy import OrganizationType
from app.domain.membership import ActivityStatus, ExitReason
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.following import Followed
from app.domain.steps import Who
from app.domain.transfers import (
    AWAY,
    FOR_A_TIME,
    OPEN,
    STEPS,
    Limit,
    RefusalGround,
    TransferKind,
    TransferPurpose,
    TransferRule,
    TransferState,
    TransferStep,
    next_limit,
    require_abandoned,
    require_own_cell,
)
from app.etag import require_version
from app.models.following import to_followed
from app.models.transfer import AdvancedTransfer, TransferStepNew
from app.queries import facts, transfer_acts
from app.queries import members as member_queries
from app.queries import transfers as queries
from app.services import following, history, seats
from app.services.history import Cause, Plan
from app.services.member_record import require_holding
from app.services.transfer_destinations import require_destination
from app.services.transfer_rules import TransferRules
from app.services.transfers import Sides, after, find

_MEANT_FOR = {
    "cell_id": TransferStep.RECEIVE,
    "to_organization_id": TransferStep.FORWARD,
    "to_outside": TransferStep.FORWARD,
    "expected_end": TransferStep.EXTEND,
    "refusal_ground": TransferStep.REFUSE,
}


@dataclass(frozen=True, slots=True)
class TransferInHand:
    """A transfer taken in hand: its member owned, where it stands last, what the actor holds over its sides.

    `rows`: how it stands since its last step, its ends where restructurings have led them; `values`: on the day of the
    next one.
    """

    id: UUID
    member_id: UUID
    sides: Sides
    last_on: date
    rows: Sequence[Row]
    values: Values
    state: TransferState | None

    @property
    def kind(self) -> TransferKind:
        return TransferKind(self.values["kind"])

    @property
    def ends(self) -> list[UUID]:
        """The organizations of both sides."""
        names = ("from_cell_id", "to_organization_id", "to_cell_id")
        return [self.values[name] for name in names if self.values[name]]


async def take(
    connection: Connection,
    cause: Cause,
    transfer_id: UUID,
    expected_version: int,
    *named: UUID | None,
    on: date | None = None,
) -> TransferInHand:
    """Own the member, share the cells concerned, then read; refused where neither side is the actor's, or stale."""
    await queries.own_member(connection, transfer_id, [one for one in named if one])
    row, sides = await find(connection, cause.as_of, cause.actor, transfer_id)
    sides.require(Who.EITHER)
    require_version(expected_version, row["version"])
    believed = await facts.believed(connection, facts.TRANSFER, (transfer_id,), whose=True)
    rows = [
        (days, {name: values[name] for name in facts.TRANSFER.values})
        for days, values in believed
        if values["said_first_by"] == believed[-1][1]["said_first_by"]
    ]
    values = {name: row[name] for name in facts.TRANSFER.values}
    last_on = row["last_on"]
    if rows:
        last_on = rows[0][0].start
        values = next((said for days, said in reversed(rows) if on is None or days.start <= on), rows[0][1])
    state = TransferState(values["state"]) if believed else None
    return TransferInHand(transfer_id, row["member_id"], sides, last_on, rows, values, state)


async def advance(
    connection: Connection, cause: Cause, transfer_id: UUID, expected_version: int, document: TransferStepNew
) -> AdvancedTransfer:
    """Take a step; it holds from its day on. What follows for the member is recorded in the same act."""
    named = (document.cell_id, document.to_organization_id)
    transfer = await take(connection, cause, transfer_id, expected_version, *named, on=document.on)
    step = steps.advance(STEPS[transfer.kind], transfer.state, document.step)
    transfer.sides.require(step.who)
    _require_sound(transfer, step, document, cause.today)
    changed = await _changed(connection, cause, transfer, document)
    moved, ways = await _moved(connection, transfer, step, {**transfer.values, **changed}, document.on)
    stands = _stands(transfer, step.after, {**changed, "step": document.step}, document.on)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.TRANSFER_ADVANCED,
        {"transfer": str(transfer_id), "step": document.step.value},
        reason=document.reason,
        effective_on=document.on,
        decisions=document.decisions,
    )
    await history.write(connection, operation_id, stands)
    lost = await _settle(connection, cause, operation_id, transfer, step, moved, document.on)
    await history.touch(connection, cause, operation_id)
    advanced = await after(connection, cause, transfer_id, document.on)
    return AdvancedTransfer(**dict(advanced), ended_seats=lost, followed=to_followed(ways))


def _require_sound(
    transfer: TransferInHand, step: TransferRule, document: TransferStepNew, today: date
) -> None:
    """Refuse what does not belong to the step or is still to come, and an act of a side not here without its paper."""
    wrong = [
        FieldError(f"/body/{name}", "not_of_this_step")
        for name, meant_for in _MEANT_FOR.items()
        if getattr(document, name) is not None and document.step is not meant_for
    ]
    if document.on > today:
        wrong.append(FieldError("/body/on", "day_to_come"))
    if document.on < transfer.last_on:
        wrong.append(FieldError("/body/on", "step_before_last", (("last_on", transfer.last_on.isoformat()),)))
    if transfer.sides.stands_in(step.who) and not document.decisions:
        wrong.append(FieldError("/body/decisions", "paper_stands_for_act"))
    elif document.refusal_ground is RefusalGround.ADMISSION_STANDARD_NOT_MET and not document.decisions:
        wrong.append(FieldError("/body/decisions", "ground_needs_paper"))
    if wrong:
        raise Invalid(*wrong)


async def _changed(
    connection: Connection, cause: Cause, transfer: TransferInHand, document: TransferStepNew
) -> dict[str, Any]:
    """What the step changes of the transfer besides its state."""
    match document.step:
        case TransferStep.FORWARD:
            return await _forwarded(connection, cause, transfer, document)
        case TransferStep.RECEIVE:
            return {"to_cell_id": await _receiving_cell(connection, transfer, document)}
        case TransferStep.REFUSE:
            return {"refusal_ground": document.refusal_ground}
        case TransferStep.EXTEND:
            return await _extended(connection, transfer, document)
        case TransferStep.ABANDON:
            introduced_on: date = transfer.values["introduced_on"]
            to = transfer.values["to_organization_id"]
            rules = await TransferRules.read(connection, [to], introduced_on)
            require_abandoned(introduced_on, document.on, rules.value("abandon_months", introduced_on, to))
    return {}


async def _forwarded(
    connection: Connection, cause: Cause, transfer: TransferInHand, document: TransferStepNew
) -> dict[str, Any]:
    """The right destination, where the papers went to the wrong one (R-TR-4)."""
    to, outside = document.to_organization_id, document.to_outside
    if (to is None) == (outside is None):
        raise Invalid(FieldError("/body/to_organization_id", "one_destination"))
    if transfer.kind is TransferKind.ABROAD and outside is None:
        raise Invalid(FieldError("/body/to_organization_id", "abroad_is_outside"))
    if to:
        require_own_cell(transfer.kind, await require_destination(connection, cause, to, document.on))
    sender = transfer.values["from_cell_id"]
    if to == sender:
        raise Invalid(FieldError("/body/to_organization_id", "same_cell"))
    if transfer.kind is TransferKind.INTERNAL and (
        to is None or not await transfer_acts.under_one_upper(connection, [(sender, to, document.on)])
    ):
        raise Invalid(FieldError("/body/to_organization_id", "transfer_not_internal"))
    return {"to_organization_id": to, "to_outside": outside}


async def _receiving_cell(
    connection: Connection, transfer: TransferInHand, document: TransferStepNew
) -> UUID | None:
    """The cell that takes the member in: the one named, at or below the destination; none outside the register."""
    to = transfer.values["to_organization_id"]
    if to is None:
        if document.cell_id:
            raise Invalid(FieldError("/body/cell_id", "received_outside"))
        return None
    cell_id: UUID = document.cell_id or to
    if not await transfer_acts.standing_below(connection, [(cell_id, to, document.on)]):
        raise Invalid(FieldError("/body/cell_id", "cell_not_below_destination"))
    if cell_id == transfer.values["from_cell_id"]:
        raise Invalid(FieldError("/body/cell_id", "same_cell"))
    if not await _is_for_guests(connection, transfer, cell_id, document.on):
        await require_holding(connection, [(Period(document.on, document.on + timedelta(days=1)), cell_id)])
    return cell_id


async def _is_for_guests(connection: Connection, transfer: TransferInHand, cell_id: UUID, on: date) -> bool:
    """Whether the member comes for a time into a temporary cell, which holds no members of its own (R-TR-10)."""
    if transfer.kind not in FOR_A_TIME:
        return False
    types = await transfer_acts.destinations(connection, [(cell_id, on)])
    return types.get((cell_id, on)) is OrganizationType.TEMPORARY_CELL


async def _extended(
    connection: Connection, transfer: TransferInHand, document: TransferStepNew
) -> dict[str, Any]:
    """The new end of a stay, which is judged like a stay that begins on the day of the extension."""
    ends_on = document.expected_end
    if ends_on is None:
        raise Invalid(FieldError("/body/expected_end", "end_required"))
    if ends_on <= max(document.on, transfer.values["expected_end"] or document.on):
        raise Invalid(FieldError("/body/expected_end", "end_before_begin"))
    if transfer.kind is TransferKind.TEMPORARY:
        sender = transfer.values["from_cell_id"]
        purpose = TransferPurpose(transfer.values["purpose"])
        rules = await TransferRules.read(connection, [sender], document.on)
        rules.require_stay(purpose, document.on, ends_on, sender, extended=True)
    return {"expected_end": ends_on}


async def _moved(
    connection: Connection, transfer: TransferInHand, step: TransferRule, values: Mapping[str, Any], on: date
) -> tuple[Plan | None, tuple[Followed, ...]]:
    """How the membership changes where a member is received for good, and where restructurings take it.

    It changes up to where the cell is known to change next. The member must be in the cell that sent him or her: never
    in two cells, never in none. What is recorded of the standing for later days goes along.
    """
    if step.after is not TransferState.RECEIVED:
        return None, ()
    believed = await facts.believed(connection, facts.MEMBERSHIP, (transfer.member_id,))
    present = next((row["cell_id"] for period, row in believed if period.contains(on)), None)
    if present != values["from_cell_id"]:
        raise Conflict("member_moved_meanwhile")
    entered = {"cell_id": values["to_cell_id"]}
    plan, ways = await following.plan_change(connection, transfer.member_id, believed, on, entered)
    if values["to_cell_id"] is None:
        out = {"cell_id": None, "standing": None, "exit_reason": ExitReason.TRANSFERRED_OUT}
        plan = replace(plan, written=[(Period(on, plan.written[-1][0].end), out)])
    return plan, ways


def _stands(transfer: TransferInHand, state: TransferState, changed: Values, on: date) -> Plan:
    """Where the transfer stands after the step; while it is open, its ends go where restructurings have led them."""
    rows = [(within, said) for days, said in transfer.rows if (within := days.intersect(Period(on)))]
    if state not in OPEN or not rows:
        rows = [(Period(on), transfer.values)]
    written = [(days, _row(transfer.member_id, said, state, changed)) for days, said in rows]
    return Plan(facts.TRANSFER, (transfer.id,), written)


def _row(member_id: UUID, before: Values, state: TransferState, changed: Values) -> dict[str, Any]:
    running = Limit(before["due_rule"], before["due_on"]) if before["due_rule"] else None
    values = {**before, **changed}
    limit = next_limit(state, running, values["expected_end"])
    return values | {
        "state": state,
        "due_on": limit.on if limit else None,
        "due_rule": limit.rule if limit else None,
        "open_member_id": member_id if state in OPEN else None,
    }


async def _settle(
    connection: Connection,
    cause: Cause,
    operation_id: UUID,
    transfer: TransferInHand,
    step: TransferRule,
    moved: Plan | None,
    on: date,
) -> list[UUID]:
    """Bring membership, activity and seats into line with the step; answers the seats it ended."""
    if step.after not in OPEN:
        gone = step.after is TransferState.ABANDONED
        instead = ActivityStatus.INTERRUPTED.value if gone else None
        away = AWAY[transfer.kind].value
        await transfer_acts.be_back(connection, operation_id, [(transfer.member_id, on, away, instead)])
    if moved is None:
        return []
    await history.write(connection, operation_id, moved)
    rows = await facts.believed(connection, facts.MEMBERSHIP, (transfer.member_id,))
    stays = [period for period, values in rows if values["cell_id"]]
    await member_queries.confine(connection, facts.ACTIVITY, operation_id, transfer.member_id, stays)
    entered = moved.written[0][1]["cell_id"] if moved.written[0][1] else None
    cells = (transfer.values["from_cell_id"], entered) if entered else None
    gone_for = SeatEndReason.TRANSFERRED_OUT
    return await seats.end_for_leaver(
        connection, cause, operation_id, transfer.member_id, on, gone_for, cells=cells
    )
