"""What became of organizations: chains of merges and splits, with shares that always sum to one."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import ON, Grown, absorb, at, establish, grow, members, part, shares

from app.domain.restructuring.document import (
    Dissolve,
    EndOperation,
    HandOver,
    Measure,
    Split,
    Transfer,
)
from app.domain.restructuring.lineage import Edge, LineageKind, edges, successors

KIND = LineageKind.SPLIT_INTO
ONE, OTHER, THIRD, FOURTH = (UUID(int=number) for number in range(1, 5))
FIRST = date(2023, 1, 1)

Weights = Mapping[UUID, int]


def went(source: UUID, weights: Weights, day: int = 1, operation: int = 0) -> list[tuple[Edge, int]]:
    found = edges(source, KIND, weights, FIRST + timedelta(days=day), 0)
    return [(edge, operation) for edge in found]


def became(key: UUID, *known: list[tuple[Edge, int]], since: int = 0, on: int = 99) -> dict[UUID, Fraction]:
    together = [edge for some in known for edge in some]
    days = (FIRST + timedelta(days=since), FIRST + timedelta(days=on))
    return dict(successors({key: days[0]}, days[1], together)[key])


chains = st.lists(
    st.tuples(
        st.integers(1, 20),
        st.integers(0, 3),
        st.integers(1, 6),
        st.dictionaries(st.integers(1, 6), st.integers(0, 500), min_size=1, max_size=4),
    ),
    max_size=12,
    unique_by=lambda drawn: drawn[:3],
)


@given(chains, st.integers(1, 6), st.integers(0, 25), st.integers(0, 25))
def test_shares_sum_to_one_over_any_chain(
    drawn: list[tuple[int, int, int, dict[int, int]]], start: int, since: int, on: int
) -> None:
    known = [
        went(UUID(int=source), {UUID(int=goal): n for goal, n in goals.items()}, day, operation)
        for day, operation, source, goals in drawn
    ]
    found = became(UUID(int=start), *known, since=since, on=on)
    assert sum(found.values()) == 1
    assert all(share > 0 for share in found.values())


@given(st.dictionaries(st.uuids(), st.integers(0, 10_000), min_size=1, max_size=9))
def test_edges_of_one_organization_are_its_whole(weights: dict[UUID, int]) -> None:
    found = edges(ONE, KIND, weights, FIRST, 3)
    assert sum(edge.share for edge in found) == found[0].whole
    assert {edge.whole for edge in found} == {sum(weights.values()) or len(weights)}
    assert all(edge.share >= 1 for edge in found)
    if any(weights.values()):
        assert {edge.target: edge.share for edge in found} == {key: n for key, n in weights.items() if n}


def test_an_organization_without_members_is_shared_equally() -> None:
    assert became(ONE, went(ONE, {OTHER: 0, THIRD: 0})) == {OTHER: Fraction(1, 2), THIRD: Fraction(1, 2)}


def test_nothing_became_of_what_nothing_is_known_of() -> None:
    assert became(ONE) == {ONE: 1}
    assert became(ONE, went(OTHER, {THIRD: 1})) == {ONE: 1}


def test_only_what_happened_between_the_days_counts() -> None:
    known = went(ONE, {OTHER: 1}, day=5)
    assert became(ONE, known, on=4) == {ONE: 1}
    assert became(ONE, known, on=5) == {OTHER: 1}
    assert became(ONE, known, since=5) == {ONE: 1}


def test_chains_multiply_and_join_their_shares() -> None:
    known = [
        went(ONE, {OTHER: 1, THIRD: 2}, day=1),
        went(OTHER, {FOURTH: 1}, day=2),
        went(THIRD, {THIRD: 3, FOURTH: 1}, day=3),
    ]
    assert became(ONE, *known) == {THIRD: Fraction(1, 2), FOURTH: Fraction(1, 2)}
    assert became(ONE, *reversed(known)) == became(ONE, *known)


def test_two_operations_of_one_day_follow_their_order() -> None:
    first, then = went(ONE, {OTHER: 1}, operation=1), went(OTHER, {THIRD: 1}, operation=2)
    assert became(ONE, then, first) == {THIRD: 1}
    assert became(ONE, went(ONE, {OTHER: 1}, operation=2), went(OTHER, {THIRD: 1}, operation=1)) == {OTHER: 1}


def test_what_one_operation_does_it_does_at_once() -> None:
    exchange = [went(ONE, {ONE: 1, OTHER: 1}), went(OTHER, {ONE: 1, OTHER: 3})]
    assert became(ONE, *exchange) == {ONE: Fraction(1, 2), OTHER: Fraction(1, 2)}
    assert became(OTHER, *exchange) == {ONE: Fraction(1, 4), OTHER: Fraction(3, 4)}


# What a document makes of descent

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      land-1 affiliated_cell 20
      land-2 affiliated_cell 10
    farms grassroots_committee
      farms-1 affiliated_cell 12
      farms-2 affiliated_cell 9
    health grassroots_committee
      health-1 affiliated_cell 30
    court grassroots_cell 9
    office grassroots_cell 8
""")


