"""The papers of a document: what is missing, what is out of order, by when seals come back."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from make import shipped
from trees import ON, POLICIES, T, absorb, at, document, establish, grow, hierarchy, receive, shares

from app.domain.operation import PaperRole
from app.domain.policy import Confidence, Resolved, resolve
from app.domain.restructuring.conflicts import Conflict, ConflictCode, ConflictSeverity
from app.domain.restructuring.deciding import ends
from app.domain.restructuring.document import Dissolve, EndOperation, Measure, MeasureKind, Retype, Transfer
from app.domain.restructuring.papers import Paper, judge_papers, sealed, seals_due
from app.domain.restructuring.thresholds import Consent
from app.domain.working_days import Holidays

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      branch sectional_committee
        branch-1 affiliated_cell 20
        branch-2 affiliated_cell 15
      land-1 affiliated_cell 20
    court grassroots_cell 9
    office grassroots_cell 9
  district district
""")
WITHIN = Transfer((at("branch-1"),), at("land"))
AWAY = Transfer((at("court"),), at("district"))
BEFORE, AFTER = ON - timedelta(days=1), ON + timedelta(days=1)
DECISION, CONSENT, ACCEPTANCE, MINUTES = (
    PaperRole.DECISION,
    PaperRole.CONSENT,
    PaperRole.ACCEPTANCE,
    PaperRole.MINUTES,
)
ASKED = Consent(at("branch"), "sectional_committee", True, "DL 21.5")


def judged(
    *measures: Measure,
    papers: Mapping[PaperRole, date],
    consents: tuple[Consent, ...] = (),
    led: tuple[UUID, ...] = (),
    today: date = ON,
) -> list[Conflict]:
    plan = SMALL.plan(*measures)
    needed = ends(document(*measures), plan, hierarchy(ON))
    given = [Paper(role, day) for role, day in papers.items()]
    return judge_papers(given, plan, needed, consents, led, today)


def codes(*measures: Measure, papers: Mapping[PaperRole, date], **more: object) -> list[ConflictCode]:
    return [one.code for one in judged(*measures, papers=papers, **more)]  # type: ignore[arg-type]


def test_a_document_inside_one_hand_names_its_decision() -> None:
    [missing] = judged(WITHIN, papers={})
    assert (missing.code, missing.rule, missing.severity) == (
        ConflictCode.DECISION_NOT_NAMED,
        "R-RS-1",
        ConflictSeverity.WARN,
    )
    assert (missing.organizations, missing.count) == ((at("land"),), 1)
    assert missing.source and "294 10.5" in missing.source
    assert judged(WITHIN, papers={DECISION: ON}) == []


def test_what_goes_to_another_hand_is_accepted_and_handed_over_on_paper() -> None:
    assert codes(AWAY, papers={DECISION: ON}) == [
        ConflictCode.ACCEPTANCE_NOT_NAMED,
        ConflictCode.MINUTES_NOT_NAMED,
    ]
    assert codes(AWAY, papers={DECISION: ON, ACCEPTANCE: ON}) == [ConflictCode.MINUTES_NOT_NAMED]
    assert codes(AWAY, papers={DECISION: ON, ACCEPTANCE: ON, MINUTES: ON}) == []


@pytest.mark.parametrize(
    ("papers", "found"),
    [
        ({CONSENT: ON, DECISION: ON}, None),
        ({CONSENT: ON, DECISION: BEFORE}, (ConflictCode.CONSENT_AFTER_DECISION, ON, "DL 21.5")),
        ({CONSENT: BEFORE, DECISION: AFTER}, (ConflictCode.DECISION_AFTER_EFFECT, AFTER, "design")),
    ],
)
def test_consent_comes_before_the_decision_and_that_before_the_day_of_effect(
    papers: Mapping[PaperRole, date], found: tuple[object, ...] | None
) -> None:
    told = [(one.code, one.on, one.source) for one in judged(WITHIN, papers=papers)]
    assert told == ([found] if found else [])


