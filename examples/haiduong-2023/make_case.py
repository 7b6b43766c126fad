"""Makes the files of the case: `python make_case.py [folder]`. The same bytes every run.

The tables in `source/` say what there is; the figures that the files reach are in README.md.
"""

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from case_committees import SEAT_COLUMNS, seat_rows
from case_meetings import MEETING_COLUMNS, meeting_rows
from case_members import COLUMNS, DECIDED_2022, DECIDED_ELSEWHERE_2022, Member, draw_newcomers, draw_roll
from case_organizations import Organization, province_tree, university_tree
from case_people import Numbers
from case_restructurings import Acts
from case_year import year_of_the_bloc, year_of_the_districts, year_of_the_university

ORGANIZATION_COLUMNS = (
    "external_id", "parent", "code", "type", "name", "name_en", "sector",
    "valid_from", "valid_to", "opened_on",
)  # fmt: skip


def make(folder: Path) -> None:
    """Write organizations, members, seats, meetings and the acts to the folder, those of the university to `later`."""
    province, university = province_tree(), university_tree()
    numbers = Numbers()
    of_bloc = [cell for cell in province if cell.holds_members and cell.district == "hai-duong"]
    of_districts = [cell for cell in province if cell.holds_members and cell.district != "hai-duong"]
    of_university = [cell for cell in university if cell.holds_members]

    bloc = draw_roll(of_bloc, numbers, DECIDED_2022, "M")
    year_of_the_bloc(bloc)
    bloc += draw_newcomers(of_bloc, bloc, numbers, "M")
    forget_birth_dates(bloc)
    districts = draw_roll(of_districts, numbers, DECIDED_ELSEWHERE_2022, "D")
    year_of_the_districts(districts)
    received = draw_roll(of_university, numbers, DECIDED_ELSEWHERE_2022, "U")
    year_of_the_university(received)

    later = folder / "later"
    write(folder / "organizations.csv", ORGANIZATION_COLUMNS, map(organization_row, province))
    write(folder / "members.csv", COLUMNS, rows_of(bloc + districts))
    seats = seat_rows(province, bloc)
    write(folder / "seats.csv", SEAT_COLUMNS, seats)
    write(folder / "meetings.csv", MEETING_COLUMNS, meeting_rows(province, bloc, seats))
    write(later / "university-organizations.csv", ORGANIZATION_COLUMNS, map(organization_row, university))
    write(later / "university-members.csv", COLUMNS, rows_of(received))
    acts = Acts(province, university, secretaries(seats, bloc))
    for name, document in acts.documents().items():
        write_document(folder / "restructurings" / f"{name}.json", document)


def secretaries(seats: list[dict[str, str]], members: list[Member]) -> dict[str, str]:
    """The name of the secretary of each committee that has one."""
    names = {member.external_id: member.person.full_name for member in members}
    return {seat["organization"]: names[seat["member"]] for seat in seats if seat["title"] == "secretary"}


def forget_birth_dates(members: list[Member]) -> None:
    """Four old dossiers say nothing about the day of birth."""
    for member in sorted(members, key=lambda member: member.person.born)[10:14]:
        member.person.birth_date = None


def rows_of(members: list[Member]) -> list[dict[str, str]]:
    return [row for member in members for row in member.rows()]


def organization_row(organization: Organization) -> dict[str, str]:
    own = {column: getattr(organization, column) for column in ORGANIZATION_COLUMNS[:7]}
    return own | {"valid_from": organization.known_from, "valid_to": "", "opened_on": organization.opened_on}


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_document(path: Path, document: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
