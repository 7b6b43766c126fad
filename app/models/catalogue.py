"""The shapes of catalogues: codes with dated words."""

from pydantic import Field as Bounds

from app.models.correction import PeriodShape
from app.models.policy import PolicyKey
from app.models.scalars import Count, Day, KnownAt, Shape


class CatalogueEntry(Shape):
    """A code with its words, and the days over which it is said so."""

    code: str = Bounds(max_length=40)
    vi: str = Bounds(max_length=300)
    en: str = Bounds(max_length=300)
    valid: PeriodShape


class CatalogueItem(Shape):
    """A catalogue."""

    name: str = Bounds(max_length=60, examples=["sectors"])
    key: PolicyKey = Bounds(description="The policy whose rows it is; edited like any other.")
    entries_count: Count = Bounds(description="Codes in use on the day.")


class Catalogues(Shape):
    """All catalogues."""

    items: list[CatalogueItem] = Bounds(max_length=100)
    on: Day
    known_at: KnownAt


class CatalogueRead(Shape):
    """One catalogue on a day: its codes in use, in the order of their Vietnamese words."""

    name: str = Bounds(max_length=60)
    key: PolicyKey
    entries: list[CatalogueEntry] = Bounds(max_length=1000)
    source: str = Bounds(max_length=500)
    on: Day
    known_at: KnownAt
