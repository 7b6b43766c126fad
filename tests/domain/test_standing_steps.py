"""The steps of a standing: what a change may make of it."""

from datetime import date

import pytest

from app.domain.errors import RuleBroken
from app.domain.membership import Standing
from app.domain.period import Period
from app.domain.standing_steps import check_standing_kept

BEFORE = (Period(date(2020, 1, 1), date(2021, 1, 1)), {"standing": "probationary"})
SINCE = (Period(date(2021, 1, 1)), {"standing": "official"})


@pytest.mark.parametrize("was", list(Standing))
@pytest.mark.parametrize("becomes", list(Standing))
def test_only_official_to_probationary_is_refused(was: Standing, becomes: Standing) -> None:
    days = Period(date(2020, 1, 1))
    believed, written = [(days, {"standing": was.value})], [(days, {"standing": becomes.value})]
    if (was, becomes) == (Standing.OFFICIAL, Standing.PROBATIONARY):
        with pytest.raises(RuleBroken, match="official_stays_official") as refused:
            check_standing_kept(believed, written)
        assert (refused.value.rule, refused.value.value) == ("R-MEM-8", "official")
    else:
        check_standing_kept(believed, written)


def test_only_the_days_written_count_and_who_is_out_has_no_standing() -> None:
    on_probation = (Period(date(2020, 6, 1), date(2021, 1, 1)), {"standing": "probationary"})
    check_standing_kept([BEFORE, SINCE], [on_probation])
    out = (Period(date(2021, 1, 1)), {"standing": None})
    check_standing_kept([BEFORE, out], [(Period(date(2021, 1, 1)), {"standing": "probationary"})])