def test_a_day_of_effect_is_past_only_from_the_next_day_on() -> None:
    papers = {DECISION: BEFORE}
    assert codes(WITHIN, papers=papers, today=ON) == []
    assert codes(WITHIN, papers=papers, today=AFTER) == [ConflictCode.EFFECTIVE_IN_THE_PAST]


def test_a_consent_that_the_rules_ask_for_is_missed_until_a_paper_says_it() -> None:
    [missing] = judged(WITHIN, papers={DECISION: ON}, consents=(ASKED,))
    assert (missing.code, missing.rule, missing.source) == (
        ConflictCode.CONSENT_MISSING,
        "R-ORG-12",
        "DL 21.5",
    )
    assert codes(WITHIN, papers={DECISION: ON, CONSENT: ON}, consents=(ASKED,)) == []


def test_the_committee_of_what_begins_or_becomes_another_kind_is_still_to_be_appointed() -> None:
    begun = receive("#new", "bloc", "grassroots_cell", 9)
    papers = {DECISION: ON, ACCEPTANCE: ON, MINUTES: ON}
    [missing] = judged(begun, papers=papers)
    assert (missing.code, missing.rule, missing.source) == (
        ConflictCode.NO_COMMITTEE,
        "R-COM-9",
        "294 16.5",
    )
    assert codes(begun, papers=papers, led=(at("#new"),)) == []
    down = Retype(MeasureKind.DOWNGRADE, (at("court"),), T.AFFILIATED_CELL, at("land"))
    assert codes(down, papers={DECISION: ON}) == [ConflictCode.NO_COMMITTEE]
    by_law = Retype(MeasureKind.RETYPE, (at("court"),), T.GRASSROOTS_COMMITTEE)
    assert codes(by_law, papers={DECISION: ON}) == []


# Seals


HOLIDAYS = Holidays.of(row.value for row in shipped("calendar") if row.key == "calendar.holidays")
THIRTY = resolve(POLICIES, "org.seal_recall_wd", ON)


def limit(days: int) -> Resolved:
    return Resolved(days, f"{days}", Confidence.SURE, ())


def test_seals_are_given_back_by_bodies_of_grassroots_level_and_above() -> None:
    ended = [
        Dissolve(at("branch-1"), shares(rest="land-1")),
        Dissolve(at("branch"), shares(rest="land")),
        absorb("office", "court"),
        EndOperation(at("district")),
    ]
    plan = SMALL.plan(*ended)
    assert set(plan.ended) == {at("branch-1"), at("branch"), at("court"), at("district")}
    assert set(sealed(plan, hierarchy(ON))) == {at("court"), at("district")}
    assert sealed(SMALL.plan(establish("#new", "bloc", "grassroots_cell")), hierarchy(ON)) == []


def test_seals_are_due_on_the_last_working_day_of_the_limit() -> None:
    [due] = seals_due(SMALL.plan(absorb("office", "court")), {at("court"): THIRTY}, HOLIDAYS)
    assert (due.rule, due.value, due.source) == ("R-RS-12", 30, "294 6.3.5")
    assert due.on == date(2023, 8, 11)  # thirty days from Monday 3 July, no holiday between
    assert (due.severity, due.organizations, due.count) == (ConflictSeverity.WARN, (at("court"),), 1)


def test_each_limit_is_told_with_those_whom_it_is_of() -> None:
    limits = {at("court"): limit(30), at("land"): limit(10), at("office"): limit(30)}
    told = list(seals_due(SMALL.plan(absorb("office", "court")), limits, HOLIDAYS))
    assert [(one.value, one.organizations) for one in told] == [
        (10, (at("land"),)),
        (30, (at("court"), at("office"))),
    ]


def test_without_a_calendar_no_day_is_named() -> None:
    [due] = seals_due(SMALL.plan(absorb("office", "court")), {at("court"): THIRTY}, Holidays.of([]))
    assert (due.value, due.on) == (30, None)
