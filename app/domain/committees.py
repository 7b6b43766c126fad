"""Committees (cấp ủy, ủy ban kiểm tra) and the seats in them: who leads, how many may sit, what is noted.

A person has one seat in a committee at a time, under the highest title held there: it implies the lower ones, so
that persons and seats are the same number. Whole numbers only.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.hierarchy import Level, OrganizationType, TypeRule
from app.domain.partial_date import add_months
from app.domain.period import Period
from app.domain.policy import Resolved
from app.domain.working_days import CalendarMissing, Holidays, add_working_days


class CommitteeKind(StrEnum):
    """What the committee is: it leads the organization, or inspects.

    A cell too small for a committee (chi ủy) has an executive one of a secretary, with a deputy if need be.
    """

    EXECUTIVE = "executive"
    INSPECTION = "inspection"


class CommitteeOrigin(StrEnum):
    """How its term began: elected by a congress, or appointed by the superior [294 16.5]."""

    CONGRESS = "congress"
    APPOINTMENT = "appointment"


class SeatTitle(StrEnum):
    """What a person is in a committee, the highest first. Leaders of party groups sit in none."""

    SECRETARY = "secretary"
    STANDING_DEPUTY = "standing_deputy"
    DEPUTY_SECRETARY = "deputy_secretary"
    STANDING_MEMBER = "standing_member"
    COMMITTEE_MEMBER = "committee_member"
    INSPECTION_CHAIR = "inspection_chair"
    INSPECTION_DEPUTY = "inspection_deputy"
    INSPECTION_MEMBER = "inspection_member"


class SeatBasis(StrEnum):
    """How a person came to the seat. Who was elected and then ratified is counted among the elected."""

    ELECTED = "elected"
    APPOINTED = "appointed"
    RATIFIED = "ratified"


class SeatEndReason(StrEnum):
    """Why a seat ended before the term. On retirement, change of job or official transfer without any decision."""

    RETIREMENT = "retirement"
    JOB_CHANGE = "job_change"
    TRANSFERRED_OUT = "transferred_out"
    LEFT_PARTY = "left_party"
    DISMISSED = "dismissed"
    RESIGNED = "resigned"
    DECEASED = "deceased"
    OTHER_TITLE = "other_title"
    RESTRUCTURED = "restructured"


HEADS = (SeatTitle.SECRETARY, SeatTitle.INSPECTION_CHAIR)
"""The titles of whom a committee has one at a time."""

MOVED = (SeatEndReason.JOB_CHANGE, SeatEndReason.TRANSFERRED_OUT)
"""Why a seat ends when the person is moved elsewhere."""

BY_DECISION = (SeatEndReason.DISMISSED, SeatEndReason.RESIGNED)
"""Why a seat ends by a decision alone; whoever retires, moves or leaves the Party loses it without one [294 16.4]."""

_LEADING = (SeatTitle.SECRETARY, SeatTitle.STANDING_DEPUTY, SeatTitle.DEPUTY_SECRETARY)
_INSPECTING = (SeatTitle.INSPECTION_CHAIR, SeatTitle.INSPECTION_DEPUTY, SeatTitle.INSPECTION_MEMBER)


def kind_of(title: SeatTitle) -> CommitteeKind:
    """The kind of committee in which there is the title."""
    return CommitteeKind.INSPECTION if title in _INSPECTING else CommitteeKind.EXECUTIVE


def term_policy(organization_type: OrganizationType) -> str:
    """The key of the policy that says how many months a term of its committees lasts [DL 24]."""
    match organization_type:
        case OrganizationType.GRASSROOTS_CELL:
            return "term.grassroots_cell_months"
        case OrganizationType.AFFILIATED_CELL | OrganizationType.TEMPORARY_CELL:
            return "term.affiliated_cell_months"
        case _:
            return "term.committee_months"


def judge_term(valid: Period, months: Resolved, *, free: bool) -> list[Finding]:
    """A term longer than the policy says is noted (R-COM-1), unless its length is `free` [294 16.5]."""
    last = add_months(valid.start, months.value)
    if free or (valid.end is not None and valid.end <= last):
        return []
    return [Finding("R-COM-1", FindingCode.LIMIT_PASSED, months.value, months.source, last)]


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A person's seat over a period."""

    member_id: UUID
    title: SeatTitle
    basis: SeatBasis
    valid: Period


@dataclass(frozen=True, slots=True)
class Composition:
    """Who sits on a day, counted. The leaders belong to the standing committee (ban thường vụ) where there is one."""

    persons: int
    elected: int
    appointed: int
    standing: int
    headed: bool

    @classmethod
    def of(cls, seats: Iterable[tuple[SeatTitle, SeatBasis]]) -> "Composition":
        """The count of the seats of one day."""
        held = list(seats)
        titles = Counter(title for title, _ in held)
        appointed = sum(basis is SeatBasis.APPOINTED for _, basis in held)
        standing = titles[SeatTitle.STANDING_MEMBER]
        return cls(
            persons=len(held),
            elected=len(held) - appointed,
            appointed=appointed,
            standing=standing + sum(titles[one] for one in _LEADING) if standing else 0,
            headed=any(titles[one] for one in HEADS),
        )

    @classmethod
    def on(cls, day: date, seats: Iterable[HeldSeat]) -> "Composition":
        """The count of those who sit on the day."""
        return cls.of((one.title, one.basis) for one in seats if one.valid.contains(day))


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that there may be of something: the rule, the refusal's message, the value and its source."""

    rule: str
    message: str
    most: int
    source: str

    def finding(self) -> Finding:
        """The note that there is more."""
        return Finding(self.rule, FindingCode.NUMBER_OUTSIDE_POLICY, self.most, self.source)


