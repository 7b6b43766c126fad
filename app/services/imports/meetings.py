"""Imports of meetings: each is judged as a single request would be; what is recorded already stays as it is."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, roles_for
from app.domain.errors import DomainError, Invalid
from app.domain.import_cells import (
    Column,
    day_column,
    month_column,
    named_words_column,
    text_column,
    word_column,
)
from app.domain.import_file import Row
from app.domain.imports import Asked, ImportMode, RowError
from app.domain.meetings import AbsenceReason, MeetingBody, MeetingKind, NotHeldReason, last_day
from app.domain.operation import OperationKind
from app.models.meeting import MOST_ABSENCES, AbsenceNew, MeetingNew
from app.queries.imports import meetings as queries
from app.queries.imports import seats, staging
from app.services import history
from app.services.history import Cause
from app.services.imports.kind import Kind
from app.services.meeting_judging import judge

_JUDGED_AT_ONCE = 5000

COLUMNS: tuple[Column, ...] = (
    text_column("organization", 120, required=True),
    word_column("body", MeetingBody, required=True),
    word_column("kind", MeetingKind),
    month_column("month", required=True),
    day_column("held_on"),
    word_column("not_held_reason", NotHeldReason),
    named_words_column("absences", AbsenceReason, MOST_ABSENCES),
)

STAGED = {
    "organization": "text",
    "body": "text",
    "kind": "text",
    "month": "date",
    "held_on": "date",
    "not_held_reason": "text",
    "absent": "text[]",
    "reasons": "text[]",
    "day": "date",
    "fresh_id": "uuid",
}

_AT_FAULT = {
    "held_or_not": "held_on",
    "not_held_has_nothing": "not_held_reason",
    "month_far_from_day": "month",
    "congress_of_a_committee": "kind",
    "member_repeated": "absences",
}
"""The column of what a meeting says against itself."""


def finish(row: Row, asked: Asked) -> tuple[Any, ...]:
    """The absent apart from their reasons, the day on which it stands, and an id in case it is new."""
    organization, body, kind, month, held_on, not_held_reason, absences = row.values
    for name, value in (("organization", organization), ("body", body), ("month", month)):
        row.require(name, value)
    absent, reasons = zip(*absences, strict=True) if absences else ((), ())
    return (
        organization,
        body,
        kind or MeetingKind.REGULAR.value,
        month,
        held_on,
        not_held_reason,
        list(absent),
        list(reasons),
        held_on or (month and last_day(month)),
        history.new_id(),
    )


async def examine(connection: Connection, cause: Cause, asked: Asked) -> None:
    """Resolve, compare, and note what is wrong. To be applied, the organizations are owned first."""
    assert asked.system is not None  # refused before the file is read
    await queries.resolve_names(connection, asked.key, asked.system, cause.today)
    await seats.weigh_reach(
        connection,
        cause.actor.id,
        cause.today,
        visible=roles_for(Action.READ_ORGANIZATION),
        allowed=roles_for(Action.RECORD_MEETING),
        readers=roles_for(Action.READ_MEMBER),
    )
    if asked.mode is ImportMode.APPLY:
        await seats.own_allowed(connection)
    await queries.resolve_meetings(connection)
    await queries.check(connection)
    after = 0
    while rows := await queries.to_judge(connection, after, _JUDGED_AT_ONCE):
        after = rows[-1]["row"]
        await _judge(connection, cause, rows)


async def _judge(connection: Connection, cause: Cause, rows: list[Record]) -> None:
    """Judge meetings as single requests are, by rows; notes what is refused, and which committees met."""
    sound, errors = [], []
    for row in rows:
        meeting = _to_meeting(row)
        if fault := meeting.fault():
            errors.append(RowError(row["row"], _AT_FAULT[fault.type], fault.type))
        else:
            sound.append((f"/{row['row']}", meeting))
    committees = {}
    for one in await judge(connection, cause, sound):
        number = int(one.pointer[1:])
        if one.refusal is not None:
            errors += _errors(number, one.refusal)
        if one.committee_id is not None:
            committees[number] = one.committee_id
    await staging.add_errors(connection, errors)
    await queries.settle_committees(connection, committees)


def _to_meeting(row: Record) -> MeetingNew:
    """A row as a request would say it; its cells were read already."""
    absences = zip(row["absent"] or (), row["reasons"] or (), strict=True)
    return MeetingNew.model_construct(
        organization_id=row["organization_id"],
        body=MeetingBody(row["body"]),
        kind=MeetingKind(row["kind"]),
        month=row["month"],
        held_on=row["held_on"],
        not_held_reason=row["not_held_reason"] and NotHeldReason(row["not_held_reason"]),
        absences=[
            AbsenceNew.model_construct(member_id=member_id, reason=AbsenceReason(reason))
            for member_id, reason in absences
        ],
        resolutions=[],
    )


def _errors(row: int, refusal: DomainError) -> Iterator[RowError]:
    """A refusal by column. What is no fault of the row is the duty: that it is recorded already was noted before."""
    if not isinstance(refusal, Invalid):
        yield RowError(row, "organization", "import_not_allowed")
        return
    for error in refusal.errors:
        _, _, column, *place = error.pointer.split("/")
        facts = {"number": int(place[0]) + 1} if place else {}
        yield RowError(row, column, error.code, facts)


async def apply(connection: Connection, cause: Cause, operation_id: UUID) -> None:
    """Write the new meetings, and note the organizations concerned."""
    await queries.write(connection, operation_id)
    await history.touch(connection, cause, operation_id)


MEETINGS = Kind(
    action=Action.RECORD_MEETING,
    operation=OperationKind.MEETINGS_IMPORTED,
    subject="meeting_id",
    columns=COLUMNS,
    staged=STAGED,
    finish=finish,
    examine=examine,
    apply=apply,
    known=queries.KNOWN,
)
