from datetime import date
from itertools import product

import pytest
from make import shipped

from app.domain.ballots import Ballot, BallotStep
from app.domain.deciding import Body, Decider, Requirement
from app.domain.errors import RuleBroken
from app.domain.finding import FindingCode
from app.domain.hierarchy import Level
from app.domain.policy import resolve

CELL = Body(0, Level.CELL, authorised=False)
SECTIONAL = Body(1, Level.SECTIONAL, authorised=False)
GRASSROOTS = Body(1, Level.GRASSROOTS, authorised=False)
AUTHORISED = Body(1, Level.GRASSROOTS, authorised=True)
GRASSROOTS_CELL = Body(0, Level.GRASSROOTS, authorised=False)
UPPER = Body(2, Level.UPPER_GRASSROOTS, authorised=False)
PROVINCE = Body(3, Level.PROVINCIAL, authorised=False)

STEPS = {
    CELL: {BallotStep.CELL},
    SECTIONAL: {BallotStep.SECTIONAL},
    GRASSROOTS: {BallotStep.GRASSROOTS, BallotStep.AUTHORISED_GRASSROOTS},
    GRASSROOTS_CELL: {BallotStep.CELL},
    UPPER: {BallotStep.UPPER},
    PROVINCE: {BallotStep.UPPER},
}


@pytest.mark.parametrize(("body", "step"), [*product(STEPS, BallotStep)])
def test_each_body_votes_at_its_own_step(body: Body, step: BallotStep) -> None:
    assert body.holds(step) == (step in STEPS[body])


def requirement(act: str, key: str = "exit.requirements") -> Requirement:
    return Requirement.of("R-EXIT-2", resolve(shipped("members"), key, date(2025, 9, 1)), act)


@pytest.mark.parametrize(
    ("body", "may"),
    [(CELL, False), (GRASSROOTS, False), (AUTHORISED, True), (GRASSROOTS_CELL, False), (UPPER, True)],
)
def test_a_removal_is_decided_above_or_by_an_authorised_grassroots_committee(body: Body, may: bool) -> None:
    if may:
        requirement("removed").check_decider(body)
        return
    with pytest.raises(RuleBroken) as refusal:
        requirement("removed").check_decider(body)
    assert refusal.value.value == [Decider.AUTHORISED_GRASSROOTS, Decider.UPPER]


def test_the_cell_exempts_for_age_or_health_alone() -> None:
    requirement("exempted_old_age_or_weak_health", "status.requirements").check_decider(CELL)
    with pytest.raises(RuleBroken):
        requirement("exempted", "status.requirements").check_decider(CELL)


def missing(
    cell: Body, *steps: BallotStep, act: str = "removed", papers: int = 1
) -> dict[FindingCode, object]:
    ballots = [Ballot(step, 9, {}, 9) for step in steps]
    return {one.code: one.value for one in requirement(act).findings(cell, ballots, [None] * papers)}


def test_what_is_not_named_is_a_finding() -> None:
    assert missing(CELL, papers=0) == {
        FindingCode.DECISION_NOT_NAMED: None,
        FindingCode.BALLOT_NOT_NAMED: ["cell", "grassroots", "upper"],
    }
    assert missing(CELL, BallotStep.CELL, BallotStep.GRASSROOTS, BallotStep.UPPER) == {}


def test_an_authorised_committee_has_the_last_vote_and_a_grassroots_cell_knows_none_between() -> None:
    assert missing(CELL, BallotStep.CELL, BallotStep.AUTHORISED_GRASSROOTS) == {}
    assert missing(GRASSROOTS_CELL, BallotStep.CELL, BallotStep.UPPER) == {}


def test_a_death_asks_for_nothing() -> None:
    assert missing(CELL, act="deceased", papers=0) == {}
