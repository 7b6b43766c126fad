"""What is recorded of members: who comes onto the roll, what changes, what was recorded wrongly."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.person import IdentifierKind
from app.models.correction import Corrected, Correction
from app.models.member import AS_FAR_AS_KNOWN, MemberRead, Number, Particulars
from app.models.operation import DecisionPaper
from app.models.scalars import Day, Id, Key, Note, PersonName, PossibleDay, Shape, System


class BorneNumber(Shape):
    """A number the member bears."""

    kind: IdentifierKind
    number: Number


class MemberCreation(Particulars):
    """A person who comes onto the roll of a cell, from a day on."""

    cell_id: Id
    standing: Standing
    since: Day
    full_name: PersonName
    birth_date: PossibleDay | None = Field(default=None, description=AS_FAR_AS_KNOWN)
    activity_status: ActivityStatus = ActivityStatus.ACTIVE
    identifiers: list[BorneNumber] = Field(default=[], max_length=10, description="At most one of a kind.")
    external_ids: dict[System, Key] = Field(default={}, max_length=50, description="By system.")
    reason: Note | None = None
    decisions: list[DecisionPaper] = Field(default=[], max_length=10)


class ChangedNumber(Shape):
    """A number from a day on; null: the member bears none of the kind."""

    kind: IdentifierKind
    number: Number | None


class MemberChange(Particulars):
    """What becomes true of a member from a day on, until it is known to change next.

    A field left out stays as it is; null ends it. The birth date has no change, only corrections (R-MEM-1).
    """

    effective_on: Day
    reason: Note | None = None
    decisions: list[DecisionPaper] = Field(default=[], max_length=10)
    full_name: PersonName | None = Field(default=None, description="Cannot end.")
    cell_id: Id | None = Field(default=None, description="Cannot end: leaving the roll is an exit.")
    standing: Standing | None = Field(default=None, description="Cannot end: leaving the roll is an exit.")
    activity_status: ActivityStatus | None = Field(default=None, description="Null: `active`.")
    identifiers: list[ChangedNumber] = Field(default=[], max_length=10, description="At most one of a kind.")


class PersonValue(Particulars):
    """Particulars to correct: those left out stay, null ones were not known."""

    full_name: PersonName | None = Field(default=None, description="Never null.")
    birth_date: PossibleDay | None = Field(default=None, description=AS_FAR_AS_KNOWN)


class MembershipValue(Shape):
    """In a cell with a standing; or out, and why."""

    cell_id: Id | None = None
    standing: Standing | None = None
    exit_reason: ExitReason | None = None

    @model_validator(mode="after")
    def _in_a_cell_or_out(self) -> Self:
        inside = self.cell_id is not None
        if inside != (self.standing is not None) or inside != (self.exit_reason is None):
            raise PydanticCustomError("in_a_cell_or_out", "is neither a cell with a standing nor an exit")
        return self


class ActivityValue(Shape):
    """How the member takes part."""

    status: ActivityStatus


class NumberValue(Shape):
    """The number of a paper."""

    number: Number


class OtherSystemsIdValue(Shape):
    """The id in another system."""

    external_id: Key


class PersonCorrection(Correction):
    """Corrects particulars over a period of the record; they cannot be struck out whole."""

    fact: Literal["person"]
    value: PersonValue


class MembershipCorrection(Correction):
    """Corrects cell and standing, or an exit."""

    fact: Literal["membership"]
    value: MembershipValue | None


class ActivityCorrection(Correction):
    """Corrects a departure from ordinary activity; `active` strikes it out."""

    fact: Literal["activity"]
    value: ActivityValue | None


class IdentifierCorrection(Correction):
    """Corrects a number."""

    fact: Literal["identifier"]
    kind: IdentifierKind
    value: NumberValue | None


class MemberExternalIdCorrection(Correction):
    """Corrects the id in another system."""

    fact: Literal["external_id"]
    system: System
    value: OtherSystemsIdValue | None


MemberCorrection = Annotated[
    PersonCorrection
    | MembershipCorrection
    | ActivityCorrection
    | IdentifierCorrection
    | MemberExternalIdCorrection,
    Field(discriminator="fact"),
]
"""One fact of a member, corrected over a period."""


class CorrectedMember(Corrected):
    """The member after the correction, as of today; null where no membership is left, or it is out of reach now."""

    member: MemberRead | None
