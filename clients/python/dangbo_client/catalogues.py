"""Catalogues: codes with dated words in Vietnamese and English."""

from dataclasses import dataclass
from datetime import date, datetime

from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A code with its words, and the days over which it is said so."""

    code: str
    vi: str
    en: str
    valid: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueItem:
    """A catalogue; `key` is the policy by which it is edited."""

    name: str
    key: str
    entries_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogues:
    """All catalogues."""

    items: tuple[CatalogueItem, ...]
    on: date
    known_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The codes of a catalogue in use on a day."""

    name: str
    key: str
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
