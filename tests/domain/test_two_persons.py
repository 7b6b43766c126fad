"""Acts of two persons: who takes which step of which act."""

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from app.domain.access import HeldRole, Role
from app.domain.correction_proposals import PROPOSAL, CorrectionProposalState, CorrectionProposalStep
from app.domain.errors import Forbidden, StepRefused
from app.domain.policy_edits import EDIT, PolicyEditState, PolicyEditStep
from app.domain.steps import Who, open_steps
from app.domain.two_persons import ActOfTwo, Part

BY_PROPOSER = {"withdraw": "withdrawn"}
BY_ANOTHER: dict[str, dict[str, str]] = {
    "R-POL-4": {"approve": "approved", "refuse": "refused"},
    "R-MEM-1": {"confirm": "confirmed", "refuse": "refused"},
}
HELD = [HeldRole(role, 1) for role in Role]
PARTS = [Part(*one) for one in product((True, False), repeat=3)]
FULL_PRODUCT = [
    (act, state, step, part)
    for act, states, steps in (
        (EDIT, PolicyEditState, PolicyEditStep),
        (PROPOSAL, CorrectionProposalState, CorrectionProposalStep),
    )
    for state, step, part in product(states, steps, PARTS)
]


@pytest.mark.parametrize(("act", "state", "step", "part"), FULL_PRODUCT)
def test_every_step_from_every_state_by_everyone_is_in_the_table_or_refused(
    act: ActOfTwo[Any, Any], state: StrEnum, step: StrEnum, part: Part
) -> None:
    if state != "pending":
        assert open_steps(act.steps, state) == []
        with pytest.raises(StepRefused) as closed:
            act.advance(state, step, part, HELD)
        assert closed.value.facts == {"step": step.value, "state": state.value, "open_steps": []}
        return
    withdraws = step in BY_PROPOSER
    if part.proposer if withdraws else not (part.proposer or part.machine or part.own_client):
        assert act.advance(state, step, part, HELD) == (BY_PROPOSER | BY_ANOTHER[act.rule])[step]
        return
    with pytest.raises(Forbidden) as refused:
        act.advance(state, step, part, HELD)
    code = "machines_only_propose" if part.machine and not part.proposer else "two_persons_needed"
    assert refused.value.message == ("only_the_proposer_withdraws" if withdraws else code)
    assert refused.value.facts == {"rule": act.rule}


@pytest.mark.parametrize("act", [EDIT, PROPOSAL])
@pytest.mark.parametrize("who", [Who.PROPOSER, Who.SECOND_PERSON])
def test_who_holds_no_role_for_it_is_refused_whoever_it_is(act: ActOfTwo[Any, Any], who: Who) -> None:
    refused = act.refusal(who, Part(proposer=who is Who.PROPOSER), [])
    assert refused is not None and refused.message == "role_may_not"
