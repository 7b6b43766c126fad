"""What the rules say of transfers of a file: the same as of single requests, row after row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, HeldRole, allows
from app.domain.errors import Conflict, DomainError, Forbidden, Invalid, RuleBroken, StepRefused
from app.domain.hierarchy import OrganizationType
from app.domain.imports import RowError
from app.domain.period import Period
from app.domain.steps import Who, advance
from app.domain.transfers import (
    AWAY,
    STEPS,
    Limit,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
    next_limit,
    require_own_cell,
)
from app.models.transfer import TransfersNew
from app.queries import transfer_acts
from app.queries.ranges import to_period, to_range
from app.queries.transfer_acts import Place, Way
from app.services import members
from app.services.history import Cause
from app.services.policies import Policies
from app.services.transfer_destinations import ended
from app.services.transfer_introduction import Terms, purpose_of, require_introducible
from app.services.transfer_rules import TransferRules
from app.services.transfers import Sides

_COLUMN = {
    "not_on_the_roll": "member",
    "same_cell": "to_organization",
    "transfer_not_internal": "to_organization",
    "temporary_cell_is_for_guests": "to_organization",
    "transfer_too_short": "expected_end",
    "transfer_too_long": "expected_end",
}
"""The columns of what an introduction is refused for; else it is the member."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rows of a batch are judged by; `gone`: of destinations that have ended, what came of them."""

    held: Mapping[UUID, list[HeldRole]]
    policies: Policies
    candidates: Mapping[tuple[UUID, date], Record]
    types: Mapping[Place, OrganizationType]
    gone: Mapping[Place, Mapping[str, Any]]
    near: set[Way]
    below: set[Way]

    def over(self, organization_id: UUID | None) -> list[HeldRole]:
        """The roles the actor holds over an organization."""
        return self.held.get(organization_id, []) if organization_id else []


async def judge(
    connection: Connection,
    cause: Cause,
    rows: Sequence[Record],
    held: Mapping[UUID, list[HeldRole]],
    policies: Policies,
) -> tuple[list[RowError], list[tuple[Any, ...]]]:
    """Judge rows of `queries.to_judge`: what is wrong, and what is settled of those that act and are sound."""
    new = [row for row in rows if not row["known"]]
    looked_at = [(row["member_id"], row["introduced_on"]) for row in new if row["member_id"]]
    candidates = await transfer_acts.candidates(connection, looked_at, cause.actor.id, cause.today)
    ways = [(row["from_id"], row["to_id"], row["introduced_on"]) for row in new if row["kind"] == "internal"]
    entries = [(row["entered_id"], row["receiver_id"], row["answered_on"]) for row in rows if row["answers"]]
    types = await transfer_acts.destinations(
        connection, [(row["to_id"], row["introduced_on"]) for row in new if row["to_id"]]
    )
    once = {(row["to_once_id"], row["introduced_on"]) for row in new if row["to_once_id"]}
    found = _Found(
        held,
        policies,
        {(row["id"], row["looked_on"]): row for row in candidates},
        types,
        await ended(connection, cause.as_of, once - types.keys()),
        await transfer_acts.under_one_upper(connection, [way for way in ways if way[0] and way[1]]),
        await transfer_acts.standing_below(connection, [way for way in entries if way[0] and way[1]]),
    )
    errors, settled = [], []
    for row in rows:
        if error := next(_faults(row, found, cause.today), None):
            errors.append(error)
        elif row["acts"]:
            settled.append(_settled(row, found))
    return errors, settled


def _faults(row: Record, found: _Found, today: date) -> Iterator[RowError]:
    """What is wrong with a row, the first first; who and what is out of reach is told like what does not exist."""
    number = row["row"]
    if not _is_seen(row, found):
        yield RowError(number, "member", "unknown_member")
    if row["unclear"]:
        yield RowError(number, "introduction_number", "transfer_ended_that_day")
    if row["known"] and not row["same"]:
        yield RowError(number, None, "transfer_recorded_otherwise")
    if row["acts"] and row["first_row"] != number:
        yield RowError(number, "member", "transfer_of_same_member", {"other_row": row["first_row"]})
    if row["acts"]:
        yield from _of_days_to_come(row, today)
    if not row["known"]:
        yield from _of_introduction(row, found)
    if row["acts"]:
        yield from _of_papers(row, found)
    if row["acts"] and row["answers"]:
        yield from _of_answer(row, found)


def _of_days_to_come(row: Record, today: date) -> Iterator[RowError]:
    """The steps and their papers are of today or earlier."""
    answered = f"{'received' if row['answer'] == TransferStep.RECEIVE else 'refused'}_on"
    days = {
        "introduced_on": row["introduced_on"],
        "introduction_signed_on": row["introduction_signed_on"],
        answered: row["answered_on"],
        "answer_signed_on": row["answer_signed_on"],
    }
    for column, day in days.items():
        if day and day > today:
            yield RowError(row["row"], column, "day_to_come")


def _is_seen(row: Record, found: _Found) -> bool:
    """Whether the actor reads the member, or the transfer on record by one of its ends."""
    if row["known"]:
        ends = (row["from_id"], row["reached_id"], row["home_id"])
        return any(allows(Action.READ_TRANSFER, found.over(one)) for one in ends)
    return bool(row["member_id"]) and members.may_read(found.over(row["home_id"]))


