"""The tree and the rolls while the measures of a document follow one another, and what can be done to them.

Only existence is judged between the measures; what is wrong with one is noted as a conflict, and it is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from app.domain.hierarchy import Hierarchies, OrganizationType
from app.domain.period import Period
from app.domain.restructuring.conflicts import Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.document import BY_DECISION, Document, Founding, MeasureKind, Reference
from app.domain.restructuring.lineage import Departure
from app.domain.restructuring.rolls import Heads, Home, Rolls
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Named, Organization, Tree

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known around a document, from its day on; of what it hands over, all that stands below.

    `heads` of cells and `rolled` of whole branches count members on the day; `homes` are of the members it names.
    `returning`: of cells to which members come back from outside as it reverses another document, how many; `staying`:
    those and the cells to which they go on later, each with the days there.
    `succeeded`: the organizations that an upgrade or a downgrade ends for a successor.
    """

    tree: Tree
    heads: Mapping[UUID, Heads]
    rolled: Mapping[UUID, Heads]
    homes: Mapping[UUID, Home]
    hierarchies: Hierarchies
    returning: Mapping[UUID, Heads] = field(default_factory=dict)
    staying: Sequence[tuple[UUID, Period]] = ()
    succeeded: frozenset[UUID] = frozenset()


class Unresolved(Exception):
    """A measure names what is not there: it is left out, and the conflict says so."""


