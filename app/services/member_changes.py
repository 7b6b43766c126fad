"""What is recorded of members: who comes onto the roll, what changes, what was recorded wrongly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, HeldRole, require
from app.domain.change import Row, change_from
from app.domain.errors import Conflict, FieldError, Invalid, NotFound, RuleBroken
from app.domain.membership import ActivityStatus
from app.domain.names import fold, sort_key
from app.domain.operation import OperationKind
from app.domain.partial_date import PartialDate
from app.domain.period import Period
from app.domain.person import IdentifierKind
from app.etag import require_version
from app.models.correction import Dependent
from app.models.member import MemberRead, Particulars
from app.models.member_changes import (
    ActivityCorrection,
    BorneNumber,
    ChangedNumber,
    CorrectedMember,
    IdentifierCorrection,
    MemberChange,
    MemberCorrection,
    MemberCreation,
    MemberExternalIdCorrection,
    MembershipCorrection,
    MembershipValue,
    PersonCorrection,
)
from app.queries import facts, register, tree
from app.queries import history as history_queries
from app.queries import members as queries
from app.queries.asof import AsOf
from app.queries.facts import FactTable, Wanted
from app.queries.ranges import to_possible_day, to_range
from app.services import history, members
from app.services.access import held_roles, require_over
from app.services.history import Cause
from app.services.policies import Policies

TABLES: dict[str, FactTable] = {
    "person": facts.PERSON,
    "membership": facts.MEMBERSHIP,
    "activity": facts.ACTIVITY,
    "identifier": facts.IDENTIFIER,
    "external_id": facts.MEMBER_EXTERNAL_ID,
}
"""Each fact of a member by the name it has in the API."""

_NATION = UUID(int=0)


async def create(connection: Connection, cause: Cause, document: MemberCreation) -> MemberRead:
    """Put a person onto the roll of a cell from a day on; answers the member of that day, or of today if later."""
    cell_id, since = document.cell_id, document.since
    await tree.hold_cells(connection, [cell_id])
    ends = {"/body/cell_id": cell_id}
    await require_over(connection, cause, Action.CREATE_MEMBER, ends, Action.READ_ORGANIZATION)
    _require_one_of_a_kind(document.identifiers)
    _require_born("/body/birth_date", document.birth_date, since, cause.today)
    await _require_holding(connection, [(Period(since), cell_id)])
    member_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CREATED,
        {"member": str(member_id), "cell": str(cell_id)},
        reason=document.reason,
        effective_on=since,
        decisions=document.decisions,
    )
    await register.insert_members(connection, [member_id])
    said: list[tuple[FactTable, tuple[Any, ...], Mapping[str, Any]]] = [
        (facts.PERSON, (member_id,), _person(document)),
        (facts.MEMBERSHIP, (member_id,), {"cell_id": cell_id, "standing": document.standing}),
    ]
    if document.activity_status is not ActivityStatus.ACTIVE:
        said.append((facts.ACTIVITY, (member_id,), {"status": document.activity_status}))
    for one in document.identifiers:
        number = await _number(connection, one.kind, one.number, cell_id, since)
        said.append((facts.IDENTIFIER, (member_id, one.kind), number))
    for system, external_id in document.external_ids.items():
        said.append((facts.MEMBER_EXTERNAL_ID, (member_id, system), {"external_id": external_id}))
    for table, key, values in said:
        row = tuple(values.get(name) for name in table.values)
        await facts.overwrite(connection, table, operation_id, [Wanted(key, Period(since), row)])
    return await _touched(connection, cause, operation_id, member_id, [cell_id], since)


async def change(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberChange
) -> MemberRead:
    """Record what becomes true of a member from a day on, while on the roll."""
    on = document.effective_on
    member = await _take(connection, cause, member_id, [document.cell_id] if document.cell_id else [])
    require(Action.CHANGE_MEMBER, member.held)
    require_version(expected_version, member.version)
    _require_one_of_a_kind(document.identifiers)
    present = member.cell_on(on)
    if present is None:
        raise Invalid(FieldError("/body/effective_on", "not_on_the_roll"))
    edits = _edits(document)
    cells = await _require_change(connection, cause, member, on, present, edits.get("membership") or {})
    cell_id = document.cell_id or present
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CHANGED,
        {"member": str(member_id), "facts": sorted(_named(document)), "cells": _texts(cells)},
        reason=document.reason,
        effective_on=on,
        decisions=document.decisions,
    )
    for fact, edit in edits.items():
        await history.change(connection, TABLES[fact], operation_id, (member_id,), on, edit)
    for one in document.identifiers:
        number = await _number(connection, one.kind, one.number, cell_id, on) if one.number else None
        await history.change(connection, facts.IDENTIFIER, operation_id, (member_id, one.kind), on, number)
    return await _touched(connection, cause, operation_id, member_id, cells, member.began_on)


async def correct(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberCorrection
) -> CorrectedMember:
    """Make the register believe what a fact should have said over a period, as if recorded so at once."""
    period = _period(document)
    placed = document.value if isinstance(document, MembershipCorrection) else None
    named = [placed.cell_id] if placed and placed.cell_id else []
    member = await _take(connection, cause, member_id, named)
    require(Action.CORRECT_MEMBER, member.held)
    require_version(expected_version, member.version)
    cells = await _require_correction(connection, cause, member, period, placed)
    dependents: list[tuple[str, UUID]] = []
    count = 0
    if isinstance(document, MembershipCorrection):
        dependents, count = await queries.recorded_within(connection, member_id, to_range(period))
    key, value = await _corrected(connection, cause, member, document, period)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CORRECTED,
        {
            "member": str(member_id),
            "fact": document.fact,
            "period": str(period),
            "struck_out": value is None,
            "cells": _texts(cells),
            "evidence": document.evidence,
        },
        reason=document.reason,
    )
    await history.correct(connection, TABLES[document.fact], operation_id, key, period, value)
    if isinstance(document, MembershipCorrection):
        await _settle(connection, operation_id, member_id, period.start if placed else None)
    await _touch(connection, cause, operation_id, member_id, cells)
    return CorrectedMember(
        member=await _left_in_reach(connection, cause, member_id),
        dependents=[Dependent(kind=kind, id=id) for kind, id in dependents],
        dependents_count=count,
    )


@dataclass(frozen=True, slots=True)
class _Member:
    """A member taken in hand: locked, with what is believed of the membership."""

    id: UUID
    version: int
    home: UUID
    held: list[HeldRole]
    memberships: Sequence[Row]

    @property
    def began_on(self) -> date:
        return self.memberships[0][0].start

    @property
    def stays(self) -> list[Period]:
        """When the member is on a roll."""
        return [period for period, values in self.memberships if values["cell_id"]]

    def cell_on(self, day: date) -> UUID | None:
        """The cell whose roll the member is on that day."""
        return next((values["cell_id"] for period, values in self.memberships if period.contains(day)), None)

    def cells_within(self, period: Period) -> set[UUID]:
        """The cells whose rolls the member is on in the period."""
        return {
            values["cell_id"]
            for held, values in self.memberships
            if values["cell_id"] and held.overlaps(period)
        }


async def _take(connection: Connection, cause: Cause, member_id: UUID, named: Iterable[UUID]) -> _Member:
    """Lock a member and the cells concerned, then read; not found where out of reach."""
    await queries.lock(connection, member_id, named)
    row = await queries.reached_by(connection, member_id, cause.actor.id, cause.today)
    held = held_roles(row["held"] if row else None)
    if row is None or not members.may_read(held):
        raise NotFound("not_found")
    rows = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    return _Member(member_id, row["version"], row["cell_id"], held, rows)


def _edits(document: MemberChange) -> dict[str, dict[str, Any] | None]:
    """The named facts with what they become; None where they end. Numbers are apart."""
    given = _named(document)
    cannot_end = [
        name for name in ("full_name", "cell_id", "standing") if name in given and not getattr(document, name)
    ]
    if cannot_end:
        raise Invalid(*(FieldError(f"/body/{name}", "cannot_end") for name in cannot_end))
    if not given:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    edits: dict[str, dict[str, Any] | None] = {}
    if person := _person(document):
        edits["person"] = person
    if given & {"cell_id", "standing"}:
        edits["membership"] = document.model_dump(include=given & {"cell_id", "standing"})
    if "activity_status" in given:
        edits["activity"] = _departure(document.activity_status)
    return edits


def _named(document: MemberChange) -> set[str]:
    """The attributes the document speaks of."""
    return document.model_fields_set - {"effective_on", "reason", "decisions"}


def _person(document: Particulars) -> dict[str, Any]:
    """The given columns of the person; a name with the keys that sort and find it."""
    values = {
        name: getattr(document, name) for name in queries.PARTICULARS if name in document.model_fields_set
    }
    if values.get("full_name"):
        values |= {"sort_key": sort_key(values["full_name"]), "search_key": fold(values["full_name"])}
    return values


def _departure(status: ActivityStatus | None) -> dict[str, Any] | None:
    """The row that says so; none for ordinary activity."""
    return None if status in (None, ActivityStatus.ACTIVE) else {"status": status}


async def _number(
    connection: Connection, kind: IdentifierKind, number: str, cell_id: UUID, on: date
) -> dict[str, Any]:
    """The number and within what it is unique: the province for file numbers, the nation for others [domain §2.2]."""
    space = await queries.province_of(connection, cell_id, on) if kind is IdentifierKind.FILE_NUMBER else None
    return {"number": number, "number_space": space or _NATION}


def _require_one_of_a_kind(numbers: Sequence[BorneNumber | ChangedNumber]) -> None:
    if len({one.kind for one in numbers}) < len(numbers):
        raise Invalid(FieldError("/body/identifiers", "kind_repeated"))


async def _require_change(
    connection: Connection, cause: Cause, member: _Member, on: date, present: UUID, edit: dict[str, Any]
) -> set[UUID]:
    """The duty is held over the cell of the day, every cell whose stay the edit writes over, and the one entered.

    Answers these cells; each must hold members where a move is planned.
    """
    planned = change_from(member.memberships, on, edit) if edit else []
    written = {cell_id for period, _ in planned for cell_id in member.cells_within(period)} | {present}
    entered = edit.get("cell_id")
    ends = {"/body/cell_id": {entered} if entered else set(), "/body/effective_on": written - {entered}}
    await _require_over_all(connection, cause, Action.CHANGE_MEMBER, member, ends)
    if entered:
        await _require_holding(connection, [(period, values["cell_id"]) for period, values in planned])
    return set().union(*ends.values())


async def _require_correction(
    connection: Connection, cause: Cause, member: _Member, period: Period, placed: MembershipValue | None
) -> set[UUID]:
    """The duty is held over every cell of the period and over the one named, which must hold members.

    Answers these cells; where there are none, the cell by which the member is reached.
    """
    entered = placed.cell_id if placed else None
    ends = {
        "/body/period": member.cells_within(period) - {entered},
        "/body/value/cell_id": {entered} if entered else set(),
    }
    await _require_over_all(connection, cause, Action.CORRECT_MEMBER, member, ends)
    if entered:
        await _require_holding(connection, [(period, entered)])
    return set().union(*ends.values()) or {member.home}


async def _require_over_all(
    connection: Connection, cause: Cause, action: Action, member: _Member, ends: Mapping[str, set[UUID]]
) -> None:
    """The action is allowed over all the cells, by JSON pointer. Over the member's home it is known to be."""
    for pointer, cell_ids in ends.items():
        for cell_id in sorted(cell_ids - {member.home}):
            await require_over(connection, cause, action, {pointer: cell_id}, Action.READ_ORGANIZATION)


