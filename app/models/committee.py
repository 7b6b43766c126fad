"""Committees of organizations over a term: the table, and beneath it what the API takes and gives."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Strict
from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.domain.committees import CommitteeKind, CommitteeOrigin
from app.models.access import PermittedAction
from app.models.correction import Correction, PeriodShape, WithDependentRecords
from app.models.fact import Fact, believed_once, clean_text, of_operation, one_of, sound_period
from app.models.finding import FindingRead
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.scalars import CLEAN, Count, Day, Id, KnownAt, Name, Note, Shape, Version
from app.models.seat import SeatItem, SeatWanted

LARGEST = 300
"""The most members that a committee may be decided to have; a guard against typing errors."""


class Committee(Fact, table=True):
    """A committee from the day of its election or appointment to the planned or real end of its term.

    At any instant an organization has one of each kind. `reported_on` and `ratified_on` say when the congress's
    result went up and when the superior ratified it.
    """

    KEY = ("committee_id",)
    __tablename__ = "committee"
    __table_args__ = (
        believed_once("committee", "committee_id"),
        believed_once("committee", "organization_id", "kind", name="ex_committee_one_of_a_kind"),
        sound_period(),
        one_of("kind", CommitteeKind),
        one_of("origin", CommitteeOrigin),
        clean_text("term", 60),
        CheckConstraint(f"size BETWEEN 1 AND {LARGEST}", name="size_bounded"),
        CheckConstraint("congress_ordinal BETWEEN 1 AND 200", name="congress_ordinal_bounded"),
        CheckConstraint("upper(valid) IS NOT NULL", name="term_ends"),
        Index("ix_committee_committee_id", "committee_id"),
        Index("ix_committee_organization", "organization_id"),
        *of_operation("committee"),
    )

    committee_id: UUID
    organization_id: UUID = Field(foreign_key="organization.id")
    kind: str
    term: str
    congress_ordinal: int | None = None
    origin: str
    size: int
    reported_on: date | None = None
    ratified_on: date | None = None


Term = Annotated[str, Bounds(min_length=1, max_length=60, examples=["2020-2025"]), CLEAN]
Ordinal = Annotated[
    int, Strict(), Bounds(ge=1, le=200, description="Of the congress; counted through history.")
]
Size = Annotated[
    int,
    Strict(),
    Bounds(
        ge=1, le=LARGEST, description="How many members the congress, or the superior, decided it to have."
    ),
]


class CommitteeNew(Shape):
    """A committee for a term, with those who sit in it from its first day where no other day is said."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    organization_id: Id
    kind: CommitteeKind
    term: Term
    origin: CommitteeOrigin
    congress_ordinal: Ordinal | None = None
    size: Size
    from_: Day = Bounds(alias="from", description="The day of the election or appointment.")
    to: Day | None = Bounds(
        default=None, description="The first day after the term; left out: as the policy of the term says."
    )
    reported_on: Day | None = None
    ratified_on: Day | None = None
    seats: list[SeatWanted] = Bounds(default=[], max_length=LARGEST)
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class CommitteeItem(Shape):
    """A committee as lists show it, with who sits in it on the day, counted."""

    id: Id
    organization_id: Id
    organization_name: Name | None = Bounds(description="On the day asked about.")
    kind: CommitteeKind
    term: Term
    congress_ordinal: Ordinal | None
    origin: CommitteeOrigin
    size: Size
    reported_on: Day | None = Bounds(description="When the congress's result was reported to the superior.")
    ratified_on: Day | None = Bounds(description="When the superior ratified it.")
    persons: Count
    vacancies: Count = Bounds(
        description="How many fewer persons sit than the committee was decided to have."
    )
    headless: bool = Bounds(description="Nobody is its secretary, or its chair.")
    periods: list[PeriodShape] = Bounds(
        max_length=100,
        description="When it is in office; more than one where a part was struck out, none where all was.",
    )
    version: Version = Bounds(description="How many operations made, changed or corrected it.")


class CommitteePage(Page[CommitteeItem]):
    """One page of committees."""


class CommitteeRead(CommitteeItem):
    """One committee with its seats of the day, the highest titles first."""

    standing: Count = Bounds(description="Of the persons, those in the standing committee.")
    elected: Count = Bounds(description="Of the persons, those elected, ratified or not.")
    appointed: Count = Bounds(description="Of the persons, those appointed.")
    seats: list[SeatItem] = Bounds(max_length=1000)
    findings: list[FindingRead] = Bounds(max_length=100)
    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class CommitteeChange(Shape):
    """What was decided or done since: another end of the term, report and ratification of the congress.

    A field left out stays as it is. Seats held to the end of the term go on to a later end; at an earlier one all
    end.
    """

    ends_on: Day | None = Bounds(default=None, description="The first day after the term. Cannot be null.")
    reported_on: Day | None = None
    ratified_on: Day | None = None
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class CommitteeValue(Shape):
    """What should have been recorded; a field left out as it is, or as next to the period."""

    term: Term | None = Bounds(default=None, description="Cannot be null.")
    congress_ordinal: Ordinal | None = None
    origin: CommitteeOrigin | None = Bounds(default=None, description="Cannot be null.")
    size: Size | None = Bounds(default=None, description="Cannot be null.")
    reported_on: Day | None = None
    ratified_on: Day | None = None


class CommitteeCorrection(Correction):
    """Corrects a committee over a period; without fields: it was in office then too.

    Struck out over a period, what was recorded of its seats there is struck out as well.
    """

    value: CommitteeValue | None


class CorrectedCommittee(WithDependentRecords):
    """The committee after the correction, and the seats that rest on the corrected days."""

    committee: CommitteeRead
