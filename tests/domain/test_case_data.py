"""The files of the case: what they hold, that they obey the rules of 2021, that they reach the figures."""

import csv
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

CASE = Path(__file__).parents[2] / "examples" / "haiduong-2023"
ORGANIZATIONS, UNIVERSITY = "organizations.csv", "later/university-organizations.csv"
MEMBERS, UNIVERSITY_MEMBERS = "members.csv", "later/university-members.csv"
Row = dict[str, str]

ORGANIZATION_COLUMNS = "external_id,parent,code,type,name,name_en,sector,valid_from,valid_to,opened_on"
PERSON_COLUMNS = (
    "full_name,sex,birth_date,home_place,residence,occupation,workplace,general_education,"
    "professional_education,political_theory,youth_union_on,admitted_on,inducted_on,admission_place,introducers"
)
MEMBER_COLUMNS = (
    f"external_id,{PERSON_COLUMNS},recognised_on,recognition_place,citizen_id,card_number,file_number,"
    "cell,standing,activity_status,valid_from,valid_to,exit_reason"
)

# Child type: the types of parent that the rules of 2021 allow; the root has none.
PARENTS_OF_2021 = {
    "provincial": {""},
    "district": {"provincial"},
    "provincial_agencies_bloc": {"provincial"},
    "grassroots_committee": {"provincial_agencies_bloc", "district"},
    "grassroots_cell": {"provincial_agencies_bloc", "district"},
    "affiliated_cell": {"grassroots_committee"},
}
COMMITTEES_BELOW_30 = {"civil-judgment"}
CELLS_ABOVE_30 = {"donre-01", "health-01", "general-hospital-08", "clean-water-01"}
REORGANIZED_CELLS = {"donre-01", "health-01", "agriculture-05", "agriculture-13"}
REAL_NAMES = {"Nguyễn Thanh Sơn", "Nguyễn Hữu Quang", "Lê Doãn Hợp", "Đặng Đình Quý"}
FIRST_DAY, RECEPTION, LAST_DAY = "2023-01-01", "2023-07-01", "2023-12-31"


@cache
def rows(name: str) -> list[Row]:
    with (CASE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def organizations() -> dict[str, Row]:
    return {row["external_id"]: row for row in rows(ORGANIZATIONS) + rows(UNIVERSITY)}


@cache
def members() -> dict[str, list[Row]]:
    """The rows of each member, those of the university's file among them."""
    periods = defaultdict(list)
    for row in rows(MEMBERS) + rows(UNIVERSITY_MEMBERS):
        periods[row["external_id"]].append(row)
    return periods


def path(organization: str) -> list[str]:
    """The organization and all above it, as far as the files say."""
    above = [organization]
    while parent := organizations()[above[-1]]["parent"]:
        above.append(parent)
    return above


def side(member: list[Row]) -> str:
    """Where a member begins: `Bloc`, `districts` or `university`."""
    above = path(member[0]["cell"])
    return "Bloc" if "bloc" in above else "university" if "university" in above else "districts"


def on_roll(day: str, cell: str = "") -> list[Row]:
    """The rows that hold on a day."""
    return [
        row
        for row in rows(MEMBERS) + rows(UNIVERSITY_MEMBERS)
        if row["cell"] and row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])
        if not cell or cell == row["cell"]
    ]


def sizes(day: str) -> Counter[str]:
    """Members of each organization on a day, rolled up."""
    return Counter(above for row in on_roll(day) for above in path(row["cell"]))


def day_of(text: str) -> date:
    """A whole date, as offices write it: `2023-06-30` or `30/06/2023`."""
    return date.fromisoformat("-".join(reversed(text.split("/"))))


def year_of(text: str) -> int:
    return int(text[-4:] if "/" in text else text[:4])