def _require_born(pointer: str, birth_date: PartialDate | None, *days: date) -> None:
    """Nobody is on a roll, or known of, before the first day on which the birth may have been."""
    if birth_date and birth_date.earliest and birth_date.earliest > min(days):
        raise Invalid(FieldError(pointer, "birth_in_future"))


async def _require_holding(connection: Connection, stays: Sequence[tuple[Period, UUID]]) -> None:
    """Every cell must exist and be of a type that holds members on every day of its stay (R-ORG-4)."""
    holding = await queries.holding_periods(connection, [cell_id for _, cell_id in stays])
    for stay, cell_id in stays:
        missing = stay.subtract(holding[cell_id])
        if not missing:
            continue
        on = missing[0].start
        policies = await Policies.read(connection, "org.type_catalogue")
        catalogue = policies.on("org.type_catalogue", on)
        raise RuleBroken(
            "R-ORG-4",
            "cell_holds_no_members",
            value=sorted(name for name, kind in catalogue.value.items() if kind["holds_members"]),
            source=catalogue.source,
            records=[str(cell_id)],
            on=on.isoformat(),
        )


def _period(document: MemberCorrection) -> Period:
    try:
        return document.period.to_period()
    except ValueError:
        raise Invalid(FieldError("/body/period", "period_empty")) from None


