"""The steps of what goes from state to state: one table of rules says them all; what is not in it is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.domain.errors import StepRefused

NO_SUCH_STEP = "no_such_step"
"""The code of the refusal of a step that there is not from a state."""

Step = TypeVar("Step", bound=StrEnum)
State = TypeVar("State", bound=StrEnum)


class Who(StrEnum):
    """Who takes a step."""

    SENDER = "sender"
    RECEIVER = "receiver"
    EITHER = "either"
    PROPOSER = "proposer"
    SECOND_PERSON = "second_person"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Rule(Generic[Step, State]):
    """A step that there is from some states, where it leads, and who takes it."""

    step: Step
    before: frozenset[State]
    after: State
    who: Who


def open_steps(table: Iterable[Rule[Step, State]], state: State | None) -> list[Rule[Step, State]]:
    """The steps there are from a state; from none, none: what was struck out stands nowhere."""
    return [one for one in table if state in one.before]


def advance(table: Iterable[Rule[Step, State]], state: State | None, step: Step) -> Rule[Step, State]:
    """The rule of a step from a state; `StepRefused` with the steps there are where it is none of them."""
    there_are = open_steps(table, state)
    for one in there_are:
        if one.step is step:
            return one
    raise StepRefused(
        NO_SUCH_STEP,
        step=step.value,
        state=state.value if state else None,
        open_steps=[one.step.value for one in there_are],
    )
