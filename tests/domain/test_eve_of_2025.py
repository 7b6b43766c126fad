"""The files of 2025: the structure on the eve, the acts of March, and the figures they reach."""

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from case_documents import Done, Example, head_count, key_of, rows_of

from app.domain.hierarchy import OrganizationType
from app.domain.restructuring.conflicts import blocking
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.planning import Plan
from app.example_documents import begun, named, read_documents

EXAMPLE = Path(__file__).parents[2] / "examples" / "haiduong-2025"
DOCUMENTS = read_documents(EXAMPLE)
END_OF_THE_BLOC, DEPARTMENTS, HANDED_ON = DOCUMENTS
EVE, FIRST, SECOND = date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 2)
PARTY, PEOPLE = "provincial-party-agencies", "provincial-peoples-committee"
DISSOLVED = [
    "home-affairs",
    "finance",
    "planning",
    "construction",
    "transport",
    "science",
    "agriculture",
    "donre",
    "information",
    "labour",
]
GRASSROOTS = (OrganizationType.GRASSROOTS_COMMITTEE, OrganizationType.GRASSROOTS_CELL)


@cache
def march() -> tuple[Example, dict[str, Done]]:
    """The example after all acts, and each of them as it was planned in its turn."""
    example = Example.of(rows_of(EXAMPLE / "organizations.csv"), rows_of(EXAMPLE / "members.csv"))
    return example, {name: example.take(document) for name, document in DOCUMENTS.items()}


def figures() -> Counter[str]:
    """Every line of the table of figures, from the files and what the documents make of them."""
    example, done = march()
    found: Counter[str] = Counter()
    for row in rows_of(EXAMPLE / "organizations.csv"):
        found["organizations: all"] += 1
        found[f"organizations: {row['type']}"] += 1
    for row in rows_of(EXAMPLE / "members.csv"):
        found["persons in members.csv"] += 1
        found[f"persons in members.csv: {row['standing']}"] += 1
    for name, day in (("28 February", EVE), ("1 March", FIRST), ("2 March", SECOND)):
        sizes = example.sizes(day)
        found[f"upper organizations on {name}"] = len(example.under("province", day))
        found[f"province on {name}: members"] = sizes["province"]
        for label, key in (("Bloc", "bloc"), ("Party agencies", PARTY), ("People's Committee", PEOPLE)):
            if example.tree.alive(key_of(key), day):
                found[f"{label} on {name}: grassroots"] = len(example.under(key, day, *GRASSROOTS))
                found[f"{label} on {name}: members"] = sizes[key]
    for label, parent in (("Provincial Post Office", "post"), ("Department of Health", "health")):
        own = [done[HANDED_ON].plan.own[key] for key in came_to(done[HANDED_ON].plan, parent)]
        found[f"to the {label}: organizations"] = len(own)
        found[f"to the {label}: members"] = sum(heads.total for heads in own)
    for word, of_districts in (("grassroots", "organizations"), ("members", "members")):
        found[f"received by the People's Committee: {word}"] = (
            found[f"People's Committee on 1 March: {word}"]
            + found[f"to the Provincial Post Office: {of_districts}"]
        )
    departments, sizes = done[DEPARTMENTS].plan, example.sizes(EVE)
    found["dissolved: organizations"] = len(departments.ended)
    found["dissolved: members"] = sum(sizes[example.names[key]] for key in departments.ended)
    found["established on 2 March: organizations"] = len(departments.begun)
    gone = {departments.before[key].name.at(FIRST) for key in departments.ended}
    founded = {departments.after[key].name.at(SECOND) for key in departments.begun}
    found["established with the name of a dissolved one"] = len(gone & founded)
    found["members who change cell"] = sum(one.moved.total() for one in done.values())
    return found


def came_to(plan: Plan, parent: str) -> set[UUID]:
    """The organizations that come to stand under another one by a plan."""
    before, after = (tree.children(plan.effective_on)[key_of(parent)] for tree in (plan.before, plan.after))
    return set(after) - set(before)


def table() -> dict[str, int]:
    """The figures that the README states."""
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8").split("## Figures")[1]
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {figure: int(value) for figure, value in lines if value.isdigit()}


def test_the_files_reach_the_figures_of_the_readme() -> None:
    stated, found = table(), figures()
    assert stated == dict(found)


def test_the_counts_are_those_of_the_reports() -> None:
    stated = table()
    reported = {
        "received by the People's Committee: grassroots": 50,
        "received by the People's Committee: members": 5327,
        "to the Provincial Post Office: organizations": 11,
        "to the Provincial Post Office: members": 116,
        "to the Department of Health: organizations": 1,
        "to the Department of Health: members": 13,
        "dissolved: organizations": 10,
        "established on 2 March: organizations": 5,
        "upper organizations on 28 February": 15,
    }
    assert {figure: stated[figure] for figure in reported} == reported


