"""Proceedings about members, which keep a transfer from being introduced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dangbo_client.access import PermittedAction
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import Decision, act, correction


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldItem:
    """Proceedings as lists show them; several periods where a part was struck out, none where all was."""

    id: str
    member_id: str
    full_name: str | None
    ground: str
    periods: tuple[Period, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(HoldItem):
    """One hold, and the steps of transfers that were taken although it ran."""

    findings: tuple[Finding, ...]
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


class Holds(Resource):
    """`client.holds`. `on` defaults to today, `known_at` to now."""

    @reads("holds")
    def list(
        self,
        *,
        within: str | None = None,
        member: str | None = None,
        ground: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[HoldItem]:
        """Proceedings that run on a day, in the order in which they were recorded."""

    @reads("holds/{hold_id}")
    def get(self, hold_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Hold:
        """One hold with its periods, whether or not it runs on the day."""

    def create(
        self,
        *,
        member_id: str,
        ground: str,
        from_: Day,
        to: Day | None = None,
        decisions: Sequence[Decision],
        reason: str | None = None,
    ) -> Hold:
        """Record proceedings about a member from a day up to, not including, another; they need their paper."""
        said = {"member_id": member_id, "ground": ground, "valid": {"from": from_, "to": to}}
        return self._write(Hold, ("holds",), act(reason, decisions, said))

    @writes("holds/{hold}/endings")
    def end(
        self, hold: Hold, *, ended_on: Day, reason: str | None = None, decisions: Sequence[Decision] = ()
    ) -> Hold:
        """End proceedings; `ended_on` is the first day on which they no longer run."""

    def correct(
        self, hold: Hold, *, from_: Day, to: Day | None = None, reason: str, evidence: str | None = None
    ) -> Hold:
        """Strike proceedings out from a day up to, not including, another: they were recorded in error."""
        path = ("holds", hold.id, "corrections")
        return self._write(Hold, path, correction(from_, to, reason, evidence), hold)
