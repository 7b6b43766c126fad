"""Where an organization stands: what is above it, and what is below it to some depth."""

from pydantic import Field as Bounds

from app.domain.hierarchy import OrganizationType
from app.models.organization import Headcount, OrganizationItem
from app.models.page import Page
from app.models.scalars import Code, Count, Day, Id, Instant, Name, Shape

MOST_NODES = 2_000
"""How many organizations one tree may hold."""

DEEPEST_TREE = 6


class Ancestor(Shape):
    """An organization above another: what anyone may know of it."""

    id: Id
    code: Code | None
    name: Name
    type: OrganizationType


class AncestorPage(Page[Ancestor]):
    """The organizations above one, the root first."""


class TreeNode(OrganizationItem):
    """An organization with its children, down to the depth asked for."""

    members: Headcount | None = Bounds(description="Of the whole branch; null with `before_opening`.")
    before_opening: bool = Bounds(
        description="Some roll in the branch is complete only from a later day: there is no number for this day."
    )
    children_count: Count = Bounds(description="Also where the depth asked for ends here.")
    children: list["TreeNode"] = Bounds(max_length=MOST_NODES, description="By name.")


class TreeRead(Shape):
    """An organization and what stands below it on a day."""

    root: TreeNode | None = Bounds(description="Null where the organization had ended by that day.")
    ended_on: Day | None = Bounds(description="The first day on which it no longer existed.")
    on: Day
    known_at: Instant
