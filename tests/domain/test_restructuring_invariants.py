"""Whatever is asked of whatever tree: what nothing speaks against loses nobody and leaves a sound tree on every day.

The last tests take a judge away and see that this is noticed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from forests import AFTERWARDS, Author, forest, planned
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trees import HIERARCHIES, ON, Grown, hierarchy

from app.domain.errors import RuleBroken
from app.domain.restructuring import judging, verdict
from app.domain.restructuring.conflicts import Conflict, blocking
from app.domain.restructuring.document import Document, Receive
from app.domain.restructuring.lineage import successors
from app.domain.restructuring.planning import Plan, plan_document
from app.domain.restructuring.rolls import NOBODY, Heads, Rolls
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import ATTRIBUTES, Organization, Tree
from app.domain.restructuring.verdict import Verdict

SEEDS = range(1_000)


def written(seed: int, organizations: int, people: int) -> tuple[Document, Facts]:
    random = Random(seed)
    grown: Grown = forest(random, organizations, people)
    for _ in range(random.choice((0, 0, 1, 2))):
        grown = planned(random, grown)
    if random.random() < 0.5:
        grown = replace(grown, succeeded=frozenset(grown.tree))
    facts = grown.facts()
    return Author(random, facts).document(), facts


def judged(plan: Plan, facts: Facts) -> Verdict:
    return verdict.judge(plan, facts, heights={}, incomplete=frozenset(), policies=[], excused=frozenset())


def turns(tree: Tree) -> list[date]:
    """The days from the document's on, on which the tree may become another one."""
    days = {
        day
        for key in tree
        for fact in (tree[key].placement, tree[key].type)
        for period, _ in fact
        for day in (period.start, period.end)
        if day is not None and day > ON
    }
    return [ON, *sorted(days)]


def broken(document: Document, facts: Facts, plan: Plan, said: Verdict) -> Iterator[str]:
    """What does not hold of a plan that was to be sound."""
    yield from _tree(plan)
    yield from _links(plan)
    yield from _rolls(document, facts, plan)
    yield from _descent(plan)
    alive = [key for key in plan.after if plan.after.alive(key, ON)]
    [root] = [key for key in alive if plan.after.parent(key, ON) is None]
    if said.counted[root] != sum((plan.own[key] for key in alive), start=NOBODY):
        yield "the sum of the children is not the parent's"
    for key in plan.after:
        before, after = plan.before.organizations.get(key), plan.after[key]
        for fact in ATTRIBUTES if before is not None else ():
            if any(days.start < ON for days, _ in getattr(before, fact).difference(getattr(after, fact))):
                yield f"{fact} of days before the document"


def _tree(plan: Plan) -> Iterator[str]:
    tree = plan.after
    for key in tree:
        lived = tree[key].placement
        if any(one.end != other.start for (one, _), (other, _) in pairwise(lived)):
            yield "a gap or two parents at once"
        if any(days.subtract(tree[key].type.days()) for days, _ in lived):
            yield "no type on a day of its life"
    for day in turns(tree):
        sound: set[UUID] = set()
        for key in tree:
            way = []
            above: UUID | None = key if tree.alive(key, day) else None
            while above is not None and above not in sound:
                if above in way:
                    yield "under itself"
                    break
                way.append(above)
                if (above := tree.parent(above, day)) is not None and not tree.alive(above, day):
                    yield "alive under what has ended"
                    break
            sound.update(way)


def _links(plan: Plan) -> Iterator[str]:
    for key in plan.after:
        type_, above = plan.after.type(key, ON), plan.after.parent(key, ON)
        said = plan.before.parent(key, ON), plan.before.type(key, ON)
        if type_ is None or above is None or said == (above, type_):
            continue
        try:
            hierarchy(ON).check(type_, plan.after.type(above, ON))
        except RuleBroken:
            yield "a parent of a type that may not be"


