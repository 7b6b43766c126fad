"""What was recorded wrongly of a member, believed otherwise from now on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.change import correct_over
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.following import Followed
from app.etag import require_version
from app.models.correction import DependentOperation
from app.models.following import to_followed
from app.models.member import MemberRead
from app.models.member_corrections import (
    ActivityCorrection,
    CorrectedMember,
    IdentifierCorrection,
    MemberCorrection,
    MemberExternalIdCorrection,
    MembershipCorrection,
    MembershipValue,
    PersonCorrection,
)
from app.queries import facts, transfer_acts
from app.queries import members as queries
from app.queries.facts import MEMBER_FACTS, Wanted
from app.queries.ranges import to_possible_day, to_range
from app.services import following, history
from app.services.catalogues import require_codes
from app.services.history import Cause
from app.services.member_locks import require_unlocked
from app.services.member_numbers import require_unborne
from app.services.member_record import (
    MemberRecord,
    as_texts,
    departure,
    number_value,
    particulars,
    read,
    require_born,
    require_dates_in_order,
    require_over_all,
    take,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A correction that can be carried out: what is to be believed, and which cells it concerns.

    `followed`: where restructurings take the member.
    """

    document: MemberCorrection
    member: MemberRecord
    period: Period
    cells: set[UUID]
    plan: history.Plan
    followed: tuple[Followed, ...]


async def correct(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberCorrection
) -> CorrectedMember:
    """Make the register believe what a fact should have said over a period, as if recorded so at once.

    What is locked is corrected by two persons (R-MEM-1).
    """
    placed = _placed(document)
    named = [placed.cell_id] if placed and placed.cell_id else []
    member = await take(connection, cause, member_id, named)
    require(Action.CORRECT_MEMBER, member.held)
    require_version(expected_version, member.version)
    judged = await judge(connection, cause, member, document)
    later: list[tuple[str, UUID]] = []
    count = 0
    if isinstance(document, MembershipCorrection):
        later, count = await queries.recorded_within(connection, member_id, to_range(judged.period))
    if isinstance(document, PersonCorrection):
        await require_unlocked(connection, member_id, document.value, judged.period, "needs_second_person")
    await record(connection, cause, judged, OperationKind.MEMBER_CORRECTED)
    return CorrectedMember(
        member=await _left_in_reach(connection, cause, member_id),
        dependent_operations=[DependentOperation(kind=OperationKind(kind), id=id) for kind, id in later],
        dependent_operations_count=count,
        followed=to_followed(judged.followed),
    )


def _placed(document: MemberCorrection) -> MembershipValue | None:
    return document.value if isinstance(document, MembershipCorrection) else None


async def judge(
    connection: Connection, cause: Cause, member: MemberRecord, document: MemberCorrection
) -> Judged:
    """What a correction of a member taken in hand comes to; refused where it cannot be carried out."""
    period = document.period.required()
    cells = await _require_correction(connection, cause, member, period, _placed(document))
    key, value = await _corrected(connection, cause, member, document, period)
    plan = await history.plan_correction(connection, MEMBER_FACTS[document.fact], key, period, value)
    ways: tuple[Followed, ...] = ()
    if isinstance(document, MembershipCorrection):
        plan, ways = await following.followed(connection, plan)
    return Judged(document, member, period, cells, plan, ways)


