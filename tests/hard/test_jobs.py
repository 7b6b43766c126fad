"""Large applications are carried out by a worker: once, told of meanwhile, with the problem where they fail."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from acts import act
from make import BEGAN, CAUSE, ZONE, Client, World, client_of
from restructured import BOARD, UPPER, absorbed, agreed, post

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from app.domain.jobs import MOST_ATTEMPTS
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.main import create_app
from app.queries import facts
from app.queries.facts import Wanted
from app.queries.locks import Turn, take_turn
from app.services import history
from app.worker import work_one

from .conftest import Superuser
from .test_restructurings_meanwhile import applying, meanwhile

KEY = "restructuring.job_from_rows"


async def everything_is_large(database: Database, rows: int = 1) -> None:
    """From so many rows on a job carries it out."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
        key = (KEY, NATION)
        (_, said), *_ = await facts.believed(connection, facts.POLICY, key)
        wanted = Wanted(key, Period(BEGAN), {**said, "value": rows})
        await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])


async def large(database: Database, world: World, state_dir: Path) -> tuple[Client, Any]:
    """A merge that is approved, and who applies it."""
    await everything_is_large(database)
    app = create_app(Settings(development_issuer=True), database, state_dir)
    proposer, approver = [await client_of(app, database, world, state_dir, UPPER, "bloc") for _ in range(2)]
    measure = {
        "kind": "merge_absorb",
        "sources": [str(world["health-2"])],
        "into": str(world["health-1"]),
    }
    return approver, await agreed(proposer, approver, measure)


async def apply(client: Client, one: Any, status: int) -> Any:
    return await post(client, f"/{one['id']}/applications", None, status, one["digest"])