def _rolls(document: Document, facts: Facts, plan: Plan) -> Iterator[str]:
    came = {
        document.ids[one.founding.key]: Heads(official=one.members)
        for one in document.measures
        if isinstance(one, Receive)
    }
    own: Counter[UUID | None] = Counter()
    for cell, heads in {**facts.heads, **came}.items():
        own[plan.cells.get(cell, cell)] += heads.total
    for member_id, to in plan.members.items():
        cell = facts.homes[member_id].cell
        own[plan.cells.get(cell, cell)] -= 1
        own[to] += 1
    if own[None] != plan.handed_over or any(heads.total != own[key] for key, heads in plan.own.items()):
        yield "heads are not conserved"
    if sum(own.values()) != sum(one.total for one in facts.heads.values()) + plan.received:
        yield "somebody was lost on the way"
    for cell, flow in plan.flows.items():
        heads = {**facts.heads, **came}.get(cell, NOBODY)
        if cell in plan.before and (min(flow.values()) < 0 or flow.total() != heads.total):
            yield "a flow is not a share of the roll"
    receiving = {*plan.cells.values(), *plan.members.values()}
    for key, heads in plan.own.items():
        for day in turns(Tree({key: plan.after[key]})) if key in receiving else [ON]:
            if heads.total and not plan.after.holds_members(key, day, HIERARCHIES):
                yield "members in what is no cell"
    for to in plan.defaults.values():
        if to is not None and not plan.after.holds_members(to, ON, HIERARCHIES):
            yield "late members would go to what is no cell"


def _descent(plan: Plan) -> Iterator[str]:
    known = [(edge, 0) for edge in plan.edges]
    if not all(plan.after.alive(edge.target, ON) for edge in plan.edges):
        yield "a successor that is no more"
    for source in {edge.source for edge in plan.edges}:
        found = successors({source: date(2022, 1, 1)}, ON, known)[source]
        if sum(found.values()) != 1 or any(key in plan.ended for key in found):
            yield "shares do not sum up among the living"
    for source, heir in plan.successors.items():
        if successors({source: date(2022, 1, 1)}, ON, known)[source] != {heir: 1}:
            yield "a successor has not all that it succeeds to"


def violations(seed: int, organizations: int, people: int) -> list[str]:
    """What a random document breaks that nothing speaks against."""
    document, facts = written(seed, organizations, people)
    plan = plan_document(document, facts)
    said = judged(plan, facts)
    return [] if blocking(said.conflicts) else list(broken(document, facts, plan, said))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 400), st.integers(0, 5_000))
def test_what_nothing_speaks_against_keeps_every_invariant(
    seed: int, organizations: int, people: int
) -> None:
    assert violations(seed, organizations, people) == []


def test_random_documents_are_of_every_kind_and_many_are_sound() -> None:
    kinds: Counter[str] = Counter()
    sound = future = succeeded = 0
    for seed in SEEDS[:150]:
        document, facts = written(seed, 30, 200)
        plan = plan_document(document, facts)
        if not blocking(judged(plan, facts).conflicts):
            sound += 1
            succeeded += len(plan.successors)
            future += any(day >= AFTERWARDS for day in turns(facts.tree))
            kinds.update(str(getattr(one, "kind", type(one).__name__)) for one in document.measures)
    assert sound >= 60
    assert future >= 15
    assert succeeded >= 5
    assert len(kinds) == 13
    assert min(kinds.values()) >= 2


def noticed() -> set[str]:
    """What is found broken by some random document."""
    for seed in SEEDS:
        if found := violations(seed, 25, 200):
            return set(found)
    return set()


def nothing(*_: object, **__: object) -> list[Conflict]:
    return []


def present(tree: Tree) -> Tree:
    """The tree as if it stayed what it is on the day."""

    def stays(one: Organization) -> Organization:
        said = {fact: getattr(one, fact).at(ON) for fact in ATTRIBUTES}
        return Organization(
            **{
                fact: Timeline.since(ON, value) if getattr(one, fact).says(ON) else Timeline()
                for fact, value in said.items()
            }
        )

    return Tree({key: stays(tree[key]) for key in tree})


def of_the_day_alone(plan: Plan, heights: dict[UUID, int]) -> list[Conflict]:
    return judging.judge_shape(replace(plan, before=present(plan.before), after=present(plan.after)), heights)


def test_without_the_judge_of_the_shape_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "judge_shape", nothing)
    assert noticed() & {"under itself", "alive under what has ended"}


def test_without_the_judgement_of_later_days_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "judge_shape", of_the_day_alone)
    assert noticed() & {"under itself", "alive under what has ended"}


def test_without_the_judge_of_places_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "judge_places", nothing)
    assert "a parent of a type that may not be" in noticed()


def test_without_the_judge_of_rolls_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "judge_rolls", nothing)
    assert noticed() & {"members in what is no cell", "late members would go to what is no cell"}


def test_where_a_member_is_lost_on_the_way_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Rolls.empty

    def losing(rolls: Rolls, cell: UUID, to: UUID | None) -> None:
        empty(rolls, cell, to)
        if to is not None and rolls.heads(to).official:
            rolls._heads[to] -= Heads(official=1)

    monkeypatch.setattr(Rolls, "empty", losing)
    assert "heads are not conserved" in noticed()
