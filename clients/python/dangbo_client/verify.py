"""Verification: whether everything recorded keeps what the register promises."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check; `offending` shows the first hundred ids of what breaks it."""

    check: str
    description: str
    offending: tuple[str, ...]
    offending_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All checks, made in one snapshot."""

    checked: tuple[Check, ...]
    sound: bool
    known_at: datetime | None
