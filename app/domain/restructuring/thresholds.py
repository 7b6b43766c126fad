"""How many members an organization needs or may have, judged where a document makes or changes it [DL 21; 294 20].

Members are counted on the day of the document, as it leaves them. A branch whose roll is not complete then is not
judged.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from app.domain.hierarchy import DEEPEST, Hierarchies, Level, OrganizationType
from app.domain.policy import PolicyRow, Resolved, said
from app.domain.restructuring.conflicts import Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import NOBODY, Heads

MINIMUM = "org.min_official_members"
COMMITTEE = "org.grassroots_committee_min_members"
SPECIAL_UPPER = "org.special_upper_min_members"
CONSENT = "org.consent_required_cases"
CHILD_CELLS = "org.sectional_min_child_cells"
KEYS = (MINIMUM, COMMITTEE, SPECIAL_UPPER, CONSENT, CHILD_CELLS)
"""The policies that count heads."""


@dataclass(frozen=True, slots=True)
class Consent:
    """An arrangement that needs the prior consent of the committee above the grassroots one (R-ORG-12) [DL 21.5]."""

    organization_id: UUID
    case: str
    value: object
    source: str


@dataclass
class Thresholds:
    """The judge of one plan: counted is every organization of it, with all below."""

    plan: Plan
    rolled: Mapping[UUID, Heads]
    heads: Mapping[UUID, Heads]
    incomplete: frozenset[UUID]
    policies: Sequence[PolicyRow]
    hierarchies: Hierarchies

    @cached_property
    def counted(self) -> Mapping[UUID, Heads]:
        """Members of each branch after the document: its own, its children's, and what lies below the slice."""
        on, plan = self.plan.effective_on, self.plan
        unseen = {key: self.rolled.get(key, NOBODY) - self.heads.get(key, NOBODY) for key in plan.before}
        for parent, children in plan.before.children(on).items():
            if parent not in unseen:
                continue  # of one that comes below the slice only later, or bears a code: nothing changes where it is
            for child in children:
                unseen[parent] = unseen[parent] - self.rolled.get(child, NOBODY)
        below = plan.after.children(on)
        counted: dict[UUID, Heads] = {}

        def count(key: UUID, way: tuple[UUID, ...]) -> Heads:
            if key not in counted:
                counted[key] = plan.own.get(key, NOBODY) + unseen.get(key, NOBODY)
                for child in below.get(key, ()):
                    if child not in way and len(way) <= DEEPEST:  # else the shape stops it
                        counted[key] += count(child, (*way, child))
            return counted[key]

        for key in plan.after:
            count(key, (key,))
        return counted

    def judge(self) -> tuple[list[Conflict], list[Consent]]:
        """What speaks against it, and which arrangements need consent."""
        conflicts: list[Conflict] = []
        consents: list[Consent] = []
        for key in self.plan.after:
            type_ = self.plan.after.type(key, self.plan.effective_on)
            if type_ is None:
                continue
            conflicts += self._judge_cells(key, type_)
            if key not in self._concerned or type_ is OrganizationType.TEMPORARY_CELL:
                continue  # what was not counted is far above, and a temporary cell has guests only
            if key in self._unsure:
                conflicts.append(
                    self._conflict(ConflictCode.NOT_JUDGED, "R-ORG-10", key, None, ConflictSeverity.WARN)
                )
            else:
                conflicts += self._judge_heads(key, type_)
            consents += self._consents(key, type_)
        return conflicts, consents

    @cached_property
    def _made(self) -> frozenset[UUID]:
        """What the document begins or decides to be another kind; what the law made another one is what it was."""
        return frozenset([*self.plan.begun, *self.plan.decided])

    @cached_property
    def _concerned(self) -> frozenset[UUID]:
        """What the document makes, and all whose number of members it changes."""
        return self._made.union(
            key
            for key in self.plan.before
            if key in self.rolled and self.counted.get(key) != self.rolled[key]
        )

    @cached_property
    def _unsure(self) -> frozenset[UUID]:
        """Branches of which a roll is not complete, also those that such a roll came into."""
        on, plan = self.plan.effective_on, self.plan
        goals = (goes.get(key) for key in self.incomplete for goes in (plan.cells, plan.defaults))
        return frozenset(
            above
            for key in {*self.incomplete, *goals}
            if key is not None and key in plan.after
            for above in plan.after.path(key, on)
        )

    @cached_property
    def _cells(self) -> tuple[Counter[UUID | None], Counter[UUID | None]]:
        """How many cells stand directly under each organization, before and after."""
        on = self.plan.effective_on
        before, after = (
            Counter(tree.parent(key, on) for key in tree if tree.holds_members(key, on, self.hierarchies))
            for tree in (self.plan.before, self.plan.after)
        )
        return before, after

    def _severity(self, key: UUID) -> ConflictSeverity:
        return ConflictSeverity.BLOCK if key in self._made else ConflictSeverity.WARN

    def _judge_heads(self, key: UUID, type_: OrganizationType) -> Iterator[Conflict]:
        now, before = self.counted[key], self.rolled.get(key, NOBODY)
        severity, made = self._severity(key), key in self._made
        least = self._limit(MINIMUM, key)
        if least and now.official < least.value and (made or now.official < before.official):
            yield self._conflict(ConflictCode.BELOW_MINIMUM, "R-ORG-10", key, least, severity, now.official)
        most = self._limit(COMMITTEE, key)
        if (
            most
            and type_ is OrganizationType.GRASSROOTS_CELL
            and now.total >= most.value
            and (made or before.total < most.value)
        ):
            yield self._conflict(ConflictCode.TOO_MANY_FOR_CELL, "R-ORG-11", key, most, severity, now.total)
        upper = self._limit(SPECIAL_UPPER, key)
        if (
            upper
            and type_ is OrganizationType.SPECIAL_UPPER
            and now.total < upper.value
            and (made or before.total >= upper.value)
        ):
            yield self._conflict(ConflictCode.TOO_FEW_FOR_UPPER, "R-ORG-14", key, upper, severity, now.total)

    def _judge_cells(self, key: UUID, type_: OrganizationType) -> Iterator[Conflict]:
        if not self._sectional(type_):
            return
        stood, stands = (cells[key] for cells in self._cells)
        least = self._limit(CHILD_CELLS, key)
        if least and stands < least.value and (key in self._made or stands < stood):
            yield self._conflict(
                ConflictCode.TOO_FEW_CELLS, "R-ORG-17", key, least, self._severity(key), stands
            )

    def _consents(self, key: UUID, type_: OrganizationType) -> Iterator[Consent]:
        cases = self._limit(CONSENT, key)
        if cases is None:
            return
        made = key in self._made
        if self._sectional(type_) and made and cases.value.get("sectional_committee"):
            yield Consent(key, "sectional_committee", True, cases.source)
        if key in self._unsure:
            return
        now, before = self.counted[key].total, self.rolled.get(key, NOBODY).total
        least = cases.value.get("grassroots_committee_members_below")
        most = cases.value.get("affiliated_cell_members_above")
        small = type_ is OrganizationType.GRASSROOTS_COMMITTEE and least and now < least
        if small and (made or before >= least):
            yield Consent(key, "small_grassroots_committee", least, cases.source)
        large = type_ is OrganizationType.AFFILIATED_CELL and most and now > most
        if large and (made or before <= most):
            yield Consent(key, "large_cell", most, cases.source)

    def _sectional(self, type_: OrganizationType) -> bool:
        """By its level: what stands between a grassroots organization and cells, by whatever name the day knows it."""
        return self.hierarchies.on(self.plan.effective_on).types[type_].level is Level.SECTIONAL

    def _limit(self, rule: str, key: UUID) -> Resolved | None:
        on = self.plan.effective_on
        return said(self.policies, rule, on, self.plan.after.path(key, on))

    def _conflict(
        self,
        code: ConflictCode,
        rule: str,
        key: UUID,
        limit: Resolved | None,
        severity: ConflictSeverity,
        count: int | None = None,
    ) -> Conflict:
        value, source = (limit.value, limit.source) if limit else (None, None)
        return self.plan.conflict(code, rule, key, value=value, source=source, severity=severity, count=count)
