"""Who is in which cell while the measures of a document follow one another."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Heads:
    """How many members there are on a day, by standing."""

    official: int = 0
    probationary: int = 0

    @property
    def total(self) -> int:
        return self.official + self.probationary

    def __add__(self, other: "Heads") -> "Heads":
        return Heads(self.official + other.official, self.probationary + other.probationary)

    def __sub__(self, other: "Heads") -> "Heads":
        return Heads(self.official - other.official, self.probationary - other.probationary)


NOBODY = Heads()


@dataclass(frozen=True, slots=True)
class Home:
    """In which cell a member is on the day, and whether with full rights."""

    cell: UUID
    official: bool

    @property
    def heads(self) -> Heads:
        return Heads(official=1) if self.official else Heads(probationary=1)


class Rolls:
    """The rolls of cells: whole rolls move by their cell, members named one by one by themselves.

    A destination of None is outside the register.
    """

    def __init__(self, heads: Mapping[UUID, Heads], homes: Mapping[UUID, Home]) -> None:
        self._at_first = heads
        self._heads = dict(heads)
        self._homes = homes
        self._roll: dict[UUID, UUID | None] = {}
        self._member: dict[UUID, UUID | None] = {}
        self._rolls_at: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
        self._members_at: defaultdict[UUID | None, set[UUID]] = defaultdict(set)

    def heads(self, cell: UUID) -> Heads:
        """How many are in a cell now."""
        return self._heads.get(cell, NOBODY)

    def of_member(self, member_id: UUID) -> UUID | None:
        """Where a member is now; None where he or she is in no cell."""
        if member_id in self._member:
            return self._member[member_id]
        home = self._homes.get(member_id)
        return None if home is None else self._roll.get(home.cell, home.cell)

    def receive(self, cell: UUID, heads: Heads) -> None:
        """Members who come from outside the register into a cell."""
        self._heads[cell] = self.heads(cell) + heads

    def move(self, member_id: UUID, to: UUID) -> None:
        """One member goes to another cell."""
        here, heads = self.of_member(member_id), self._homes[member_id].heads
        self._members_at[here].discard(member_id)
        self._members_at[to].add(member_id)
        self._member[member_id] = to
        if here is not None:
            self._heads[here] = self.heads(here) - heads
        self._heads[to] = self.heads(to) + heads

    def empty(self, cell: UUID, to: UUID | None) -> None:
        """All who are in a cell go to another one."""
        if to == cell:
            return
        rolls = self._rolls_at.pop(cell, set())
        if cell not in self._roll:
            rolls.add(cell)
        for roll in rolls:
            self._roll[roll] = to
        self._rolls_at[to] |= rolls
        members = self._members_at.pop(cell, set())
        for member_id in members:
            self._member[member_id] = to
        self._members_at[to] |= members
        gone = self._heads.pop(cell, NOBODY)
        if to is not None:
            self._heads[to] = self.heads(to) + gone

    @property
    def cells(self) -> dict[UUID, UUID | None]:
        """The cells that were emptied, each with where its roll has gone."""
        return {cell: to for cell, to in self._roll.items() if cell != to}

    @property
    def members(self) -> dict[UUID, UUID | None]:
        """The members who were named one by one, each with where he or she has gone."""
        return {
            member_id: to
            for member_id, to in self._member.items()
            if self._homes[member_id].cell != to or self._homes[member_id].cell in self.cells
        }

    @property
    def flows(self) -> dict[UUID, Counter[UUID | None]]:
        """Of each cell that somebody may have left: where how many are who were in it at first."""
        flows = {
            cell: Counter({to: self._at_first.get(cell, NOBODY).total}) for cell, to in self._roll.items()
        }
        for member_id, to in self._member.items():
            cell = self._homes[member_id].cell
            stayed = self._roll.get(cell, cell)
            flow = flows.setdefault(cell, Counter({stayed: self._at_first.get(cell, NOBODY).total}))
            flow[stayed] -= 1
            flow[to] += 1
        return flows
