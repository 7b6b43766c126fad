"""Ballots: what a body voted on, of how many, with which result."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Discriminator, Strict, Tag, model_validator
from pydantic import Field as Bounds
from pydantic_core import PydanticCustomError
from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from app.domain.ballots import Ballot as CountedBallot
from app.domain.ballots import BallotQuestion, BallotStep
from app.domain.votes import Hindrance
from app.models.access import PermittedAction
from app.models.correction import Correction
from app.models.fact import Fact, believed_once, of_operation, one_of, sound_period
from app.models.page import Page
from app.models.scalars import Day, Id, KnownAt, Name, Shape, Version


class Ballot(Fact, table=True):
    """One vote on one question; `valid` is the day on which it was held."""

    KEY = ("ballot_id",)
    __tablename__ = "ballot"
    __table_args__ = (
        believed_once("ballot", "ballot_id"),
        sound_period(),
        one_of("step", BallotStep),
        one_of("question", BallotQuestion),
        CheckConstraint("upper(valid) = lower(valid) + 1", name="of_one_day"),
        CheckConstraint("summoned BETWEEN 1 AND 30000", name="summoned_counted"),
        CheckConstraint("in_favour BETWEEN 0 AND summoned", name="in_favour_counted"),
        Index("ix_ballot_ballot_id", "ballot_id"),
        Index("ix_ballot_member_id", "member_id"),
        Index("ix_ballot_organization_id", "organization_id"),
        *of_operation("ballot"),
    )

    ballot_id: UUID
    question: str
    member_id: UUID = Field(foreign_key="member.id")
    step: str
    organization_id: UUID = Field(foreign_key="organization.id")
    summoned: int = Field(sa_type=SmallInteger)
    left_out: Any = Field(sa_type=JSONB, nullable=False)
    in_favour: int = Field(sa_type=SmallInteger)
    meeting_id: UUID | None = None


Voters = Annotated[int, Strict(), Bounds(ge=0, le=30_000)]
LeftOut = Annotated[
    dict[Hindrance, Annotated[int, Strict(), Bounds(ge=1, le=30_000)]],
    Bounds(max_length=len(Hindrance), description="How many are not counted, by the reason (R-VOTE-2)."),
]


class CountedVotes(Shape):
    """The figures of a ballot; what is left of those summoned is the base, and must be someone."""

    summoned: Annotated[int, Strict(), Bounds(ge=1, le=30_000)] = Bounds(
        description="Official members of the cell, or sitting members of the committee; not those present."
    )
    left_out: LeftOut = Bounds(default={})
    in_favour: Voters

    @model_validator(mode="after")
    def _of_a_base(self) -> Self:
        base = self.summoned - sum(self.left_out.values())
        if base < 1:
            raise PydanticCustomError("base_empty", "leaves nobody whose vote counts")
        if self.in_favour > base:
            raise PydanticCustomError("votes_beyond_base", "counts more votes than there are voters")
        return self


class BallotNew(CountedVotes):
    """A vote that a body held on the question at hand; of several at one step the last decides."""

    step: BallotStep
    organization_id: Id = Bounds(description="The cell, or whose committee voted: above the cell on the day.")
    held_on: Day

    def counted(self) -> CountedBallot:
        """The ballot as the rules take it."""
        return CountedBallot(self.step, self.summoned, self.left_out, self.in_favour)


class BallotOfMeeting(Shape):
    """A vote held at a recorded meeting: whose it was, when, and of how many is what the meeting says."""

    step: BallotStep = Bounds(description="Not `upper`: there the standing committee votes.")
    meeting_id: Id
    in_favour: Voters


def _by_meeting_or_counted(value: Any) -> str:
    by_meeting = isinstance(value, BallotOfMeeting) or (isinstance(value, dict) and "meeting_id" in value)
    return "of_meeting" if by_meeting else "counted"


SaidBallot = Annotated[
    Annotated[BallotNew, Tag("counted")] | Annotated[BallotOfMeeting, Tag("of_meeting")],
    Discriminator(_by_meeting_or_counted),
]


class BallotItem(Shape):
    """A ballot as lists show it."""

    id: Id
    question: BallotQuestion
    member_id: Id
    step: BallotStep
    organization_id: Id
    organization_name: Name | None = Bounds(description="On the day it was held.")
    held_on: Day
    summoned: Voters
    left_out: LeftOut
    base: Voters = Bounds(description="Summoned, less those left out.")
    in_favour: Voters
    meeting_id: Id | None = Bounds(description="The meeting that the base was counted of.")


class BallotPage(Page[BallotItem]):
    """One page of ballots."""


class BallotRead(BallotItem):
    """One ballot."""

    version: Version
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class BallotCorrection(Correction):
    """Corrects the figures of a ballot, or strikes it out; `period` is the day it was held."""

    value: CountedVotes | None


class CorrectedBallot(Shape):
    """The ballot after the correction; null where it was struck out."""

    ballot: BallotRead | None
