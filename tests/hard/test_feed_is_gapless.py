"""The change feed under concurrent writers: whoever follows it sees every operation once, in order."""

import asyncio
import random

from conftest import SignIn
from make import CAUSE, TODAY, World

from app.db import Database
from app.domain.operation import OperationKind
from app.queries.history import touch_organizations
from app.services import history

WRITERS, EACH = 8, 25


async def write(database: Database, world: World, seed: int) -> list[str]:
    """Record some operations, each open for a moment before it commits, now and then one that is given up."""
    chance = random.Random(seed)
    recorded = []
    while len(recorded) < EACH:
        try:
            async with database.writing() as unit:
                connection = await unit.begin()
                kind = OperationKind.ORGANIZATION_CHANGED
                operation_id = await history.begin(connection, CAUSE, kind, {})
                touched = [world[chance.choice(("health", "court", "town"))]]
                await touch_organizations(connection, operation_id, touched, today=TODAY, changed=False)
                await asyncio.sleep(chance.random() / 50)
                if chance.random() < 0.1:
                    raise InterruptedError
            recorded.append(str(operation_id))
        except InterruptedError:
            continue
    return recorded


async def test_every_operation_is_seen_once_and_in_order(
    sign_in: SignIn, database: Database, world: World
) -> None:
    client = await sign_in("auditor", "province")
    start = (await client.get("/v1/operations", params={"order": "newest", "limit": 1})).json()["latest"]
    writers = asyncio.gather(*(write(database, world, seed) for seed in range(WRITERS)))
    seen: list[tuple[str, str]] = []
    after, ended = start, False
    while True:
        page = (await client.get("/v1/operations", params={"after": after, "limit": 7})).json()
        seen += [(one["recorded_at"], one["id"]) for one in page["items"]]
        after = page["latest"]
        if ended and page["next"] is None:
            break
        ended = writers.done()
    recorded = {operation_id for one in await writers for operation_id in one}
    assert len(seen) == len(recorded) == WRITERS * EACH
    assert {operation_id for _, operation_id in seen} == recorded
    assert seen == sorted(seen) and len({at for at, _ in seen}) == len(seen)
    # What was seen while others wrote is what is there now: nothing slipped in between.
    again = (await client.get("/v1/operations", params={"after": start, "limit": 200})).json()
    assert [(one["recorded_at"], one["id"]) for one in again["items"]] == seen
