"""Who decides, accepts and consents: the table of the rules, kind by kind, and the acts of 2023 in miniature."""

from datetime import date
from uuid import UUID

import pytest
from trees import (
    ON,
    Grown,
    T,
    absorb,
    at,
    consolidate,
    establish,
    grow,
    members,
    part,
    receive,
    refer,
    shares,
    upgrade,
)

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

NATION = grow("""
centre central
  province provincial
    bloc provincial_agencies_bloc
      health grassroots_committee
        health-1 affiliated_cell 20
        health-2 affiliated_cell 15
        branch sectional_committee
          branch-1 affiliated_cell 9
          branch-2 affiliated_cell 9
      farms grassroots_committee
        farms-1 affiliated_cell 20
        farms-2 affiliated_cell 12
      court grassroots_cell 9
    district district
      town grassroots_committee
        town-1 affiliated_cell 16
        town-2 affiliated_cell 16
      hamlet grassroots_cell 7
    direct grassroots_cell 12
  coast provincial
    port district
      quay grassroots_cell 9
""")
PROVINCE = grow("""
province provincial
  bloc provincial_agencies_bloc
    health grassroots_committee
      health-1 affiliated_cell 25
      health-2 affiliated_cell 15
    court grassroots_cell 9
    company grassroots_committee
      company-1 affiliated_cell 40
  district district
    branch grassroots_cell 18
  other-district district
    other-branch grassroots_cell 12
""")
NEW_LAW = date(2025, 7, 1)


def move(name: str, to: str, type_: T | None = None) -> Transfer:
    return Transfer((refer(name),), refer(to), type_)


def decides(*names: str) -> set[tuple[UUID, str]]:
    return {(at(name), "decides") for name in names}


def accepts(*names: str) -> set[tuple[UUID, str]]:
    return {(at(name), "accepts") for name in names}


def by(*measures: Measure, grown: Grown = NATION, on: date = ON) -> set[tuple[UUID, str]]:
    return grown.ends(*measures, on=on)


@pytest.mark.parametrize("grown", [NATION, PROVINCE], ids=["national register", "provincial register"])
def test_a_grassroots_organization_between_upper_ones_of_a_province(grown: Grown) -> None:
    assert by(move("court", "district"), grown=grown) == decides("province") | accepts("district")


def test_a_cell_within_its_grassroots_organization() -> None:
    assert by(move("health-1", "branch")) == decides("health")
    assert by(move("branch-1", "health")) == decides("health")


def test_a_cell_to_another_grassroots_organization() -> None:
    assert by(move("health-1", "farms")) == decides("bloc") | accepts("farms")
    assert by(move("branch-1", "town")) == decides("bloc") | accepts("town")


def test_a_sectional_organization_goes_as_a_cell_does() -> None:
    assert by(move("branch", "farms")) == decides("bloc") | accepts("farms")


def test_a_grassroots_organization_within_its_upper_one() -> None:
    grown = NATION.beginning("part", ON.replace(year=2021), "bloc", "special_upper")
    assert by(Rename(at("court"), name="other")) == decides("bloc")
    assert by(move("court", "part"), grown=grown) == decides("bloc") | accepts("part")


def test_a_grassroots_organization_from_directly_under_the_province_and_back() -> None:
    assert by(move("direct", "bloc")) == decides("province") | accepts("bloc")
    assert by(move("court", "province")) == decides("province")


def test_an_upper_organization_within_its_province() -> None:
    assert by(Rename(at("bloc"), name="other")) == decides("province")
    assert by(Retype(MeasureKind.RETYPE, (at("bloc"),), T.SPECIAL_UPPER)) == decides("province")


def test_an_upper_organization_to_another_province() -> None:
    assert by(move("district", "coast")) == decides("province") | accepts("coast")


def test_a_grassroots_organization_to_another_province() -> None:
    assert by(move("court", "port")) == decides("province") | accepts("port")


def test_the_root_records_for_itself() -> None:
    assert by(Rename(at("centre"), name="other")) == decides("centre")
    assert by(Rename(at("province"), name="other")) == decides("centre")
    assert by(Rename(at("province"), name="other"), grown=PROVINCE) == decides("province")


