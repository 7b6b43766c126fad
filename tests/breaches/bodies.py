"""Committees, seats and meetings, broken."""

from datetime import date
from uuid import UUID

from make import OPENED

from app.domain.period import Period
from app.queries import facts
from app.services import history
from breaches.breaking import Breaker, breach

TERM = Period(OPENED, date(2190, 1, 1))


async def committee(at: Breaker, organization: str = "health", valid: Period = TERM) -> UUID:
    committee_id = history.new_id()
    said = (at.world[organization], "executive", "2023-2028", None, "congress", 9, None, None)
    await at.say(facts.COMMITTEE, (committee_id,), valid, *said)
    return committee_id


async def seat(
    at: Breaker, committee_id: UUID, name: str = "p0", title: str = "committee_member", valid: Period = TERM
) -> UUID:
    seat_id = history.new_id()
    await at.say(facts.SEAT, (seat_id,), valid, committee_id, at.world[name], title, "elected", None)
    return seat_id


@breach("committee_in_life")
async def a_committee_before_its_organization(at: Breaker) -> set[object]:
    return {await committee(at, valid=Period(date(2019, 1, 1), date(2024, 1, 1)))}


@breach("committee_one_of_a_kind")
async def two_committees_at_once(at: Breaker) -> set[object]:
    await at.drop("committee", "ex_committee_one_of_a_kind")
    return {await committee(at), await committee(at)}


@breach("seat_in_committee")
async def a_seat_after_the_term(at: Breaker) -> set[object]:
    committee_id = await committee(at, valid=Period(OPENED, date(2024, 1, 1)))
    return {await seat(at, committee_id)}


@breach("seat_of_official")
async def a_seat_of_a_probationary_member(at: Breaker) -> set[object]:
    return {await seat(at, await committee(at), "p2")}


@breach("seat_held_once")
async def two_secretaries(at: Breaker) -> set[object]:
    await at.drop("seat", "ex_seat_one_head")
    committee_id = await committee(at)
    return {await seat(at, committee_id, name, "secretary") for name in ("p0", "p1")}


@breach("seat_held_once")
async def a_person_in_two_seats(at: Breaker) -> set[object]:
    await at.drop("seat", "ex_seat_one_of_a_person")
    committee_id = await committee(at)
    return {await seat(at, committee_id), await seat(at, committee_id)}


async def _meeting(at: Breaker, day: date = date(2023, 5, 4), held: bool = True) -> UUID:
    meeting_id = history.new_id()
    reason = None if held else "other"
    said = (at.world["health-1"], "cell", None, "regular", day.replace(day=1), reason)
    await at.say(facts.MEETING, (meeting_id,), Period.of_day(day), *said)
    return meeting_id


@breach("meeting_in_life")
async def a_meeting_before_its_organization(at: Breaker) -> set[object]:
    return {await _meeting(at, date(2019, 5, 4))}


@breach("meeting_one_regular")
async def two_regular_meetings_of_a_month(at: Breaker) -> set[object]:
    await at.drop("meeting", "ex_meeting_one_regular")
    return {await _meeting(at), await _meeting(at, date(2023, 5, 20))}


@breach("record_of_meeting")
async def an_absence_from_a_meeting_that_was_not_held(at: Breaker) -> set[object]:
    meeting_id = await _meeting(at, date(2023, 5, 31), held=False)
    await at.say(facts.ABSENCE, (meeting_id, at.world["p0"]), Period.of_day(date(2023, 5, 31)), "ill")
    return {meeting_id}


@breach("record_of_meeting")
async def a_resolution_of_another_day(at: Breaker) -> set[object]:
    meeting_id = await _meeting(at)
    said = ("Nghị quyết", "two_thirds", 2, {}, 2)
    await at.say(facts.RESOLUTION, (meeting_id, 1), Period.of_day(date(2023, 5, 5)), *said)
    return {meeting_id}
