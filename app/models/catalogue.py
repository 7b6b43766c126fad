"""The shapes of catalogues: codes with dated words."""

from typing import Literal

from pydantic import Field as Bounds

from app.models.correction import PeriodShape
from app.models.policy import PolicyKey
from app.models.scalars import Count, Day, KnownAt, Shape


class CatalogueEntry(Shape):
    """A code with its words, and the days over which it is said so."""

    code: str = Bounds(max_length=40)
    vi: str = Bounds(max_length=300)
    en: str = Bounds(max_length=300)
    rank: Count | None = Bounds(
        description="Its place among the levels, the lowest first; null where not ordered."
    )
    valid: PeriodShape


class CatalogueItem(Shape):
    """A catalogue."""

    name: str = Bounds(max_length=60, examples=["sectors"])
    key: PolicyKey = Bounds(description="The policy whose rows it is; edited like any other.")
    subject: Literal["organization", "member"] = Bounds(description="Whose field takes the codes.")
    field: str = Bounds(max_length=60, description="The field that takes the codes.", examples=["sector"])
    ordered: bool = Bounds(description="Whether its codes are levels, each with a rank.")
    entries_count: Count = Bounds(description="Codes in use on the day.")


class Catalogues(Shape):
    """All catalogues."""

    items: list[CatalogueItem] = Bounds(max_length=100)
    on: Day
    known_at: KnownAt


class CatalogueRead(Shape):
    """One catalogue on a day: its codes in use, by rank where it is ordered, else by their Vietnamese words."""

    name: str = Bounds(max_length=60)
    key: PolicyKey
    ordered: bool
    entries: list[CatalogueEntry] = Bounds(max_length=1000)
    source: str = Bounds(max_length=500)
    on: Day
    known_at: KnownAt
