"""Six clients restructure a small branch and undo what was done, all at once: one undoing wins, and nobody is lost."""

import asyncio
import os
import random
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from conftest import SignIn
from import_files import send
from make import CAUSE, World, member, organization

from app.auth import DEVELOPMENT_ISSUER
from app.db import Database
from app.domain.operation import OperationKind
from app.services import history
from hard.conftest import Superuser
from hard.upheaval import ACTS, DAYS, Client, Sight, Upheaval, harm

CLIENTS = 6
ACTS_IN_ALL = int(os.environ.get("DANGBO_UNDOING_ACTS", "70"))
COMMITTEES, CELLS, MEMBERS = 3, 4, 4
BOARD = "provincial_organizing_board"
BACK_ON = "2024-07-15"
REASON = {"reason": "Ghi nhầm đơn vị"}


@pytest.fixture
async def branch(database: Database, world: World) -> set[UUID]:
    """Three committees of four cells below one organization; answers all members."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        upper = await organization(
            connection, operation_id, world["province"], "special_upper", "Đảng bộ vùng"
        )
        for c in range(COMMITTEES):
            committee = await organization(
                connection, operation_id, upper, "grassroots_committee", f"Đảng bộ {c}"
            )
            for n in range(CELLS):
                cell = await organization(
                    connection,
                    operation_id,
                    committee,
                    "affiliated_cell",
                    f"Chi bộ {c}.{n}",
                    code=f"U-{c}{n}",
                )
                for _ in range(MEMBERS):
                    await member(connection, operation_id, cell, f"Nguyễn Văn {'IVX'[n % 3] * (1 + c)}")
    async with database.reading() as reader:
        return {row[0] for row in await reader.fetch("SELECT id FROM member")}


@pytest.fixture
async def clients(sign_in: SignIn, branch: set[UUID]) -> list[Client]:
    return [
        Client(
            await sign_in(BOARD, "province"),
            await sign_in(BOARD, "province"),
            await sign_in("grassroots_office", "province"),
            random.Random(number),
        )
        for number in range(CLIENTS)
    ]


async def _applied(client: Client) -> list[Any]:
    answer = await client.proposer.get("/v1/restructurings", params={"state": "applied", "limit": "100"})
    return list(answer.json()["items"])


async def _annul(upheaval: Upheaval, client: Client, one: Any) -> str:
    path = f"/restructurings/{one['id']}"
    proposed = await upheaval.post(client.proposer, f"{path}/annulment-proposals", REASON, one["version"])
    if not proposed.is_success:
        return "refused"
    version = proposed.json()["version"]
    done = await upheaval.post(client.decider, f"{path}/annulments", REASON, version)
    if done.is_success:
        return "annulled"
    await upheaval.post(client.decider, f"{path}/annulment-refusals", REASON, version)
    return "refused"


async def _reverse(upheaval: Upheaval, client: Client, one: Any) -> str:
    asked = {"effective_on": BACK_ON, "reason": "Thôi sắp xếp"}
    draft = await upheaval.post(client.proposer, f"/restructurings/{one['id']}/reversals", asked)
    if draft.status_code == 422:  # it is itself of that day: what leads back from a reversal comes later
        asked["effective_on"] = "2024-07-25"
        draft = await upheaval.post(client.proposer, f"/restructurings/{one['id']}/reversals", asked)
    carried = await upheaval.carry(client, draft)
    return "reversed" if carried == "applied" else carried


async def _undo(upheaval: Upheaval, client: Client, number: int) -> str:
    """One that is applied annulled, or reversed, or both at the same instant; where none is, another is made."""
    found = await _applied(client)
    if not found:
        made: str = await ACTS["restructuring"][1](upheaval, client, number)
        return made
    one = client.chance.choice(found)
    ways = client.chance.choice([(_annul,), (_reverse,), (_annul, _reverse)])
    ended = await asyncio.gather(*(way(upheaval, client, one) for way in ways))
    won = [outcome for outcome in ended if outcome in ("annulled", "reversed")]
    if len(won) > 1:
        upheaval.failures.append(f"undone twice: {one['id']}")
    return won[0] if won else ended[0]


async def _late(upheaval: Upheaval, client: Client, number: int) -> str:
    """Somebody found late in a cell of before the documents, one by one or by a file."""
    cell = client.chance.choice(upheaval.sight.cells)
    code = await upheaval.sight.pool.fetchval(
        "SELECT code FROM organization_code WHERE organization_id = $1 LIMIT 1", UUID(cell)
    )
    if code is None:
        return "impossible"
    line = f"late-{number},Hoàng Văn Muộn,male,1980-01-01,{code},official,2024-01-01"
    header = "external_id,full_name,sex,birth_date,cell,standing,valid_from"
    answer = await send(client.receiver, "members", header, line, key="code")
    upheaval.answered[str(answer.status_code)] += 1
    if answer.status_code >= 500 and answer.status_code != 503:
        upheaval.failures.append(answer.text[:500])
    return "done" if answer.is_success and answer.json()["state"] == "applied" else "refused"


async def _elect(upheaval: Upheaval, client: Client, _: int) -> str:
    chance, sight = client.chance, upheaval.sight
    cell = chance.choice(list(sight.members))
    body = {
        "organization_id": chance.choice([cell, sight.parent.get(cell, cell)]),
        "kind": "executive",
        "term": "2024-2027",
        "from": chance.choice(["2024-01-01", DAYS[-1], BACK_ON]),
        "to": "2027-01-01",
        "origin": "congress",
        "size": 1,
        "seats": [
            {"member_id": chance.choice(sight.members[cell]), "title": "secretary", "basis": "elected"}
        ],
    }
    answer = await upheaval.post(client.proposer, "/committees", body)
    return "done" if answer.is_success else "refused"


async def _grant(admin: httpx.AsyncClient, upheaval: Upheaval, client: Client, number: int) -> str:
    cell = client.chance.choice(upheaval.sight.cells)
    grant = {
        "actor": {"issuer": DEVELOPMENT_ISSUER, "subject": f"secretary-{number}", "name": "Bí thư"},
        "role": "cell_secretary",
        "organization_id": cell,
        "valid": {"from": "2024-01-01", "to": None},
    }
    answer = await upheaval.post(admin, "/grants", {"grants": [grant]})
    return "done" if answer.is_success else "refused"


UNDOING = {
    "restructuring": (30, ACTS["restructuring"][1]),
    "undoing": (30, _undo),
    "found late": (10, _late),
    "member created": (5, ACTS["member created"][1]),
    "cell changed": (8, ACTS["cell changed"][1]),
    "member transferred": (5, ACTS["member transferred"][1]),
    "elected": (8, _elect),
}

TWICE_UNDONE = """
    SELECT restructuring_id::text FROM (
        SELECT restructuring_id, step, lag(step) OVER (PARTITION BY restructuring_id ORDER BY n) AS before
        FROM restructuring_step WHERE step IN ('annul', 'reverse', 'reinstate')
    ) undone WHERE before IS NOT NULL AND (before = 'annul' OR (before = 'reverse') <> (step = 'reinstate'))"""
"""Annulled and reversed, or reversed twice without holding again between."""

FROM_NOWHERE = """
    SELECT t.transfer_id::text FROM transfer t
    JOIN membership back ON back.member_id = t.open_member_id AND back.superseded_by IS NULL AND back.valid && t.valid
    JOIN operation o ON o.id = back.operation_id AND o.kind = 'restructuring_annulled'
    WHERE t.superseded_by IS NULL AND NOT EXISTS (
        SELECT FROM membership m WHERE m.member_id = t.open_member_id AND m.superseded_by IS NULL
        AND m.cell_id = t.from_cell_id AND m.valid && t.valid)"""
"""Open transfers from where an annulment has left nobody who could go."""


async def test_one_undoing_wins_and_nobody_is_lost(
    sign_in: SignIn, branch: set[UUID], clients: list[Client], sight: Sight, superuser: Superuser
) -> None:
    admin = await sign_in("admin", "province")
    upheaval = Upheaval(clients, sight, ACTS_IN_ALL, kinds=UNDOING | {"granted": (4, partial(_grant, admin))})
    await upheaval.run()
    print(*sorted(upheaval.done.items()), *sorted(upheaval.answered.items()), sep="\n")
    assert upheaval.failures == []
    assert await harm(superuser.connection, branch, upheaval.made) == {}
    assert await superuser.offences() == {}
    assert await superuser.connection.fetch(TWICE_UNDONE) == []
    assert await superuser.connection.fetch(FROM_NOWHERE) == []
    assert upheaval.done["undoing: annulled"] + upheaval.done["undoing: reversed"] > 0, upheaval.done
