"""The shape of every list."""

from typing import Generic, TypeVar

from pydantic import Field

from app.models.scalars import Count, Day, Instant, Shape

Item = TypeVar("Item", bound=Shape)

LARGEST_TOTAL = 10_000
"""Up to here a list is counted on demand."""


class Page(Shape, Generic[Item]):
    """One page of a list; `next` is the cursor of the following one, null on the last."""

    items: list[Item] = Field(max_length=200)
    next: str | None = Field(max_length=2000)
    on: Day
    known_at: Instant | None = Field(
        description="The latest instant known in this answer; null: nothing recorded yet."
    )
    total: Count | None = Field(
        default=None,
        description=f"Asked by `total=true`; {LARGEST_TOTAL + 1} means more than {LARGEST_TOTAL}.",
    )
