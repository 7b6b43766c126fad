"""What became of a subtree between two days."""

from pydantic import ConfigDict
from pydantic import Field as Bounds

from app.domain.hierarchy import DiffChange, OrganizationType
from app.models.organization import Headcount
from app.models.page import Page
from app.models.scalars import Code, Count, Day, Id, Name, Shape


class DiffSide(Shape):
    """The organization on one of the two days."""

    parent_id: Id | None
    parent_name: Name | None
    code: Code | None
    name: Name
    name_en: Name | None
    type: OrganizationType
    members: Headcount | None = Bounds(
        description="Of the whole branch; null with `before_opening`, and outside your reach."
    )
    before_opening: bool


class DiffItem(Shape):
    """An organization that is not on the later day what it was on the earlier one."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    id: Id
    changes: list[DiffChange] = Bounds(max_length=len(DiffChange))
    from_: DiffSide | None = Bounds(alias="from", description="Null where it had not begun.")
    to: DiffSide | None = Bounds(description="Null where it had ended.")


class DiffTotals(Shape):
    """What the whole comparison adds up to."""

    begun: Count
    ended: Count
    moved: Count
    renamed: Count
    retyped: Count
    recoded: Count


class SubtreeSide(Shape):
    """The whole subtree on one of the two days."""

    on: Day
    organizations: Count
    members: Headcount | None = Bounds(description="Null with `before_opening`.")
    before_opening: bool


class DiffPage(Page[DiffItem]):
    """One page of the organizations that differ, by name; `on` is the later day."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    totals: DiffTotals
    from_: SubtreeSide = Bounds(alias="from")
    to: SubtreeSide
