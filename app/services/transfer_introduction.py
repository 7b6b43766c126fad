"""The introduction of members to another organization: one or a selection, tried first or carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, allows, require
from app.domain.errors import Conflict, DomainError, FieldError, Invalid, RuleBroken, refuse_any
from app.domain.finding import Finding
from app.domain.operation import Bulk, OperationKind
from app.domain.period import Period
from app.domain.transfers import (
    AWAY,
    FOR_A_TIME,
    PURPOSES,
    Limit,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
    blocking,
    held_findings,
    require_own_cell,
)
from app.models.transfer import TransfersNew
from app.queries import facts, locks, transfer_acts
from app.queries.facts import Wanted
from app.queries.ranges import to_period, to_range
from app.services import history, members
from app.services.access import held_roles
from app.services.history import Cause
from app.services.member_record import as_texts
from app.services.transfer_destinations import require_destination
from app.services.transfer_rules import TransferRules


@dataclass(frozen=True, slots=True)
class Introduced:
    """What becomes of one member: the refusal, or the transfer, which in a preview has no id."""

    member_id: UUID
    pointer: str
    refusal: DomainError | None = None
    transfer_id: UUID | None = None
    from_cell_id: UUID | None = None
    limit: Limit | None = None
    stay: Period | None = None
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the terms of an introduction are judged by; `near`: the cells for which its destination will do."""

    document: TransfersNew
    purpose: TransferPurpose | None
    rules: TransferRules
    near: set[UUID]


async def introduce(connection: Connection, cause: Cause, document: TransfersNew) -> list[Introduced]:
    """Introduce the members from the cells they are in on the day. Answers in the order of the request.

    Asked for all or nothing, one refusal refuses the whole, unless it is only tried (`preview`).
    """
    require_sound(document)
    if document.introduced_on > cause.today:
        raise Invalid(FieldError("/body/introduced_on", "day_to_come"))
    to = document.to_organization_id
    await locks.own_members(connection, document.member_ids, [to] if to else [])
    on = document.introduced_on
    looked_at = [(member_id, on) for member_id in document.member_ids]
    rows = await transfer_acts.candidates(connection, looked_at, cause.actor.id, cause.today)
    found = {row["id"]: row for row in rows}
    cells = {row["cell_id"] for row in rows if row["cell_id"]}
    if to:
        require_own_cell(document.kind, await require_destination(connection, cause, to, on))
    near = cells
    if document.kind is TransferKind.INTERNAL and to:
        ways = await transfer_acts.under_one_upper(connection, [(cell, to, on) for cell in cells])
        near = {cell for cell, _, _ in ways}
    terms = Terms(
        document,
        purpose_of(document),
        await TransferRules.read(connection, cells, on),
        near,
    )
    judged = [
        _judged(number, found.get(member_id), member_id, terms)
        for number, member_id in enumerate(document.member_ids)
    ]
    if document.bulk is Bulk.ALL_OR_NOTHING and not document.preview:
        refuse_any(one.refusal for one in judged)
    return judged if document.preview else await _write(connection, cause, terms, judged)


def purpose_of(document: TransfersNew) -> TransferPurpose | None:
    """What a transfer is for: a temporary one for work where nothing is said, others for nothing in particular."""
    return document.purpose or (TransferPurpose.WORK if document.kind is TransferKind.TEMPORARY else None)


def require_sound(document: TransfersNew) -> None:
    """Refuse terms that do not fit together."""
    wrong = []
    kind = document.kind
    if (document.to_organization_id is None) == (document.to_outside is None):
        wrong.append(FieldError("/body/to_organization_id", "one_destination"))
    elif kind is TransferKind.ABROAD and document.to_outside is None:
        wrong.append(FieldError("/body/to_organization_id", "abroad_is_outside"))
    elif kind is TransferKind.INTERNAL and document.to_organization_id is None:
        wrong.append(FieldError("/body/to_outside", "transfer_not_internal"))
    if kind is TransferKind.TEMPORARY and document.expected_end is None:
        wrong.append(FieldError("/body/expected_end", "end_required"))
    if document.expected_end and kind not in FOR_A_TIME:
        wrong.append(FieldError("/body/expected_end", "transfer_for_good"))
    if document.expected_end and document.expected_end <= document.introduced_on:
        wrong.append(FieldError("/body/expected_end", "end_before_begin"))
    if document.purpose and document.purpose not in PURPOSES[kind]:
        wrong.append(FieldError("/body/purpose", "purpose_of_another_kind"))
    if document.purpose is TransferPurpose.GRADUATION and document.moved_on is None:
        wrong.append(FieldError("/body/moved_on", "graduation_day_required"))
    if len(set(document.member_ids)) < len(document.member_ids):
        wrong.append(FieldError("/body/member_ids", "member_repeated"))
    if wrong:
        raise Invalid(*wrong)


