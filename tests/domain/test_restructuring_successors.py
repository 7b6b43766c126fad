"""An upgrade or a downgrade where the policy asks for a successor: one ends, another one takes its place."""

import pytest
from trees import BEGAN, ON, Grown, T, absorb, at, establish, grow, member, members, part, upgrade

from app.domain.period import Period
from app.domain.restructuring.conflicts import ConflictCode
from app.domain.restructuring.document import (
    Allocation,
    Dissolve,
    Measure,
    MeasureKind,
    Rename,
    Retype,
    Transfer,
    successor_key,
)
from app.domain.restructuring.lineage import LineageKind
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.rolls import Heads

SMALL = grow("""
province provincial
  bloc provincial_agencies_bloc
    health grassroots_committee
      health-1 affiliated_cell 18+2
      health-2 affiliated_cell 15
    town grassroots_committee
      town-1 affiliated_cell 8
      town-2 affiliated_cell 6+1
    farms grassroots_committee
      farms-1 affiliated_cell 40
  direct grassroots_cell 9
""")
SMALL = SMALL.succeeding(*["province", "bloc", "health", "health-1", "health-2", "town"])


def heir(name: str) -> object:
    return at(successor_key(at(name)))


def sound(*measures: Measure, grown: Grown = SMALL) -> Plan:
    """The plan of a document that nothing speaks against."""
    assert grown.found(*measures) == []
    return grown.plan(*measures)


def edges(plan: Plan) -> set[tuple[object, ...]]:
    return {(one.source, one.target, one.kind, one.share, one.whole) for one in plan.edges}


def down(name: str) -> Retype:
    return Retype(MeasureKind.DOWNGRADE, (at(name),), T.GRASSROOTS_CELL)


def test_one_ends_and_another_one_has_its_place_words_roll_and_descent() -> None:
    plan = sound(upgrade("health-2", "grassroots_cell", parent="bloc"))
    old, new = plan.after[at("health-2")], plan.after[heir("health-2")]
    assert old.placement.pieces == ((Period(BEGAN, ON), at("health")),)
    assert (new.placement.pieces, new.type.at(ON)) == (((Period(ON), at("bloc")),), T.GRASSROOTS_CELL)
    assert (old.code.pieces, new.code.pieces) == (
        ((Period(BEGAN, ON), "C-health-2"),),
        ((Period(ON), "C-health-2"),),
    )
    assert new.name.at(ON) == SMALL.tree[at("health-2")].name.at(ON)
    assert plan.own[heir("health-2")] == Heads(15)
    assert plan.cells == plan.defaults == plan.successors == {at("health-2"): heir("health-2")}
    assert edges(plan) == {(at("health-2"), heir("health-2"), LineageKind.HANDED_ON_TO, 1, 1)}
    assert plan.retyped == {}


def test_members_go_where_the_measure_says_and_descent_stays_whole() -> None:
    plan = sound(
        establish("#a", "health-1", "affiliated_cell"),
        establish("#b", "health-1", "affiliated_cell"),
        upgrade(
            "health-1", "sectional_committee", part("#a", named=members("health-1", *range(9))), rest="#b"
        ),
    )
    assert [plan.after.parent(at(name), ON) for name in ("#a", "#b")] == [heir("health-1")] * 2
    assert plan.after.parent(heir("health-1"), ON) == at("health")
    assert (plan.own[at("#a")].total, plan.own[at("#b")].total) == (9, 11)
    assert plan.defaults == {at("health-1"): at("#b")}
    assert edges(plan) == {(at("health-1"), heir("health-1"), LineageKind.HANDED_ON_TO, 1, 1)}


def test_a_rest_that_is_the_organization_itself_is_its_successor() -> None:
    given = part("farms-1", named=members("health-2", 0))
    for rest in ({}, {"rest": "health-2"}, {"rest": successor_key(at("health-2"))}):
        plan = sound(upgrade("health-2", "grassroots_cell", given, parent="bloc", **rest))
        assert (plan.own[heir("health-2")].total, plan.members) == (
            14,
            {member("health-2", 0): at("farms-1")},
        )
        assert plan.defaults == {at("health-2"): heir("health-2")}, "not where the only part goes"


