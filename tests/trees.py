"""Small trees written as text, and what a restructuring makes of them by the rules as shipped."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from uuid import NAMESPACE_OID, UUID, uuid5

from make import shipped

from app.domain.hierarchy import Hierarchies, Hierarchy, OrganizationType
from app.domain.policy import resolve
from app.domain.restructuring.conflicts import Conflict, ConflictSeverity
from app.domain.restructuring.deciding import consenting, ends
from app.domain.restructuring.document import (
    Allocation,
    Document,
    Establish,
    Founding,
    Measure,
    MeasureKind,
    Merge,
    Part,
    Receive,
    Retype,
    successor_key,
)
from app.domain.restructuring.planning import Plan, plan_document
from app.domain.restructuring.rolls import NOBODY, Heads, Home
from app.domain.restructuring.sketch import Facts
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Named, Organization, Tree
from app.domain.restructuring.verdict import Verdict, judge

T = OrganizationType
BEGAN = date(2020, 1, 1)
ON = date(2023, 7, 1)
LATER = date(2024, 1, 1)
POLICIES = shipped("structure")
TREE_KEYS = ("org.type_catalogue", "org.root_types", "org.parent_matrix")


@cache
def hierarchy(on: date) -> Hierarchy:
    return Hierarchy.of(*(resolve(POLICIES, key, on) for key in TREE_KEYS))


CHANGES = tuple(sorted({row.valid.start for row in POLICIES if row.key in TREE_KEYS}))
HIERARCHIES = Hierarchies(hierarchy, CHANGES)


@cache
def at(name: str) -> UUID:
    """The organization of that name or, with `#`, of that local key."""
    return uuid5(NAMESPACE_OID, name)


def member(cell: str, number: int) -> UUID:
    """A member of a cell; official members have the lower numbers, from 0."""
    return uuid5(NAMESPACE_OID, f"{cell}/{number}")


def members(cell: str, *numbers: int) -> frozenset[UUID]:
    return frozenset(member(cell, number) for number in numbers)


def organization(name: str, type_: str, parent: UUID | None, began: date = BEGAN) -> Organization:
    return Organization(
        placement=Timeline.since(began, parent),
        type=Timeline.since(began, OrganizationType(type_)),
        name=Timeline.since(began, Named(name, None)),
        code=Timeline.since(began, f"C-{name}"),
    )


@dataclass(frozen=True)
class Grown:
    """Organizations with their members; what is known of them later is added by `knowing`."""

    tree: Tree
    heads: dict[UUID, Heads]
    homes: dict[UUID, Home] = field(default_factory=dict)
    succeeded: frozenset[UUID] = frozenset()

    def succeeding(self, *names: str) -> "Grown":
        """The same where an upgrade or a downgrade ends these for a successor."""
        return replace(self, succeeded=frozenset(map(at, names)))

    def knowing(self, name: str, /, **facts: Timeline) -> "Grown":
        """The same where other facts are known of one organization."""
        known = dict(self.tree.organizations)
        known[at(name)] = replace(known[at(name)], **facts)
        return replace(self, tree=Tree(known))

    def moving(self, name: str, on: date, to: str) -> "Grown":
        """The same where an organization is known to go under another one."""
        return self.knowing(name, placement=self.tree[at(name)].placement.change(on, at(to)))

    def ending(self, name: str, on: date) -> "Grown":
        """The same where an organization is known to end."""
        ended = self.tree[at(name)].until(on)
        return replace(self, tree=Tree({**self.tree.organizations, at(name): ended}))

    def beginning(self, name: str, on: date, parent: str, type_: str) -> "Grown":
        """The same where an organization is known to begin."""
        begun = organization(name, type_, at(parent), on)
        return replace(self, tree=Tree({**self.tree.organizations, at(name): begun}))

    def facts(self, on: date = ON) -> Facts:
        below = self.tree.children(on)

        def rolled(key: UUID) -> Heads:
            return sum(map(rolled, below.get(key, ())), start=self.heads.get(key, NOBODY))

        branches = {key: rolled(key) for key in self.tree}
        return Facts(self.tree, self.heads, branches, self.homes, HIERARCHIES, succeeded=self.succeeded)

    def heights(self, on: date = ON) -> dict[UUID, int]:
        below = self.tree.children(on)

        def height(key: UUID) -> int:
            return max((1 + height(child) for child in below.get(key, ())), default=0)

        return {key: height(key) for key in self.tree}

    def plan(self, *measures: Measure, on: date = ON) -> Plan:
        return plan_document(document(*measures, on=on), self.facts(on))

    def verdict(
        self,
        *measures: Measure,
        on: date = ON,
        incomplete: Iterable[str] = (),
        excused: Iterable[tuple[str, str]] = (),
    ) -> Verdict:
        return judge(
            self.plan(*measures, on=on),
            self.facts(on),
            heights=self.heights(on),
            incomplete=frozenset(map(at, incomplete)),
            policies=POLICIES,
            excused=frozenset((rule, at(name)) for rule, name in excused),
        )

    def found(self, *measures: Measure, on: date = ON) -> list[Conflict]:
        """All that is said of a document, but what only tells."""
        return [
            one
            for one in self.verdict(*measures, on=on).conflicts
            if one.severity is not ConflictSeverity.WARN
        ]

    def ends(self, *measures: Measure, on: date = ON) -> set[tuple[UUID, str]]:
        """Who decides and who accepts."""
        asked = document(*measures, on=on)
        found = ends(asked, plan_document(asked, self.facts(on)), hierarchy(on))
        return {(one.organization_id, one.part.value) for one in found}

    def consenting(self, *measures: Measure, on: date = ON) -> set[UUID]:
        consents = self.verdict(*measures, on=on).consents
        asked = [one.organization_id for one in consents]
        return {one.organization_id for one in consenting(self.plan(*measures, on=on), hierarchy(on), asked)}


def document(*measures: Measure, on: date = ON) -> Document:
    foundings = (one.founding for one in measures if isinstance(one, Establish | Receive))
    ids = {one.key: at(one.key) for one in foundings}
    return Document(on, measures, ids | heirs(measures))


def heirs(measures: Iterable[Measure]) -> dict[str, UUID]:
    """The ids of what may take the place of organizations that measures make another type."""
    named = (key for one in measures if isinstance(one, Retype) for key in one.organizations)
    return {successor_key(key): at(successor_key(key)) for key in named if isinstance(key, UUID)}


def grow(text: str) -> Grown:
    """A tree from lines `name type official+probationary`, each indented below its parent; codes are `C-<name>`."""
    above: list[tuple[int, str]] = []
    known: dict[UUID, Organization] = {}
    heads: dict[UUID, Heads] = {}
    homes: dict[UUID, Home] = {}
    for line in filter(str.strip, text.splitlines()):
        indent = len(line) - len(line.lstrip())
        above = [one for one in above if one[0] < indent]
        name, type_, *numbers = line.split()
        known[at(name)] = organization(name, type_, at(above[-1][1]) if above else None)
        above.append((indent, name))
        official, probationary = (
            (int(part) for part in f"{numbers[0]}+0".split("+")[:2]) if numbers else (0, 0)
        )
        heads[at(name)] = Heads(official, probationary)
        for number in range(official + probationary):
            homes[member(name, number)] = Home(at(name), number < official)
    return Grown(Tree(known), heads, homes)


def refer(name: str) -> UUID | str:
    return name if name.startswith("#") else at(name)


def founding(key: str, parent: str, type_: str, **more: str) -> Founding:
    return Founding(key, refer(parent), OrganizationType(type_), **{"name": key, **more})


def establish(key: str, parent: str, type_: str, **more: str) -> Establish:
    return Establish(founding(key, parent, type_, **more))


def receive(key: str, parent: str, type_: str, number: int = 0) -> Receive:
    return Receive(founding(key, parent, type_), "outside", number)


def part(to: str, *children: str, named: frozenset[UUID] = frozenset()) -> Part:
    return Part(refer(to), tuple(map(refer, children)), named)


def shares(*parts: Part, rest: str | None = None, late_to: str | None = None) -> Allocation:
    return Allocation(parts, refer(rest) if rest else None, refer(late_to) if late_to else None)


def upgrade(name: str, type_: str, *parts: Part, parent: str | None = None, **rest: str) -> Retype:
    allocation = shares(*parts, **rest)
    above = refer(parent) if parent else None
    return Retype(MeasureKind.UPGRADE, (refer(name),), OrganizationType(type_), above, allocation)


def absorb(into: str, *sources: str, members_to: str | None = None) -> Merge:
    to = refer(members_to) if members_to else None
    return Merge(MeasureKind.MERGE_ABSORB, tuple(map(refer, sources)), refer(into), to)


def consolidate(into: str, *sources: str, members_to: str | None = None) -> Merge:
    return replace(absorb(into, *sources, members_to=members_to), kind=MeasureKind.MERGE_CONSOLIDATE)
