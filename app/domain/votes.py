"""Votes: who counts, how many votes a resolution needs, and when repeated ballots end. Whole numbers only.

The base of a vote is who ought to vote, not who came: official members as summoned, less those whom the policy
`vote.base_exclusions` leaves out (R-VOTE-2) [294 9.3.2, 9.3.3].
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.policy import Resolved


class Body(StrEnum):
    """Who votes."""

    CELL = "cell"
    CELL_CONGRESS = "cell_congress"
    COMMITTEE = "committee"


class Hindrance(StrEnum):
    """Why a voter may be left out of the base."""

    TEMPORARILY_ELSEWHERE = "temporarily_elsewhere"
    EXEMPTED = "exempted"
    SUSPENDED = "suspended"
    PROSECUTED = "prosecuted"
    ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON = "absent_throughout_with_accepted_reason"


class Comparison(StrEnum):
    """How the votes compare with the share."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the base that a resolution needs: `numerator` of `denominator`, reached or exceeded (R-VOTE-1)."""

    numerator: int
    denominator: int
    comparison: Comparison
    source: str

    @classmethod
    def of(cls, policy: Resolved) -> "Share":
        """The share that a policy row `vote.…` says."""
        value = policy.value
        return cls(value["numerator"], value["denominator"], Comparison(value["comparison"]), policy.source)

    def needed(self, base: int) -> int:
        """The fewest votes in favour that carry, of a base of at least one."""
        if base < 1:
            raise ValueError("base_empty")
        share = self.numerator * base
        if self.comparison is Comparison.MORE_THAN:
            return share // self.denominator + 1
        return -(-share // self.denominator)

    def carried(self, in_favour: int, base: int) -> bool:
        """Whether so many votes in favour carry."""
        return in_favour >= self.needed(base)


@dataclass(frozen=True, slots=True)
class Voter:
    """One who would count, whether he or she came, and what may leave him or her out."""

    present: bool
    hindrances: frozenset[Hindrance] = frozenset()


@dataclass(frozen=True, slots=True)
class Base:
    """The base of a vote, item by item: everyone summoned, less those left out, by the reason."""

    summoned: int
    left_out: Mapping[Hindrance, int]
    source: str

    @property
    def size(self) -> int:
        """How many the shares are taken of."""
        return self.summoned - sum(self.left_out.values())


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whom a body leaves out of its base: always, or only when absent."""

    always: frozenset[Hindrance]
    when_absent: frozenset[Hindrance]
    source: str

    @classmethod
    def of(cls, policy: Resolved, body: Body) -> "Exclusions":
        """What the policy `vote.base_exclusions` says of a body."""

        def named(*keys: str) -> frozenset[Hindrance]:
            return frozenset(Hindrance(word) for key in keys for word in policy.value[key])

        match body:
            case Body.CELL:
                return cls(named("cell_always"), named("cell_when_absent"), policy.source)
            case Body.CELL_CONGRESS:
                return cls(named("cell_always"), named("cell_when_absent", "cell_congress"), policy.source)
            case Body.COMMITTEE:
                return cls(named("committee_always"), named("committee_when_absent"), policy.source)

    def base(self, voters: Iterable[Voter]) -> Base:
        """The base over all who were summoned; one with several reasons is left out once, by the first of them."""
        summoned, left_out = 0, Counter[Hindrance]()
        for voter in voters:
            summoned += 1
            excluding = self.always if voter.present else self.always | self.when_absent
            reason = next((one for one in Hindrance if one in excluding & voter.hindrances), None)
            if reason is not None:
                left_out[reason] += 1
        return Base(summoned, dict(left_out), self.source)


class Outcome(StrEnum):
    """What repeated ballots on one question come to."""

    CARRIED = "carried"
    REPEATABLE = "repeatable"
    ESCALATED = "escalated"


def outcome(ballots: Iterable[tuple[int, int]], share: Share, most_rounds: int) -> Outcome:
    """Of ballots in order, each (in favour, base): carried by the last, to be repeated, or for the superior.

    After `most_rounds` ballots without the share (policy `vote.max_rounds_before_escalation`) the superior decides
    (R-VOTE-4) [294 4.2.3]. ValueError where a ballot follows one that carried, or one too many was held.
    """
    held = [share.carried(in_favour, base) for in_favour, base in ballots]
    if any(held[:-1]) or len(held) > most_rounds:
        raise ValueError("ballot_after_the_last")
    if held and held[-1]:
        return Outcome.CARRIED
    return Outcome.ESCALATED if len(held) == most_rounds else Outcome.REPEATABLE
