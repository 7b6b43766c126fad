"""Acts of two persons: who takes which step of which act."""

from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from app.domain.correction_proposals import PROPOSAL, CorrectionProposalState, CorrectionProposalStep
from app.domain.errors import Forbidden, StepRefused
from app.domain.policy_edits import EDIT, PolicyEditState, PolicyEditStep
from app.domain.two_persons import ActOfTwo, Part

BY_PROPOSER = {"withdraw": "withdrawn"}
BY_ANOTHER: dict[str, dict[str, str]] = {
    "R-POL-4": {"approve": "approved", "refuse": "refused"},
    "R-MEM-1": {"confirm": "confirmed", "refuse": "refused"},
}
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
    listed = step in act.open_steps(state, part)
    if state != "pending":
        assert (state, step) not in act.transitions
        assert not listed
        with pytest.raises(StepRefused) as closed:
            act.take(state, step, part)
        assert closed.value.facts == {"state": state.value, "open_steps": []}
        return
    withdraws = step in BY_PROPOSER
    allowed = part.proposer if withdraws else not (part.proposer or part.machine or part.own_client)
    assert listed == allowed
    if allowed:
        assert act.take(state, step, part) == (BY_PROPOSER | BY_ANOTHER[act.rule])[step]
        return
    with pytest.raises(Forbidden) as refused:
        act.take(state, step, part)
    code = "machines_only_propose" if part.machine and not part.proposer else "two_persons_needed"
    assert refused.value.message == ("only_the_proposer_withdraws" if withdraws else code)
    assert refused.value.facts == {"rule": act.rule}
