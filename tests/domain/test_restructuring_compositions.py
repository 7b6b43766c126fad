"""Several measures in one document: they take effect together, and the rules judge what stands after the last."""

from datetime import date

import pytest
from trees import (
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
    members,
    part,
    receive,
    shares,
    upgrade,
)

from app.domain.restructuring.conflicts import ConflictCode, ConflictSeverity
from app.domain.restructuring.document import (
    EndOperation,
    Establish,
    Measure,
    MeasureKind,
    Rename,
    Retype,
    Split,
    Transfer,
)
from app.domain.restructuring.planning import Plan

BLOC_ENDS = date(2025, 2, 7)

CASE = grow("""
province provincial
  bloc provincial_agencies_bloc
    land grassroots_committee
      land-office affiliated_cell 68
      land-2 affiliated_cell 15
    health grassroots_committee
      disease affiliated_cell 58
      health-2 affiliated_cell 9
    electricity grassroots_committee
      electricity-city affiliated_cell 40
    college grassroots_committee
      college-1 affiliated_cell 90
      college-2 affiliated_cell 93
    agriculture grassroots_committee
      agriculture-04 affiliated_cell 13
      agriculture-05 affiliated_cell 9
      agriculture-13 affiliated_cell 26
  chi-linh district
    chi-linh-electricity grassroots_cell 18
    chi-linh-town grassroots_cell 20
  nam-sach district
    nam-sach-electricity grassroots_cell 12
""")


def grassroots(plan: Plan, below: str, on: date = ON) -> int:
    """How many grassroots organizations stand directly under one after the document."""
    types = (T.GRASSROOTS_COMMITTEE, T.GRASSROOTS_CELL)
    return sum(plan.after.type(key, on) in types for key in plan.after.children(on)[at(below)])


def sound(*measures: Measure, grown: Grown = CASE, on: date = ON) -> Plan:
    assert grown.found(*measures, on=on) == []
    return grown.plan(*measures, on=on)


def conserved(plan: Plan, grown: Grown = CASE) -> bool:
    before = sum(heads.total for heads in grown.heads.values())
    return sum(heads.total for heads in plan.own.values()) == before + plan.received - plan.handed_over


def split_up(name: str, number: int, keys: list[str]) -> list[Measure]:
    cells: list[Measure] = [establish(key, name, "affiliated_cell") for key in keys]
    parts = [part(key, named=members(name, *range(i, number, len(keys)))) for i, key in enumerate(keys)]
    return [*cells, upgrade(name, "sectional_committee", *parts, late_to=keys[0])]


# The acts of 2023


def test_two_cells_become_sectional_organizations_with_cells_of_their_own() -> None:
    keys = ["#office", "#city", "#north", "#south"]
    plan = sound(
        *split_up("land-office", 68, keys),
        *split_up("disease", 58, ["#desk", "#epidemics", "#laboratory"]),
    )
    assert grassroots(plan, "bloc") == 5
    assert [plan.own[at(key)].total for key in keys] == [17, 17, 17, 17]
    assert plan.own[at("land-office")].total == 0
    assert plan.after.parent(at("#north"), ON) == at("land-office")
    assert plan.defaults == {at("land-office"): at("#office"), at("disease"): at("#desk")}
    assert conserved(plan)
    assert {one.case for one in CASE.verdict(*split_up("land-office", 68, keys)).consents} == {
        "sectional_committee"
    }


def test_electricity_cells_of_districts_come_under_the_company() -> None:
    cells = ("chi-linh-electricity", "nam-sach-electricity")
    plan = sound(
        Transfer(tuple(map(at, cells)), at("electricity"), T.AFFILIATED_CELL),
        *(Rename(at(name), code=f"E-{name}") for name in cells),
    )
    assert grassroots(plan, "bloc") == 5
    assert grassroots(plan, "chi-linh") == 1
    assert {plan.after.parent(at(name), ON) for name in cells} == {at("electricity")}
    assert plan.own == CASE.plan().own


def test_a_university_is_received_and_the_college_merged_into_it() -> None:
    plan = sound(
        receive("#university", "bloc", "grassroots_committee"),
        receive("#university-1", "#university", "affiliated_cell", 96),
        receive("#university-2", "#university", "affiliated_cell", 90),
        absorb("#university", "college"),
    )
    assert grassroots(plan, "bloc") == 5
    assert plan.received == 186
    assert conserved(plan)
    assert len(plan.after.children(ON)[at("#university")]) == 4
    assert [(one.source, one.target) for one in plan.edges] == [(at("college"), at("#university"))]


def test_a_committee_reorganizes_its_own_cells() -> None:
    away = members("agriculture-13", *range(16, 26))
    plan = sound(
        absorb("agriculture-04", "agriculture-05"),
        Establish(founding("#seeds", "agriculture", "affiliated_cell")),
        Split(at("agriculture-13"), shares(part("#seeds", named=away)), source_survives=True),
    )
    sizes = {name: plan.own[at(name)].total for name in ("agriculture-04", "agriculture-13", "#seeds")}
    assert sizes == {"agriculture-04": 22, "agriculture-13": 16, "#seeds": 10}
    assert conserved(plan)


# The day on which the Bloc ended


