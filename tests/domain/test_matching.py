"""Whom a person on paper is, by what the paper and the register say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from app.domain.matching import Found, MatchOutcome, OnPaper, judge, settle
from app.domain.partial_date import PartialDate

HERE, THERE = UUID(int=100), UUID(int=200)
NAME = "nguyen thi ly"


def row(**said: Any) -> OnPaper:
    """A row with the usual name."""
    return OnPaper(**{"name": NAME, **_dated(said)})


def member(number: int = 1, **known: Any) -> Found:
    """A member of HERE with the usual name."""
    return Found(**{"id": UUID(int=number), "name": NAME, "born": None, "cell_id": HERE, **_dated(known)})


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return values | ({"born": PartialDate.parse(values["born"])} if values.get("born") else {})


def told(asked: OnPaper, *found: Found) -> tuple[str, list[tuple[int, list[str], list[str]]]]:
    match = judge(asked, found)
    return match.outcome.value, [
        (one.id.int, list(map(str, one.reasons)), list(map(str, one.contradictions)))
        for one in match.candidates
    ]


@pytest.mark.parametrize(
    ("asked", "found", "reasons"),
    [
        (row(number="1"), member(bears_number=True), ["number", "name"]),
        (row(number="1", born="1970"), member(born="1970-03", bears_number=True), ["number", "name", "birth_possible"]),
        (row(name="nguyen thi li", number="1"), member(bears_number=True), ["number", "name_spelt_otherwise"]),
        (row(born="1970-03-05", cell_id=HERE), member(born="1970-03-05"), ["name", "birth_date", "cell"]),
        (row(born="1970-03-05", cell_id=HERE, number="1"), member(born="1970-03-05"), ["name", "birth_date", "cell"]),
    ],
    ids=["number", "number, imprecise birth", "number, other spelling", "person and cell", "number not recorded"],
)  # fmt: skip
def test_one_whom_enough_speaks_for_and_nothing_against_is_sure(
    asked: OnPaper, found: Found, reasons: list[str]
) -> None:
    assert told(asked, found) == ("sure", [(1, reasons, [])])


@pytest.mark.parametrize(
    ("asked", "found", "reasons", "contradictions"),
    [
        (row(), member(), ["name"], []),
        (row(cell_id=HERE), member(born="1970-03-05"), ["name", "cell"], []),
        (row(born="1970-03-05"), member(born="1970-03-05"), ["name", "birth_date"], []),
        (row(born="1970-03", cell_id=HERE), member(born="1970-03-05"), ["name", "birth_possible", "cell"], []),
        (row(born="1970-03-05", cell_id=HERE), member(born="1970"), ["name", "birth_possible", "cell"], []),
        (row(born="1970-03-05", cell_id=HERE), member(), ["name", "cell"], []),
        (row(born="1970-03-05", cell_id=THERE), member(born="1970-03-05"), ["name", "birth_date"], ["cell_differs"]),
        (
            row(name="nguyen thi li", born="1970-03-05", cell_id=HERE),
            member(born="1970-03-05"),
            ["name_spelt_otherwise", "birth_date", "cell"],
            [],
        ),
        (row(name="le an", number="1"), member(bears_number=True), ["number"], ["name_differs"]),
        (row(number="1", cell_id=THERE), member(bears_number=True), ["number", "name"], ["cell_differs"]),
        (row(number="1", born="1971"), member(born="1970", bears_number=True), ["number", "name"], ["birth_differs"]),
    ],
)  # fmt: skip
def test_one_whom_less_speaks_for_or_something_against_is_a_candidate(
    asked: OnPaper, found: Found, reasons: list[str], contradictions: list[str]
) -> None:
    assert told(asked, found) == ("candidates", [(1, reasons, contradictions)])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (row(), []),
        (row(name="le an"), [member()]),
        (row(born="1971"), [member(born="1970-03-05")]),
        (row(born="1970-04"), [member(born="1970-03-05")]),
        (row(name="le an", born="1970-03-05", cell_id=HERE), [member(born="1970-03-05")]),
    ],
)
def test_another_name_or_another_birth_without_the_number_is_nobody(
    asked: OnPaper, found: Sequence[Found]
) -> None:
    assert told(asked, *found) == ("none", [])


@pytest.mark.parametrize("born", ["1970-03-05", "1970-03", "1970", None])
def test_namesakes_in_one_cell_who_may_be_born_on_one_day_are_never_sure(born: str | None) -> None:
    outcome, candidates = told(
        row(born="1970-03-05", cell_id=HERE), member(1, born="1970-03-05"), member(2, born=born)
    )
    assert outcome == "candidates"
    assert [one for one, *_ in candidates] == [1, 2]


def test_namesakes_of_other_cells_or_birthdays_do_not_make_a_match_unsure() -> None:
    outcome, candidates = told(
        row(born="1970-03-05", cell_id=HERE),
        member(1, born="1970-03-05"),
        member(2, born="1970-03-06"),
        member(3, born="1970-03-05", cell_id=THERE),
    )
    assert (outcome, [one for one, *_ in candidates]) == ("sure", [1])


def test_a_number_that_two_bear_proves_nothing() -> None:
    bearers = member(1, bears_number=True), member(2, name="le an", bears_number=True)
    assert told(row(number="1"), *bearers) == (
        "candidates",
        [(1, ["number", "name"], []), (2, ["number"], ["name_differs"])],
    )


def test_a_number_of_another_contradicts_name_birth_and_cell() -> None:
    asked = row(number="1", born="1970-03-05", cell_id=HERE)
    namesake = member(1, born="1970-03-05")
    bearer = member(2, name="le an", born="1950", cell_id=THERE, bears_number=True)
    assert told(asked, bearer, namesake) == (
        "candidates",
        [
            (1, ["name", "birth_date", "cell"], ["number_of_another"]),
            (2, ["number"], ["name_differs", "birth_differs", "cell_differs"]),
        ],
    )


def test_candidates_with_fewer_contradictions_and_stronger_reasons_come_first() -> None:
    _, candidates = told(
        row(born="1970-03-05", cell_id=HERE),
        member(1, born="1970-03-05", cell_id=THERE),
        member(2),
        member(3, born="1970"),
        member(4, born="1970-03-05"),
        member(5, name="nguyen thi li", born="1970-03-05"),
    )
    assert [one for one, *_ in candidates] == [4, 3, 2, 5, 1]


def test_more_that_speaks_for_a_member_never_ranks_lower() -> None:
    _, candidates = told(
        row(born="1970-03-05"), member(1), member(2, born="1970"), member(3, born="1970-03-05")
    )
    assert [one for one, *_ in candidates] == [3, 2, 1]


def test_two_rows_that_would_be_the_same_member_are_both_candidates() -> None:
    same = judge(row(number="1"), [member(1, bears_number=True)])
    other = judge(row(number="2"), [member(2, bears_number=True)])
    settled = settle([same, other, same])
    assert [one.outcome for one in settled] == [
        MatchOutcome.CANDIDATES,
        MatchOutcome.SURE,
        MatchOutcome.CANDIDATES,
    ]
    assert settled[0].candidates[0].contradictions == ("matched_by_another_row",)
    assert settled[1] is other