async def _corrected(
    connection: Connection, cause: Cause, member: _Member, document: MemberCorrection, period: Period
) -> tuple[tuple[Any, ...], dict[str, Any] | None]:
    """The key of the corrected fact, and its values; None: struck out."""
    match document:
        case PersonCorrection(value=particulars):
            first_days = [stay.start for stay in member.stays]
            _require_born("/body/value/birth_date", particulars.birth_date, cause.today, *first_days)
            return (member.id,), await _corrected_person(connection, member, document, period)
        case MembershipCorrection(value=value):
            return (member.id,), value.model_dump() if value else None
        case ActivityCorrection(value=value):
            departure = _departure(value.status if value else None)
            if departure:
                _require_on_the_roll(member, period)
            return (member.id,), departure
        case IdentifierCorrection(kind=kind, value=value):
            number = None
            if value:
                _require_on_the_roll(member, period)
                cell_id = member.cell_on(period.start) or member.home
                number = await _number(connection, kind, value.number, cell_id, period.start)
            return (member.id, kind), number
        case MemberExternalIdCorrection(system=system, value=value):
            return (member.id, system), value.model_dump() if value else None


def _require_on_the_roll(member: _Member, period: Period) -> None:
    """Activity and numbers are said of days on the roll; elsewhere they can only be struck out."""
    if period.subtract(member.stays):
        raise Invalid(FieldError("/body/period", "not_on_the_roll"))


