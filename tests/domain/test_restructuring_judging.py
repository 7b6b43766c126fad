"""What the rules say of the tree and the rolls that a document leaves, on its day and on all later ones."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from trees import (
    BEGAN,
    HIERARCHIES,
    LATER,
    ON,
    Grown,
    T,
    absorb,
    at,
    establish,
    grow,
    members,
    organization,
    part,
    shares,
)

from app.domain.errors import RuleBroken
from app.domain.hierarchy import DEEPEST
from app.domain.period import Period
from app.domain.restructuring.conflicts import Conflict, ConflictCode, ConflictSeverity, in_order
from app.domain.restructuring.document import (
    Dissolve,
    EndOperation,
    Measure,
    MeasureKind,
    Rename,
    Retype,
    Split,
    Transfer,
)
from app.domain.restructuring.judging import judge_shape, judge_words
from app.domain.restructuring.places import check_places, judge_places
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import Kinship, Link, Tree

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    health grassroots_committee
      health-1 affiliated_cell 20
      health-2 affiliated_cell 15
    farms grassroots_committee
      farms-1 affiliated_cell 12
      farms-2 affiliated_cell 9
    court grassroots_cell 9
    office grassroots_cell 8
  district district
    hamlet grassroots_cell 7
""")
NEW_LAW = date(2025, 7, 1)


def places(*measures: Measure, grown: Grown = SMALL, on: date = ON) -> list[Conflict]:
    plan = grown.plan(*measures, on=on)
    return judge_places(plan.before, plan.after, HIERARCHIES, plan.pointers, on)


def blocked(conflicts: list[Conflict]) -> list[Conflict]:
    return [one for one in conflicts if one.severity is ConflictSeverity.BLOCK]


def retype(name: str, type_: T) -> Retype:
    return Retype(MeasureKind.RETYPE, (at(name),), type_)


# Who may stand under whom (R-ORG-1)


def test_a_link_is_judged_by_the_matrix_of_its_first_day() -> None:
    [one] = blocked(places(Transfer((at("court"),), at("health"))))
    assert (one.code, one.rule, one.on) == (ConflictCode.PLACE_NOT_ALLOWED, "R-ORG-1", ON)
    assert "provincial_agencies_bloc" in one.value
    assert one.source == "DL 10, 21; 24"
    assert one.organizations == (at("court"), at("health"))
    assert one.pointer == "/measures/0/organizations/0"
    assert blocked(places(Transfer((at("court"),), at("health"), T.AFFILIATED_CELL))) == []


def test_village_cells_stand_directly_under_a_commune_only_from_the_new_law_on() -> None:
    communes = grow("""
province provincial
  commune commune
  village-committee grassroots_committee
    village affiliated_cell 9
""")
    move = Transfer((at("village"),), at("commune"))
    [early] = blocked(places(move, grown=communes, on=NEW_LAW - timedelta(days=1)))
    assert early.organizations == (at("village"), at("commune"))
    assert blocked(places(move, grown=communes, on=NEW_LAW)) == []


def test_a_matrix_of_later_days_only_warns() -> None:
    found = places(establish("#new", "district", "grassroots_cell"))
    assert {one.severity for one in found} == {ConflictSeverity.WARN}
    [later] = [one for one in found if one.organizations[0] == at("#new")]
    assert (later.code, later.on) == (ConflictCode.PLACE_NOT_ALLOWED_LATER, NEW_LAW)


def test_only_what_changes_is_judged() -> None:
    assert places() == []
    assert places(Rename(at("court"), name="other")) == []


def test_a_breach_from_before_is_inherited_where_the_document_names_its_organization() -> None:
    wrong = SMALL.moving("court", BEGAN, "health")
    [one] = places(Rename(at("court"), name="other"), grown=wrong)
    assert (one.severity, one.on) == (ConflictSeverity.INHERITED, BEGAN)
    assert places(Rename(at("office"), name="other"), grown=wrong) == []


