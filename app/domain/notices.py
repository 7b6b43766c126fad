"""Notices of other systems (an employer says: retired, moved, died): what they say, and how they are settled.

A notice changes no record. It waits, with its limit, until an act in the register has settled it or a person has
dismissed it; machine clients only send (R-NOTICE-1).
"""

from datetime import date
from enum import StrEnum

from app.domain.errors import Forbidden
from app.domain.steps import Rule, Who
from app.domain.working_days import CalendarMissing, Holidays, add_working_days


class NoticeKind(StrEnum):
    """What another system says of a person."""

    LEFT_WORK = "left_work"
    RETIRED = "retired"
    MOVED_WORK = "moved_work"
    MOVED_HOME = "moved_home"
    WENT_ABROAD = "went_abroad"
    DIED = "died"
    NAME_CHANGED = "name_changed"


MOVES = frozenset({NoticeKind.RETIRED, NoticeKind.MOVED_WORK, NoticeKind.MOVED_HOME})
"""After these the procedure of a transfer must begin within its limit [294 6.3.1a]."""


class NoticeState(StrEnum):
    """What has become of a notice."""

    UNMATCHED = "unmatched"
    MATCHED = "matched"
    SETTLED = "settled"
    DISMISSED = "dismissed"


class NoticeStep(StrEnum):
    """What can be done with a notice."""

    MATCH = "match"
    SETTLE = "settle"
    DISMISS = "dismiss"


OPEN = frozenset({NoticeState.UNMATCHED, NoticeState.MATCHED})
"""The states in which a notice still waits."""

STEPS: tuple[Rule[NoticeStep, NoticeState], ...] = (
    # Whom it means can be said anew while nothing has come of it.
    Rule(NoticeStep.MATCH, OPEN, NoticeState.MATCHED, Who.PERSON),
    Rule(NoticeStep.SETTLE, frozenset({NoticeState.MATCHED}), NoticeState.SETTLED, Who.PERSON),
    Rule(NoticeStep.DISMISS, OPEN, NoticeState.DISMISSED, Who.PERSON),
)
"""Every step there is."""


def refusal(*, machine: bool) -> Forbidden | None:
    """Why the steps are not an actor's: machine clients only send (R-NOTICE-1)."""
    return Forbidden("machines_only_send_notices") if machine else None


def due_on(happened_on: date, working_days: int, holidays: Holidays) -> date | None:
    """The last day of the limit; None where the calendar of one of its years is not known: nobody invents one."""
    try:
        return add_working_days(happened_on, working_days, holidays)
    except CalendarMissing:
        return None
