"""How a member takes part, and by which acts that changes: one table of all steps."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import StepRefused
from app.domain.membership import ActivityStatus


class ExemptionGround(StrEnum):
    """Why a member is exempted from work and meetings [294 7.1; 06 10.3]."""

    OLD_AGE_OR_WEAK_HEALTH = "old_age_or_weak_health"
    MOBILE_WORK = "mobile_work"
    WAITING_FOR_RETIREMENT = "waiting_for_retirement"
    LONG_TREATMENT = "long_treatment"
    MATERNITY = "maternity"
    OTHER = "other"


_S = ActivityStatus
STEPS: Mapping[ActivityStatus, frozenset[ActivityStatus]] = MappingProxyType(
    {
        _S.ACTIVE: frozenset({_S.EXEMPTED, _S.SUSPENDED, _S.INTERRUPTED}),
        _S.EXEMPTED: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.INTERRUPTED}),
        _S.SUSPENDED: frozenset({_S.ACTIVE, _S.EXEMPTED}),
        _S.INTERRUPTED: frozenset({_S.ACTIVE, _S.SUSPENDED}),
        _S.TEMPORARILY_ELSEWHERE: frozenset({_S.SUSPENDED, _S.INTERRUPTED}),
        _S.TRANSFERRING: frozenset({_S.SUSPENDED, _S.INTERRUPTED}),
    }
)
"""From each status the ones that a decision about the status leads to; transfers have steps of their own."""


def check_step(present: ActivityStatus, wanted: ActivityStatus) -> None:
    """Refuse a status that does not follow from the present one; the refusal lists those that do."""
    if wanted not in STEPS[present]:
        raise StepRefused(
            "no_such_status_step",
            present=present,
            open_steps=[one.value for one in ActivityStatus if one in STEPS[present]],
        )