@pytest.mark.parametrize(
    ("parent", "type_", "decider"),
    [
        ("health", "affiliated_cell", "health"),
        ("branch", "affiliated_cell", "health"),
        ("health", "sectional_committee", "health"),
        ("bloc", "grassroots_cell", "bloc"),
        ("bloc", "grassroots_committee", "bloc"),
        ("province", "special_upper", "province"),
        ("centre", "provincial", "centre"),
    ],
)
def test_who_establishes_a_kind_also_ends_it(parent: str, type_: str, decider: str) -> None:
    assert by(establish("#new", parent, type_)) == decides(decider)
    old = NATION.beginning("old", ON.replace(year=2021), parent, type_)
    assert by(EndOperation(at("old")), grown=old) == decides(decider)


def test_what_the_document_begins_has_no_committee_yet() -> None:
    measures = (
        establish("#new", "bloc", "grassroots_committee"),
        establish("#new-1", "#new", "affiliated_cell"),
        move("farms-1", "#new"),
    )
    assert by(*measures) == decides("bloc")
    upper = (establish("#upper", "province", "special_upper"), move("court", "#upper"))
    assert by(*upper) == decides("province")


def test_a_village_cell_under_a_commune_is_the_communes() -> None:
    grown = grow("""
province provincial
  commune commune
    village affiliated_cell 9
  ward commune
""")
    assert by(Rename(at("village"), name="other"), grown=grown, on=NEW_LAW) == decides("commune")
    assert by(move("village", "ward"), grown=grown, on=NEW_LAW) == decides("province") | accepts("ward")


# Mergers, splits, ends


def test_cells_merge_by_their_committee() -> None:
    assert by(absorb("health-1", "health-2")) == decides("health")
    assert by(absorb("health-1", "branch-1")) == decides("health")


def test_a_cell_absorbed_by_one_of_another_grassroots_organization() -> None:
    assert by(absorb("farms-1", "health-1")) == decides("bloc") | accepts("farms")


def test_grassroots_organizations_merge_by_their_upper_one() -> None:
    assert by(absorb("health", "farms")) == decides("bloc")
    measures = (
        establish("#both", "bloc", "grassroots_committee"),
        consolidate("#both", "health", "farms"),
    )
    assert by(*measures) == decides("bloc")


def test_grassroots_organizations_of_two_upper_ones_merge_by_the_province() -> None:
    assert by(absorb("health", "town")) == decides("province") | accepts("bloc")


def test_a_committee_splits_by_who_established_it() -> None:
    measures = (
        establish("#one", "bloc", "grassroots_committee"),
        establish("#two", "bloc", "grassroots_committee"),
        Split(at("farms"), shares(part("#one", "farms-1"), part("#two", "farms-2"))),
    )
    assert by(*measures) == decides("bloc")


def test_cells_of_a_dissolved_committee_are_accepted_where_they_go() -> None:
    assert by(Dissolve(at("farms"), shares(rest="health"))) == decides("bloc") | accepts("health")


def test_members_of_a_dissolved_cell_are_accepted_where_they_go() -> None:
    within = Dissolve(at("farms-2"), shares(rest="farms-1"))
    assert by(within) == decides("farms")
    elsewhere = Dissolve(at("farms-2"), shares(part("town-1", named=members("farms-2", 0)), rest="farms-1"))
    assert by(elsewhere) == decides("bloc") | accepts("town")
    assert by(absorb("farms-1", "farms-2", members_to="health-1")) == decides("bloc") | accepts("health")


def test_members_given_away_by_a_cell_that_stays_are_accepted_where_they_go() -> None:
    given = Split(
        at("farms-2"), shares(part("health-1", named=members("farms-2", 0, 1))), source_survives=True
    )
    assert by(given) == decides("bloc") | accepts("health")


# To and from outside


@pytest.mark.parametrize("grown", [NATION, PROVINCE], ids=["national register", "provincial register"])
def test_a_grassroots_organization_comes_by_the_province_and_is_accepted(grown: Grown) -> None:
    measures = (
        receive("#school", "bloc", "grassroots_committee"),
        receive("#school-1", "#school", "affiliated_cell", 20),
    )
    assert by(*measures, grown=grown) == decides("province") | accepts("bloc")
    assert by(HandOver((at("court"),), "elsewhere"), grown=grown) == decides("province")


def test_a_cell_comes_by_the_upper_committee_and_is_accepted_by_the_grassroots_one() -> None:
    assert by(receive("#cell", "health", "affiliated_cell", 9)) == decides("bloc") | accepts("health")
    assert by(HandOver((at("health-1"),), "elsewhere")) == decides("bloc")


