"""What is the same in every dated write: the papers behind a change, the period of a correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dangbo_client.shapes import Day


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as its paper says it; `role`: what the paper is to the act, where it is not its decision."""

    issuer: str
    number: str
    signed_on: Day
    signatory: str | None = None
    role: str = "decision"


@dataclass(frozen=True, slots=True)
class DependentRecord:
    """Something recorded that rests on a corrected fact: a member, an organization, a seat."""

    resource: str
    id: str


@dataclass(frozen=True, slots=True)
class DependentOperation:
    """An operation that said something which rests on a corrected fact."""

    kind: str
    id: str


def act(reason: str | None, decisions: Sequence[Decision], said: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a business act: what is said, why, and by which decisions."""
    return {**said, "decisions": list(decisions), **({"reason": reason} if reason is not None else {})}


def correction(from_: Day, to: Day | None, reason: str, evidence: str | None, **said: Any) -> dict[str, Any]:
    """The body of a correction of what is recorded from a day up to, not including, another."""
    return {"period": {"from": from_, "to": to}, "reason": reason, "evidence": evidence, **said}


def of_fact(fact: str, value: Mapping[str, Any] | None, **which: str | None) -> dict[str, Any]:
    """What a correction says of a fact; `which` tells facts of the same name apart."""
    return {"fact": fact, "value": value} | {name: one for name, one in which.items() if one is not None}
