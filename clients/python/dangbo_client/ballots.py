"""Ballots: what cells and committees voted on, of how many, with which result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict

from dangbo_client.access import PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads
from dangbo_client.shapes import Day, Instant
from dangbo_client.writing import correction


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotItem:
    """A ballot: of those summoned, less those left out by reason (the base), so many were in favour."""

    id: str
    question: str
    member_id: str
    step: str
    organization_id: str
    organization_name: str | None
    held_on: date
    summoned: int
    left_out: Mapping[str, int]
    base: int
    in_favour: int
    meeting_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot(BallotItem):
    """One ballot, as it can be corrected."""

    version: int
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedBallot:
    """The ballot after a correction; None where it was struck out."""

    ballot: Ballot | None


class CountedVotes(TypedDict):
    """The figures of a ballot."""

    summoned: int
    in_favour: int
    left_out: NotRequired[Mapping[str, int]]


class NewBallot(CountedVotes):
    """A vote held at a step: cell, sectional, grassroots, authorised_grassroots, upper."""

    step: str
    organization_id: str
    held_on: Day


class BallotOfMeeting(TypedDict):
    """A vote held at a recorded meeting, which says whose it was, when, and of how many."""

    step: str
    meeting_id: str
    in_favour: int


class Ballots(Resource):
    """`client.ballots`."""

    @reads("ballots")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        member: str | None = None,
        question: Sequence[str] = (),
        since: Day | None = None,
        until: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[BallotItem]:
        """Votes on members within reach, in the order in which they were held."""

    @reads("ballots/{ballot_id}")
    def get(self, ballot_id: str, *, known_at: Instant | None = None) -> Ballot:
        """One ballot."""

    def correct(
        self, ballot: Ballot, value: CountedVotes | None, *, reason: str, evidence: str | None = None
    ) -> CorrectedBallot:
        """Correct the figures of a ballot; None strikes it out. What was decided on it stays."""
        next_day = ballot.held_on + timedelta(days=1)
        document = correction(ballot.held_on, next_day, reason, evidence, value=value)
        return self._write(CorrectedBallot, ("ballots", ballot.id, "corrections"), document, ballot)