def test_an_upper_organization_comes_and_goes_by_the_province_itself() -> None:
    assert by(receive("#upper", "province", "special_upper")) == decides("province")
    assert by(HandOver((at("bloc"),), "elsewhere")) == decides("province")


def test_nobody_below_is_asked_of_what_is_handed_over() -> None:
    assert by(HandOver((at("health"),), "elsewhere")) == decides("province")


# One word for all below


def test_who_decides_above_decides_for_all_below() -> None:
    measures = (
        Rename(at("bloc"), name="other"),
        Rename(at("court"), name="third"),
        absorb("farms-1", "farms-2"),
    )
    assert by(*measures) == decides("province")


def test_two_sides_by_side_each_decide() -> None:
    assert by(absorb("farms-1", "farms-2"), absorb("town-1", "town-2")) == decides("farms", "town")


def test_who_decides_need_not_accept() -> None:
    assert by(move("health-1", "farms"), Rename(at("farms-1"), name="x")) == decides("bloc") | accepts(
        "farms"
    )
    assert by(move("court", "district"), move("district", "coast")) >= decides("province")


def test_only_whom_the_document_changes_on_its_day_is_asked_about() -> None:
    later = date(2024, 1, 1)
    grown = NATION.moving("town-1", later, "farms")
    assert by(absorb("health", "farms"), grown=grown) == decides("bloc")


# The acts of 2023 (F-1 to F-4)


def test_a_cell_becomes_a_sectional_organization_by_its_committee_with_consent_of_the_upper_one() -> None:
    measures = (
        establish("#office", "health-1", "affiliated_cell"),
        establish("#north", "health-1", "affiliated_cell"),
        upgrade(
            "health-1",
            "sectional_committee",
            part("#office", named=members("health-1", *range(10))),
            part("#north", named=members("health-1", *range(10, 25))),
            late_to="#office",
        ),
    )
    assert by(*measures, grown=PROVINCE) == decides("health")
    assert PROVINCE.consenting(*measures) == {at("bloc")}


def test_cells_of_districts_come_to_the_company_by_two_decisions() -> None:
    move_all = Transfer((at("branch"), at("other-branch")), at("company"), T.AFFILIATED_CELL)
    assert by(move_all, grown=PROVINCE) == decides("province") | accepts("bloc")


def test_a_school_is_received_and_absorbs_the_college_by_the_province() -> None:
    measures = (
        receive("#school", "bloc", "grassroots_committee"),
        receive("#school-1", "#school", "affiliated_cell", 20),
        absorb("#school", "health"),
    )
    assert by(*measures, grown=PROVINCE) == decides("province") | accepts("bloc")


def test_a_committee_reorganizes_its_own_cells_alone() -> None:
    measures = (
        absorb("health-2", "branch-1"),
        establish("#seeds", "health", "affiliated_cell"),
        Split(
            at("health-1"), shares(part("#seeds", named=members("health-1", *range(8)))), source_survives=True
        ),
    )
    assert by(*measures) == decides("health")
    assert NATION.consenting(*measures) == set()


def test_a_cell_becomes_a_grassroots_cell_by_the_upper_committee() -> None:
    assert by(upgrade("health-1", "grassroots_cell", parent="bloc"), grown=PROVINCE) == decides("bloc")


def test_a_grassroots_cell_becomes_a_committee_by_the_upper_one() -> None:
    measures = (
        establish("#one", "branch", "affiliated_cell"),
        upgrade("branch", "grassroots_committee", rest="#one"),
    )
    assert by(*measures, grown=PROVINCE) == decides("district")
    assert PROVINCE.consenting(*measures) == {at("district")}


def test_a_bloc_is_repartitioned_by_the_province() -> None:
    grown = grow("""
province provincial
  bloc provincial_agencies_bloc
    health grassroots_committee
      health-1 affiliated_cell 35
    court grassroots_cell 9
""")
    measures = (
        establish("#party", "province", "provincial_party_agencies"),
        establish("#people", "province", "provincial_peoples_committee"),
        Split(at("bloc"), shares(part("#party", "court"), part("#people", "health"))),
    )
    assert by(*measures, grown=grown, on=date(2025, 2, 7)) == decides("province")
