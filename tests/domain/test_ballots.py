from datetime import date

import pytest
from make import shipped

from app.domain.ballots import SHARES, Ballot, BallotStep, check_ballot, check_chain, check_held_by
from app.domain.errors import RuleBroken
from app.domain.finding import Finding, FindingCode
from app.domain.policy import Resolved, resolve
from app.domain.votes import Hindrance

ON = date(2025, 9, 1)


def of(key: str) -> Resolved:
    return resolve(shipped("votes"), key, ON)


def ballot(in_favour: int, base: int, step: BallotStep = BallotStep.CELL) -> Ballot:
    return Ballot(step, base, {}, in_favour)


def chain(*ballots: Ballot) -> list[Finding]:
    shares = {step: of(key) for step, key in SHARES.items() if key}
    return check_chain(ballots, shares, of("vote.max_rounds_before_escalation"))


@pytest.mark.parametrize(
    ("step", "in_favour", "base", "carries"),
    [
        (BallotStep.CELL, 13, 20, False),  # V-8
        (BallotStep.CELL, 14, 20, True),  # V-1
        (BallotStep.GRASSROOTS, 5, 8, False),
        (BallotStep.GRASSROOTS, 6, 8, True),  # V-9
        (BallotStep.AUTHORISED_GRASSROOTS, 5, 8, False),
        (BallotStep.AUTHORISED_GRASSROOTS, 6, 8, True),
        (BallotStep.UPPER, 4, 8, False),
        (BallotStep.UPPER, 5, 8, True),
        (BallotStep.SECTIONAL, 0, 7, True),  # an opinion
    ],
)
def test_each_step_needs_its_share_of_the_base(
    step: BallotStep, in_favour: int, base: int, carries: bool
) -> None:
    if carries:
        assert chain(ballot(in_favour, base, step)) == []
        return
    with pytest.raises(RuleBroken) as refusal:
        chain(ballot(in_favour, base, step))
    assert (refusal.value.rule, refusal.value.facts["needed"]) == ("R-VOTE-3", in_favour + 1)


def test_the_last_ballot_of_a_step_decides() -> None:
    assert chain(ballot(10, 20), ballot(14, 20)) == []
    with pytest.raises(RuleBroken, match="vote_not_carried"):
        chain(ballot(10, 20), ballot(12, 20))


def test_after_three_ballots_the_superior_decides() -> None:
    (finding,) = chain(ballot(10, 20), ballot(11, 20), ballot(12, 20))
    assert (finding.rule, finding.code, finding.value) == ("R-VOTE-4", FindingCode.SUPERIOR_DECIDES, 3)


@pytest.mark.parametrize("in_favour", [(14, 14), (10, 10, 10, 14)])
def test_no_ballot_follows_one_that_ended_the_matter(in_favour: tuple[int, ...]) -> None:
    with pytest.raises(RuleBroken, match="ballot_after_the_last"):
        chain(*(ballot(one, 20) for one in in_favour))


def test_a_body_leaves_out_only_whom_its_base_leaves_out() -> None:
    exempted = {Hindrance.EXEMPTED: 1}
    check_ballot(Ballot(BallotStep.CELL, 20, exempted, 14), of("vote.base_exclusions"))
    with pytest.raises(RuleBroken) as refusal:
        check_ballot(Ballot(BallotStep.GRASSROOTS, 9, exempted, 6), of("vote.base_exclusions"))
    assert (refusal.value.rule, refusal.value.facts["left_out"]) == ("R-VOTE-2", ["exempted"])


def test_a_ballot_is_held_on_the_day_of_the_act_or_before() -> None:
    on = date(2024, 6, 1)
    check_held_by(date(2024, 5, 31), on, "/body/ballots/0/held_on")
    check_held_by(on, on, "/body/ballots/0/held_on")
    with pytest.raises(RuleBroken) as refused:
        check_held_by(date(2024, 6, 2), on, "/body/ballots/0/held_on")
    assert (refused.value.rule, refused.value.value) == ("R-VOTE-5", "2024-06-01")
