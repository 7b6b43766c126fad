"""All that the rules say of a plan, one judge after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.policy import PolicyRow
from app.domain.restructuring.conflicts import Conflict, excuse
from app.domain.restructuring.judging import judge_rolls, judge_shape, judge_words
from app.domain.restructuring.places import judge_places
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.thresholds import Consent, Thresholds


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a plan, which of its arrangements need consent, and the members of each branch after it."""

    conflicts: Sequence[Conflict]
    consents: Sequence[Consent]
    counted: Mapping[UUID, Heads]


def judge(
    plan: Plan,
    facts: Facts,
    *,
    heights: Mapping[UUID, int],
    incomplete: frozenset[UUID],
    policies: Sequence[PolicyRow],
    excused: frozenset[tuple[str, UUID]],
) -> Verdict:
    """Judge a plan by the facts that it was made of.

    `heights`: levels below organizations of the slice. `incomplete`: those below which a roll is not complete on the
    day. `policies`: the rows of `thresholds.KEYS`. `excused`: rules set aside by a superior, by organization.
    """
    hierarchies = facts.hierarchies
    thresholds = Thresholds(plan, facts.rolled, facts.heads, incomplete, policies, hierarchies)
    counting, consents = thresholds.judge()
    found = [
        *plan.conflicts,
        *judge_shape(plan, heights),
        *judge_places(plan.before, plan.after, hierarchies, plan.pointers, plan.effective_on),
        *judge_rolls(plan, hierarchies, facts.staying),
        *judge_words(plan),
        *counting,
    ]
    return Verdict(excuse(found, excused), consents, thresholds.counted)
