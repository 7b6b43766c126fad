"""How a restructuring goes: every step from every state, and which steps need a second person."""

from itertools import product

import pytest

from app.domain.errors import StepRefused
from app.domain.restructuring.lifecycle import (
    SECOND_PERSON,
    STEPS,
    RestructuringState,
    RestructuringStep,
)
from app.domain.steps import Who, advance, open_steps

BEFORE_AGREEING = ("draft", "returned")
AGREEING = ("submitted", "consented", "approved")
THERE_ARE = {
    **{(state, "edit"): "draft proposer" for state in (*BEFORE_AGREEING, *AGREEING)},
    **{(state, "submit"): "submitted proposer" for state in (*BEFORE_AGREEING, *AGREEING)},
    **{(state, "cancel"): "cancelled proposer" for state in (*BEFORE_AGREEING, *AGREEING)},
    **{(state, "return"): "returned second_person" for state in AGREEING},
    ("submitted", "consent"): "consented second_person",
    ("submitted", "approve"): "approved second_person",
    ("consented", "approve"): "approved second_person",
    ("approved", "apply"): "applied person",
    ("applied", "reverse"): "reversed person",
    ("applied", "propose_annulment"): "annulment_proposed person",
    ("reversed", "reinstate"): "applied person",
    ("annulment_proposed", "annul"): "annulled second_person",
    ("annulment_proposed", "keep"): "applied person",
}


@pytest.mark.parametrize(("state", "step"), list(product(RestructuringState, RestructuringStep)))
def test_from_every_state_every_step_is_there_or_refused_with_those_there_are(
    state: RestructuringState, step: RestructuringStep
) -> None:
    wanted = THERE_ARE.get((state.value, step.value))
    if wanted is None:
        with pytest.raises(StepRefused) as refused:
            advance(STEPS, state, step)
        assert refused.value.facts["open_steps"] == [one.step.value for one in open_steps(STEPS, state)]
        return
    rule = advance(STEPS, state, step)
    assert f"{rule.after.value} {rule.who.value}" == wanted


def test_a_step_is_in_the_table_once() -> None:
    assert len({one.step for one in STEPS}) == len(STEPS) == len(RestructuringStep)


@pytest.mark.parametrize("step", list(RestructuringStep))
def test_who_agrees_is_never_who_proposed(step: RestructuringStep) -> None:
    agreeing = {"consent", "approve", "return", "annul"}
    assert (step in SECOND_PERSON) == (step.value in agreeing)


@pytest.mark.parametrize("step", list(RestructuringStep))
def test_machines_only_propose(step: RestructuringStep) -> None:
    [rule] = [one for one in STEPS if one.step is step]
    assert (rule.who is Who.PROPOSER) == (step.value in {"edit", "submit", "cancel"})


def test_what_was_reversed_holds_again_only_where_the_reversal_is_annulled() -> None:
    [rule] = open_steps(STEPS, RestructuringState.REVERSED)
    assert (rule.step, rule.after) == (RestructuringStep.REINSTATE, RestructuringState.APPLIED)


@pytest.mark.parametrize("state", ["cancelled", "annulled"])
def test_what_is_over_stays_over(state: str) -> None:
    assert open_steps(STEPS, RestructuringState(state)) == []


def test_every_state_is_reached_from_the_draft() -> None:
    reached = {RestructuringState.DRAFT}
    for _ in RestructuringState:
        reached |= {one.after for one in STEPS if one.before & reached}
    assert reached == set(RestructuringState)


def test_any_edit_takes_back_what_was_agreed_to() -> None:
    edit = advance(STEPS, RestructuringState.APPROVED, RestructuringStep.EDIT)
    assert edit.after is RestructuringState.DRAFT
    assert (
        RestructuringState.DRAFT
        not in advance(STEPS, RestructuringState.APPROVED, RestructuringStep.APPLY).before
    )
