"""Ratios as answers show them: never a bare number."""

from pydantic import Field as Bounds

from app.models.scalars import Count, Shape


class Ratio(Shape):
    """So many of so many, in per cent, rounded half up."""

    value: str | None = Bounds(max_length=20, description="Per cent; null of nothing.", examples=["91.7"])
    numerator: Count
    denominator: Count
    of: str = Bounds(max_length=60, description="What the denominator counts.", examples=["due"])
    decimals: int = Bounds(ge=0, le=10)
