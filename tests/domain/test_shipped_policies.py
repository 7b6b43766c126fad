"""The rule sets as shipped: every file reads, chains have no gap, the figures are those of their sources."""

from datetime import date, timedelta
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Any

import pytest

from app.domain.period import Period
from app.domain.policy import ShippedRow, parse_document

SUBJECTS = sorted(
    file.name.removesuffix(".toml")
    for file in (files("app") / "policies").iterdir()
    if file.name.endswith(".toml")
)
ROWS = {
    subject: parse_document((files("app") / "policies" / f"{subject}.toml").read_text("utf-8"))
    for subject in SUBJECTS
}
ALL_ROWS = [row for rows in ROWS.values() for row in rows]


def value(key: str, on: date) -> Any:
    [row] = [row for row in ALL_ROWS if row.key == key and row.valid.contains(on)]
    return row.value


def test_the_subjects_are_these() -> None:
    assert SUBJECTS == [
        "admission",
        "calendar",
        "catalogues",
        "commendation",
        "discipline",
        "evaluation",
        "members",
        "reads",
        "reports",
        "structure",
        "terms",
        "votes",
    ]


def test_a_key_is_ruled_by_one_file() -> None:
    keys = [key for rows in ROWS.values() for key in {row.key for row in rows}]
    assert len(keys) == len(set(keys))


def test_rows_of_a_key_follow_each_other_without_a_gap() -> None:
    for _, rows in groupby(ALL_ROWS, key=lambda row: row.key):
        chain = list(rows)
        for earlier, later in pairwise(chain):
            assert earlier.valid.end == later.valid.start, later.key


def test_only_the_calendar_ends_because_nobody_knows_the_years_to_come() -> None:
    def last(rows: list[ShippedRow]) -> ShippedRow:
        return max(rows, key=lambda row: row.valid.start)

    ending = {
        key
        for key in {row.key for row in ALL_ROWS}
        if last([row for row in ALL_ROWS if row.key == key]).valid.end is not None
    }
    assert ending == {"calendar.holidays"}


def test_every_row_says_where_it_comes_from_and_what_it_counts() -> None:
    assert all(row.source and row.unit for row in ALL_ROWS)


@pytest.mark.parametrize(
    ("key", "before", "turn", "after"),
    [
        ("admission.decision_wd", 60, date(2025, 7, 1), 45),
        ("term.affiliated_cell_months", 30, date(2025, 7, 1), 60),
        ("eval.exempt_new_member_months", 0, date(2023, 10, 4), 6),
        ("eval.exempt_statuses", ["exempted"], date(2023, 10, 4), ["exempted", "suspended"]),
        ("admission.ceremony_start_event", "receipt", date(2026, 7, 26), "issue"),
    ],
)
def test_a_rule_turns_on_its_day(key: str, before: Any, turn: date, after: Any) -> None:
    assert value(key, turn - timedelta(days=1)) == before
    assert value(key, turn) == after


def test_age_bands_cover_every_age_from_eighteen_once() -> None:
    bands = value("report.age_bands", date(2023, 12, 31))
    assert bands[0]["from"] == 18
    assert [band["from"] for band in bands[1:]] == [band["to"] + 1 for band in bands[:-1]]
    assert "to" not in bands[-1]


@pytest.mark.parametrize("group", ["cells", "grassroots"])
def test_size_classes_cover_every_size_once(group: str) -> None:
    classes = value("report.size_classes", date(2023, 12, 31))[group]
    assert classes[0]["from"] == 0
    assert [one["from"] for one in classes[1:]] == [one["to"] + 1 for one in classes[:-1]]
    assert "to" not in classes[-1]


YEARS = range(2020, 2028)
LUNAR_NEW_YEAR = {
    2020: date(2020, 1, 25),
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
}
HUNG_KINGS = {
    2020: date(2020, 4, 2),
    2021: date(2021, 4, 21),
    2022: date(2022, 4, 10),
    2023: date(2023, 4, 29),
    2024: date(2024, 4, 18),
    2025: date(2025, 4, 7),
    2026: date(2026, 4, 26),
    2027: date(2027, 4, 16),
}


@pytest.mark.parametrize("year", YEARS)
def test_a_calendar_is_of_its_year(year: int) -> None:
    [row] = [row for row in ROWS["calendar"] if row.value["year"] == year]
    assert row.valid == Period(date(year, 1, 1), date(year + 1, 1, 1))
    days = [day for days in row.value["off"].values() for day in days] + row.value["worked"]
    assert all(row.valid.contains(date.fromisoformat(day)) for day in days)
    assert len(days) == len(set(days))


@pytest.mark.parametrize("year", YEARS)
def test_lunar_days_fall_where_the_lunar_calendar_says(year: int) -> None:
    off = value("calendar.holidays", date(year, 6, 1))["off"]
    tet = LUNAR_NEW_YEAR[year]
    assert {tet + timedelta(days=n) for n in range(-1, 3)} <= {
        date.fromisoformat(day) for day in off["lunar_new_year"]
    }
    assert off["hung_kings"][0] == HUNG_KINGS[year].isoformat()


@pytest.mark.parametrize("year", YEARS)
def test_every_day_off_that_the_law_gives_is_a_working_day_lost(year: int) -> None:
    """Ten by the code of 2012, eleven by that of 2019, twelve with the day of culture from 2026."""
    calendar = value("calendar.holidays", date(year, 6, 1))
    given = [
        date.fromisoformat(day)
        for occasion, days in calendar["off"].items()
        if occasion != "exchanged"
        for day in days
    ]
    weekdays = [day for day in given if day.weekday() < 5]
    assert len(weekdays) == (10 if year == 2020 else 11 if year < 2026 else 12)


@pytest.mark.parametrize("year", YEARS)
def test_an_exchanged_day_is_made_up_for_on_a_weekend(year: int) -> None:
    calendar = value("calendar.holidays", date(year, 6, 1))
    exchanged = [date.fromisoformat(day) for day in calendar["off"].get("exchanged", [])]
    worked = [date.fromisoformat(day) for day in calendar["worked"]]
    assert len(exchanged) == len(worked)
    assert all(day.weekday() < 5 for day in exchanged)
    assert all(day.weekday() >= 5 for day in worked)
