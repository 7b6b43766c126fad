"""Whoever is shown unusually many members one by one is shown to the auditor; old records are deleted by their term."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import CAUSE, ZONE, Client, World, today

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history, read_term
from app.services.history import Cause


@pytest.fixture(autouse=True)
def within_an_hour() -> None:
    """Alerts count by the hour of the clock: where one is about to end, the test is one of the next."""
    left = 3600 - time.time() % 3600
    if left < 30:
        time.sleep(left)


async def alerts(client: Client, **params: Any) -> list[tuple[str | None, int, int]]:
    """Reader, persons and answers of today's alerts."""
    answer = await client.get("/v1/reads/alerts", params=params)
    assert answer.status_code == 200, answer.text
    return [(one["actor"]["name"], one["persons"], one["reads"]) for one in answer.json()["items"]]


async def show(connection: asyncpg.Connection, members: list[Any], reader: Any) -> None:
    """Record that a reader was shown each of the members singly, and a long list besides."""
    await connection.execute(
        "INSERT INTO recorded_read (id, actor_id, route, member_id, fields)"
        " SELECT gen_random_uuid(), $1, 'get_member', member, '{}' FROM unnest($2::uuid[]) member",
        reader,
        members,
    )
    await connection.execute(
        "INSERT INTO recorded_read (id, actor_id, route, query_hash, count, fields)"
        " VALUES (gen_random_uuid(), $1, 'list_members', 'x', 5000, '{}')",
        reader,
    )


async def allow(connection: asyncpg.Connection, persons: int) -> None:
    """Have the policy let so many persons pass."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
    said = {"unit": "persons", "combine": "replace", "source": "test", "confidence": "U"}
    said |= {"scope": "national", "value": persons}
    wanted = Wanted(("reads.alert_persons", NATION), Period(date(1900, 1, 1)), said)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])


async def test_more_than_two_hundred_persons_singly_in_an_hour_are_an_alert(
    sign_in: SignIn, connection: asyncpg.Connection, statements: Statements
) -> None:
    auditor = await sign_in("auditor", "province")
    office = await sign_in("grassroots_office", "health", subject="curious")
    curious = (await office.get("/v1/me")).json()["actor"]
    persons = [uuid4() for _ in range(201)]
    await show(connection, persons[:200], curious["id"])
    await show(connection, persons[:50], curious["id"])
    assert await alerts(auditor) == []
    await show(connection, persons[200:], curious["id"])
    async with statements() as executed:
        assert await alerts(auditor) == [(curious["name"], 201, 251)]
    assert len(executed) == 1
    assert await alerts(auditor, actor=curious["id"]) == [(curious["name"], 201, 251)]
    assert await alerts(auditor, actor=str(uuid4())) == []
    (item,) = (await auditor.get("/v1/reads/alerts")).json()["items"]
    began, ended = (datetime.fromisoformat(item[name]) for name in ("began_at", "ended_at"))
    assert (ended - began, began.minute, item["allowed"]) == (timedelta(hours=1), 0, 200)
    for day, found in ((today(), 1), (today() - timedelta(days=1), 0)):
        assert len(await alerts(auditor, on=day.isoformat())) == found
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    assert await alerts(auditor, known_at=before) == []


async def test_an_alert_counts_whom_the_auditor_reaches(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    await allow(connection, 2)
    reader = uuid4()
    await show(connection, [world[f"p{number}"] for number in range(6)], reader)
    whole, health = await sign_in("auditor", "province"), await sign_in("auditor", "health")
    assert await alerts(whole) == [(None, 6, 6)]
    assert await alerts(health) == [(None, 4, 4)]
    assert await alerts(whole, within=str(world["health-1"])) == [(None, 3, 3)]
    assert await alerts(whole, within=str(world["court"])) == []
    assert await alerts(await sign_in("auditor", "court")) == []
    board = await sign_in("provincial_organizing_board", "province")
    assert (await board.get("/v1/reads/alerts")).status_code == 403
    town = await health.get("/v1/reads/alerts", params={"within": str(world["town"])})
    assert town.status_code == 404


async def test_what_is_older_than_its_term_is_deleted_by_the_owner_and_told_as_an_operation(
    committed: Urls,
) -> None:
    cause = Cause(CAUSE.actor, date(2030, 6, 15))
    database = Database(Settings(), committed.migrator, committed.reader)
    await database.open()
    try:
        instants = [datetime(2025, 6, 14, 23, 59, tzinfo=ZONE), datetime(2025, 6, 15, tzinfo=ZONE)]
        async with database.recording() as connection:
            for instant in instants:
                await connection.execute(
                    "INSERT INTO recorded_read (read_at, id, actor_id, route, member_id, fields)"
                    " VALUES ($1, $2, $2, 'get_member', $2, '{}')",
                    instant,
                    uuid4(),
                )
        async with database.writing() as unit:
            pruned = await read_term.prune(await unit.begin(), cause, ZONE)
        assert (pruned.before, pruned.count) == (date(2025, 6, 15), 1)
        async with database.writing() as unit:  # nothing is left to delete, and nothing is said
            assert (await read_term.prune(await unit.begin(), cause, ZONE)).count == 0
        async with database.reading() as connection:
            kept = await connection.fetch("SELECT read_at FROM recorded_read")
            told = await connection.fetch("SELECT changes FROM operation WHERE kind = 'reads_pruned'")
        assert [row["read_at"] for row in kept] == instants[1:]
        assert [row["changes"] for row in told] == [{"before": "2025-06-15", "count": 1}]
    finally:
        await database.close()


async def test_the_service_itself_cannot_delete_the_record(connection: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with connection.transaction():
            await connection.execute("DELETE FROM recorded_read")
