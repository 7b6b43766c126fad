"""Records that may be of one person, and that two are of different persons."""

from dataclasses import dataclass
from datetime import datetime

from dangbo_client.access import PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateMember:
    """One of two records that may be of one person."""

    id: str
    full_name: str
    birth_year: int | None
    cell_id: str
    cell_name: str | None
    standing: str | None
    exit_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatePair:
    """Two records that may be of one person, and why."""

    members: tuple[DuplicateMember, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctionItem:
    """Two records that are of different persons."""

    id: str
    members: tuple[str, ...]
    reason: str
    said_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinction(DistinctionItem):
    """One distinction; `struck_out_at`: when it was taken back."""

    struck_out_at: datetime | None
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


class Distinctions(Resource):
    """`client.distinctions`."""

    @reads("members/duplicates")
    def duplicates(
        self, *, within: str | None = None, known_at: Instant | None = None
    ) -> Listing[DuplicatePair]:
        """Pairs with the same name and birth date, or the same number, that were not told apart."""

    @reads("members/distinctions")
    def list(
        self, *, within: str | None = None, member: str | None = None, known_at: Instant | None = None
    ) -> Listing[DistinctionItem]:
        """Pairs of records that were told apart."""

    @reads("members/distinctions/{distinction_id}")
    def get(self, distinction_id: str, *, known_at: Instant | None = None) -> Distinction:
        """One distinction."""

    def distinguish(self, one_id: str, other_id: str, *, reason: str) -> Distinction:
        """Say that two records are of different persons."""
        document = {"members": [one_id, other_id], "reason": reason}
        return self._write(Distinction, ("members", "distinctions"), document)

    @writes("members/distinctions/{distinction}/corrections")
    def strike_out(
        self, distinction: DistinctionItem, *, reason: str, evidence: str | None = None
    ) -> Distinction:
        """Take a distinction back: it was said in error."""