@dataclass(slots=True)
class Sketch:
    """The tree and the rolls as the measures so far leave them.

    `below` may name under an organization also what no longer stands there. `departures`: how organizations went into
    others, by the measure that did it. `successors`: what stands in the place of those that ended for it; a later
    measure that names them means it.
    """

    document: Document
    facts: Facts
    tree: dict[UUID, Organization] = field(init=False)
    below: defaultdict[UUID, dict[UUID, None]] = field(init=False)
    rolls: Rolls = field(init=False)
    begun: dict[UUID, Founding] = field(default_factory=dict)
    ended: dict[UUID, int] = field(default_factory=dict)
    retyped: dict[UUID, MeasureKind] = field(default_factory=dict)
    defaults: dict[UUID, UUID | None] = field(default_factory=dict)
    departures: dict[UUID, Departure] = field(default_factory=dict)
    successors: dict[UUID, UUID] = field(default_factory=dict)
    received: int = 0
    handed_over: int = 0
    pointers: dict[UUID, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = {}
        self.below = defaultdict(dict)
        for key, one in self.facts.tree.organizations.items():
            self.put(key, one)
        self.rolls = Rolls(self.facts.heads, self.facts.homes)
        for key, heads in self.facts.returning.items():
            self.rolls.receive(key, heads)
            self.received += heads.total

    @property
    def on(self) -> date:
        """The day of the document."""
        return self.document.effective_on

    def note(
        self,
        code: ConflictCode,
        pointer: str,
        rule: str,
        *organizations: UUID,
        severity: ConflictSeverity = ConflictSeverity.BLOCK,
        count: int | None = None,
        on: date | None = None,
    ) -> None:
        """Note what is wrong with a step."""
        self.conflicts.append(
            Conflict(
                code,
                severity,
                pointer,
                rule,
                self.on.isoformat(),  # the day by which existence is judged
                "design",
                organizations,
                count=count,
                on=on,
            )
        )

    def one(self, reference: Reference, pointer: str) -> UUID:
        """The organization that is meant, alive on the day and not ended by a measure before."""
        key = self.document.id_of(reference)
        if isinstance(reference, str) and (key is None or key not in self.begun):
            self.note(ConflictCode.KEY_UNKNOWN, pointer, "R-RS-4")
            raise Unresolved
        if key is None or key not in self.tree:
            self.note(ConflictCode.ORGANIZATION_UNKNOWN, pointer, "R-RS-4")
            raise Unresolved
        key = self.successors.get(key, key)
        if key in self.ended:
            self.note(ConflictCode.ENDED_IN_DOCUMENT, pointer, "R-RS-6", key)
            raise Unresolved
        days = self.tree[key].placement.days()
        if not any(period.contains(self.on) for period in days):
            coming = bool(days) and days[0].start > self.on
            code = ConflictCode.ORGANIZATION_NOT_BEGUN if coming else ConflictCode.ORGANIZATION_ENDED
            self.note(code, pointer, "R-RS-4", key, on=days[0].start if coming else None)
            raise Unresolved
        self.pointers.setdefault(key, pointer)
        return key

    def all(self, references: Iterable[Reference], pointer: str) -> Iterator[tuple[str, UUID]]:
        """Those that are meant, one after the other; what is not there is left out."""
        for number, reference in enumerate(references):
            with suppress(Unresolved):
                place = f"{pointer}/{number}"
                yield place, self.one(reference, place)

    def put(self, key: UUID, one: Organization) -> None:
        """Note what an organization is now, and under which ones it ever stands."""
        self.tree[key] = one
        for _, parent in one.placement:
            if parent is not None:
                self.below[parent][key] = None

    def changed(self, fact: Timeline[Value], value: Value, key: UUID, pointer: str) -> Timeline[Value]:
        """The fact with another value from the day on; told is where it is known to change again."""
        if later := fact.next_after(self.on):
            self.note(
                ConflictCode.KNOWN_TO_CHANGE, pointer, "R-RS-7", key, severity=ConflictSeverity.WARN, on=later
            )
        return fact.change(self.on, value)

    def begin(self, founding: Founding, at: str) -> UUID:
        """An organization that is new from the day on; answers its id."""
        key = self.document.ids[founding.key]
        if key in self.begun:
            self.note(ConflictCode.KEY_REPEATED, f"{at}/key", "R-RS-4")
            raise Unresolved
        parent = self.one(founding.parent, f"{at}/parent")
        one = Organization(
            placement=Timeline.since(self.on, parent),
            type=Timeline.since(self.on, founding.type),
            name=Timeline.since(self.on, Named(founding.name, founding.name_en)),
            code=Timeline.since(self.on, founding.code) if founding.code else Timeline(),
        )
        self.put(key, one)
        self.begun[key] = founding
        self.pointers[key] = at
        return key

    def become(self, key: UUID, type_: OrganizationType, kind: MeasureKind, pointer: str) -> None:
        """Make an organization another type; what it is already is no change.

        By decision what its superior let it do lapses, as that was decided of what it was before.
        """
        one = self.tree[key]
        if one.type.at(self.on) != type_:
            self.pointers[key] = pointer
            powers = one.powers if kind is MeasureKind.RETYPE else one.powers.until(self.on)
            self.put(key, replace(one, type=self.changed(one.type, type_, key, pointer), powers=powers))
            if kind in BY_DECISION or self.retyped.get(key) in (None, MeasureKind.RETYPE):
                self.retyped[key] = kind  # else by decision already, which a law after it does not undo

    def place(self, key: UUID, to: UUID, pointer: str) -> None:
        """Put an organization under another one, up to where it is known to go elsewhere."""
        one = self.tree[key]
        if one.placement.at(self.on) is None:
            self.note(ConflictCode.ROOT_STAYS, pointer, "R-ORG-2", key)
            raise Unresolved
        self.pointers[key] = pointer
        self.put(key, self.under(one, self.changed(one.placement, to, key, pointer)))

    def under(self, one: Organization, placement: Timeline[UUID | None]) -> Organization:
        """The organization placed so; what its superior let it do lapses with another superior."""
        stays = placement.at(self.on) == one.placement.at(self.on)
        return replace(one, placement=placement, powers=one.powers if stays else one.powers.until(self.on))

    def take_over(self, source: UUID, to: UUID) -> None:
        """All else that stands under an organization, or is known to later, comes to stand under another."""
        for key in [key for key in self.below[source] if key != to]:
            one = self.tree[key]
            self.put(key, self.under(one, one.placement.replace(self.on, source, to)))

    def end(self, number: int, key: UUID, pointer: str) -> None:
        """An organization is no more from the day on."""
        one = self.tree[key]
        if key in self.begun:
            self.note(ConflictCode.BEGUN_AND_ENDED, pointer, "R-RS-6", key)
            raise Unresolved
        if one.placement.at(self.on) is None:
            self.note(ConflictCode.ROOT_STAYS, pointer, "R-ORG-2", key)
            raise Unresolved
        if any(period.start == self.on for period in self.facts.tree[key].placement.days()):
            self.note(ConflictCode.ORGANIZATION_NOT_BEGUN, pointer, "R-RS-4", key, on=self.on)
            raise Unresolved
        if later := self._known_later(self.facts.tree[key]):
            self.note(ConflictCode.KNOWN_TO_CHANGE, pointer, "R-RS-7", key, on=later)
        self.pointers[key] = pointer
        self.ended[key] = number
        self.put(key, one.until(self.on))

    def _known_later(self, one: Organization) -> date | None:
        """The next day on which an organization is known to change, or to end."""
        turns = (
            day
            for fact in one.planned
            for period, _ in fact
            for day in (period.start, period.end)
            if day is not None and day > self.on
        )
        return min(turns, default=None)

    def ends_for_successor(self, key: UUID, type_: OrganizationType) -> bool:
        """Whether another organization takes its place as it becomes another type; the root stays (R-ORG-2)."""
        one = self.tree[key]
        return (
            key in self.facts.succeeded
            and one.placement.at(self.on) is not None
            and one.type.at(self.on) != type_
        )

    def holds_members(self, key: UUID) -> bool:
        """Whether members can be in it by what the measures so far make of it."""
        return Tree(self.tree).holds_members(key, self.on, self.facts.hierarchies)

    def held_members(self, key: UUID) -> bool:
        """Whether members could be in it before the document, or can by what the measures so far make of it."""
        return self.facts.tree.holds_members(key, self.on, self.facts.hierarchies) or self.holds_members(key)
