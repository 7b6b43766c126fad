"""What a verification of the register answers."""

from typing import Annotated

from pydantic import Field

from app.models.scalars import Count, Instant, Shape

MOST_SHOWN = 100
"""Offenders shown of a check; all are counted."""

Offender = Annotated[str, Field(min_length=1, max_length=100)]


class Checked(Shape):
    """One check, and what offends it."""

    check: str = Field(max_length=60)
    description: str = Field(max_length=300)
    offending: list[Offender] = Field(
        max_length=MOST_SHOWN,
        description="Ids of organizations, members or operations, or `table:id` of single rows; the first 100.",
    )
    offending_count: Count


class Report(Shape):
    """All checks, made in one snapshot of the register."""

    checked: list[Checked] = Field(max_length=100)
    sound: bool = Field(description="Whether nothing offends any check.")
    known_at: Instant | None = Field(
        description="Up to which instant the snapshot knows; null: nothing recorded."
    )
