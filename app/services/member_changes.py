"""Who comes onto the roll, and what changes of a member from a day on."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.change import Values
from app.domain.errors import FieldError, Invalid, RuleBroken
from app.domain.membership import ActivityStatus
from app.domain.operation import OperationKind
from app.domain.period import Period, cover
from app.domain.person_name import NAME_DECIDED_BY
from app.domain.restructuring.following import Followed
from app.domain.standing_steps import check_standing_kept
from app.etag import require_version
from app.models.following import to_followed
from app.models.member import MemberRead
from app.models.member_changes import (
    BorneNumber,
    ChangedNumber,
    MemberChange,
    MemberCreation,
    Newcomer,
    WrittenMember,
)
from app.queries import facts, locks, register
from app.queries.facts import FactTable
from app.services import following, history
from app.services.access import require_over
from app.services.catalogues import require_codes
from app.services.history import Cause, Plan
from app.services.member_locks import require_unlocked
from app.services.member_numbers import require_unborne
from app.services.member_record import (
    MemberRecord,
    as_texts,
    number_value,
    particulars,
    read,
    require_born,
    require_dates_in_order,
    require_over_all,
    take,
)


async def create(connection: Connection, cause: Cause, document: MemberCreation) -> WrittenMember:
    """Put a person onto the roll of a cell from a day on; answers the member of that day, or of today if later."""
    cell_id, since = document.cell_id, document.since
    member_id = history.new_id()
    stay, ways = await require_newcomer(connection, cause, member_id, document, "/body")
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CREATED,
        {"member": str(member_id), "cell": str(cell_id)},
        reason=document.reason,
        effective_on=since,
        decisions=document.decisions,
    )
    await put_on_the_roll(connection, cause, operation_id, document, stay)
    await history.touch(connection, cause, operation_id)
    return _written(await read(connection, cause, member_id, since), ways)


def _written(member: MemberRead, ways: Iterable[Followed]) -> WrittenMember:
    return WrittenMember(**dict(member), followed=to_followed(ways))


async def require_newcomer(
    connection: Connection, cause: Cause, member_id: UUID, newcomer: Newcomer, pointer: str
) -> tuple[Plan, tuple[Followed, ...]]:
    """Share the cell, which the actor may put members into, and refuse what cannot be of a person on its roll.

    Answers the membership, and where restructurings that are known already take it.
    """
    cell_id, since = newcomer.cell_id, newcomer.since
    await locks.share_organizations(connection, [cell_id])
    ends = {f"{pointer}/cell_id": [cell_id]}
    await require_over(connection, cause, Action.CREATE_MEMBER, ends, Action.READ_ORGANIZATION)
    _require_one_of_a_kind(newcomer.identifiers, pointer)
    require_born(f"{pointer}/birth_date", newcomer.birth_date, since, cause.today)
    values = {"cell_id": cell_id, "standing": newcomer.standing}
    stay = await following.of_stay(connection, member_id, Period(since), values)
    said = particulars(newcomer)
    plan = Plan(facts.PERSON, (), [(Period(since), said)])
    require_dates_in_order(plan.written, said)
    await require_codes(connection, plan, said)
    return stay


async def put_on_the_roll(
    connection: Connection, cause: Cause, operation_id: UUID, newcomer: Newcomer, stay: Plan
) -> None:
    """Write down all that is said of a person who is new in the register, whose membership is judged."""
    cell_id, since = newcomer.cell_id, newcomer.since
    (member_id,) = stay.key
    await register.insert_members(connection, [member_id])
    said = [Plan(facts.PERSON, (member_id,), [(Period(since), particulars(newcomer))]), stay]
    if newcomer.activity_status is not ActivityStatus.ACTIVE:
        on_the_roll = cover(period for period, values in stay.written if values and values["cell_id"])
        departed = [(period, {"status": newcomer.activity_status}) for period in on_the_roll]
        said.append(Plan(facts.ACTIVITY, (member_id,), departed))
    for one in newcomer.identifiers:
        number = await number_value(connection, one.kind, one.number, cell_id, since)
        said.append(Plan(facts.IDENTIFIER, (member_id, one.kind), [(Period(since), number)]))
    await require_unborne(connection, cause, member_id, said)
    for system, external_id in newcomer.external_ids.items():
        values = {"external_id": external_id}
        said.append(Plan(facts.MEMBER_EXTERNAL_ID, (member_id, system), [(Period(since), values)]))
    for plan in said:
        await history.write(connection, operation_id, plan)


async def change(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberChange
) -> WrittenMember:
    """Record what becomes true of a member from a day on, while on the roll."""
    on = document.effective_on
    member = await take(connection, cause, member_id, [document.cell_id] if document.cell_id else [])
    require(Action.CHANGE_MEMBER, member.held)
    require_version(expected_version, member.version)
    _require_one_of_a_kind(document.identifiers)
    present = member.cell_on(on)
    if present is None:
        raise Invalid(FieldError("/body/effective_on", "not_on_the_roll"))
    edits = _edits(member_id, document)
    if document.full_name is not None and not document.decisions:
        raise RuleBroken("R-MEM-4", "name_by_decision", source=NAME_DECIDED_BY)
    for one in document.identifiers:
        cell_id = document.cell_id or present
        number = await number_value(connection, one.kind, one.number, cell_id, on) if one.number else None
        edits.append((facts.IDENTIFIER, (member_id, one.kind), number))
    plans, ways = await _planned(connection, member, on, edits)
    for plan in plans:
        await require_codes(connection, plan, document.model_fields_set)
        if plan.table is facts.PERSON:
            require_dates_in_order(plan.written, document.model_fields_set)
        if plan.table is facts.MEMBERSHIP:
            changed = [(period, values) for period, values in plan.written if values]
            check_standing_kept(member.memberships, changed)
    await require_unlocked(connection, member_id, document, Period(on), "locked_only_corrected")
    await require_unborne(connection, cause, member_id, plans)
    cells = await _require_change(connection, cause, member, present, document.cell_id, plans)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CHANGED,
        {"member": str(member_id), "facts": sorted(_named(document)), "cells": as_texts(cells)},
        reason=document.reason,
        effective_on=on,
        decisions=document.decisions,
    )
    for plan in plans:
        await history.write(connection, operation_id, plan)
    await history.touch(connection, cause, operation_id, concerned=cells)
    return _written(await read(connection, cause, member_id, member.began_on), ways)


async def _planned(
    connection: Connection,
    member: MemberRecord,
    on: date,
    edits: Iterable[tuple[FactTable, tuple[Any, ...], Values | None]],
) -> tuple[list[Plan], tuple[Followed, ...]]:
    """What the edits come to, and where restructurings take the membership."""
    plans: list[Plan] = []
    ways: tuple[Followed, ...] = ()
    for table, key, edit in edits:
        if table is facts.MEMBERSHIP and edit is not None:
            plan, ways = await following.plan_change(connection, member.id, member.memberships, on, edit)
        else:
            plan = await history.plan_change(connection, table, key, on, edit)
        plans.append(plan)
    return plans, ways


def _edits(member_id: UUID, document: MemberChange) -> list[tuple[FactTable, tuple[Any, ...], Values | None]]:
    """The named facts with what they become; None where they end. Numbers are apart."""
    given = _named(document)
    cannot_end = [
        name for name in ("full_name", "cell_id", "standing") if name in given and not getattr(document, name)
    ]
    if cannot_end:
        raise Invalid(*(FieldError(f"/body/{name}", "cannot_end") for name in cannot_end))
    if not given:
        raise Invalid(FieldError("/body", "nothing_to_change"))
    edits: list[tuple[FactTable, tuple[Any, ...], Values | None]] = []
    if person := particulars(document):
        edits.append((facts.PERSON, (member_id,), person))
    if given & {"cell_id", "standing"}:
        edits.append(
            (facts.MEMBERSHIP, (member_id,), document.model_dump(include=given & {"cell_id", "standing"}))
        )
    return edits


def _named(document: MemberChange) -> set[str]:
    """The attributes the document speaks of."""
    return document.model_fields_set - {"effective_on", "reason", "decisions"}


def _require_one_of_a_kind(numbers: Sequence[BorneNumber | ChangedNumber], pointer: str = "/body") -> None:
    if len({one.kind for one in numbers}) < len(numbers):
        raise Invalid(FieldError(f"{pointer}/identifiers", "kind_repeated"))


async def _require_change(
    connection: Connection,
    cause: Cause,
    member: MemberRecord,
    present: UUID,
    entered: UUID | None,
    plans: Iterable[history.Plan],
) -> set[UUID]:
    """The duty is held over the cell of the day, the one entered, and every cell whose days are written over.

    A stay that is still to come counts where the membership itself is written over; anything else that changes
    now simply goes on holding there. Answers these cells.
    """
    written = {present}
    for plan in plans:
        moves = plan.table is facts.MEMBERSHIP
        periods = [period for period, _ in plan.written]
        written |= member.cells_within(periods, begun_by=None if moves else cause.today)
    ends = {"/body/cell_id": {entered} if entered else set(), "/body/effective_on": written - {entered}}
    await require_over_all(connection, cause, Action.CHANGE_MEMBER, member, ends)
    return set().union(*ends.values())
