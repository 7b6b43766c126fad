"""The steps that something which goes from state to state can take, as answers show them."""

from pydantic import Field as Bounds

from app.domain.access import Role
from app.domain.correction_proposals import CorrectionProposalStep
from app.domain.notices import NoticeStep
from app.domain.policy_edits import PolicyEditStep
from app.domain.restructuring.lifecycle import RestructuringStep
from app.domain.steps import Who
from app.domain.transfers import TransferStep
from app.models.scalars import Day, Shape


class OpenStep(Shape):
    """A step that there is from the present state, and whether this actor may take it."""

    step: TransferStep | PolicyEditStep | CorrectionProposalStep | NoticeStep | RestructuringStep
    who: Who
    allowed: bool
    code: str | None = Bounds(
        default=None,
        max_length=100,
        description="Where it is not yours: the code of the problem it would be.",
    )
    roles_that_may: list[Role] | None = Bounds(
        default=None, max_length=20, description="Where your roles do not suffice: those that may."
    )
    not_until: Day | None = Bounds(default=None, description="Not up to and including this day (R-TR-3).")
