"""Committees of organizations over their terms, and the seats in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import PermittedAction, Refusal
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.sending import Sender, document_of, tagged
from dangbo_client.shapes import Day, Instant, Period, read
from dangbo_client.writing import Decision, Dependent, act


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeat:
    """Someone's seat: from the committee's first day to the end of its term, where nothing else is said.

    `committee_id` is left out where the seat comes with a new committee.
    """

    member_id: str
    title: str
    basis: str
    committee_id: str | None = None
    from_: Day | None = None
    to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatItem:
    """A seat as lists show it; whose it is, only where the member is in your reach."""

    id: str
    committee_id: str
    committee_kind: str
    organization_id: str
    organization_name: str | None
    member_id: str | None
    full_name: str | None
    title: str
    basis: str
    end_reason: str | None
    periods: tuple[Period, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(SeatItem):
    """One seat."""

    findings: tuple[Finding, ...]
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatResult:
    """What became of one wanted seat: the seat, or the refusal."""

    seat: SeatItem | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _SeatResults:
    items: tuple[SeatResult, ...]


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
    dependents: tuple[Dependent, ...]
    dependents_count: int


class Committees:
    """`client.committees`. `on` defaults to today, `known_at` to now."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

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
        asked = {
            "within": within,
            "organization": organization,
            "kind": kind,
            "term_ends_by": term_ends_by,
            "vacant": vacant,
            "on": on,
            "known_at": known_at,
        }
        return Listing(self._sender, ("committees",), asked, CommitteeItem)

    def get(self, committee_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Committee:
        """One committee with its seats of the day, and what the rules note of it."""
        answer = self._sender.get(("committees", committee_id), {"on": on, "known_at": known_at})
        return read(Committee, tagged(answer))

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
            "seats": [_said(one) for one in seats],
        }
        return read(Committee, tagged(self._sender.post(("committees",), act(reason, decisions, said))))

    def change(
        self,
        committee: Committee,
        *,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Day | None,
    ) -> Committee:
        """Another end of the term (`ends_on`), or when its congress was reported and ratified (`…_on`)."""
        path = ("committees", committee.id, "changes")
        answer = self._sender.post(path, act(reason, decisions, facts), if_match=committee.etag)
        return read(Committee, tagged(answer))

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
        answer = self._sender.post(
            path, _correction(value, from_, to, reason, evidence), if_match=committee.etag
        )
        return read(CorrectedCommittee, tagged(answer, "committee"))


class Seats:
    """`client.seats`. `on` defaults to today, `known_at` to now."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        committee: str | None = None,
        member: str | None = None,
        title: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[SeatItem]:
        """Seats held on a day, in the order in which they were made."""
        asked = {
            "within": within,
            "organization": organization,
            "committee": committee,
            "member": member,
            "title": title,
            "on": on,
            "known_at": known_at,
        }
        return Listing(self._sender, ("seats",), asked, SeatItem)

    def get(self, seat_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Seat:
        """One seat with its periods, whether or not it is held on the day."""
        return read(Seat, tagged(self._sender.get(("seats", seat_id), {"on": on, "known_at": known_at})))

    def create(
        self,
        *wanted: NewSeat,
        each: bool = False,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> tuple[SeatResult, ...]:
        """Give up to 200 seats in one act: all or none of them; with `each`, every one for itself."""
        said = {
            "seats": [_said(one) | {"committee_id": one.committee_id} for one in wanted],
            "bulk": "each" if each else "all_or_nothing",
        }
        answer = self._sender.post(("seats",), act(reason, decisions, said))
        return read(_SeatResults, document_of(answer)).items

    def end(
        self,
        seat: Seat,
        *,
        ended_on: Day,
        end_reason: str,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Seat:
        """End a seat before the term; `ended_on` is the first day on which it is no longer held."""
        document = act(reason, decisions, {"ended_on": ended_on, "end_reason": end_reason})
        return read(
            Seat, tagged(self._sender.post(("seats", seat.id, "endings"), document, if_match=seat.etag))
        )

    def correct(
        self,
        seat: Seat,
        value: dict[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
    ) -> Seat:
        """Say what should have been recorded over a period; None strikes it out."""
        path = ("seats", seat.id, "corrections")
        answer = self._sender.post(path, _correction(value, from_, to, reason, evidence), if_match=seat.etag)
        return read(Seat, tagged(answer))


def _said(wanted: NewSeat) -> dict[str, Any]:
    return {
        "member_id": wanted.member_id,
        "title": wanted.title,
        "basis": wanted.basis,
        "from": wanted.from_,
        "to": wanted.to,
    }


def _correction(
    value: dict[str, Any] | None, from_: Day, to: Day | None, reason: str, evidence: str | None
) -> dict[str, Any]:
    period = {"from": from_, "to": to}
    return {"value": value, "period": period, "reason": reason, "evidence": evidence}