def test_children_are_judged_where_their_parent_becomes_another_type() -> None:
    found = blocked(places(retype("farms", T.COMMUNE)))
    assert {one.organizations for one in found} == {
        (at("farms"), at("bloc")),
        (at("farms-1"), at("farms")),
        (at("farms-2"), at("farms")),
    }
    assert {one.pointer for one in found} == {"/measures/0/organizations/0"}


def test_delegated_powers_let_a_grassroots_organization_stand_under_another() -> None:
    grown = grow("""
province provincial
  company grassroots_committee
    company-1 affiliated_cell 9
  plant grassroots_committee
    plant-1 affiliated_cell 9
""")
    move = Transfer((at("plant"),), at("company"))
    assert blocked(places(move, grown=grown, on=NEW_LAW))
    powerful = grown.knowing("company", powers=Timeline.since(BEGAN, True))
    assert blocked(places(move, grown=powerful, on=NEW_LAW)) == []
    for_a_time = grown.knowing("company", powers=Timeline(((Period(BEGAN, date(2026, 1, 1)), True),)))
    [lost] = blocked(places(move, grown=for_a_time, on=NEW_LAW))
    assert lost.on == date(2026, 1, 1)
    never = grown.knowing("company", powers=Timeline.since(BEGAN, False))
    assert blocked(places(move, grown=never, on=NEW_LAW))


def test_children_of_whom_loses_its_powers_by_a_move_are_judged() -> None:
    grown = grow("""
province provincial
  upper special_upper
  company grassroots_committee
    company-1 affiliated_cell 9
""").beginning("plant", NEW_LAW, "company", "grassroots_committee")
    grown = grown.knowing("company", powers=Timeline.since(BEGAN, True))
    [one] = blocked(places(Transfer((at("company"),), at("upper")), grown=grown, on=NEW_LAW))
    assert one.organizations == (at("plant"), at("company"))


def test_a_type_stands_at_the_top_only_where_it_may() -> None:
    alone = Tree({at("cell"): organization("cell", "affiliated_cell", None)})
    [one] = judge_places(Tree({}), alone, HIERARCHIES, {at("cell"): "/here"}, BEGAN)
    assert (one.severity, one.pointer, one.organizations) == (ConflictSeverity.BLOCK, "/here", (at("cell"),))


def test_places_of_a_register_alone_are_judged_without_a_plan() -> None:
    after = SMALL.moving("court", LATER, "health").tree
    [one] = blocked(judge_places(SMALL.tree, after, HIERARCHIES, {at("court"): "/parent_id"}, ON))
    assert (one.on, one.pointer) == (LATER, "/parent_id")


def test_a_link_is_known_only_on_days_on_which_both_are_something() -> None:
    tree = SMALL.ending("farms", LATER).tree
    kinship = Kinship(at("farms-1"), at("farms"), T.AFFILIATED_CELL, T.GRASSROOTS_COMMITTEE)
    assert tree.links(at("farms-1")) == [Link(Period(BEGAN, LATER), kinship)]


# The same judge of single acts


def refused(before: Grown, after: Grown) -> str | None:
    try:
        check_places(before.tree, after.tree, HIERARCHIES)
    except RuleBroken as broken:
        assert broken.rule == "R-ORG-1"
        return str(broken.facts["matrix"])
    return None


COMPANY = grow("""
province provincial
  company grassroots_committee
    company-1 affiliated_cell 9
""").beginning("plant", NEW_LAW, "company", "grassroots_committee")


def holding(*periods: Period) -> Grown:
    return COMPANY.knowing("company", powers=Timeline.of((period, True) for period in periods))


def test_powers_are_missed_on_any_day_of_a_link_that_needs_them() -> None:
    held, mid, late = holding(Period(BEGAN)), date(2026, 1, 1), date(2026, 3, 1)
    assert refused(held, holding(Period(NEW_LAW))) is None
    for less in (holding(), holding(Period(BEGAN, mid)), holding(Period(BEGAN, mid), Period(late))):
        assert refused(held, less)
    assert refused(holding(Period(BEGAN, mid)), holding(Period(BEGAN, mid - timedelta(days=1))))


