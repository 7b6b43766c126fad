"""Notices: every state with every step; who takes them; the limit in working days."""

from datetime import date
from itertools import product

import pytest

from app.domain.errors import StepRefused
from app.domain.notices import OPEN, STEPS, NoticeState, NoticeStep, due_on, refusal
from app.domain.steps import Who, advance, open_steps
from app.domain.working_days import Holidays

THERE_ARE = {
    ("unmatched", "match"): "matched",
    ("unmatched", "dismiss"): "dismissed",
    ("matched", "match"): "matched",
    ("matched", "settle"): "settled",
    ("matched", "dismiss"): "dismissed",
}


@pytest.mark.parametrize(("state", "step"), list(product(NoticeState, NoticeStep)))
def test_from_every_state_every_step_is_there_or_refused_with_those_there_are(
    state: NoticeState, step: NoticeStep
) -> None:
    if after := THERE_ARE.get((state, step)):
        assert advance(STEPS, state, step).after == after
        return
    with pytest.raises(StepRefused) as refused:
        advance(STEPS, state, step)
    assert refused.value.facts["open_steps"] == [one for one in NoticeStep if (state, one) in THERE_ARE]


def test_only_what_waits_goes_on() -> None:
    assert {state for state in NoticeState if open_steps(STEPS, state)} == OPEN


def test_machine_clients_take_no_step_of_a_notice() -> None:
    assert {one.who for one in STEPS} == {Who.PERSON}
    assert refusal(machine=False) is None
    refused = refusal(machine=True)
    assert refused and refused.message == "machines_only_send_notices"


def test_the_limit_counts_working_days_and_nobody_invents_a_calendar() -> None:
    known = Holidays(frozenset({2024}), frozenset({date(2024, 4, 30), date(2024, 5, 1)}), frozenset())
    assert due_on(date(2024, 4, 26), 3, known) == date(2024, 5, 3)  # Friday; Monday, Thursday, Friday
    assert due_on(date(2024, 12, 20), 22, known) is None
