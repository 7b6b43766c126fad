"""How many members an organization needs or may have, by the policies as shipped, where a document changes it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from trees import (
    BEGAN,
    HIERARCHIES,
    ON,
    POLICIES,
    Grown,
    T,
    absorb,
    at,
    establish,
    grow,
    members,
    part,
    receive,
    shares,
    upgrade,
)

from app.domain.policy import Combine, PolicyScope
from app.domain.restructuring.conflicts import EXCUSABLE, Conflict, ConflictCode, ConflictSeverity, excuse
from app.domain.restructuring.document import (
    Dissolve,
    HandOver,
    Measure,
    MeasureKind,
    Rename,
    Retype,
    Split,
    Transfer,
)
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.thresholds import KEYS, Consent, Thresholds
from app.domain.restructuring.timeline import Timeline

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      land-1 affiliated_cell 24+1
      land-2 affiliated_cell 20
      land-3 affiliated_cell 6+1
    farms grassroots_committee
      farms-1 affiliated_cell 12
      farms-2 affiliated_cell 13
    court grassroots_cell 20
    office grassroots_cell 9
    tiny grassroots_cell 2
""")
COUNTING = {
    ConflictCode.BELOW_MINIMUM,
    ConflictCode.TOO_MANY_FOR_CELL,
    ConflictCode.TOO_FEW_CELLS,
    ConflictCode.TOO_FEW_FOR_UPPER,
    ConflictCode.NOT_JUDGED,
}


def told(*measures: Measure, grown: Grown = SMALL, **more: Any) -> list[tuple[object, ...]]:
    """What is said of numbers: what, of whom, how grave, how many."""
    found = grown.verdict(*measures, **more).conflicts
    return [
        (one.code, one.organizations[0], one.severity, one.count) for one in found if one.code in COUNTING
    ]


def consents(*measures: Measure, grown: Grown = SMALL, **more: Any) -> list[tuple[object, str]]:
    found = grown.verdict(*measures, **more).consents
    return [(one.organization_id, one.case) for one in found]


def sectional(*keys: str, type_: str = "sectional_committee") -> list[Measure]:
    """The first cell of the land committee becomes a sectional organization with these cells, shared out evenly."""
    parts = [
        part(key, named=members("land-1", *range(number, 25, len(keys)))) for number, key in enumerate(keys)
    ]
    cells = [establish(key, "land-1", "affiliated_cell") for key in keys]
    return [*cells, upgrade("land-1", type_, *parts, late_to=keys[0])]


def test_a_merge_of_two_committees_keeps_the_headcount() -> None:
    two = grow("""
province provincial
  bloc provincial_agencies_bloc
    one grassroots_committee
      one-1 affiliated_cell 20
      one-2 affiliated_cell 20
    other grassroots_committee
      other-1 affiliated_cell 15
      other-2 affiliated_cell 10
""")
    verdict = two.verdict(absorb("one", "other"))
    assert verdict.counted[at("one")].total == 65
    assert verdict.counted[at("bloc")] == two.facts().rolled[at("bloc")]
    assert verdict.conflicts == []
    assert verdict.consents == []
    after = two.plan(absorb("one", "other")).after
    grassroots = [key for key in after if after.type(key, ON) is T.GRASSROOTS_COMMITTEE]
    assert grassroots == [at("one")]


def test_a_sectional_organization_has_at_least_two_cells() -> None:
    assert told(*sectional("#a")) == [
        (ConflictCode.TOO_FEW_CELLS, at("land-1"), ConflictSeverity.BLOCK, 1),
    ]
    assert told(*sectional("#a", "#b")) == []


def test_a_sectional_organization_needs_consent_of_the_committee_above_the_grassroots_one() -> None:
    assert consents(*sectional("#a", "#b")) == [(at("land-1"), "sectional_committee")]
    assert SMALL.consenting(*sectional("#a", "#b")) == {at("bloc")}
    [one] = SMALL.verdict(*sectional("#a", "#b")).consents
    assert one == Consent(at("land-1"), "sectional_committee", True, "DL 21.5")


def test_what_is_called_affiliated_later_is_of_the_sectional_level_and_judged_as_such() -> None:
    later = date(2026, 8, 1)
    one, two = (sectional(*keys, type_="affiliated_committee") for keys in (("#a",), ("#a", "#b")))
    assert (ConflictCode.TOO_FEW_CELLS, at("land-1"), ConflictSeverity.BLOCK, 1) in told(*one, on=later)
    assert not any(code is ConflictCode.TOO_FEW_CELLS for code, *_ in told(*two, on=later))
    assert (at("land-1"), "sectional_committee") in consents(*two, on=later)


