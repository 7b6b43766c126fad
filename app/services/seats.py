"""Seats in committees: read, made, ended, corrected."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.committees import BY_DECISION, CommitteeKind, SeatBasis, SeatEndReason, SeatTitle, kind_of
from app.domain.errors import DomainError, FieldError, Invalid, NotFound, refuse_any
from app.domain.finding import Finding, FindingCode
from app.domain.operation import Bulk, OperationKind
from app.etag import require_version
from app.models.correction import PeriodShape
from app.models.finding import to_findings
from app.models.seat import SeatCorrection, SeatEnding, SeatItem, SeatRead, SeatsNew
from app.paging import Listing, check_frame
from app.queries import facts, locks
from app.queries import seats as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.queries.reads import Asking, OfPersons
from app.services import history, reads, seating
from app.services.access import held_roles, permitted
from app.services.committee_rules import rules_of
from app.services.history import Cause
from app.services.seating import SeatedCommittee

ACTIONS = (Action.MANAGE_COMMITTEE,)
"""What can be done with a seat."""

_SAME = tuple(set(SeatItem.model_fields) - {"member_id", "full_name", "periods"})


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The seats held on a day in committees within reach, in the order in which they were made."""
    roles = roles_for(Action.READ_ORGANIZATION), roles_for(Action.READ_MEMBER)
    sql, arguments, visible, extra = queries.listed(as_of, filters, actor.id, *roles)
    return Listing(sql, arguments, {"id": "uuid"}, to_item, visible=visible, extra=extra, persons=OfPersons())


def to_item(row: Record) -> SeatItem:
    """A seat as lists show it."""
    return SeatItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    seen = row["seen"]
    return {name: row[name] for name in _SAME} | {
        "member_id": row["member_id"] if seen else None,
        "full_name": row["full_name"] if seen else None,
        "periods": [PeriodShape(from_=one.lower, to=one.upper) for one in row["periods"]],
    }


async def get(connection: Connection, as_of: AsOf, actor: Actor, seat_id: UUID) -> SeatRead:
    """One seat, whether or not it is held on the day. 404 where its committee is out of reach."""
    return (await _find(connection, as_of, actor, seat_id))[0]


async def get_recorded(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, seat_id: UUID
) -> SeatRead:
    """One seat as `get` reads it, recorded."""
    found = await get(connection, as_of, actor, seat_id)
    await reads.record_shown(
        connection, asking, [found.member_id] if found.full_name and found.member_id else []
    )
    return found


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, seat_id: UUID
) -> tuple[SeatRead, list[HeldRole], UUID]:
    readers = roles_for(Action.READ_MEMBER)
    rows = await queries.get_many(connection, as_of, [seat_id], actor.id, readers)
    held = held_roles(rows[0]["held"] if rows else None)
    if not allows(Action.READ_ORGANIZATION, held):
        raise NotFound("not_found")
    row = rows[0]
    read = SeatRead(
        **_item(row),
        findings=to_findings(_findings(row)),
        on=as_of.on,
        known_at=check_frame(row, as_of),
        actions=permitted(ACTIONS, held),
    )
    return read, held, row["member_id"]


def _findings(row: Record) -> list[Finding]:
    """A seat given by the superior names its decision, and so does one that ended by a decision (R-COM-8)."""
    sources = []
    if row["basis"] != SeatBasis.ELECTED and not row["names_paper"]:
        sources.append("294 16")
    if row["end_reason"] in BY_DECISION and not row["end_names_paper"]:
        sources.append("294 16.4")
    return [Finding("R-COM-8", FindingCode.DECISION_NOT_NAMED, source=one) for one in sources]


async def create(
    connection: Connection, cause: Cause, document: SeatsNew
) -> list[tuple[str, SeatItem | DomainError]]:
    """Give seats, in one act. Answers each item's pointer with the seat, or with the refusal (`each` only)."""
    committees = await _committees(connection, cause, {one.committee_id for one in document.seats})
    asked = [(f"/body/seats/{number}", one.committee_id, one) for number, one in enumerate(document.seats)]
    judged = await seating.judge(connection, cause, committees, asked)
    if document.bulk is Bulk.ALL_OR_NOTHING:
        refuse_any(one.refusal for one in judged)
    accepted = [one for one in judged if one.refusal is None]
    if accepted:
        operation_id = await history.begin(
            connection,
            cause,
            OperationKind.SEATS_CREATED,
            {"seats": [str(one.id) for one in accepted]},
            reason=document.reason,
            decisions=document.decisions,
        )
        await seating.write(connection, operation_id, judged)
        await history.touch(connection, cause, operation_id)
    readers = roles_for(Action.READ_MEMBER)
    ids = [one.id for one in accepted]
    rows = await queries.get_many(connection, cause.as_of, ids, cause.actor.id, readers)
    items = {row["id"]: to_item(row) for row in rows}
    return [(one.pointer, one.refusal or items[one.id]) for one in judged]


