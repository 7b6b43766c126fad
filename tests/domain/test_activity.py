from itertools import product

import pytest

from app.domain.activity import STEPS, check_step
from app.domain.errors import StepRefused
from app.domain.membership import ActivityStatus as S

DECIDED = {
    (S.ACTIVE, S.EXEMPTED),
    (S.ACTIVE, S.SUSPENDED),
    (S.ACTIVE, S.INTERRUPTED),
    (S.EXEMPTED, S.ACTIVE),
    (S.EXEMPTED, S.SUSPENDED),
    (S.EXEMPTED, S.INTERRUPTED),
    (S.SUSPENDED, S.ACTIVE),
    (S.SUSPENDED, S.EXEMPTED),
    (S.INTERRUPTED, S.ACTIVE),
    (S.INTERRUPTED, S.SUSPENDED),
    (S.TEMPORARILY_ELSEWHERE, S.SUSPENDED),
    (S.TEMPORARILY_ELSEWHERE, S.INTERRUPTED),
    (S.TRANSFERRING, S.SUSPENDED),
    (S.TRANSFERRING, S.INTERRUPTED),
}


@pytest.mark.parametrize(("present", "wanted"), [*product(S, S)])
def test_a_status_follows_from_another_or_the_refusal_lists_what_does(present: S, wanted: S) -> None:
    if (present, wanted) in DECIDED:
        check_step(present, wanted)
        return
    with pytest.raises(StepRefused) as refusal:
        check_step(present, wanted)
    assert set(refusal.value.facts["open_steps"]) == {to.value for one, to in DECIDED if one is present}


def test_only_transfers_lead_to_being_elsewhere_or_on_the_way() -> None:
    reached = set().union(*STEPS.values())
    assert set(S) - reached == {S.TEMPORARILY_ELSEWHERE, S.TRANSFERRING}
