"""Bases and shares as shipped, in whole numbers."""

from datetime import date

import pytest
from make import shipped

from app.domain.policy import resolve
from app.domain.votes import Body, Exclusions, Hindrance, Outcome, Share, Voter, outcome

ROWS = shipped("votes")
ON = date(2023, 12, 31)
TWO_THIRDS = Share.of(resolve(ROWS, "vote.admission_cell", ON))
MAJORITY = Share.of(resolve(ROWS, "vote.admission_upper", ON))
ROUNDS = resolve(ROWS, "vote.max_rounds_before_escalation", ON).value


def exclusions(body: Body) -> Exclusions:
    return Exclusions.of(resolve(ROWS, "vote.base_exclusions", ON), body)


def voters(number: int, *hindrances: Hindrance, present: bool = True) -> list[Voter]:
    return [Voter(present, frozenset(hindrances))] * number


def test_the_base_of_a_cell_are_its_official_members_as_summoned() -> None:
    """22 members, 2 of them probationary and not summoned to vote; 17 of the 20 came."""
    base = exclusions(Body.CELL).base(voters(17) + voters(3, present=False))
    assert (base.size, TWO_THIRDS.needed(base.size), MAJORITY.needed(base.size)) == (20, 14, 11)
    assert TWO_THIRDS.carried(14, base.size) and not TWO_THIRDS.carried(13, base.size)


@pytest.mark.parametrize(("base", "needed"), [(1, 1), (2, 2), (3, 2), (8, 6), (9, 6), (10, 7)])
def test_two_thirds_are_rounded_up(base: int, needed: int) -> None:
    assert TWO_THIRDS.needed(base) == needed
    assert 3 * needed >= 2 * base > 3 * (needed - 1)


@pytest.mark.parametrize(("base", "needed"), [(1, 1), (2, 2), (3, 2), (8, 5), (9, 5), (10, 6)])
def test_a_majority_is_more_than_half(base: int, needed: int) -> None:
    assert MAJORITY.needed(base) == needed
    assert 2 * needed > base >= 2 * (needed - 1)


def test_a_committee_of_nine_with_one_away_counts_eight() -> None:
    away = voters(1, Hindrance.TEMPORARILY_ELSEWHERE, present=False)
    base = exclusions(Body.COMMITTEE).base(voters(8) + away)
    assert (base.size, TWO_THIRDS.needed(base.size), MAJORITY.needed(base.size)) == (8, 6, 5)
    assert base.left_out == {Hindrance.TEMPORARILY_ELSEWHERE: 1}


@pytest.mark.parametrize(
    ("body", "hindrance", "present", "counts"),
    [
        (Body.CELL, Hindrance.EXEMPTED, True, True),
        (Body.CELL, Hindrance.EXEMPTED, False, False),
        (Body.COMMITTEE, Hindrance.EXEMPTED, False, True),
        (Body.CELL, Hindrance.TEMPORARILY_ELSEWHERE, True, True),
        (Body.CELL, Hindrance.SUSPENDED, True, False),
        (Body.COMMITTEE, Hindrance.PROSECUTED, True, False),
        (Body.CELL, Hindrance.ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON, False, True),
        (Body.CELL_CONGRESS, Hindrance.ABSENT_THROUGHOUT_WITH_ACCEPTED_REASON, False, False),
    ],
)
def test_who_is_left_out_of_which_base(body: Body, hindrance: Hindrance, present: bool, counts: bool) -> None:
    assert exclusions(body).base(voters(1, hindrance, present=present)).size == int(counts)


def test_several_reasons_leave_one_voter_out_once() -> None:
    both = voters(1, Hindrance.EXEMPTED, Hindrance.SUSPENDED, present=False)
    base = exclusions(Body.CELL).base(voters(4) + both)
    assert (base.summoned, base.size, sum(base.left_out.values())) == (5, 4, 1)


def test_a_share_of_nobody_is_no_share() -> None:
    with pytest.raises(ValueError, match="base_empty"):
        TWO_THIRDS.needed(0)


def test_after_the_last_ballot_without_the_share_the_superior_decides() -> None:
    failed, carried = (13, 20), (14, 20)
    assert outcome([], TWO_THIRDS, ROUNDS) is Outcome.REPEATABLE
    assert outcome([failed, failed], TWO_THIRDS, ROUNDS) is Outcome.REPEATABLE
    assert outcome([failed, failed, carried], TWO_THIRDS, ROUNDS) is Outcome.CARRIED
    assert outcome([failed, failed, failed], TWO_THIRDS, ROUNDS) is Outcome.ESCALATED
    for held in ([carried, failed], [failed] * 4):
        with pytest.raises(ValueError, match="ballot_after_the_last"):
            outcome(held, TWO_THIRDS, ROUNDS)