def test_the_bloc_ends_and_all_of_it_is_repartitioned() -> None:
    departments = ("land", "health", "agriculture")
    plan = sound(
        establish("#party", "province", "provincial_party_agencies"),
        establish("#people", "province", "provincial_peoples_committee"),
        establish("#environment", "#people", "grassroots_committee", name="agriculture"),
        consolidate("#environment", "land", "agriculture"),
        Split(at("bloc"), shares(part("#party", "college"), rest="#people")),
        on=BLOC_ENDS,
    )
    assert not plan.after.alive(at("bloc"), BLOC_ENDS)
    assert grassroots(plan, "#people", BLOC_ENDS) == 3
    assert grassroots(plan, "#party", BLOC_ENDS) == 1
    assert conserved(plan)
    assert {at(name) for name in departments} - set(plan.ended) == {at("health")}
    shared = {one.target: one.share for one in plan.edges if one.source == at("bloc")}
    assert sum(shared.values()) == sum(
        CASE.facts().rolled[at(name)].total for name in (*departments, "electricity", "college")
    )


def test_the_bloc_may_end_after_its_organizations_were_handed_on_one_by_one() -> None:
    measures = [
        establish("#party", "province", "provincial_party_agencies"),
        establish("#people", "province", "provincial_peoples_committee"),
        Transfer((at("land"), at("health"), at("agriculture"), at("electricity")), at("#people")),
        Transfer((at("college"),), at("#party")),
        EndOperation(at("bloc")),
    ]
    plan = sound(*measures, on=BLOC_ENDS)
    assert {one.target for one in plan.edges} == {at("#party"), at("#people")}
    too_early = [*measures[:2], measures[-1], *measures[2:-1]]
    assert ConflictCode.CHILDREN_LEFT not in {one.code for one in CASE.found(*too_early, on=BLOC_ENDS)}
    assert CASE.found(*measures[:3], measures[-1], on=BLOC_ENDS)[0].code is ConflictCode.CHILDREN_LEFT


def test_a_new_name_may_equal_that_of_a_dissolved_one() -> None:
    told = CASE.verdict(
        establish("#new", "bloc", "grassroots_committee", name="land", code="C-land"),
        consolidate("#new", "land"),
    )
    assert {one.code for one in told.conflicts} == {ConflictCode.PLACE_NOT_ALLOWED_LATER}


# One after the other


def test_members_given_to_a_cell_go_on_with_it() -> None:
    plan = sound(
        Split(at("land-2"), shares(part("health-2", named=members("land-2", 0, 1, 2))), source_survives=True),
        absorb("disease", "health-2"),
    )
    assert plan.own[at("disease")].total == 58 + 9 + 3
    assert plan.own[at("land-2")].total == 12
    assert {plan.members[one] for one in members("land-2", 0, 1, 2)} == {at("disease")}
    assert plan.flows[at("land-2")] == {at("disease"): 3, at("land-2"): 12}
    assert conserved(plan)


def test_the_order_of_measures_says_who_goes_where() -> None:
    give = Split(at("land-2"), shares(part("health-2", named=members("land-2", 0))), source_survives=True)
    first = sound(absorb("land-2", "health-2"))
    assert first.own[at("land-2")].total == 24
    [told] = CASE.plan(absorb("land-2", "health-2"), give).conflicts
    assert told.code is ConflictCode.ENDED_IN_DOCUMENT
    assert CASE.plan(give, absorb("land-2", "health-2")).own[at("land-2")].total == 24


def test_a_member_who_came_by_a_merger_may_be_named_by_a_later_measure() -> None:
    plan = sound(
        absorb("land-2", "health-2"),
        Split(at("land-2"), shares(part("disease", named=members("health-2", 0, 1))), source_survives=True),
    )
    assert plan.flows[at("health-2")] == {at("land-2"): 7, at("disease"): 2}
    assert conserved(plan)


def test_an_upgraded_cell_may_be_divided_again_by_the_same_document() -> None:
    plan = sound(
        *split_up("land-office", 68, ["#a", "#b", "#c"]),
        establish("#other", "land", "sectional_committee"),
        establish("#d", "#other", "affiliated_cell"),
        Split(at("#a"), shares(part("#d", named=members("land-office", 0, 3, 6))), source_survives=True),
        Split(at("land-office"), shares(part("#other", "#c")), source_survives=True),
    )
    assert plan.defaults == {at("land-office"): at("#a")}
    assert plan.after.parent(at("#c"), ON) == at("#other")
    assert plan.own[at("#d")].total == 3


def test_a_type_may_change_before_and_after_a_move() -> None:
    up = Retype(MeasureKind.UPGRADE, (at("land-2"),), T.GRASSROOTS_CELL)
    plan = sound(Transfer((at("land-2"),), at("bloc")), up)
    assert plan.after[at("land-2")] == sound(up, Transfer((at("land-2"),), at("bloc"))).after[at("land-2")]
    assert grassroots(plan, "bloc") == 6


def test_a_survivor_moves_with_all_it_took_over() -> None:
    plan = sound(absorb("land", "agriculture"), Transfer((at("land"),), at("chi-linh")))
    assert plan.after.path(at("agriculture-05"), ON) == [
        at(name) for name in ("province", "chi-linh", "land", "agriculture-05")
    ]


@pytest.mark.parametrize("planned", ["move", "end", "begin"])
def test_a_document_of_the_past_meets_what_was_done_later(planned: str) -> None:
    grown = {
        "move": CASE.moving("land-2", LATER, "health"),
        "end": CASE.moving("land-2", LATER, "health").ending("college-1", LATER),
        "begin": CASE.beginning("land-9", LATER, "land", "affiliated_cell"),
    }[planned]
    plan = grown.plan(absorb("agriculture", "land"))
    verdict = grown.verdict(absorb("agriculture", "land"))
    assert not [one for one in verdict.conflicts if one.severity is ConflictSeverity.BLOCK]
    assert plan.after.parent(at("land-office"), LATER) == at("agriculture")
    if planned == "begin":
        assert plan.after.parent(at("land-9"), LATER) == at("agriculture")
    else:
        assert plan.after.parent(at("land-2"), LATER) == at("health")
