"""The document that leads back to where organizations stood before a restructuring, from a later day on.

What was between stays: an organization that ended is established again as a new one, of the same name, type and code;
one that was kept as another type is kept as its former one, whatever `RetypeIdentity` would make of it by then;
one that was handed over is received again, and with it those of its members who are still where it went.
Only what the restructuring itself had changed goes back, and only where nothing else was said of it since. What ended
since, and was established again as that was reversed, is meant by its new one.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from app.domain.hierarchy import Hierarchy
from app.domain.period import Period
from app.domain.restructuring.document import (
    Allocation,
    Dissolve,
    EndOperation,
    Establish,
    Founding,
    HandOver,
    Measure,
    Merge,
    Part,
    Receive,
    Reference,
    Rename,
    Retype,
    Split,
    Transfer,
    kind_of_retype,
)
from app.domain.restructuring.tree import PLANNED, Organization, Tree

MOST_IN_A_PART = 10_000
"""How many members one part of the document names."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A member whom the restructuring brought from one cell to another (by now: to what stands for that), who is there
    still."""

    member_id: UUID
    source: UUID
    to: UUID


@dataclass(frozen=True, slots=True)
class Applied:
    """What a restructuring had done by itself: organizations it began, ended or changed, on its day.

    `said`: what it said of them then. `received`: those it began that came from outside the register, each with from
    where; `handed_over`: those it ended that left it, each with to where. `by_law`: those whose type it changed by
    law. `succeeding`: those that took the place of one that had ended by a change of type, each with which. `sectors`
    and `external_ids`: what those that ended had besides. `renewed`: what stands by now for those, of whatever it did,
    that ended since and were established again.
    """

    on: date
    begun: frozenset[UUID]
    ended: frozenset[UUID]
    changed: frozenset[UUID]
    said: Tree
    received: Mapping[UUID, str]
    handed_over: Mapping[UUID, str]
    by_law: frozenset[UUID]
    sectors: Mapping[UUID, str]
    external_ids: Mapping[UUID, Mapping[str, str]]
    succeeding: Mapping[UUID, UUID] = field(default_factory=dict)
    renewed: Mapping[UUID, UUID] = field(default_factory=dict)


def key_of(organization_id: UUID) -> str:
    """The local key of an organization that ended and is established again."""
    return f"#{organization_id}"


def again(key: str) -> UUID | None:
    """Which organization is established again under a key; None where it is another one."""
    try:
        was = UUID(key.removeprefix("#"))
    except ValueError:
        return None
    return was if key == key_of(was) else None


def established_again(ids: Mapping[str, UUID]) -> dict[UUID, UUID]:
    """What is established again, by what it was; `ids`: what a document begins, by local key."""
    return {old: new for key, new in ids.items() if (old := again(key)) is not None}


def standing_before(tree: Tree, given: Tree, on: date) -> Tree:
    """The tree of the day before as a restructuring found it: with what had been said of its own day (`given`)."""
    day = Period(on - timedelta(days=1), on)

    def found(key: UUID) -> Organization:
        said = {fact: (getattr(tree[key], fact), getattr(given[key], fact).at(on)) for fact in PLANNED}
        return replace(
            tree[key],
            **{fact: known.saying(day, value) for fact, (known, value) in said.items() if value is not None},
        )

    return Tree({key: found(key) if key in given else tree[key] for key in tree})


def handed_over(
    measures: Sequence[Measure], ended: Iterable[UUID], left: Collection[UUID], tree: Tree, before: date
) -> dict[UUID, str]:
    """Of the organizations that ended those that left the register, each with to where.

    So did all that no other measure ended, and cells whose members `left` it after another measure. One that a measure
    had brought below what left is said to have gone where the first did.
    """
    ways = {key: one.outside for one in measures if isinstance(one, HandOver) for key in one.organizations}
    otherwise = {key for one in measures for key in _ended_by(one)}
    return {
        key: next(
            (ways[one] for one in tree.path(key, before)[::-1] if one in ways), next(iter(ways.values()))
        )
        for key in ended
        if ways and (key not in otherwise or key in left)
    }


def _ended_by(measure: Measure) -> tuple[Reference, ...]:
    match measure:
        case Merge(sources=sources):
            return sources
        case Split(organization=one) | Dissolve(organization=one) | EndOperation(organization=one):
            return (one,)
        case _:
            return ()


def reversing(
    applied: Applied, tree: Tree, moved: Sequence[Moved], on: date, hierarchy: Hierarchy
) -> list[Measure]:
    """The measures, in their order: establish again, put back, give the members back, end what it had begun."""
    before = applied.on - timedelta(days=1)
    way = _Way(applied, tree, before, on)
    measures: list[Measure] = [*way.established(), *way.put_back(hierarchy)]
    measures += way.members_back(moved)
    return [*measures, *way.ended(moved)]


@dataclass(frozen=True, slots=True)
class _Way:
    """The way back from the tree of a day to that of the day before the restructuring."""

    applied: Applied
    tree: Tree
    before: date
    on: date

    def _now(self, key: UUID) -> Reference:
        """What stands for an organization of before: itself, or the one that is established again."""
        return key_of(key) if key in self.applied.ended else self._by_now(key)

    def _by_now(self, key: UUID) -> UUID:
        """What stands by now for an organization that was there after the restructuring."""
        return self.applied.renewed.get(key, key)

    def _begun(self) -> dict[UUID, UUID]:
        """What stands by now for those that it had begun, each with that one."""
        return {self._by_now(key): key for key in self.applied.begun}

    def established(self) -> Iterator[Measure]:
        """Every organization that had ended, those above first; one that was handed over comes from there again."""
        for key in sorted(self.applied.ended, key=lambda one: (len(self.tree.path(one, self.before)), one)):
            one = self.tree[key]
            type_, named = one.type.at(self.before), one.name.at(self.before)
            parent = one.placement.at(self.before)
            if type_ is None or named is None or parent is None:
                continue
            founding = Founding(
                key=key_of(key),
                parent=self._now(parent),
                type=type_,
                name=named.name,
                name_en=named.name_en,
                code=one.code.at(self.before),
                sector=self.applied.sectors.get(key),
                external_ids=self.applied.external_ids.get(key, {}),
            )
            outside = self.applied.handed_over.get(key)
            yield Establish(founding) if outside is None else Receive(founding, outside, members=0)

    def put_back(self, hierarchy: Hierarchy) -> Iterator[Measure]:
        """Every organization that was placed, named or typed otherwise, unless something else was said since."""
        homes: dict[Reference, list[UUID]] = defaultdict(list)
        for key in sorted(self.applied.changed):
            if not self.tree.alive(self._by_now(key), self.on):
                continue
            one = self.tree[key]
            if self._still_said(key, "placement") and (parent := one.placement.at(self.before)):
                homes[self._now(parent)].append(self._by_now(key))
        for home, organizations in homes.items():
            yield Transfer(tuple(organizations), home)
        for key in sorted(self.applied.changed):
            if self.tree.alive(self._by_now(key), self.on):
                yield from self._as_before(key, hierarchy)

    def _as_before(self, key: UUID, hierarchy: Hierarchy) -> Iterator[Measure]:
        one, stands = self.tree[key], self._by_now(key)
        if self._still_said(key, "type") and (type_ := one.type.at(self.before)):
            now = type_ if key in self.applied.by_law else self.tree[stands].type.at(self.on)
            yield Retype(kind_of_retype(hierarchy, now, type_), (stands,), type_)
        name = one.name.at(self.before) if self._still_said(key, "name") else None
        code = one.code.at(self.before) if self._still_said(key, "code") else None
        if name or code:
            yield Rename(stands, name.name if name else None, name.name_en if name else None, code)

    def _still_said(self, key: UUID, attribute: str) -> bool:
        """Whether what the restructuring said otherwise of it still holds."""
        if key not in self.applied.said:
            return False
        before = getattr(self.tree[key], attribute).at(self.before)
        now = getattr(self.tree[self._by_now(key)], attribute).at(self.on)
        said = getattr(self.applied.said[key], attribute).at(self.applied.on)
        meant = self._by_now(said) if attribute == "placement" and said is not None else said
        return said is not None and bool(said != before and meant == now)

    def members_back(self, moved: Sequence[Moved]) -> Iterator[Measure]:
        """Who came into a cell that stays goes back to where he or she came from."""
        begun = self._begun()
        stays = [one for one in moved if one.to not in begun]
        for cell, parts in _parts(stays, self._now):
            yield Split(cell, Allocation(parts, rest=cell), source_survives=True)

    def ended(self, moved: Sequence[Moved]) -> Iterator[Measure]:
        """What it had begun ends, the lowest first; who came since goes where most had come from."""
        begun = self._begun()
        came = dict(_parts([one for one in moved if one.to in begun], self._now))
        for key in sorted(begun, key=lambda one: (-len(self.tree.path(one, self.on)), one)):
            if not self.tree.alive(key, self.on):
                continue
            if (outside := self.applied.received.get(begun[key])) is not None:
                above = self.tree.parent(key, self.on)
                if above is None or begun.get(above) not in self.applied.received:
                    yield HandOver((key,), outside)
                continue
            parts = came.get(key, ())
            most = max(parts, key=lambda part: len(part.members), default=None)
            above = self.tree.parent(key, self.on)
            rest = most.to if most else self._former(above)
            if (former := self.applied.succeeding.get(begun[key])) in self.applied.ended:
                rest = key_of(former)
            yield Dissolve(key, Allocation(parts, rest=rest))

    def _former(self, above: UUID | None) -> Reference | None:
        """Where goes what is left: under the superior, unless that had been begun as well."""
        begun = self._begun()
        while above is not None and above in begun:
            above = self.tree.parent(above, self.on)
        return above


def _parts(
    moved: Iterable[Moved], now: Callable[[UUID], Reference]
) -> Iterator[tuple[UUID, tuple[Part, ...]]]:
    """Of each cell the parts by where its members came from, none too large."""
    ways: dict[UUID, dict[UUID, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for one in moved:
        ways[one.to][one.source].append(one.member_id)
    for cell, sources in sorted(ways.items()):
        parts = [
            Part(now(source), (), frozenset(members[start : start + MOST_IN_A_PART]))
            for source, members in sorted(sources.items())
            for start in range(0, len(members), MOST_IN_A_PART)
        ]
        yield cell, tuple(parts)
