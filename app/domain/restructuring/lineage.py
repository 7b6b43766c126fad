"""What became of organizations: which went into which, with what share of their members.

Shares are exact: so many of so many. Those of one organization on one day sum to one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any, NamedTuple
from uuid import UUID

from app.domain.restructuring.rolls import NOBODY, Heads
from app.domain.restructuring.tree import Tree

Shares = Mapping[UUID, Fraction]
"""What part each organization holds of another; they sum to one."""

FINEST = 1_000_000_000
"""The greatest number of parts into which shares are told."""


class LineageKind(StrEnum):
    """How one came of the other."""

    ABSORBED_INTO = "absorbed_into"
    CONSOLIDATED_INTO = "consolidated_into"
    SPLIT_INTO = "split_into"
    DISSOLVED_INTO = "dissolved_into"
    HANDED_ON_TO = "handed_on_to"


@dataclass(frozen=True, slots=True)
class Edge:
    """`share` of `whole` members of the source went to the target, on a day, by the measure of that number.

    The source is meant as it was before the document, the target as the whole document leaves it. A source that
    survives a split has an edge to itself with what stays.
    """

    source: UUID
    target: UUID
    kind: LineageKind
    share: int
    whole: int
    on: date
    measure: int


class Departure(NamedTuple):
    """How an organization ended, or gave off part of it: by the measure of that number; `into`: what absorbed it."""

    kind: LineageKind
    measure: int
    into: UUID | None = None

    def onward(self, successors: Mapping[UUID, UUID]) -> "Departure":
        """The same, into what stands by now in the place of what absorbed it."""
        return self._replace(into=successors.get(self.into, self.into)) if self.into else self

    @property
    def successor(self) -> UUID | None:
        """What took its place, where that is all that became of it."""
        return self.into if self.kind is LineageKind.HANDED_ON_TO else None


def descent(
    before: Tree,
    after: Tree,
    on: date,
    departures: Mapping[UUID, Departure],
    heads: Mapping[UUID, Heads],
    rolled: Mapping[UUID, Heads],
    flows: Mapping[UUID, Counter[UUID | None]],
) -> Iterator[Edge]:
    """What a document makes of organizations: one that is absorbed goes where it is said to.

    Any other goes where its own have gone: members of its roll (`heads`) to the cells they are in at last (`flows`),
    each child, with all its members (`rolled`), to what it stands under at last.
    """
    below = before.children(on)

    def went(key: UUID) -> Counter[UUID]:
        stayed: Counter[UUID | None] = Counter({key: heads.get(key, NOBODY).total})
        goals = Counter(flows.get(key, stayed))
        for child in below.get(key, ()):
            stands = child if child not in departures else departures[child].successor or child
            if after.alive(stands, on):
                goals[after.parent(stands, on)] += rolled.get(child, NOBODY).total
            else:
                goals.update(went(child))
        return Counter({goal: n for goal, n in goals.items() if goal is not None and after.alive(goal, on)})

    for key, (kind, measure, into) in departures.items():
        weights = went(key) if into is None or not after.alive(into, on) else {into: 1}
        if after.alive(key, on) and not weights.get(key):
            continue  # it gave all it had away, and lives on as itself
        yield from edges(key, kind, weights, on, measure)


def edges(source: UUID, kind: LineageKind, weights: Mapping[UUID, int], on: date, measure: int) -> list[Edge]:
    """The edges from one organization, by the members each target took; where there were none, equal shares."""
    whole = sum(weights.values())
    shares = weights if whole else dict.fromkeys(weights, 1)
    return [
        Edge(source, target, kind, share, whole or len(weights), on, measure)
        for target, share in sorted(shares.items())
        if share
    ]


def successors(asked: Mapping[UUID, date], on: date, known: Iterable[tuple[Edge, Any]]) -> dict[UUID, Shares]:
    """What each organization, as it was on a day of its own, had become by a later one.

    Its shares are held by organizations that live on, or have ended without a successor. `known`: edges, each with what
    orders its operation among those of one day; those of one operation hold together.
    """
    held: defaultdict[UUID, defaultdict[UUID, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    waiting = sorted(asked, key=lambda one: asked[one], reverse=True)
    steps = sorted(
        ((edge.on, order, edge) for edge, order in known if edge.on <= on), key=lambda one: one[:2]
    )
    for (day, _), together in groupby(steps, key=lambda one: one[:2]):
        while waiting and asked[waiting[-1]] < day:
            key = waiting.pop()
            held[key][key] += 1
        met = [edge for *_, edge in together]
        gone: dict[UUID, Mapping[UUID, Fraction]] = {
            source: held.pop(source, {}) for source in {edge.source for edge in met}
        }
        for edge in met:
            for of, share in gone[edge.source].items():
                held[edge.target][of] += share * Fraction(edge.share, edge.whole)
    for key in waiting:
        held[key][key] += 1
    found: dict[UUID, dict[UUID, Fraction]] = {key: {} for key in asked}
    for holder, shares in held.items():
        for of, share in shares.items():
            found[of][holder] = share
    return dict(found)


def told(shares: Shares) -> dict[UUID, tuple[int, int]]:
    """Shares in parts of one whole, `(parts, whole)`: the parts sum to it.

    The whole is their least common denominator; beyond `FINEST` it is that, and the parts are rounded so that none is
    lost: those with the greatest remainders up, the others down.
    """
    whole = lcm(*(share.denominator for share in shares.values()))
    if whole > FINEST:
        whole = FINEST
    parts = {key: share.numerator * whole // share.denominator for key, share in shares.items()}
    short = whole - sum(parts.values())
    for key in sorted(parts, key=lambda one: (parts[one] - shares[one] * whole, one))[:short]:
        parts[key] += 1
    return {key: (part, whole) for key, part in parts.items()}
