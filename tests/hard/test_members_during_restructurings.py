"""Whoever comes into a cell while it ends goes along with the others, or the document is refused as overtaken."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from conftest import SignIn
from make import CAUSE, Client, World, member
from restructured import UPPER, agreed

from app.db import Database
from app.domain.operation import OperationKind
from app.queries import locks
from app.services import history
from hard.conftest import Superuser

ON = "2024-05-01"


async def apply(client: Client, one: Any) -> httpx.Response:
    headers = {"If-Match": f'"{one["digest"]}"'}
    return await client.post(f"/v1/restructurings/{one['id']}/applications", headers=headers)


async def _admitted_meanwhile(
    sign_in: SignIn, database: Database, world: World, superuser: Superuser
) -> httpx.Response:
    """The answer to an application during which another act brings somebody into the cell that ends."""
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    merge = {"kind": "merge_absorb", "sources": [str(world["health-2"])], "into": str(world["health-1"])}
    one = await agreed(proposer, approver, merge, on=ON)
    async with database.writing() as unit:
        connection = await unit.begin()
        await locks.share_organizations(connection, [world["health-2"]])
        operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CREATED, {})
        await member(connection, operation_id, world["health-2"], "Hoàng Văn Đến")
        await history.touch(connection, CAUSE, operation_id)
        waiting = asyncio.create_task(apply(approver, one))
        await superuser.until_waiting(1, waiting)
    return await waiting


async def test_who_comes_into_a_cell_that_ends_is_not_left_behind(
    sign_in: SignIn, database: Database, world: World, superuser: Superuser
) -> None:
    answer = await _admitted_meanwhile(sign_in, database, world, superuser)
    assert (answer.status_code, answer.json()["code"]) == (412, "preview_stale")
    assert {row["effect"] for row in answer.json()["rows"]} == {"moves"}
    assert await superuser.offences() == {}


async def test_the_test_above_would_see_a_cell_that_nobody_closes(
    sign_in: SignIn, database: Database, world: World, superuser: Superuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def close_organizations(_: asyncpg.Connection, __: Iterable[UUID]) -> None: ...

    monkeypatch.setattr(locks, "close_organizations", close_organizations)
    with pytest.raises(AssertionError, match="applied"):
        await _admitted_meanwhile(sign_in, database, world, superuser)


async def test_thirty_identical_applications_at_once_do_one(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    merge = {"kind": "merge_absorb", "sources": [str(world["health-2"])], "into": str(world["health-1"])}
    one = await agreed(proposer, approver, merge, on=ON)
    answers = await asyncio.gather(*(apply(approver, one) for _ in range(30)))
    codes = [(answer.status_code, answer.json().get("code")) for answer in answers]
    assert codes.count((200, None)) == 1, codes
    assert {status for status, _ in codes} <= {200, 409, 503}, codes
    operations = await superuser.connection.fetchval(
        "SELECT count(*) FROM operation WHERE kind = $1", OperationKind.RESTRUCTURING_APPLIED
    )
    descents = await superuser.connection.fetchval("SELECT count(*) FROM lineage")
    assert (operations, descents) == (1, 1)
    assert await superuser.offences() == {}
