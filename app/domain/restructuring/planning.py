"""From a document and what is known around it to a plan: what will be believed of every organization and member.

The measures follow one another on a copy of the tree; between them only existence is judged. The rules judge what
stands after the last (`verdict`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.restructuring.conflicts import Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.document import Document, Founding, MeasureKind
from app.domain.restructuring.lineage import Edge, descent
from app.domain.restructuring.measures import take
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.sketch import Facts, Sketch
from app.domain.restructuring.tree import Tree


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document makes of the tree and of who is where, and what speaks against it.

    Of organizations, `before` and `after`: the slice of the tree; `begun`: what was asked of each that begins;
    `ended`: the number of the measure that ended it; `retyped`: the kind of the measure that made it another type, of a
    decision and a law the decision; `into`: what those that ended whole in another one ended in; `successors`: of those
    whose place another one took by a change of type, which; `edges`: who went into whom, with what share.

    Of rolls, `cells`: whose whole roll goes, and where (None: out of the register); `members`: those named one by one;
    `flows`: of each cell that somebody may have left, where how many of its roll are; `defaults`: of cells that no
    longer hold members, where those go who are found later; `own`: how many are in each organization itself at last;
    `received` and `handed_over`: how many came from outside the register, and left it.

    `pointers`: of each organization that the document names, the place there that last places, retypes or ends it,
    else the first that names it. `conflicts`: measures that could not be carried out, or only as far as is known.
    """

    effective_on: date
    before: Tree
    after: Tree
    begun: Mapping[UUID, Founding]
    ended: Mapping[UUID, int]
    retyped: Mapping[UUID, MeasureKind]
    cells: Mapping[UUID, UUID | None]
    members: Mapping[UUID, UUID | None]
    flows: Mapping[UUID, Counter[UUID | None]]
    defaults: Mapping[UUID, UUID | None]
    own: Mapping[UUID, Heads]
    edges: tuple[Edge, ...]
    into: Mapping[UUID, UUID]
    successors: Mapping[UUID, UUID]
    received: int
    handed_over: int
    pointers: Mapping[UUID, str]
    conflicts: tuple[Conflict, ...]

    @property
    def decided(self) -> frozenset[UUID]:
        """Those that become another type by decision, also as they are transferred; others do so by law."""
        return frozenset(key for key, kind in self.retyped.items() if kind is not MeasureKind.RETYPE)

    def pointer(self, key: UUID) -> str:
        """Where the document speaks of an organization; of one that it does not name, its measures as a whole."""
        return self.pointers.get(key, "/measures")

    def conflict(
        self,
        code: ConflictCode,
        rule: str,
        key: UUID,
        *,
        value: Any = 0,
        source: str | None = "design",
        severity: ConflictSeverity = ConflictSeverity.BLOCK,
        count: int | None = None,
        on: date | None = None,
        pointer: str | None = None,
    ) -> Conflict:
        """What is found of one organization, told where the document speaks of it, or at another place."""
        return Conflict(code, severity, pointer or self.pointer(key), rule, value, source, (key,), count, on)


def plan_document(document: Document, facts: Facts) -> Plan:
    """What the measures make of the tree, one after the other, whatever the rules say of it."""
    sketch = Sketch(document, facts)
    for number, measure in enumerate(document.measures):
        take(sketch, number, measure)
    before, after, flows = facts.tree, Tree(sketch.tree), sketch.rolls.flows
    departures = {key: one.onward(sketch.successors) for key, one in sketch.departures.items()}
    return Plan(
        effective_on=document.effective_on,
        before=before,
        after=after,
        begun=sketch.begun,
        ended=sketch.ended,
        retyped=sketch.retyped,
        cells=sketch.rolls.cells,
        members=sketch.rolls.members,
        flows=flows,
        defaults=_defaults(sketch, after),
        own={key: sketch.rolls.heads(key) for key in after},
        edges=tuple(
            descent(before, after, document.effective_on, departures, facts.heads, facts.rolled, flows)
        ),
        into={key: one.into for key, one in departures.items() if one.into is not None},
        successors=sketch.successors,
        received=sketch.received,
        handed_over=sketch.handed_over,
        pointers=sketch.pointers,
        conflicts=tuple(sketch.conflicts),
    )


def _defaults(sketch: Sketch, after: Tree) -> dict[UUID, UUID | None]:
    """Where those go who are found later: to the end of the way, where a destination holds no members either."""
    ways = {
        key: to
        for key, to in sketch.defaults.items()
        if not after.holds_members(key, sketch.on, sketch.facts.hierarchies)
    }
    return {key: _settled(key, ways) for key in ways}


def _settled(key: UUID, ways: Mapping[UUID, UUID | None]) -> UUID | None:
    seen: list[UUID] = []
    to: UUID | None = key
    while to is not None and to in ways and to not in seen:
        seen.append(to)
        to = ways[to]
    return to
