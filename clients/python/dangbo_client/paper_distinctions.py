"""That a person on paper, known by an id in another system, is not a member."""

from dataclasses import dataclass
from datetime import datetime

from dangbo_client.access import PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDistinctionItem:
    """A person on paper and a member who is another person."""

    id: str
    member_id: str
    system: str
    external_id: str
    reason: str
    said_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDistinction(PaperDistinctionItem):
    """One distinction; `struck_out_at`: when it was taken back."""

    struck_out_at: datetime | None
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


class PaperDistinctions(Resource):
    """`client.paper_distinctions`."""

    @reads("members/paper-distinctions")
    def list(
        self,
        *,
        within: str | None = None,
        member: str | None = None,
        system: str | None = None,
        external_id: str | None = None,
        known_at: Instant | None = None,
    ) -> Listing[PaperDistinctionItem]:
        """Persons on paper who were told apart from a member."""

    @reads("members/paper-distinctions/{distinction_id}")
    def get(self, distinction_id: str, *, known_at: Instant | None = None) -> PaperDistinction:
        """One distinction."""

    @writes("members/paper-distinctions")
    def distinguish(self, member_id: str, *, system: str, external_id: str, reason: str) -> PaperDistinction:
        """Say that whom a system knows by an id is not a member."""

    @writes("members/paper-distinctions/{distinction}/corrections")
    def strike_out(
        self, distinction: PaperDistinctionItem, *, reason: str, evidence: str | None = None
    ) -> PaperDistinction:
        """Take a distinction back: it was said in error."""
