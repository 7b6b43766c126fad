"""Members: what a person asks of them."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.access import Action, Actor, HeldRole, allows, role_may_not, roles_for
from app.domain.errors import Gone, NotFound, NotYet
from app.domain.leaving import RESTORABLE
from app.domain.masking import (
    ProtectedField,
    mask_birth_date,
    mask_line,
    mask_number,
    roles_that_see,
    whole_by_duty,
)
from app.domain.membership import ActivityStatus
from app.domain.names import fold
from app.domain.partial_date import PartialDate, Precision
from app.domain.person import IdentifierKind
from app.models.member import CellPlace, MaskedIdentifier, MemberItem, MemberRead, MemberSearch
from app.models.member_timeline import TimelineItem
from app.models.read import UnmaskedField, UnmaskedMember, Unmasking
from app.paging import Listing, check_frame
from app.queries import members as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_possible_day, to_range
from app.queries.reads import Asking, OfPersons, Showing, get_recorded
from app.recording import recorded_or_refused
from app.services.access import held_roles, permitted
from app.services.party_age import BREAKS, PROBATION, computed

ACTIONS = (
    Action.CHANGE_MEMBER,
    Action.DECIDE_MEMBER_STATUS,
    Action.EXIT_MEMBER,
    Action.RESTORE_MEMBER,
    Action.READMIT_MEMBER,
    Action.SEND_TRANSFER,
    Action.CORRECT_MEMBER,
    Action.PROPOSE_CORRECTION,
    Action.MANAGE_HOLD,
    Action.DISTINGUISH_MEMBERS,
    Action.MERGE_MEMBERS,
    Action.UNMASK_MEMBER,
)
"""What can be done with a member."""

_OF_THE_ROLL = (
    Action.CHANGE_MEMBER,
    Action.DECIDE_MEMBER_STATUS,
    Action.EXIT_MEMBER,
    Action.SEND_TRANSFER,
)

_BY_NAME = {"sort_key": "text", "id": "uuid"}
_IN_TIME = {"from_": "date", "fact": "text", "id": "bigint"}
_BIRTHS = ("birth_date", "citizen_birth_date")
_POSSIBLE_DAYS = frozenset({*_BIRTHS, "youth_union_on", "admitted_on", "inducted_on", "recognised_on"})


async def get(connection: Connection, as_of: AsOf, asking: Asking, member_id: UUID) -> MemberRead:
    """One member on a day, recorded. 404 where out of reach, not known then, or not yet on the roll."""
    showing = Showing(roles_for(Action.READ_MEMBER), roles_that_see())
    row, held = await _recorded(connection, as_of, asking, showing, Action.READ_MEMBER, member_id)
    return _to_read(row, as_of, held, frozenset(map(ProtectedField, row["shown_whole"])))


async def unmask(
    connection: Connection, as_of: AsOf, asking: Asking, member_id: UUID, document: Unmasking
) -> UnmaskedMember:
    """Values of a member as they are recorded; who asked for which, and for what, is recorded with them."""
    roles = roles_for(Action.UNMASK_MEMBER)
    asked = list(dict.fromkeys(document.fields))
    showing = Showing(
        roles, [(field.value, role) for field in asked for role in roles], document.purpose.value
    )
    row, _ = await _recorded(connection, as_of, asking, showing, Action.UNMASK_MEMBER, member_id)
    return UnmaskedMember(
        id=row["id"],
        fields=[UnmaskedField(field=field, value=_whole(row, field)) for field in asked],
        on=as_of.on,
        known_at=as_of.known_at or row["frame_latest"],
    )


async def _recorded(
    connection: Connection, as_of: AsOf, asking: Asking, showing: Showing, action: Action, member_id: UUID
) -> tuple[Record, list[HeldRole]]:
    """The member, of whom is shown what the record says; or why nothing was shown, and so nothing recorded."""
    sql, arguments = queries.one(as_of, member_id, asking.actor_id, (BREAKS, PROBATION))
    with recorded_or_refused():
        row = await get_recorded(connection, sql, arguments, asking, showing)
    held = _check(row, as_of)
    if not allows(action, held):
        raise role_may_not(action)
    assert row is not None and row["shown_whole"] is not None  # the statement and the checks say the same
    return row, held


def _check(row: Record | None, as_of: AsOf) -> list[HeldRole]:
    """The roles held over the member, who may be read on the day; else 404."""
    held = held_roles(row["held"] if row else None)
    if row is None or not may_read(held):
        raise NotFound("not_found")
    check_frame(row, as_of)
    if row["merged_into"] and may_read(held_roles(row["survivor_held"])):
        raise Gone("member_merged", survivor_id=str(row["merged_into"]))
    if row["began_on"] is None:
        raise NotFound("not_found")
    if row["began_on"] > as_of.on or row["full_name"] is None:
        raise NotYet("not_yet", began_on=str(row["began_on"]))
    return held


def _whole(row: Record, field: ProtectedField) -> str | None:
    match field:
        case ProtectedField.BIRTH_DATE:
            born = to_possible_day(row["birth_date"])
            return born.isoformat() if born else None
        case ProtectedField.RESIDENCE:
            residence: str | None = row["residence"]
            return residence
        case _:
            return (row["identifiers"] or {}).get(IdentifierKind(field.value).value)


async def get_written(connection: Connection, as_of: AsOf, actor: Actor, member_id: UUID) -> MemberRead:
    """The member as the answer to a write shows it: the operation itself is the record of that."""
    row = await queries.get(connection, as_of, member_id, actor.id, (BREAKS, PROBATION))
    held = _check(row, as_of)
    assert row is not None
    return _to_read(row, as_of, held, whole_by_duty(held))


def _to_read(row: Record, as_of: AsOf, held: list[HeldRole], whole: frozenset[ProtectedField]) -> MemberRead:
    same = ("id", "standing", "exit_reason", "exited_on", "began_on", "version")
    particulars = _particulars(row, whole)
    return MemberRead(
        **particulars,
        **{name: row[name] for name in same},
        birth_date_masked=ProtectedField.BIRTH_DATE not in whole,
        residence_masked=ProtectedField.RESIDENCE not in whole,
        cell=CellPlace(id=row["cell_id"], name=row["cell_name"], path=row["path"] or []),
        activity_status=_activity(row),
        **computed(row, particulars, as_of),
        identifiers=[_masked(kind, number) for kind, number in sorted((row["identifiers"] or {}).items())],
        external_ids=row["external_ids"] or {},
        on=as_of.on,
        known_at=as_of.known_at or row["frame_latest"],
        actions=permitted(ACTIONS, held, _hindered(row["exit_reason"])),
    )


def _hindered(exit_reason: str | None) -> dict[Action, str]:
    """What cannot be done with a member on the roll, or with one out, by the code of the refusal."""
    if exit_reason is None:
        return {Action.RESTORE_MEMBER: "nothing_to_restore", Action.READMIT_MEMBER: "nobody_to_readmit"}
    hindered = dict.fromkeys(_OF_THE_ROLL, "not_on_the_roll")
    return (
        hindered if exit_reason in RESTORABLE else {**hindered, Action.RESTORE_MEMBER: "nothing_to_restore"}
    )


def may_read(held: list[HeldRole]) -> bool:
    """Whether the roles held over the member's cell let the actor see the member at all."""
    return allows(Action.READ_MEMBER, held)