def test_a_sectional_organization_that_loses_its_second_cell_is_told() -> None:
    grown = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      branch sectional_committee
        branch-1 affiliated_cell 20
        branch-2 affiliated_cell 15
      land-1 affiliated_cell 9
""")
    few = (ConflictCode.TOO_FEW_CELLS, at("branch"), ConflictSeverity.WARN, 1)
    assert told(absorb("branch-1", "branch-2"), grown=grown) == [few]
    assert told(Transfer((at("branch-2"),), at("land")), grown=grown) == [few]
    assert told(Rename(at("branch"), name="other"), grown=grown) == []
    assert consents(Transfer((at("branch-2"),), at("land")), grown=grown) == []


@pytest.mark.parametrize(("official", "probationary", "enough"), [(2, 5, False), (3, 0, True)])
def test_an_organization_is_begun_with_three_official_members(
    official: int, probationary: int, enough: bool
) -> None:
    grown = grow(f"""
province provincial
  bloc provincial_agencies_bloc
    court grassroots_cell {9 + official}+{probationary}
""")
    new = establish("#new", "bloc", "grassroots_cell")
    named = members("court", *range(official), *range(9 + official, 9 + official + probationary))
    divided = Split(at("court"), shares(part("#new", named=named)), source_survives=True)
    below = (ConflictCode.BELOW_MINIMUM, at("#new"), ConflictSeverity.BLOCK, official)
    assert told(new, divided, grown=grown) == ([] if enough else [below])


def test_an_organization_that_falls_below_three_is_told_and_goes_on() -> None:
    new = establish("#new", "land", "affiliated_cell")
    taken = Split(
        at("land-3"), shares(part("#new", named=members("land-3", 0, 1, 2, 3))), source_survives=True
    )
    assert told(new, taken) == [(ConflictCode.BELOW_MINIMUM, at("land-3"), ConflictSeverity.WARN, 2)]


def test_what_was_too_small_before_and_does_not_shrink_is_not_told() -> None:
    assert told(Rename(at("tiny"), name="other")) == []
    one_more = Dissolve(at("office"), shares(part("tiny", named=members("office", 0)), rest="court"))
    assert not any(one[1] == at("tiny") for one in told(one_more))


def test_a_value_and_its_source_are_said() -> None:
    [one] = SMALL.found(establish("#new", "bloc", "grassroots_cell"))
    assert (one.rule, one.value, one.source, one.pointer) == (
        "R-ORG-10",
        3,
        "DL 21.2; 294 20.2.1",
        "/measures/0",
    )


def test_a_unit_of_thirty_is_no_cell_any_more() -> None:
    assert told(receive("#new", "bloc", "grassroots_cell", 29)) == []
    [many] = told(receive("#new", "bloc", "grassroots_cell", 30))
    assert many == (ConflictCode.TOO_MANY_FOR_CELL, at("#new"), ConflictSeverity.BLOCK, 30)


def test_probationary_members_count_for_the_size_of_a_unit() -> None:
    grown = grow("""
province provincial
  bloc provincial_agencies_bloc
    one grassroots_cell 20
    other grassroots_cell 9+1
""")
    assert told(absorb("one", "other"), grown=grown) == [
        (ConflictCode.TOO_MANY_FOR_CELL, at("one"), ConflictSeverity.WARN, 30)
    ]


def test_a_small_grassroots_committee_needs_consent() -> None:
    assert consents(receive("#new", "bloc", "grassroots_committee", 0)) == [
        (at("#new"), "small_grassroots_committee")
    ]
    assert consents(Transfer((at("land-1"),), at("farms"))) == [(at("land"), "small_grassroots_committee")]
    assert consents(Rename(at("farms"), name="other")) == []


def test_a_large_cell_under_a_committee_needs_consent() -> None:
    large = absorb("land-1", "land-3")
    assert consents(large) == [(at("land-1"), "large_cell")]
    assert SMALL.consenting(large) == {at("bloc")}
    assert consents(absorb("land-2", "land-3")) == []
    assert consents(receive("#new", "land", "affiliated_cell", 30)) == []
    assert consents(receive("#new", "land", "affiliated_cell", 31)) == [(at("#new"), "large_cell")]


def test_a_large_cell_that_was_one_before_needs_no_new_consent() -> None:
    grown = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      land-1 affiliated_cell 40
      land-2 affiliated_cell 20
""")
    assert consents(absorb("land-1", "land-2"), grown=grown) == []
    down = Retype(MeasureKind.DOWNGRADE, (at("land-1"),), T.GRASSROOTS_CELL, at("bloc"))
    assert (ConflictCode.TOO_MANY_FOR_CELL, at("land-1"), ConflictSeverity.BLOCK, 40) in told(
        down, grown=grown
    )


