"""Many hands on the tree at once: no organization comes to stand below itself, or under one that is not there."""

import asyncio
import random
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn
from make import BEGAN, CAUSE, World, organization

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import locks
from app.queries.facts import ORGANIZATION_OPENING, Wanted, overwrite
from app.services import history
from hard.conftest import Superuser

ORGANIZATIONS, CLIENTS, ACTS = 60, 8, 300
ENDS = date(2025, 1, 1)


@pytest.fixture
async def forest(database: Database, superuser: Superuser, world: World) -> list[UUID]:
    """Committees under committees under the bloc, by a matrix that lets them: only the tree's own laws are left."""
    allowed = '["provincial_agencies_bloc", "grassroots_committee"]'
    await superuser.connection.execute("SET session_replication_role = replica")
    await superuser.connection.execute(
        "UPDATE policy SET value = jsonb_set(value, '{parents,grassroots_committee}', $1::text::jsonb)"
        " WHERE key = 'org.parent_matrix'",
        allowed,
    )
    await superuser.connection.execute("SET session_replication_role = origin")
    made = [world["bloc"]]
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        for number in range(ORGANIZATIONS):
            parent = made[max(0, number // 2)]
            made.append(
                await organization(
                    connection, operation_id, parent, "grassroots_committee", f"Đảng bộ {number}"
                )
            )
        # They may end on a day: their rolls are complete only until then.
        ending = [Wanted((one,), Period(ENDS), None) for one in made[1:]]
        await overwrite(connection, ORGANIZATION_OPENING, operation_id, ending)
    return made


def _act(forest: list[UUID], chance: random.Random) -> tuple[UUID, dict[str, Any]]:
    """A correction of somebody's place: mostly another parent, sometimes an end, or a parent after the end."""
    moved, parent = chance.choice(forest[1:]), chance.choice(forest)
    since, value = chance.choices([(BEGAN, parent), (ENDS, None), (ENDS, parent)], weights=[80, 10, 10])[0]
    document = {
        "fact": "placement",
        "period": {"from": since.isoformat()},
        "value": value and {"parent_id": str(value)},
        "reason": "Ghi nhầm cấp trên",
    }
    return moved, document


async def _shake(sign_in: SignIn, forest: list[UUID], acts: int, seed: int) -> Counter[str]:
    """So many corrections by eight clients; answers how they were answered."""
    client = await sign_in("provincial_organizing_board", "province")
    answered: Counter[str] = Counter()
    pending = iter(range(acts))

    async def work(number: int) -> None:
        chance = random.Random(seed * CLIENTS + number)
        for _ in pending:
            moved, document = _act(forest, chance)
            address = f"/v1/organizations/{moved}"
            read = await client.get(address, params={"on": BEGAN.isoformat()})
            assert read.status_code == 200, read.text
            headers = {"If-Match": read.headers["etag"]}
            answer = await client.post(f"{address}/corrections", json=document, headers=headers)
            answered[f"{answer.status_code} {answer.json().get('code', '')}".strip()] += 1

    await asyncio.gather(*map(work, range(CLIENTS)))
    return answered


async def test_corrections_at_once_leave_a_tree(
    sign_in: SignIn, forest: list[UUID], superuser: Superuser
) -> None:
    answered = await _shake(sign_in, forest, ACTS, seed=1)
    accepted = answered["200"]
    refused = answered["409 tree_cycle"] + answered["409 parent_not_alive_then"]
    assert accepted > ACTS / 10 and refused > ACTS / 20, answered
    assert {answer[:3] for answer in answered} <= {"200", "409", "412", "422", "503"}, answered
    assert await superuser.offences() == {}


async def _no_turn(connection: asyncpg.Connection, _: locks.Turn) -> None:
    await connection.execute("SELECT 1")


@pytest.fixture
async def mutant(superuser: Superuser, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service without what keeps the tree whole: the test above must see the difference."""
    monkeypatch.setattr(locks, "take_turn", _no_turn)
    await superuser.connection.execute(
        "CREATE OR REPLACE FUNCTION judge_operation(judged uuid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'"
    )


@pytest.mark.usefixtures("mutant")
async def test_the_shaking_would_break_a_tree_that_is_not_guarded(
    sign_in: SignIn, forest: list[UUID], superuser: Superuser
) -> None:
    for seed in range(15):
        try:
            await _shake(sign_in, forest, ACTS // 4, seed)
        except AssertionError:
            return  # an answer that no sound tree gives, such as an organization that is under nobody's reach
        if await superuser.offences():
            return
    pytest.fail("nothing broke: the test does not see what it is there for")
