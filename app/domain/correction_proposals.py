"""Corrections of what is locked: proposed by one, confirmed by another person (R-MEM-1)."""

from enum import StrEnum

from app.domain.access import Action
from app.domain.steps import Rule, Who
from app.domain.two_persons import ActOfTwo


class CorrectionProposalState(StrEnum):
    """What has become of a proposal."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CorrectionProposalStep(StrEnum):
    """What can be done with a proposal."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_PENDING = frozenset({CorrectionProposalState.PENDING})
PROPOSAL = ActOfTwo(
    "R-MEM-1",
    proposes=Action.PROPOSE_CORRECTION,
    decides=Action.CORRECT_MEMBER,
    steps=(
        Rule(CorrectionProposalStep.CONFIRM, _PENDING, CorrectionProposalState.CONFIRMED, Who.SECOND_PERSON),
        Rule(CorrectionProposalStep.REFUSE, _PENDING, CorrectionProposalState.REFUSED, Who.SECOND_PERSON),
        Rule(CorrectionProposalStep.WITHDRAW, _PENDING, CorrectionProposalState.WITHDRAWN, Who.PROPOSER),
    ),
)
"""Every step there is."""
