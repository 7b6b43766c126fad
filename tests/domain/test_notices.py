"""Notices: every state with every step, for persons and machines; the limit in working days."""

from datetime import date
from itertools import product

import pytest

from app.domain.errors import Forbidden, StepRefused
from app.domain.notices import OPEN, TRANSITIONS, NoticeState, NoticeStep, due_on, open_steps, take
from app.domain.working_days import Holidays

PRODUCT = list(product(NoticeState, NoticeStep, (False, True)))


@pytest.mark.parametrize(("state", "step", "machine"), PRODUCT)
def test_every_step_from_every_state_is_taken_or_refused(
    state: NoticeState, step: NoticeStep, machine: bool
) -> None:
    target = TRANSITIONS.get((state, step))
    if target is None:
        with pytest.raises(StepRefused) as refused:
            take(state, step, machine=machine)
        assert refused.value.facts["open_steps"] == open_steps(state, machine=machine)
    elif machine:
        with pytest.raises(Forbidden):
            take(state, step, machine=True)
    else:
        assert take(state, step, machine=False) is target
    assert (step in open_steps(state, machine=machine)) is (target is not None and not machine)


@pytest.mark.parametrize("state", list(NoticeState))
def test_what_waits_can_be_dismissed_and_what_is_closed_stays_so(state: NoticeState) -> None:
    steps = open_steps(state, machine=False)
    assert (NoticeStep.DISMISS in steps) is (state in OPEN)
    assert bool(steps) is (state in OPEN)


def test_only_of_a_known_member_is_a_notice_settled() -> None:
    settled = [state for (state, step) in TRANSITIONS if step is NoticeStep.SETTLE]
    assert settled == [NoticeState.MATCHED]


def test_the_limit_counts_working_days_and_nobody_invents_a_calendar() -> None:
    known = Holidays(frozenset({2024}), frozenset({date(2024, 4, 30), date(2024, 5, 1)}), frozenset())
    assert due_on(date(2024, 4, 26), 3, known) == date(2024, 5, 3)  # Friday; Monday, Thursday, Friday
    assert due_on(date(2024, 12, 20), 22, known) is None
