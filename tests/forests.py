"""Random trees with members and plans for later days, and random documents about them: most of them make sense."""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from uuid import UUID

from trees import ON, Grown, T, at, heirs, hierarchy, member, organization

from app.domain.restructuring.conflicts import blocking
from app.domain.restructuring.document import (
    Allocation,
    Dissolve,
    Document,
    EndOperation,
    Establish,
    Founding,
    HandOver,
    Measure,
    MeasureKind,
    Merge,
    Part,
    Receive,
    Reference,
    Rename,
    Retype,
    Split,
    Transfer,
)
from app.domain.restructuring.planning import plan_document
from app.domain.restructuring.rolls import Heads, Home
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.tree import Tree
from app.domain.restructuring.verdict import judge

AFTERWARDS = date(2024, 3, 1)
"""The day of what is planned already."""

CELLS = (T.AFFILIATED_CELL, T.GRASSROOTS_CELL)
KNOWN_BY_NAME = 4
"""How many members of each cell a document may name."""


def forest(random: Random, organizations: int, people: int) -> Grown:
    """A tree of so many organizations with so many members, all of types that may stand where they do."""
    now = hierarchy(ON)
    below: dict[T, list[T]] = {}
    for child, parents in now.parents.items():
        for above in parents if child is not T.TEMPORARY_CELL else ():
            below.setdefault(above, []).append(child)
    known = {at("0"): organization("0", T.PROVINCIAL, None)}
    parents = [("0", T.PROVINCIAL)]
    cells: list[str] = []
    for number in range(1, organizations):
        above, above_type = random.choice(parents[-40:] if random.random() < 0.7 else parents)
        type_, name = random.choice(below[above_type]), str(number)
        known[at(name)] = organization(name, type_, at(above))
        if type_ in CELLS:
            cells.append(name)
        elif type_ in below:
            parents.append((name, type_))
    heads = {at(name): [0, 0] for name in cells}
    for _ in range(people if cells else 0):
        heads[at(random.choice(cells))][random.random() < 0.1] += 1
    homes = {
        member(name, number): Home(at(name), number < heads[at(name)][0])
        for name in cells
        for number in range(min(KNOWN_BY_NAME, sum(heads[at(name)])))
    }
    return Grown(Tree(known), {key: Heads(*counted) for key, counted in heads.items()}, homes)


def planned(random: Random, grown: Grown) -> Grown:
    """The same where a document that nothing speaks against is known to take effect later."""
    facts = grown.facts(AFTERWARDS)
    plan = plan_document(Author(random, facts, AFTERWARDS, "later").document(), facts)
    verdict = judge(plan, facts, heights={}, incomplete=frozenset(), policies=[], excused=frozenset())
    return grown if blocking(verdict.conflicts) else replace(grown, tree=plan.after)


