"""Meetings as answers show them."""

from pydantic import Field as Bounds

from app.domain.meetings import AbsenceReason, MeetingBody, MeetingKind, NotHeldReason, ResolutionShare
from app.models.access import PermittedAction, Refusal
from app.models.ballot import LeftOut, Voters
from app.models.finding import FindingRead
from app.models.meeting import MOST_ABSENCES, MOST_RESOLUTIONS, Title
from app.models.page import Page
from app.models.scalars import Count, Day, Id, KnownAt, Month, Name, PersonName, Shape, Version


class MeetingItem(Shape):
    """A meeting as lists show it."""

    id: Id
    organization_id: Id
    organization_name: Name | None = Bounds(description="On the day of the meeting.")
    body: MeetingBody
    committee_id: Id | None = Bounds(description="Which committee met.")
    kind: MeetingKind
    month: Month
    held: bool
    day: Day = Bounds(description="The day it was held; if it was not, the last of its month.")
    not_held_reason: NotHeldReason | None
    absences: Count
    resolutions: Count
    version: Version = Bounds(description="How many operations made or corrected it.")


class MeetingPage(Page[MeetingItem]):
    """One page of meetings."""


class AttendanceRead(Shape):
    """Who was there, by the roll of the day. On the roll: present, absent, and the suspended not said to be absent."""

    on_roll: Count = Bounds(description="Members of the cell, or those who sat in the committee.")
    official: Count
    present: Count
    official_present: Count
    absent: dict[AbsenceReason, Count] = Bounds(max_length=len(AbsenceReason))
    suspended: Count = Bounds(description="Take part in no meeting.")


class BaseRead(Shape):
    """Of how many the shares of votes are taken, item by item (R-VOTE-2)."""

    summoned: Voters = Bounds(description="Official members on the roll, or those who sat in the committee.")
    left_out: LeftOut
    size: Voters = Bounds(description="Summoned, less those left out.")
    source: str = Bounds(max_length=500)


class AbsenceRead(Shape):
    """Who did not come, told to those who may read the member."""

    member_id: Id | None = Bounds(description="Null where the member is out of your reach.")
    full_name: PersonName | None = Bounds(description="On the day; null where out of your reach.")
    reason: AbsenceReason
    on_roll: bool = Bounds(
        description="False where later corrections took the member off the roll of that day."
    )


class ResolutionRead(Shape):
    """What the meeting resolved, with the base as it was counted when this was recorded."""

    number: int = Bounds(ge=1, le=MOST_RESOLUTIONS)
    title: Title
    share: ResolutionShare
    summoned: Voters
    left_out: LeftOut
    base: Voters = Bounds(description="Summoned, less those left out.")
    in_favour: Voters
    needed: Voters = Bounds(description="The fewest votes in favour that carry (R-VOTE-1).")
    carried: bool


class MeetingRead(MeetingItem):
    """One meeting with who was there, of how many votes are counted, and what was resolved."""

    attendance: AttendanceRead | None = Bounds(
        description="By the roll as it is believed; null where it was not held, or the roll is not complete that day."
    )
    base: BaseRead | None = Bounds(description="Null with `attendance`, and before any rule of bases.")
    absent: list[AbsenceRead] = Bounds(max_length=MOST_ABSENCES)
    resolved: list[ResolutionRead] = Bounds(max_length=MOST_RESOLUTIONS)
    findings: list[FindingRead] = Bounds(max_length=MOST_RESOLUTIONS + 10)
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class MeetingResult(Shape):
    """What became of one item: the meeting, or the refusal."""

    meeting: MeetingItem | None = None
    refusal: Refusal | None = None


class MeetingResults(Shape):
    """What became of each item, in the order of the request."""

    items: list[MeetingResult] = Bounds(max_length=200)


class CorrectedMeeting(Shape):
    """The meeting after the correction; null where it was struck out."""

    meeting: MeetingRead | None
