"""Meetings of cells and committees: recorded with absentees and resolutions; how regularly bodies met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dangbo_client.access import PermittedAction, Refusal
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads
from dangbo_client.sending import document_of
from dangbo_client.shapes import Day, Instant, read
from dangbo_client.writing import Decision, act, correction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResolution:
    """What a meeting resolved; of how many votes is counted by the register."""

    title: str
    in_favour: int
    share: str = "simple_majority"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting held (`held_on`), or the regular one of a month (`YYYY-MM`) that was not (`not_held_reason`).

    `absences` gives the reason by the id of each member who did not come.
    """

    organization_id: str
    body: str
    month: str
    held_on: Day | None = None
    not_held_reason: str | None = None
    kind: str = "regular"
    absences: Mapping[str, str] = field(default_factory=dict)
    resolutions: Sequence[NewResolution] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingItem:
    """A meeting as lists show it."""

    id: str
    organization_id: str
    organization_name: str | None
    body: str
    committee_id: str | None
    kind: str
    month: str
    held: bool
    day: date
    not_held_reason: str | None
    absences: int
    resolutions: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was there, by the roll of the day."""

    on_roll: int
    official: int
    present: int
    official_present: int
    absent: Mapping[str, int]
    suspended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteBase:
    """Of how many the shares of votes are taken, item by item."""

    summoned: int
    left_out: Mapping[str, int]
    size: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Who did not come; whose absence it was, only where the member is in your reach."""

    member_id: str | None
    full_name: str | None
    reason: str
    on_roll: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was resolved, with the base as it was counted when this was recorded."""

    number: int
    title: str
    share: str
    summoned: int
    left_out: Mapping[str, int]
    base: int
    in_favour: int
    needed: int
    carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(MeetingItem):
    """One meeting."""

    attendance: Attendance | None
    base: VoteBase | None
    absent: tuple[Absence, ...]
    resolved: tuple[Resolution, ...]
    findings: tuple[Finding, ...]
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResult:
    """What became of one wanted meeting: the meeting, or the refusal."""

    meeting: MeetingItem | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """So many of so many; `value` in per cent."""

    value: str | None
    numerator: int
    denominator: int
    of: str
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularity:
    """Regular meetings held of those due, said not to be held, not recorded."""

    due: int
    held: int
    not_held: int
    missing: int
    regularity: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularityItem(Regularity):
    """Those of one body."""

    organization_id: str
    organization_name: str | None
    body: str


class Regularities(Listing[RegularityItem]):
    """The bodies of a subtree, by the name of the organization; and all of them together."""

    def whole(self) -> Regularity:
        """What all bodies come to."""
        return read(Regularity, self._page({"limit": 1})["whole"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Absentee:
    """A member who missed meetings of the cell without reason, and of which months."""

    id: str
    full_name: str | None
    cell_id: str
    cell_name: str | None
    standing: str
    months: tuple[str, ...]


class Meetings(Resource):
    """`client.meetings`. Months are written `YYYY-MM`."""

    @reads("meetings")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        committee: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        kind: Sequence[str] = (),
        held: bool | None = None,
        known_at: Instant | None = None,
    ) -> Listing[MeetingItem]:
        """Meetings, month by month, held or not."""

    @reads("meetings/{meeting_id}")
    def get(self, meeting_id: str, *, known_at: Instant | None = None) -> Meeting:
        """One meeting with attendance, the base of votes, absentees and resolutions."""

    def record(
        self,
        *meetings: NewMeeting,
        each: bool = False,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> tuple[MeetingResult, ...]:
        """Record up to 200 meetings in one act: all or none of them; with `each`, every one for itself."""
        said = {
            "meetings": [_said(one) for one in meetings],
            "bulk": "each" if each else "all_or_nothing",
        }
        return self._write(tuple[MeetingResult, ...], ("meetings",), act(reason, decisions, said))

    def correct(
        self, meeting: Meeting, value: dict[str, Any] | None, *, reason: str, evidence: str | None = None
    ) -> Meeting | None:
        """Say what should have been recorded (lists as a whole); None strikes the meeting out."""
        next_day = meeting.day + timedelta(days=1)
        document = correction(meeting.day, next_day, reason, evidence, value=value)
        path = ("meetings", meeting.id, "corrections")
        answer = document_of(self._sender.post(path, document, if_match=meeting.etag))
        return None if answer["meeting"] is None else self.get(meeting.id)

    @reads("organizations/{organization_id}/meeting-regularity")
    def regularity(
        self, organization_id: str, *, from_: str, to: str, known_at: Instant | None = None
    ) -> Regularities:
        """How many of the regular meetings due in some months each body of a subtree held."""

    @reads("organizations/{organization_id}/absentees")
    def absentees(
        self, organization_id: str, *, year: int, months: int | None = None, known_at: Instant | None = None
    ) -> Listing[Absentee]:
        """Who missed the meetings of so many months of a year without reason; default: as the rules of removal say."""


def _said(wanted: NewMeeting) -> dict[str, Any]:
    return {
        "organization_id": wanted.organization_id,
        "body": wanted.body,
        "kind": wanted.kind,
        "month": wanted.month,
        "held_on": wanted.held_on,
        "not_held_reason": wanted.not_held_reason,
        "absences": [
            {"member_id": member_id, "reason": reason} for member_id, reason in wanted.absences.items()
        ],
        "resolutions": [
            {"title": one.title, "share": one.share, "in_favour": one.in_favour} for one in wanted.resolutions
        ],
    }
