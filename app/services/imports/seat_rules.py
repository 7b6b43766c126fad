"""What the rules say of committees and seats of a file: the same as of single requests, row after row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.committees import CommitteeKind, HeldSeat, SeatBasis, SeatTitle
from app.domain.errors import RuleBroken
from app.domain.imports import RowError
from app.domain.partial_date import add_months
from app.queries.ranges import to_period
from app.services.committee_rules import CommitteeRules, Place, rules_of

RulesByPlace = Mapping[Place, CommitteeRules]


async def read(connection: Connection, committees: Iterable[Record]) -> RulesByPlace:
    """The rules of the committees, those of organizations that exist on the first day."""
    return await rules_of(connection, {_place(one) for one in committees if one["first_day"]})


def _place(committee: Mapping[str, Any]) -> Place:
    return committee["organization_id"], committee["first_day"]


def ends(
    committees: Iterable[Record], rules_by_place: RulesByPlace
) -> dict[UUID, tuple[date | None, date | None]]:
    """The ends of new committees that are told none, as long as the policy of the term says; those of organizations."""
    found = {}
    for one in committees:
        rules = rules_by_place.get(_place(one))
        if rules is None:
            continue
        untold = not one["known"] and one["term_to"] is None
        end = add_months(one["first_day"], rules.months.value) if untold and rules.months else None
        found[one["committee_id"]] = (end, rules.ended_on)
    return found


def judge_committees(committees: Iterable[Record], rules_by_place: RulesByPlace) -> Iterator[RowError]:
    """New committees whose term has no end, whose organization is not there, or whose size the rules refuse."""
    for one in committees:
        if one["known"] or one["first_day"] is None:
            continue
        rules = rules_by_place.get(_place(one))
        if rules is None:
            if one["term_to"] is None:
                yield RowError(one["row"], "term_from", "committee_outside_life")
            continue
        if rules.months is None and one["term_to"] is None:
            yield RowError(one["row"], "term_to", "term_end_missing")
        if one["kind"] == CommitteeKind.EXECUTIVE and one["size"] is not None:
            try:
                rules.sizes.judge(rules.kind, one["size"], rules.official)
            except RuleBroken as broken:
                yield _error(one["row"], "size", broken)


def judge_seats(
    seats: Sequence[Record], committees: Iterable[Record], rules_by_place: RulesByPlace
) -> Iterator[RowError]:
    """Rows whose seat, after those before it, exceeds what bounds its executive committee (R-COM-3, R-COM-4)."""
    places = {one["committee_id"]: one for one in committees}
    there: dict[UUID, list[HeldSeat]] = {}
    for one in seats:
        others = there.setdefault(one["committee_id"], [])
        seat = HeldSeat(
            one["member_id"], SeatTitle(one["title"]), SeatBasis(one["basis"]), to_period(one["valid"])
        )
        committee = places[one["committee_id"]]
        rules = rules_by_place.get(_place(committee))
        if one["row"] is not None and rules is not None and committee["size"] is not None:
            try:
                rules.caps(committee["size"], seat.valid.start).check_added(others, seat)
            except RuleBroken as broken:
                yield _error(one["row"], "title", broken)
                continue
        others.append(seat)


def _error(row: int, column: str, broken: RuleBroken) -> RowError:
    facts = {"rule": broken.rule, "value": broken.value, "source": broken.source, **broken.facts}
    return RowError(row, column, broken.message, facts)