@pytest.mark.parametrize(("number", "enough"), [(499, False), (500, True)])
def test_an_upper_organization_of_a_special_place_is_made_with_five_hundred_members(
    number: int, enough: bool
) -> None:
    grown = grow(f"""
province provincial
  bloc provincial_agencies_bloc
    company grassroots_committee
      company-1 affiliated_cell {number - 250}+200
      company-2 affiliated_cell 50
    court grassroots_cell 9
""")
    few = (ConflictCode.TOO_FEW_FOR_UPPER, at("#new"), ConflictSeverity.BLOCK, number)
    new = establish("#new", "province", "special_upper")
    assert told(new, Transfer((at("company"),), "#new"), grown=grown) == ([] if enough else [few])
    grassroots = Retype(MeasureKind.RETYPE, (at("company-1"), at("company-2")), T.GRASSROOTS_CELL)
    risen = [upgrade("company", "special_upper", parent="province"), grassroots]
    assert told(*risen, grown=grown) == ([] if enough else [(few[0], at("company"), *few[2:])])
    by_law = replace(risen[0], kind=MeasureKind.RETYPE)
    assert told(by_law, grassroots, grown=grown) == []


def test_an_upper_organization_of_a_special_place_that_falls_below_its_number_is_told_once() -> None:
    grown = grow("""
province provincial
  bloc provincial_agencies_bloc
  special special_upper
    plant grassroots_cell 490+1
    yard grassroots_cell 9
    mine grassroots_cell 8
""")
    few = (ConflictCode.TOO_FEW_FOR_UPPER, at("special"), ConflictSeverity.WARN, 499)
    away = Transfer((at("yard"),), at("bloc"))
    assert told(away, grown=grown) == [few]
    smaller = grown.knowing("yard", placement=Timeline.since(BEGAN, at("bloc")))
    assert told(Transfer((at("mine"),), at("bloc")), grown=smaller) == []


def test_what_the_law_makes_another_type_is_no_new_organization() -> None:
    by_law = Retype(MeasureKind.RETYPE, (at("tiny"),), T.AFFILIATED_CELL)
    decided = replace(by_law, kind=MeasureKind.DOWNGRADE)
    assert told(by_law) == []
    assert told(decided) == [(ConflictCode.BELOW_MINIMUM, at("tiny"), ConflictSeverity.BLOCK, 2)]


def test_a_temporary_cell_has_guests_who_are_not_counted() -> None:
    assert told(establish("#guests", "bloc", "temporary_cell")) == []


def test_branches_are_counted_with_what_lies_below_the_slice() -> None:
    facts = SMALL.facts()
    hidden = {at(f"land-{number}") for number in (1, 2, 3)}
    tree = type(facts.tree)({key: facts.tree[key] for key in facts.tree if key not in hidden})
    part_of = replace(facts, tree=tree, heads={key: one for key, one in facts.heads.items() if key in tree})
    plan = replace(
        SMALL.plan(absorb("land", "court", members_to="office")), before=tree, after=tree, own=part_of.heads
    )
    judge = Thresholds(plan, facts.rolled, part_of.heads, frozenset(), POLICIES, HIERARCHIES)
    assert judge.counted[at("land")] == facts.rolled[at("land")] == Heads(50, 2)


@pytest.mark.parametrize(
    "measures",
    [
        [Transfer((at("land-1"),), at("farms"))],
        [absorb("land", "farms")],
        [HandOver((at("land"),), "elsewhere")],
        [*sectional("#a", "#b")],
        [Dissolve(at("court"), shares(rest="office"))],
    ],
)
def test_every_branch_is_counted_as_its_cells_sum_up(measures: list[Measure]) -> None:
    verdict, plan = SMALL.verdict(*measures), SMALL.plan(*measures)
    below = plan.after.children(ON)

    def summed(key: UUID) -> Heads:
        return sum(map(summed, below.get(key, ())), start=plan.own[key])

    for key in plan.after:
        if plan.after.alive(key, ON):
            assert verdict.counted[key] == summed(key)


