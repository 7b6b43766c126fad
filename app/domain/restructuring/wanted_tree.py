"""The tree that a file wants, read beside the tree there is: what stands where afterwards, and who ends in whom.

Nothing is guessed. An organization that the file does not name has no place and no successor, and that is an error.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.hierarchy import DEEPEST, Hierarchy, OrganizationType
from app.domain.imports import ImportKey, RowError
from app.domain.restructuring.document import Reference
from app.domain.restructuring.local_keys import local_keys


@dataclass(frozen=True, slots=True)
class Present:
    """An organization of the subtree on the day. `known_as`: how the file names it; `parent`: None at its top."""

    id: UUID
    known_as: str | None
    parent: UUID | None
    type: OrganizationType
    name: str
    name_en: str | None = None
    code: str | None = None
    sector: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class WantedRow:
    """A row of the file; where it says nothing, what is on record stays.

    `successor`: the organization in which this one ends; one that stands below it takes its members alone.
    """

    number: int
    known_as: str
    parent: str | None = None
    type: OrganizationType | None = None
    name: str | None = None
    name_en: str | None = None
    code: str | None = None
    sector: str | None = None
    successor: str | None = None
    row_version: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An organization of the register, even if it stands elsewhere or has ended; into what it, or its roll, went."""

    id: UUID
    went_into: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Goal:
    """What an organization is to be: one of the register, or (`present` None) one that begins.

    `known_as`: how the file names it. `parent`: None at the top of the subtree, which stays where it is. `members_to`:
    the cell that takes its members.
    """

    reference: Reference
    known_as: str
    present: Present | None
    parent: Reference | None
    type: OrganizationType
    name: str
    name_en: str | None
    code: str | None
    sector: str | None
    members_to: Reference | None = None

    @property
    def changes(self) -> bool:
        """Whether it is to be otherwise than it is."""
        now = self.present
        return (
            now is None
            or self.members_to is not None
            or (now.parent, now.type, now.name, now.name_en, now.code)
            != (self.parent, self.type, self.name, self.name_en, self.code)
        )


@dataclass(frozen=True, slots=True)
class WantedTree:
    """What is to stand, and of each organization that is to end its successor."""

    goals: Sequence[Goal]
    ended: Mapping[Present, Reference]


NOTHING: Mapping[str, Recorded] = MappingProxyType({})


def compare(
    present: Iterable[Present],
    rows: Sequence[WantedRow],
    key: ImportKey,
    hierarchy: Hierarchy,
    recorded: Mapping[str, Recorded] = NOTHING,
) -> tuple[WantedTree, list[RowError]]:
    """What the rows want of the subtree, and what keeps it from being had; `key`: how they name themselves.

    `recorded`: what is on record behind their names, also outside of the subtree and of what has ended.
    """
    reader = _Reader({one.id: one for one in present}, key, hierarchy, recorded)
    return reader.read(rows), sorted(reader.faults, key=lambda one: one.row)