@pytest.mark.parametrize("first", ["downgrade", "merge"])
def test_what_other_measures_bring_to_it_comes_to_its_successor(first: str) -> None:
    measures = [down("town"), absorb("town", "town-1", "town-2")]
    plan = sound(*(measures if first == "downgrade" else reversed(measures)))
    assert plan.own[heir("town")] == Heads(14, 1)
    assert {plan.cells[at(name)] for name in ("town-1", "town-2")} == {heir("town")}
    assert {plan.defaults[at(name)] for name in ("town-1", "town-2")} == {heir("town")}
    assert {target for _, target, *_ in edges(plan)} == {heir("town")}
    assert plan.into == dict.fromkeys(map(at, ("town", "town-1", "town-2")), heir("town"))


def test_an_empty_committee_that_went_into_it_has_gone_into_its_successor() -> None:
    grown = SMALL.beginning("empty", BEGAN, "bloc", "grassroots_committee")
    plan = grown.plan(absorb("town", "empty"), absorb("town", "town-1", "town-2"), down("town"))
    assert (at("empty"), heir("town"), LineageKind.ABSORBED_INTO, 1, 1) in edges(plan)


def test_later_measures_that_name_it_mean_its_successor() -> None:
    plan = sound(
        upgrade("health-2", "grassroots_cell", parent="bloc"),
        Rename(at("health-2"), name="other", code="C-77"),
        Transfer((at("health-2"),), at("province")),
    )
    one = plan.after[heir("health-2")]
    assert (one.placement.at(ON), one.code.at(ON)) == (at("province"), "C-77")
    ended = SMALL.found(upgrade("health-2", "grassroots_cell", parent="bloc"), absorb("health-1", "health-2"))
    assert ConflictCode.BEGUN_AND_ENDED in {one.code for one in ended}


def test_who_gives_children_away_has_gone_where_the_successors_of_these_stand() -> None:
    plan = sound(
        establish("#new", "bloc", "grassroots_committee"),
        Dissolve(at("health"), Allocation(rest="#new")),
        establish("#cell", "health-1", "affiliated_cell"),
        establish("#cell-2", "health-1", "affiliated_cell"),
        upgrade(
            "health-1",
            "sectional_committee",
            part("#cell", named=members("health-1", *range(5))),
            rest="#cell-2",
        ),
    )
    assert {target for source, target, *_ in edges(plan) if source == at("health")} == {at("#new")}
    assert plan.after.parent(heir("health-1"), ON) == at("#new")


def test_the_root_what_is_begun_and_what_the_law_changes_are_kept() -> None:
    plan = SMALL.plan(upgrade("province", "central"))
    assert (plan.ended, plan.after.type(at("province"), ON)) == ({}, T.CENTRAL)
    plan = SMALL.plan(
        establish("#a", "bloc", "grassroots_committee"),
        Retype(MeasureKind.DOWNGRADE, ("#a",), T.GRASSROOTS_CELL),
    )
    assert (plan.ended, plan.after.type(at("#a"), ON)) == ({}, T.GRASSROOTS_CELL)
    plan = SMALL.plan(Retype(MeasureKind.RETYPE, (at("bloc"),), T.SPECIAL_UPPER))
    assert (plan.ended, plan.after.type(at("bloc"), ON)) == ({}, T.SPECIAL_UPPER)
    plan = SMALL.plan(upgrade("bloc", "provincial_agencies_bloc"))
    assert plan.ended == {}, "what it is already is no change"


@pytest.mark.parametrize(
    "measures",
    [
        [upgrade("health-2", "grassroots_cell", parent="bloc")],
        [upgrade("health-2", "grassroots_cell", parent="province")],
        [Retype(MeasureKind.UPGRADE, (at("bloc"),), T.SPECIAL_UPPER)],
        [absorb("town", "town-1", "town-2"), down("town")],
    ],
    ids=["cell", "elsewhere", "bloc", "committee"],
)
def test_the_same_committees_decide_as_where_the_identity_is_kept(measures: list[Measure]) -> None:
    assert SMALL.ends(*measures) == SMALL.succeeding().ends(*measures)
