"""Which numbers of which organizations are told of, by the policies as shipped, type by type."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from make import shipped

from app.domain.hierarchy import Hierarchy, OrganizationType
from app.domain.policy import PolicyMissing, Resolved, resolve
from app.domain.restructuring.document import MeasureKind
from app.domain.restructuring.suggestions import (
    KEYS,
    VACANCIES,
    Check,
    Obligation,
    SuggestionKind,
    checks,
    measure_of,
)

T, K = OrganizationType, SuggestionKind
ROWS = shipped("structure")
CASE_DAY, OF_294, OF_208 = date(2023, 8, 14), date(2025, 7, 1), date(2026, 7, 26)
SISTER = [UUID(int=1)]


def hierarchy(on: date) -> Hierarchy:
    return Hierarchy.of(
        *(resolve(ROWS, key, on) for key in ("org.type_catalogue", "org.root_types", "org.parent_matrix"))
    )


def limits(on: date) -> Mapping[str, Resolved]:
    found = {}
    for key in KEYS:
        try:
            found[key] = resolve(ROWS, key, on)
        except PolicyMissing:
            continue
    return found


def of_day(on: date) -> list[Check]:
    return checks(limits(on), hierarchy(on))


def told(
    type: OrganizationType,
    on: date = CASE_DAY,
    *,
    official: int = 100,
    members: int = 100,
    cells: int = 5,
    powers: bool = False,
    under_province: bool = False,
) -> set[SuggestionKind]:
    """The kinds told of an organization with these numbers."""
    counted = {
        "official": official,
        "members": members,
        "members_without_powers": -1 if powers else members,
        "cells": cells,
    }
    return {
        one.kind
        for one in of_day(on)
        if type in one.types
        and one.under_province in (None, under_province)
        and one.met.least <= counted[one.counts]
        and (one.met.most is None or counted[one.counts] <= one.met.most)
    }


AROUND = [0, 2, 3, 29, 30, 31, 199, 200, 399, 400, 499, 500]
"""The numbers next to the limits of the policies shipped."""


@pytest.mark.parametrize("members", AROUND)
@pytest.mark.parametrize("under_province", [False, True])
@pytest.mark.parametrize("type", list(T))
def test_every_type_with_every_number_next_to_a_limit(
    type: OrganizationType, under_province: bool, members: int
) -> None:
    expected = set()
    with_cells = {T.COMMUNE, T.GRASSROOTS_COMMITTEE}
    cells = {T.GRASSROOTS_CELL, T.AFFILIATED_CELL}
    if type in with_cells | cells | {T.SECTIONAL_COMMITTEE, T.AFFILIATED_COMMITTEE} and members < 3:
        expected.add(K.BELOW_MINIMUM)
    if type in cells and members >= 30:
        expected.add(K.DIVIDE_INTO_GROUPS)
    if type is T.GRASSROOTS_CELL and members >= 30:
        expected.add(K.BECOME_GRASSROOTS_COMMITTEE)
    if type is T.AFFILIATED_CELL and members > 30:
        expected.add(K.LARGE_CELL)
    if type is T.GRASSROOTS_COMMITTEE and members < 30:
        expected.add(K.SMALL_GRASSROOTS_COMMITTEE)
    if type is T.GRASSROOTS_COMMITTEE and members >= 500:
        expected.add(K.BECOME_SPECIAL_UPPER)
    if type in with_cells and members >= (200 if under_province else 400):
        expected.add(K.DELEGATE_UPPER_POWERS)
    assert told(type, official=members, members=members, under_province=under_province) == expected


def test_only_official_members_count_for_the_minimum() -> None:
    assert told(T.AFFILIATED_CELL, official=2, members=20) == {K.BELOW_MINIMUM}
    assert told(T.AFFILIATED_CELL, official=3, members=20) == set()


@pytest.mark.parametrize(("cells", "few"), [(0, True), (1, True), (2, False)])
def test_a_sectional_organization_has_cells_to_stand_above(cells: int, few: bool) -> None:
    assert (K.TOO_FEW_CELLS in told(T.SECTIONAL_COMMITTEE, cells=cells)) is few
    assert (K.TOO_FEW_CELLS in told(T.AFFILIATED_COMMITTEE, cells=cells)) is few
    assert K.TOO_FEW_CELLS not in told(T.GRASSROOTS_COMMITTEE, cells=cells)


def test_who_holds_the_powers_is_not_told_of_them() -> None:
    assert told(T.GRASSROOTS_COMMITTEE, members=450) == {K.DELEGATE_UPPER_POWERS}
    assert told(T.GRASSROOTS_COMMITTEE, members=450, powers=True) == set()


def test_a_commune_is_judged_as_what_it_is_on_the_day() -> None:
    assert told(T.COMMUNE, members=450) == {K.DELEGATE_UPPER_POWERS}
    assert told(T.COMMUNE, OF_294, members=450) == set()
    assert told(T.COMMUNE, OF_208, members=450) == {K.DELEGATE_UPPER_POWERS}


def test_each_rule_says_what_it_applied_and_what_could_be_done() -> None:
    said = {one.kind: (one.rule, one.value, one.source, one.obligation, one.measure, one.becomes) for one in
            of_day(CASE_DAY) if not one.under_province}  # fmt: skip
    must, may, measure = Obligation.MUST, Obligation.MAY, MeasureKind
    assert said == {
        K.BELOW_MINIMUM: ("R-ORG-10", 3, "DL 21.2; 294 20.2.1", must, measure.DISSOLVE, None),
        K.DIVIDE_INTO_GROUPS: ("R-ORG-13", 30, "294 20.3.2", must, None, None),
        K.BECOME_GRASSROOTS_COMMITTEE: (
            "R-ORG-11", 30, "DL 21.3, 21.4; 294 20.3.1", may, measure.UPGRADE, T.GRASSROOTS_COMMITTEE,
        ),
        K.SMALL_GRASSROOTS_COMMITTEE: ("R-ORG-12", 30, "DL 21.5", must, measure.DOWNGRADE, T.GRASSROOTS_CELL),
        K.LARGE_CELL: ("R-ORG-12", 30, "DL 21.5", must, measure.UPGRADE, T.SECTIONAL_COMMITTEE),
        K.TOO_FEW_CELLS: (
            "R-ORG-17", 2, "implied by DL 21.5 and 294 20.3.3", must, measure.DISSOLVE, None,
        ),
        K.BECOME_SPECIAL_UPPER: ("R-ORG-14", 500, "294 10.4.4", may, measure.UPGRADE, T.SPECIAL_UPPER),
        K.DELEGATE_UPPER_POWERS: ("R-ORG-14", 400, "294 10.6.1", may, None, None),
    }  # fmt: skip
    assert said.keys() | VACANCIES.keys() == set(K) and not said.keys() & VACANCIES.keys()


def test_a_cell_is_upgraded_to_the_type_that_the_day_knows() -> None:
    (large,) = (one for one in of_day(OF_208) if one.kind is K.LARGE_CELL)
    assert (large.measure, large.becomes) == (MeasureKind.UPGRADE, T.AFFILIATED_COMMITTEE)
    now = hierarchy(CASE_DAY)
    neither = {T.SECTIONAL_COMMITTEE, T.AFFILIATED_COMMITTEE}
    bare = {type: parents for type, parents in now.parents.items() if type not in neither}
    unknown = Hierarchy(now.types, now.roots, bare, now.delegated_parents, now.matrix, now.source)
    (large,) = (one for one in checks(limits(CASE_DAY), unknown) if one.kind is K.LARGE_CELL)
    assert (large.measure, large.becomes) == (None, None)


def test_a_rule_is_not_judged_on_days_without_its_policy() -> None:
    assert {one.kind for one in of_day(date(2005, 1, 1))} == {K.BELOW_MINIMUM, K.BECOME_GRASSROOTS_COMMITTEE}


@pytest.mark.parametrize("check", of_day(CASE_DAY), ids=lambda one: one.kind.value)
def test_only_who_is_too_small_merges_where_there_is_one_to_merge_with(check: Check) -> None:
    merges = check.kind is K.BELOW_MINIMUM
    assert measure_of(check, []) is check.measure
    assert measure_of(check, SISTER) is (MeasureKind.MERGE_ABSORB if merges else check.measure)
