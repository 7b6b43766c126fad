"""What a document names and is not there: each its own conflict, at its own place."""

from uuid import UUID

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
    grow,
    members,
    part,
    refer,
    shares,
    upgrade,
)

from app.domain.restructuring.conflicts import REMEDIES, Conflict, ConflictCode, ConflictSeverity, blocking
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
    names_of,
    references,
)

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
""")
NOBODY_KNOWS = UUID(int=7)


def told(grown: Grown, *measures: Measure) -> list[tuple[ConflictCode, str]]:
    """What planning alone says, and where."""
    return [(one.code, one.pointer) for one in blocking(grown.plan(*measures).conflicts)]


def naming(name: str) -> list[tuple[Measure, str]]:
    """Every measure that can name an organization, with the place where it does."""
    one = refer(name)
    return [
        (establish("#new", name, "grassroots_cell"), "parent"),
        (Rename(one, name="other"), "organization"),
        (Retype(MeasureKind.UPGRADE, (one,), T.GRASSROOTS_CELL), "organization"),
        (Retype(MeasureKind.RETYPE, (one,), T.GRASSROOTS_CELL), "organizations/0"),
        (Retype(MeasureKind.UPGRADE, (at("court"),), T.AFFILIATED_CELL, one), "parent"),
        (Transfer((at("court"), one), at("health")), "organizations/1"),
        (Transfer((at("court"),), one), "to"),
        (HandOver((one,), "elsewhere"), "organizations/0"),
        (absorb("court", name), "sources/0"),
        (absorb(name, "court"), "into"),
        (absorb("office", "court", members_to=name), "members_to"),
        (Split(one, shares(rest="court")), "organization"),
        (Split(at("farms"), shares(part(name))), "parts/0/to"),
        (Split(at("farms"), shares(part("health", name))), "parts/0/children/0"),
        (Dissolve(one, shares()), "organization"),
        (Dissolve(at("farms"), shares(rest=name)), "rest"),
        (Dissolve(at("court"), shares(rest="office", late_to=name)), "late_to"),
        (EndOperation(one), "organization"),
    ]


@pytest.mark.parametrize("number", range(len(naming("x"))))
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nowhere", ConflictCode.ORGANIZATION_UNKNOWN),
        ("#nowhere", ConflictCode.KEY_UNKNOWN),
        ("coming", ConflictCode.ORGANIZATION_NOT_BEGUN),
        ("gone", ConflictCode.ORGANIZATION_ENDED),
    ],
)
def test_what_is_not_there_is_told_where_it_is_named(number: int, name: str, code: ConflictCode) -> None:
    grown = SMALL.beginning("coming", LATER, "bloc", "grassroots_cell")
    grown = grown.beginning("gone", LATER.replace(year=2021), "bloc", "grassroots_cell")
    grown = grown.ending("gone", LATER.replace(year=2022))
    measure, place = naming(name)[number]
    assert (code, f"/measures/0/{place}") in told(grown, measure)


def test_an_organization_of_which_nothing_is_known_any_more_has_ended() -> None:
    grown = SMALL.ending("court", SMALL.tree[at("court")].placement.pieces[0][0].start)
    assert told(grown, Rename(at("court"), name="other")) == [
        (ConflictCode.ORGANIZATION_ENDED, "/measures/0/organization")
    ]


def test_the_day_on_which_it_begins_is_said() -> None:
    grown = SMALL.beginning("coming", LATER, "bloc", "grassroots_cell")
    [one] = grown.plan(Rename(at("coming"), name="other")).conflicts
    assert one.on == LATER


def test_a_local_key_means_only_what_a_measure_before_has_begun() -> None:
    new = establish("#new", "bloc", "grassroots_cell")
    rename = Rename("#new", name="other")
    assert told(SMALL, new, rename) == []
    assert told(SMALL, rename, new) == [(ConflictCode.KEY_UNKNOWN, "/measures/0/organization")]


def test_a_key_is_used_once() -> None:
    new = establish("#new", "bloc", "grassroots_cell")
    assert told(SMALL, new, new) == [(ConflictCode.KEY_REPEATED, "/measures/1/key")]


def test_what_a_measure_has_ended_no_later_one_names() -> None:
    for measure, place in naming("gone"):
        grown = SMALL.beginning("gone", LATER.replace(year=2021), "bloc", "grassroots_cell")
        found = told(grown, absorb("office", "gone"), measure)
        assert (ConflictCode.ENDED_IN_DOCUMENT, f"/measures/1/{place}") in found


@pytest.mark.parametrize(
    "measure",
    [
        Transfer((at("nowhere"), at("court"), at("nothing")), at("health")),
        HandOver((at("nowhere"), at("court"), at("nothing")), "elsewhere"),
        absorb("office", "nowhere", "court", "nothing"),
        Retype(MeasureKind.RETYPE, (at("nowhere"), at("court"), at("nothing")), T.AFFILIATED_CELL),
    ],
    ids=["transfer", "hand over", "merge", "retype"],
)
def test_all_that_are_not_there_are_told_at_once_and_the_others_go(measure: Measure) -> None:
    plan = SMALL.plan(measure)
    assert [one.code for one in plan.conflicts] == [ConflictCode.ORGANIZATION_UNKNOWN] * 2
    assert plan.after[at("court")] != plan.before[at("court")]


@pytest.mark.parametrize(
    ("measure", "place"),
    [
        (absorb("office", "court", "court"), "sources/1"),
        (HandOver((at("court"), at("court")), "elsewhere"), "organizations/1"),
        (HandOver((at("health"), at("health-1")), "elsewhere"), "organizations/1"),
    ],
)
def test_what_is_ended_twice_by_one_measure_is_told(measure: Measure, place: str) -> None:
    assert told(SMALL, measure) == [(ConflictCode.ENDED_IN_DOCUMENT, f"/measures/0/{place}")]


@pytest.mark.parametrize(
    "measure",
    [
        absorb("health", "#new"),
        Split("#new", shares(rest="health")),
        Dissolve("#new", shares(rest="health")),
        EndOperation("#new"),
        HandOver(("#new",), "elsewhere"),
    ],
)
def test_nothing_begins_and_ends_in_one_document(measure: Measure) -> None:
    [(code, _)] = told(SMALL, establish("#new", "bloc", "grassroots_committee"), measure)
    assert code is ConflictCode.BEGUN_AND_ENDED


@pytest.mark.parametrize(
    "measure",
    [
        Transfer((at("province"),), at("bloc")),
        Split(at("province"), shares(rest="bloc")),
        Dissolve(at("province"), shares(rest="bloc")),
        EndOperation(at("province")),
        HandOver((at("province"),), "elsewhere"),
    ],
)
def test_the_root_stays(measure: Measure) -> None:
    assert ConflictCode.ROOT_STAYS in {code for code, _ in told(SMALL, measure)}


def test_a_survivor_is_no_source() -> None:
    assert told(SMALL, absorb("court", "office", "court")) == [
        (ConflictCode.SURVIVOR_AMONG_SOURCES, "/measures/0/sources/1")
    ]


@pytest.mark.parametrize("into", ["health", "health-1"])
def test_nothing_is_merged_into_what_stands_below_it(into: str) -> None:
    found = told(SMALL, absorb(into, "bloc"))
    assert found == [(ConflictCode.PLACED_UNDER_ITSELF, "/measures/0/sources/0")]


def test_a_consolidation_ends_in_what_the_document_begins() -> None:
    assert told(SMALL, consolidate("court", "office")) == [(ConflictCode.INTO_NEW_ONLY, "/measures/0/into")]


def test_a_child_that_stands_elsewhere_is_not_given_away() -> None:
    given = Split(at("farms"), shares(part("health", "farms-1", "health-1", "court"), rest="health"))
    assert told(SMALL, given) == [
        (ConflictCode.CHILD_NOT_THERE, "/measures/0/parts/0/children/1"),
        (ConflictCode.CHILD_NOT_THERE, "/measures/0/parts/0/children/2"),
    ]


@pytest.mark.parametrize("parts", [[["farms-1", "farms-1"]], [["farms-1"], ["farms-1"]]])
def test_a_child_is_given_away_once(parts: list[list[str]]) -> None:
    divided = shares(*(part("health", *children) for children in parts), rest="health")
    [(code, _)] = told(SMALL, Dissolve(at("farms"), divided))
    assert code is ConflictCode.CHILD_NAMED_TWICE


def members_told(*measures: Measure) -> tuple[ConflictCode, str, int | None]:
    [one] = SMALL.plan(*measures).conflicts
    return one.code, one.pointer, one.count


def test_members_are_given_away_where_they_are_and_once() -> None:
    strangers = members("office", 0, 1) | {NOBODY_KNOWS}
    divided = shares(part("office", named=members("court", 0) | strangers), rest="office")
    assert members_told(Dissolve(at("court"), divided)) == (
        ConflictCode.MEMBER_NOT_THERE,
        "/measures/0/parts/0/members",
        3,
    )
    twice = shares(
        part("office", named=members("court", 0, 1)),
        part("farms-1", named=members("court", 1, 2)),
        rest="office",
    )
    assert members_told(Dissolve(at("court"), twice)) == (
        ConflictCode.MEMBER_NAMED_TWICE,
        "/measures/0/parts/1/members",
        1,
    )


def test_an_upgrade_names_the_cells_of_late_members_where_several_could_be_meant() -> None:
    cells = [establish(key, "health-1", "affiliated_cell") for key in ("#a", "#b")]
    first, second = (
        part("#a", named=members("health-1", *range(10))),
        part("#b", named=members("health-1", *range(10, 20))),
    )
    found = SMALL.found(*cells, upgrade("health-1", "sectional_committee", first, second))
    assert [one.code for one in found] == [ConflictCode.NO_DEFAULT_DESTINATION]
    named = upgrade("health-1", "sectional_committee", first, second, late_to="#b")
    assert SMALL.found(*cells, named) == []
    assert SMALL.plan(*cells, named).defaults == {at("health-1"): at("#b")}


@pytest.mark.parametrize(("measure", "place"), naming("named"))
def test_a_document_knows_whom_it_names(measure: Measure, place: str) -> None:
    assert at("named") in references(measure), place
    assert at("named") in names_of([measure])


def test_only_what_is_named_gets_a_place_in_the_document() -> None:
    plan = SMALL.plan(Transfer((at("court"),), at("health")))
    assert plan.pointers == {
        at("health"): "/measures/0/to",
        at("court"): "/measures/0/organizations/0",
    }


def test_what_becomes_another_type_is_found_where_it_does_not_where_it_is_a_parent() -> None:
    begins = establish("#new", "court", "affiliated_cell")
    upgrade = Retype(MeasureKind.UPGRADE, (at("court"),), T.GRASSROOTS_COMMITTEE)
    plan = SMALL.plan(begins, upgrade)
    assert plan.pointers[at("court")] == "/measures/1/organization"


def test_every_conflict_has_a_remedy() -> None:
    assert set(REMEDIES) == set(ConflictCode)


def test_only_what_blocks_stops_a_document() -> None:
    told = [Conflict(ConflictCode.NAME_REPEATED, severity, "", "R-ORG-18") for severity in ConflictSeverity]
    assert [one.severity for one in blocking(told)] == [ConflictSeverity.BLOCK]


def test_what_is_planned_under_a_parent_is_no_child_to_be_named_yet() -> None:
    grown = SMALL.moving("court", LATER, "farms")
    named = Dissolve(at("farms"), shares(part("health", "court"), rest="health"))
    assert told(grown, named) == [(ConflictCode.CHILD_NOT_THERE, "/measures/0/parts/0/children/0")]
    rest = Dissolve(at("farms"), shares(rest="health"))
    assert told(grown, rest) == []
    assert grown.plan(rest).after.parent(at("court"), LATER) == at("health")
    assert grown.plan(rest).after.parent(at("court"), ON) == at("bloc")
