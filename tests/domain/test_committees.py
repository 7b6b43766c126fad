"""Committees and seats as pure rules: sizes, shares, terms, moves, congresses."""

from datetime import date
from uuid import uuid4

import pytest
from make import shipped

from app.domain.committees import (
    Caps,
    CommitteeKind,
    Composition,
    HeldSeat,
    SeatBasis,
    SeatTitle,
    Sizes,
    judge_congress,
    judge_moves,
    judge_term,
    kind_of,
    term_policy,
)
from app.domain.errors import RuleBroken
from app.domain.finding import FindingCode
from app.domain.hierarchy import Hierarchy, OrganizationType, TypeRule
from app.domain.period import Period
from app.domain.policy import Resolved, resolve
from app.domain.working_days import Holidays

DAY = date(2024, 6, 1)
TERM = Period(date(2024, 1, 1), date(2029, 1, 1))
ROWS = shipped("terms")
ELECTED, APPOINTED = SeatBasis.ELECTED, SeatBasis.APPOINTED


def said(key: str, on: date = DAY) -> Resolved:
    return resolve(ROWS, key, on)


def caps(size: int, *, grassroots: bool) -> Caps:
    return Caps(
        size,
        said("committee.standing_committee_max_share"),
        said("committee.extra_appointed_max_pct"),
        grassroots,
    )


def seat(
    title: SeatTitle = SeatTitle.COMMITTEE_MEMBER, basis: SeatBasis = ELECTED, valid: Period = TERM
) -> HeldSeat:
    return HeldSeat(uuid4(), title, basis, valid)


def kind(type: OrganizationType) -> TypeRule:
    structure = shipped("structure")
    keys = ("org.type_catalogue", "org.root_types", "org.parent_matrix")
    return Hierarchy.of(*(resolve(structure, key, DAY) for key in keys)).types[type]


SIZES = Sizes(
    said("committee.cell_committee_min_official"),
    said("committee.cell_without_committee_max"),
    said("committee.cell_committee_max"),
    said("committee.sectional_max"),
    said("committee.grassroots_size_range"),
)


def add(bounds: Caps, others: list[HeldSeat], *new: HeldSeat) -> None:
    for one in new:
        bounds.check_added(others, one)
        others.append(one)


def test_v_23_two_appointed_beyond_fifteen_elected_are_too_many_above_the_grassroots() -> None:
    others = [seat() for _ in range(15)]
    bounds = caps(15, grassroots=False)
    add(bounds, others, seat(basis=APPOINTED))
    with pytest.raises(RuleBroken) as refused:
        add(bounds, others, seat(basis=APPOINTED))
    assert (refused.value.rule, refused.value.value, refused.value.source) == ("R-COM-4", 16, "294 16.2.5")
    assert refused.value.facts.items() >= {"number": 17, "on": "2024-01-01"}.items()


def test_v_23_three_appointed_beyond_fifteen_elected_are_a_fifth_at_the_grassroots_and_a_fourth_is_too_many() -> (
    None
):
    others = [seat() for _ in range(15)]
    bounds = caps(15, grassroots=True)
    add(bounds, others, *(seat(basis=APPOINTED) for _ in range(3)))
    with pytest.raises(RuleBroken, match="too_many_appointed_beyond"):
        add(bounds, others, seat(basis=APPOINTED))


def test_v_24_the_standing_committee_of_fifteen_has_five_at_most_leaders_included() -> None:
    others: list[HeldSeat] = []
    bounds = caps(15, grassroots=True)
    add(
        bounds,
        others,
        *map(seat, (SeatTitle.SECRETARY, SeatTitle.STANDING_DEPUTY, SeatTitle.DEPUTY_SECRETARY)),
        *(seat(SeatTitle.STANDING_MEMBER) for _ in range(2)),
    )
    assert Composition.on(DAY, others).standing == 5
    with pytest.raises(RuleBroken) as refused:
        add(bounds, others, seat(SeatTitle.STANDING_MEMBER))
    assert (refused.value.rule, refused.value.value, refused.value.source) == ("R-COM-3", 5, "294 14.2")


def test_without_a_standing_member_there_is_no_standing_committee() -> None:
    assert Composition.on(DAY, [seat(SeatTitle.SECRETARY), seat(SeatTitle.DEPUTY_SECRETARY)]).standing == 0


def test_no_more_are_elected_than_were_decided() -> None:
    with pytest.raises(RuleBroken, match="more_elected_than_decided"):
        caps(3, grassroots=True).check_added([seat() for _ in range(3)], seat())


def test_a_breach_older_than_the_seat_is_inherited_and_hinders_nothing() -> None:
    inherited = [seat(SeatTitle.STANDING_MEMBER) for _ in range(6)]
    bounds = caps(15, grassroots=True)
    bounds.check_added(inherited, seat())
    assert [one.rule for one in bounds.exceeded(Composition.on(DAY, inherited))] == ["R-COM-3"]
    with pytest.raises(RuleBroken):
        bounds.check_added(inherited, seat(SeatTitle.STANDING_MEMBER))


def test_bounds_hold_on_every_day_of_the_new_seat() -> None:
    later = Period(date(2026, 1, 1), TERM.end)
    others = [seat(valid=later) for _ in range(3)]
    with pytest.raises(RuleBroken) as refused:
        caps(3, grassroots=True).check_added(others, seat())
    assert refused.value.facts["on"] == "2026-01-01"
    caps(3, grassroots=True).check_added(others, seat(valid=Period(TERM.start, later.start)))