def _of_introduction(row: Record, found: _Found) -> Iterator[RowError]:
    number, sender, to, on = row["row"], row["from_id"], row["to_id"], row["introduced_on"]
    if not allows(Action.READ_ORGANIZATION, found.over(sender)):
        yield RowError(number, "from_cell", "unknown_organization")
    if row["to_organization"] and (to, on) not in found.types:
        if gone := found.gone.get((row["to_once_id"], on)):
            yield RowError(number, "to_organization", "destination_ended", gone)
        else:
            yield RowError(number, "to_organization", "unknown_destination")
    member = found.candidates[row["member_id"], on]
    if member["cell_id"] not in (None, sender):
        yield RowError(number, "from_cell", "not_in_this_cell_then")
    try:
        if (to, on) in found.types:
            require_own_cell(TransferKind(row["kind"]), found.types[to, on])
        require_introducible("", member, _terms(row, found))
    except DomainError as refusal:
        yield _error(number, refusal)


def _terms(row: Record, found: _Found) -> Terms:
    """A row as the terms of a request."""
    kind, sender, to = TransferKind(row["kind"]), row["from_id"], row["to_id"]
    document = TransfersNew.model_construct(
        member_ids=[row["member_id"]],
        kind=kind,
        purpose=row["purpose"] and TransferPurpose(row["purpose"]),
        introduced_on=row["introduced_on"],
        expected_end=row["expected_end"],
        to_organization_id=to,
    )
    near = kind is not TransferKind.INTERNAL or (sender, to, row["introduced_on"]) in found.near
    rules = TransferRules(found.policies, {sender: row["path"] or ()})
    return Terms(document, purpose_of(document), rules, {sender} if near else set())


def _error(number: int, refusal: DomainError) -> RowError:
    """A refusal of an introduction, by column."""
    match refusal:
        case Forbidden():
            return RowError(number, "from_cell", "import_not_allowed")
        case Invalid(errors=[error, *_]):
            return RowError(number, _COLUMN[error.code], error.code)
        case RuleBroken():
            facts = {"rule": refusal.rule, "value": refusal.value, "source": refusal.source}
            return RowError(number, _COLUMN.get(refusal.message, "member"), refusal.message, facts)
        case Conflict():
            return RowError(number, "member", refusal.message)
    raise refusal


def _of_papers(row: Record, found: _Found) -> Iterator[RowError]:
    """Who may take a step may give it the paper that it was recorded without."""
    sides = _sides(row, found)
    for gives, who, column in (
        ("gives_introduction", Who.SENDER, "introduction_number"),
        ("gives_answer", Who.RECEIVER, "answer_number"),
    ):
        if row[gives] and sides.refusal(who):
            yield RowError(row["row"], column, "import_not_allowed")


def _sides(row: Record, found: _Found) -> Sides:
    here = row["receiver_id"] is not None and row["on_board"]
    return Sides(found.over(row["from_id"]), found.over(row["reached_id"]), here)


def _of_answer(row: Record, found: _Found) -> Iterator[RowError]:
    number, receiver, on = row["row"], row["receiver_id"], row["answered_on"]
    received = row["answer"] == TransferStep.RECEIVE
    column = "received_on" if received else "refused_on"
    try:
        step = advance(STEPS[TransferKind(row["kind"])], _state(row), TransferStep(row["answer"]))
    except StepRefused as refusal:
        yield RowError(number, column, refusal.message, {"step": row["answer"], "state": row["last_state"]})
        return
    sides = _sides(row, found)
    if sides.refusal(step.who):
        yield RowError(number, column, "import_not_allowed")
    if row["last_on"] and on < row["last_on"]:
        yield RowError(number, column, "step_before_last", {"last_on": row["last_on"].isoformat()})
    if sides.stands_in(step.who) and not row["answer_number"]:
        yield RowError(number, "answer_number", "paper_stands_for_act")
    if received and receiver is None and row["received_cell"]:
        yield RowError(number, "received_cell", "received_outside")
    if received and receiver is not None:
        nowhere = row["received_cell"] and row["received_cell_id"] is None
        if nowhere or (row["entered_id"], receiver, on) not in found.below:
            yield RowError(number, "received_cell", "cell_not_below_destination")
        if row["entered_id"] == row["from_id"]:
            yield RowError(number, "received_cell", "same_cell")
    if step.after is TransferState.RECEIVED and row["present_id"] != row["from_id"]:
        yield RowError(number, column, "member_moved_meanwhile")


def _state(row: Record) -> TransferState:
    """Where the transfer stands before the answer."""
    return TransferState(row["last_state"]) if row["known"] else TransferState.INTRODUCED


def _settled(row: Record, found: _Found) -> tuple[Any, ...]:
    """What is judged of a sound row, in the order of `queries.SETTLED`."""
    kind, sender, on = TransferKind(row["kind"]), row["from_id"], row["introduced_on"]
    purpose, limit, days, expected_end = None, None, None, row["last_end"]
    if not row["known"]:
        terms = _terms(row, found)
        purpose, limit = terms.purpose, terms.rules.presented_by(on, sender)
        stay = to_period(found.candidates[row["member_id"], on]["days"])
        days, expected_end = to_range(Period(on, stay.end)), row["expected_end"]
    after, after_limit = None, None
    if row["answers"]:
        after = advance(STEPS[kind], _state(row), TransferStep(row["answer"])).after
        running = Limit(row["last_due_rule"], row["last_due_on"]) if row["last_due_rule"] else None
        after_limit = next_limit(after, running, expected_end)
    return (
        row["row"],
        purpose and purpose.value,
        limit and limit.on,
        limit and limit.rule,
        days,
        AWAY[kind].value,
        after and after.value,
        after_limit and after_limit.on,
        after_limit and after_limit.rule,
    )
