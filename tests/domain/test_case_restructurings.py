"""The acts of 2023 as documents: what they say, and what the register would make of the case by them."""

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from case_documents import Done, Example, head_count, key_of, rows_of

from app.domain.hierarchy import OrganizationType
from app.domain.restructuring.conflicts import ConflictCode, blocking
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.document import MeasureKind
from app.example_documents import begun, named, read_documents

CASE = Path(__file__).parents[2] / "examples" / "haiduong-2023"
DOCUMENTS = read_documents(CASE)
OFFICE, ELECTRICITY, SCHOOLS, CENTER, AGRICULTURE = DOCUMENTS
LAST_DAY = date(2023, 12, 31)
SECTIONAL = {
    OFFICE: ("donre-01", "donre", "30.350.014.001.000", {"01": 24, "02": 12, "03": 19, "04": 13}, 68),
    CENTER: ("health-01", "health", "30.350.021.001.000", {"01": 20, "02": 19, "03": 19}, 58),
}


@cache
def year() -> tuple[Example, dict[str, Done]]:
    """The case after all acts, and each of them as it was planned in its turn."""
    members = rows_of(CASE / "members.csv") + rows_of(CASE / "later" / "university-members.csv")
    example = Example.of(rows_of(CASE / "organizations.csv"), members)
    return example, {name: example.take(document) for name, document in DOCUMENTS.items()}


def code(external_id: str, on: date) -> str | None:
    return year()[0].tree[key_of(external_id)].code.at(on)


def acts() -> dict[str, list[str]]:
    """Rows of the tables of later/acts.md by their first column; new cells by their code."""
    text = (CASE / "later" / "acts.md").read_text(encoding="utf-8")
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return {row[0].strip(" `"): [cell.strip() for cell in row] for row in lines}


# What the documents say


def test_the_script_makes_the_documents_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", CASE / "make_case.py", tmp_path], check=True)
    for name in DOCUMENTS:
        file = Path("restructurings") / f"{name}.json"
        assert (tmp_path / file).read_bytes() == (CASE / file).read_bytes(), name


def test_every_organization_that_a_document_names_is_in_the_files() -> None:
    organizations = {row["external_id"] for row in rows_of(CASE / "organizations.csv")}
    for document in DOCUMENTS.values():
        assert not set(named(document).organizations) - organizations
        assert not named(document).members
        assert not organizations & set(begun(document).values())
    university = [row["external_id"] for row in rows_of(CASE / "later" / "university-organizations.csv")]
    assert list(begun(DOCUMENTS[SCHOOLS]).values()) == university


def test_papers_come_in_their_order_and_those_of_the_page_are_there() -> None:
    page = (CASE / "later" / "acts.md").read_text(encoding="utf-8")
    roles = {name: [paper["role"] for paper in one["decisions"]] for name, one in DOCUMENTS.items()}
    assert roles == {
        OFFICE: ["consent", "decision"],
        ELECTRICITY: ["decision", "acceptance", "minutes"],
        SCHOOLS: ["decision", "acceptance", "minutes"],
        CENTER: ["consent", "decision"],
        AGRICULTURE: ["decision"],
    }
    for name, document in DOCUMENTS.items():
        days = [paper["signed_on"] for paper in document["decisions"]]
        assert days == sorted(days) and days[-1] <= document["effective_on"] == name[:10]
        assert all(paper["number"] in page for paper in document["decisions"])
        assert f"`{name}.json`" in page and document["reason"] and document["legal_basis"]


def test_codes_are_those_of_the_page_and_nobody_bears_two() -> None:
    example, _ = year()
    written = acts()
    told = {key: row[2] for key, row in written.items() if len(row) == 4 and row[2].startswith("30.350.036")}
    assert len(told) == 11
    assert all(code(cell, LAST_DAY) == new for cell, new in told.items())
    college = [code(f"college-{number:02}", LAST_DAY) for number in range(1, 12)]
    assert college == [f"30.350.067.000.{number:03}" for number in range(13, 24)]
    alive = [key for key in example.tree if example.tree.alive(key, LAST_DAY)]
    codes = Counter(example.tree[key].code.at(LAST_DAY) for key in alive)
    assert max(codes.values()) == 1


# What they make of the case


def test_nothing_stops_a_document_and_only_what_the_page_tells_needs_consent() -> None:
    _, done = year()
    for name, one in done.items():
        assert blocking(one.conflicts) == [], name
        asked = [consent.case for consent in one.consents]
        assert asked == (["sectional_committee"] if name in SECTIONAL else [])
        has_consent = any(paper["role"] == "consent" for paper in DOCUMENTS[name]["decisions"])
        assert has_consent == bool(asked)
    repeated = [one for one in done[SCHOOLS].conflicts if one.code is ConflictCode.NAME_REPEATED]
    assert len(repeated) == 5


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_the_bloc_has_66_grassroots_organizations_before_and_after(name: str) -> None:
    plan = year()[1][name].plan
    for tree in (plan.before, plan.after):
        assert len(tree.children(plan.effective_on)[key_of("bloc")]) == 66


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_no_head_is_lost_or_won(name: str) -> None:
    example, done = year()
    plan = done[name].plan
    before = example.recorded(plan)
    assert head_count(plan) == before + plan.received - plan.handed_over
    assert plan.received == (186 if name == SCHOOLS else 0) and plan.handed_over == 0


