"""What decisions do to a member: the status, leaving the roll, coming back onto it."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.activity import ExemptionGround
from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason
from app.models.ballot import SaidBallot
from app.models.finding import FindingRead
from app.models.following import Replayed
from app.models.member import MemberRead
from app.models.operation import DecisionPaper
from app.models.scalars import Day, Id, Note, PossibleDay, Shape


class Decided(Shape):
    """What stands behind an act: votes, the body that decided, its paper."""

    ballots: list[SaidBallot] = Field(
        default=[],
        max_length=20,
        description="In any order; what is not known is left out and becomes a finding.",
    )
    decided_by: Id | None = Field(
        default=None, description="Whose body decided: the cell or an organization above it on the day."
    )
    decisions: list[DecisionPaper] = Field(default=[], max_length=10)
    reason: Note | None = None


class MemberStatus(Decided):
    """A status from a day on; `active` ends a departure."""

    effective_on: Day
    until: Day | None = Field(default=None, description="The first day on which it no longer holds.")
    activity_status: ActivityStatus
    exemption_ground: ExemptionGround | None = Field(default=None, description="With `exempted` alone.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.until is not None and self.until <= self.effective_on:
            raise PydanticCustomError("period_empty", "holds no day")
        if self.exemption_ground is not None and self.activity_status is not ActivityStatus.EXEMPTED:
            raise PydanticCustomError("ground_of_another_status", "is a ground of another status")
        return self


class MemberExit(Decided):
    """Leaving the roll for good or for long. Leaving by transfer is a transfer."""

    effective_on: Day = Field(description="The first day out of the roll.")
    exit_reason: ExitReason
    ground: ExitGround | None = Field(
        default=None, description="What lay behind it: a readmission depends on it [294 3.5.2]."
    )


class MemberReadmission(Decided):
    """A member who left by decision comes back on probation, once in a life."""

    cell_id: Id
    effective_on: Day = Field(description="The day of the decision.")
    inducted_on: PossibleDay | None = Field(
        default=None, description="The new ceremony's day: the new probation runs from it."
    )
    conviction_cleared_on: Day | None = None
    consent: DecisionPaper | None = Field(
        default=None, description="The written consent of the provincial standing committee."
    )


class MemberRestoration(Shape):
    """A decision that an exit was wrong: as if the member had never left [06 5.3]."""

    cell_id: Id | None = Field(default=None, description="The cell of the days since; default: the last one.")
    decisions: list[DecisionPaper] = Field(min_length=1, max_length=10)
    reason: Note | None = None


class ActedMember(Replayed):
    """The member after the act, and what the rules note of it."""

    member: MemberRead
    findings: list[FindingRead] = Field(max_length=50)
    ended_seats: list[Id] = Field(
        default=[],
        max_length=1000,
        description="The seats that an exit ended, in committees within your reach.",
    )
