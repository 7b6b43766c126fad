"""Transfers of members between organizations: the steps, who takes them, from where to where, within which limits.

A transfer has two sides. The sender introduces, the receiver takes in; a step of a side that is outside the
register, or whose roll is not complete here yet, is recorded by the other side, with the paper that stands for it.
While a transfer is open the member is counted at home (R-TR-2); which cell counts changes with the reception alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.hierarchy import OrganizationType
from app.domain.membership import ActivityStatus
from app.domain.partial_date import add_months
from app.domain.policy import Resolved
from app.domain.steps import Rule, Who
from app.domain.working_days import CalendarMissing, Holidays, add_working_days


class TransferKind(StrEnum):
    """For good (official, internal) or for a time (temporary, abroad) [294 6.3; 06 10.2]."""

    OFFICIAL = "official"
    INTERNAL = "internal"
    TEMPORARY = "temporary"
    ABROAD = "abroad"


class TransferPurpose(StrEnum):
    """What a temporary transfer is for: studies may last longer [294 6.3.2a].

    A transfer for good may come of a graduation: who has no work yet may stay at the school for some months before it
    begins (R-TR-5) [06 10.2.1].
    """

    WORK = "work"
    STUDY = "study"
    GRADUATION = "graduation"


class RefusalGround(StrEnum):
    """Why the receiver stops the reception."""

    ADMISSION_STANDARD_NOT_MET = "admission_standard_not_met"
    PAPERS_NOT_IN_ORDER = "papers_not_in_order"


class TransferState(StrEnum):
    """Where a transfer stands; while it is in one of `OPEN`, no other one of the member begins."""

    INTRODUCED = "introduced"
    IN_TRANSIT = "in_transit"
    FORWARDED = "forwarded"
    STAYING = "staying"
    REFUSED = "refused"
    RECEIVED = "received"
    RETURNED = "returned"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    CAME_BACK = "came_back"


class TransferStep(StrEnum):
    """What is done about a transfer on a day."""

    INTRODUCE = "introduce"
    ARRIVE = "arrive"
    STAMP = "stamp"
    FORWARD = "forward"
    RECEIVE = "receive"
    REFUSE = "refuse"
    RETURN = "return"
    ABANDON = "abandon"
    CANCEL = "cancel"
    EXTEND = "extend"
    COME_BACK = "come_back"


TransferRule = Rule[TransferStep, TransferState]
FOR_GOOD = frozenset({TransferKind.OFFICIAL, TransferKind.INTERNAL})
FOR_A_TIME = frozenset({TransferKind.TEMPORARY, TransferKind.ABROAD})
UNDER_WAY = frozenset({TransferState.INTRODUCED, TransferState.IN_TRANSIT, TransferState.FORWARDED})
OPEN = UNDER_WAY | {TransferState.STAYING, TransferState.REFUSED}

PURPOSES: Mapping[TransferKind, frozenset[TransferPurpose]] = MappingProxyType(
    {kind: frozenset({TransferPurpose.GRADUATION}) for kind in FOR_GOOD}
    | {TransferKind.TEMPORARY: frozenset({TransferPurpose.WORK, TransferPurpose.STUDY})}
    | {TransferKind.ABROAD: frozenset()}
)
"""The purposes that a transfer of each kind can have."""

AWAY: Mapping[TransferKind, ActivityStatus] = MappingProxyType(
    {kind: ActivityStatus.TRANSFERRING for kind in FOR_GOOD}
    | {kind: ActivityStatus.TEMPORARILY_ELSEWHERE for kind in FOR_A_TIME}
)
"""How the member takes part at home while the transfer is open, where nothing else departs from activity."""


_STAYING = frozenset({TransferState.STAYING})
_OF_ALL: tuple[TransferRule, ...] = (
    Rule(TransferStep.STAMP, UNDER_WAY, TransferState.IN_TRANSIT, Who.EITHER),
    Rule(TransferStep.FORWARD, UNDER_WAY, TransferState.FORWARDED, Who.RECEIVER),
    Rule(TransferStep.REFUSE, UNDER_WAY, TransferState.REFUSED, Who.RECEIVER),
    Rule(TransferStep.RETURN, frozenset({TransferState.REFUSED}), TransferState.RETURNED, Who.SENDER),
    Rule(TransferStep.CANCEL, UNDER_WAY, TransferState.CANCELLED, Who.SENDER),
)
_OF_GOOD: tuple[TransferRule, ...] = (
    Rule(TransferStep.RECEIVE, UNDER_WAY, TransferState.RECEIVED, Who.RECEIVER),
    Rule(TransferStep.ABANDON, UNDER_WAY, TransferState.ABANDONED, Who.RECEIVER),
)
_OF_A_TIME: tuple[TransferRule, ...] = (
    Rule(TransferStep.RECEIVE, UNDER_WAY, TransferState.STAYING, Who.RECEIVER),
    Rule(TransferStep.EXTEND, _STAYING, TransferState.STAYING, Who.EITHER),
    Rule(TransferStep.COME_BACK, _STAYING, TransferState.CAME_BACK, Who.EITHER),
)
STEPS: Mapping[TransferKind, tuple[TransferRule, ...]] = MappingProxyType(
    {kind: (*_OF_ALL, *(_OF_GOOD if kind in FOR_GOOD else _OF_A_TIME)) for kind in TransferKind}
)
"""Every step that there is after the introduction, for transfers of each kind."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day of what is to be done next, and the rule that says so; no day where it cannot be counted."""

    rule: str
    on: date | None