def test_what_was_wrong_before_does_not_stop_an_act() -> None:
    assert refused(holding(), holding(Period(LATER))) is None
    assert refused(holding(), holding()) is None


def placed(*pieces: tuple[Period, str]) -> Grown:
    return SMALL.knowing("court", placement=Timeline.of((period, at(parent)) for period, parent in pieces))


def test_a_link_that_goes_on_longer_is_judged_by_the_matrix_of_its_first_day() -> None:
    known = placed((Period(BEGAN, NEW_LAW), "district"), (Period(NEW_LAW), "province"))
    assert refused(known, placed((Period(BEGAN), "district"))) is None


def test_what_is_left_of_a_link_that_is_cut_in_two_begins_anew() -> None:
    away, before_the_law = Period(ON, LATER), Period(LATER)
    left = placed((Period(BEGAN, ON), "bloc"), (away, "district"), (before_the_law, "bloc"))
    assert refused(SMALL, left) is None
    away, after_the_law = Period(ON, date(2025, 8, 1)), Period(date(2025, 8, 1))
    left = placed((Period(BEGAN, ON), "bloc"), (away, "district"), (after_the_law, "bloc"))
    assert refused(SMALL, left)


# The shape of the tree (R-ORG-2)


def shape(*measures: Measure, grown: Grown = SMALL, height: int = 0) -> list[Conflict]:
    plan = grown.plan(*measures)
    return judge_shape(plan, {key: height for key in plan.after})


def test_nothing_stands_under_itself() -> None:
    [one] = shape(Transfer((at("health"),), at("health")))
    assert (one.code, one.on) == (ConflictCode.PLACED_UNDER_ITSELF, ON)
    below = shape(Transfer((at("bloc"),), at("health")))
    assert [one.organizations for one in below] == [(at("bloc"),)]


def test_two_measures_that_make_a_circle_together_are_found() -> None:
    found = shape(Transfer((at("health"),), at("farms")), Transfer((at("farms"),), at("health")))
    assert {one.organizations[0] for one in found} == {at("health"), at("farms")}


def test_a_circle_that_closes_only_later_is_found_on_its_first_day() -> None:
    planned = SMALL.moving("health", LATER, "farms")
    [one] = shape(Transfer((at("farms"),), at("health")), grown=planned)
    assert (one.code, one.organizations, one.on) == (
        ConflictCode.PLACED_UNDER_ITSELF,
        (at("farms"),),
        LATER,
    )


def test_a_circle_over_three_planned_moves_is_found() -> None:
    last = LATER.replace(year=2026)
    planned = SMALL.moving("health", LATER, "farms").moving("farms", last, "court")
    [one] = shape(Transfer((at("court"),), at("health")), grown=planned)
    assert one.on == last


def test_a_survivor_planned_to_stand_under_its_source_is_found() -> None:
    planned = SMALL.moving("health", LATER, "farms")
    found = shape(absorb("health", "farms"), grown=planned)
    assert {one.code for one in found} == {ConflictCode.CHILDREN_LEFT}
    assert found[0].organizations == (at("health"),)


def test_a_tree_is_at_most_so_deep() -> None:
    to = (Transfer((at("court"),), at("farms")),)
    assert shape(*to, height=DEEPEST - 3) == []
    [one] = shape(*to, height=DEEPEST - 2)
    assert (one.code, one.value, one.organizations) == (ConflictCode.TOO_DEEP, DEEPEST, (at("court"),))


@pytest.mark.parametrize("known", ["now", "later", "for a time"])
def test_nothing_is_left_under_what_has_ended(known: str) -> None:
    grown = SMALL
    if known == "later":
        grown = SMALL.moving("court", LATER, "farms")
        grown = grown.moving("farms-1", BEGAN, "health").moving("farms-2", BEGAN, "health")
    if known == "for a time":
        grown = grown.moving("farms-1", LATER, "health").moving("farms-1", date(2025, 1, 1), "farms")
    found = shape(EndOperation(at("farms")), grown=grown)
    [one] = [one for one in found if one.code is ConflictCode.CHILDREN_LEFT]
    left = {"now": {"farms-1", "farms-2"}, "later": {"court"}, "for a time": {"farms-1", "farms-2"}}[known]
    assert set(one.organizations) == set(map(at, left))
    assert one.count == len(left)
    assert one.severity is ConflictSeverity.BLOCK


