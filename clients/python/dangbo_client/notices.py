"""Notices: what other systems say of people, and how it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NotRequired, TypedDict

from dangbo_client.access import OpenStep, PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.member_shapes import RowMatch
from dangbo_client.operations import ActorName
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant


class About(TypedDict):
    """Who a notice is about: the id in the sending system, a name or a number at least."""

    external_id: NotRequired[str]
    full_name: NotRequired[str]
    birth_date: NotRequired[str]
    number: NotRequired[str]
    cell_id: NotRequired[str]


class NewNotice(TypedDict):
    """One notice. `external_id` is the system's own id of it: sent again it is the same one."""

    external_id: str
    kind: str
    happened_on: Day
    about: About
    note: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """A notice as lists show it: unmatched, matched, settled or dismissed; `due_on` None: no limit is known."""

    id: str
    system: str
    external_id: str
    kind: str
    happened_on: date
    organization_id: str
    organization_name: str | None
    state: str
    member_id: str | None
    full_name: str | None
    due_on: date | None
    overdue: bool
    note: str | None
    received_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePerson:
    """Who a notice is about, as it was sent; the number masked."""

    external_id: str | None
    full_name: str | None
    birth_date: str | None
    birth_date_masked: bool
    number: str | None
    cell_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(NoticeItem):
    """One notice, and what became of it."""

    about: NoticePerson | None
    sent_by: ActorName
    matched_by: ActorName | None
    closed_by: ActorName | None
    closed_at: datetime | None
    closing_reason: str | None
    settled_by: str | None
    steps: tuple[OpenStep, ...]
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeResult:
    """What became of a notice that was sent; `outcome` None: it was known."""

    notice: NoticeItem
    known: bool
    outcome: str | None


class Notices(Resource):
    """`client.notices`."""

    @writes("notices")
    def send(
        self, system: str, notices: Sequence[NewNotice], *, organization_id: str | None = None
    ) -> tuple[NoticeResult, ...]:
        """Send what a system says, up to 200 at once; a machine client's organization is its own by default."""

    @reads("notices")
    def list(
        self,
        *,
        within: str | None = None,
        member: str | None = None,
        kind: Sequence[str] = (),
        state: Sequence[str] = (),
        due_by: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[NoticeItem]:
        """Notices within your reach, those due first before the others."""

    @reads("notices/{notice_id}")
    def get(self, notice_id: str, *, known_at: Instant | None = None) -> Notice:
        """One notice."""

    @reads("notices/{notice}/candidates")
    def candidates(self, notice: NoticeItem) -> RowMatch:
        """Whom of the members within your reach a notice may mean."""

    @writes("notices/{notice}/matches")
    def match(self, notice: NoticeItem, member_id: str, *, reason: str | None = None) -> Notice:
        """Say whom a notice means."""

    @writes("notices/{notice}/settlements")
    def settle(self, notice: NoticeItem, operation_id: str, *, reason: str | None = None) -> Notice:
        """Name the recorded act about the member by which a notice is settled."""

    @writes("notices/{notice}/dismissals")
    def dismiss(self, notice: NoticeItem, *, reason: str) -> Notice:
        """Dismiss a notice: nothing is to be done."""
