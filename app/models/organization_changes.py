"""What changes of an organization from a day on."""

from pydantic import Field as Bounds

from app.models.operation import DecisionPaper
from app.models.scalars import Code, Day, Name, Note, SectorCode, Shape


class OrganizationChange(Shape):
    """What becomes true of an organization from a day on, until it is known to change next.

    A field left out stays as it is; null ends the fact. Place and type change by a restructuring.
    """

    effective_on: Day
    reason: Note | None = None
    decisions: list[DecisionPaper] = Bounds(default=[], max_length=10)
    name: Name | None = Bounds(default=None, description="Cannot end.")
    name_en: Name | None = None
    code: Code | None = None
    sector: SectorCode | None = None
    authorised_to_admit_and_expel: bool | None = Bounds(
        default=None, description="True: the superior grants it (R-ORG-14); false or null: revokes it."
    )
    delegated_upper_powers: bool | None = Bounds(
        default=None, description="True: the superior grants them (R-ORG-14); false or null: revokes them."
    )
