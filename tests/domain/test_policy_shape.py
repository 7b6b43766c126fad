"""Values of policies: of the form of those that are shipped."""

from typing import Any

import pytest

from app.domain.policy import Combine
from app.domain.policy_shape import faults, known_words
from app.services.policies import known, shipped_rows

WORDS = known_words(shipped_rows()) | {"official"}


def codes(key: str, value: Any) -> list[str]:
    return [fault.code for fault in faults(key, value, known()[key], WORDS)]


def test_every_shipped_value_is_of_its_own_form() -> None:
    wrong = {row.key: found for row in shipped_rows() if (found := codes(row.key, row.value))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("citizen_id.number_rule", "[0-9", "policy_value_unreadable"),
        ("card.number_rule", "(?i)[0-9]{12}", "policy_value_unreadable"),
        ("admission.probation_months", "12", "policy_value_kind"),
        ("admission.probation_months", True, "policy_value_kind"),
        ("admission.probation_months", 12.5, "policy_value_kind"),
        ("admission.probation_months", None, "policy_value_kind"),
        ("admission.probation_months", -1, "policy_number_out_of_bounds"),
        ("admission.probation_months", 121, "policy_number_out_of_bounds"),
        ("term.first_term_after_restructure_free", 1, "policy_value_kind"),
        ("policy.resolution", "by_chance", "policy_word_unknown"),
        ("eval.exempt_statuses", ["exempted", "unheard_of"], "policy_word_unknown"),
        ("eval.closing_date", "02-30", "policy_word_unknown"),
        ("member.birth_date_frozen_since", "2016-13-01", "policy_word_unknown"),
        ("report.form_version", "two\nlines", "policy_word_unknown"),
        ("vote.admission_cell", {"numerator": 2, "denominator": 3}, "policy_fields"),
        (
            "vote.admission_cell",
            {"numerator": 3, "denominator": 2, "comparison": "at_least"},
            "policy_ratio",
        ),
        (
            "vote.admission_cell",
            {"numerator": 0, "denominator": 2, "comparison": "at_least"},
            "policy_ratio",
        ),
        ("committee.grassroots_size_range", {"from": 15, "to": 9}, "policy_range"),
        ("org.root_types", ["official"], "policy_value_unreadable"),
        ("catalogue.sectors", {}, "policy_value_unreadable"),
        ("catalogue.sectors", {"Bad Code": {"vi": "A", "en": "B"}}, "policy_name_malformed"),
        ("catalogue.sectors", {"new": {"vi": "A"}}, "policy_fields"),
        ("catalogue.sectors", {"new": {"vi": "A", "en": "B", "rank": 1}}, "policy_fields"),
        ("catalogue.political_theory", {"new": {"vi": "A", "en": "B"}}, "policy_fields"),
        ("catalogue.political_theory", {"new": {"vi": "A", "en": "B", "rank": "1"}}, "policy_value_kind"),
        ("catalogue.general_education", {}, "policy_value_unreadable"),
        ("catalogue.sectors", {"delete": {"vi": "A", "en": "B"}}, "policy_code_ends"),
        ("catalogue.sectors", {"xoa": {"vi": "A", "en": "B"}}, "policy_code_ends"),
        (
            "catalogue.political_theory",
            {"basic": {"vi": "A", "en": "B", "rank": 1}, "higher": {"vi": "C", "en": "D", "rank": 1}},
            "policy_rank_twice",
        ),
        ("reads.alert_minutes", 0, "policy_number_zero"),
        ("reads.kept_months", 0, "policy_number_zero"),
        ("org.parent_matrix", {"version": "x", "parents": {}}, "policy_fields"),
    ],
)
def test_a_value_of_another_form_is_refused(key: str, value: Any, code: str) -> None:
    assert codes(key, value) == [code]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("admission.probation_months", 18),
        ("reads.alert_minutes", 1),
        ("reads.alert_persons", 0),
        ("policy.resolution", "by_start_date"),
        ("eval.exempt_statuses", ["suspended", "official"]),
        ("eval.closing_date", "11-30"),
        ("report.form_version", "50-HD/BTCTW 2027"),
        ("vote.admission_cell", {"numerator": 3, "denominator": 4, "comparison": "more_than"}),
        ("report.age_bands", [{"id": "18_30", "from": 18, "to": 35}, {"id": "over_60", "from": 36}]),
        ("catalogue.sectors", {"science": {"vi": "Khoa học", "en": "Science"}}),
        ("catalogue.political_theory", {"basic": {"vi": "Cơ bản", "en": "Basic", "rank": 1}}),
    ],
)
def test_a_value_of_the_same_form_is_taken(key: str, value: Any) -> None:
    assert codes(key, value) == []


def test_what_is_wrong_is_told_by_its_place_but_never_by_a_name_of_the_callers() -> None:
    value = {"kanari": {"vi": "A", "en": 7}}
    (fault,) = faults("catalogue.sectors", value, known()["catalogue.sectors"], WORDS)
    assert fault == ("", "policy_value_kind")
    value = [{"id": "18_30", "from": "x"}]
    (fault,) = faults("report.age_bands", value, known()["report.age_bands"], WORDS)
    assert fault == ("/0/from", "policy_value_kind")


def test_a_narrower_row_never_loosens_where_the_strictest_rules() -> None:
    strict = known()["admission.decision_wd"]
    assert strict.combine is Combine.MIN
    assert strict.combine_of(None, 20) is Combine.MIN
    assert strict.combine_of(Combine.REPLACE, 20) is None
    free = known()["term.committee_months"]
    assert free.combine_of(Combine.MIN, 48) is Combine.MIN
    assert known()["vote.admission_cell"].combine_of(Combine.MAX, {}) is None
