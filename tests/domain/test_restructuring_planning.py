"""Each measure alone: what it makes of the tree, of the rolls and of descent, on its day and beyond."""

from dataclasses import replace
from datetime import timedelta

import pytest
from trees import (
    BEGAN,
    LATER,
    ON,
    Grown,
    T,
    absorb,
    at,
    consolidate,
    establish,
    founding,
    grow,
    member,
    members,
    part,
    receive,
    shares,
    upgrade,
)

from app.domain.period import Period
from app.domain.restructuring.conflicts import Conflict, ConflictCode
from app.domain.restructuring.conflicts import ConflictSeverity as Severity
from app.domain.restructuring.document import (
    Dissolve,
    EndOperation,
    HandOver,
    Measure,
    MeasureKind,
    Rename,
    Retype,
    Split,
    Transfer,
)
from app.domain.restructuring.lineage import LineageKind
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import Heads
from app.domain.restructuring.timeline import Timeline
from app.domain.restructuring.tree import ATTRIBUTES, Named

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    health grassroots_committee
      health-1 affiliated_cell 18+2
      health-2 affiliated_cell 15
    farms grassroots_committee
      farms-1 affiliated_cell 12
      farms-2 affiliated_cell 9
      farms-3 affiliated_cell 11
    court grassroots_cell 9
    office grassroots_cell 8
  district district
    hamlet grassroots_cell 7
""")


def place(plan: Plan, name: str) -> object:
    return plan.after.parent(at(name), ON)


def roll(plan: Plan, name: str) -> int:
    return plan.own[at(name)].total


def edges(plan: Plan) -> list[tuple[object, ...]]:
    return [(one.source, one.target, one.kind, one.share, one.whole) for one in plan.edges]


def sound(grown: Grown, *measures: Measure) -> Plan:
    """The plan of a document that nothing speaks against."""
    assert grown.found(*measures) == []
    return grown.plan(*measures)


def only(conflicts: list[Conflict], code: ConflictCode, severity: Severity = Severity.BLOCK) -> Conflict:
    [one] = conflicts
    assert (one.code, one.severity) == (code, severity)
    return one


def test_establish_begins_an_organization_on_the_day_and_for_ever() -> None:
    new = establish("#unit", "bloc", "grassroots_cell", name_en="Unit", code="C-9", sector="agency")
    plan = SMALL.plan(new)
    one = plan.after[at("#unit")]
    assert one.placement.pieces == ((Period(ON), at("bloc")),)
    assert one.type.pieces == ((Period(ON), T.GRASSROOTS_CELL),)
    assert one.name.pieces == ((Period(ON), Named("#unit", "Unit")),)
    assert one.code.pieces == ((Period(ON), "C-9"),)
    assert plan.begun == {at("#unit"): new.founding}
    assert at("#unit") not in plan.before


def test_rename_keeps_what_it_does_not_name() -> None:
    plan = sound(SMALL, Rename(at("court"), name="Tòa án", code="C-77"))
    one = plan.after[at("court")]
    assert one.name.at(ON) == Named("Tòa án", None)
    assert one.code.pieces == ((Period(BEGAN, ON), "C-court"), (Period(ON), "C-77"))
    assert one.placement == plan.before[at("court")].placement
    english = sound(SMALL, Rename(at("court"), name_en="Court"))
    assert english.after[at("court")].name.at(ON) == Named("court", "Court")
    assert english.after[at("court")].code == plan.before[at("court")].code


def test_upgrade_gives_every_member_to_a_new_cell_and_keeps_the_identity() -> None:
    plan = sound(
        SMALL,
        establish("#a", "health-1", "affiliated_cell"),
        establish("#b", "health-1", "affiliated_cell"),
        upgrade(
            "health-1",
            "sectional_committee",
            part("#a", named=members("health-1", *range(4), 19)),
            part("#b", named=members("health-1", *range(4, 10))),
            rest="#b",
        ),
    )
    assert plan.after.type(at("health-1"), ON) is T.SECTIONAL_COMMITTEE
    assert (roll(plan, "health-1"), roll(plan, "#a"), roll(plan, "#b")) == (0, 5, 15)
    assert plan.own[at("#a")] == Heads(4, 1)
    assert plan.cells == {at("health-1"): at("#b")}
    assert plan.members[member("health-1", 0)] == at("#a")
    assert plan.flows[at("health-1")] == {at("#a"): 5, at("#b"): 15}
    assert plan.defaults == {at("health-1"): at("#b")}
    assert plan.retyped == {at("health-1"): MeasureKind.UPGRADE}
    assert place(plan, "#a") == place(plan, "#b") == at("health-1"), "the rest is of members, not of cells"
    assert plan.edges == ()


def test_upgrade_may_bring_an_organization_under_another_one() -> None:
    plan = sound(SMALL, upgrade("health-2", "grassroots_cell", parent="bloc"))
    assert place(plan, "health-2") == at("bloc")
    assert roll(plan, "health-2") == 15
    assert plan.defaults == {}, "it still holds its members"


def test_an_upgraded_cell_that_gives_members_away_and_holds_the_others_has_no_default() -> None:
    given = part("health-1", named=members("health-2", 0, 1))
    plan = sound(SMALL, upgrade("health-2", "grassroots_cell", given, parent="bloc"))
    assert (roll(plan, "health-1"), roll(plan, "health-2")) == (22, 13)
    assert plan.defaults == {}


def test_downgrade_makes_a_committee_the_cell_of_all_its_members() -> None:
    small = grow("""