def _particulars(row: Record, whole: frozenset[ProtectedField]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: to_possible_day(row[name]) if name in _POSSIBLE_DAYS else row[name]
        for name in queries.PARTICULARS
    }
    if ProtectedField.BIRTH_DATE not in whole:
        values |= {name: mask_birth_date(values[name]) for name in _BIRTHS}
    if ProtectedField.RESIDENCE not in whole:
        values["residence"] = mask_line(values["residence"])
    return values


def _masked(kind: str, number: str) -> MaskedIdentifier:
    return MaskedIdentifier(kind=kind, number=mask_number(number))


def _activity(row: Record) -> str | None:
    return None if row["standing"] is None else row["activity_status"] or ActivityStatus.ACTIVE.value


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The members of a day within reach, in Vietnamese order."""
    return _listing(
        as_of, actor, filters, roles_for(Action.READ_BIRTH_DATE) if filters.births_differ else None
    )


def _listing(
    as_of: AsOf, actor: Actor, filters: queries.Filters, birth_roles: list[str] | None = None
) -> Listing:
    sql, arguments, visible = queries.listed(
        as_of, filters, actor.id, roles_for(Action.READ_MEMBER), birth_roles
    )
    return Listing(
        sql, arguments, _BY_NAME, to_item, visible=visible, extra=queries.shown(as_of), persons=OfPersons()
    )


def search(as_of: AsOf, actor: Actor, wanted: MemberSearch) -> Listing:
    """The members of a day within reach whom the search describes, in Vietnamese order.

    By month or day of birth only those are found whose whole birth date the actor may see.
    """
    filters = queries.Filters(
        within=wanted.within,
        standings=[one.value for one in wanted.standing] or None,
        activity_statuses=[one.value for one in wanted.activity_status] or None,
        name=fold(wanted.name) if wanted.name else None,
        number=wanted.number,
        born=to_range(wanted.born),
        sex=wanted.sex.value if wanted.sex else None,
        include_exited=wanted.include_exited,
    )
    exact = wanted.born is not None and wanted.born.precision is not Precision.YEAR
    return _listing(as_of, actor, filters, roles_for(Action.READ_BIRTH_DATE) if exact else None)


def to_item(row: Record) -> MemberItem:
    """A member as lists show one."""
    values = {name: row[name] for name in MemberItem.model_fields if name != "activity_status"}
    return MemberItem(**values, activity_status=_activity(row))


def timeline(as_of: AsOf, actor: Actor, member_id: UUID) -> Listing:
    """All that is believed of a member, in order of time."""
    seeing = queries.Seeing(
        roles_for(Action.READ_MEMBER), roles_for(Action.READ_BIRTH_DATE), roles_for(Action.READ_RESIDENCE)
    )
    sql, arguments, visible = queries.timeline(as_of, member_id, actor.id, seeing)
    return Listing(
        sql,
        arguments,
        _IN_TIME,
        _to_timeline_item,
        visible=visible,
        extra=queries.cell_named(as_of),
        persons=OfPersons(member_id, queries.SHOWN_WHOLE),
    )


def _to_timeline_item(row: Record) -> TimelineItem:
    value: dict[str, Any] = row["value"]
    shown: dict[str, Any] = {}
    match row["fact"]:
        case "membership":
            shown = {**value, "cell_name": row["cell_name"]}
        case "person":
            shown = {"particulars": _changed(row)}
        case "activity":
            shown = {"activity_status": value["status"]}
        case "identifier":
            shown = {"identifier": _masked(**value)}
        case "external_id":
            shown = value
    frame = ("fact", "from_", "to", "operation_id", "recorded_at")
    return TimelineItem(**{name: row[name] for name in frame}, **shown)


def _changed(row: Record) -> dict[str, str | None]:
    """The particulars that differ from the period before, masked after the comparison."""
    before = row["before"] or {}
    changed = {name: text for name, text in row["value"].items() if text != before.get(name)}
    for name in _POSSIBLE_DAYS & changed.keys():
        day = _read_range(changed[name])
        shown = day if row["birth_seen"] or name not in _BIRTHS else mask_birth_date(day)
        changed[name] = shown.isoformat() if shown else None
    if "residence" in changed and not row["residence_seen"]:
        changed["residence"] = mask_line(changed["residence"])
    return changed


def _read_range(text: str | None) -> PartialDate | None:
    """The possible days that JSON holds as `[1970-03-05,1970-03-06)`."""
    if text is None:
        return None
    lower, _, upper = text.strip("[)").partition(",")
    return to_possible_day(Range(date.fromisoformat(lower), date.fromisoformat(upper)))
