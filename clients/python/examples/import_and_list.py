"""Import organizations and members from CSV, look at the errors, list the members of a cell, write a CSV.

    export DANGBO_URL=https://register.example.vn DANGBO_TOKEN=…
    python import_and_list.py organizations.csv members.csv \
        --system our-files --from 2024-01-01 --cell 30.350.021.000.002

A file with errors writes nothing: the errors are put beside it (members.csv → members.errors.csv). The same
files can be imported again and again: what is in the register already is left as it is.
"""

import argparse
import csv
import sys
from pathlib import Path

from dangbo_client import Client, DangboError


def main() -> int:
    given = arguments()
    try:
        with Client() as client:
            for kind, file in (("organizations", given.organizations), ("members", given.members)):
                if not import_file(client, kind, file, given):
                    return 1
            if given.cell and not given.only_look:
                write_members(client, given.cell, given.on, given.output)
    except DangboError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def import_file(client: Client, kind: str, file: Path, given: argparse.Namespace) -> bool:
    """Import one file; False, with the errors beside it, where it is refused."""
    take_in = client.imports.validate if given.only_look else client.imports.apply
    imported = take_in(
        kind, file, system=given.system, effective_on=given.from_, progress=sys.stderr.isatty()
    )
    counts = imported.counts
    print(
        f"{file}: {imported.state}, {imported.rows} rows, {imported.errors} errors, {counts.created} created,"
        f" {counts.changed} changed, {counts.unchanged} unchanged"
    )
    if imported.state != "refused":
        return True
    beside = file.with_suffix(".errors.csv")
    with beside.open("w", encoding="utf-8-sig", newline="") as opened:
        errors = csv.writer(opened)
        errors.writerow(["line", "column", "code", "detail"])
        errors.writerows(
            [one.line, one.column, one.code, one.detail] for one in client.imports.errors(imported.id)
        )
    print(f"Nothing was written. The errors are in {beside}")
    return False


def write_members(client: Client, code: str, on: str | None, output: Path) -> None:
    """The members of a cell on a day, as a CSV file that spreadsheets open."""
    words = client.vocabularies()
    cell = client.organizations.by_code(code, on=on)
    with output.open("w", encoding="utf-8-sig", newline="") as opened:
        members = csv.writer(opened)
        members.writerow(["Họ và tên", "Năm sinh", "Tình trạng đảng viên", "Sinh hoạt"])
        for one in client.members.list(cell=cell.id, on=on):
            standing = words["standing"][one.standing].vi if one.standing else ""
            activity = words["activity_status"][one.activity_status].vi if one.activity_status else ""
            members.writerow([one.full_name, one.birth_year, standing, activity])
    print(f"{cell.name}: {output}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("organizations", type=Path)
    parser.add_argument("members", type=Path)
    parser.add_argument("--system", required=True, help="whose external ids the files hold")
    parser.add_argument(
        "--from", dest="from_", help="the first day of the rows without valid_from, YYYY-MM-DD"
    )
    parser.add_argument("--only-look", action="store_true", help="find the errors, write nothing")
    parser.add_argument("--cell", help="the code of a cell whose members to list")
    parser.add_argument("--on", help="the day of the list, YYYY-MM-DD (today)")
    parser.add_argument("--output", type=Path, default=Path("members-of-cell.csv"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
