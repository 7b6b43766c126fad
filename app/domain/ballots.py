"""Ballots: who voted on what with which result, and whether a chain of them carries a decision.

A proposal goes from the cell up: two thirds of the cell, two thirds of the grassroots committee (which decides with
the same share where it is authorised to), more than half of the upper one (R-VOTE-3) [294 9.3.4; 06 4.6].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.policy import Resolved
from app.domain.votes import Body, Exclusions, Hindrance, Outcome, Share, outcome


class BallotStep(StrEnum):
    """Whose vote it is, from the cell up."""

    CELL = "cell"
    SECTIONAL = "sectional"
    GRASSROOTS = "grassroots"
    AUTHORISED_GRASSROOTS = "authorised_grassroots"
    UPPER = "upper"


class BallotQuestion(StrEnum):
    """What was voted on."""

    EXIT = "exit"
    STATUS = "status"
    READMISSION = "readmission"


SHARES: Mapping[BallotStep, str | None] = MappingProxyType(
    {
        BallotStep.CELL: "vote.admission_cell",
        BallotStep.SECTIONAL: None,
        BallotStep.GRASSROOTS: "vote.admission_grassroots",
        BallotStep.AUTHORISED_GRASSROOTS: "vote.authorised_grassroots",
        BallotStep.UPPER: "vote.admission_upper",
    }
)
"""The policy that says the share each step needs; a sectional committee only gives its opinion."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote counted: of those summoned, less those left out by reason, so many were in favour."""

    step: BallotStep
    summoned: int
    left_out: Mapping[Hindrance, int]
    in_favour: int

    @property
    def base(self) -> int:
        """Of how many the share is taken (R-VOTE-2)."""
        return self.summoned - sum(self.left_out.values())

    @property
    def body(self) -> Body:
        """Cells vote by their members, all others by their committees."""
        return Body.CELL if self.step is BallotStep.CELL else Body.COMMITTEE


def check_ballot(ballot: Ballot, base_exclusions: Resolved) -> None:
    """Refuse a ballot that leaves out whom the policy does not leave out of such a body's base (R-VOTE-2)."""
    exclusions = Exclusions.of(base_exclusions, ballot.body)
    allowed = exclusions.always | exclusions.when_absent
    unknown = [one for one in ballot.left_out if one not in allowed]
    if unknown:
        raise RuleBroken(
            "R-VOTE-2",
            "left_out_of_base",
            value=sorted(allowed),
            source=base_exclusions.source,
            left_out=sorted(unknown),
        )


def check_held_by(held_on: date, on: date, pointer: str) -> None:
    """Refuse a ballot that was held after the day of the act which it decides (R-VOTE-5)."""
    if held_on > on:
        raise RuleBroken(
            "R-VOTE-5",
            "ballot_after_act",
            value=on.isoformat(),
            source="design",
            held_on=held_on.isoformat(),
            pointer=pointer,
        )


def check_chain(
    ballots: Sequence[Ballot], shares: Mapping[BallotStep, Resolved], most_rounds: Resolved
) -> list[Finding]:
    """Refuse where a step's last ballot did not carry (R-VOTE-3); `ballots` in the order in which they were held.

    After the most ballots that the policy knows, the superior decides all the same (R-VOTE-4): that is a finding.
    """
    findings = []
    for step in BallotStep:
        held = [(one.in_favour, one.base) for one in ballots if one.step is step]
        if not held or step not in shares:
            continue
        policy = shares[step]
        share = Share.of(policy)
        in_favour, base = held[-1]
        try:
            result = outcome(held, share, most_rounds.value)
        except ValueError:
            raise RuleBroken(
                "R-VOTE-4",
                "ballot_after_the_last",
                value=most_rounds.value,
                source=most_rounds.source,
                step=step,
            ) from None
        if result is Outcome.REPEATABLE:
            raise RuleBroken(
                "R-VOTE-3",
                "vote_not_carried",
                value=policy.value,
                source=policy.source,
                step=step,
                in_favour=in_favour,
                base=base,
                needed=share.needed(base),
            )
        if result is Outcome.ESCALATED:
            findings.append(
                Finding("R-VOTE-4", FindingCode.SUPERIOR_DECIDES, most_rounds.value, most_rounds.source)
            )
    return findings
