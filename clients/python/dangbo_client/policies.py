"""Policies: the thresholds, tables and calendars in force on a day, with their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant, Period


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


class Policies(Resource):
    """`client.policies`: thresholds, tables and calendars, with their sources."""

    @reads("policies")
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

    @reads("policies/{key}")
    def get(
        self,
        key: str,
        *,
        organization: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Policy:
        """What a rule says on the day of a business fact, for the nation or for an organization."""