async def record(
    connection: Connection,
    cause: Cause,
    judged: Judged,
    kind: OperationKind,
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> UUID:
    """Carry a judged correction out; answers its operation, whose `changes` also say what is given."""
    document, member_id, period = judged.document, judged.member.id, judged.period
    operation_id = await history.begin(
        connection,
        cause,
        kind,
        {
            "member": str(member_id),
            "fact": document.fact,
            "period": str(period),
            "struck_out": not any(values for _, values in judged.plan.written),
            "cells": as_texts(judged.cells),
            "evidence": document.evidence,
            **changes,
        },
        reason=document.reason,
    )
    await require_unborne(connection, cause, member_id, [judged.plan])
    await history.write(connection, operation_id, judged.plan)
    if isinstance(document, MembershipCorrection):
        await _settle(connection, operation_id, member_id, period.start if document.value else None)
    if isinstance(document, MembershipCorrection | ActivityCorrection):
        await transfer_acts.stay_away(connection, operation_id, transfer_acts.ONE_MEMBER, member_id)
    await history.touch(connection, cause, operation_id, concerned=judged.cells)
    return operation_id


async def _require_correction(
    connection: Connection, cause: Cause, member: MemberRecord, period: Period, placed: MembershipValue | None
) -> set[UUID]:
    """The duty is held over every cell of the period and over the one named.

    Answers these cells; where there are none, the cell by which the member is reached.
    """
    entered = placed.cell_id if placed else None
    ends = {
        "/body/period": member.cells_within([period]) - {entered},
        "/body/value/cell_id": {entered} if entered else set(),
    }
    await require_over_all(connection, cause, Action.CORRECT_MEMBER, member, ends)
    return set().union(*ends.values()) or {member.home}


async def _corrected(
    connection: Connection, cause: Cause, member: MemberRecord, document: MemberCorrection, period: Period
) -> tuple[tuple[Any, ...], dict[str, Any] | None]:
    """The key of the corrected fact, and its values; None: struck out."""
    match document:
        case PersonCorrection(value=said):
            first_days = [stay.start for stay in member.stays]
            require_born("/body/value/birth_date", said.birth_date, cause.today, *first_days)
            return (member.id,), await _corrected_person(connection, member, document, period)
        case MembershipCorrection(value=value):
            return (member.id,), value.model_dump() if value else None
        case ActivityCorrection(value=value):
            departed = departure(value.status if value else None)
            if departed:
                _require_on_the_roll(member, period)
            return (member.id,), departed
        case IdentifierCorrection(kind=kind, value=value):
            number = None
            if value:
                _require_on_the_roll(member, period)
                cell_id = member.cell_on(period.start) or member.home
                number = await number_value(connection, kind, value.number, cell_id, period.start)
            return (member.id, kind), number
        case MemberExternalIdCorrection(system=system, value=value):
            return (member.id, system), value.model_dump() if value else None


def _require_on_the_roll(member: MemberRecord, period: Period) -> None:
    """Activity and numbers are said of days on the roll; elsewhere they can only be struck out."""
    if period.subtract(member.stays):
        raise Invalid(FieldError("/body/period", "not_on_the_roll"))


async def _corrected_person(
    connection: Connection, member: MemberRecord, document: PersonCorrection, period: Period
) -> dict[str, Any]:
    """The corrected particulars; only days on which the person is on record can be corrected."""
    value = particulars(document.value)
    if not value:
        raise Invalid(FieldError("/body/value", "nothing_to_change"))
    if "full_name" in value and value["full_name"] is None:
        raise Invalid(FieldError("/body/value/full_name", "cannot_end"))
    believed = await facts.believed(connection, facts.PERSON, (member.id,))
    recorded = [held for held, _ in believed]
    if period.subtract(recorded):
        began = (("began_on", recorded[0].start.isoformat()),) if recorded else ()
        raise Invalid(FieldError("/body/period", "person_not_on_record", began))
    require_dates_in_order(correct_over(believed, period, value), value)
    await require_codes(connection, history.Plan(facts.PERSON, (member.id,), [(period, value)]), value)
    return value


async def _settle(
    connection: Connection, operation_id: UUID, member_id: UUID, placed_on: date | None
) -> None:
    """Bring the record into line with a corrected membership, which cannot begin with an exit.

    No day on the roll is without a person. A departure from ordinary activity holds on days on the roll; numbers
    and the ids of other systems from the first of them on, for they outlast an exit.
    """
    memberships = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    if memberships and memberships[0][1]["cell_id"] is None:
        raise Conflict("exit_before_membership")
    stays = [period for period, values in memberships if values["cell_id"]]
    since_the_first = [Period(stay.start) for stay in stays[:1]]
    for table in MEMBER_FACTS.values():
        if table not in (facts.PERSON, facts.MEMBERSHIP):
            days = stays if table is facts.ACTIVITY else since_the_first
            await queries.confine(connection, table, operation_id, member_id, days)
    if placed_on:
        await _begin_record_by(connection, operation_id, member_id, placed_on)


async def _begin_record_by(connection: Connection, operation_id: UUID, member_id: UUID, day: date) -> None:
    """Let the particulars first recorded hold from the day on."""
    recorded = await facts.believed(connection, facts.PERSON, (member_id,))
    if recorded and day < recorded[0][0].start:
        first, values = recorded[0]
        require_born("/body/period", to_possible_day(values["birth_date"]), day)
        days = Period(day, first.start)
        await require_codes(connection, history.Plan(facts.PERSON, (member_id,), [(days, values)]), values)
        earlier = Wanted((member_id,), days, values)
        await facts.overwrite(connection, facts.PERSON, operation_id, [earlier])


async def _left_in_reach(connection: Connection, cause: Cause, member_id: UUID) -> MemberRead | None:
    """The member after a correction; None where no membership is left, or only one out of reach."""
    memberships = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    if not memberships:
        return None
    try:
        return await read(connection, cause, member_id, memberships[0][0].start)
    except NotFound:
        return None
