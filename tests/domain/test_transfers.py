"""Transfers: every step from every state, the limits, and what blocks."""

from datetime import date
from itertools import product

import pytest
from make import shipped

from app.domain.errors import RuleBroken, StepRefused
from app.domain.finding import FindingCode
from app.domain.hierarchy import OrganizationType
from app.domain.policy import Resolved, resolve
from app.domain.steps import Who, advance, open_steps
from app.domain.transfers import (
    AWAY,
    FOR_A_TIME,
    FOR_GOOD,
    OPEN,
    STEPS,
    Limit,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
    abandoned_after,
    blocking,
    findings,
    guest_findings,
    held_findings,
    next_limit,
    present_limit,
    require_abandoned,
    require_length,
    require_own_cell,
)
from app.domain.working_days import Holidays

KINDS = {"good": FOR_GOOD, "time": FOR_A_TIME, "any": frozenset(TransferKind)}
UNDER_WAY = ("introduced", "in_transit", "forwarded")
THERE_ARE = {
    **{("any", state, "stamp"): "in_transit either" for state in UNDER_WAY},
    **{("any", state, "forward"): "forwarded receiver" for state in UNDER_WAY},
    **{("any", state, "refuse"): "refused receiver" for state in UNDER_WAY},
    **{("any", state, "cancel"): "cancelled sender" for state in UNDER_WAY},
    **{("good", state, "receive"): "received receiver" for state in UNDER_WAY},
    **{("time", state, "receive"): "staying receiver" for state in UNDER_WAY},
    **{("good", state, "abandon"): "abandoned receiver" for state in UNDER_WAY},
    ("any", "refused", "return"): "returned sender",
    ("time", "staying", "extend"): "staying either",
    ("time", "staying", "come_back"): "came_back either",
}


def ruled(key: str) -> Resolved:
    return resolve(shipped("members"), f"transfer.{key}", date(2026, 3, 1))


def calendar(*years: int) -> Holidays:
    rows = shipped("calendar")
    return Holidays.of(resolve(rows, "calendar.holidays", date(year, 1, 1)).value for year in years)


def expected(kind: TransferKind, state: TransferState, step: TransferStep) -> str | None:
    return next(
        (
            said
            for (kinds, before, name), said in THERE_ARE.items()
            if kind in KINDS[kinds] and before == state and name == step
        ),
        None,
    )


@pytest.mark.parametrize(("kind", "state", "step"), list(product(TransferKind, TransferState, TransferStep)))
def test_from_every_state_every_step_is_there_or_refused_with_those_there_are(
    kind: TransferKind, state: TransferState, step: TransferStep
) -> None:
    wanted = expected(kind, state, step)
    if wanted is None:
        with pytest.raises(StepRefused) as refused:
            advance(STEPS[kind], state, step)
        there_are = [one for one in TransferStep if expected(kind, state, one)]
        assert sorted(refused.value.facts["open_steps"]) == sorted(there_are)
    else:
        found = advance(STEPS[kind], state, step)
        assert f"{found.after} {found.who}" == wanted


def test_each_step_is_at_most_once_there_and_only_open_transfers_go_on() -> None:
    for kind, state in product(TransferKind, TransferState):
        steps = [one.step for one in open_steps(STEPS[kind], state)]
        assert len(steps) == len(set(steps))
        assert bool(steps) == (state in OPEN and (state is not TransferState.STAYING or kind in FOR_A_TIME))
    assert open_steps(STEPS[TransferKind.OFFICIAL], None) == []


def test_the_receiving_side_alone_takes_in_refuses_forwards_and_gives_up() -> None:
    there_are = open_steps(STEPS[TransferKind.OFFICIAL], TransferState.INTRODUCED)
    of_receiver = {one.step for one in there_are if one.who is Who.RECEIVER}
    assert of_receiver == {
        TransferStep.RECEIVE,
        TransferStep.REFUSE,
        TransferStep.FORWARD,
        TransferStep.ABANDON,
    }


def test_every_kind_says_how_the_member_is_away() -> None:
    assert AWAY.keys() == set(TransferKind)


def test_papers_of_the_first_of_march_are_overdue_in_the_middle_of_april() -> None:
    """V-20."""
    limit = present_limit(date(2026, 3, 1), ruled("present_wd"), calendar(2026))
    assert limit == Limit("R-TR-7", date(2026, 4, 10))

    def late(on: date) -> list[FindingCode]:
        found = findings(
            on=on,
            limit=limit,
            moved_on=None,
            introduced_on=date(2026, 3, 1),
            start=None,
            graduate_stay=None,
            present=ruled("present_wd"),
            holidays=calendar(2026),
        )
        return [one.code for one in found]

    assert late(date(2026, 4, 10)) == []
    assert late(date(2026, 4, 15)) == [FindingCode.LIMIT_PASSED]


def test_after_three_months_papers_are_given_up_and_not_on_the_last_day_of_them() -> None:
    """V-20."""
    months = ruled("abandon_months")
    assert abandoned_after(date(2026, 3, 1), months) == date(2026, 6, 1)
    require_abandoned(date(2026, 3, 1), date(2026, 6, 2), months)
    with pytest.raises(RuleBroken) as refused:
        require_abandoned(date(2026, 3, 1), date(2026, 6, 1), months)
    assert (refused.value.rule, refused.value.value, refused.value.source) == ("R-TR-3", 3, "294 6.3.1")
    require_abandoned(date(2026, 3, 1), date(2026, 3, 2), None)


