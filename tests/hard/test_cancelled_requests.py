"""Callers who leave at any moment take nothing with them: no connection, no open transaction, no half an act."""

import asyncio
import random
from collections import Counter

from conftest import SignIn
from make import Client, World

from app.db import Database
from hard.conftest import Superuser

REQUESTS = 600


async def _ask(client: Client, world: World, number: int) -> int:
    """One of several reads and writes."""
    court = f"/v1/organizations/{world['court']}"
    match number % 6:
        case 0:
            answer = await client.get(court)
        case 1:
            answer = await client.get("/v1/organizations", params={"within": str(world["bloc"])})
        case 2:
            answer = await client.get("/v1/members", headers={"Accept": "application/x-ndjson"})
        case 3:
            answer = await client.get(court)
            if answer.status_code == 200:
                document = {"effective_on": "2024-03-01", "name": f"Chi bộ {number}"}
                headers = {"If-Match": answer.headers["etag"]}
                answer = await client.post(f"{court}/changes", json=document, headers=headers)
        case 4:
            person = {"full_name": "Lý Thị Vội", "standing": "official", "since": "2024-01-01"}
            document = {**person, "cell_id": str(world["court"])}
            answer = await client.post(
                "/v1/members", json=document, headers={"Idempotency-Key": f"k{number}"}
            )
        case _:
            answer = await client.get("/v1/verify")
    return answer.status_code


async def test_cancelled_requests_leak_no_connection_and_no_transaction(
    sign_in: SignIn, database: Database, superuser: Superuser, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    chance = random.Random(7)
    ended: Counter[object] = Counter()

    async def come_and_go(number: int) -> None:
        asking = asyncio.create_task(_ask(client, world, number))
        if number % 7:  # the others stay to the end, however slow the machine
            await asyncio.sleep(chance.uniform(0, 0.04))
            asking.cancel()
        try:
            ended[await asking] += 1
        except asyncio.CancelledError:
            ended["left"] += 1

    pending = iter(range(REQUESTS))

    async def work() -> None:
        for number in pending:
            await come_and_go(number)

    await asyncio.gather(*(work() for _ in range(6)))
    assert ended["left"] > REQUESTS / 10 and ended[200] + ended[201] > REQUESTS / 20, ended
    assert not [status for status in ended if status in (500, 502, 504)], ended

    for _ in range(1200):
        busy = await superuser.connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'dangbo %' AND state <> 'idle'"
        )
        if not busy and all(pool.get_idle_size() == pool.get_size() for pool in database._pools.values()):
            break
        await asyncio.sleep(0.05)
    assert await superuser.open_transactions() == 0
    assert (
        await superuser.connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = ("
            " SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        == 0
    )
    for name, pool in database._pools.items():
        assert pool.get_idle_size() == pool.get_size(), name
    assert await superuser.offences() == {}
    # All places of every pool can be had again.
    reads = [number for number in range(REQUESTS, REQUESTS + 60) if number % 6 in (0, 1, 2)]
    statuses = await asyncio.gather(*(_ask(client, world, number) for number in reads))
    assert set(statuses) <= {200, 503} and statuses.count(200) > len(reads) / 2
    assert [await _ask(client, world, REQUESTS + number) for number in range(6)] == [
        200,
        200,
        200,
        200,
        201,
        200,
    ]
