"""Who comes onto the roll, and what changes of a member from a day on."""

from typing import Annotated, Any

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from app.domain.membership import ActivityStatus, Standing
from app.domain.person import IdentifierKind
from app.models.following import Replayed
from app.models.member import AS_FAR_AS_KNOWN, MemberRead, Number, Particulars
from app.models.operation import DecisionPaper
from app.models.scalars import Day, Id, Key, Note, OtherSystem, PossibleDay, RecordedName, Shape


def _each_once(given: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Two names that are the same once they are cleaned would lose one of their values."""
    names = read(given)
    if len(names) < len(given):
        raise PydanticCustomError("name_repeated", "holds a name twice")
    return names


class BorneNumber(Shape):
    """A number the member bears."""

    kind: IdentifierKind
    number: Number


class Newcomer(Particulars):
    """A person who comes onto the roll of a cell, from a day on."""

    cell_id: Id
    standing: Standing
    since: Day
    full_name: RecordedName
    birth_date: PossibleDay | None = Field(default=None, description=AS_FAR_AS_KNOWN)
    activity_status: ActivityStatus = ActivityStatus.ACTIVE
    identifiers: list[BorneNumber] = Field(default=[], max_length=10, description="At most one of a kind.")
    external_ids: Annotated[dict[OtherSystem, Key], WrapValidator(_each_once)] = Field(
        default={}, max_length=50, description="By system."
    )


class MemberCreation(Newcomer):
    """Puts a person onto the roll of a cell, from a day on."""

    reason: Note | None = None
    decisions: list[DecisionPaper] = Field(default=[], max_length=10)


class ChangedNumber(Shape):
    """A number from a day on; null: the member bears none of the kind."""

    kind: IdentifierKind
    number: Number | None


class MemberChange(Particulars):
    """What becomes true of a member from a day on, until it is known to change next.

    A field left out stays as it is; null ends it. The birth date has no change, only corrections (R-MEM-1); the
    status has acts of its own.
    """

    effective_on: Day
    reason: Note | None = None
    decisions: list[DecisionPaper] = Field(default=[], max_length=10)
    full_name: RecordedName | None = Field(default=None, description="Cannot end.")
    cell_id: Id | None = Field(default=None, description="Cannot end: leaving the roll is an exit.")
    standing: Standing | None = Field(default=None, description="Cannot end: leaving the roll is an exit.")
    identifiers: list[ChangedNumber] = Field(default=[], max_length=10, description="At most one of a kind.")


class WrittenMember(MemberRead, Replayed):
    """The member after the act, and where restructurings took him or her."""
