"""Policies: the thresholds, tables and calendars in force on a day, with their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.lists import Listing
from dangbo_client.sending import Sender, document_of
from dangbo_client.shapes import Day, Instant, Period, read


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """What a key says over a period, for the nation or for an organization and all below it."""

    key: str
    value: Any
    unit: str | None
    scope: str
    organization_id: str | None
    valid: Period
    combine: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a key says on a day at a place, and the rows it comes out of, the widest scope first."""

    key: str
    organization_id: str | None
    value: Any
    unit: str | None
    source: str
    confidence: str
    rows: tuple[PolicyRow, ...]
    on: date
    known_at: datetime


class Policies:
    """`client.policies`: thresholds, tables and calendars, with their sources."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        key: Sequence[str] = (),
        organization: str | None = None,
        all: bool | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[PolicyRow]:
        """The rules in force on a day, or with `all` of all days; with those of an organization, if named."""
        asked = {"key": key, "organization": organization, "all": all, "on": on, "known_at": known_at}
        return Listing(self._sender, ("policies",), asked, PolicyRow)

    def get(
        self,
        key: str,
        *,
        organization: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Policy:
        """What a rule says on the day of a business fact, for the nation or for an organization."""
        asked = {"organization": organization, "on": on, "known_at": known_at}
        return read(Policy, document_of(self._sender.get(("policies", key), asked)))
