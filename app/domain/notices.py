"""Notices of other systems (an employer says: retired, moved, died): what they say, and how they are settled.

A notice changes no record. It waits, with its limit, until an act in the register has settled it or a person has
dismissed it; machine clients only send (R-NOTICE-1).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import Forbidden, StepRefused
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


TRANSITIONS: Mapping[tuple[NoticeState, NoticeStep], NoticeState] = MappingProxyType(
    {
        (NoticeState.UNMATCHED, NoticeStep.MATCH): NoticeState.MATCHED,
        (NoticeState.UNMATCHED, NoticeStep.DISMISS): NoticeState.DISMISSED,
        # Whom it means can be said anew while nothing has come of it.
        (NoticeState.MATCHED, NoticeStep.MATCH): NoticeState.MATCHED,
        (NoticeState.MATCHED, NoticeStep.SETTLE): NoticeState.SETTLED,
        (NoticeState.MATCHED, NoticeStep.DISMISS): NoticeState.DISMISSED,
    }
)
"""Every step there is; whatever is not here is refused."""

OPEN = frozenset({NoticeState.UNMATCHED, NoticeState.MATCHED})
"""The states in which a notice still waits."""


def open_steps(state: NoticeState, *, machine: bool) -> list[NoticeStep]:
    """What an actor can do with a notice; a machine client, nothing."""
    return [] if machine else [step for (origin, step) in TRANSITIONS if origin is state]


def take(state: NoticeState, step: NoticeStep, *, machine: bool) -> NoticeState:
    """The state after a step. StepRefused where there is no such step, Forbidden for machine clients."""
    target = TRANSITIONS.get((state, step))
    if target is None:
        steps = [one.value for one in open_steps(state, machine=machine)]
        raise StepRefused("no_such_notice_step", state=state.value, open_steps=steps)
    if machine:
        raise Forbidden("machines_only_send_notices")
    return target


def due_on(happened_on: date, working_days: int, holidays: Holidays) -> date | None:
    """The last day of the limit; None where the calendar of one of its years is not known: nobody invents one."""
    try:
        return add_working_days(happened_on, working_days, holidays)
    except CalendarMissing:
        return None