@dataclass(frozen=True, slots=True)
class Caps:
    """What bounds the seats of an executive committee of a decided size."""

    size: int
    standing_share: Resolved | None
    extra_percent: Resolved | None
    grassroots: bool
    """The organization stands at grassroots level or below."""

    def exceeded(self, there: Composition) -> dict[Bound, int]:
        """The bounds that a composition exceeds, with the number there is."""
        measured = [(Bound("R-COM-4", "more_elected_than_decided", self.size, "294 16.2.5"), there.elected)]
        if self.standing_share is not None:
            share = self.standing_share.value
            most = self.size * share["numerator"] // share["denominator"]
            bound = Bound("R-COM-3", "standing_committee_too_large", most, self.standing_share.source)
            measured.append((bound, there.standing))
        if self.extra_percent is not None:
            percent = self.extra_percent.value["grassroots" if self.grassroots else "upper"]
            most = self.size + self.size * percent // 100
            bound = Bound("R-COM-4", "too_many_appointed_beyond", most, self.extra_percent.source)
            measured.append((bound, there.persons))
        return {bound: number for bound, number in measured if number > bound.most}

    def check_added(self, others: Sequence[HeldSeat], new: HeldSeat) -> None:
        """Refuse a seat with which, on one of its days, a bound is exceeded by more than without it.

        What was exceeded before and gets no worse is inherited: it is noted, and hinders nothing.
        """
        days = {new.valid.start, *(one.valid.start for one in others if new.valid.contains(one.valid.start))}
        for day in sorted(days):
            before = self.exceeded(Composition.on(day, others))
            for bound, number in self.exceeded(Composition.on(day, [*others, new])).items():
                if number > before.get(bound, bound.most):
                    raise RuleBroken(
                        bound.rule,
                        bound.message,
                        value=bound.most,
                        source=bound.source,
                        number=number,
                        on=day.isoformat(),
                    )


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many members a committee may be decided to have; None: no policy says so for that day."""

    cell_min_official: Resolved | None
    cell_without_committee: Resolved | None
    cell_most: Resolved | None
    sectional_most: Resolved | None
    grassroots_range: Resolved | None

    def judge(self, kind: TypeRule, size: int, official: int | None) -> list[Finding]:
        """What is noted of a size decided on a day (R-COM-2); a known breach refuses.

        `official`: the official members of a cell on that day, None where its roll is not complete. The range of
        grassroots committees follows the directive of each term, so what lies outside is only noted.
        """
        if kind.holds_members or kind.level is Level.CELL:
            _require_at_most(size, self.cell_most, "committee_too_large")
            return self._judge_cell(size, official)
        if kind.level is Level.SECTIONAL:
            _require_at_most(size, self.sectional_most, "committee_too_large")
        if kind.level is Level.GRASSROOTS and self.grassroots_range is not None:
            allowed = self.grassroots_range.value
            if not allowed["from"] <= size <= allowed["to"]:
                code = FindingCode.NUMBER_OUTSIDE_POLICY
                return [Finding("R-COM-2", code, allowed, self.grassroots_range.source)]
        return []

    def _judge_cell(self, size: int, official: int | None) -> list[Finding]:
        least, without = self.cell_min_official, self.cell_without_committee
        if least is None or without is None or size <= without.value:
            return []
        if official is None:
            return [Finding("R-COM-2", FindingCode.NOT_JUDGED, least.value, least.source)]
        if official < least.value:
            raise RuleBroken(
                "R-COM-2",
                "cell_too_small_for_committee",
                value=least.value,
                source=least.source,
                number=official,
            )
        return []


def _require_at_most(size: int, policy: Resolved | None, message: str) -> None:
    if policy is not None and size > policy.value:
        raise RuleBroken("R-COM-2", message, value=policy.value, source=policy.source, number=size)


def judge_moves(size: int, share: Resolved, moved: Iterable[tuple[date, int]]) -> list[Finding]:
    """Moving more than a share of the elected at once needs consent from above the superior (R-COM-6).

    `moved`: how many elected persons were moved elsewhere, by day. A restructuring is exempt: who loses a seat by
    one is not moved.
    """
    numerator, denominator = share.value["numerator"], share.value["denominator"]
    return [
        Finding("R-COM-6", FindingCode.CONSENT_NOT_NAMED, share.value, share.source, day)
        for day, number in moved
        if number * denominator > size * numerator
    ]


def judge_congress(
    held_on: date,
    reported_on: date | None,
    ratified_on: date | None,
    today: date,
    limits: tuple[Resolved, Resolved],
    holidays: Holidays,
) -> list[Finding]:
    """Reported and ratified later than the limits (R-COM-7), or still not; working days.

    The superior's limit runs from the report. Where no calendar of the year is recorded, nothing can be said.
    """
    report, ratify = limits
    steps = [(held_on, reported_on, report)]
    if reported_on is not None:
        steps.append((reported_on, ratified_on, ratify))
    findings = []
    for since, done_on, limit in steps:
        try:
            last = add_working_days(since, limit.value, holidays)
        except CalendarMissing:
            findings.append(Finding("R-COM-7", FindingCode.NOT_JUDGED, limit.value, limit.source))
            continue
        if (done_on or today) > last:
            findings.append(Finding("R-COM-7", FindingCode.LIMIT_PASSED, limit.value, limit.source, last))
    return findings
