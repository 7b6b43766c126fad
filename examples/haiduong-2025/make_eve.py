"""Makes the files of the example: `python make_eve.py [folder]`. The same bytes every run.

Tables, names and drawing are those of `../haiduong-2023`; the structure is what its acts left.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "haiduong-2023"))

from case_members import Member, draw_roll
from case_organizations import Organization
from case_people import Numbers
from eve_organizations import eve
from eve_restructurings import documents
from make_case import ORGANIZATION_COLUMNS, organization_row, rows_of, write, write_document

MEMBER_COLUMNS = (
    "external_id", "full_name", "sex", "birth_date", "home_place", "workplace", "admitted_on", "inducted_on",
    "recognised_on", "cell", "standing", "activity_status", "valid_from",
)  # fmt: skip

DECIDED_2024 = {
    "2024-03-14": 20, "2024-04-12": 20, "2024-05-15": 20, "2024-06-13": 20, "2024-07-12": 20,
    "2024-08-15": 20, "2024-10-15": 20, "2024-11-14": 20,
}  # fmt: skip
"""Decisions on admissions, by day: who is on probation on the eve. None of them ends before the acts."""


def make(folder: Path) -> None:
    """Write organizations, members and acts to the folder."""
    organizations = eve()
    write(folder / "organizations.csv", ORGANIZATION_COLUMNS, map(organization_row, organizations))
    rows = rows_of(roll(organizations))
    write(
        folder / "members.csv",
        MEMBER_COLUMNS,
        [{column: row[column] for column in MEMBER_COLUMNS} for row in rows],
    )
    for name, document in documents(organizations).items():
        write_document(folder / "restructurings" / f"{name}.json", document)


def roll(organizations: list[Organization]) -> list[Member]:
    """Everybody who is in a cell of the Bloc, or of a district post office."""
    cells = [one for one in organizations if one.holds_members]
    return draw_roll(cells, Numbers(), DECIDED_2024, "E")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
