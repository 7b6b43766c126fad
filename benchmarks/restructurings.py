"""Restructurings of a province of 300,000 organizations: previews and applications that touch 100,000 members each."""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from app import auth
from app.config import Settings
from app.db import Database
from app.domain.access import Role, actor_of
from app.queries import restructuring_slice
from app.services import trial
from app.services.history import Cause
from benchmarks import province
from benchmarks.place import BEGAN, FOUNDER, Place
from benchmarks.province import BELOW, CELLS, LARGE, MEMBERS_A_CELL, Province

DAY = date(2026, 11, 20)
SECOND = "second"
MEMBERS = CELLS * MEMBERS_A_CELL

Row = dict[str, Any]
Measures = list[dict[str, Any]]


def measure(given: Place) -> list[Row]:
    """The median over rounds: a committee goes under another one; then all cells of a committee become others."""
    asyncio.run(_second_person(given))
    filled = asyncio.run(province.fill(given.admin_dsn))
    moved = [_Round(given, _transfer(filled, number)) for number in range(LARGE)]
    merged = [_Round(given, _consolidation(filled, number)) for number in range(LARGE)]
    bare = [asyncio.run(_bare(given, filled, number)) for number in range(LARGE)]
    ratio = statistics.median(one.applied / peer for one, peer in zip(merged, bare, strict=True))
    read = asyncio.run(_read_around(given, filled))
    suggested = [_suggestions(given) for _ in range(5)]
    few = [_suggestions(given, kind="large_cell") for _ in range(5)]
    goes, becomes = f"{BELOW:,} organizations go along", f"{MEMBERS:,} members change cell"
    return [
        _row(f"preview, {goes} with {MEMBERS:,} members", [one.previewed for one in moved], 5),
        _row(f"application, {goes} with {MEMBERS:,} members", [one.applied for one in moved], 2),
        _row("the clock held by it", [one.sealed for one in moved]),
        _row(f"preview, {becomes}", [one.previewed for one in merged], 5),
        _row(f"application, {becomes}", [one.applied for one in merged], 15),
        _row("the clock held by it", [one.sealed for one in merged]),
        {
            "what": "the same rows of memberships by bare SQL",
            "measured": f"{statistics.median(bare):.1f} s; the application takes {ratio:.2f} times as long",
            "seconds": statistics.median(bare),
            "ratio": ratio,
        },
        {
            "what": "organizations that a planner reads for a transfer",
            "measured": f"{read} of {province.ORGANIZATIONS:,}",
            "goal": "≤ 100",
            "organizations": read,
        },
        _row("first page of all suggestions", suggested, 1),
        _row("first page of the large cells among them", few, 1),
    ]


def _row(what: str, seconds: list[float], goal: int | None = None) -> Row:
    median = statistics.median(seconds)
    row: Row = {"what": what, "measured": f"{median:.2f} s", "seconds": seconds}
    return row if goal is None else {**row, "goal": f"≤ {goal} s"}


def _transfer(filled: Province, number: int) -> Measures:
    """One whole committee under another upper organization, which has nobody yet."""
    committee, to = filled.committees[number], filled.uppers[number + LARGE]
    return [{"kind": "transfer", "organizations": [str(committee)], "to": str(to)}]


def _consolidation(filled: Province, number: int) -> Measures:
    """A thousand cells become five hundred new ones: everybody changes cell."""
    home, cells = str(filled.homes[number]), list(map(str, filled.cells[number]))
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    founded = {"kind": "establish", "parent": home, "type": "affiliated_cell"}
    return [
        *({**founded, "key": f"#n{n}", "name": f"Chi bộ hợp nhất {n}"} for n in range(len(pairs))),
        *({"kind": "merge_consolidate", "sources": pair, "into": f"#n{n}"} for n, pair in enumerate(pairs)),
    ]


class _Round:
    """One document from draft to application: how long its preview took, its application, the sealing in it."""

    def __init__(self, given: Place, measures: Measures) -> None:
        keys = auth.DevelopmentKeys(given.folder / auth.DEVELOPMENT_KEY_FILE)
        token = keys.sign(SECOND, "dangbo", None, timedelta(hours=1))
        with given.client() as proposer, given.client() as approver:
            approver.headers["Authorization"] = f"Bearer {token}"
            document = {"effective_on": DAY.isoformat(), "measures": measures, "reason": "Sắp xếp lại"}
            draft, _ = _post(proposer, "", document)
            address = f"/{draft['id']}"
            seen, self.previewed = _post(proposer, f"{address}/previews")
            touched = sum(one["count"] for one in seen["counts"] if one["thing"] == "member")
            if touched != MEMBERS or seen["blocked"]:
                raise RuntimeError(f"{touched} members, {seen['conflicts'][:3]}")
            digest = {"digest": seen["digest"]}
            one, _ = _post(proposer, f"{address}/submissions", digest, draft["version"])
            if any(end["part"] == "consents" for end in one["needs"]):
                one, _ = _post(approver, f"{address}/consents", digest, one["version"])
            _post(approver, f"{address}/approvals", digest, one["version"])
            with _clock_watched(given) as held:
                _, self.applied = _post(approver, f"{address}/applications", None, seen["digest"])
            self.sealed = held[-1] - held[0] if held else 0.0