def heirs(name: str, *measures: Measure, grown: Grown = SMALL) -> dict[UUID, Fraction]:
    plan = grown.plan(*measures)
    found = successors({at(name): date(2021, 1, 1)}, ON, [(edge, 0) for edge in plan.edges])[at(name)]
    assert sum(found.values()) == 1
    return found


def test_a_chain_within_one_document_ends_at_who_is_alive() -> None:
    merges = (absorb("court", "office"), absorb("farms-1", "court"))
    assert heirs("office", *merges) == heirs("court", *merges) == {at("farms-1"): 1}


def test_children_handed_on_before_their_receiver_was_merged_are_found_at_the_survivor() -> None:
    measures = (
        Transfer((at("land-1"),), at("farms")),
        Transfer((at("land-2"),), at("health")),
        absorb("health", "farms"),
        EndOperation(at("land")),
    )
    assert heirs("land", *measures) == {at("health"): 1}


def test_two_that_end_and_exchanged_children_are_no_ancestors_of_each_other() -> None:
    measures = (
        Transfer((at("land-1"),), at("farms")),
        Transfer((at("farms-1"),), at("land")),
        Dissolve(at("land"), shares(rest="health")),
        Dissolve(at("farms"), shares(rest="health")),
    )
    assert heirs("land", *measures) == heirs("farms", *measures) == {at("health"): 1}
    assert {edge.target for edge in SMALL.plan(*measures).edges} == {at("health")}


def test_a_committee_whose_cells_ended_is_followed_to_the_cells_of_their_members() -> None:
    measures = (
        absorb("farms-1", "land-1"),
        absorb("health-1", "land-2"),
        EndOperation(at("land")),
    )
    assert heirs("land", *measures) == {at("farms-1"): Fraction(2, 3), at("health-1"): Fraction(1, 3)}


def test_a_cell_that_went_up_into_its_committee_before_that_was_dissolved() -> None:
    measures = (
        absorb("court", "land-1", members_to="court"),
        Transfer((at("land-2"),), at("farms")),
        Dissolve(at("land"), shares()),
    )
    assert heirs("land", *measures) == {at("court"): Fraction(2, 3), at("farms"): Fraction(1, 3)}


def test_a_survivor_that_is_dissolved_by_the_same_document_leaves_where_its_own_went() -> None:
    measures = (absorb("farms", "land"), Dissolve(at("farms"), shares(rest="health")))
    assert heirs("land", *measures) == {at("health"): 1}


def test_what_arrives_at_a_survivor_of_a_split_weighs_nothing_in_its_own_descent() -> None:
    measures = (
        Transfer((at("health-1"),), at("land")),
        establish("#new", "bloc", "grassroots_committee"),
        Split(at("land"), shares(part("#new", "land-2")), source_survives=True),
    )
    assert heirs("land", *measures) == {at("land"): Fraction(2, 3), at("#new"): Fraction(1, 3)}


def test_members_given_away_and_merged_back_have_not_gone() -> None:
    measures = (
        Split(at("court"), shares(part("office", named=members("court", 0, 1))), source_survives=True),
        absorb("court", "office"),
    )
    assert heirs("court", *measures) == {at("court"): 1}
    assert heirs("office", *measures) == {at("court"): 1}


@pytest.mark.parametrize("name", ["land", "land-1", "court"])
def test_what_leaves_the_register_has_no_heir_in_it(name: str) -> None:
    assert heirs(name, HandOver((at("land"), at("court")), "elsewhere")) == {at(name): 1}


def test_what_leaves_the_register_is_no_heir() -> None:
    measures = (
        Transfer((at("land-1"),), at("farms")),
        Transfer((at("land-2"),), at("health")),
        HandOver((at("health"),), "elsewhere"),
        EndOperation(at("land")),
    )
    assert heirs("land", *measures) == {at("farms"): 1}


def test_an_empty_organization_goes_where_its_rest_would_have_gone() -> None:
    empty = grow("""
province provincial
  bloc provincial_agencies_bloc
    court grassroots_cell 0
    office grassroots_cell 8
""")
    assert heirs("court", Dissolve(at("court"), shares(rest="office")), grown=empty) == {at("office"): 1}