async def job_of(client: Client, one: Any, job: Any) -> Any:
    answer = await client.get(f"/v1/restructurings/{one['id']}/applications/{job['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_large_application_waits_and_is_carried_out_once(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    assert (job["state"], job["subject_id"]) == ("waiting", one["id"])
    assert (await client.get(f"/v1/restructurings/{one['id']}")).json()["job_id"] == job["id"]
    again = await apply(client, one, 409)
    assert again["code"] == "job_waiting"

    worked = await asyncio.gather(*(work_one(database, ZONE) for _ in range(3)))
    assert worked.count(True) == 1
    ended = await job_of(client, one, job)
    assert (ended["state"], ended["problem"]) == ("done", None)
    read = (await client.get(f"/v1/restructurings/{one['id']}")).json()
    assert (read["state"], read["job_id"]) == ("applied", None)
    assert await superuser.offences() == {}


async def test_a_large_application_that_no_longer_holds_fails_with_its_problem(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    member = (await client.get(f"/v1/members/{world['p3']}")).json()
    change = {"effective_on": "2026-05-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    moved = await client.post(
        f"/v1/members/{world['p3']}/changes", json=change, headers={"If-Match": f'"{member["version"]}"'}
    )
    assert moved.status_code == 200, moved.text

    assert await work_one(database, ZONE)
    ended = await job_of(client, one, job)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "preview_stale")
    assert any(row["thing"] == "member" for row in ended["problem"]["rows"])
    read = (await client.get(f"/v1/restructurings/{one['id']}")).json()
    assert read["state"] == "approved"
    assert await superuser.offences() == {}
    assert not await work_one(database, ZONE)


@pytest.mark.parametrize("settings", [Settings(lock_timeout_ms=200)])
async def test_a_job_that_finds_the_tree_taken_waits_and_is_not_given_up(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    async with superuser.connection.transaction():
        await take_turn(superuser.connection, Turn.TREE)
        for _ in range(MOST_ATTEMPTS + 1):
            assert not await work_one(database, ZONE)
    assert (await job_of(client, one, job))["state"] == "waiting"
    assert await work_one(database, ZONE)
    assert (await job_of(client, one, job))["state"] == "done"


async def test_a_job_whose_rules_are_no_longer_on_record_fails_with_that_problem(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
        struck_out = Wanted(("org.parent_matrix", NATION), Period(BEGAN), None)
        await facts.overwrite(connection, facts.POLICY, operation_id, [struck_out])
    assert await work_one(database, ZONE)
    ended = await job_of(client, one, job)
    assert (ended["state"], ended["problem"]["code"]) == ("failed", "policy_missing")
    assert (ended["problem"]["rule"], ended["problem"]["policy"]) == ("R-POL-1", "org.parent_matrix")


async def test_a_worker_that_is_stopped_midway_leaves_the_job_to_the_next(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    for _ in range(MOST_ATTEMPTS + 1):
        async with superuser.connection.transaction():
            await take_turn(superuser.connection, Turn.CLOCK)
            working = asyncio.create_task(work_one(database, ZONE))
            await superuser.until_waiting(1, working)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        assert working.cancelled()
    read = (await client.get(f"/v1/restructurings/{one['id']}")).json()
    assert read["state"] == "approved"
    assert await work_one(database, ZONE)
    assert (await job_of(client, one, job))["state"] == "done"
    assert await superuser.offences() == {}


@pytest.mark.parametrize("job_first", [True, False])
async def test_of_a_job_and_a_request_that_apply_the_same_at_once_one_does(
    database: Database, world: World, state_dir: Path, superuser: Superuser, job_first: bool
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    await everything_is_large(database, rows=150_000)  # by now it is small again

    async def working() -> bool:
        return await work_one(database, ZONE)

    acts = (working, applying(client, one))
    answered = await meanwhile(superuser, *(acts if job_first else reversed(acts)))
    worked, answer = answered if job_first else reversed(answered)
    ended = await job_of(client, one, job)
    said = (worked, answer.status_code, ended["state"], (ended["problem"] or {}).get("code"))
    done = (True, 409, "done", None) if job_first else (True, 200, "failed", "no_such_step")
    assert said == done
    assert await superuser.offences() == {}


async def test_why_a_job_failed_is_told_by_the_reach_of_who_asks(
    database: Database, world: World, state_dir: Path
) -> None:
    await everything_is_large(database)
    app = create_app(Settings(development_issuer=True), database, state_dir)
    proposer, approver = [
        await client_of(app, database, world, state_dir, BOARD, "province") for _ in range(2)
    ]
    town = await client_of(app, database, world, state_dir, "grassroots_office", "town")
    coming = {"kind": "transfer", "organizations": [str(world["health-2"])], "to": str(world["town"])}
    one = await agreed(proposer, approver, coming, absorbed(world, "health-1", "court"))
    job = await apply(approver, one, 202)
    said = {"effective_on": "2026-05-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    await act(approver, world["p0"], "changes", **said)

    assert await work_one(database, ZONE)
    problem, short = [(await job_of(client, one, job))["problem"] for client in (approver, town)]
    assert str(world["p0"]) in [row["id"] for row in problem["rows"]]
    assert short == {name: problem[name] for name in ("type", "title", "status", "code", "detail")}


async def test_what_is_large_is_carried_out_by_a_job_also_when_its_preview_is_over(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    aged = "UPDATE restructuring_preview SET made_at = made_at - interval '2 days'"
    await superuser.connection.execute(aged)
    job = await apply(client, one, 202)
    assert await work_one(database, ZONE)
    assert (await job_of(client, one, job))["state"] == "done"


SERVICE = """
import asyncio, os, signal, sys
from zoneinfo import ZoneInfo
from app.config import Settings
from app.db import Database, UnitOfWork
from app.worker import working

commit = UnitOfWork.commit

async def die_committed(unit):
    await commit(unit)
    if unit.connection is not None:
        os.kill(os.getpid(), signal.SIGKILL)

async def work(application, reader, dies):
    if dies == "after":
        UnitOfWork.commit = die_committed
    database = Database(Settings(), application, reader)
    await database.open()
    async with working(database, ZoneInfo("Asia/Ho_Chi_Minh")):
        await asyncio.sleep(60)

asyncio.run(work(*sys.argv[1:]))
"""
"""The worker of a process of its own; told so, it dies once the facts are committed and nobody has heard of it."""

Begin = Callable[[str], Awaitable[Process]]


@pytest.fixture
async def begin(committed: Urls, settings: Settings) -> AsyncIterator[Begin]:
    """Begins such a process on the copy."""
    begun: list[Process] = []

    async def begin(dies: str) -> Process:
        command = (sys.executable, "-c", SERVICE, committed.application, committed.reader, dies)
        here = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "DANGBO_LOCK_TIMEOUT_MS": str(settings.lock_timeout_ms),
        }
        begun.append(await asyncio.create_subprocess_exec(*command, env=here, stderr=DEVNULL))
        return begun[-1]

    yield begin
    for process in begun:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_job_whose_process_is_killed_is_done_once(
    database: Database, world: World, state_dir: Path, superuser: Superuser, begin: Begin, dies: str
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    if dies == "before":
        async with superuser.connection.transaction():
            await take_turn(superuser.connection, Turn.CLOCK)  # all is written, and nothing known
            process = await begin(dies)
            while not await superuser.waiting():
                assert process.returncode is None
                await asyncio.sleep(0.01)
            process.kill()
            await process.wait()
            assert not await work_one(database, ZONE)  # its session has not heard of it
        assert (await job_of(client, one, job))["state"] == "running"
        for _ in range(6000):  # until the server has seen that its session is gone
            if await work_one(database, ZONE):
                break
            await asyncio.sleep(0.01)
    else:
        process = await begin(dies)
        await process.wait()
    ended = await job_of(client, one, job)
    assert (ended["state"], ended["problem"]) == ("done", None)
    assert not await work_one(database, ZONE)
    counted = "SELECT count(*) FROM operation WHERE kind = 'restructuring_applied'"
    assert await superuser.connection.fetchval(counted) == 1
    assert await superuser.offences() == {}