def _judged(number: int, row: Record | None, member_id: UUID, terms: Terms) -> Introduced:
    pointer = f"/body/member_ids/{number}"
    if row is None or not members.may_read(held_roles(row["held_home"])):
        return Introduced(member_id, pointer, Invalid(FieldError(pointer, "unknown_member")))
    document, cell_id = terms.document, row["cell_id"]
    limit = terms.rules.presented_by(document.introduced_on, cell_id)
    try:
        require_introducible(pointer, row, terms)
    except DomainError as refusal:
        return Introduced(member_id, pointer, refusal, from_cell_id=cell_id)
    return Introduced(
        member_id,
        pointer,
        from_cell_id=cell_id,
        limit=limit,
        stay=to_period(row["days"]),
        findings=_held_later(row, terms),
    )


def _held_later(row: Record, terms: Terms) -> list[Finding]:
    """The introduction is dated before proceedings that run today."""
    on = terms.document.introduced_on
    return held_findings(
        [(on, ground) for ground in row["later_grounds"]],
        terms.rules.value("block_when", on, row["cell_id"]),
        named=allows(Action.READ_HOLD, held_roles(row["held_home"])),
    )


def require_introducible(pointer: str, row: Record, terms: Terms) -> None:
    """Refuse to introduce a member, as `transfer_acts.candidates` shows it on the day."""
    document, cell_id = terms.document, row["cell_id"]
    on = document.introduced_on
    if cell_id is None:
        raise Invalid(FieldError(pointer, "not_on_the_roll"))
    require(Action.SEND_TRANSFER, held_roles(row["held"]))
    if cell_id == document.to_organization_id:
        raise Invalid(FieldError(pointer, "same_cell"))
    if cell_id not in terms.near:
        raise Invalid(FieldError(pointer, "transfer_not_internal"))
    block_when = terms.rules.value("block_when", on, cell_id)
    running = [hold for hold in row["holds"] if blocking([hold["ground"]], block_when)]
    if running and block_when:
        seen = allows(Action.READ_HOLD, held_roles(row["held_home"]))
        raise RuleBroken(
            "R-TR-1",
            "transfer_held",
            value=block_when.value,
            source=block_when.source,
            records=[hold["id"] for hold in running] if seen else [],
            pointer=pointer,
        )
    if row["open"]:
        raise Conflict("transfer_open", pointer=pointer, records=[str(row["open"])])
    if document.kind is TransferKind.TEMPORARY and document.expected_end:
        terms.rules.require_stay(terms.purpose, on, document.expected_end, cell_id)


async def _write(
    connection: Connection, cause: Cause, terms: Terms, judged: Sequence[Introduced]
) -> list[Introduced]:
    document, on = terms.document, terms.document.introduced_on
    made = {one.member_id: history.new_id() for one in judged if one.refusal is None}
    accepted = [one for one in judged if one.member_id in made]
    if not accepted:
        return list(judged)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.TRANSFERS_INTRODUCED,
        {
            "transfers": as_texts(made.values()),
            "kind": document.kind.value,
            "to": str(document.to_organization_id) if document.to_organization_id else None,
        },
        reason=document.reason,
        effective_on=on,
        decisions=document.decisions,
    )
    wanted = [Wanted((made[one.member_id],), Period(on), _first_row(one, terms)) for one in accepted]
    await facts.overwrite(connection, facts.TRANSFER, operation_id, wanted)
    await transfer_acts.go_along(connection, operation_id)
    away = AWAY[document.kind].value
    absences = [
        (one.member_id, to_range(Period(on, one.stay.end if one.stay else None)), away) for one in accepted
    ]
    await transfer_acts.go_away(connection, operation_id, absences)
    await history.touch(connection, cause, operation_id)
    return [replace(one, transfer_id=made.get(one.member_id)) for one in judged]


def _first_row(one: Introduced, terms: Terms) -> Mapping[str, Any]:
    document = terms.document
    return {
        "member_id": one.member_id,
        "kind": document.kind,
        "purpose": terms.purpose,
        "from_cell_id": one.from_cell_id,
        "to_organization_id": document.to_organization_id,
        "to_outside": document.to_outside,
        "state": TransferState.INTRODUCED,
        "step": TransferStep.INTRODUCE,
        "introduced_on": document.introduced_on,
        "moved_on": document.moved_on,
        "expected_end": document.expected_end,
        "due_on": one.limit.on if one.limit else None,
        "due_rule": one.limit.rule if one.limit else None,
        "open_member_id": one.member_id,
    }
