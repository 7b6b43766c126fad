"""Corrections of what is locked: proposed by one, confirmed by another person (R-MEM-1)."""

from enum import StrEnum

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


PROPOSAL = ActOfTwo(
    "R-MEM-1",
    {
        (CorrectionProposalState.PENDING, CorrectionProposalStep.CONFIRM): CorrectionProposalState.CONFIRMED,
        (CorrectionProposalState.PENDING, CorrectionProposalStep.REFUSE): CorrectionProposalState.REFUSED,
        (CorrectionProposalState.PENDING, CorrectionProposalStep.WITHDRAW): CorrectionProposalState.WITHDRAWN,
    },
    withdrawal=CorrectionProposalStep.WITHDRAW,
)
"""Every step there is; whatever is not here is refused."""