@pytest.mark.parametrize("name", list(SECTIONAL))
def test_an_upgraded_cell_gives_every_member_to_a_new_cell_by_the_place_of_work(name: str) -> None:
    example, done = year()
    cell, parent, new_code, sizes, together = SECTIONAL[name]
    one, on = done[name], done[name].plan.effective_on
    assert one.moved == {f"{cell}-{number}": size for number, size in sizes.items()}
    assert one.moved.total() == together
    assert (one.plan.after.parent(key_of(cell), on), code(cell, on)) == (key_of(parent), new_code)
    assert one.plan.after.type(key_of(cell), on) is OrganizationType.SECTIONAL_COMMITTEE
    assert one.deciding == {CommitteePart.DECIDES: {parent}, CommitteePart.CONSENTS: {"bloc"}}
    names = {row[1]: (row[0], row[3]) for row in acts().values() if len(row) == 4}
    for number, size in sizes.items():
        key = key_of(f"{cell}-{number}")
        written_name, written_size = names[str(code(f"{cell}-{number}", on))]
        held = example.tree[key].name.at(on)
        assert held is not None and (held.name, str(size)) == (written_name, written_size)


def test_eleven_electricity_cells_of_eleven_districts_come_to_the_company() -> None:
    one = year()[1][ELECTRICITY]
    before, after, on = one.plan.before, one.plan.after, one.plan.effective_on
    (transfer,) = (measure for measure in one.given.measures if measure.kind is MeasureKind.TRANSFER)
    cells = [key for key in transfer.organizations if not isinstance(key, str)]
    assert len(cells) == len({before.parent(key, on) for key in cells}) == 11
    assert {before.type(key, on) for key in cells} == {OrganizationType.GRASSROOTS_CELL}
    assert {after.type(key, on) for key in cells} == {OrganizationType.AFFILIATED_CELL}
    assert {after.parent(key, on) for key in cells} == {key_of("electricity")}
    assert sum(one.plan.own[key].total for key in cells) == 143 and not one.moved
    assert one.deciding == {CommitteePart.DECIDES: {"province"}, CommitteePart.ACCEPTS: {"bloc"}}


def test_the_university_comes_with_twelve_cells_and_the_college_ends_in_it() -> None:
    one = year()[1][SCHOOLS]
    on, university = one.plan.effective_on, key_of("university")
    assert (len(one.plan.begun), one.plan.received, not one.moved) == (13, 186, True)
    assert set(one.plan.ended) == {key_of("college")}
    below = one.plan.after.children(on)[university]
    came = [key for key in below if key in one.plan.before]
    assert (len(below), len(came)) == (23, 11)
    assert sum(one.plan.own[key].total for key in came) == 183
    (edge,) = one.plan.edges
    assert (edge.source, edge.target, edge.share) == (key_of("college"), university, edge.whole)
    received = Counter(
        row["cell"]
        for row in rows_of(CASE / "later" / "university-members.csv")
        if row["valid_from"] == "2023-07-01"
    )
    told = {one["key"][1:]: one["members"] for one in DOCUMENTS[SCHOOLS]["measures"] if "members" in one}
    assert told == {"university": 0} | received


def test_agriculture_reorganizes_its_own_cells_by_its_own_decision() -> None:
    one = year()[1][AGRICULTURE]
    own = {name: one.plan.own[key_of(f"agriculture-{name}")].total for name in ("04", "13", "18")}
    assert own == {"04": 22, "13": 16, "18": 10}
    assert one.moved == {"agriculture-04": 9, "agriculture-18": 10}
    assert set(one.plan.ended) == {key_of("agriculture-05")}
    assert one.deciding == {CommitteePart.DECIDES: {"agriculture"}}


def test_the_year_ends_with_66_grassroots_organizations_and_5600_members() -> None:
    example, _ = year()
    types = (OrganizationType.GRASSROOTS_COMMITTEE, OrganizationType.GRASSROOTS_CELL)
    grassroots = example.under("bloc", LAST_DAY, *types)
    assert len(grassroots) == 66 and {"university", "electricity"} < set(grassroots)
    assert "college" not in grassroots
    sizes = example.sizes(LAST_DAY)
    assert (sizes["bloc"], sizes["province"]) == (5600, 5600)


def test_a_body_that_an_act_ends_or_makes_another_one_meets_no_longer() -> None:
    ends = {"donre-01": "2023-04-01", "college": "2023-07-01", "health-01": "2023-09-01"}
    ends["agriculture-05"] = "2023-10-01"
    with (CASE / "meetings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["month"] < ends.get(row["organization"], "9999")[:7]


def test_documents_are_plain_json_with_line_feeds() -> None:
    for file in (CASE / "restructurings").iterdir():
        text = file.read_bytes().decode("utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