def present_limit(introduced_on: date, days: Resolved | None, holidays: Holidays) -> Limit | None:
    """By when the papers are to be presented: so many working days from the introduction [294 6.3.1c]."""
    if days is None:
        return None
    try:
        return Limit("R-TR-7", add_working_days(introduced_on, days.value, holidays))
    except CalendarMissing:
        return Limit("R-TR-7", None)


def next_limit(state: TransferState, running: Limit | None, expected_end: date | None) -> Limit | None:
    """What limit runs after a step: the one for papers under way goes on, a stay has its end; else none."""
    if state in UNDER_WAY:
        return running
    if state is TransferState.STAYING and expected_end is not None:
        return Limit("R-TR-8", expected_end)
    return None


def require_length(
    purpose: TransferPurpose | None,
    begins_on: date,
    ends_on: date,
    least: Resolved | None,
    work: Resolved | None,
    study: Resolved | None,
) -> None:
    """Refuse a temporary stay that is too short or too long (R-TR-8) [294 6.3.2a]."""
    if least and ends_on < add_months(begins_on, least.value):
        raise RuleBroken("R-TR-8", "transfer_too_short", value=least.value, source=least.source)
    if purpose is TransferPurpose.STUDY:
        if study and ends_on > add_months(begins_on, study.value):
            raise RuleBroken("R-TR-8", "transfer_too_long", value=study.value, source=study.source)
    elif work and ends_on >= add_months(begins_on, work.value):
        raise RuleBroken("R-TR-8", "transfer_too_long", value=work.value, source=work.source)


def abandoned_after(introduced_on: date, months: Resolved) -> date:
    """The last day on which the papers are not yet given up (R-TR-3) [294 6.3.1]."""
    return add_months(introduced_on, months.value)


def require_abandoned(introduced_on: date, on: date, months: Resolved | None) -> None:
    """Refuse to give papers up before the time is over (R-TR-3)."""
    if months is None:
        return
    last = abandoned_after(introduced_on, months)
    if on <= last:
        raise RuleBroken(
            "R-TR-3",
            "transfer_not_abandoned_yet",
            value=months.value,
            source=months.source,
            until=last.isoformat(),
        )


def require_own_cell(kind: TransferKind, destination: OrganizationType) -> None:
    """Refuse to transfer for good into a temporary cell, which is nobody's own (R-TR-10) [294 6.3.2d]."""
    if kind in FOR_GOOD and destination is OrganizationType.TEMPORARY_CELL:
        raise RuleBroken(
            "R-TR-10",
            "temporary_cell_is_for_guests",
            value=[TransferKind.TEMPORARY.value],
            source="294 6.3.2d",
        )


def guest_findings(on: date, official: int | None, least: Resolved | None) -> list[Finding]:
    """Fewer official members are together in a temporary cell than it is made of (R-TR-10); None: no such cell."""
    if official is None or least is None or official >= least.value:
        return []
    return [Finding("R-TR-10", FindingCode.BELOW_MINIMUM, least.value, least.source, on)]


def destination_findings(state: TransferState, ended_on: date | None) -> list[Finding]:
    """The papers wait for a body that has ended, and that no one organization stands for (R-RS-11)."""
    if ended_on is None or state not in OPEN - {TransferState.REFUSED}:
        return []
    return [Finding("R-RS-11", FindingCode.DESTINATION_ENDED, source="design", on=ended_on)]


def blocking(grounds: Iterable[str], block_when: Resolved | None) -> bool:
    """Whether one of the proceedings keeps a transfer from being introduced (R-TR-1)."""
    return block_when is not None and bool(set(grounds) & set(block_when.value))


def held_findings(
    met: Iterable[tuple[date, str]], block_when: Resolved | None, *, named: bool
) -> list[Finding]:
    """The steps that were taken, by their days, although proceedings that block ran (R-TR-1).

    `met`: the day of a step and the ground of the proceedings. The grounds are said where `named`.
    """
    by_day: dict[date, set[str]] = {}
    for on, ground in met:
        if blocking([ground], block_when):
            by_day.setdefault(on, set()).add(ground)
    source = block_when.source if block_when else None
    return [
        Finding("R-TR-1", FindingCode.PROCEEDINGS_RAN, sorted(grounds) if named else None, source, on)
        for on, grounds in sorted(by_day.items())
    ]


def findings(
    *,
    on: date,
    limit: Limit | None,
    moved_on: date | None,
    introduced_on: date,
    start: Resolved | None,
    graduate_stay: Resolved | None,
    present: Resolved | None,
    holidays: Holidays,
) -> Sequence[Finding]:
    """What is late on a day: the papers not presented or the stay not ended, and the introduction itself.

    The introduction has so many working days from the move (`start`), of a graduate so many months (`graduate_stay`).
    """
    found = []
    value, source = (
        (present.value, present.source) if present and limit and limit.rule == "R-TR-7" else (None, None)
    )
    if limit and limit.on is None:
        found.append(Finding(limit.rule, FindingCode.LIMIT_NOT_COUNTED, value, source))
    elif limit and limit.on and limit.on < on:
        found.append(Finding(limit.rule, FindingCode.LIMIT_PASSED, value, source, limit.on))
    if moved_on and graduate_stay:
        last = add_months(moved_on, graduate_stay.value)
        if introduced_on > last:
            value, source = graduate_stay.value, graduate_stay.source
            found.append(Finding("R-TR-5", FindingCode.LIMIT_PASSED, value, source, last))
    elif moved_on and start:
        try:
            last = add_working_days(moved_on, start.value, holidays)
        except CalendarMissing:
            found.append(Finding("R-TR-9", FindingCode.LIMIT_NOT_COUNTED, start.value, start.source))
        else:
            if introduced_on > last:
                found.append(Finding("R-TR-9", FindingCode.LIMIT_PASSED, start.value, start.source, last))
    return found