province provincial
  bloc provincial_agencies_bloc
    town grassroots_committee
      town-1 affiliated_cell 8
      town-2 affiliated_cell 6+1
""")
    down = Retype(MeasureKind.DOWNGRADE, (at("town"),), T.GRASSROOTS_CELL)
    for order in ((down, absorb("town", "town-1", "town-2")), (absorb("town", "town-1", "town-2"), down)):
        plan = sound(small, *order)
        assert plan.after.type(at("town"), ON) is T.GRASSROOTS_CELL
        assert plan.own[at("town")] == Heads(14, 1)
        assert plan.defaults == {at("town-1"): at("town"), at("town-2"): at("town")}
        assert {(one.source, one.target) for one in plan.edges} == {
            (at("town-1"), at("town")),
            (at("town-2"), at("town")),
        }


def test_retype_by_law_moves_nothing() -> None:
    plan = SMALL.plan(Retype(MeasureKind.RETYPE, (at("court"), at("hamlet")), T.AFFILIATED_CELL))
    assert [plan.after.type(at(name), ON) for name in ("court", "hamlet")] == [T.AFFILIATED_CELL] * 2
    assert plan.after[at("court")].placement == plan.before[at("court")].placement
    assert plan.own == SMALL.plan().own


def test_the_same_type_again_is_no_change() -> None:
    plan = sound(SMALL, Retype(MeasureKind.RETYPE, (at("court"),), T.GRASSROOTS_CELL))
    assert plan.retyped == {}
    assert plan.after[at("court")] == plan.before[at("court")]


def test_transfer_brings_many_from_many_parents_under_one_as_another_type() -> None:
    move = Transfer((at("court"), at("hamlet"), at("health-2")), at("farms"), T.AFFILIATED_CELL)
    plan = sound(SMALL, move)
    for name in ("court", "hamlet", "health-2"):
        assert place(plan, name) == at("farms")
        assert plan.after.type(at(name), ON) is T.AFFILIATED_CELL
    assert plan.after[at("court")].placement.pieces == (
        (Period(BEGAN, ON), at("bloc")),
        (Period(ON), at("farms")),
    )
    assert plan.retyped.keys() == {at("court"), at("hamlet")}
    assert plan.cells == plan.members == plan.defaults == {}
    assert plan.edges == ()


def test_delegated_powers_lapse_under_another_superior() -> None:
    grown = SMALL.knowing("health", powers=SMALL.tree[at("health")].placement.since(BEGAN, True))
    assert grown.plan(Transfer((at("health"),), at("district"))).after[at("health")].powers.at(ON) is None
    assert grown.plan(Transfer((at("health"),), at("bloc"))).after[at("health")].powers.at(ON) is True


def test_delegated_powers_lapse_as_a_decision_makes_it_another_type_and_stay_as_the_law_does() -> None:
    grown = SMALL.knowing("health", powers=Timeline.since(BEGAN, True))
    for kind, held in (
        (MeasureKind.UPGRADE, None),
        (MeasureKind.DOWNGRADE, None),
        (MeasureKind.RETYPE, True),
    ):
        powers = grown.plan(Retype(kind, (at("health"),), T.GRASSROOTS_CELL)).after[at("health")].powers
        assert (powers.at(ON - timedelta(days=1)), powers.at(ON)) == (True, held)


def test_receive_brings_members_from_outside() -> None:
    plan = sound(
        SMALL,
        receive("#school", "bloc", "grassroots_committee"),
        receive("#school-1", "#school", "affiliated_cell", 20),
        receive("#school-2", "#school", "affiliated_cell", 15),
    )
    assert plan.received == 35
    assert (roll(plan, "#school-1"), roll(plan, "#school-2")) == (20, 15)
    assert list(plan.begun) == [at("#school"), at("#school-1"), at("#school-2")]


def test_hand_over_takes_a_branch_out_of_the_register_with_all_members() -> None:
    plan = sound(SMALL, HandOver((at("farms"), at("court")), "elsewhere"))
    assert plan.ended == dict.fromkeys(map(at, ("farms-1", "farms-2", "farms-3", "farms", "court")), 0)
    assert plan.handed_over == 12 + 9 + 11 + 9
    assert plan.cells == plan.defaults == dict.fromkeys(map(at, ("farms-1", "farms-2", "farms-3", "court")))
    assert plan.edges == ()
    assert not plan.after.alive(at("farms-2"), ON)


def test_merge_absorb_brings_children_to_the_survivor_and_ends_the_source() -> None:
    plan = sound(SMALL, absorb("health", "farms"))
    assert {place(plan, f"farms-{number}") for number in (1, 2, 3)} == {at("health")}
    assert plan.ended == {at("farms"): 0}
    assert plan.after[at("farms")].placement.pieces == ((Period(BEGAN, ON), at("bloc")),)
    assert plan.after[at("farms")].code.pieces == ((Period(BEGAN, ON), "C-farms"),)
    assert plan.cells == plan.defaults == {}
    assert edges(plan) == [(at("farms"), at("health"), LineageKind.ABSORBED_INTO, 1, 1)]


def test_merge_absorb_of_cells_joins_their_rolls() -> None:
    plan = sound(SMALL, absorb("farms-1", "farms-2", "farms-3"))
    assert roll(plan, "farms-1") == 32
    assert plan.cells == plan.defaults == dict.fromkeys((at("farms-2"), at("farms-3")), at("farms-1"))


def test_members_of_a_merged_cell_may_go_to_another_one() -> None:
    plan = sound(SMALL, absorb("court", "office", members_to="farms-1"))
    assert (roll(plan, "court"), roll(plan, "farms-1")) == (9, 20)
    assert plan.defaults == {at("office"): at("farms-1")}
    assert edges(plan) == [(at("office"), at("court"), LineageKind.ABSORBED_INTO, 1, 1)]


def test_merge_consolidate_ends_all_sources_in_a_new_one() -> None:
    plan = sound(
        SMALL,
        establish("#both", "bloc", "grassroots_committee"),
        consolidate("#both", "health", "farms"),
    )
    assert set(plan.ended) == {at("health"), at("farms")}
    assert plan.after.children(ON)[at("#both")] == [
        at(name) for name in ("health-1", "health-2", "farms-1", "farms-2", "farms-3")
    ]
    assert {one.kind for one in plan.edges} == {LineageKind.CONSOLIDATED_INTO}


def test_split_by_children_ends_the_source_and_tells_the_shares() -> None:
    plan = sound(
        SMALL,
        establish("#crops", "bloc", "grassroots_committee"),
        establish("#fish", "bloc", "grassroots_committee"),
        Split(at("farms"), shares(part("#crops", "farms-1"), part("#fish", "farms-2", "farms-3"))),
    )
    assert place(plan, "farms-1") == at("#crops")
    assert place(plan, "farms-3") == at("#fish")
    assert sorted(edges(plan)) == sorted(
        [
            (at("farms"), at("#crops"), LineageKind.SPLIT_INTO, 12, 32),
            (at("farms"), at("#fish"), LineageKind.SPLIT_INTO, 20, 32),
        ]
    )


def test_split_by_members_with_a_rest() -> None:
    plan = sound(
        SMALL,
        establish("#day", "health", "affiliated_cell"),
        establish("#night", "health", "affiliated_cell"),
        Split(at("health-1"), shares(part("#day", named=members("health-1", 0, 1, 2, 18)), rest="#night")),
    )
    assert plan.own[at("#day")] == Heads(3, 1)
    assert plan.own[at("#night")] == Heads(15, 1)
    assert plan.defaults == {at("health-1"): at("#night")}
    assert {(one.target, one.share) for one in plan.edges} == {(at("#day"), 4), (at("#night"), 16)}


def test_a_source_that_survives_a_split_keeps_what_no_part_takes() -> None:
    plan = sound(
        SMALL,
        establish("#night", "health", "affiliated_cell"),
        Split(
            at("health-1"), shares(part("#night", named=members("health-1", 0, 1, 2))), source_survives=True
        ),
    )
    assert plan.ended == plan.cells == plan.defaults == {}
    assert (roll(plan, "health-1"), roll(plan, "#night")) == (17, 3)
    assert {(one.target, one.share, one.whole) for one in plan.edges} == {
        (at("#night"), 3, 20),
        (at("health-1"), 17, 20),
    }


def test_a_committee_that_survives_a_split_keeps_its_other_cells() -> None:
    plan = sound(
        SMALL,
        establish("#fish", "bloc", "grassroots_committee"),
        Split(at("farms"), shares(part("#fish", "farms-3")), source_survives=True),
    )
    assert place(plan, "farms-2") == at("farms")
    assert {(one.target, one.share) for one in plan.edges} == {(at("#fish"), 11), (at("farms"), 21)}


def test_dissolve_places_every_child_and_member() -> None:
    plan = sound(SMALL, Dissolve(at("farms"), shares(part("health", "farms-1"), rest="health")))
    assert {place(plan, f"farms-{number}") for number in (1, 2, 3)} == {at("health")}
    assert edges(plan) == [(at("farms"), at("health"), LineageKind.DISSOLVED_INTO, 32, 32)]
    cell = sound(
        SMALL,
        Dissolve(at("farms-2"), shares(part("farms-1", named=members("farms-2", 0, 1)), rest="farms-3")),
    )
    assert (roll(cell, "farms-1"), roll(cell, "farms-3")) == (14, 18)
    assert {(one.target, one.share) for one in cell.edges} == {(at("farms-1"), 2), (at("farms-3"), 7)}


def test_end_operation_needs_all_to_be_handed_on_first() -> None:
    left = only(SMALL.found(EndOperation(at("farms"))), ConflictCode.CHILDREN_LEFT)
    assert set(left.organizations) == {at("farms-1"), at("farms-2"), at("farms-3")}
    plan = sound(
        SMALL,
        Transfer((at("farms-1"), at("farms-2"), at("farms-3")), at("health")),
        EndOperation(at("farms")),
    )
    assert plan.ended == {at("farms"): 1}
    assert edges(plan) == [(at("farms"), at("health"), LineageKind.HANDED_ON_TO, 32, 32)]


@pytest.mark.parametrize(
    "measure",
    [
        Split(
            at("farms-1"), shares(part("farms-2", named=members("farms-1", *range(11))), late_to="farms-2")
        ),
        Dissolve(at("farms-1"), shares(late_to="farms-2")),
        upgrade("farms-1", "sectional_committee", late_to="farms-2"),
    ],
    ids=["split", "dissolve", "upgrade"],
)
def test_a_remainder_of_members_is_told(measure: Measure) -> None:
    left = next(one for one in SMALL.found(measure) if one.code is ConflictCode.MEMBERS_LEFT)
    assert left.organizations == (at("farms-1"),)
    assert left.count == (1 if isinstance(measure, Split) else 12)
    assert left.pointer.startswith("/measures/0")


def test_a_remainder_of_children_is_told() -> None:
    for measure in (
        Split(at("farms"), shares(part("health", "farms-1"))),
        Dissolve(at("farms"), shares(part("health", "farms-1"))),
    ):
        left = only(SMALL.found(measure), ConflictCode.CHILDREN_LEFT)
        assert left.count == 2
        assert left.pointer == "/measures/0/organization"


def test_the_rest_of_an_organization_never_goes_below_its_own_child() -> None:
    left = SMALL.found(Dissolve(at("farms"), shares(rest="farms-1")))
    assert ConflictCode.CHILDREN_LEFT in {one.code for one in left}
    plan = SMALL.plan(Dissolve(at("farms"), shares(rest="farms-1")))
    assert place(plan, "farms-2") == at("farms-1")
    assert place(plan, "farms-1") == at("farms")


def test_the_default_is_the_one_destination_there_is() -> None:
    def default(*parts: object, **more: str) -> object:
        return shares(*parts, **more).default

    assert default(part("court")) == at("court")
    assert default(part("court"), part("office")) is None
    assert default(part("court"), part("office"), rest="office") == at("office")
    assert default(part("court"), rest="office", late_to="court") == at("court")
    assert default() is None


def test_defaults_follow_destinations_that_hold_no_members_either() -> None:
    plan = sound(
        SMALL,
        absorb("farms-2", "farms-1"),
        absorb("farms-3", "farms-2"),
        absorb("health-2", "farms-3"),
        Transfer((at("court"),), at("farms"), T.AFFILIATED_CELL),
    )
    assert plan.defaults == dict.fromkeys(map(at, ("farms-1", "farms-2", "farms-3")), at("health-2"))
    assert plan.cells == plan.defaults


def test_a_default_that_leaves_the_register_is_nowhere() -> None:
    plan = SMALL.plan(absorb("farms-2", "farms-1"), HandOver((at("farms"),), "elsewhere"))
    assert plan.defaults == dict.fromkeys(map(at, ("farms-1", "farms-2", "farms-3")))
    assert plan.handed_over == 32


def test_heads_are_counted_wherever_members_go() -> None:
    plan = SMALL.plan(
        absorb("court", "office"),
        HandOver((at("hamlet"),), "elsewhere"),
        receive("#new", "bloc", "grassroots_cell", 5),
    )
    before = sum(heads.total for heads in SMALL.heads.values())
    assert sum(heads.total for heads in plan.own.values()) == before + 5 - 7


def test_what_is_planned_to_come_under_an_ended_organization_comes_under_its_survivor() -> None:
    grown = SMALL.moving("court", LATER, "farms").beginning("farms-9", LATER, "farms", "affiliated_cell")
    plan = grown.plan(absorb("health", "farms"))
    assert plan.after[at("court")].placement.pieces == (
        (Period(BEGAN, LATER), at("bloc")),
        (Period(LATER), at("health")),
    )
    assert plan.after[at("farms-9")].placement.pieces == ((Period(LATER), at("health")),)


def test_a_transfer_holds_up_to_where_another_place_is_known_and_says_so() -> None:
    grown = SMALL.moving("health-2", LATER, "farms")
    plan = grown.plan(Transfer((at("health-2"),), at("district")))
    assert plan.after[at("health-2")].placement.pieces == (
        (Period(BEGAN, ON), at("health")),
        (Period(ON, LATER), at("district")),
        (Period(LATER), at("farms")),
    )
    known = only(list(plan.conflicts), ConflictCode.KNOWN_TO_CHANGE, Severity.WARN)
    assert (known.on, known.pointer) == (LATER, "/measures/0/organizations/0")


@pytest.mark.parametrize(
    ("fact", "value", "measure"),
    [
        ("type", T.AFFILIATED_CELL, Retype(MeasureKind.RETYPE, (at("court"),), T.COMMUNE)),
        ("name", Named("other", None), Rename(at("court"), name="third")),
        ("code", "C-8", Rename(at("court"), code="C-7")),
    ],
)
def test_any_fact_known_to_change_again_is_told(fact: str, value: object, measure: Measure) -> None:
    known = getattr(SMALL.tree[at("court")], fact).change(LATER, value)
    plan = SMALL.knowing("court", **{fact: known}).plan(measure)
    told = only(list(plan.conflicts), ConflictCode.KNOWN_TO_CHANGE, Severity.WARN)
    assert told.on == LATER
    assert getattr(plan.after[at("court")], fact).at(LATER) == value


def test_what_is_known_to_change_or_to_end_later_is_not_ended_before() -> None:
    code = SMALL.tree[at("court")].code
    for grown in (
        SMALL.moving("court", LATER, "district"),
        SMALL.ending("court", LATER),
        SMALL.knowing("court", code=code.change(LATER, "C-9")),
        SMALL.knowing("court", code=code.until(BEGAN).change(LATER, "C-9")),
    ):
        plan = grown.plan(absorb("office", "court"))
        assert only(list(plan.conflicts), ConflictCode.KNOWN_TO_CHANGE).on == LATER


def test_a_document_of_the_past_says_nothing_of_the_days_before_it() -> None:
    plan = SMALL.plan(absorb("health", "farms"), Transfer((at("court"),), at("district")))
    told = [
        period
        for key in plan.before
        for fact in ATTRIBUTES
        for period, _ in getattr(plan.before[key], fact).difference(getattr(plan.after[key], fact))
    ]
    assert told and all(period.start >= ON for period in told)


def test_a_document_of_the_past_takes_along_who_came_meanwhile() -> None:
    meanwhile = LATER
    grown = SMALL.moving("health-1", meanwhile, "farms")
    plan = grown.plan(absorb("health", "farms"))
    assert plan.after[at("health-1")].placement.pieces == ((Period(BEGAN), at("health")),)


def test_a_founding_says_where_its_parent_is_wrong() -> None:
    plan = SMALL.plan(
        replace(establish("#a", "bloc", "grassroots_cell"), founding=founding("#a", "#b", "commune"))
    )
    assert only(list(plan.conflicts), ConflictCode.KEY_UNKNOWN).pointer == "/measures/0/parent"
