"""Transfers of members: one row for each time between two steps, and the shapes the API takes and gives."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Discriminator, Tag
from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.domain.membership import Standing
from app.domain.operation import Bulk
from app.domain.transfers import (
    OPEN,
    RefusalGround,
    TransferKind,
    TransferPurpose,
    TransferState,
    TransferStep,
)
from app.models.access import PermittedAction, Refusal
from app.models.fact import NAMES, Fact, believed_once, clean_text, of_operation, one_of, sound_period
from app.models.finding import FindingRead
from app.models.following import Replayed
from app.models.member_changes import Newcomer
from app.models.operation import ActorName, DecisionPaper
from app.models.page import Page
from app.models.scalars import Day, Id, Instant, KnownAt, Name, Note, PersonName, Shape, Version
from app.models.step import OpenStep

_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN))


class Transfer(Fact, table=True):
    """Where a transfer stands from the day of one step to the day of the next."""

    KEY = ("transfer_id",)
    __tablename__ = "transfer"
    __table_args__ = (
        believed_once("transfer", "transfer_id"),
        believed_once("transfer", "open_member_id", name="ex_transfer_one_open"),
        sound_period(),
        one_of("kind", TransferKind),
        one_of("purpose", TransferPurpose),
        one_of("state", TransferState),
        one_of("step", TransferStep),
        one_of("refusal_ground", RefusalGround),
        clean_text("from_outside", 300),
        clean_text("to_outside", 300),
        CheckConstraint("(from_cell_id IS NULL) = (from_outside IS NOT NULL)", name="from_somewhere"),
        CheckConstraint("(to_organization_id IS NULL) = (to_outside IS NOT NULL)", name="to_somewhere"),
        CheckConstraint(
            "refusal_ground IS NULL OR state IN ('refused', 'returned')", name="refusal_ground_of_refusal"
        ),
        CheckConstraint(
            f"open_member_id IS NOT DISTINCT FROM CASE WHEN state IN ({_OPEN}) THEN member_id END",
            name="open_member",
        ),
        Index("ix_transfer_transfer_id", "transfer_id"),
        Index("ix_transfer_member_id", "member_id"),
        *(
            Index(f"ix_transfer_{end}", end, postgresql_where=text("superseded_by IS NULL"))
            for end in ("from_cell_id", "to_organization_id", "to_cell_id")
        ),
        *of_operation("transfer"),
    )

    transfer_id: UUID
    member_id: UUID = Field(foreign_key="member.id")
    kind: str
    purpose: str | None = None
    from_cell_id: UUID | None = Field(default=None, foreign_key="organization.id")
    from_outside: str | None = None
    to_organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    to_outside: str | None = None
    to_cell_id: UUID | None = Field(default=None, foreign_key="organization.id")
    state: str
    step: str
    introduced_on: date
    moved_on: date | None = None
    expected_end: date | None = None
    due_on: date | None = None
    due_rule: str | None = None
    refusal_ground: str | None = None
    open_member_id: UUID | None = Field(default=None, sa_column_kwargs={"info": {NAMES: "member.id"}})
    """The member while the transfer is open: of these one at any instant."""


class TransferPaper(SQLModel, table=True):
    """The paper behind a step that came in a file, whose one operation records the steps of many transfers."""

    __tablename__ = "transfer_paper"
    __table_args__ = (Index("ix_transfer_paper_transfer_id", "transfer_id"),)

    operation_id: UUID = Field(foreign_key="operation.id", primary_key=True)
    transfer_id: UUID = Field(primary_key=True)
    step: str = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key="decision.id")
    supplements: UUID | None = Field(default=None, foreign_key="operation.id")
    """The operation that had recorded the step without a paper, where the file brought nothing but that."""


_PAPERS = "The papers of this step. Where a side outside the register acts, its paper stands for its act."


class TransfersNew(Shape):
    """Introduces members to another organization, all on the same terms: one, or a selection."""

    member_ids: list[Id] = Bounds(min_length=1, max_length=200)
    kind: TransferKind
    introduced_on: Day
    to_organization_id: Id | None = Bounds(
        default=None,
        description="To whom the papers are addressed: a cell, or an organization that chooses the cell. Any of"
        " the directory, also out of reach.",
    )
    to_outside: Name | None = Bounds(
        default=None, description="Instead: an organization outside the register."
    )
    moved_on: Day | None = Bounds(
        default=None, description="The day the decision to move took effect: the limit to begin runs from it."
    )
    purpose: TransferPurpose | None = Bounds(
        default=None,
        description="`work` (default) or `study` of a temporary transfer. `graduation` of one for good: who graduated"
        " on `moved_on` may have stayed at the school without work before it (R-TR-5).",
    )
    expected_end: Day | None = Bounds(default=None, description="Required of a temporary transfer.")
    bulk: Bulk = Bulk.ALL_OR_NOTHING
    preview: bool = Bounds(default=False, strict=True, description="Only say what would come of it.")
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)


class Returner(Shape):
    """Somebody who was transferred out of the register before, and comes back onto a roll."""

    member_id: Id
    cell_id: Id
    standing: Standing
    since: Day


def _known_or_new(value: Any) -> str:
    known = isinstance(value, Returner) or (isinstance(value, dict) and "member_id" in value)
    return "known" if known else "new"


class TransferArrival(Shape):
    """Takes in somebody from outside the register: the sender's paper stands for the introduction."""

    from_outside: Name = Bounds(description="The organization outside the register that sends.")
    introduced_on: Day = Bounds(description="As the sender's paper says.")
    member: Annotated[
        Annotated[Returner, Tag("known")] | Annotated[Newcomer, Tag("new")],
        Discriminator(_known_or_new),
    ]
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(min_length=1, max_length=10, description=_PAPERS)


