"""Acts of two persons: what one proposes, another person decides; as long as it waits its proposer may withdraw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.errors import Forbidden, StepRefused

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Part:
    """Who an actor is to an act: its proposer, a machine client, or who answers for the one that proposed it."""

    proposer: bool = False
    machine: bool = False
    own_client: bool = False

    @property
    def second_person(self) -> bool:
        """Whether the actor is another person than the proposer."""
        return not (self.proposer or self.machine or self.own_client)


@dataclass(frozen=True, slots=True)
class ActOfTwo(Generic[State, Step]):
    """How acts of one kind go: every step there is, the one that is the proposer's, the rule that wants two."""

    rule: str
    transitions: Mapping[tuple[State, Step], State]
    withdrawal: Step

    def open_steps(self, state: State, part: Part) -> list[Step]:
        """What an actor can do now: the proposer withdraws, another person does all else."""
        return [
            step
            for (origin, step) in self.transitions
            if origin is state and (part.proposer if step is self.withdrawal else part.second_person)
        ]

    def take(self, state: State, step: Step, part: Part) -> State:
        """The state after a step. StepRefused where there is none, Forbidden where another would have to take it."""
        open_to_actor = self.open_steps(state, part)
        target = self.transitions.get((state, step))
        if target is None:
            raise StepRefused("proposal_closed", state=state.value, open_steps=open_to_actor)
        if step in open_to_actor:
            return target
        if step is self.withdrawal:
            raise Forbidden("only_the_proposer_withdraws", rule=self.rule)
        only_proposes = part.machine and not part.proposer
        raise Forbidden("machines_only_propose" if only_proposes else "two_persons_needed", rule=self.rule)
