from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Period
from app.domain.policy import (
    Combine,
    Confidence,
    PolicyMissing,
    PolicyRow,
    PolicyScope,
    parse_document,
    resolve,
)

PROVINCE, BLOC, COMMITTEE, ELSEWHERE = (UUID(int=n) for n in range(1, 5))
PATH = [PROVINCE, BLOC, COMMITTEE]
ON = date(2023, 6, 30)


def row(
    number: int,
    value: Any,
    organization_id: UUID | None = None,
    combine: Combine = Combine.REPLACE,
    valid: Period | None = None,
) -> PolicyRow:
    return PolicyRow(
        id=number,
        key="admission.decision_wd",
        scope=PolicyScope.NATIONAL if organization_id is None else PolicyScope.ORGANIZATION,
        organization_id=organization_id,
        valid=valid or Period(date(2021, 7, 30)),
        value=value,
        combine=combine,
        source=f"source {number}",
        confidence=Confidence.SURE,
    )


def test_the_national_row_rules_where_no_other_is() -> None:
    resolved = resolve([row(0, 60), row(1, 25, ELSEWHERE)], "admission.decision_wd", ON, PATH)
    assert (resolved.value, resolved.source, resolved.confidence) == (60, "source 0", Confidence.SURE)
    assert resolved.row_ids == (0,)


def test_a_shorter_limit_of_the_province_wins_and_names_its_source() -> None:
    rows = [row(1, 25, PROVINCE, Combine.MIN), row(0, 60, combine=Combine.MIN)]
    resolved = resolve(rows, "admission.decision_wd", ON, PATH)
    assert (resolved.value, resolved.source) == (25, "source 1")
    assert resolved.row_ids == (0, 1)


def test_a_laxer_limit_of_the_province_changes_nothing() -> None:
    rows = [row(0, 60, combine=Combine.MIN), row(1, 90, PROVINCE, Combine.MIN)]
    assert resolve(rows, "admission.decision_wd", ON, PATH).value == 60


def test_a_row_that_replaces_may_be_laxer() -> None:
    rows = [row(0, 60, combine=Combine.MIN), row(1, 90, PROVINCE)]
    resolved = resolve(rows, "admission.decision_wd", ON, PATH)
    assert resolved.value == 90
    assert resolved.row_ids == (1,)


def test_a_row_below_the_one_that_replaces_combines_with_it() -> None:
    rows = [row(0, 60, combine=Combine.MIN), row(1, 90, PROVINCE), row(2, 80, BLOC, Combine.MIN)]
    assert resolve(rows, "admission.decision_wd", ON, PATH).value == 80


def test_the_day_of_the_business_fact_chooses_the_row() -> None:
    reform = date(2025, 7, 1)
    rows = [row(0, 60, valid=Period(date(2021, 7, 30), reform)), row(1, 45, valid=Period(reform))]
    assert resolve(rows, "admission.decision_wd", date(2025, 6, 30)).value == 60
    assert resolve(rows, "admission.decision_wd", reform).value == 45


def test_a_day_without_a_row_is_missing_and_never_a_default() -> None:
    with pytest.raises(PolicyMissing, match=r"admission\.decision_wd on 2021-07-29"):
        resolve([row(0, 60)], "admission.decision_wd", date(2021, 7, 29))
    with pytest.raises(PolicyMissing):
        resolve([row(0, 60)], "admission.ceremony_wd", ON)


@given(
    st.permutations([None, *PATH]),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
    st.sampled_from([Combine.MIN, Combine.MAX]),
)
def test_the_strictest_wins_in_whatever_order_rows_come(
    organizations: list[UUID | None], values: list[int], combine: Combine
) -> None:
    rows = [
        row(n, value, organization_id, combine)
        for n, (organization_id, value) in enumerate(zip(organizations, values, strict=True))
    ]
    strictest = min(values) if combine is Combine.MIN else max(values)
    assert resolve(rows, "admission.decision_wd", ON, PATH).value == strictest


def test_a_row_for_an_organization_names_it_and_a_national_one_does_not() -> None:
    with pytest.raises(ValueError, match="policy_scope_needs_its_organization"):
        PolicyRow(1, "key", PolicyScope.PROVINCE, None, Period(ON), 1, Combine.MIN, "s", Confidence.SURE)


@pytest.mark.parametrize("value", ["30", True, [30], {"days": 30}])
def test_only_whole_numbers_have_a_strictest(value: Any) -> None:
    with pytest.raises(ValueError, match="policy_value_not_combinable"):
        row(0, value, combine=Combine.MIN)


DOCUMENT = """
[[row]]
key = "admission.decision_wd"
valid_from = 2021-07-30
valid_to = 2025-07-01
value = 60
unit = "working days"
source = "24"
confidence = "L"
combine = "min"

[[row]]
key = "admission.decision_wd"
valid_from = 2025-07-01
value = 45
unit = "working days"
source = "294 4.3.1"
confidence = "S"
combine = "min"
"""


def test_a_document_is_its_rows_in_order() -> None:
    first, second = parse_document(DOCUMENT)
    assert (first.value, first.confidence, first.combine) == (60, Confidence.LIKELY, Combine.MIN)
    assert first.valid == Period(date(2021, 7, 30), date(2025, 7, 1))
    assert second.valid == Period(date(2025, 7, 1))
    assert (second.unit, second.source) == ("working days", "294 4.3.1")


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('source = "24"\n', "", "missing fields"),
        ("value = 60", "value = 60\nnote = 'why'", "unknown fields"),
        ("value = 60", "value = 2.5", "whole numbers"),
        ("value = 60", "value = [{on = 2025-01-01}]", "whole numbers"),
        ("value = 60", "value = '60'", "only whole numbers combine"),
        ("valid_from = 2021-07-30", "valid_from = '2021-07-30'", "valid_from is not a date"),
        ("valid_from = 2021-07-30", "valid_from = 2021-07-30T00:00:00", "valid_from is not a date"),
        ("valid_to = 2025-07-01\n", "", "two rows hold on 2025-07-01"),
        ("valid_to = 2025-07-01", "valid_to = 2021-07-30", "period_empty"),
        ('confidence = "L"', 'confidence = "maybe"', "maybe"),
        ('combine = "min"', 'combine = "average"', "average"),
        ("[[row]]", "title = 'x'\n[[row]]", "holds rows only"),
    ],
)
def test_a_document_that_is_not_exact_is_refused(was: str, becomes: str, complaint: str) -> None:
    assert was in DOCUMENT
    with pytest.raises(ValueError, match=complaint):
        parse_document(DOCUMENT.replace(was, becomes, 1))
