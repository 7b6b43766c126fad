"""What asks for a reorganization, or allows one: numbers of members and cells, and committees left incomplete.

An alert, never a change: a reorganization is always decided by persons. A rule of numbers is a `Check`, made of the
policies and the hierarchy of the day asked about; of the vacancies only what leads to them is of the day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from app.domain.hierarchy import Hierarchy, Level, OrganizationType
from app.domain.policy import Resolved
from app.domain.restructuring.document import MeasureKind
from app.domain.restructuring.thresholds import CHILD_CELLS, COMMITTEE, CONSENT, MINIMUM, SPECIAL_UPPER


class SuggestionKind(StrEnum):
    """What is found of an organization or a committee of it."""

    BELOW_MINIMUM = "below_minimum"
    DIVIDE_INTO_GROUPS = "divide_into_groups"
    BECOME_GRASSROOTS_COMMITTEE = "become_grassroots_committee"
    LARGE_CELL = "large_cell"
    SMALL_GRASSROOTS_COMMITTEE = "small_grassroots_committee"
    TOO_FEW_CELLS = "too_few_cells"
    BECOME_SPECIAL_UPPER = "become_special_upper"
    DELEGATE_UPPER_POWERS = "delegate_upper_powers"
    SEATS_VACANT = "seats_vacant"
    HEAD_MISSING = "head_missing"
    COMMITTEE_MISSING = "committee_missing"


class Obligation(StrEnum):
    """Whether somebody must act, or may."""

    MUST = "must"
    MAY = "may"


GROUPS = "org.cell_split_into_groups_from"
POWERS = "org.delegated_powers_min_members"
KEYS = (MINIMUM, GROUPS, COMMITTEE, CONSENT, CHILD_CELLS, SPECIAL_UPPER, POWERS)
"""The policies that the checks are made of."""

Counted = Literal["official", "members", "members_without_powers", "cells"]
"""What of an organization and all below it is counted: its official members; its members; the same, unless it holds
delegated upper powers; the cells directly below it."""


class Numbers(NamedTuple):
    """Whole numbers from `least` up to `most`; none: without an end."""

    least: int
    most: int | None

    @classmethod
    def below(cls, value: int) -> "Numbers":
        """Fewer than the value."""
        return cls(0, value - 1)

    @classmethod
    def since(cls, value: int) -> "Numbers":
        """The value and more."""
        return cls(value, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A rule of numbers for organizations of some types: it is met by those whose number is one of `met`.

    `value`: what the policy says. `under_province`: only of those directly under a provincial organization, or only
    of the others. `measure`, `becomes`: what a restructuring would do, and to which type; none where the day knows no
    such type, or no restructuring is needed.
    """

    kind: SuggestionKind
    types: frozenset[OrganizationType]
    rule: str
    value: int
    source: str
    counts: Counted
    met: Numbers
    obligation: Obligation
    measure: MeasureKind | None = None
    becomes: OrganizationType | None = None
    under_province: bool | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What is said of a committee that is not whole: by which rule, from which source."""

    rule: str
    source: str
    obligation: Obligation


_APPOINTED = Vacancy("R-COM-9", "294 16.5", Obligation.MUST)

VACANCIES: Mapping[SuggestionKind, Vacancy] = {
    SuggestionKind.SEATS_VACANT: _APPOINTED,
    SuggestionKind.HEAD_MISSING: _APPOINTED,
    SuggestionKind.COMMITTEE_MISSING: _APPOINTED,
}
"""What still waits for the superior, who appoints the committee of an organization that begins or is restructured."""


def measure_of(check: Check, candidates: Sequence[object]) -> MeasureKind | None:
    """What a restructuring would do: too small an organization merges where there is one to merge with."""
    if check.kind is SuggestionKind.BELOW_MINIMUM and candidates:
        return MeasureKind.MERGE_ABSORB
    return check.measure


def checks(limits: Mapping[str, Resolved], hierarchy: Hierarchy) -> list[Check]:
    """The rules of numbers that the policies of a place and a day make; without its policy a rule is not judged."""
    types = _Types(hierarchy)
    return [
        check for key, make in _MAKERS.items() if (limit := limits.get(key)) for check in make(limit, types)
    ]


class _Types:
    """The types of a day, as the rules speak of them."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._rules = tuple(hierarchy.types.values())

    @property
    def cells(self) -> frozenset[OrganizationType]:
        """Those that hold members."""
        return frozenset(one.type for one in self._rules if one.holds_members)

    @property
    def with_cells(self) -> frozenset[OrganizationType]:
        """Those of grassroots organizations with cells below them."""
        return frozenset(
            one.type for one in self._rules if one.level is Level.GRASSROOTS and not one.holds_members
        )

    @property
    def sectional(self) -> frozenset[OrganizationType]:
        """Those between a grassroots organization and its cells, by whatever name the day knows them."""
        return frozenset(one.type for one in self._rules if one.level is Level.SECTIONAL)

    @property
    def of_members(self) -> frozenset[OrganizationType]:
        """Those of grassroots level and below; temporary cells have guests only."""
        return frozenset(
            one.type
            for one in self._rules
            if one.level >= Level.GRASSROOTS and (one.holds_members or one.level is not Level.CELL)
        )

    def into(self, measure: MeasureKind, *wanted: OrganizationType) -> dict[str, Any]:
        """The measure with the first of the types that may be founded on the day; nothing where none may."""
        becomes = next((one for one in wanted if self._hierarchy.parents.get(one)), None)
        return {"measure": measure, "becomes": becomes} if becomes else {}


