"""Seats in committees: the table, and beneath it what the API takes and gives."""

from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as Bounds
from sqlalchemy import Index, text
from sqlmodel import Field

from app.domain.committees import HEADS, CommitteeKind, SeatBasis, SeatEndReason, SeatTitle
from app.domain.operation import Bulk
from app.models.access import PermittedAction, Refusal
from app.models.correction import Correction, PeriodShape
from app.models.fact import Fact, believed_once, of_operation, one_of, sound_period
from app.models.finding import FindingRead
from app.models.operation import DecisionPaper
from app.models.page import Page
from app.models.scalars import Day, Id, KnownAt, Name, Note, PersonName, Shape, Version

_HEADS = ", ".join(f"'{one.value}'" for one in HEADS)


class Seat(Fact, table=True):
    """A person's seat in a committee under the highest title held there. `end_reason`: it ended before the term."""

    KEY = ("seat_id",)
    __tablename__ = "seat"
    __table_args__ = (
        believed_once("seat", "seat_id"),
        believed_once("seat", "committee_id", "member_id", name="ex_seat_one_of_a_person"),
        believed_once("seat", "committee_id", name="ex_seat_one_head", where=f"title IN ({_HEADS})"),
        sound_period(),
        one_of("title", SeatTitle),
        one_of("basis", SeatBasis),
        one_of("end_reason", SeatEndReason),
        Index("ix_seat_seat_id", "seat_id"),
        Index("ix_seat_committee", "committee_id"),
        Index("ix_seat_member", "member_id", postgresql_where=text("superseded_by IS NULL")),
        *of_operation("seat"),
    )

    seat_id: UUID
    committee_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    title: str
    basis: str
    end_reason: str | None = None


class SeatWanted(Shape):
    """Someone's seat in a committee, from a day to the end of the term or an earlier day."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    member_id: Id
    title: SeatTitle = Bounds(description="The highest held: it implies the lower ones.")
    basis: SeatBasis
    from_: Day | None = Bounds(default=None, alias="from", description="Left out: the committee's first day.")
    to: Day | None = Bounds(default=None, description="Left out: the end of the term.")


class SeatNew(SeatWanted):
    """The same with the committee."""

    committee_id: Id


class SeatsNew(Shape):
    """Seats to make in one act.

    Who sits in the committee already under another title leaves that seat on the day on which this one begins.
    """

    seats: list[SeatNew] = Bounds(min_length=1, max_length=200)
    bulk: Bulk = Bulk.ALL_OR_NOTHING
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class SeatItem(Shape):
    """A seat as lists show it. Who holds it is told to those who may read the member."""

    id: Id
    committee_id: Id
    committee_kind: CommitteeKind
    organization_id: Id
    organization_name: Name | None = Bounds(description="On the day asked about.")
    member_id: Id | None = Bounds(description="Null where the member is out of your reach.")
    full_name: PersonName | None = Bounds(description="On the day asked about; null where out of your reach.")
    title: SeatTitle
    basis: SeatBasis
    end_reason: SeatEndReason | None = Bounds(description="Where it ends before the term.")
    periods: list[PeriodShape] = Bounds(
        max_length=100,
        description="When it is held; more than one where a part was struck out, none where all was.",
    )
    version: Version = Bounds(description="How many operations made, ended or corrected it.")


class SeatPage(Page[SeatItem]):
    """One page of seats."""


class SeatRead(SeatItem):
    """One seat."""

    findings: list[FindingRead] = Bounds(max_length=10)
    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class SeatEnding(Shape):
    """Ends a seat before the term: `ended_on` is the first day on which it is no longer held."""

    ended_on: Day
    end_reason: SeatEndReason
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(
        default=[],
        max_length=10,
        description="None needed for retirement, change of job and official transfer [294 16.4].",
    )


class SeatValue(Shape):
    """What should have been recorded; a field left out as it is, or as next to the period."""

    title: SeatTitle | None = Bounds(default=None, description="Cannot be null.")
    basis: SeatBasis | None = Bounds(default=None, description="Cannot be null.")
    end_reason: SeatEndReason | None = None


class SeatCorrection(Correction):
    """Corrects a seat over a period; without fields: it was held then too."""

    value: SeatValue | None


class SeatResult(Shape):
    """What became of one item: the seat, or the refusal."""

    seat: SeatItem | None = None
    refusal: Refusal | None = None


class SeatResults(Shape):
    """What became of each item, in the order of the request."""

    items: list[SeatResult] = Bounds(max_length=200)
