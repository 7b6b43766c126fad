"""People as they stand on paper, and whom of the register they are."""

from typing import Annotated, Self

from pydantic import Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from app.domain.matching import MatchContradiction, MatchOutcome, MatchReason
from app.models.member import AS_FAR_AS_KNOWN, MemberItem, Number
from app.models.scalars import CLEAN, Day, Id, Instant, Key, PersonName, Shape, System

MOST_ROWS = 5000
"""Rows in one request."""

MOST_CANDIDATES = 10
"""Candidates shown of one row: whoever must look through more says more about the person instead."""


PaperDay = Annotated[
    str,
    Strict(),
    CLEAN,
    Field(min_length=1, max_length=40, examples=["07/03/1958", "03/1958", "1958", "1958-03-07"]),
]
"""A date as a paper has it, read as the cells of files are; what cannot be read is a verdict on its row alone."""


class PaperRow(Shape):
    """A person as a paper has them; what is left out is not compared."""

    full_name: PersonName = Field(description="Compared without regard to accents or case.")
    birth_date: PaperDay | None = Field(default=None, description=f"{AS_FAR_AS_KNOWN} As papers write it.")
    number: Number | None = Field(
        default=None, description="The whole number of any paper, whenever the member bore it."
    )
    cell_id: Id | None = Field(default=None, description="The cell, where the paper tells.")
    system: System | None = Field(default=None, description="Another system that knows the person.")
    external_id: Key | None = Field(
        default=None,
        description="By which that system does: its bearer is found like that of a number, and whom the person was "
        "said not to be (`/members/paper-distinctions`) is no candidate.",
    )

    @model_validator(mode="after")
    def _of_a_system(self) -> Self:
        if (self.system is None) != (self.external_id is None):
            raise PydanticCustomError("system_and_id_together", "names a system or an id in one alone")
        return self


class PaperRows(Shape):
    """Whom to match. In a body, since names and numbers never stand in URLs."""

    within: Id | None = Field(default=None, description="Only with members in this organization or below it.")
    rows: list[PaperRow] = Field(min_length=1, max_length=MOST_ROWS)


class MatchCandidate(Shape):
    """A member whom a row may mean, what speaks for it and what against."""

    member: MemberItem
    reasons: list[MatchReason] = Field(max_length=len(MatchReason))
    contradictions: list[MatchContradiction] = Field(max_length=len(MatchContradiction))


class RowMatch(Shape):
    """What became of one row."""

    outcome: MatchOutcome
    candidates: list[MatchCandidate] = Field(
        max_length=MOST_CANDIDATES, description="With `sure` the one member; else the likeliest first."
    )
    more: bool = Field(description="There are more candidates than are shown.")


class PaperFault(Shape):
    """What of a row cannot be read."""

    pointer: str = Field(max_length=100, examples=["/body/rows/17/birth_date"])
    code: str = Field(max_length=100)
    detail: str = Field(max_length=1000, description="In the language of `Accept-Language` (vi, en).")


class PaperMatch(RowMatch):
    """What became of one row; of one that is `unreadable`, why: it was compared with nobody."""

    fault: PaperFault | None = Field(description="Null unless the row is `unreadable`.")


class MatchesRead(Shape):
    """What became of each row, in the order of the rows."""

    rows: list[PaperMatch] = Field(max_length=MOST_ROWS)
    on: Day
    known_at: Instant | None = Field(
        description="The latest instant known in this answer; null: nothing recorded yet."
    )
