"""Ancestry is derived anew only where placements changed; it must be what all placements together say."""

import random
from datetime import timedelta

import asyncpg
import pytest
from make import BEGAN, CAUSE, World, organization

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import tree
from app.queries.facts import PLACEMENT, Wanted, overwrite
from app.queries.verify import CHECKS
from app.services import history

ORGANIZATIONS, ACTS, AT_ONCE = 40, 30, 8


@pytest.mark.parametrize("seed", list(range(6)))
async def test_ancestry_follows_whatever_is_placed_at_once(
    connection: asyncpg.Connection, world: World, seed: int
) -> None:
    chance = random.Random(seed)
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    made = [world["bloc"]]
    for number in range(ORGANIZATIONS):
        parent = made[max(0, number // 2)]
        made.append(
            await organization(connection, operation_id, parent, "grassroots_committee", f"Đảng bộ {number}")
        )
    for _ in range(ACTS):
        placed = chance.sample(range(1, len(made)), chance.randint(1, AT_ONCE))
        wanted = []
        for number in placed:
            since = BEGAN + timedelta(days=chance.choice([0, 100, 200, 300]))
            until = chance.choice([None, None, since + timedelta(days=150)])
            # Never under one that was made later: no circle arises.
            value = {"parent_id": made[chance.randrange(number)]}
            wanted.append(
                Wanted((made[number],), Period(since, until), chance.choice([value, value, value, None]))
            )
        await overwrite(connection, PLACEMENT, operation_id, wanted)
        await tree.rebuild_ancestry(connection, [made[number] for number in placed])
        assert await connection.fetch(CHECKS["ancestry"]) == []
    days = await connection.fetchval("SELECT count(DISTINCT lower(valid)) FROM organization_ancestry")
    assert days > 3
