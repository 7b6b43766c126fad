"""Who was there and who counts, by the roll of the day."""

from datetime import date
from itertools import product

import pytest
from make import shipped

from app.domain.meetings import (
    AbsenceReason,
    Group,
    MeetingBody,
    MeetingKind,
    ResolutionShare,
    attendance,
    base,
    last_day,
    near,
    share,
    unrecorded,
)
from app.domain.membership import ActivityStatus, Standing
from app.domain.policy import Resolved, resolve
from app.domain.votes import Hindrance

DAY = date(2024, 5, 6)
OFFICIAL, ACTIVE = Standing.OFFICIAL, ActivityStatus.ACTIVE


def rule(key: str) -> Resolved:
    return resolve(shipped("votes"), key, DAY)


def left_out(
    group: Group, body: MeetingBody = MeetingBody.CELL, kind: MeetingKind = MeetingKind.REGULAR
) -> set[str]:
    found = base([group], body, kind, rule("vote.base_exclusions"))
    assert found.size == (0 if found.left_out else found.summoned)
    return {one.value for one in found.left_out}


@pytest.mark.parametrize(
    ("status", "absence"), list(product(ActivityStatus, (None, *AbsenceReason))), ids=lambda one: str(one)
)
def test_who_counts_in_a_cell_follows_from_status_and_absence(
    status: ActivityStatus, absence: AbsenceReason | None
) -> None:
    """Suspended and prosecuted never count; elsewhere or exempted, on record or as said, only if they came."""
    expected: set[str] = set()
    if absence is not None:
        said = {status.value, absence.value}
        expected = {one for one in ("temporarily_elsewhere", "exempted") if one in said}
    if status is ActivityStatus.SUSPENDED:
        expected.add("suspended")
    if absence is AbsenceReason.PROSECUTED:
        expected.add("prosecuted")
    first = next((one.value for one in Hindrance if one.value in expected), None)
    assert left_out(Group(OFFICIAL, status, absence, 1)) == ({first} if first else set())


@pytest.mark.parametrize("absence", list(AbsenceReason))
def test_a_congress_leaves_out_whoever_is_absent_with_an_accepted_reason(absence: AbsenceReason) -> None:
    counts = not left_out(Group(OFFICIAL, ACTIVE, absence, 1), kind=MeetingKind.CONGRESS)
    assert counts is (absence is AbsenceReason.WITHOUT_REASON)


def test_the_exempted_count_in_a_committee_where_they_sit() -> None:
    exempted = Group(OFFICIAL, ActivityStatus.EXEMPTED, AbsenceReason.EXEMPTED, 1)
    assert left_out(exempted, MeetingBody.COMMITTEE) == set()
    away = Group(OFFICIAL, ActivityStatus.TEMPORARILY_ELSEWHERE, AbsenceReason.ON_DUTY, 1)
    assert left_out(away, MeetingBody.COMMITTEE) == {"temporarily_elsewhere"}


def test_v_1_probationary_members_never_count_and_absence_does_not_shrink_the_base() -> None:
    roll = [
        Group(OFFICIAL, ACTIVE, None, 17),
        Group(OFFICIAL, ACTIVE, AbsenceReason.ILL, 3),
        Group(Standing.PROBATIONARY, ACTIVE, None, 2),
    ]
    counted = base(roll, MeetingBody.CELL, MeetingKind.REGULAR, rule("vote.base_exclusions"))
    assert (counted.summoned, counted.size) == (20, 20)
    needed = {one: share(rule("vote.resolution"), one).needed(20) for one in ResolutionShare}
    assert needed == {ResolutionShare.SIMPLE_MAJORITY: 11, ResolutionShare.TWO_THIRDS: 14}
    there = attendance(roll)
    assert (there.on_roll, there.official, there.present, there.official_present) == (22, 20, 19, 17)
    assert there.absent == {AbsenceReason.ILL: 3}


def test_everyone_on_the_roll_is_present_absent_or_suspended() -> None:
    roll = [
        Group(standing, status, absence, 1)
        for standing, status, absence in product(Standing, ActivityStatus, (None, *AbsenceReason))
    ]
    there = attendance(roll)
    assert there.on_roll == there.present + sum(there.absent.values()) + there.suspended == len(roll)
    assert unrecorded(roll) == 2 * 2 * (len(ActivityStatus) - 1)


@pytest.mark.parametrize(
    ("held_on", "allowed"),
    [
        (date(2024, 3, 31), False),
        (date(2024, 4, 1), True),
        (date(2024, 5, 31), True),
        (date(2024, 6, 3), True),
        (date(2024, 6, 30), True),
        (date(2024, 7, 1), False),
    ],
)
def test_a_meeting_of_may_is_held_from_april_to_june(held_on: date, allowed: bool) -> None:
    assert near(date(2024, 5, 1), held_on) is allowed


def test_what_was_not_held_stands_on_the_last_day_of_its_month() -> None:
    assert [last_day(date(2024, month, 1)).day for month in (2, 4, 12)] == [29, 30, 31]
