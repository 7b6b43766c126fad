"""Committees of organizations over their terms, with those who sit in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import PermittedAction
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.seats import NewSeat, SeatItem, said_of
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import Decision, DependentRecord, act, correction


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeItem:
    """A committee as lists show it, with who sits in it on the day, counted."""

    id: str
    organization_id: str
    organization_name: str | None
    kind: str
    term: str
    congress_ordinal: int | None
    origin: str
    size: int
    reported_on: date | None
    ratified_on: date | None
    persons: int
    vacancies: int
    headless: bool
    periods: tuple[Period, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee(CommitteeItem):
    """One committee with its seats of the day."""

    standing: int
    elected: int
    appointed: int
    seats: tuple[SeatItem, ...]
    findings: tuple[Finding, ...]
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedCommittee:
    """A committee after a correction, and the seats that rest on the corrected days."""

    committee: Committee
    dependent_records: tuple[DependentRecord, ...]
    dependent_records_count: int


class Committees(Resource):
    """`client.committees`. `on` defaults to today, `known_at` to now."""

    @reads("committees")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        kind: Sequence[str] = (),
        term_ends_by: Day | None = None,
        vacant: bool | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[CommitteeItem]:
        """Committees in office on a day, by the name of the organization."""

    @reads("committees/{committee_id}")
    def get(self, committee_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Committee:
        """One committee with its seats of the day, and what the rules note of it."""

    def create(
        self,
        *,
        organization_id: str,
        kind: str,
        term: str,
        origin: str,
        size: int,
        from_: Day,
        to: Day | None = None,
        congress_ordinal: int | None = None,
        reported_on: Day | None = None,
        ratified_on: Day | None = None,
        seats: Sequence[NewSeat] = (),
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Committee:
        """Establish a committee with those who sit in it, in one act."""
        said = {
            "organization_id": organization_id,
            "kind": kind,
            "term": term,
            "origin": origin,
            "size": size,
            "from": from_,
            "to": to,
            "congress_ordinal": congress_ordinal,
            "reported_on": reported_on,
            "ratified_on": ratified_on,
            "seats": [said_of(one) for one in seats],
        }
        return self._write(Committee, ("committees",), act(reason, decisions, said))

    @writes("committees/{committee}/changes")
    def change(
        self,
        committee: Committee,
        *,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Day | None,
    ) -> Committee:
        """Another end of the term (`ends_on`), or when its congress was reported and ratified (`…_on`)."""

    def correct(
        self,
        committee: Committee,
        value: dict[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
    ) -> CorrectedCommittee:
        """Say what should have been recorded over a period; None strikes it out."""
        path = ("committees", committee.id, "corrections")
        document = correction(from_, to, reason, evidence, value=value)
        return self._write(CorrectedCommittee, path, document, committee)
