"""A restructuring undone while others act on it: one of them wins, and what was known before is told the same."""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from acts import act
from conftest import SignIn
from make import ZONE, Client, World, today
from restructured import (
    BOARD,
    DAY,
    UPPER,
    applied,
    carried_back,
    merge,
    post,
    reversal,
    submitted,
)

from app.auth import DEVELOPMENT_ISSUER
from app.db import Database
from app.domain.access import actor_of
from app.models.restructuring_read import StepReason
from app.queries import locks
from app.services import restructuring_annulments
from app.services.history import Cause
from app.worker import work_one

from .conftest import Superuser
from .test_jobs import apply, job_of, large

REASON = {"reason": "Ghi nhầm đơn vị"}


async def send(client: Client, path: str, body: Any, match: object) -> httpx.Response:
    return await client.post(f"/v1/restructurings{path}", json=body, headers={"If-Match": f'"{match}"'})


async def leading_back(proposer: Client, approver: Client, one: Any) -> Any:
    """The reversal of an applied restructuring, approved."""
    return await carried_back(proposer, approver, await reversal(proposer, one), apply=False)


async def test_of_an_annulment_and_a_reversal_at_the_same_instant_one_is_done(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, merge(world))
    back = await leading_back(proposer, approver, one)
    one = await post(proposer, f"/{one['id']}/annulment-proposals", REASON, 200, one["version"])
    answers = await asyncio.gather(
        send(approver, f"/{one['id']}/annulments", REASON, one["version"]),
        send(approver, f"/{back['id']}/applications", None, back["digest"]),
        send(proposer, f"/{one['id']}/annulment-refusals", REASON, one["version"]),
        send(approver, f"/{back['id']}/applications", None, back["digest"]),
    )
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {200, 409, 412, 503}, codes
    states = {
        key: (await approver.get(f"/v1/restructurings/{key}")).json()["state"]
        for key in (one["id"], back["id"])
    }
    assert tuple(states.values()) in {
        ("annulled", "approved"),
        ("reversed", "applied"),
        ("applied", "approved"),
    }
    assert await superuser.offences() == {}


async def test_of_two_documents_about_one_organization_only_one_is_approved(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    names = ("Chi bộ Tòa", "Chi bộ Tòa án tỉnh")
    asked = [
        await submitted(proposer, {"kind": "rename", "organization": str(world["court"]), "name": name})
        for name in names
    ]
    async with superuser.connection.transaction():
        await locks.take_turn(
            superuser.connection, locks.Turn.CLOCK
        )  # none becomes known before all have looked
        approving = [
            asyncio.create_task(
                send(approver, f"/{one['id']}/approvals", {"digest": one["digest"]}, one["version"])
            )
            for one in asked
        ]
        await superuser.until_waiting(2, *approving)
    answers = await asyncio.gather(*approving)
    codes = sorted((answer.status_code, answer.json().get("conflict", "")) for answer in answers)
    assert codes == [(200, ""), (409, "overlapping_document")]


async def test_a_role_over_what_is_annulled_meanwhile_is_not_given(
    sign_in: SignIn, database: Database, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc", "approver")
    admin = await sign_in("admin", "bloc")
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "type": "affiliated_cell"}
    paper = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2026-04-10"}
    excuses = [{"rule": "R-ORG-10", "organization": "#new", "decision": paper}]
    one = await applied(proposer, approver, founding | {"name": "Chi bộ Khoa Dược"}, excuses=excuses)
    new = one["keys"]["#new"]
    grant = {
        "actor": {"issuer": DEVELOPMENT_ISSUER, "subject": "binh", "name": "Bình"},
        "role": "cell_secretary",
        "organization_id": new,
        "valid": {"from": "2026-05-02", "to": None},
    }
    one = await post(proposer, f"/{one['id']}/annulment-proposals", REASON, 200, one["version"])
    cause = Cause(actor_of(DEVELOPMENT_ISSUER, "approver"), today())
    async with database.writing() as unit:
        connection = await unit.begin()
        reason = StepReason(reason="Ghi nhầm đơn vị")
        await restructuring_annulments.annul(connection, cause, UUID(one["id"]), one["version"], reason)
        giving = asyncio.create_task(admin.post("/v1/grants", json={"grants": [grant]}))
        await superuser.until_waiting(1, giving)
    assert (await giving).status_code in (404, 422), giving.result().text


async def test_a_job_whose_restructuring_is_returned_does_nothing(
    database: Database, world: World, state_dir: Path, superuser: Superuser
) -> None:
    client, one = await large(database, world, state_dir)
    job = await apply(client, one, 202)
    worked, returned = await asyncio.gather(
        work_one(database, ZONE), send(client, f"/{one['id']}/returns", REASON, one["version"])
    )
    ended = await job_of(client, one, job)
    state = (await client.get(f"/v1/restructurings/{one['id']}")).json()["state"]
    assert worked
    assert (ended["state"], returned.status_code, state) in {
        ("done", 409, "applied"),
        ("failed", 200, "returned"),
    }
    assert not await work_one(database, ZONE)
    assert await superuser.offences() == {}


async def test_what_was_known_before_an_undoing_is_told_the_same_afterwards(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    reader = await sign_in(BOARD, "province")
    first = await applied(proposer, approver, merge(world))
    gone = {"effective_on": "2026-05-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    await act(approver, world["p0"], "changes", **gone)
    at = (await reader.get("/v1/organizations")).json()["known_at"]
    told = await _told(reader, world, at)
    await leading_back(proposer, approver, first)
    first = (await proposer.get(f"/v1/restructurings/{first['id']}")).json()
    first = await post(proposer, f"/{first['id']}/annulment-proposals", REASON, 200, first["version"])
    await post(approver, f"/{first['id']}/annulments", REASON, 200, first["version"])
    again = await _told(reader, world, at)
    assert [path for path in told if told[path] != again[path]] == []
    assert told != await _told(reader, world, None)


async def _told(client: Client, world: World, known_at: str | None) -> dict[str, bytes]:
    """What reads tell of a branch, on days before and after a restructuring; but for versions, which are of now."""
    bloc, gone = world["bloc"], world["health-2"]
    known = {"known_at": known_at} if known_at else {}
    whole = [f"/organizations/{gone}/history", f"/members/{world['p3']}/timeline", "/restructurings"]
    dated = [
        f"/organizations/{bloc}/tree",
        f"/organizations/{bloc}/summary",
        f"/organizations/{gone}",
        f"/organizations/{gone}/lineage",
        f"/organizations/{gone}/successors",
        f"/members/{world['p3']}",
        "/members",
        "/organizations",
    ]
    asked: list[tuple[str, dict[str, str]]] = [(path, {}) for path in whole]
    asked += [(path, {"on": day}) for path in dated for day in ("2026-04-30", DAY, "2026-06-01")]
    told = {}
    for path, params in asked:
        answer = await client.get(f"/v1{path}", params=params | known)
        assert answer.status_code == 200, (path, answer.text)
        told[f"{path} {params}"] = re.sub(rb'"version":\d+', b"", answer.content)
    return told