@dataclass
class Author:
    """Writes a document about a tree as it is on a day."""

    random: Random
    facts: Facts
    on: date = ON
    prefix: str = "new"
    measures: list[Measure] = field(default_factory=list)
    ids: dict[str, UUID] = field(default_factory=dict)
    gone: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        tree = self.facts.tree
        self.alive = [key for key in tree if tree.alive(key, self.on)]
        self.below = tree.children(self.on)
        self.types = {key: tree.type(key, self.on) for key in self.alive}

    def document(self) -> Document:
        writers = (
            self.establish,
            self.receive,
            self.rename,
            self.upgrade_cell,
            self.downgrade,
            self.make_grassroots,
            self.retype,
            self.transfer,
            self.transfer,
            self.hand_over,
            self.absorb,
            self.absorb,
            self.consolidate,
            self.split_cell,
            self.split_committee,
            self.dissolve_cell,
            self.dissolve_committee,
            self.end_operation,
        )
        for _ in range(self.random.randint(1, 5)):
            try:
                self.random.choice(writers)()
            except IndexError:  # there is nothing of the kind in this tree
                continue
        return Document(self.on, self.measures, self.ids | heirs(self.measures))

    def one(self, *types: T, other: tuple[UUID, ...] = ()) -> UUID:
        """Some organization of these types that is still there; now and then any that is not."""
        if self.random.random() < 0.03:
            return self.random.choice(self.alive)
        return self.random.choice(
            [
                key
                for key in self.alive
                if key not in self.gone and key not in other and (not types or self.types[key] in types)
            ]
        )

    def committee(self) -> UUID:
        return self.one(*(type_ for type_ in T if type_ not in (*CELLS, T.PROVINCIAL, T.TEMPORARY_CELL)))

    def parent(self, type_: T | None) -> UUID:
        return self.one(*hierarchy(self.on).parents[type_ or T.DISTRICT])

    def begin(self, parent: Reference, type_: T) -> str:
        key = f"#{self.prefix}-{len(self.ids)}"
        self.ids[key] = at(f"{self.prefix}/{key}")
        self.measures.append(Establish(Founding(key, parent, type_, key)))
        return key

    def named(self, cell: UUID) -> frozenset[UUID]:
        return frozenset(
            one for one, home in self.facts.homes.items() if home.cell == cell and self.random.random() < 0.5
        )

    def establish(self) -> None:
        type_ = self.random.choice((T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_CELL, T.AFFILIATED_CELL, T.DISTRICT))
        self.begin(self.parent(type_), type_)

    def receive(self) -> None:
        key = self.begin(self.parent(T.GRASSROOTS_CELL), T.GRASSROOTS_CELL)
        established = self.measures.pop()
        assert isinstance(established, Establish) and key
        self.measures.append(Receive(established.founding, "elsewhere", self.random.randint(0, 40)))

    def rename(self) -> None:
        self.measures.append(Rename(self.one(), name="other", code=f"C-{self.random.random()}"))

    def upgrade_cell(self) -> None:
        cell = self.one(T.AFFILIATED_CELL)
        first, rest = (self.begin(cell, T.AFFILIATED_CELL) for _ in range(2))
        allocation = Allocation((Part(first, (), self.named(cell)),), rest)
        self.measures.append(
            Retype(MeasureKind.UPGRADE, (cell,), T.SECTIONAL_COMMITTEE, allocation=allocation)
        )

    def downgrade(self) -> None:
        committee = self.one(T.GRASSROOTS_COMMITTEE)
        if children := self.below.get(committee):
            self.measures.append(Merge(MeasureKind.MERGE_ABSORB, tuple(children), committee))
            self.gone.update(children)
        self.measures.append(Retype(MeasureKind.DOWNGRADE, (committee,), T.GRASSROOTS_CELL))

    def make_grassroots(self) -> None:
        cell, above = self.one(T.AFFILIATED_CELL), self.parent(T.GRASSROOTS_CELL)
        self.measures.append(Retype(MeasureKind.UPGRADE, (cell,), T.GRASSROOTS_CELL, above))

    def retype(self) -> None:
        upper = self.one(T.PROVINCIAL_AGENCIES_BLOC, T.PROVINCIAL_ENTERPRISES_BLOC, T.DISTRICT)
        self.measures.append(Retype(MeasureKind.RETYPE, (upper,), T.SPECIAL_UPPER))

    def transfer(self) -> None:
        first = self.one()
        kin = [key for key in self.alive if self.types[key] == self.types[first] and key not in self.gone]
        goes = {first, *self.random.sample(kin, min(len(kin), self.random.randint(0, 4)))}
        to = self.parent(self.types[first]) if self.random.random() < 0.8 else self.committee()
        self.measures.append(Transfer(tuple(sorted(goes)), to))

    def hand_over(self) -> None:
        leaving = [self.one(*CELLS, T.GRASSROOTS_COMMITTEE)]
        self.measures.append(HandOver(tuple(leaving), "elsewhere"))
        for key in leaving:
            self.gone.add(key)
            leaving += self.below.get(key, ())

    def absorb(self) -> None:
        into = self.one(*CELLS) if self.random.random() < 0.5 else self.committee()
        sources = {self.one(*filter(None, (self.types[into],)), other=(into,)) for _ in range(2)}
        self.measures.append(Merge(MeasureKind.MERGE_ABSORB, tuple(sorted(sources)), into))
        self.gone |= sources

    def consolidate(self) -> None:
        first = self.one(*CELLS) if self.random.random() < 0.5 else self.committee()
        type_ = self.types[first] or T.COMMUNE
        sources = {first, self.one(type_, other=(first,))}
        into = self.begin(self.parent(type_), type_)
        self.measures.append(Merge(MeasureKind.MERGE_CONSOLIDATE, tuple(sorted(sources)), into))
        self.gone |= sources

    def split_cell(self) -> None:
        cell, survives = self.one(*CELLS), self.random.random() < 0.5
        type_ = self.types[cell] or T.AFFILIATED_CELL
        first, second = self.begin(self.parent(type_), type_), self.one(*CELLS, other=(cell,))
        parts = (Part(first, (), self.named(cell)),)
        self.measures.append(Split(cell, Allocation(parts, None if survives else second), survives))
        if not survives:
            self.gone.add(cell)

    def split_committee(self) -> None:
        source, survives = self.committee(), self.random.random() < 0.5
        type_, children = self.types[source] or T.COMMUNE, self.below.get(source, [])
        first, second = (self.begin(self.parent(type_), type_) for _ in range(2))
        half = [key for key in children if self.random.random() < 0.5 and key not in self.gone]
        parts = (Part(first, tuple(half)),)
        self.measures.append(Split(source, Allocation(parts, None if survives else second), survives))
        if not survives:
            self.gone.add(source)

    def dissolve_cell(self) -> None:
        cell = self.one(*CELLS)
        first, second = (self.one(*CELLS, other=(cell,)) for _ in range(2))
        late = self.one(*CELLS, other=(cell,)) if self.random.random() < 0.3 else None
        parts = (Part(first, (), self.named(cell)),)
        rest = second if self.random.random() < 0.95 else None
        self.measures.append(Dissolve(cell, Allocation(parts, rest, late)))
        self.gone.add(cell)

    def dissolve_committee(self) -> None:
        source = self.committee()
        to = self.one(*filter(None, (self.types[source],)), other=(source,))
        self.measures.append(Dissolve(source, Allocation((), to)))
        self.gone.add(source)

    def end_operation(self) -> None:
        source = self.committee()
        to = self.one(*filter(None, (self.types[source],)), other=(source,))
        children = [key for key in self.below.get(source, ()) if key not in self.gone]
        if children and self.random.random() < 0.9:
            self.measures.append(Transfer(tuple(children), to))
        self.measures.append(EndOperation(source))
        self.gone.add(source)