# Rolls that are not complete


def test_a_branch_whose_roll_is_not_complete_is_not_judged() -> None:
    move = Transfer((at("tiny"),), at("farms"), T.AFFILIATED_CELL)
    assert {one[:3] for one in told(move, incomplete=["tiny", "bloc", "province"])} == {
        (ConflictCode.NOT_JUDGED, at("tiny"), ConflictSeverity.WARN),
        (ConflictCode.NOT_JUDGED, at("farms"), ConflictSeverity.WARN),
    }
    assert consents(absorb("land-1", "land-3"), incomplete=["land-1"]) == []


def test_a_roll_that_is_not_complete_makes_that_incomplete_which_it_comes_into() -> None:
    new = establish("#new", "bloc", "grassroots_cell")
    merged = replace(absorb("#new", "tiny"), kind=MeasureKind.MERGE_CONSOLIDATE)
    [(code, key, *_)] = told(new, merged, incomplete=["tiny", "bloc", "province"])
    assert (code, key) == (ConflictCode.NOT_JUDGED, at("#new"))


def test_cells_are_counted_and_consent_is_asked_also_where_members_are_not_known() -> None:
    unknown = ["land-1", "land", "bloc", "province"]
    assert (ConflictCode.TOO_FEW_CELLS, at("land-1"), ConflictSeverity.BLOCK, 1) in told(
        *sectional("#a"), incomplete=unknown
    )
    assert consents(*sectional("#a", "#b"), incomplete=unknown) == [(at("land-1"), "sectional_committee")]


# Places with rules of their own, and superiors who set them aside


def test_a_place_may_have_a_stricter_rule() -> None:
    [row] = [row for row in POLICIES if row.key == "org.min_official_members"]
    own = replace(
        row,
        id=9_999,
        scope=PolicyScope.ORGANIZATION,
        organization_id=at("bloc"),
        value=8,
        combine=Combine.MAX,
    )
    plan, facts = SMALL.plan(receive("#new", "bloc", "grassroots_cell", 7)), SMALL.facts()
    for rows, number in ((POLICIES, 0), ([*POLICIES, own], 1)):
        judge = Thresholds(plan, facts.rolled, facts.heads, frozenset(), rows, HIERARCHIES)
        assert len(judge.judge()[0]) == number


def test_where_no_policy_speaks_nothing_is_judged() -> None:
    plan, facts = SMALL.plan(establish("#new", "bloc", "grassroots_cell")), SMALL.facts()
    assert Thresholds(plan, facts.rolled, facts.heads, frozenset(), [], HIERARCHIES).judge() == ([], [])


def test_the_policies_that_count_heads_are_shipped() -> None:
    assert set(KEYS) <= {row.key for row in POLICIES}


def test_a_superior_sets_a_count_aside_for_the_organization_it_names() -> None:
    new = establish("#new", "bloc", "grassroots_cell")
    for excused, severity in (
        ([("R-ORG-10", "#new")], ConflictSeverity.WARN),
        ([("R-ORG-10", "court")], ConflictSeverity.BLOCK),
        ([("R-ORG-11", "#new")], ConflictSeverity.BLOCK),
    ):
        [one] = [one for one in SMALL.verdict(new, excused=excused).conflicts if one.code in COUNTING]
        assert (one.severity, one.excused) == (severity, severity is ConflictSeverity.WARN)


@pytest.mark.parametrize("rule", ["R-ORG-1", "R-ORG-2", "R-ORG-4", "R-RS-3", *sorted(EXCUSABLE)])
def test_nobody_sets_the_shape_of_the_tree_aside(rule: str) -> None:
    conflict = Conflict(
        ConflictCode.PLACE_NOT_ALLOWED, ConflictSeverity.BLOCK, "", rule, organizations=(at("x"),)
    )
    [one] = excuse([conflict], frozenset({(rule, at("x"))}))
    assert one.excused == (rule in EXCUSABLE)


def test_a_conflict_of_several_is_set_aside_for_all_or_not() -> None:
    both = (at("x"), at("y"))
    conflict = Conflict(
        ConflictCode.BELOW_MINIMUM, ConflictSeverity.BLOCK, "", "R-ORG-10", organizations=both
    )
    assert excuse([conflict], frozenset({("R-ORG-10", at("x"))})) == [conflict]
    unnamed = replace(conflict, organizations=())
    assert excuse([unnamed], frozenset({("R-ORG-10", at("x"))})) == [unnamed]
