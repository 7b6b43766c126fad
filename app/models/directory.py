"""The directory: what every signed-in user may know of every organization."""

from pydantic import Field as Bounds

from app.domain.hierarchy import OrganizationType
from app.models.page import Page
from app.models.scalars import Code, Id, Name, Shape


class PathStep(Shape):
    """An organization on the way down from the root."""

    id: Id
    name: Name


class DirectoryItem(Shape):
    """An organization alive on the day."""

    id: Id
    code: Code | None
    name: Name
    name_en: Name | None
    type: OrganizationType
    path: list[PathStep] = Bounds(max_length=20, description="From the root down to its parent.")


class DirectoryPage(Page[DirectoryItem]):
    """One page of the directory."""
