"""Members: what a person asks of them."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.access import Action, Actor, HeldRole, allows, roles_for
from app.domain.errors import NotFound, NotYet
from app.domain.masking import mask_birth_date, mask_number
from app.domain.membership import ActivityStatus
from app.domain.names import fold
from app.domain.partial_date import PartialDate, Precision
from app.models.member import (
    CellPlace,
    MaskedIdentifier,
    MemberItem,
    MemberRead,
    MemberSearch,
    TimelineItem,
)
from app.paging import Listing, check_frame
from app.queries import members as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_possible_day, to_range
from app.services.access import held_roles, permitted

ACTIONS = (Action.CHANGE_MEMBER, Action.CORRECT_MEMBER)
"""What can be done with a member."""

_BY_NAME = {"sort_key": "text", "id": "uuid"}
_IN_TIME = {"from_": "date", "fact": "text", "id": "bigint"}
_POSSIBLE_DAYS = frozenset({"birth_date", "youth_union_on", "admitted_on", "inducted_on", "recognised_on"})


async def get(connection: Connection, as_of: AsOf, actor: Actor, member_id: UUID) -> MemberRead:
    """One member on a day. 404 where out of reach, not known then, or not yet on the roll."""
    row = await queries.get(connection, as_of, member_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not may_read(held):
        raise NotFound("not_found")
    known_at = check_frame(row, as_of)
    if row["began_on"] is None:
        raise NotFound("not_found")
    if row["began_on"] > as_of.on or row["full_name"] is None:
        raise NotYet("not_yet", began_on=str(row["began_on"]))
    assert known_at is not None  # it exists, so an operation made it
    masked = not allows(Action.READ_BIRTH_DATE, held)
    return MemberRead(
        **_particulars(row, masked),
        **{name: row[name] for name in ("id", "standing", "exit_reason", "exited_on", "began_on", "version")},
        birth_date_masked=masked,
        cell=CellPlace(id=row["cell_id"], name=row["cell_name"], path=row["path"] or []),
        activity_status=_activity(row),
        identifiers=[_masked(kind, number) for kind, number in sorted((row["identifiers"] or {}).items())],
        external_ids=row["external_ids"] or {},
        on=as_of.on,
        known_at=known_at,
        actions=permitted(ACTIONS, held),
    )


def may_read(held: list[HeldRole]) -> bool:
    """Whether the roles held over the member's cell let the actor see the member at all."""
    return allows(Action.READ_MEMBER, held)


def _particulars(row: Record, masked: bool) -> dict[str, Any]:
    values = {
        name: to_possible_day(row[name]) if name in _POSSIBLE_DAYS else row[name]
        for name in queries.PARTICULARS
    }
    if masked:
        values["birth_date"] = mask_birth_date(values["birth_date"])
    return values


def _masked(kind: str, number: str) -> MaskedIdentifier:
    return MaskedIdentifier(kind=kind, number=mask_number(number))


def _activity(row: Record) -> str | None:
    return None if row["standing"] is None else row["activity_status"] or ActivityStatus.ACTIVE.value


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The members of a day within reach, in Vietnamese order."""
    return _listing(as_of, actor, filters)


def _listing(
    as_of: AsOf, actor: Actor, filters: queries.Filters, birth_roles: list[str] | None = None
) -> Listing:
    sql, arguments, visible = queries.listed(
        as_of, filters, actor.id, roles_for(Action.READ_MEMBER), birth_roles
    )
    return Listing(sql, arguments, _BY_NAME, to_item, visible=visible, extra=queries.shown(as_of))


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
    sql, arguments, visible = queries.timeline(
        as_of, member_id, actor.id, roles_for(Action.READ_MEMBER), roles_for(Action.READ_BIRTH_DATE)
    )
    return Listing(
        sql, arguments, _IN_TIME, _to_timeline_item, visible=visible, extra=queries.cell_named(as_of)
    )


def _to_timeline_item(row: Record) -> TimelineItem:
    value: dict[str, Any] = row["value"]
    shown: dict[str, Any] = {}
    match row["fact"]:
        case "membership":
            shown = {**value, "cell_name": row["cell_name"]}
        case "person":
            shown = {"particulars": _changed(value, row["before"] or {}, not row["birth_seen"])}
        case "activity":
            shown = {"activity_status": value["status"]}
        case "identifier":
            shown = {"identifier": _masked(**value)}
        case "external_id":
            shown = value
    frame = ("fact", "from_", "to", "operation_id", "recorded_at")
    return TimelineItem(**{name: row[name] for name in frame}, **shown)


def _changed(value: dict[str, Any], before: dict[str, Any], masked: bool) -> dict[str, str | None]:
    changed = {name: text for name, text in value.items() if text != before.get(name)}
    for name in _POSSIBLE_DAYS & changed.keys():
        born = _read_range(changed[name])
        shown = mask_birth_date(born) if masked and name == "birth_date" else born
        changed[name] = shown.isoformat() if shown else None
    return changed


def _read_range(text: str | None) -> PartialDate | None:
    """The possible days that JSON holds as `[1970-03-05,1970-03-06)`."""
    if text is None:
        return None
    lower, _, upper = text.strip("[)").partition(",")
    return to_possible_day(Range(date.fromisoformat(lower), date.fromisoformat(upper)))
