"""What became of organizations: exact shares, through mergers and splits, in the order in which they were gone."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from app.domain.restructuring.lineage import FINEST, Edge, LineageKind, edges, successors, told

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
SPLIT, ABSORBED = LineageKind.SPLIT_INTO, LineageKind.ABSORBED_INTO
BEFORE, DAY, LATER, LAST = (date(2024, month, 1) for month in (1, 3, 6, 12))


def edge(source: UUID, target: UUID, share: int, whole: int, on: date = DAY, measure: int = 0) -> Edge:
    return Edge(source, target, SPLIT, share, whole, on, measure)


def became(
    *known: Edge | tuple[Edge, int], of: UUID = A, since: date = BEFORE, on: date = LAST
) -> dict[UUID, Fraction]:
    ordered = [one if isinstance(one, tuple) else (one, 0) for one in known]
    found = successors({of: since}, on, ordered)[of]
    assert sum(found.values()) == 1
    return dict(found)


def test_the_shares_of_an_organization_follow_the_members_that_each_target_took() -> None:
    assert edges(A, SPLIT, {C: 2, B: 1}, DAY, 4) == [
        edge(A, B, 1, 3, measure=4),
        edge(A, C, 2, 3, measure=4),
    ]


def test_where_there_were_no_members_the_shares_are_equal() -> None:
    assert edges(A, SPLIT, {B: 0, C: 0}, DAY, 0) == [edge(A, B, 1, 2), edge(A, C, 1, 2)]


def test_who_took_nobody_took_no_part() -> None:
    assert edges(A, ABSORBED, {B: 3, C: 0}, DAY, 0) == [Edge(A, B, ABSORBED, 3, 3, DAY, 0)]


def test_an_organization_that_nothing_befell_is_itself() -> None:
    assert became() == {A: 1}
    assert became(edge(B, C, 1, 1)) == {A: 1}


def test_chains_of_splits_and_mergers_multiply_and_add_up() -> None:
    known = (
        edge(A, B, 1, 3),
        edge(A, C, 2, 3),
        edge(C, D, 1, 4, LATER),
        edge(C, E, 3, 4, LATER),
        edge(B, D, 1, 1, LATER),
    )
    assert became(*known) == {D: Fraction(1, 2), E: Fraction(1, 2)}
    assert became(*known, on=DAY) == {B: Fraction(1, 3), C: Fraction(2, 3)}
    assert became(*known, of=C, since=DAY) == {D: Fraction(1, 4), E: Fraction(3, 4)}


@pytest.mark.parametrize(
    ("since", "on", "share"), [(BEFORE, DAY, 1), (DAY, DAY, 0), (BEFORE, BEFORE, 0), (LATER, LAST, 0)]
)
def test_edges_after_the_first_day_up_to_the_last_are_followed(since: date, on: date, share: int) -> None:
    assert became(edge(A, B, 1, 1), since=since, on=on) == ({B: 1} if share else {A: 1})


def test_who_survives_a_split_keeps_a_part_and_can_be_split_again() -> None:
    known = (edge(A, A, 3, 4), edge(A, B, 1, 4), edge(A, A, 1, 3, LATER), edge(A, C, 2, 3, LATER))
    assert became(*known) == {A: Fraction(1, 4), B: Fraction(1, 4), C: Fraction(1, 2)}


def test_what_was_split_off_can_come_back() -> None:
    known = (edge(A, A, 1, 2), edge(A, B, 1, 2), edge(B, A, 1, 1, LATER))
    assert became(*known) == {A: 1}


def test_edges_of_one_day_are_followed_by_operation_and_those_of_one_hold_together() -> None:
    joined, split = edge(A, B, 1, 1, measure=1), (edge(B, B, 1, 2, measure=0), edge(B, C, 1, 2, measure=0))
    assert became(joined, *split) == {B: 1}, "it was joined to what B was by then"
    assert became((joined, 0), *((one, 1) for one in split)) == {B: Fraction(1, 2), C: Fraction(1, 2)}


def test_many_are_followed_at_once_each_from_its_own_day() -> None:
    known = [(edge(A, B, 1, 1), 0), (edge(B, C, 1, 1, LATER), 0)]
    found = successors({A: BEFORE, B: BEFORE, C: LATER, D: BEFORE}, LAST, known)
    assert found == {A: {C: 1}, B: {C: 1}, C: {C: 1}, D: {D: 1}}


def test_shares_are_told_in_parts_of_one_whole() -> None:
    assert told({A: Fraction(1, 4), B: Fraction(5, 12), C: Fraction(1, 3)}) == {
        A: (3, 12),
        B: (5, 12),
        C: (4, 12),
    }


def test_shares_too_fine_to_tell_are_rounded_and_none_is_lost() -> None:
    prime = 1_000_000_007
    shares = {
        A: Fraction(1, prime),
        B: Fraction(prime // 2, prime),
        C: Fraction(prime - prime // 2 - 1, prime),
    }
    parts = told(shares)
    assert {whole for _, whole in parts.values()} == {FINEST}
    assert sum(part for part, _ in parts.values()) == FINEST
    assert all(abs(Fraction(*parts[one]) - shares[one]) < Fraction(1, FINEST) for one in shares)
