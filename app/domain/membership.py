"""Words for where a member stands: standing, activity, and the ways a membership ends."""

from enum import StrEnum


class Standing(StrEnum):
    """Whether the member is on probation (no vote, not eligible) or official [DL 3]."""

    PROBATIONARY = "probationary"
    OFFICIAL = "official"


class ActivityStatus(StrEnum):
    """How a member takes part. Each of these is counted in the cell of official activity."""

    ACTIVE = "active"
    EXEMPTED = "exempted"
    TEMPORARILY_ELSEWHERE = "temporarily_elsewhere"
    SUSPENDED = "suspended"
    INTERRUPTED = "interrupted"
    TRANSFERRING = "transferring"


class ExitReason(StrEnum):
    """Why a membership ended, or left this tree."""

    TRANSFERRED_OUT = "transferred_out"
    REMOVED = "removed"
    PROBATION_REMOVED = "probation_removed"
    RESIGNED = "resigned"
    EXPELLED = "expelled"
    ADMISSION_ANNULLED = "admission_annulled"
    DECEASED = "deceased"