async def _committees(
    connection: Connection, cause: Cause, committee_ids: set[UUID]
) -> dict[UUID, SeatedCommittee]:
    """The committees within reach, their organizations owned, with all who sit in them."""
    rows = [
        row
        for row in await queries.committees(connection, committee_ids, cause.actor.id, cause.today)
        if allows(Action.READ_ORGANIZATION, held_roles(row["held"]))
    ]
    await locks.own_organizations(connection, {row["organization_id"] for row in rows})
    places = {row["id"]: (row["organization_id"], row["days"][0].lower) for row in rows}
    rules_by_place = await rules_of(connection, places.values())
    committees = {
        row["id"]: SeatedCommittee(
            id=row["id"],
            organization_id=row["organization_id"],
            kind=CommitteeKind(row["kind"]),
            size=row["size"],
            days=[to_period(one) for one in row["days"]],
            held=held_roles(row["held"]),
            rules=rules_by_place.get(places[row["id"]]),
        )
        for row in rows
    }
    for row in await queries.held_seats(connection, committees):
        committees[row["committee_id"]].seats.append(seating.to_held_seat(row))
    return committees


async def end(
    connection: Connection, cause: Cause, seat_id: UUID, expected_version: int, document: SeatEnding
) -> SeatRead:
    """End a seat before the term, on whatever day that was or will be."""
    seat, _ = await _changeable(connection, cause, seat_id, expected_version)
    if not any(one.to is None or one.to > document.ended_on for one in seat.periods):
        raise Invalid(FieldError("/body/ended_on", "seat_ended_by_then"))
    if all(one.from_ >= document.ended_on for one in seat.periods):
        raise Invalid(FieldError("/body/ended_on", "seat_not_begun_by_then"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.SEAT_ENDED,
        {"seat": str(seat_id), "end_reason": document.end_reason.value},
        reason=document.reason,
        effective_on=document.ended_on,
        decisions=document.decisions,
    )
    await queries.end(connection, operation_id, [(seat_id, document.ended_on)], document.end_reason)
    return await _after(connection, cause, operation_id, seat)


async def correct(
    connection: Connection, cause: Cause, seat_id: UUID, expected_version: int, document: SeatCorrection
) -> SeatRead:
    """Make the register believe what a seat should have said over a period; without a value, that it was none."""
    period = document.period.required()
    seat, member_id = await _changeable(connection, cause, seat_id, expected_version)
    given = None if document.value is None else _given(document.value.model_dump(exclude_unset=True), seat)
    if given is not None:
        (member,) = await queries.candidates(connection, [member_id], cause.actor.id, cause.today)
        seating.require_official(member_id, [to_period(one) for one in member["official"]], period)
    plan = await history.plan_thing(connection, facts.SEAT, seat_id, period, given)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.SEAT_CORRECTED,
        {
            "seat": str(seat_id),
            "period": str(period),
            "struck_out": document.value is None,
            "evidence": document.evidence,
        },
        reason=document.reason,
    )
    await history.write(connection, operation_id, plan)
    return await _after(connection, cause, operation_id, seat)


def _given(value: dict[str, Any], seat: SeatRead) -> dict[str, Any]:
    """The corrected columns; title and basis cannot be taken away."""
    gone = [name for name in ("title", "basis") if name in value and value[name] is None]
    if gone:
        raise Invalid(*(FieldError(f"/body/value/{name}", "cannot_end") for name in gone))
    title: SeatTitle | None = value.get("title")
    if title is not None and kind_of(title) is not seat.committee_kind:
        raise Invalid(FieldError("/body/value/title", "title_of_another_kind"))
    return value


async def end_for_leaver(
    connection: Connection,
    cause: Cause,
    operation_id: UUID,
    member_id: UUID,
    on: date,
    end_reason: SeatEndReason,
    *,
    cells: tuple[UUID, UUID] | None = None,
) -> list[UUID]:
    """End a member's seats from a day on, as part of an operation that makes the member leave [294 16.4].

    With `cells` (the one left, the one entered) only the seats in committees of organizations that stand above the
    first on its last day and not above the second. No decision is needed. A temporary transfer ends no seat.
    Answers the seats ended in committees within reach.
    """
    await queries.end_of_leaver(connection, operation_id, member_id, on, end_reason, cells)
    roles = roles_for(Action.READ_ORGANIZATION)
    return await queries.ended_by(connection, operation_id, cause.actor.id, roles, cause.today)


async def _changeable(
    connection: Connection, cause: Cause, seat_id: UUID, expected_version: int
) -> tuple[SeatRead, UUID]:
    await queries.own_organization(connection, seat_id)
    seat, held, member_id = await _find(connection, cause.as_of, cause.actor, seat_id)
    require(Action.MANAGE_COMMITTEE, held)
    require_version(expected_version, seat.version)
    return seat, member_id


async def _after(connection: Connection, cause: Cause, operation_id: UUID, seat: SeatRead) -> SeatRead:
    await history.touch(connection, cause, operation_id)
    return (await get(connection, cause.as_of, cause.actor, seat.id)).model_copy(update={"known_at": None})
