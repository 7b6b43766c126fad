"""Acts of two persons: what one proposes, another person decides; as long as it waits its proposer may withdraw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain import access
from app.domain.access import Action, HeldRole
from app.domain.errors import Forbidden
from app.domain.steps import Rule, Who, advance

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Part:
    """Who an actor is to an act: its proposer, a machine client, or who answers for the one that proposed it."""

    proposer: bool = False
    machine: bool = False
    own_client: bool = False


@dataclass(frozen=True, slots=True)
class ActOfTwo(Generic[State, Step]):
    """How acts of one kind go: every step there is, the rule that wants two, and by which duties they act."""

    rule: str
    proposes: Action
    decides: Action
    steps: tuple[Rule[Step, State], ...]

    def refusal(self, who: Who, part: Part, held: Sequence[HeldRole]) -> Forbidden | None:
        """Why a step is not this actor's: by the roles held where the act belongs, or as who they are to it."""
        action = self.proposes if who is Who.PROPOSER else self.decides
        return access.refusal(action, held) or self._refused_as(who, part)

    def _refused_as(self, who: Who, part: Part) -> Forbidden | None:
        if who is Who.PROPOSER:
            return None if part.proposer else Forbidden("only_the_proposer_withdraws", rule=self.rule)
        if part.machine and not part.proposer:
            return Forbidden("machines_only_propose", rule=self.rule)
        if part.proposer or part.own_client:
            return Forbidden("two_persons_needed", rule=self.rule)
        return None

    def advance(self, state: State, step: Step, part: Part, held: Sequence[HeldRole]) -> State:
        """The state after a step. StepRefused where there is none, Forbidden where it is not this actor's."""
        rule = advance(self.steps, state, step)
        if refused := self.refusal(rule.who, part, held):
            raise refused
        return rule.after
