"""What decisions do to a member: status, exit, restoration, readmission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from dangbo_client.ballots import BallotOfMeeting, NewBallot
from dangbo_client.findings import Finding
from dangbo_client.member_shapes import Following, Member
from dangbo_client.resource import Resource, writes
from dangbo_client.shapes import Day
from dangbo_client.writing import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedMember:
    """The member after the act, what the rules note of it, which seats an exit ended, where restructurings led."""

    member: Member
    findings: tuple[Finding, ...]
    ended_seats: tuple[str, ...]
    followed: tuple[Following, ...]


class Decided(TypedDict, total=False):
    """What stands behind an act: votes, the organization whose body decided, its papers, a note."""

    ballots: Sequence[NewBallot | BallotOfMeeting]
    decided_by: str
    decisions: Sequence[Decision]
    reason: str


class MemberActs(Resource):
    """`client.member_acts`. Each act answers `Stale` if the member was changed since it was read."""

    @writes("members/{member}/statuses")
    def decide_status(
        self,
        member: Member,
        activity_status: str,
        *,
        effective_on: Day,
        until: Day | None = None,
        exemption_ground: str | None = None,
        **decided: Unpack[Decided],
    ) -> ActedMember:
        """Exempt, suspend, note as interrupted or active again."""

    @writes("members/{member}/exits")
    def leave(
        self,
        member: Member,
        exit_reason: str,
        *,
        effective_on: Day,
        ground: str | None = None,
        **decided: Unpack[Decided],
    ) -> ActedMember:
        """Take a member off the roll; `effective_on` is the first day out."""

    @writes("members/{member}/restorations")
    def restore(
        self,
        member: Member,
        *,
        decisions: Sequence[Decision],
        cell_id: str | None = None,
        reason: str | None = None,
    ) -> ActedMember:
        """Take an exit back that a decision found wrong: the member never left."""

    @writes("members/{member}/readmissions")
    def readmit(
        self,
        member: Member,
        *,
        cell_id: str,
        effective_on: Day,
        inducted_on: str | None = None,
        conviction_cleared_on: Day | None = None,
        consent: Decision | None = None,
        **decided: Unpack[Decided],
    ) -> ActedMember:
        """Put a member who left by decision onto a roll again, on probation."""
