"""The directory: every organization of a day, for everyone who is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """An organization on the way down from the root."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryItem:
    """An organization alive on the day, with the path from the root down to its parent."""

    id: str
    code: str | None
    name: str
    name_en: str | None
    type: str
    path: tuple[PathStep, ...]


class Directory(Resource):
    """`client.directory`: every organization, whatever one's reach."""

    @reads("directory")
    def list(
        self,
        *,
        q: str | None = None,
        type: Sequence[str] = (),
        id: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[DirectoryItem]:
        """Organizations alive on a day, by name; `q` is part of a name, accents and case disregarded."""
