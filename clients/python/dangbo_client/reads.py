"""The record of reads: who was shown which members' data, by which question, when."""

from dataclasses import dataclass
from datetime import datetime

from dangbo_client.lists import Listing
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One answer that showed members: of one (`member_id`), or of a list (`query_hash`, `count`)."""

    id: str
    read_at: datetime
    actor: ActorName
    route: str
    request_id: str | None
    member_id: str | None
    fields: tuple[str, ...]
    purpose: str | None
    query_hash: str | None
    count: int | None
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAlert:
    """A span of time in which someone was shown more members one by one than the policy lets pass."""

    actor: ActorName
    began_at: datetime
    ended_at: datetime
    persons: int
    reads: int
    allowed: int


class Reads(Resource):
    """`client.reads`."""

    @reads("reads")
    def list(
        self,
        *,
        within: str | None = None,
        actor: str | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
    ) -> Listing[Read]:
        """Who was shown members' data, the latest first; `within` is of single members there."""

    @reads("reads/alerts")
    def alerts(
        self, *, on: Day | None = None, within: str | None = None, actor: str | None = None
    ) -> Listing[ReadAlert]:
        """Who was shown unusually many members one by one on a day (default: today), the latest first."""

    @reads("members/{member_id}/reads")
    def of_member(self, member_id: str) -> Listing[Read]:
        """Who was shown this member alone, the latest first."""
