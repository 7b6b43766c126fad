"""Meetings of cells and committees: who was there, who counts in a vote, and on which day a meeting may stand.

Present are all on the roll of the day who are not said to be absent; so only absentees are ever typed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from app.domain.membership import ActivityStatus, Standing
from app.domain.partial_date import add_months
from app.domain.policy import Resolved
from app.domain.votes import Base, Body, Exclusions, Hindrance, Share, Voter


class MeetingBody(StrEnum):
    """Who meets: the members of a cell, or the executive committee that leads an organization."""

    CELL = "cell"
    COMMITTEE = "committee"


class MeetingKind(StrEnum):
    """Which meeting it is; a body has one regular meeting a month."""

    REGULAR = "regular"
    EXTRAORDINARY = "extraordinary"
    THEMATIC = "thematic"
    CONGRESS = "congress"


class NotHeldReason(StrEnum):
    """Why the regular meeting of a month was not held."""

    TOO_FEW_COULD_COME = "too_few_could_come"
    DISASTER_OR_EPIDEMIC = "disaster_or_epidemic"
    WORK_ELSEWHERE = "work_elsewhere"
    RESTRUCTURING = "restructuring"
    OTHER = "other"


class AbsenceReason(StrEnum):
    """Why someone on the roll did not come."""

    TEMPORARILY_ELSEWHERE = "temporarily_elsewhere"
    EXEMPTED = "exempted"
    PROSECUTED = "prosecuted"
    ILL = "ill"
    ON_DUTY = "on_duty"
    ACCEPTED_OTHER = "accepted_other"
    WITHOUT_REASON = "without_reason"


class ResolutionShare(StrEnum):
    """How many votes a resolution needs, by the policy `vote.resolution`."""

    SIMPLE_MAJORITY = "simple_majority"
    TWO_THIRDS = "two_thirds"


_TYPED: Mapping[AbsenceReason, Hindrance] = MappingProxyType(
    {
        AbsenceReason.TEMPORARILY_ELSEWHERE: Hindrance.TEMPORARILY_ELSEWHERE,
        AbsenceReason.EXEMPTED: Hindrance.EXEMPTED,
        AbsenceReason.PROSECUTED: Hindrance.PROSECUTED,
    }
)
"""What the reason of an absence says of whoever it is about, whether or not the register knows it otherwise."""

_RECORDED: Mapping[ActivityStatus, Hindrance] = MappingProxyType(
    {
        ActivityStatus.TEMPORARILY_ELSEWHERE: Hindrance.TEMPORARILY_ELSEWHERE,
        ActivityStatus.EXEMPTED: Hindrance.EXEMPTED,
        ActivityStatus.SUSPENDED: Hindrance.SUSPENDED,
    }
)
"""The hindrances that are on record for the day."""


@dataclass(frozen=True, slots=True)
class Group:
    """Persons on the roll of the day who are alike: how many, their standing and status, why absent if they were."""

    standing: Standing
    status: ActivityStatus
    absence: AbsenceReason | None
    persons: int

    @property
    def present(self) -> bool:
        """Whether they came. The suspended take part in no meeting."""
        return self.absence is None and self.status is not ActivityStatus.SUSPENDED

    @property
    def hindrances(self) -> frozenset[Hindrance]:
        """What may leave them out of the base of a vote."""
        found = {_RECORDED.get(self.status)}
        if self.absence is not None:
            found.add(_TYPED.get(self.absence))
            if self.absence is not AbsenceReason.WITHOUT_REASON:
                found.add(Hindrance.ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON)
        return frozenset(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there. On the roll are the present, the absent and those suspended who are not said to be absent."""

    on_roll: int
    official: int
    present: int
    official_present: int
    absent: Mapping[AbsenceReason, int]
    suspended: int


def attendance(roll: Iterable[Group]) -> Attendance:
    """The attendance of a meeting by the roll of its day."""
    groups = list(roll)
    absent = Counter[AbsenceReason]()
    for one in groups:
        if one.absence is not None:
            absent[one.absence] += one.persons
    official = [one for one in groups if one.standing is Standing.OFFICIAL]
    return Attendance(
        on_roll=sum(one.persons for one in groups),
        official=sum(one.persons for one in official),
        present=sum(one.persons for one in groups if one.present),
        official_present=sum(one.persons for one in official if one.present),
        absent=dict(absent),
        suspended=sum(one.persons for one in groups if one.absence is None and not one.present),
    )


def base(roll: Iterable[Group], body: MeetingBody, kind: MeetingKind, base_exclusions: Resolved) -> Base:
    """The base of the votes of a meeting (R-VOTE-2): official members of the roll, less those left out."""
    voting = Body.COMMITTEE
    if body is MeetingBody.CELL:
        voting = Body.CELL_CONGRESS if kind is MeetingKind.CONGRESS else Body.CELL
    voters = (
        Voter(one.present, one.hindrances)
        for one in roll
        if one.standing is Standing.OFFICIAL
        for _ in range(one.persons)
    )
    return Exclusions.of(base_exclusions, voting).base(voters)


def unrecorded(roll: Iterable[Group]) -> int:
    """How many were said to be elsewhere or exempted whose status on record is another: the base rests on that."""
    said = {AbsenceReason.TEMPORARILY_ELSEWHERE, AbsenceReason.EXEMPTED}
    return sum(one.persons for one in roll if one.absence in said and one.absence != one.status.value)


def share(policy: Resolved, asked: ResolutionShare) -> Share:
    """The share that the policy `vote.resolution` names so."""
    return Share.of(Resolved(policy.value[asked], policy.source, policy.confidence, policy.row_ids))


def last_day(month: date) -> date:
    """The last day of the month: on it stands a meeting that was not held."""
    return add_months(month, 1) - timedelta(days=1)


def near(month: date, held_on: date) -> bool:
    """Whether a meeting for a month may be held on the day: in it, the month before or the month after."""
    return add_months(month, -1) <= held_on < add_months(month, 2)
