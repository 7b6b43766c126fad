"""Operations: what was recorded, by whom, when it became known; and the feed of changes for other systems."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dangbo_client.lists import LARGEST_PAGE, Listing, Page
from dangbo_client.resource import Resource, reads
from dangbo_client.sending import document_of
from dangbo_client.shapes import Instant, read
from dangbo_client.writing import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorName:
    """Who recorded it."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an operation touched within your reach: the first thousand ids, and how many there are."""

    ids: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a person recorded; `changes` is None where it touched things outside your reach."""

    id: str
    kind: str
    actor: ActorName
    reason: str | None
    effective_on: date | None
    recorded_at: datetime
    decisions: tuple[Decision, ...]
    organizations: Touched
    members: Touched
    changes: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class FeedPage(Page[Operation]):
    """What was recorded next. Handle the items, then keep `latest`: the feed goes on after it."""

    latest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedItem:
    """Something an operation touched."""

    id: str


class Operations(Resource):
    """`client.operations`."""

    @reads("operations")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        member: str | None = None,
        actor: str | None = None,
        kind: Sequence[str] = (),
        order: str = "newest",
        known_at: Instant | None = None,
    ) -> Listing[Operation]:
        """What was recorded within your reach, the `newest` first or the `oldest`.

        `within` is what touched an organization or one that stood below it at the time.
        """

    @reads("operations/{operation_id}")
    def get(self, operation_id: str, *, known_at: Instant | None = None) -> Operation:
        """One operation."""

    @reads("operations/{operation_id}/organizations")
    def organizations(self, operation_id: str) -> Listing[TouchedItem]:
        """All organizations within your reach that an operation touched."""

    @reads("operations/{operation_id}/members")
    def members(self, operation_id: str) -> Listing[TouchedItem]:
        """All members within your reach that an operation touched."""

    def latest(self) -> str | None:
        """The end of the feed as it is now; None while nothing is recorded."""
        return self._feed_page({"order": "newest", "limit": 1}).latest

    def feed(
        self,
        after: str | None = None,
        *,
        within: str | None = None,
        kind: Sequence[str] = (),
        poll_seconds: float = 10.0,
    ) -> Iterator[FeedPage]:
        """All that is recorded after a place in the feed (None: from the beginning), without end or gap.

        Waits `poll_seconds` whenever there is nothing new. Ends only by an exception; call it again with the
        place that was kept last.
        """
        while True:
            asked = {"within": within, "kind": kind, "after": after, "limit": LARGEST_PAGE}
            page = self._feed_page(asked)
            if page.items:
                yield page
            after = page.latest or after
            if page.next is None:
                time.sleep(poll_seconds)

    def _feed_page(self, asked: Mapping[str, Any]) -> FeedPage:
        page = read(FeedPage, document_of(self._sender.get(("operations",), asked)))
        return replace(page, items=tuple(read(Operation, one) for one in page.items))
