"""Rows a second from a file to the values of its columns, without the database, and the memory that takes."""

import csv
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from app.domain.import_file import batches, encoding_in
from app.domain.imports import FileFormat
from app.services.imports.members import COLUMNS
from benchmarks.generate import write_members
from benchmarks.place import Place

MEMBERS = 100_000
GOAL, MOST_MIB = 3000, 64


def measure(given: Place) -> list[dict[str, Any]]:
    """The same members as CSV and as a workbook, each read in a process of its own."""
    table = given.folder / "reading.csv"
    write_members(table, MEMBERS)
    inline, shared = given.folder / "inline.xlsx", given.folder / "shared.xlsx"
    _write_workbook(table, inline, shared=False)
    _write_workbook(table, shared, shared=True)
    rows = []
    for what, path, form in (
        ("CSV", table, FileFormat.CSV),
        ("XLSX", inline, FileFormat.XLSX),
        ("XLSX, texts shared", shared, FileFormat.XLSX),
    ):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            seconds, mib = process.submit(_read, path, form).result()
        rows.append(
            {
                "what": f"reading {MEMBERS:,} members from {what}",
                "measured": f"{MEMBERS / seconds:,.0f} a second, {mib:.0f} MiB",
                "goal": f"≥ {GOAL:,}, ≤ {MOST_MIB} MiB",
                "rate": MEMBERS / seconds,
                "mib": mib,
            }
        )
    return rows


def _write_workbook(table: Path, path: Path, *, shared: bool) -> None:
    with (
        table.open(encoding="utf-8-sig", newline="") as file,
        Workbook(path, {"constant_memory": not shared}) as workbook,
    ):
        sheet = workbook.add_worksheet()
        for number, cells in enumerate(csv.reader(file)):
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, place, cell)


def _read(path: Path, form: FileFormat) -> tuple[float, float]:
    """Seconds, and by how many MiB the process grew at most."""
    before = _most_kib()
    begun = time.perf_counter()
    rows = errors = 0
    with path.open("rb") as file:
        for batch in batches(file, form, encoding_in(file, form), COLUMNS):
            rows += len(batch)
            errors += sum(len(row.errors) for row in batch)
    seconds = time.perf_counter() - begun
    if (rows, errors) != (MEMBERS, 0):
        raise RuntimeError(f"{rows} rows, {errors} errors")
    return seconds, (_most_kib() - before) / 1024


def _most_kib() -> int:
    """The most memory this process has held; that of its parent is not counted."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
