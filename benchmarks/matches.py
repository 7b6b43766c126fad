"""5,000 people on paper against a province's bloc and against 100,000 members: one request each."""

import csv
import json
import random
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from benchmarks.generate import write_members, write_organizations
from benchmarks.import_members import MEMBERS, load
from benchmarks.place import Place, place

ROWS, ROUNDS = 5000, 3
BLOC, BLOC_SECONDS, SECONDS = 5600, 2, 10


def measure(given: Place) -> list[dict[str, Any]]:
    """The median over rounds; the small register is a place of its own."""
    folder = given.folder / "bloc"
    folder.mkdir()
    folder.chmod(0o755)
    with place(folder) as bloc:
        small = _measured(bloc, BLOC, BLOC_SECONDS)
    return [small, _measured(given, MEMBERS, SECONDS)]


def _measured(given: Place, members: int, goal: int) -> dict[str, Any]:
    people = given.folder / "members.csv"
    with given.client() as client:
        if not people.exists():
            organizations = given.folder / "organizations.csv"
            write_organizations(organizations, members)
            write_members(people, members)
            load(client, "organizations", organizations)
            load(client, "members", people)
        body = {"rows": _rows(people, _cells(client))}
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            answer = client.post("/v1/members/matches", json=body).raise_for_status()
            times.append(time.perf_counter() - begun)
    outcomes = Counter(row["outcome"] for row in answer.json()["rows"])
    seconds = statistics.median(times)
    return {
        "what": f"match {ROWS:,} rows with {members:,} members",
        "measured": f"{seconds:.2f} s ({', '.join(f'{n} {name}' for name, n in sorted(outcomes.items()))})",
        "goal": f"≤ {goal} s",
        "seconds": seconds,
    }


def _cells(client: httpx.Client) -> dict[str, str]:
    """The ids of the cells by their names."""
    lines = client.get("/v1/organizations", headers={"Accept": "application/x-ndjson"}).text.splitlines()
    return {one["name"]: one["id"] for one in map(json.loads, lines) if "end" not in one}


def _rows(people: Path, cells: dict[str, str]) -> list[dict[str, str]]:
    """Members as papers have them: whole with the cell, by number, by year of birth, by name alone, strangers."""
    chance = random.Random(1)
    with people.open(encoding="utf-8", newline="") as file:
        known = chance.sample(list(csv.DictReader(file)), ROWS)

    def row(number: int, one: dict[str, str]) -> dict[str, str]:
        name = {"full_name": one["full_name"].upper() if number % 2 else one["full_name"]}
        match number % 5:
            case 0 | 1:
                cell = cells[f"Chi bộ {one['cell'][1:]}"]
                return name | {"birth_date": one["birth_date"], "cell_id": cell}
            case 2:
                return name | {"number": one["citizen_id"], "birth_date": one["birth_date"][:4]}
            case 3:
                return name | {"birth_date": one["birth_date"][:4]} if number % 10 == 3 else name
            case _:
                return {"full_name": f"{one['full_name']} Khác", "birth_date": one["birth_date"]}

    return [row(number, one) for number, one in enumerate(known)]