def test_nothing_is_put_under_what_is_known_to_end() -> None:
    ending = SMALL.ending("office", LATER)
    [one] = shape(establish("#new", "office", "affiliated_cell"), grown=ending)
    known = (ConflictCode.PARENT_ENDS_LATER, (at("office"), at("#new")), LATER)
    assert (one.code, one.organizations, one.on) == known


def test_children_left_before_the_document_are_inherited() -> None:
    wrong = SMALL.ending("farms", LATER)
    [one] = shape(Rename(at("court"), name="other"), grown=wrong)
    known = (ConflictCode.PARENT_ENDS_LATER, ConflictSeverity.INHERITED, 2)
    assert (one.code, one.severity, one.count) == known


# Who is where (R-RS-3, R-ORG-4)


def told(*measures: Measure, grown: Grown = SMALL) -> list[tuple[object, ...]]:
    found = grown.found(*measures)
    return [(one.code, one.organizations, one.count) for one in found]


def test_one_member_without_a_place_stops_a_dissolution() -> None:
    parts = part("farms-1", named=members("farms-2", *range(8)))
    assert told(Dissolve(at("farms-2"), shares(parts))) == [(ConflictCode.MEMBERS_LEFT, (at("farms-2"),), 1)]


def test_an_ended_or_changed_cell_names_where_late_members_go_also_when_it_is_empty() -> None:
    empty = replace(SMALL, heads={**SMALL.heads, at("court"): SMALL.heads[at("bloc")]}, homes={})
    none = (ConflictCode.NO_DEFAULT_DESTINATION, (at("court"),), None)
    assert told(EndOperation(at("court")), grown=empty) == [none]
    assert none in told(retype("court", T.GRASSROOTS_COMMITTEE), grown=empty)
    assert told(Dissolve(at("court"), shares(late_to="office")), grown=empty) == []


def test_members_go_only_where_members_may_be() -> None:
    assert (ConflictCode.HOLDS_NO_MEMBERS, (at("health"),), 9) in told(absorb("health", "court"))
    late = Dissolve(at("court"), shares(part("office", named=members("court", *range(9))), late_to="farms"))
    assert told(late) == [(ConflictCode.HOLDS_NO_MEMBERS, (at("farms"),), None)]


def test_a_new_committee_is_no_place_for_members() -> None:
    new = establish("#new", "bloc", "grassroots_committee")
    found = told(new, Dissolve(at("court"), shares(rest="#new")))
    assert (ConflictCode.HOLDS_NO_MEMBERS, (at("#new"),), 9) in found


def test_members_do_not_come_into_a_cell_known_to_end_or_to_become_a_committee() -> None:
    type_ = SMALL.tree[at("office")].type
    ways = [
        absorb("office", "court"),
        Dissolve(at("court"), shares(part("office", named=members("court", 0)), rest="farms-1")),
    ]
    for grown in (
        SMALL.ending("office", LATER),
        SMALL.knowing("office", type=type_.change(LATER, T.GRASSROOTS_COMMITTEE)),
    ):
        for way in ways:
            [one] = [one for one in grown.found(way) if one.code is ConflictCode.HOLDS_NO_MEMBERS_LATER]
            assert (one.organizations, one.on) == ((at("office"),), LATER)


def test_a_cell_known_to_end_may_stand_by() -> None:
    assert SMALL.ending("hamlet", LATER).found(absorb("office", "court")) == []


def test_defaults_in_a_circle_are_found() -> None:
    measure = Dissolve(
        at("court"), shares(part("office", named=members("court", *range(9))), late_to="court")
    )
    assert told(measure) == [(ConflictCode.HOLDS_NO_MEMBERS, (at("court"),), None)]


# Words (R-ORG-18)