def test_the_script_makes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", EXAMPLE / "make_eve.py", tmp_path], check=True)
    files = ["organizations.csv", "members.csv", *(f"restructurings/{name}.json" for name in DOCUMENTS)]
    for name in files:
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes(), name


def test_parents_stand_before_their_children_and_codes_are_unique() -> None:
    rows = rows_of(EXAMPLE / "organizations.csv")
    known = [""]
    for row in rows:
        assert row["parent"] in known, row["external_id"]
        known.append(row["external_id"])
    assert len({row["code"] for row in rows}) == len(set(known[1:])) == len(rows)


def test_the_eve_is_what_the_acts_of_2023_left() -> None:
    known = {row["external_id"]: row for row in rows_of(EXAMPLE / "organizations.csv")}
    assert (known["donre-01"]["type"], known["health-01"]["type"]) == ("sectional_committee",) * 2
    assert {known[f"donre-01-{number:02}"]["parent"] for number in range(1, 5)} == {"donre-01"}
    assert known["nam-sach-electricity"]["parent"] == "electricity"
    assert known["college-01"]["parent"] == "university"
    assert "agriculture-18" in known and not {"college", "agriculture-05"} & known.keys()


def test_members_stand_in_cells_of_a_size_that_the_rules_allow() -> None:
    example, _ = march()
    sizes = example.sizes(EVE)
    for row in rows_of(EXAMPLE / "organizations.csv"):
        size, key = sizes[row["external_id"]], row["external_id"]
        if row["type"] == "grassroots_cell":
            assert 3 <= size <= 29, key
        elif row["type"] == "grassroots_committee":
            assert size >= 30, key
        elif row["type"] == "affiliated_cell":
            assert (size > 30) == (key in {"general-hospital-08", "clean-water-01"}), key
            assert size >= 3, key


def test_nobody_becomes_official_around_the_acts() -> None:
    for row in rows_of(EXAMPLE / "members.csv"):
        if row["standing"] == "probationary":
            day = row["inducted_on"]
            inducted = date.fromisoformat("-".join(reversed(day.split("/"))))
            assert SECOND < inducted + timedelta(days=365) < date(2025, 12, 31)


def test_every_organization_that_a_document_names_is_in_the_files_or_begun_before() -> None:
    known = {row["external_id"] for row in rows_of(EXAMPLE / "organizations.csv")}
    for document in DOCUMENTS.values():
        assert not set(named(document).organizations) - known
        assert not named(document).members
        assert not known & set(begun(document).values())
        known |= set(begun(document).values())


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_nothing_stops_a_document_and_no_head_is_lost(name: str) -> None:
    example, done = march()
    one = done[name]
    assert blocking(one.conflicts) == [] and one.consents == []
    assert head_count(one.plan) == example.recorded(one.plan)
    assert one.plan.received == one.plan.handed_over == 0
    days = [paper["signed_on"] for paper in DOCUMENTS[name]["decisions"]]
    assert days == sorted(days) and days[-1] <= DOCUMENTS[name]["effective_on"] == name[:10]


def test_the_bloc_ends_on_the_first_day_on_which_no_bloc_has_a_place() -> None:
    example, done = march()
    plan = done[END_OF_THE_BLOC].plan
    assert (example.tree.alive(key_of("bloc"), EVE), example.tree.alive(key_of("bloc"), FIRST)) == (
        True,
        False,
    )
    assert set(plan.ended) == {key_of("bloc")}
    shares = {example.names[edge.target]: (edge.share, edge.whole) for edge in plan.edges}
    assert shares == {PARTY: (617, 5828), PEOPLE: (5211, 5828)}
    assert done[END_OF_THE_BLOC].deciding == {CommitteePart.DECIDES: {"province"}}


def test_ten_departments_end_in_five_that_take_over_all_they_had() -> None:
    example, done = march()
    plan = done[DEPARTMENTS].plan
    assert sorted(example.names[key] for key in plan.ended) == sorted(DISSOLVED)
    for edge in plan.edges:
        assert edge.share == edge.whole
        children = plan.before.children(SECOND)[edge.source]
        assert {plan.after.parent(child, SECOND) for child in children} == {edge.target}
    assert sorted(Counter(edge.target for edge in plan.edges).values()) == [2] * 5
    assert done[DEPARTMENTS].deciding == {CommitteePart.DECIDES: {PEOPLE}}
    office = key_of("donre-01")
    assert example.tree.parent(office, SECOND) == key_of("agriculture-environment")
    assert len(example.tree.children(SECOND)[office]) == 4


def test_twelve_grassroots_cells_become_cells_of_a_committee() -> None:
    one = march()[1][HANDED_ON]
    came = one.plan.retyped
    assert (len(came), len(came_to(one.plan, "post")), len(came_to(one.plan, "health"))) == (12, 11, 1)
    assert {one.plan.after.type(key, SECOND) for key in came} == {OrganizationType.AFFILIATED_CELL}
    districts = {one.plan.before.parent(key, SECOND) for key in came} - {key_of(PEOPLE)}
    assert len(districts) == 11