def table_rows(text: str, columns: int) -> list[list[str]]:
    """The rows of all tables with so many columns."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in found if len(row) == columns]


def page(name: str) -> str:
    return (CASE / name).read_text(encoding="utf-8")


def admitted_by_the_bloc(year: int) -> list[Row]:
    """The first rows of those decided on in the year."""
    first = [periods[0] for periods in members().values() if side(periods) == "Bloc"]
    return [row for row in first if day_of(row["admitted_on"]).year == year]


# Organizations


def test_the_files_have_the_agreed_columns_and_are_composed_text_with_line_feeds() -> None:
    for name in (ORGANIZATIONS, MEMBERS, UNIVERSITY, UNIVERSITY_MEMBERS):
        text = (CASE / name).read_bytes().decode("utf-8")
        assert text.splitlines()[0] == (MEMBER_COLUMNS if "members" in name else ORGANIZATION_COLUMNS)
        assert unicodedata.is_normalized("NFC", text)
        assert "\r" not in text and not text.startswith("\ufeff")


def test_every_organization_stands_where_the_rules_of_2021_allow() -> None:
    known: dict[str, str] = {}
    for row in rows(ORGANIZATIONS):
        assert known.get(row["parent"], "") in PARENTS_OF_2021[row["type"]], row["external_id"]
        known[row["external_id"]] = row["type"]
    assert [row["external_id"] for row in rows(ORGANIZATIONS) if not row["parent"]] == ["province"]


def test_codes_ids_and_names_under_one_parent_are_unique() -> None:
    every = rows(ORGANIZATIONS) + rows(UNIVERSITY)
    assert all(re.fullmatch(r"\d\d(\.\d{3}){4}", row["code"]) for row in every)
    assert all(row["name"] and row["name_en"] for row in every)
    assert len(organizations()) == len({row["code"] for row in every}) == len(every)
    assert len({(row["parent"], row["name"]) for row in every}) == len(every)


def test_the_register_knows_the_structure_before_its_rolls_are_complete() -> None:
    for row in rows(ORGANIZATIONS):
        assert (row["valid_from"], row["valid_to"], row["opened_on"]) == ("2020-08-01", "", FIRST_DAY)
    for row in rows(UNIVERSITY):
        assert (row["valid_from"], row["valid_to"], row["opened_on"]) == (RECEPTION, "", RECEPTION)


def test_what_the_newspaper_names_is_there_under_its_own_name() -> None:
    parent = {row["name_en"]: row["parent"] for row in organizations().values()}
    assert parent["Party Committee of the Bloc of Hai Duong Provincial Agencies"] == "province"
    assert parent["Party Committee of Hai Duong Clean Water Trading Joint Stock Company"] == "bloc"
    assert parent["Party Committee of Hai Duong Electricity One Member Co., Ltd."] == "bloc"
    assert parent["Party Committee of the Department of Natural Resources and Environment"] == "bloc"
    assert parent["Party Committee of the Department of Health"] == "bloc"
    assert parent["Party Committee of Hai Duong College"] == "bloc"
    assert parent["Party Committee of Hai Duong University"] == ""
    assert parent["Party Cell of the Hai Duong Provincial Land Registration Office"] == "donre"
    assert parent["Party Cell of the Hai Duong Center for Disease Control"] == "health"


def test_eleven_electricity_cells_stand_under_eleven_districts_and_one_under_the_company() -> None:
    under_districts = [row for row in rows(ORGANIZATIONS) if row["external_id"].endswith("-electricity")]
    assert len({row["parent"] for row in under_districts}) == 11
    assert {row["type"] for row in under_districts} == {"grassroots_cell"}
    (city,) = (row for row in rows(ORGANIZATIONS) if row["name"] == "Chi bộ Điện lực Thành phố Hải Dương")
    assert (city["type"], city["parent"]) == ("affiliated_cell", "electricity")


def test_sectors_are_those_of_the_readme() -> None:
    listed = {row[0] for row in table_rows(page("README.md").split("### Sectors")[1], 3)} - {"id", "---"}
    assert {row["sector"] for row in organizations().values()} - {""} == listed
    without = {row["type"] for row in organizations().values() if not row["sector"]}
    assert without == {"provincial", "district", "provincial_agencies_bloc"}


@pytest.mark.parametrize("day", [FIRST_DAY, RECEPTION, LAST_DAY])
def test_sizes_keep_the_thresholds_but_for_the_documented_exceptions(day: str) -> None:
    size = sizes(day)
    for key, row in organizations().items():
        if row["opened_on"] > day:
            assert size[key] == 0
        elif row["type"] == "grassroots_cell":
            assert 3 <= size[key] <= 29, key
        elif row["type"] == "grassroots_committee":
            assert (size[key] < 30) == (key in COMMITTEES_BELOW_30), key
        elif row["type"] == "affiliated_cell":
            assert (size[key] > 30) == (key in CELLS_ABOVE_30), key


def test_one_cell_alone_falls_below_three_official_members() -> None:
    cells = {row["cell"] for row in on_roll(FIRST_DAY)}
    for day, expected in (("2023-08-13", set()), ("2023-08-14", {"donre-10"}), (LAST_DAY, {"donre-10"})):
        official = Counter(row["cell"] for row in on_roll(day) if row["standing"] == "official")
        assert {cell for cell in cells if official[cell] < 3} == expected


# Memberships


def test_the_rows_of_a_member_stand_together_and_follow_each_other_without_gap_or_overlap() -> None:
    assert rows(MEMBERS) + rows(UNIVERSITY_MEMBERS) == [
        row for member in members().values() for row in member
    ]
    for periods in members().values():
        for earlier, later in pairwise(periods):
            assert earlier["valid_from"] < earlier["valid_to"] == later["valid_from"] <= LAST_DAY
            assert all(earlier[column] == later[column] for column in PERSON_COLUMNS.split(","))
        assert not periods[-1]["valid_to"]


def test_a_membership_begins_on_the_opening_day_or_on_the_day_of_the_ceremony() -> None:
    for first, *_ in members().values():
        if first["valid_from"] != organizations()[first["cell"]]["opened_on"]:
            assert first["valid_from"] == day_of(first["inducted_on"]).isoformat()
            assert (first["standing"], first["activity_status"]) == ("probationary", "active")
            assert day_of(first["admitted_on"]).year == 2023


def test_members_stand_in_cells_and_an_exit_is_the_last_row_without_cell_or_standing() -> None:
    for periods in members().values():
        for place, row in enumerate(periods, start=1):
            if row["exit_reason"]:
                assert place == len(periods) > 1
                assert not row["cell"] and not row["standing"] and not row["activity_status"]
            else:
                assert organizations()[row["cell"]]["type"] in ("affiliated_cell", "grassroots_cell")
                assert row["standing"] and row["activity_status"]


def test_words_are_those_of_the_vocabularies_and_each_is_used() -> None:
    section = page("README.md").split("### Vocabularies")[1].split("###")[0]
    vocabularies = dict(table_rows(section, 2)[1:])
    del vocabularies["---"]
    assert len(vocabularies) == 7
    for column, words in vocabularies.items():
        used = {row[column] for periods in members().values() for row in periods} - {""}
        assert used == set(words.split(", ")), column


def test_a_probationary_member_becomes_official_twelve_months_after_the_ceremony() -> None:
    for row in (row for periods in members().values() for row in periods):
        if row["standing"] == "official":
            inducted, recognised = day_of(row["inducted_on"]), day_of(row["recognised_on"])
            assert (recognised.year, recognised.month) == (inducted.year + 1, inducted.month)
            assert recognised.day == inducted.day or (inducted.month, inducted.day) == (2, 29)
            assert row["recognition_place"] and recognised.isoformat() <= row["valid_from"]
        elif row["standing"] == "probationary":
            assert not row["recognised_on"] and not row["card_number"]
    for earlier, later in (pair for periods in members().values() for pair in pairwise(periods)):
        if (earlier["standing"], later["standing"]) == ("probationary", "official"):
            assert later["valid_from"] == day_of(later["recognised_on"]).isoformat()
    still = [row for row in on_roll(LAST_DAY) if row["standing"] == "probationary"]
    assert {day_of(row["inducted_on"]).year for row in still} == {2023}


# Persons


def test_dates_are_whole_or_partial_and_a_minority_is_written_with_slashes() -> None:
    whole = r"\d{4}-\d\d-\d\d"
    for row in (row for periods in members().values() for row in periods):
        for column in ("admitted_on", "inducted_on", "recognised_on"):
            assert re.fullmatch(rf"{whole}|\d\d/\d\d/\d{{4}}|", row[column])
        for column in ("birth_date", "youth_union_on"):
            assert re.fullmatch(rf"{whole}|(\d\d/)?\d\d/\d{{4}}|\d{{4}}|", row[column])
        assert re.fullmatch(whole, row["valid_from"]) and re.fullmatch(f"{whole}|", row["valid_to"])
    length = Counter(len(first["birth_date"]) for first, *_ in members().values())
    assert (length[len("1958")], length[len("03/1958")], length[0]) == (16, 20, 4)
    slashed = sum("/" in first["admitted_on"] for first, *_ in members().values())
    assert 0.04 < slashed / len(members()) < 0.08


def test_nobody_was_admitted_under_eighteen_and_working_members_are_of_working_age() -> None:
    for row in (first for first, *_ in members().values() if first["birth_date"]):
        born, admitted = year_of(row["birth_date"]), day_of(row["admitted_on"])
        assert 18 <= admitted.year - born <= 60, row["external_id"]
        if len(row["birth_date"]) == len("1958-03-01"):
            assert (admitted - day_of(row["birth_date"])).days > 18 * 365.25
        if row["occupation"] != "Hưu trí" and row["cell"] != "veterans":
            assert 18 <= 2023 - born <= 62, row["external_id"]
        if row["youth_union_on"]:
            assert 14 <= year_of(row["youth_union_on"]) - born <= 17


def test_numbers_are_text_with_leading_zeros_unique_and_sometimes_missing() -> None:
    last = [periods[-1] for periods in members().values()]
    for column, pattern in (
        ("citizen_id", r"0\d{11}"),
        ("card_number", r"0\d{7}"),
        ("file_number", r"0\d{5}"),
    ):
        present = [row[column] for row in last if row[column]]
        assert len(set(present)) == len(present) < len(last)
        assert all(re.fullmatch(pattern, number) for number in present)
    for row in (row for row in last if row["citizen_id"] and row["birth_date"]):
        born = year_of(row["birth_date"])
        century_and_sex = (2 if born >= 2000 else 0) + (row["sex"] == "female")
        assert row["citizen_id"][3:6] == f"{century_and_sex}{born % 100:02}"
    assert Counter(row["citizen_id"][:3] for row in last).most_common(1)[0][0] == "030"


def test_there_are_namesakes_inside_cells_but_nobody_bears_a_name_from_the_newspaper() -> None:
    first = [first for first, *_ in members().values()]
    namesakes = Counter((row["cell"], row["full_name"]) for row in first)
    assert sum(number > 1 for number in namesakes.values()) >= 20
    assert len({(row["cell"], row["full_name"], row["birth_date"]) for row in first}) == len(first)
    assert not REAL_NAMES & {row["full_name"] for row in first}


# Admissions


def test_a_ceremony_follows_its_decision_within_thirty_working_days_in_the_same_half_year() -> None:
    for row in admitted_by_the_bloc(2022) + admitted_by_the_bloc(2023):
        decided, inducted = day_of(row["admitted_on"]), day_of(row["inducted_on"])
        days = [decided + timedelta(days=n + 1) for n in range((inducted - decided).days)]
        assert 0 < sum(day.weekday() < 5 for day in days) <= 30
        assert decided.weekday() < 5 and inducted.weekday() < 5
        assert decided.year == inducted.year and (decided.month <= 6) == (inducted.month <= 6)
        assert row["introducers"].count(";") == 1
    ceremonies = [day_of(row["inducted_on"]) for row in admitted_by_the_bloc(2023)]
    assert max(day for day in ceremonies if day.month <= 6) == date(2023, 6, 30)


def test_admissions_by_organization_are_those_of_the_readme_and_of_the_reports() -> None:
    of_2022, of_2023 = (
        Counter(path(row["cell"])[-3] for row in admitted_by_the_bloc(year)) for year in (2022, 2023)
    )
    reported = {"college": 28, "clean-water": 21, "tax": 11, "culture": 11, "rehabilitation-hospital": 8}
    assert of_2022["agriculture"] == 7 and reported.items() <= of_2022.items()
    assert of_2023.most_common(1) == [("clean-water", 23)]
    section = page("README.md").split("### Admissions by organization")[1]
    table = {
        key: [int(n) for n in numbers] for key, *numbers in table_rows(section, 4) if numbers[0].isdigit()
    }
    others, together = table.pop("all others"), table.pop("together")
    assert all((of_2022[key], of_2023[key]) == (before, now) for key, (before, now, _) in table.items())
    surplus = {key: now - target for key, (_, now, target) in table.items()}
    assert surplus == {"clean-water": 11, "donre": 6, "electricity": 4, "medical-college": -6, "culture": -4}
    sums = [sum(column) for column in zip(others, *table.values(), strict=True)]
    assert sums == together == [of_2022.total(), of_2023.total(), 120] == [139, 126, 120]


def test_only_the_bloc_admits_in_2023() -> None:
    assert {side(m) for m in members().values() if day_of(m[0]["admitted_on"]).year == 2023} == {"Bloc"}


# Acts of later


def test_members_of_cells_that_an_act_empties_or_divides_have_no_change_in_the_year() -> None:
    for periods in members().values():
        if periods[0]["cell"] in REORGANIZED_CELLS:
            assert len(periods) == 1 and periods[0]["valid_from"] == FIRST_DAY


@pytest.mark.parametrize("cell", ["donre-01", "health-01", "agriculture-13"])
def test_the_places_of_work_divide_a_cell_without_remainder(cell: str) -> None:
    section = page("later/acts.md").split(f"### `{cell}`")[1].split("\n#")[0]
    places = Counter(row["workplace"].split(", ")[0] for row in on_roll(LAST_DAY, cell))
    allocation = [row for row in table_rows(section, 4) if row[3].isdigit()]
    for _, _, work_at, number in allocation:
        assert sum(places.pop(place) for place in work_at.split("; ")) == int(number)
    assert not places and len(allocation) >= 2


def test_the_headcounts_of_the_acts_are_those_of_their_days() -> None:
    cells = {
        row[0].strip("`"): int(row[3]) for row in table_rows(page("later/acts.md"), 4) if row[3].isdigit()
    }
    moved = {cell: number for cell, number in cells.items() if cell.endswith("-electricity")}
    assert len(moved) == 11 and moved.items() <= sizes("2023-05-26").items()
    assert {"university": 186, "college": 183}.items() <= sizes(RECEPTION).items()
    assert {"agriculture-04": 13, "agriculture-05": 9}.items() <= sizes("2023-10-01").items()


# Figures


def figures() -> Counter[str]:
    """Every line of the table of figures, counted from the files."""
    found: Counter[str] = Counter()
    for row in rows(ORGANIZATIONS):
        under = "Bloc" if "bloc" in path(row["external_id"]) else "districts"
        is_grassroots_cell = row["type"] == "grassroots_cell"
        found["organizations: all"] += 1
        found[f"organizations: {row['type']}{f' of the {under}' if is_grassroots_cell else ''}"] += 1
        for name in ("1 January", "31 December"):
            found[f"Bloc: grassroots organizations on {name}"] += row["parent"] == "bloc"
    found["persons in members.csv"] = len({row["external_id"] for row in rows(MEMBERS)})
    found["rows in members.csv"] = len(rows(MEMBERS))

    for name, day in (("1 January", FIRST_DAY), ("1 July", RECEPTION), ("31 December", LAST_DAY)):
        for row in on_roll(day):
            for word in ("members", row["standing"], row["activity_status"]):
                found[f"{side([row])} on {name}: {word}"] += 1

    middle, admitting = date(2023, 6, 30), set()
    for row in admitted_by_the_bloc(2023):
        half = "up to" if day_of(row["admitted_on"]) <= middle else "after"
        found["Bloc: admitted by decision in 2023"] += 1
        found[f"Bloc: admitted by decision {half} 30 June 2023"] += 1
        admitting.add(path(row["cell"])[-3])
    found["Bloc: admitted by decision in 2022"] = len(admitted_by_the_bloc(2022))
    found["Bloc: grassroots organizations that admitted nobody in 2023"] = 66 - len(admitting)
    for periods in members().values():
        recognised = year_of(periods[-1]["recognised_on"] or "0000")
        found["Bloc: recognised in 2023"] += recognised == 2023 and side(periods) == "Bloc"
        found[f"exits: {periods[-1]['exit_reason']}"] += 1

    for row in on_roll(LAST_DAY):
        found["Bloc on 31 December with the 11 cells and the university: members"] += 1
        reasons = [row["activity_status"]] if row["activity_status"] in ("exempted", "suspended") else []
        reasons += ["admitted after 30 June"] if day_of(row["admitted_on"]) > middle else []
        assert len(reasons) <= 1
        found[f"of these {reasons[0] if reasons else 'classified'}"] += 1
    return found


def test_the_files_reach_the_figures_of_the_readme() -> None:
    section = page("README.md").split("## Figures")[1].split("###")[0]
    stated = {figure: int(value) for figure, value in table_rows(section, 2) if value.isdigit()}
    found = figures()
    assert stated == {figure: found[figure] for figure in stated}
    assert (len(stated), stated["of these classified"]) == (53, 5471)


def test_the_script_makes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", CASE / "make_case.py", tmp_path], check=True)
    for name in (ORGANIZATIONS, MEMBERS, UNIVERSITY, UNIVERSITY_MEMBERS):
        assert (tmp_path / name).read_bytes() == (CASE / name).read_bytes(), name
