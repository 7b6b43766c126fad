"""Descent of organizations: the tables, and beneath them what the API gives."""

from uuid import UUID

from pydantic import Field as Bounds
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from app.domain.restructuring.lineage import LineageKind
from app.models.fact import Fact, believed_once, of_operation, one_of, sound_period
from app.models.page import Page
from app.models.ratio import Ratio
from app.models.scalars import MOST_IDS, Code, Day, Id, Instant, Name, Shape

MOST_SUCCESSORS = 10_000
"""More than any organization has gone into."""


class Lineage(Fact, table=True):
    """What part of an organization went into which other one, from the day on which it did.

    `share` of `whole` members of the source; a source that survives a split keeps the rest by an edge to itself.
    `measure` is the number of the measure of its document that did it; all edges of one operation hold together.
    """

    KEY = ("lineage_id",)
    __tablename__ = "lineage"
    __table_args__ = (
        believed_once("lineage", "lineage_id"),
        sound_period(),
        one_of("kind", LineageKind),
        CheckConstraint("share BETWEEN 1 AND whole", name="share_of_whole"),
        Index("ix_lineage_source", "source_id", postgresql_where=text("superseded_by IS NULL")),
        Index("ix_lineage_target", "target_id", postgresql_where=text("superseded_by IS NULL")),
        *of_operation("lineage"),
    )

    lineage_id: UUID
    source_id: UUID = Field(foreign_key="organization.id")
    target_id: UUID = Field(foreign_key="organization.id")
    kind: str
    share: int
    whole: int
    measure: int


class RollDestination(Fact, table=True):
    """Where those go who are found later to have been in a cell on a day from which it holds no members any more.

    `destination_id` null: out of the register.
    """

    KEY = ("cell_id",)
    __tablename__ = "roll_destination"
    __table_args__ = (
        believed_once("roll_destination", "cell_id"),
        sound_period(),
        CheckConstraint("destination_id <> cell_id", name="not_to_itself"),
        Index("ix_roll_destination_cell_id", "cell_id"),
        *of_operation("roll_destination"),
    )

    cell_id: UUID = Field(foreign_key="organization.id")
    destination_id: UUID | None = Field(default=None, foreign_key="organization.id")


class LineageEnd(Shape):
    """An organization as it is on the day asked about, or was on its last day. What the directory shows of it."""

    id: Id
    code: Code | None
    name: Name
    ended_on: Day | None = Bounds(description="Where it had ended by the day asked about.")


class LineageItem(Shape):
    """What part of an organization went into another one, or into what it was from then on itself."""

    source: LineageEnd
    target: LineageEnd
    kind: LineageKind
    share: Ratio | None = Bounds(
        description="Members of the source that the target took, of all; equal parts where it had none. Null where the"
        " source is out of your reach."
    )
    effective_on: Day
    operation_id: Id = Bounds(description="What recorded it.")


class LineagePage(Page[LineageItem]):
    """One page of the descent of an organization."""


class SuccessorItem(LineageEnd):
    """Who holds a part of what an organization was; ended where that part has no successor."""

    share: Ratio


class SuccessorsRead(Shape):
    """What an organization of one day had become by another."""

    id: Id
    since: Day = Bounds(description="The day of which it is asked what the organization has become.")
    successors: list[SuccessorItem] = Bounds(
        max_length=MOST_SUCCESSORS, description="Their shares are a whole."
    )
    on: Day
    known_at: Instant


class ResolvedItem(Shape):
    """What became of the organization behind one code or id."""

    code: Code | None = Bounds(description="As asked.")
    id: Id | None = Bounds(description="As asked.")
    organization: LineageEnd | None = Bounds(
        description="Who bears the code on the day, or bore it last before; null: nobody within your reach."
    )
    borne: bool = Bounds(
        description="The code is borne on the day; of an id: the organization is alive on it."
    )
    successors: list[SuccessorItem] = Bounds(
        max_length=MOST_SUCCESSORS, description="What it has become by the day; itself while it is alive."
    )


class ResolvedOrganizations(Shape):
    """The codes, then the ids, in the order in which they were asked."""

    items: list[ResolvedItem] = Bounds(max_length=2 * MOST_IDS)
    on: Day
    known_at: Instant | None = Bounds(
        description="The latest instant known in this answer; null: nothing recorded yet."
    )