def _post(
    client: httpx.Client, path: str, body: Any = None, match: object = None
) -> tuple[dict[str, Any], float]:
    headers = {} if match is None else {"If-Match": f'"{match}"'}
    begun = time.perf_counter()
    answer = client.post(f"/v1/restructurings{path}", json=body, headers=headers)
    seconds = time.perf_counter() - begun
    return answer.raise_for_status().json(), seconds


@contextmanager
def _clock_watched(given: Place) -> Iterator[list[float]]:
    """The instants, a hundred a second, at which somebody held the turn of the clock."""
    held: list[float] = []
    done = threading.Event()

    async def watch() -> None:
        connection = await asyncpg.connect(given.admin_dsn)
        asked = (
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid) = (7001, 2) AND granted"
        )
        while not done.is_set():
            if await connection.fetch(asked):
                held.append(time.perf_counter())
            await asyncio.sleep(0.01)
        await connection.close()

    watcher = threading.Thread(target=asyncio.run, args=(watch(),))
    watcher.start()
    try:
        yield held
    finally:
        done.set()
        watcher.join()


def _suggestions(given: Place, **asked: str) -> float:
    """The first page over all organizations."""
    with given.client() as client:
        begun = time.perf_counter()
        client.get("/v1/restructuring-suggestions", params=asked).raise_for_status()
        return time.perf_counter() - begun


async def _second_person(given: Place) -> None:
    """Whoever decides is another than who proposes."""
    database = Database(Settings(), given.urls.application, given.urls.reader)
    await database.open()
    async with database.writing() as unit:
        holder = actor_of(auth.DEVELOPMENT_ISSUER, SECOND)
        role = Role.PROVINCIAL_ORGANIZING_BOARD
        await trial.let_try(await unit.begin(), Cause(FOUNDER, BEGAN), holder, role, None)
    await database.close()


async def _bare(given: Place, filled: Province, number: int) -> float:
    """As many memberships cut and said anew by three statements, under the same guards; taken back again."""
    connection = await asyncpg.connect(given.urls.application)
    transaction = connection.transaction()
    await transaction.start()
    begun = time.perf_counter()
    operation_id = uuid4()
    await connection.execute(
        "INSERT INTO operation (id, kind, actor_id, changes)"
        " SELECT $1, 'members_imported', actor_id, '{}' FROM operation LIMIT 1",
        operation_id,
    )
    cells = await connection.fetch(
        "SELECT DISTINCT cell_id FROM membership m JOIN placement p ON p.organization_id = m.cell_id"
        " WHERE p.parent_id = $1 AND m.superseded_by IS NULL AND m.valid @> $2::date",
        filled.homes[number],
        DAY,
    )
    status = await connection.execute(
        "UPDATE membership SET superseded_by = $1"
        " WHERE cell_id = ANY($2::uuid[]) AND superseded_by IS NULL AND valid @> $3::date",
        operation_id,
        [row["cell_id"] for row in cells],
        DAY,
    )
    if status != f"UPDATE {MEMBERS}":
        raise RuntimeError(status)
    for days in ("lower(valid), $2::date", "$2::date, NULL"):
        await connection.execute(
            "INSERT INTO membership (member_id, cell_id, standing, valid, operation_id)"
            f" SELECT member_id, cell_id, standing, daterange({days}), $1 FROM membership WHERE superseded_by = $1",
            operation_id,
            DAY + timedelta(days=1),
        )
    seconds = time.perf_counter() - begun
    await transaction.rollback()
    await connection.close()
    return seconds


async def _read_around(given: Place, filled: Province) -> int:
    connection = await asyncpg.connect(given.urls.reader)
    named: list[UUID] = [filled.committees[-1], filled.uppers[0]]
    tree = await restructuring_slice.around(connection, DAY, named, [], [])
    await connection.close()
    return len(tree.organizations)
