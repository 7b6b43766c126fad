"""Whose committees decide, accept and consent: the organizations whose offices must approve a document.

An organization is decided about by the committee that establishes its kind: the nearest above it of a higher level,
where a sectional organization decides nothing (R-ORG-15) [DL 10.3; 294 10.5, 20.3.3]. Where one goes from one
committee's hands into another's, the committee above the sender's decides and the receiver's accepts; between provinces
the sender's itself decides [06 10.5]. An organization that the document begins has no committee yet: the next above it
is asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.hierarchy import Hierarchy, Level
from app.domain.restructuring.document import Document, HandOver, Measure, Merge, Receive, Retype
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.tree import Tree


class CommitteePart(StrEnum):
    """What a committee does about a document."""

    DECIDES = "decides"
    ACCEPTS = "accepts"
    CONSENTS = "consents"


@dataclass(frozen=True, slots=True, order=True)
class End:
    """An organization whose committee has a part in a document."""

    organization_id: UUID
    part: CommitteePart


def ends(document: Document, plan: Plan, hierarchy: Hierarchy) -> list[End]:
    """The organizations whose committees decide about a document, and those whose committees accept what comes.

    Who decides does so for all below; acceptance is the word of another side, which no superior's replaces.
    """
    found = set(_Ends(document, plan, hierarchy).all())
    asked = {one.organization_id for one in found if one.part is CommitteePart.DECIDES}
    deciding = {key for key in asked if asked.isdisjoint(plan.before.path(key, plan.effective_on)[:-1])}
    accepting = {one.organization_id for one in found if one.part is CommitteePart.ACCEPTS} - deciding
    return sorted(
        [End(key, CommitteePart.DECIDES) for key in deciding]
        + [End(key, CommitteePart.ACCEPTS) for key in accepting]
    )


def consenting(plan: Plan, hierarchy: Hierarchy, organization_ids: Iterable[UUID]) -> list[End]:
    """Whose committees must consent to these arrangements: those above the grassroots ones (R-ORG-12) [DL 21.5]."""
    above = {_above(plan, plan.after, hierarchy, key, Level.GRASSROOTS) for key in organization_ids}
    return sorted(End(one, CommitteePart.CONSENTS) for one in above)


@dataclass(frozen=True, slots=True)
class _Ends:
    """The table of who decides, read for one document, thing by thing."""

    document: Document
    plan: Plan
    hierarchy: Hierarchy

    def all(self) -> Iterator[End]:
        measures = self.document.measures
        received = {self.document.id_of(one.founding.key) for one in measures if isinstance(one, Receive)}
        for key in self.plan.begun.keys() - self.plan.successors.values():
            yield from self._of_begun(key, key in received)
        for key in self.plan.ended:
            yield from self._of_ended(key)
        for source, target in self._goings():
            yield from self._of_going(source, target)

    def _of_begun(self, key: UUID, received: bool) -> Iterator[End]:
        after = self.plan.after
        receiver = self._decider(after, key)
        if received:
            yield End(self._letting_go(after, receiver, self._rank(after, key)), CommitteePart.DECIDES)
            yield End(receiver, CommitteePart.ACCEPTS)
        else:
            yield End(receiver, CommitteePart.DECIDES)

    def _of_ended(self, key: UUID) -> Iterator[End]:
        """Who establishes it ends it; what goes into another one or leaves the register goes from hand to hand."""
        before = self.plan.before
        sender = self._decider(before, key)
        match self._ending(key):
            case Merge() | Retype():
                return
            case HandOver(organizations=named):
                if key in named:
                    yield End(
                        self._letting_go(before, sender, self._rank(before, key)), CommitteePart.DECIDES
                    )
            case _:
                yield End(sender, CommitteePart.DECIDES)

    def _goings(self) -> Iterator[tuple[UUID, UUID]]:
        """What goes where: organizations that change, those that are absorbed, members from cell to cell."""
        on, before, after = self.plan.effective_on, self.plan.before, self.plan.after
        for key in before:
            changes = after.alive(key, on) and before.said(key, on) != after.said(key, on)
            if changes and not self._goes_along(key):
                yield key, key
        for key in self.plan.ended:
            if (into := self.plan.into.get(key)) is not None:
                yield key, into
        for cell, flow in self.plan.flows.items():
            for to, heads in flow.items():
                if heads and to is not None and to != cell and cell in before:
                    yield cell, to

    def _of_going(self, source: UUID, target: UUID) -> Iterator[End]:
        before, after = self.plan.before, self.plan.after
        rank = min(self._rank(before, source), self._rank(after, target))
        sender = _above(self.plan, before, self.hierarchy, source, rank)
        receiver = _above(self.plan, after, self.hierarchy, target, rank)
        if sender == receiver:
            yield End(sender, CommitteePart.DECIDES)
        elif self.plan.into.get(sender) != receiver:  # what only goes along with what ends is decided with it
            downwards = sender in before.path(receiver, self.plan.effective_on)
            yield End(sender if downwards else self._letting_go(before, sender, rank), CommitteePart.DECIDES)
            yield End(receiver, CommitteePart.ACCEPTS)

    def _goes_along(self, key: UUID) -> bool:
        """Whether all that becomes of it is that another one takes the place of what it stands under."""
        on, before, after = self.plan.effective_on, self.plan.before, self.plan.after
        (above, *was), (stands_under, *becomes) = before.said(key, on), after.said(key, on)
        return was == becomes and (above, stands_under) in self.plan.successors.items()

    def _letting_go(self, tree: Tree, side: UUID, rank: Level) -> UUID:
        """Who decides that one of a rank leaves the hands of a committee."""
        return side if rank is Level.UPPER_GRASSROOTS else self._decider(tree, side)

    def _ending(self, key: UUID) -> Measure | None:
        number = self.plan.ended.get(key)
        return None if number is None else self.document.measures[number]

    def _rank(self, tree: Tree, key: UUID) -> Level:
        """The level that decides about whom: a sectional organization is decided about like the cells below it."""
        type_ = tree.type(key, self.plan.effective_on)
        level = self.hierarchy.types[type_].level if type_ else Level.CELL
        return min(level, Level.SECTIONAL)

    def _decider(self, tree: Tree, key: UUID) -> UUID:
        return _above(self.plan, tree, self.hierarchy, key, self._rank(tree, key))


def _above(plan: Plan, tree: Tree, hierarchy: Hierarchy, key: UUID, rank: Level) -> UUID:
    """The nearest above of a higher level than the rank; where the register has none, its root records for it."""
    path = tree.path(key, plan.effective_on)
    for one in reversed(path[:-1]):
        type_ = tree.type(one, plan.effective_on)
        if type_ is not None and hierarchy.types[type_].level < rank and one in plan.before:
            return one
    return path[0]
