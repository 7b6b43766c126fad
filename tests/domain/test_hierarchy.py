"""The type catalogue and the parent matrix as shipped, day by day."""

from datetime import date

import pytest
from make import shipped

from app.domain.errors import RuleBroken
from app.domain.hierarchy import Hierarchy, Level, OrganizationType
from app.domain.policy import resolve

T = OrganizationType
ROWS = shipped("structure")
CASE_DAY = date(2023, 12, 31)
EVERY_REGIME = [CASE_DAY, date(2025, 2, 10), date(2025, 3, 1), date(2025, 7, 1), date(2026, 7, 26)]
UPPER_2023 = {
    T.PROVINCIAL_AGENCIES_BLOC,
    T.PROVINCIAL_ENTERPRISES_BLOC,
    T.DISTRICT,
    T.PROVINCIAL_MILITARY,
    T.PROVINCIAL_PUBLIC_SECURITY,
    T.SPECIAL_UPPER,
}


def hierarchy(on: date) -> Hierarchy:
    return Hierarchy.of(
        *(resolve(ROWS, key, on) for key in ("org.type_catalogue", "org.root_types", "org.parent_matrix"))
    )


def allowed(child: OrganizationType, parent: OrganizationType | None, on: date) -> bool:
    try:
        hierarchy(on).check(child, parent)
    except RuleBroken:
        return False
    return True


@pytest.mark.parametrize("on", EVERY_REGIME)
def test_the_catalogue_knows_every_type_on_every_day(on: date) -> None:
    assert set(hierarchy(on).types) == set(T)


@pytest.mark.parametrize("on", EVERY_REGIME)
def test_a_type_stands_only_under_a_higher_level(on: date) -> None:
    now = hierarchy(on)
    for child, parents in now.parents.items():
        assert all(now.types[parent].level < now.types[child].level for parent in parents)


@pytest.mark.parametrize("on", EVERY_REGIME)
def test_what_counts_as_grassroots_is_what_the_catalogue_marks_so(on: date) -> None:
    marked = {type for type, rule in hierarchy(on).types.items() if rule.grassroots}
    assert marked == set(resolve(ROWS, "org.grassroots_types", on).value)
    assert all(hierarchy(on).types[type].level is Level.GRASSROOTS for type in marked)


@pytest.mark.parametrize("on", EVERY_REGIME)
def test_only_cells_of_official_activity_hold_members(on: date) -> None:
    holding = {type for type, rule in hierarchy(on).types.items() if rule.holds_members}
    assert holding == {T.GRASSROOTS_CELL, T.AFFILIATED_CELL}


def test_the_matrix_of_2023_is_this_and_nothing_else() -> None:
    grassroots_parents = UPPER_2023 | {T.PROVINCIAL}
    expected = {
        T.PROVINCIAL: {T.CENTRAL},
        **{type: {T.PROVINCIAL} for type in UPPER_2023},
        T.COMMUNE: {T.DISTRICT},
        T.GRASSROOTS_COMMITTEE: grassroots_parents,
        T.GRASSROOTS_CELL: grassroots_parents,
        T.SECTIONAL_COMMITTEE: {T.GRASSROOTS_COMMITTEE},
        T.AFFILIATED_CELL: {T.GRASSROOTS_COMMITTEE, T.SECTIONAL_COMMITTEE},
        T.TEMPORARY_CELL: UPPER_2023 | {T.COMMUNE, T.GRASSROOTS_COMMITTEE, T.SECTIONAL_COMMITTEE},
    }
    for child in T:
        for parent in T:
            assert allowed(child, parent, CASE_DAY) == (parent in expected.get(child, set())), (child, parent)


def test_a_cell_cannot_stand_under_a_cell() -> None:
    for on in EVERY_REGIME:
        for cell in (T.GRASSROOTS_CELL, T.AFFILIATED_CELL, T.TEMPORARY_CELL):
            assert not any(allowed(child, cell, on) for child in T)


def test_a_commune_changes_its_level_on_the_first_of_july_2025() -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert hierarchy(before).types[T.COMMUNE].level is Level.GRASSROOTS
    assert hierarchy(after).types[T.COMMUNE].level is Level.UPPER_GRASSROOTS
    assert (allowed(T.COMMUNE, T.DISTRICT, before), allowed(T.COMMUNE, T.PROVINCIAL, before)) == (True, False)
    assert (allowed(T.COMMUNE, T.DISTRICT, after), allowed(T.COMMUNE, T.PROVINCIAL, after)) == (False, True)
    assert not allowed(T.AFFILIATED_CELL, T.COMMUNE, before)
    assert allowed(T.AFFILIATED_CELL, T.COMMUNE, after)
    assert hierarchy(date(2026, 7, 26)).types[T.COMMUNE].level is Level.GRASSROOTS


def test_blocs_end_in_february_2025_and_what_follows_them_begins() -> None:
    bloc, agencies = T.PROVINCIAL_AGENCIES_BLOC, T.PROVINCIAL_PARTY_AGENCIES
    by_day = {
        date(2025, 1, 31): (True, False),
        date(2025, 2, 1): (True, True),
        date(2025, 2, 28): (True, True),
        date(2025, 3, 1): (False, True),
    }
    for on, expected in by_day.items():
        assert (allowed(bloc, T.PROVINCIAL, on), allowed(agencies, T.PROVINCIAL, on)) == expected
        assert (
            allowed(T.GRASSROOTS_COMMITTEE, bloc, on),
            allowed(T.GRASSROOTS_COMMITTEE, agencies, on),
        ) == expected


def test_districts_end_with_june_2025() -> None:
    assert allowed(T.DISTRICT, T.PROVINCIAL, date(2025, 6, 30))
    assert not allowed(T.DISTRICT, T.PROVINCIAL, date(2025, 7, 1))


def test_with_delegated_powers_a_grassroots_committee_may_stand_under_another() -> None:
    from_july = hierarchy(date(2025, 7, 1))
    from_july.check(T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_COMMITTEE, delegated_upper_powers=True)
    with pytest.raises(RuleBroken):
        from_july.check(T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_COMMITTEE)
    with pytest.raises(RuleBroken):
        hierarchy(CASE_DAY).check(T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_COMMITTEE, delegated_upper_powers=True)


def test_a_register_begins_at_the_centre_or_at_a_province() -> None:
    tops = {type for type in T if allowed(type, None, CASE_DAY)}
    assert tops == {T.CENTRAL, T.PROVINCIAL}


def test_a_refusal_names_rule_matrix_value_and_source() -> None:
    with pytest.raises(RuleBroken) as refusal:
        hierarchy(CASE_DAY).check(T.SECTIONAL_COMMITTEE, T.DISTRICT)
    error = refusal.value
    assert (error.rule, error.message) == ("R-ORG-1", "parent_type_not_allowed")
    assert error.value == [T.GRASSROOTS_COMMITTEE]
    assert error.source == "DL 10, 21; 24"
    said = {"matrix": "2021", "child_type": T.SECTIONAL_COMMITTEE, "parent_type": T.DISTRICT}
    assert error.facts.items() >= said.items()


def test_a_refused_top_names_the_types_that_may_be_one() -> None:
    with pytest.raises(RuleBroken) as refusal:
        hierarchy(CASE_DAY).check(T.GRASSROOTS_CELL, None)
    assert refusal.value.message == "root_type_not_allowed"
    assert refusal.value.value == [T.CENTRAL, T.PROVINCIAL]