@pytest.mark.parametrize(
    ("purpose", "ends_on", "refused"),
    [
        (TransferPurpose.WORK, date(2026, 5, 31), "transfer_too_short"),
        (TransferPurpose.WORK, date(2026, 6, 1), None),
        (TransferPurpose.WORK, date(2027, 2, 28), None),
        (TransferPurpose.WORK, date(2027, 3, 1), "transfer_too_long"),
        (TransferPurpose.STUDY, date(2026, 5, 31), "transfer_too_short"),
        (TransferPurpose.STUDY, date(2028, 3, 1), None),
        (TransferPurpose.STUDY, date(2028, 3, 2), "transfer_too_long"),
    ],
)
def test_a_temporary_stay_is_neither_too_short_nor_too_long(
    purpose: TransferPurpose, ends_on: date, refused: str | None
) -> None:
    rules = [ruled(key) for key in ("temp_months_min", "temp_months_max_excl", "temp_study_max_months")]
    if refused is None:
        require_length(purpose, date(2026, 3, 1), ends_on, *rules)
    else:
        with pytest.raises(RuleBroken, match=refused):
            require_length(purpose, date(2026, 3, 1), ends_on, *rules)
    require_length(purpose, date(2026, 3, 1), ends_on, None, None, None)


def test_a_limit_in_a_year_without_calendar_is_not_counted_and_says_so() -> None:
    limit = present_limit(date(2026, 12, 20), ruled("present_wd"), calendar(2026))
    assert limit == Limit("R-TR-7", None)
    found = findings(
        on=date(2027, 6, 1),
        limit=limit,
        moved_on=date(2026, 12, 1),
        introduced_on=date(2026, 12, 20),
        start=ruled("start_wd"),
        graduate_stay=None,
        present=ruled("present_wd"),
        holidays=calendar(2026),
    )
    assert [(one.rule, one.code) for one in found] == [
        ("R-TR-7", FindingCode.LIMIT_NOT_COUNTED),
        ("R-TR-9", FindingCode.LIMIT_NOT_COUNTED),
    ]
    assert present_limit(date(2010, 1, 4), None, calendar(2026)) is None


def test_to_begin_sixty_working_days_after_the_decision_is_in_time_and_one_more_is_late() -> None:
    def late(introduced_on: date) -> list[date | None]:
        found = findings(
            on=introduced_on,
            limit=None,
            moved_on=date(2026, 6, 1),
            introduced_on=introduced_on,
            start=ruled("start_wd"),
            graduate_stay=None,
            present=None,
            holidays=calendar(2026),
        )
        return [one.on for one in found]

    assert late(date(2026, 8, 22)) == []
    assert late(date(2026, 8, 24)) == [date(2026, 8, 22)]


def test_a_graduate_without_work_has_twelve_months_to_begin_instead() -> None:
    def late(introduced_on: date) -> list[tuple[object, ...]]:
        found = findings(
            on=introduced_on,
            limit=None,
            moved_on=date(2025, 6, 30),
            introduced_on=introduced_on,
            start=ruled("start_wd"),
            graduate_stay=ruled("graduate_stay_months"),
            present=None,
            holidays=calendar(2025, 2026),
        )
        return [(one.rule, one.value, one.source, one.on) for one in found]

    assert late(date(2026, 6, 30)) == []
    assert late(date(2026, 7, 1)) == [("R-TR-5", 12, "06 10.2.1", date(2026, 6, 30))]


def test_only_a_stay_leads_into_a_temporary_cell() -> None:
    for kind, type in product(TransferKind, OrganizationType):
        if kind in FOR_GOOD and type is OrganizationType.TEMPORARY_CELL:
            with pytest.raises(RuleBroken) as refused:
                require_own_cell(kind, type)
            assert (refused.value.rule, refused.value.value) == ("R-TR-10", ["temporary"])
        else:
            require_own_cell(kind, type)


def test_fewer_than_three_official_members_in_a_temporary_cell_are_noted() -> None:
    least = ruled("temp_cell_min_official")
    on = date(2026, 4, 1)
    (found,) = guest_findings(on, 2, least)
    assert (found.rule, found.value, found.source, found.on) == ("R-TR-10", 3, "294 6.3.2d", on)
    assert (
        guest_findings(on, 3, least) == guest_findings(on, None, least) == guest_findings(on, 0, None) == []
    )


def test_proceedings_are_noted_by_the_days_of_the_steps_and_named_only_where_asked() -> None:
    rule = ruled("block_when")
    first, later = date(2026, 3, 2), date(2026, 3, 10)
    met = [(later, "audit"), (first, "complaint"), (first, "audit"), (first, "reward")]
    named = held_findings(met, rule, named=True)
    assert [(one.rule, one.value, one.on) for one in named] == [
        ("R-TR-1", ["audit", "complaint"], first),
        ("R-TR-1", ["audit"], later),
    ]
    assert [(one.value, one.on) for one in held_findings(met, rule, named=False)] == [
        (None, first),
        (None, later),
    ]
    assert held_findings(met, None, named=True) == []


def test_the_limit_for_papers_goes_on_under_way_and_a_stay_has_its_end() -> None:
    papers, end = Limit("R-TR-7", date(2026, 4, 10)), date(2026, 9, 1)
    assert next_limit(TransferState.FORWARDED, papers, end) == papers
    assert next_limit(TransferState.STAYING, papers, end) == Limit("R-TR-8", end)
    assert next_limit(TransferState.STAYING, papers, None) is None
    assert next_limit(TransferState.RECEIVED, papers, end) is None


def test_inspection_audit_and_complaint_block() -> None:
    """V-19."""
    rule = ruled("block_when")
    assert all(blocking([ground], rule) for ground in ("inspection", "audit", "complaint"))
    assert not blocking([], rule) and not blocking(["complaint"], None)
