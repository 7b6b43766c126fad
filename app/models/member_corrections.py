"""What was recorded wrongly of a member, fact by fact."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.leaving import ExitGround
from app.domain.membership import ActivityStatus, ExitReason, Standing
from app.domain.person import IdentifierKind
from app.models.correction import Correction, WithDependentOperations
from app.models.following import Replayed
from app.models.member import AS_FAR_AS_KNOWN, MemberRead, Number, Particulars
from app.models.scalars import Id, Key, OtherSystem, PossibleDay, RecordedName, Shape


class PersonValue(Particulars):
    """Particulars to correct: those left out stay, null ones were not known."""

    full_name: RecordedName | None = Field(default=None, description="Never null.")
    birth_date: PossibleDay | None = Field(default=None, description=AS_FAR_AS_KNOWN)


class MembershipValue(Shape):
    """In a cell with a standing; or out, and why."""

    cell_id: Id | None = None
    standing: Standing | None = None
    exit_reason: ExitReason | None = None
    exit_ground: ExitGround | None = None

    @model_validator(mode="after")
    def _in_a_cell_or_out(self) -> Self:
        inside = self.cell_id is not None
        if inside != (self.standing is not None) or inside != (self.exit_reason is None):
            raise PydanticCustomError("in_a_cell_or_out", "is neither a cell with a standing nor an exit")
        if inside and self.exit_ground is not None:
            raise PydanticCustomError("in_a_cell_or_out", "is a ground without an exit")
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
    system: OtherSystem
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


class CorrectedMember(WithDependentOperations, Replayed):
    """The member after the correction, as of today; null where no membership is left, or it is out of reach now."""

    member: MemberRead | None
