"""The measures that lead from the tree there is to the tree that a file wants.

In this order each names only what exists then: all that begins, parents first; names; who goes where; what becomes
another type; and last who ends, when nothing is left below but what has ended before.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

from app.domain.hierarchy import Hierarchy, OrganizationType
from app.domain.restructuring.document import (
    Allocation,
    Establish,
    Founding,
    Measure,
    MeasureKind,
    Merge,
    Reference,
    Rename,
    Retype,
    Transfer,
    kind_of_retype,
)
from app.domain.restructuring.wanted_tree import Goal, Present, WantedTree

_Common = TypeVar("_Common", bound=Hashable)


def measures(wanted: WantedTree, hierarchy: Hierarchy, system: str | None = None) -> list[Measure]:
    """All measures, in the order in which they are to be taken; none where the tree is so already.

    `system`: in which what begins bears the name that the file gives it; none: in no other system.
    """
    standing = [(goal, goal.present) for goal in wanted.goals if goal.present is not None]
    return [
        *_established(wanted.goals, system),
        *(rename for goal, now in standing if (rename := _renamed(goal, now))),
        *_transferred(standing),
        *_retyped(standing, hierarchy),
        *_merged(wanted.ended),
    ]


def _established(goals: Iterable[Goal], system: str | None) -> Iterator[Establish]:
    """What begins, after what it stands under."""
    new = {goal.reference: goal for goal in goals if goal.present is None}
    order = TopologicalSorter({key: [goal.parent] if goal.parent in new else [] for key, goal in new.items()})
    for key in order.static_order():
        goal = new[key]
        assert isinstance(key, str) and goal.parent is not None  # what has no parent was refused
        ids = {system: goal.known_as} if system else {}
        yield Establish(
            Founding(key, goal.parent, goal.type, goal.name, goal.name_en, goal.code, goal.sector, ids)
        )


def _renamed(goal: Goal, now: Present) -> Rename | None:
    name = goal.name if goal.name != now.name else None
    name_en = goal.name_en if goal.name_en != now.name_en else None
    code = goal.code if goal.code != now.code else None
    return Rename(now.id, name, name_en, code) if name or name_en or code else None


def _transferred(standing: Iterable[tuple[Goal, Present]]) -> list[Transfer]:
    """Who goes under another one: together where they go to the same, and become the same on the way."""
    moved = (
        ((goal.parent, goal.type if goal.type is not now.type else None), now.id)
        for goal, now in standing
        if goal.parent is not None and goal.parent != now.parent and goal.members_to is None
    )
    return [Transfer(tuple(ids), to, type_) for (to, type_), ids in _together(moved).items()]


def _retyped(standing: Iterable[tuple[Goal, Present]], hierarchy: Hierarchy) -> list[Retype]:
    """Who becomes another type in place; and, wherever, whose members go to a cell below."""
    found: list[Retype] = []
    by_law: list[tuple[OrganizationType, UUID]] = []
    for goal, now in standing:
        stays = goal.parent == now.parent
        if goal.type is now.type or not (stays or goal.members_to):
            continue
        kind = kind_of_retype(hierarchy, now.type, goal.type)
        if kind is MeasureKind.RETYPE and goal.members_to is None:
            by_law.append((goal.type, now.id))
            continue
        kind = MeasureKind.DOWNGRADE if kind is MeasureKind.RETYPE else kind
        parent = None if stays else goal.parent
        found.append(Retype(kind, (now.id,), goal.type, parent, Allocation(rest=goal.members_to)))
    law = [Retype(MeasureKind.RETYPE, tuple(ids), type_) for type_, ids in _together(by_law).items()]
    return [*found, *law]


def _merged(ended: Mapping[Present, Reference]) -> list[Merge]:
    """Who ends in whom: together where it is the same, but none before those below it have ended."""
    lowest_first = _lowest_first(ended)
    groups = _together((ended[one], one.id) for one in lowest_first)
    consolidated = {to for to, sources in groups.items() if isinstance(to, str) and len(sources) > 1}
    whole = _in_order(ended, groups)
    parted = [(ended[one], one.id) for one in lowest_first if ended[one] not in whole]
    return [
        Merge(
            MeasureKind.MERGE_CONSOLIDATE if to in consolidated else MeasureKind.MERGE_ABSORB,
            tuple(sources),
            to,
        )
        for to, sources in [
            *((to, groups[to]) for to in whole),
            *((to, [key for _, key in pairs]) for to, pairs in groupby(parted, itemgetter(0))),
        ]
    ]


def _in_order(ended: Mapping[Present, Reference], successors: Iterable[Reference]) -> list[Reference]:
    """The successors in whom all can end at once, in order; those whose sources wait for one another are left out."""
    of_id = {one.id: to for one, to in ended.items()}
    order: TopologicalSorter[Reference] = TopologicalSorter({to: () for to in successors})
    for one, to in ended.items():
        if one.parent in of_id and (above := of_id[one.parent]) != to:
            order.add(above, to)
    with suppress(CycleError):  # the others can still be had
        order.prepare()
    found: list[Reference] = []
    while ready := order.get_ready():
        found += ready
        order.done(*ready)
    return found


def _lowest_first(ended: Mapping[Present, Reference]) -> list[Present]:
    """Those that end, each after all that ended below it."""
    by_id = {one.id: one for one in ended}
    above: dict[Present, list[Present]] = {one: [] for one in ended}
    for one in ended:
        if one.parent in by_id:
            above[by_id[one.parent]].append(one)
    return list(TopologicalSorter(above).static_order())


def _together(pairs: Iterable[tuple[_Common, UUID]]) -> dict[_Common, list[UUID]]:
    together: dict[_Common, list[UUID]] = {}
    for common, one in pairs:
        together.setdefault(common, []).append(one)
    return together