def test_nothing_is_exceeded_where_no_policy_says_anything() -> None:
    bounds = Caps(15, None, None, grassroots=True)
    assert not bounds.exceeded(Composition.of([(SeatTitle.STANDING_MEMBER, APPOINTED)] * 30))


@pytest.mark.parametrize(
    ("type", "size", "official", "outcome"),
    [
        (OrganizationType.AFFILIATED_CELL, 2, 3, []),
        (OrganizationType.AFFILIATED_CELL, 3, 8, "cell_too_small_for_committee"),
        (OrganizationType.AFFILIATED_CELL, 3, 9, []),
        (OrganizationType.AFFILIATED_CELL, 3, None, [FindingCode.NOT_JUDGED]),
        (OrganizationType.AFFILIATED_CELL, 7, 40, []),
        (OrganizationType.GRASSROOTS_CELL, 8, 40, "committee_too_large"),
        (OrganizationType.SECTIONAL_COMMITTEE, 7, None, []),
        (OrganizationType.SECTIONAL_COMMITTEE, 8, None, "committee_too_large"),
        (OrganizationType.GRASSROOTS_COMMITTEE, 8, None, [FindingCode.NUMBER_OUTSIDE_POLICY]),
        (OrganizationType.GRASSROOTS_COMMITTEE, 9, None, []),
        (OrganizationType.GRASSROOTS_COMMITTEE, 15, None, []),
        (OrganizationType.GRASSROOTS_COMMITTEE, 16, None, [FindingCode.NUMBER_OUTSIDE_POLICY]),
        (OrganizationType.PROVINCIAL, 51, None, []),
    ],
)
def test_sizes_by_the_kind_of_organization(
    type: OrganizationType, size: int, official: int | None, outcome: str | list[FindingCode]
) -> None:
    if isinstance(outcome, str):
        with pytest.raises(RuleBroken, match=outcome) as refused:
            SIZES.judge(kind(type), size, official)
        assert refused.value.rule == "R-COM-2" and refused.value.source
    else:
        assert [one.code for one in SIZES.judge(kind(type), size, official)] == outcome


@pytest.mark.parametrize("title", SeatTitle)
def test_titles_of_inspection_are_of_inspection_committees_alone(title: SeatTitle) -> None:
    inspecting = title.value.startswith("inspection")
    assert (kind_of(title) is CommitteeKind.INSPECTION) == inspecting


@pytest.mark.parametrize(
    ("type", "on", "months"),
    [
        (OrganizationType.GRASSROOTS_COMMITTEE, DAY, 60),
        (OrganizationType.GRASSROOTS_CELL, DAY, 60),
        (OrganizationType.AFFILIATED_CELL, DAY, 30),
        (OrganizationType.AFFILIATED_CELL, date(2025, 7, 1), 60),
    ],
)
def test_how_long_a_term_lasts(type: OrganizationType, on: date, months: int) -> None:
    assert said(term_policy(type), on).value == months


@pytest.mark.parametrize(
    ("end", "free", "noted"),
    [
        (date(2029, 1, 1), False, []),
        (date(2029, 1, 2), False, [date(2029, 1, 1)]),
        (date(2029, 1, 2), True, []),
        (None, False, [date(2029, 1, 1)]),
    ],
)
def test_a_longer_term_is_noted_unless_it_is_free(end: date | None, free: bool, noted: list[date]) -> None:
    found = judge_term(Period(TERM.start, end), said("term.committee_months"), free=free)
    assert [one.on for one in found] == noted


@pytest.mark.parametrize(("number", "noted"), [(5, False), (6, True)])
def test_moving_more_than_a_third_of_the_elected_at_once_needs_consent(number: int, noted: bool) -> None:
    share = said("committee.move_share_needing_consent")
    found = judge_moves(15, share, [(DAY, number), (date(2024, 7, 1), 1)])
    assert [(one.code, one.on) for one in found] == [(FindingCode.CONSENT_NOT_NAMED, DAY)] * noted


LIMITS = (said("congress.report_wd"), said("congress.ratify_wd"))
CALENDAR = Holidays(frozenset({2024}), frozenset(), frozenset())
HELD = date(2024, 6, 3)  # a Monday; seven working days end on 12 June


@pytest.mark.parametrize(
    ("reported", "ratified", "today", "noted"),
    [
        (None, None, date(2024, 6, 12), []),
        (None, None, date(2024, 6, 13), [date(2024, 6, 12)]),
        (date(2024, 6, 12), None, date(2024, 7, 3), []),
        (date(2024, 6, 12), None, date(2024, 7, 4), [date(2024, 7, 3)]),
        (date(2024, 6, 12), date(2024, 7, 3), date(2024, 12, 1), []),
        (date(2024, 6, 13), date(2024, 7, 5), date(2024, 12, 1), [date(2024, 6, 12), date(2024, 7, 4)]),
    ],
)
def test_a_congress_is_reported_and_ratified_within_working_days(
    reported: date | None, ratified: date | None, today: date, noted: list[date]
) -> None:
    assert [one.on for one in judge_congress(HELD, reported, ratified, today, LIMITS, CALENDAR)] == noted


def test_without_a_calendar_of_the_year_nothing_is_said_of_working_days() -> None:
    (found,) = judge_congress(date(2030, 1, 2), None, None, date(2031, 1, 1), LIMITS, CALENDAR)
    assert found.code is FindingCode.NOT_JUDGED and found.on is None


def test_a_person_of_no_seat_is_not_counted() -> None:
    assert Composition.of([]) == Composition(0, 0, 0, 0, False)