class TransferStepNew(Shape):
    """A step of a transfer, on a day not before the step before it."""

    step: TransferStep
    on: Day
    cell_id: Id | None = Bounds(
        default=None, description="With `receive`: the cell, where the papers were not addressed to one."
    )
    to_organization_id: Id | None = Bounds(default=None, description="With `forward`: the right destination.")
    to_outside: Name | None = Bounds(
        default=None, description="With `forward`: the same, outside the register."
    )
    expected_end: Day | None = Bounds(default=None, description="With `extend`: the new end.")
    refusal_ground: RefusalGround | None = Bounds(
        default=None,
        description="With `refuse`: why. That a standard of the admission was not met needs the letter to the sender"
        " among `decisions` (R-TR-6).",
    )
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10, description=_PAPERS)


class TransferCorrection(Shape):
    """Strikes out the step that an operation recorded: it was recorded in error, with all it did to the member.

    A file may have recorded two steps, the introduction and its answer; both go.
    """

    operation_id: Id
    reason: Note
    evidence: Note | None = Bounds(default=None, description="The paper that shows it; no personal data.")


class TransferItem(Shape):
    """A transfer as lists show it, on the day asked about."""

    id: Id
    kind: TransferKind
    purpose: TransferPurpose | None
    state: TransferState | None = Bounds(
        description="Null before the introduction, and where the transfer was struck out."
    )
    since: Day | None = Bounds(description="The day of the last step.")
    member_id: Id
    full_name: PersonName | None
    birth_year: int | None = Bounds(ge=1900, le=2200)
    from_cell_id: Id | None
    from_name: Name | None = Bounds(description="The sending cell, or the organization outside the register.")
    to_organization_id: Id | None
    to_name: Name | None = Bounds(description="The destination, in the register or outside it.")
    to_cell_id: Id | None = Bounds(description="The cell that took the member in, or where the member stays.")
    to_cell_name: Name | None
    introduced_on: Day
    moved_on: Day | None
    expected_end: Day | None
    due_on: Day | None = Bounds(description="The last day of the limit that runs; null where none does.")
    due_rule: str | None = Bounds(max_length=20, examples=["R-TR-7"])
    refusal_ground: RefusalGround | None = Bounds(
        description="Why the receiver stopped the reception; null where it did not, or did not say."
    )
    version: Version = Bounds(description="How many operations wrote of it.")


class TransferPage(Page[TransferItem]):
    """One page of transfers."""


class TransferRead(TransferItem):
    """One transfer."""

    findings: list[FindingRead] = Bounds(max_length=20)
    on: Day
    known_at: KnownAt
    steps: list[OpenStep] = Bounds(max_length=20, description="The steps there are, as it stands now.")
    actions: list[PermittedAction] = Bounds(
        max_length=50,
        description="To send over the sender's side, to receive over the receiver's, as it stands now.",
    )


class AdvancedTransfer(TransferRead, Replayed):
    """A transfer after a step, which seats the step ended, and where restructurings took the member."""

    ended_seats: list[Id] = Bounds(
        default=[],
        max_length=1000,
        description="The seats that a reception ended, in committees within your reach.",
    )


class TransferStepItem(Shape):
    """A step that was recorded, with its papers."""

    id: Id = Bounds(description="The operation that recorded it; of a file, which may have recorded more.")
    step: TransferStep
    state: TransferState = Bounds(description="Where the transfer stood after it.")
    on: Day
    recorded_at: Instant
    actor: ActorName
    reason: Note | None
    decisions: list[DecisionPaper] = Bounds(max_length=1000)
    struck_out: bool = Bounds(description="It was recorded in error.")


class TransferStepPage(Page[TransferStepItem]):
    """One page of steps."""


class TransferResult(Shape):
    """What became of one member: the transfer, or the refusal. In a preview the transfer has no id yet."""

    member_id: Id
    transfer_id: Id | None = None
    from_cell_id: Id | None = None
    due_on: Day | None = None
    findings: list[FindingRead] = Bounds(default=[], max_length=20)
    refusal: Refusal | None = None


class TransferResults(Shape):
    """What became of each member, in the order of the request."""

    items: list[TransferResult] = Bounds(max_length=200)
