"""Roll-ups: a branch counts itself and all below it, and has no number where some roll in it is not yet open."""

from typing import Any
from uuid import UUID

from app.domain.roll_up import roll_up


def organization(number: int, parent: int, official: int, *, unopened: bool = False) -> dict[str, Any]:
    return {
        "id": UUID(int=number),
        "parent_id": UUID(int=parent),
        "official": official,
        "probationary": 1,
        "unopened": unopened,
    }


def test_a_branch_adds_up_itself_and_all_below_it() -> None:
    branches = roll_up(
        [organization(1, 99, 0), organization(2, 1, 3), organization(3, 1, 4), organization(4, 2, 5)]
    )
    counted = [(one.official, one.probationary, one.total, one.children) for one in branches.values()]
    assert counted == [(12, 4, 16, 2), (8, 2, 10, 1), (4, 1, 5, 0), (5, 1, 6, 0)]


def test_a_roll_not_yet_open_leaves_every_branch_above_it_without_a_number() -> None:
    branches = roll_up(
        [
            organization(1, 99, 0),
            organization(2, 1, 3),
            organization(3, 2, 4, unopened=True),
            organization(4, 1, 5),
        ]
    )
    assert [one.unopened for one in branches.values()] == [True, True, True, False]


def test_nothing_adds_up_to_nothing() -> None:
    assert roll_up([]) == {}
