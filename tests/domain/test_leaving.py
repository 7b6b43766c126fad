from datetime import date
from itertools import product

import pytest
from make import shipped

from app.domain.errors import RuleBroken
from app.domain.finding import FindingCode
from app.domain.leaving import (
    Departure,
    ExitGround,
    ReadmissionRules,
    check_leaver,
    departures,
)
from app.domain.membership import ExitReason, Standing
from app.domain.period import Period
from app.domain.policy import resolve
from app.language import Language, in_words

OF_ONE_STANDING = {
    ExitReason.REMOVED: Standing.OFFICIAL,
    ExitReason.EXPELLED: Standing.OFFICIAL,
    ExitReason.PROBATION_REMOVED: Standing.PROBATIONARY,
}


@pytest.mark.parametrize(("reason", "standing"), [*product(ExitReason, Standing)])
def test_an_exit_is_for_the_standings_that_know_it(reason: ExitReason, standing: Standing) -> None:
    if OF_ONE_STANDING.get(reason, standing) is standing:
        check_leaver(reason, standing)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_leaver(reason, standing)
    assert refusal.value.rule == "R-EXIT-1"


def rules(on: date) -> ReadmissionRules:
    rows = shipped("admission")
    return ReadmissionRules(
        *(resolve(rows, f"readmission.{name}", on) for name in ReadmissionRules.__dataclass_fields__)
    )


REMOVED = Departure(date(2023, 1, 1), ExitReason.REMOVED, ExitGround.MEETINGS_OR_DUES_MISSED)


def refused(past: list[Departure], on: date, cleared: date | None = None) -> str | None:
    try:
        rules(on).check(past, on, cleared)
    except RuleBroken as refusal:
        return refusal.rule
    return None


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        (date(2025, 6, 1), "R-READM-1"),
        (date(2025, 12, 31), "R-READM-1"),
        (date(2026, 1, 1), None),
        (date(2026, 2, 1), None),
    ],
)
def test_one_removed_for_dues_may_come_back_after_three_years(on: date, rule: str | None) -> None:  # V-18
    assert refused([REMOVED], on) == rule


def test_a_second_readmission_ever_is_refused() -> None:  # V-18
    first = Departure(date(2015, 1, 1), ExitReason.REMOVED, ExitGround.OTHER)
    assert refused([first, REMOVED], date(2026, 2, 1)) == "R-READM-3"


def test_having_come_back_from_another_province_is_no_readmission() -> None:
    away = Departure(date(2015, 1, 1), ExitReason.TRANSFERRED_OUT, None)
    assert refused([away, REMOVED], date(2026, 2, 1)) is None


@pytest.mark.parametrize("ground", ExitGround)
def test_some_grounds_exclude_a_readmission_for_ever(ground: ExitGround) -> None:
    excluding = {
        ExitGround.ACTIVITY_ABANDONED,
        ExitGround.OWN_REQUEST,
        ExitGround.SERIOUS_INTERNAL_DISUNITY,
        ExitGround.CORRUPTION_CONVICTION,
        ExitGround.SERIOUS_CRIME,
    }
    past = [Departure(date(2000, 1, 1), ExitReason.RESIGNED, ground)]
    assert refused(past, date(2026, 2, 1)) == ("R-READM-2" if ground in excluding else None)


@pytest.mark.parametrize("reason", ExitReason)
def test_one_who_moved_away_or_died_is_not_readmitted(reason: ExitReason) -> None:
    past = [Departure(date(2000, 1, 1), reason, None)]
    never = reason in (ExitReason.TRANSFERRED_OUT, ExitReason.DECEASED)
    assert refused(past, date(2026, 2, 1)) == ("R-READM-2" if never else None)


@pytest.mark.parametrize(
    ("cleared", "rule"),
    [(date(2021, 2, 2), "R-READM-1"), (date(2021, 2, 1), None), (None, None)],
)
def test_after_a_less_serious_crime_five_years_pass_from_the_clearing(
    cleared: date | None, rule: str | None
) -> None:
    past = [Departure(date(2015, 1, 1), ExitReason.EXPELLED, ExitGround.LESS_SERIOUS_CRIME)]
    assert refused(past, date(2026, 2, 1), cleared) == rule


def test_what_is_not_said_of_a_readmission_is_a_finding() -> None:
    of_2026 = rules(date(2026, 2, 1))
    codes = [one.code for one in of_2026.findings([REMOVED], consented=False, cleared=False)]
    assert codes == [FindingCode.CONSENT_NOT_NAMED]
    unsaid = [Departure(date(2015, 1, 1), ExitReason.EXPELLED, None)]
    codes = [one.code for one in of_2026.findings(unsaid, consented=True, cleared=False)]
    assert codes == [FindingCode.GROUND_NOT_NAMED]
    crime = [Departure(date(2015, 1, 1), ExitReason.EXPELLED, ExitGround.LESS_SERIOUS_CRIME)]
    codes = [one.code for one in of_2026.findings(crime, consented=True, cleared=False)]
    assert codes == [FindingCode.CLEARING_NOT_NAMED]


def test_the_departures_are_the_exits_of_the_membership_in_order() -> None:
    inside = {"cell_id": "c", "exit_reason": None, "exit_ground": None}
    out = {"cell_id": None, "exit_reason": "removed", "exit_ground": "other"}
    past = [
        (Period(date(2000, 1, 1), date(2005, 1, 1)), inside),
        (Period(date(2005, 1, 1), date(2010, 1, 1)), out),
        (Period(date(2010, 1, 1)), inside),
    ]
    assert departures(past) == [Departure(date(2005, 1, 1), ExitReason.REMOVED, ExitGround.OTHER)]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("past", "on", "cleared", "code"),
    [
        ([REMOVED], date(2025, 6, 1), None, "readmission_too_soon"),
        (
            [Departure(date(2023, 1, 1), ExitReason.REMOVED, ExitGround.LESS_SERIOUS_CRIME)],
            date(2026, 6, 1),
            date(2026, 1, 1),
            "readmission_too_soon_after_conviction",
        ),
        ([REMOVED, REMOVED], date(2030, 1, 1), None, "readmitted_before"),
    ],
)
def test_a_refused_readmission_says_the_figure_of_its_rule(
    language: Language, past: list[Departure], on: date, cleared: date | None, code: str
) -> None:
    with pytest.raises(RuleBroken, match=f"^{code}$") as refusal:
        rules(on).check(past, on, cleared)
    said = in_words(language, code, **refusal.value.facts)
    assert str(refusal.value.value) in said and "…" not in said
