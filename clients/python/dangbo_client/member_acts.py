"""What decisions do to a member: status, exit, restoration, readmission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from dangbo_client.ballots import BallotOfMeeting, NewBallot
from dangbo_client.findings import Finding
from dangbo_client.members import Member
from dangbo_client.sending import Sender, tagged
from dangbo_client.shapes import Day, read
from dangbo_client.writing import Decision, act


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedMember:
    """The member after the act, and what the rules note of it."""

    member: Member
    findings: tuple[Finding, ...]


class Decided(TypedDict, total=False):
    """What stands behind an act: votes, the organization whose body decided, its papers, a note."""

    ballots: Sequence[NewBallot | BallotOfMeeting]
    decided_by: str
    decisions: Sequence[Decision]
    reason: str


class MemberActs:
    """`client.member_acts`. Each act answers `Stale` if the member was changed since it was read."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

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
        said = {
            "activity_status": activity_status,
            "effective_on": effective_on,
            "until": until,
            "exemption_ground": exemption_ground,
        }
        return self._act(member, "statuses", said, decided)

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
        said = {"exit_reason": exit_reason, "effective_on": effective_on, "ground": ground}
        return self._act(member, "exits", said, decided)

    def restore(
        self,
        member: Member,
        *,
        decisions: Sequence[Decision],
        cell_id: str | None = None,
        reason: str | None = None,
    ) -> ActedMember:
        """Take an exit back that a decision found wrong: the member never left."""
        path = ("members", member.id, "restorations")
        document = act(reason, decisions, {"cell_id": cell_id})
        return read(ActedMember, tagged(self._sender.post(path, document, if_match=member.etag), "member"))

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
        said = {
            "cell_id": cell_id,
            "effective_on": effective_on,
            "inducted_on": inducted_on,
            "conviction_cleared_on": conviction_cleared_on,
            "consent": consent,
        }
        return self._act(member, "readmissions", said, decided)

    def _act(self, member: Member, name: str, said: Mapping[str, Any], decided: Decided) -> ActedMember:
        answer = self._sender.post(("members", member.id, name), {**said, **decided}, if_match=member.etag)
        return read(ActedMember, tagged(answer, "member"))
