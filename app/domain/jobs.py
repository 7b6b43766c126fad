"""Acts that are too large to be answered at once: they wait, run one after the other, and tell how far they are."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job carries out."""

    RESTRUCTURING_APPLICATION = "restructuring_application"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobPhase(StrEnum):
    """What a running job is about."""

    PLANNING = "planning"
    CLOSING = "closing"
    WRITING = "writing"
    SEALING = "sealing"

    @property
    def done(self) -> int:
        """How many phases are over: they follow one another in the order in which they stand here."""
        return list(JobPhase).index(self)


PARTS = len(JobPhase) - 1
"""Of how many parts a job is; sealing, which ends it, is none."""


MOST_ATTEMPTS = 3
"""How often a job is begun whose process dies over it."""
