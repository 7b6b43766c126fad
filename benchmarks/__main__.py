"""Measure what was promised: `make bench`, or `make bench ARGS="organization_get"` for one.

Each benchmark returns rows (what, measured, goal) whose figures are ratios or rates with a peer or a limit of the
same run. The machine is noisy: medians over rounds, and never a test that fails on time.
"""

import argparse
import json
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    exports,
    import_faulty,
    import_members,
    import_reading,
    matches,
    organization_get,
    reads,
    restructurings,
)
from benchmarks.place import place

BENCHMARKS = {
    "import_members": import_members.measure,
    "import_faulty": import_faulty.measure,
    "import_reading": import_reading.measure,
    "organization_get": organization_get.measure,
    "reads": reads.measure,
    "matches": matches.measure,
    "exports": exports.measure,
    "restructurings": restructurings.measure,
}
RESULTS = Path(__file__).parent / "results"


def main(chosen: list[str]) -> None:
    results = []
    with tempfile.TemporaryDirectory(prefix="dangbo-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with place(Path(name)) as given:
            for benchmark in chosen or list(BENCHMARKS):
                results += BENCHMARKS[benchmark](given)
    table = Table("what", "measured", "goal")
    for row in results:
        table.add_row(row["what"], row["measured"], row.get("goal", ""))
    Console(width=110).print(table)
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "at": at}
    (RESULTS / f"{at}.json").write_text(json.dumps({"machine": machine, "results": results}, indent=2))


parser = argparse.ArgumentParser(prog="benchmarks", description="Measure what was promised.")
parser.add_argument("name", nargs="*", help=f"which, or all: {', '.join(BENCHMARKS)}")
asked = parser.parse_args().name
if unknown := sorted(set(asked) - BENCHMARKS.keys()):
    parser.error(f"no benchmark: {', '.join(unknown)}. There are {', '.join(BENCHMARKS)}")
main(asked)
