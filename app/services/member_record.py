"""A member's record taken in hand, to be written: owned, read once, and the duties held over the cells it names."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range

from app.domain.access import Action, HeldRole
from app.domain.change import Row, Values
from app.domain.dossier_dates import DATES, check_order
from app.domain.errors import Conflict, FieldError, Invalid, NotFound, RuleBroken
from app.domain.membership import ActivityStatus
from app.domain.names import fold, sort_key
from app.domain.nation import NATION
from app.domain.partial_date import PartialDate
from app.domain.period import Period, cover
from app.domain.person import NUMBER_FORMS, IdentifierKind, NumberForm
from app.domain.policy import Confidence
from app.models.member import MemberRead, Particulars
from app.queries import facts, locks
from app.queries import members as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_possible_day
from app.services import members
from app.services.access import held_roles, require_over
from app.services.history import Cause
from app.services.policies import Policies


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member taken in hand: owned, with what is believed of the membership."""

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

    def stay_on(self, day: date) -> Period | None:
        """The days on a roll, of one cell after the other, that the day is among."""
        return next((stay for stay in cover(self.stays) if stay.contains(day)), None)

    def membership_on(self, day: date) -> Row | None:
        """The cell and standing of the day, or the exit, with the days on which they hold."""
        return next((row for row in self.memberships if row[0].contains(day)), None)

    def cell_on(self, day: date) -> UUID | None:
        """The cell whose roll the member is on that day."""
        row = self.membership_on(day)
        return row[1]["cell_id"] if row else None

    def cells_within(self, periods: Iterable[Period], begun_by: date | None = None) -> set[UUID]:
        """The cells whose rolls the member is on in the periods; only stays begun by a day, where one is given."""
        return {
            values["cell_id"]
            for period in periods
            for held, values in self.memberships
            if values["cell_id"] and held.overlaps(period) and (begun_by is None or held.start <= begun_by)
        }


async def take(connection: Connection, cause: Cause, member_id: UUID, named: Iterable[UUID]) -> MemberRecord:
    """Own a member, share the cells concerned, then read; not found where out of reach."""
    await locks.own_members(connection, [member_id], named)
    return await owned(connection, cause, member_id)


async def owned(connection: Connection, cause: Cause, member_id: UUID) -> MemberRecord:
    """The record of a member that is owned already; not found where out of reach."""
    row = await queries.reached_by(connection, member_id, cause.actor.id, cause.today)
    held = held_roles(row["held"] if row else None)
    if row is None or not members.may_read(held):
        raise NotFound("not_found")
    if row["merged"]:
        raise Conflict("record_merged")
    rows = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    return MemberRecord(member_id, row["version"], row["cell_id"], held, rows)


async def require_over_all(
    connection: Connection, cause: Cause, action: Action, member: MemberRecord, ends: Mapping[str, set[UUID]]
) -> None:
    """The action is allowed over all the cells, by JSON pointer. Over the member's home it is known to be."""
    for pointer, cell_ids in ends.items():
        for cell_id in sorted(cell_ids - {member.home}):
            await require_over(connection, cause, action, {pointer: [cell_id]}, Action.READ_ORGANIZATION)


async def require_holding(connection: Connection, stays: Sequence[tuple[Period, UUID]]) -> None:
    """Every cell must exist and be of a type that holds members on every day of its stay (R-ORG-4)."""
    await require_held(
        connection, stays, await queries.holding_periods(connection, [cell_id for _, cell_id in stays])
    )


async def require_held(
    connection: Connection, stays: Sequence[tuple[Period, UUID]], holding: Mapping[UUID, Sequence[Period]]
) -> None:
    """The same with the days on which each cell holds members, as they are known already."""
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


def require_born(pointer: str, birth_date: PartialDate | None, *days: date) -> None:
    """Nobody is on a roll, or known of, before the first day on which the birth may have been."""
    if birth_date and birth_date.earliest and birth_date.earliest > min(days):
        raise Invalid(FieldError(pointer, "birth_in_future"))


def require_dates_in_order(written: Iterable[tuple[Period, Values | None]], said: Collection[str]) -> None:
    """The dates said stand in their order in the dossier on all days written (R-MEM-7)."""
    if DATES.isdisjoint(said):
        return
    for _, values in written:
        check_order({name: _known(values.get(name)) for name in DATES} if values else {}, said)


def _known(day: PartialDate | Range | None) -> PartialDate | None:
    """A date as it is known: what is said comes so, what was recorded as its possible days."""
    return to_possible_day(day) if isinstance(day, Range) else day


def particulars(document: Particulars) -> dict[str, Any]:
    """The given columns of the person; a name with the keys that sort and find it."""
    values = {
        name: getattr(document, name) for name in queries.PARTICULARS if name in document.model_fields_set
    }
    if values.get("full_name"):
        values |= {"sort_key": sort_key(values["full_name"]), "search_key": fold(values["full_name"])}
    return values


def departure(status: ActivityStatus | None) -> dict[str, Any] | None:
    """The row that says so; none for ordinary activity."""
    return None if status in (None, ActivityStatus.ACTIVE) else {"status": status}


async def number_value(
    connection: Connection, kind: IdentifierKind, number: str, cell_id: UUID, on: date
) -> dict[str, Any]:
    """The number and within what it is unique: the province for file numbers, the nation for others.

    Cards and citizen ids have the form that the policy of their day is sure of (R-MEM-5, R-MEM-9).
    """
    if kind in NUMBER_FORMS:
        await _require_form(connection, number, on, NUMBER_FORMS[kind])
    space = await queries.province_of(connection, cell_id, on) if kind is IdentifierKind.FILE_NUMBER else None
    return {"number": number, "number_space": space or NATION}


async def _require_form(connection: Connection, number: str, on: date, judged: NumberForm) -> None:
    policies = await Policies.read(connection, judged.policy)
    form = policies.said(judged.policy, on)
    if form and form.confidence is Confidence.SURE and not re.fullmatch(form.value, number):
        raise RuleBroken(judged.rule, judged.message, value=form.value, source=form.source)


async def read(connection: Connection, cause: Cause, member_id: UUID, began_on: date) -> MemberRead:
    """The member of today, or of the first day where that is to come."""
    as_of = AsOf(max(cause.today, began_on), None, cause.today)
    read = await members.get_written(connection, as_of, cause.actor, member_id)
    return read.model_copy(update={"known_at": None})


def as_texts(ids: Iterable[UUID]) -> list[str]:
    """Ids as an operation's `changes` hold them."""
    return sorted(map(str, ids))
