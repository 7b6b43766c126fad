"""A file of 100,000 members of which a hundredth is faulty, beside one that is sound; and one of known persons."""

import csv
from pathlib import Path
from typing import Any

from benchmarks.generate import write_members, write_organizations
from benchmarks.import_members import GOAL, MEMBERS, load, timed
from benchmarks.place import Place, place

EVERY = 100
MOST_MIB = 300


def measure(given: Place) -> list[dict[str, Any]]:
    """Each file into a fresh register, `accept=clean`; then the same persons under other ids into the last one."""
    organizations, sound = given.folder / "organizations.csv", given.folder / "sound.csv"
    write_organizations(organizations, MEMBERS)
    write_members(sound, MEMBERS)
    faulty = _rewritten(sound, given.folder / "faulty.csv", _with_faults)
    unnumbered = _rewritten(sound, given.folder / "unnumbered.csv", _under_other_ids)
    results: list[dict[str, Any]] = []
    for name, path in (("sound", sound), ("1 % faulty", faulty)):
        folder = given.folder / path.stem
        folder.mkdir()
        folder.chmod(0o755)
        with place(folder) as fresh, fresh.client() as client:
            load(client, "organizations", organizations)
            results.append(_row(name, *timed(fresh, client, path, accept="clean")))
            if path is faulty:
                results.append(_row("known persons", *timed(fresh, client, unnumbered, accept="clean")))
    results[1]["measured"] += f"; {results[1]['rate'] / results[0]['rate']:.2f} of the sound file's rate"
    return results


def _row(name: str, answer: dict[str, Any], seconds: float, mib: float) -> dict[str, Any]:
    outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in answer["outcomes"].items() if count)
    return {
        "what": f"import of {answer['rows']:,} members, {name}",
        "measured": f"{answer['rows'] / seconds:,.0f} rows a second ({outcomes}), at most {mib:.0f} MiB",
        "goal": f"≥ {GOAL:,}, ≤ {MOST_MIB} MiB",
        "rate": answer["rows"] / seconds,
        "mib": mib,
    }


def _rewritten(source: Path, path: Path, change: Any) -> Path:
    with (
        source.open(encoding="utf-8", newline="") as read,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.DictReader(read)
        writer = csv.DictWriter(file, rows.fieldnames or [])
        writer.writeheader()
        for number, row in enumerate(rows):
            change(number, row)
            writer.writerow(row)
    return path


def _with_faults(number: int, row: dict[str, str]) -> None:
    """Every hundredth row: an unknown cell, a lost zero, a word that is none, a number twice."""
    if number % EVERY == 0:
        match number // EVERY % 4:
            case 0:
                row["cell"] = "nowhere"
            case 1:
                row["citizen_id"] = row["citizen_id"][1:]
            case 2:
                row["standing"] = "offical"
            case _:
                row["citizen_id"] = f"030{number + 1:09}"


def _under_other_ids(_: int, row: dict[str, str]) -> None:
    row["external_id"] = f"again-{row['external_id']}"
    row["citizen_id"] = row["card_number"] = row["file_number"] = ""