def _below_minimum(limit: Resolved, types: _Types) -> Iterator[Check]:
    """Fewer official members than an organization needs: they are introduced elsewhere [DL 21.2; 294 20.2.1]."""
    yield Check(
        kind=SuggestionKind.BELOW_MINIMUM,
        types=types.of_members,
        rule="R-ORG-10",
        value=limit.value,
        source=limit.source,
        counts="official",
        met=Numbers.below(limit.value),
        obligation=Obligation.MUST,
        measure=MeasureKind.DISSOLVE,
    )


def _groups(limit: Resolved, types: _Types) -> Iterator[Check]:
    """A cell so large that it is divided into party groups, which are no organizations [294 20.3.2]."""
    yield Check(
        kind=SuggestionKind.DIVIDE_INTO_GROUPS,
        types=types.cells,
        rule="R-ORG-13",
        value=limit.value,
        source=limit.source,
        counts="members",
        met=Numbers.since(limit.value),
        obligation=Obligation.MUST,
    )


def _become_committee(limit: Resolved, types: _Types) -> Iterator[Check]:
    """A grassroots cell with the members of a grassroots committee [DL 21.4; 294 20.3.1]."""
    yield Check(
        kind=SuggestionKind.BECOME_GRASSROOTS_COMMITTEE,
        types=frozenset({OrganizationType.GRASSROOTS_CELL}),
        rule="R-ORG-11",
        value=limit.value,
        source=limit.source,
        counts="members",
        met=Numbers.since(limit.value),
        obligation=Obligation.MAY,
        **types.into(MeasureKind.UPGRADE, OrganizationType.GRASSROOTS_COMMITTEE),
    )


def _consent(limit: Resolved, types: _Types) -> Iterator[Check]:
    """What stays as it is only by consent of the committee above the grassroots one [DL 21.5].

    Whether it was given is on paper: the register tells of every such organization.
    """
    cases: Mapping[str, Any] = limit.value
    if (least := cases.get("grassroots_committee_members_below")) is not None:
        yield Check(
            kind=SuggestionKind.SMALL_GRASSROOTS_COMMITTEE,
            types=frozenset({OrganizationType.GRASSROOTS_COMMITTEE}),
            rule="R-ORG-12",
            value=least,
            source=limit.source,
            counts="members",
            met=Numbers.below(least),
            obligation=Obligation.MUST,
            **types.into(MeasureKind.DOWNGRADE, OrganizationType.GRASSROOTS_CELL),
        )
    if (most := cases.get("affiliated_cell_members_above")) is not None:
        yield Check(
            kind=SuggestionKind.LARGE_CELL,
            types=frozenset({OrganizationType.AFFILIATED_CELL}),
            rule="R-ORG-12",
            value=most,
            source=limit.source,
            counts="members",
            met=Numbers.since(most + 1),
            obligation=Obligation.MUST,
            **types.into(
                MeasureKind.UPGRADE,
                OrganizationType.SECTIONAL_COMMITTEE,
                OrganizationType.AFFILIATED_COMMITTEE,
            ),
        )


def _few_cells(limit: Resolved, types: _Types) -> Iterator[Check]:
    """A sectional organization with too few cells to stand above them [DL 21.5; 294 20.3.3]."""
    yield Check(
        kind=SuggestionKind.TOO_FEW_CELLS,
        types=types.sectional,
        rule="R-ORG-17",
        value=limit.value,
        source=limit.source,
        counts="cells",
        met=Numbers.below(limit.value),
        obligation=Obligation.MUST,
        measure=MeasureKind.DISSOLVE,
    )


def _become_upper(limit: Resolved, types: _Types) -> Iterator[Check]:
    """A grassroots committee with the members of an upper organization of a special place [294 10.4.4]."""
    yield Check(
        kind=SuggestionKind.BECOME_SPECIAL_UPPER,
        types=frozenset({OrganizationType.GRASSROOTS_COMMITTEE}),
        rule="R-ORG-14",
        value=limit.value,
        source=limit.source,
        counts="members",
        met=Numbers.since(limit.value),
        obligation=Obligation.MAY,
        **types.into(MeasureKind.UPGRADE, OrganizationType.SPECIAL_UPPER),
    )


def _powers(limit: Resolved, types: _Types) -> Iterator[Check]:
    """A grassroots organization with the members for delegated upper powers, which it does not hold [294 10.6]."""
    for name, under_province in (("usual", False), ("directly_under_province", True)):
        yield Check(
            kind=SuggestionKind.DELEGATE_UPPER_POWERS,
            types=types.with_cells,
            rule="R-ORG-14",
            value=limit.value[name],
            source=limit.source,
            counts="members_without_powers",
            met=Numbers.since(limit.value[name]),
            obligation=Obligation.MAY,
            under_province=under_province,
        )


_MAKERS = {
    MINIMUM: _below_minimum,
    GROUPS: _groups,
    COMMITTEE: _become_committee,
    CONSENT: _consent,
    CHILD_CELLS: _few_cells,
    SPECIAL_UPPER: _become_upper,
    POWERS: _powers,
}
