"""Who decides an act about a member, and what stands behind the decision: votes of a chain of bodies, and a paper."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.ballots import Ballot, BallotStep
from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.hierarchy import Level
from app.domain.policy import Resolved


class Decider(StrEnum):
    """Whose body decides, as the policies name it."""

    CELL = "cell"
    GRASSROOTS = "grassroots"
    AUTHORISED_GRASSROOTS = "authorised_grassroots"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Body:
    """An organization whose body votes or decides: how far above the member's cell, its level, its authority."""

    depth: int
    level: Level
    authorised: bool

    @property
    def deciders(self) -> frozenset[Decider]:
        """What it counts as. A grassroots cell is both the cell and a grassroots organization."""
        counts = set()
        if self.depth == 0:
            counts.add(Decider.CELL)
        if self.level is Level.GRASSROOTS:
            counts.add(Decider.GRASSROOTS)
            if self.authorised:
                counts.add(Decider.AUTHORISED_GRASSROOTS)
        if self.level < Level.GRASSROOTS:
            counts.add(Decider.UPPER)
        return frozenset(counts)

    def holds(self, step: BallotStep) -> bool:
        """Whether it is this body that votes at the step."""
        match step:
            case BallotStep.CELL:
                return self.depth == 0
            case BallotStep.SECTIONAL:
                return self.level is Level.SECTIONAL
            case BallotStep.GRASSROOTS | BallotStep.AUTHORISED_GRASSROOTS:
                return self.level is Level.GRASSROOTS and self.depth > 0
            case BallotStep.UPPER:
                return self.level < Level.GRASSROOTS


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an act asks for: a paper, votes at these steps, and one of these deciders (none: any)."""

    rule: str
    decision: bool
    ballots: tuple[BallotStep, ...]
    deciders: frozenset[Decider]
    source: str

    @classmethod
    def of(cls, rule: str, policy: Resolved, act: str) -> "Requirement":
        """What a policy `….requirements` says of an act; an act it does not name asks for nothing."""
        value = policy.value.get(act, {"decision": False, "ballots": [], "deciders": []})
        return cls(
            rule,
            value["decision"],
            tuple(map(BallotStep, value["ballots"])),
            frozenset(map(Decider, value["deciders"])),
            policy.source,
        )

    def check_decider(self, body: Body) -> None:
        """Refuse a decision by a body that has no authority for it."""
        if self.deciders and not self.deciders & body.deciders:
            raise RuleBroken(
                self.rule, "decided_without_authority", value=sorted(self.deciders), source=self.source
            )

    def findings(self, cell: Body, ballots: Iterable[Ballot], papers: Collection[object]) -> list[Finding]:
        """The paper and the votes that are not named. An authorised grassroots committee's vote is the last."""
        held = {one.step for one in ballots}
        if BallotStep.AUTHORISED_GRASSROOTS in held:
            held |= {BallotStep.GRASSROOTS, BallotStep.UPPER}
        if cell.level is Level.GRASSROOTS:
            held.add(BallotStep.GRASSROOTS)
        found = []
        if self.decision and not papers:
            found.append(Finding(self.rule, FindingCode.DECISION_NOT_NAMED, source=self.source))
        missing = [step.value for step in self.ballots if step not in held]
        if missing:
            found.append(Finding(self.rule, FindingCode.BALLOT_NOT_NAMED, missing, self.source))
        return found
