"""Members are shown only where that is recorded, and only such reads use a role that can write."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from conftest import SignIn
from make import Client, World

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database
from hard.conftest import Superuser

PERSONAL = ("Nguyễn Văn An", "Lê Thị Hòa", '"1970')  # a year alone may also stand in an id of chance
NDJSON = {"Accept": "application/x-ndjson"}


class Watched(Database):
    """The pools of a service, and which of them were asked for a connection."""

    def __init__(self, settings: Settings, urls: Urls) -> None:
        super().__init__(settings, urls.application, urls.reader)
        self.asked: list[str] = []

    async def _acquire(self, name: str) -> Any:
        self.asked.append(name)
        return await super()._acquire(name)


@pytest.fixture
async def database(committed: Urls, settings: Settings) -> AsyncIterator[Watched]:
    database = Watched(settings, committed)
    await database.open()
    yield database
    await database.close()


def showing_members(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """Every question whose answer shows members."""
    p0 = f"/v1/members/{world['p0']}"
    return [
        ("GET", "/v1/members", {}),
        ("GET", "/v1/members", {"headers": NDJSON}),
        ("POST", "/v1/members/searches", {"json": {"name": "nguyen"}}),
        ("POST", "/v1/members/searches", {"json": {"name": "nguyen"}, "headers": NDJSON}),
        ("POST", "/v1/members/matches", {"json": {"rows": [{"full_name": "Nguyễn Văn An"}]}}),
        ("GET", p0, {}),
        ("GET", f"{p0}/timeline", {}),
        ("GET", f"{p0}/timeline", {"headers": NDJSON}),
        ("POST", f"{p0}/unmaskings", {"json": {"fields": ["birth_date"], "purpose": "inspection"}}),
    ]


async def _ask(client: Client, method: str, address: str, sent: dict[str, Any]) -> httpx.Response:
    return await client.request(method, address, **sent)


async def test_no_member_is_shown_while_reads_cannot_be_recorded(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    asked = showing_members(world)
    for one in asked:
        answer = await _ask(client, *one)
        assert answer.status_code == 200 and any(text in answer.text for text in PERSONAL), one
    recorded = "SELECT count(*) FROM recorded_read"
    assert await superuser.connection.fetchval(recorded) == len(asked)

    await superuser.connection.execute("REVOKE INSERT ON recorded_read FROM dangbo_application")
    for one in asked:
        answer = await _ask(client, *one)
        assert (answer.status_code, answer.json()["code"]) == (503, "read_not_recorded"), one
        assert answer.headers["retry-after"] and not any(text in answer.text for text in PERSONAL)
    assert (await client.get("/v1/organizations")).status_code == 200
    assert await superuser.connection.fetchval(recorded) == len(asked)
    assert await superuser.open_transactions() == 0


async def test_a_whole_list_stays_recorded_when_its_reader_leaves(
    sign_in: SignIn, database: Watched, superuser: Superuser
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    async with client.stream("GET", "/v1/members", headers=NDJSON):
        pass  # before the first line is read
    row = await superuser.connection.fetchrow("SELECT route, count FROM recorded_read")
    assert tuple(row) == ("list_members", 6)


async def test_only_what_shows_members_is_read_by_a_role_that_can_write(
    sign_in: SignIn, world: World, database: Watched
) -> None:
    client = await sign_in("auditor", "province")
    health, p0 = f"/v1/organizations/{world['health']}", f"/v1/members/{world['p0']}"
    reading = {"reader", "lister", "exporter"}
    for address in (
        "/v1/organizations",
        health,
        f"{health}/children",
        f"{health}/tree",
        f"{health}/summary",
        f"{health}/history",
        f"{health}/diff?from=2023-01-01&to=2024-01-01",
        f"{p0}/reads",
        "/v1/directory",
        "/v1/operations",
        "/v1/reads",
        "/v1/policies",
        "/v1/grants",
        "/v1/me",
    ):
        for headers in ({}, NDJSON):
            database.asked.clear()
            answer = await client.get(address, headers=headers)
            # What is no list has no lines: it is not given as such (406).
            assert answer.status_code in ((200, 406) if headers else (200,)), address
            assert set(database.asked) <= reading, address
    for method, address, sent in showing_members(world)[:-1]:
        database.asked.clear()
        assert (await client.request(method, address, **sent)).status_code == 200
        assert set(database.asked) <= {"member_reader", "member_lister", "exporter"}, address


async def test_the_pools_that_show_members_are_the_applications_and_the_others_read_only(
    database: Watched,
) -> None:
    for pool, role in (("member_reader", "dangbo_application"), ("reader", "dangbo_reader")):
        connection: asyncpg.Connection = await database.borrow(pool)
        assert await connection.fetchval("SELECT current_user") == role
        assert await connection.fetchval("SHOW transaction_read_only") == (
            "off" if "member" in pool else "on"
        )
        await database.give_back(connection, pool)