async def _corrected_person(
    connection: Connection, member: _Member, document: PersonCorrection, period: Period
) -> dict[str, Any]:
    """The corrected particulars; only days on which the person is on record can be corrected."""
    value = _person(document.value)
    if not value:
        raise Invalid(FieldError("/body/value", "nothing_to_change"))
    if "full_name" in value and value["full_name"] is None:
        raise Invalid(FieldError("/body/value/full_name", "cannot_end"))
    recorded = [held for held, _ in await facts.believed(connection, facts.PERSON, (member.id,))]
    if period.subtract(recorded):
        began = (("began_on", recorded[0].start.isoformat()),) if recorded else ()
        raise Invalid(FieldError("/body/period", "person_not_on_record", began))
    return value


async def _settle(
    connection: Connection, operation_id: UUID, member_id: UUID, placed_on: date | None
) -> None:
    """Bring the record into line with a corrected membership, which cannot begin with an exit.

    No day on the roll is without a person, and a member who never was on a roll bears no number.
    """
    memberships = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    if not memberships:
        for table in (facts.ACTIVITY, facts.IDENTIFIER, facts.MEMBER_EXTERNAL_ID):
            await queries.strike_out(connection, table, operation_id, member_id)
    elif memberships[0][1]["cell_id"] is None:
        raise Conflict("exit_before_membership")
    elif placed_on:
        await _begin_record_by(connection, operation_id, member_id, placed_on)


async def _begin_record_by(connection: Connection, operation_id: UUID, member_id: UUID, day: date) -> None:
    """Let the particulars first recorded hold from the day on."""
    recorded = await facts.believed(connection, facts.PERSON, (member_id,))
    if recorded and day < recorded[0][0].start:
        first, values = recorded[0]
        _require_born("/body/period", to_possible_day(values["birth_date"]), day)
        row = tuple(values[name] for name in facts.PERSON.values)
        earlier = Wanted((member_id,), Period(day, first.start), row)
        await facts.overwrite(connection, facts.PERSON, operation_id, [earlier])


async def _left_in_reach(connection: Connection, cause: Cause, member_id: UUID) -> MemberRead | None:
    """The member after a correction; None where no membership is left, or only one out of reach."""
    memberships = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    if not memberships:
        return None
    try:
        return await _read(connection, cause, member_id, memberships[0][0].start)
    except NotFound:
        return None


async def _touch(
    connection: Connection, cause: Cause, operation_id: UUID, member_id: UUID, cells: Iterable[UUID]
) -> None:
    await history_queries.touch_organizations(
        connection, operation_id, cells, today=cause.today, changed=False
    )
    await history_queries.touch_members(connection, operation_id, [member_id])


async def _touched(
    connection: Connection,
    cause: Cause,
    operation_id: UUID,
    member_id: UUID,
    cells: Iterable[UUID],
    began_on: date,
) -> MemberRead:
    """Note what the operation concerns, then read."""
    await _touch(connection, cause, operation_id, member_id, cells)
    return await _read(connection, cause, member_id, began_on)


async def _read(connection: Connection, cause: Cause, member_id: UUID, began_on: date) -> MemberRead:
    """The member of today, or of the first day where that is to come."""
    as_of = AsOf(max(cause.today, began_on), None, cause.today)
    read = await members.get(connection, as_of, cause.actor, member_id)
    return read.model_copy(update={"known_at": None})


def _texts(ids: Iterable[UUID]) -> list[str]:
    return sorted(map(str, ids))
