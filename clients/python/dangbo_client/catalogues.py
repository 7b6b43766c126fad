"""Catalogues: codes with dated words in Vietnamese and English."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A code with its words, its rank where the catalogue is ordered, and the days over which it is said so."""

    code: str
    vi: str
    en: str
    rank: int | None
    valid: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """A catalogue; `key` is the policy by which it is edited, `field` of organizations or members takes its codes."""

    name: str
    key: str
    subject: Literal["organization", "member"]
    field: str
    ordered: bool
    entries_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogues:
    """All catalogues."""

    items: tuple[CatalogueItem, ...]
    on: date
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The codes of a catalogue in use on a day: by rank where it is ordered."""

    name: str
    key: str
    ordered: bool
    entries: tuple[CatalogueEntry, ...]
    source: str
    on: date
    known_at: datetime | None


class CatalogueReader(Resource):
    """`client.catalogues`."""

    @reads("catalogues")
    def list(self, *, on: Day | None = None, known_at: Instant | None = None) -> Catalogues:
        """Which catalogues there are."""

    @reads("catalogues/{name}")
    def get(self, name: str, *, on: Day | None = None, known_at: Instant | None = None) -> Catalogue:
        """The codes of a catalogue on a day, with their words."""