@dataclass(slots=True)
class _Reader:
    """The rows by what they are about, as far as they have been read."""

    present: Mapping[UUID, Present]
    key: ImportKey
    hierarchy: Hierarchy
    recorded: Mapping[str, Recorded]
    faults: list[RowError] = field(default_factory=list)
    known: dict[str, Reference] = field(default_factory=dict)
    rows: dict[Reference, WantedRow] = field(default_factory=dict)
    parents: dict[Reference, Reference | None] = field(default_factory=dict)
    members: dict[Reference, Reference] = field(default_factory=dict)
    ended: dict[Reference, Reference] = field(default_factory=dict)

    def refuse(self, column: str | None, code: str, row: int, **facts: Any) -> None:
        """Note what is wrong with a row; 0: with the file as a whole."""
        self.faults.append(RowError(row, column, code, facts))

    def read(self, rows: Sequence[WantedRow]) -> WantedTree:
        """Resolve all names, then judge what is said of each."""
        self._name(rows)
        for reference, row in self.rows.items():
            self.parents[reference] = self._parent(reference, row)
        for reference, row in self.rows.items():
            if row.successor is not None:
                self._read_successor(reference, row, row.successor)
        self._judge_ends()
        standing = [key for key in (*self.present, *self.rows) if key not in self.ended]
        goals = [self._goal(key) for key in dict.fromkeys(standing)]
        self._judge_codes(goals)
        for goal in goals:
            self._judge(goal)
        ended = {self.present[key]: to for key, to in self.ended.items() if isinstance(key, UUID)}
        return WantedTree(goals, ended)

    def _name(self, rows: Sequence[WantedRow]) -> None:
        """Who each row is about. What no row is about must not get lost, the top of the subtree apart."""
        self.known = {one.known_as: one.id for one in self.present.values() if one.known_as is not None}
        first: dict[str, WantedRow] = {}
        for row in rows:
            if (other := first.setdefault(row.known_as, row)) is not row:
                self.refuse(self.key.value, "named_twice", row.number, other_row=other.number)
        for name in [name for name, row in first.items() if self._has_ended_so(row)]:
            del first[name]
        new = local_keys(name for name in first if name not in self.known)
        for name in new:
            # A code may be borne again. An id of a system names one organization, whatever has become of it.
            if self.key is ImportKey.EXTERNAL_ID and name in self.recorded and first[name].successor is None:
                self.refuse(self.key.value, "named_elsewhere", first[name].number)
        self.known |= new
        self.rows = {self.known[name]: row for name, row in first.items()}
        for one in self.present.values():
            self.parents[one.id] = one.parent
            if one.id not in self.rows and one.parent is not None:
                self.refuse(
                    None,
                    "successor_not_named",
                    0,
                    organization_id=str(one.id),
                    organization_name=one.name,
                    organization_code=one.code or "–",
                )

    def _has_ended_so(self, row: WantedRow) -> bool:
        """Whether what the row is about has ended before the day, in the successor that it names."""
        if row.successor is None or row.known_as in self.known or row.known_as not in self.recorded:
            return False
        return self.known.get(row.successor) in self.recorded[row.known_as].went_into

    def _parent(self, reference: Reference, row: WantedRow) -> Reference | None:
        now = self.present[reference] if isinstance(reference, UUID) else None
        if row.parent is None:
            if now is None:
                self.refuse("parent", "missing_value", row.number)
            return now.parent if now else None
        if now is not None and now.parent is None:
            self.refuse("parent", "root_stays", row.number)
            return None
        return self._named("parent", row, row.parent)

    def _named(self, column: str, row: WantedRow, name: str) -> Reference | None:
        found = self.known.get(name)
        if found is None:
            self.refuse(column, "organization_unknown", row.number)
        return found

    def _path(self, reference: Reference) -> list[Reference]:
        """All that are to stand above it, itself first, as far as a tree may be deep and one level more."""
        path = [reference]
        while len(path) <= DEEPEST + 1 and (above := self.parents.get(path[-1])) is not None:
            path.append(above)
        return path

    def _read_successor(self, reference: Reference, row: WantedRow, name: str) -> None:
        to = self._named("successor", row, name)
        if to is None:
            return
        if isinstance(reference, str):
            self.refuse("successor", "begun_and_ended", row.number)
        elif to == reference:
            self.refuse("successor", "survivor_among_sources", row.number)
        elif reference in self._path(to):
            self._give_members(self.present[reference], row, to)
        elif self.present[reference].parent is None:
            self.refuse("successor", "root_stays", row.number)
        else:
            self.ended[reference] = to

    def _give_members(self, one: Present, row: WantedRow, to: Reference) -> None:
        """What is followed by one below itself goes on, and must cease to hold members, unless it has before."""
        types = self.hierarchy.types
        if types[one.type].holds_members:
            if row.type and not types[row.type].holds_members:
                self.members[one.id] = to
                return
        elif (there := self.recorded.get(row.known_as)) and to in there.went_into:
            return
        self.refuse("successor", "successor_below", row.number)

    def _judge_ends(self) -> None:
        for reference, row in self.rows.items():
            if reference not in self.ended and self.parents[reference] in self.ended:
                self.refuse("parent", "ended_in_document", row.number)
            if (self.ended.get(reference) or self.members.get(reference)) in self.ended:
                self.refuse("successor", "ended_in_document", row.number)
            if isinstance(reference, UUID) and reference in self.ended:
                self._judge_version(self.present[reference], row)
                self._judge_last(self.present[reference], row)

    def _judge_last(self, one: Present, row: WantedRow) -> None:
        """What ends is nothing else before."""
        for column in ("type", "name", "name_en", "code", "sector"):
            if getattr(row, column) not in (None, getattr(one, column)):
                self.refuse(column, "changed_and_ended", row.number)
        if self.parents[one.id] != one.parent:
            self.refuse("parent", "changed_and_ended", row.number)

    def _goal(self, reference: Reference) -> Goal:
        now = self.present.get(reference) if isinstance(reference, UUID) else None
        row = self.rows.get(reference) or WantedRow(0, "")
        if now is None:
            for column in ("type", "name"):
                if getattr(row, column) is None:
                    self.refuse(column, "missing_value", row.number)
        return Goal(
            reference,
            row.known_as,
            now,
            self.parents[reference],
            row.type or (now.type if now else OrganizationType.AFFILIATED_CELL),
            row.name or (now.name if now else ""),
            row.name_en or (now.name_en if now else None),
            row.code or (now.code if now else None),
            row.sector or (now.sector if now else None),
            self.members.get(reference),
        )

    def _judge(self, goal: Goal) -> None:
        row = self.rows.get(goal.reference)
        if row is None:
            return
        if len(self._path(goal.reference)) > DEEPEST + 1:
            self.refuse("parent", "tree_cycle", row.number)
        if goal.present is None:
            if row.row_version is not None:
                self.refuse("row_version", "row_version_of_new", row.number)
            return
        if goal.sector != goal.present.sector:
            self.refuse("sector", "not_by_structure", row.number)
        if goal.changes:
            self._judge_version(goal.present, row)

    def _judge_version(self, one: Present, row: WantedRow) -> None:
        """What has changed since the file was filled is not changed back unknowingly."""
        if row.row_version is not None and row.row_version != one.version:
            self.refuse("row_version", "row_stale", row.number, current_version=one.version)

    def _judge_codes(self, goals: Sequence[Goal]) -> None:
        borne = Counter(goal.code for goal in goals if goal.code)
        for goal in goals:
            row = self.rows.get(goal.reference)
            if goal.code and borne[goal.code] > 1 and row is not None:
                self.refuse("code", "code_taken", row.number)