def words(
    *measures: Measure, grown: Grown = SMALL
) -> list[tuple[ConflictCode, ConflictSeverity, set[object]]]:
    found = judge_words(grown.plan(*measures))
    return [(one.code, one.severity, set(one.organizations)) for one in found]


def test_a_code_is_borne_by_one() -> None:
    taken = (ConflictCode.CODE_TAKEN, ConflictSeverity.BLOCK)
    assert words(Rename(at("court"), code="C-office")) == [(*taken, {at("court"), at("office")})]
    assert words(establish("#new", "bloc", "grassroots_cell", code="C-office")) == [
        (*taken, {at("#new"), at("office")})
    ]


def test_the_code_of_whom_the_document_ends_is_free() -> None:
    new = establish("#new", "bloc", "grassroots_cell", code="C-office", name="office")
    assert words(absorb("court", "office"), new) == []


def test_a_code_that_another_is_known_to_bear_later_is_taken() -> None:
    code = SMALL.tree[at("office")].code
    planned = SMALL.knowing("office", code=code.change(LATER, "C-9"))
    assert words(Rename(at("court"), code="C-9"), grown=planned) == [
        (ConflictCode.CODE_TAKEN, ConflictSeverity.BLOCK, {at("court"), at("office")})
    ]
    changing = SMALL.knowing("court", code=SMALL.tree[at("court")].code.change(LATER, "C-8"))
    free = changing.knowing("office", code=code.change(LATER, "C-9"))
    assert words(Rename(at("court"), code="C-9"), grown=free) == []


def test_codes_exchanged_by_one_document_are_free() -> None:
    assert words(Rename(at("court"), code="C-office"), Rename(at("office"), code="C-court")) == []


def test_sisters_of_one_name_are_told_however_they_came_together() -> None:
    repeated = (ConflictCode.NAME_REPEATED, ConflictSeverity.WARN)
    assert words(Rename(at("court"), name="office")) == [(*repeated, {at("court"), at("office")})]
    twin = SMALL.knowing("farms-1", name=SMALL.tree[at("health-1")].name)
    assert words(grown=twin) == []
    assert words(Transfer((at("farms-1"),), at("health")), grown=twin) == [
        (*repeated, {at("farms-1"), at("health-1")})
    ]


def test_two_of_one_name_under_different_parents_are_not_told() -> None:
    assert words(establish("#new", "district", "grassroots_cell", name="court")) == []


# One judge of all


def test_a_verdict_says_all_that_the_judges_say() -> None:
    codes = {
        one.code
        for one in SMALL.verdict(
            Rename(at("nowhere"), name="x"),
            Transfer((at("health"),), at("health")),
            retype("office", T.GRASSROOTS_COMMITTEE),
            Rename(at("hamlet"), code="C-court"),
            establish("#few", "bloc", "grassroots_cell"),
        ).conflicts
    }
    assert codes >= {
        ConflictCode.ORGANIZATION_UNKNOWN,
        ConflictCode.PLACED_UNDER_ITSELF,
        ConflictCode.PLACE_NOT_ALLOWED,
        ConflictCode.MEMBERS_LEFT,
        ConflictCode.NO_DEFAULT_DESTINATION,
        ConflictCode.CODE_TAKEN,
        ConflictCode.BELOW_MINIMUM,
    }


def test_a_child_given_to_itself_is_found() -> None:
    circle = Split(at("health"), shares(part("health-1", "health-1"), rest="health-1"))
    assert ConflictCode.PLACED_UNDER_ITSELF in {one.code for one in SMALL.verdict(circle).conflicts}


def test_conflicts_stand_in_the_order_of_the_document_and_those_that_stop_it_first() -> None:
    def one(pointer: str, severity: ConflictSeverity = ConflictSeverity.BLOCK) -> Conflict:
        return Conflict(ConflictCode.BELOW_MINIMUM, severity, pointer, "R-ORG-10")

    told = one("/decisions", ConflictSeverity.WARN)
    places = ("/measures", "/measures/2", "/measures/2/organizations/9", "/measures/2/organizations/10")
    wanted = [*map(one, places), one("/measures/10"), told]
    assert in_order(reversed(wanted)) == wanted
