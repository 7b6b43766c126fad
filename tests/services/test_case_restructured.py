"""The acts of 2023 and the reform of 2025, submitted by one and approved by another, over HTTP: every figure holds."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from case_register import CASE, LOADING, ROOT, case_register, load
from make import Client, World, client_of
from restructured import BOARD, post

from app.config import Settings
from app.db import Database
from app.domain.imports import ImportKind
from app.example_documents import named, read_documents, with_ids
from app.main import create_app
from app.services.verify import verify


@pytest.fixture(scope="module")
async def case(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[Database]:
    """The case with its members, committees and meetings, before any of its acts."""
    async with case_register(admin_dsn, passwords) as database:
        for kind in (ImportKind.ORGANIZATIONS, ImportKind.MEMBERS, ImportKind.SEATS, ImportKind.MEETINGS):
            loaded = await load(database, kind, CASE / f"{kind.value}.csv")
            assert loaded.state == "applied"
        yield database


async def organization(client: Client, external_id: str, on: str) -> str:
    """The id of the organization that the case names so."""
    asked = {"system": "case", "external_id": external_id, "on": on}
    (found,) = (await client.get("/v1/organizations", params=asked)).json()["items"]
    key: str = found["id"]
    return key


async def submitted(proposer: Client, approver: Client, written: Any, on: str) -> tuple[Any, Any]:
    """One document, from the draft to its application: its preview, and the restructuring applied."""
    asked = named(written)
    organizations = {}
    for external_id in asked.organizations:
        organizations[external_id] = await organization(proposer, external_id, on)
    document = with_ids(written, organizations, {}, "case")
    draft = await post(proposer, "", document, 201)
    seen = await post(proposer, f"/{draft['id']}/previews", None, 201)
    assert not seen["blocked"], [one for one in seen["conflicts"] if one["severity"] == "block"]
    body = {"digest": seen["digest"]}
    one = await post(proposer, f"/{draft['id']}/submissions", body, 200, draft["version"])
    if any(end["part"] == "consents" for end in one["needs"]):
        one = await post(approver, f"/{one['id']}/consents", body, 200, one["version"])
    one = await post(approver, f"/{one['id']}/approvals", body, 200, one["version"])
    assert one["state"] == "approved", one["needs"]
    return seen, await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])


EVE = CASE.parent / "haiduong-2025"
EVE_ROOT = replace(ROOT, began_on=date(2025, 1, 1), opened_on=date(2025, 1, 1))


async def grassroots(client: Client, on: str, within: str = "bloc") -> int:
    """How many grassroots organizations stand below an organization on a day."""
    asked = {"within": await organization(client, within, on), "grassroots": "true", "on": on}
    answer = await client.get("/v1/organizations", params=asked | {"limit": 1, "total": "true"})
    count: int = answer.json()["total"]
    return count


async def test_the_acts_of_2023(case: Database, state_dir: Path) -> None:
    app = create_app(Settings(development_issuer=True), case, state_dir)
    async with case.reading() as connection:
        world = await World.read(connection)
    proposer, approver = [await client_of(app, case, world, state_dir, BOARD, "province") for _ in range(2)]
    for name, written in read_documents(CASE).items():
        on = written["effective_on"]
        seen, one = await submitted(proposer, approver, written, on)
        assert one["state"] == "applied", name
        assert seen["grassroots_change"] == 0 or "electricity" in name, name
        assert await grassroots(approver, on) == 66
        ledger = seen["ledger"]
        assert ledger["before"] + ledger["received"] - ledger["handed_over"] == ledger["after"]
    assert await grassroots(approver, "2023-12-31") == 66
    loaded = await load(case, ImportKind.MEMBERS, CASE / "later" / "university-members.csv")
    assert (loaded.state, loaded.rows) == ("applied", 192)
    again = await load(case, ImportKind.MEMBERS, CASE / "members.csv")
    assert (again.state, again.counts.created, again.counts.changed) == ("applied", 0, 0)
    bloc = await organization(approver, "bloc", "2023-12-31")
    summary = (await approver.get(f"/v1/organizations/{bloc}/summary", params={"on": "2023-12-31"})).json()
    assert summary["members"]["total"] == 5600
    async with case.reading() as connection:
        report = await verify(connection)
    assert {one.check: one.offending for one in report.checked if one.offending_count} == {}


@pytest.fixture(scope="module")
async def eve(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[Database]:
    """The province on the eve of the reform of 2025."""
    async with case_register(admin_dsn, passwords, EVE_ROOT) as database:
        for kind in (ImportKind.ORGANIZATIONS, ImportKind.MEMBERS):
            loaded = await load(
                database, kind, EVE / f"{kind.value}.csv", replace(LOADING, today=date(2025, 2, 28))
            )
            assert (loaded.state, loaded.errors) == ("applied", 0)
        yield database


async def total(client: Client, external_id: str, on: str) -> int:
    """Members of an organization and all below it on a day."""
    key = await organization(client, external_id, on)
    answer = await client.get(f"/v1/organizations/{key}/summary", params={"on": on})
    members: int = answer.json()["members"]["total"]
    return members


async def test_the_reform_of_2025_and_its_annulment(eve: Database, state_dir: Path) -> None:
    app = create_app(Settings(development_issuer=True), eve, state_dir)
    async with eve.reading() as connection:
        world = await World.read(connection)
    proposer, approver = [await client_of(app, eve, world, state_dir, BOARD, "province") for _ in range(2)]
    first, on = "2025-03-01", "2025-03-02"
    assert (await grassroots(approver, "2025-02-28"), await total(approver, "bloc", "2025-02-28")) == (
        62,
        5828,
    )
    done = []
    for written in read_documents(EVE).values():
        seen, one = await submitted(proposer, approver, written, written["effective_on"])
        assert seen["ledger"] == {
            "before": 0,
            "received": 0,
            "handed_over": 0,
            "after": 0,
        }  # nobody changes cell
        done.append(one)
    people, party = "provincial-peoples-committee", "provincial-party-agencies"
    assert (await grassroots(approver, first, people), await total(approver, people, first)) == (39, 5211)
    assert (await grassroots(approver, first, party), await total(approver, party, first)) == (23, 617)
    assert (await grassroots(approver, on, people), await total(approver, people, on)) == (33, 5327)
    assert await total(approver, "province", "2025-02-28") == await total(approver, "province", on) == 5944
    bloc = await approver.get(f"/v1/organizations/{world['bloc']}", params={"on": on})
    assert bloc.json()["ended_on"] == first
    async with eve.reading() as connection:
        report = await verify(connection)
    assert {one.check: one.offending for one in report.checked if one.offending_count} == {}

    for one in reversed(done):
        reason = {"reason": "Ghi thử"}
        one = (await proposer.get(f"/v1/restructurings/{one['id']}")).json()
        one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
        one = await post(approver, f"/{one['id']}/annulments", reason, 200, one["version"])
        assert one["state"] == "annulled"
    assert (await grassroots(approver, on), await total(approver, "bloc", on)) == (62, 5828)
    changed = await approver.get(
        f"/v1/organizations/{world['province']}/diff", params={"from": "2025-02-28", "to": on}
    )
    assert changed.json()["items"] == []
