"""Catalogues over HTTP: dated words, edited like policies, and what uses them."""

from typing import Any

import pytest
from asyncpg import PostgresError
from conftest import SignIn
from make import CAUSE, Client, World

from app.db import Database
from app.domain.catalogues import CATALOGUES
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

BOARD = "provincial_organizing_board"
KEY = "catalogue.sectors"


async def sectors(client: Client, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/catalogues/sectors", params=params)
    assert answer.status_code == 200, answer.text
    return {one["code"]: one for one in answer.json()["entries"]}


async def set_from(proposer: Client, approver: Client, since: str, entries: Any) -> None:
    body = {"key": KEY, "period": {"from": since}, "row": {"value": entries, "source": "Danh mục mới"}}
    edit = await proposer.post("/v1/policy-edits", json=body)
    assert edit.status_code == 201, edit.text
    paper = {"issuer": "Ban Tổ chức", "number": "3-QĐ", "signed_on": "2024-01-02"}
    approved = await approver.post(
        f"/v1/policy-edits/{edit.json()['id']}/approvals",
        json={"decisions": [paper]},
        headers={"If-Match": edit.headers["ETag"]},
    )
    assert approved.status_code == 200, approved.text


@pytest.fixture
async def revised(sign_in: SignIn) -> Client:
    """From 2025 on `science` is a sector, `bank` none, and a school is called otherwise."""
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    entries = {
        code: {"vi": one["vi"], "en": one["en"]}
        for code, one in (await sectors(proposer)).items()
        if code != "bank"
    }
    entries |= {"science": {"vi": "Khoa học", "en": "Science"}}
    entries["school"] = {"vi": "Cơ sở giáo dục", "en": "School"}
    await set_from(proposer, approver, "2025-01-01", entries)
    return approver


async def test_catalogues_list_and_read_in_the_order_of_their_words(sign_in: SignIn) -> None:
    client = await sign_in()
    listed = (await client.get("/v1/catalogues")).json()["items"]
    assert listed[0] == {
        "name": "sectors",
        "key": KEY,
        "subject": "organization",
        "field": "sector",
        "ordered": False,
        "entries_count": 15,
    }
    assert [one["name"] for one in listed] == list(CATALOGUES)
    found = await sectors(client)
    assert list(found)[:3] == ["hospital", "police", "joint_stock_enterprise"]
    assert found["hospital"]["valid"] == {"from": "1900-01-01", "to": None}
    assert {one["rank"] for one in found.values()} == {None}
    assert (await client.get("/v1/catalogues/nothing")).status_code == 404
    assert (await client.get("/v1/catalogues/sectors?on=1900-01-01")).status_code == 200


async def test_words_and_codes_are_those_of_the_day(revised: Client) -> None:
    before, after = await sectors(revised, on="2024-12-31"), await sectors(revised, on="2025-01-01")
    assert ("bank" in before, "bank" in after) == (True, False)
    assert ("science" in before, "science" in after) == (False, True)
    assert before["bank"]["valid"] == {"from": "1900-01-01", "to": "2025-01-01"}
    assert after["hospital"]["valid"] == {"from": "1900-01-01", "to": None}
    assert (before["school"]["vi"], after["school"]["vi"]) == ("Trường học", "Cơ sở giáo dục")
    assert after["school"]["valid"]["from"] == "2025-01-01"


async def change(client: Client, organization: str, sector: str, since: str, status: int) -> Any:
    address = f"/v1/organizations/{organization}"
    etag = (await client.get(address)).headers["ETag"]
    body = {"effective_on": since, "sector": sector}
    answer = await client.post(f"{address}/changes", json=body, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_sector_is_said_only_on_days_on_which_the_catalogue_has_it(
    revised: Client, world: World
) -> None:
    court = str(world["court"])
    refused = await change(revised, court, "science", "2024-06-01", 409)
    assert (refused["code"], refused["rule"], refused["on"]) == (
        "code_not_in_catalogue", "R-ORG-16", "2024-06-01",
    )  # fmt: skip
    assert refused["source"] == "design of the register" and "bank" in refused["value"]
    assert refused["catalogue"] == "sectors"
    assert (await change(revised, court, "bank", "2024-06-01", 409))["on"] == "2025-01-01"
    assert (await change(revised, court, "science", "2025-06-01", 200))["sector"] == "science"
    correction = {
        "fact": "sector",
        "period": {"from": "2024-01-01", "to": "2025-01-01"},
        "value": {"sector": "bank"},
        "reason": "Nhập nhầm",
    }
    etag = (await revised.get(f"/v1/organizations/{court}")).headers["ETag"]
    answer = await revised.post(
        f"/v1/organizations/{court}/corrections", json=correction, headers={"If-Match": etag}
    )
    assert answer.status_code == 200, answer.text


async def test_a_file_is_judged_by_the_catalogue_of_the_day(revised: Client) -> None:
    text = (
        "external_id,parent,type,name,sector,valid_from,valid_to\n"
        "new-1,health,affiliated_cell,Chi bộ A,science,2024-01-01,\n"
        "new-2,health,affiliated_cell,Chi bộ B,bank,2024-01-01,2025-01-01\n"
        "new-3,health,affiliated_cell,Chi bộ C,Bank!,2024-01-01,\n"
    )
    answer = await revised.post(
        "/v1/imports?kind=organizations&mode=validate&system=test&effective_on=2024-01-01",
        content=text.encode(),
        headers={"Content-Type": "text/csv"},
    )
    errors = (await revised.get(f"/v1/imports/{answer.json()['id']}/errors")).json()["items"]
    assert [(one["row"], one["column"], one["code"]) for one in errors] == [
        (1, "sector", "code_not_in_catalogue"), (3, "sector", "code_malformed"),
    ]  # fmt: skip
    told = errors[0]["facts"]
    assert (told["rule"], told["source"], told["on"]) == ("R-ORG-16", "design of the register", "2024-01-01")
    assert "bank, court_procuracy" in told["expected"]


async def test_a_code_in_use_is_not_taken_out_of_the_catalogue(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await change(proposer, str(world["court"]), "court_procuracy", "2024-01-01", 200)
    entries = {
        code: {"vi": one["vi"], "en": one["en"]}
        for code, one in (await sectors(proposer)).items()
        if code != "court_procuracy"
    }
    body = {"key": KEY, "period": {"from": "2025-01-01"}, "row": {"value": entries, "source": "X"}}
    edit = await proposer.post("/v1/policy-edits", json=body)
    (records,) = edit.json()["alteration"]["records"]
    assert (records["kind"], records["count"]) == ("sector", 1)
    paper = {"issuer": "Ban Tổ chức", "number": "3-QĐ", "signed_on": "2024-01-02"}
    refused = await approver.post(
        f"/v1/policy-edits/{edit.json()['id']}/approvals",
        json={"decisions": [paper]},
        headers={"If-Match": edit.headers["ETag"]},
    )
    assert (refused.status_code, refused.json()["records"]) == (409, [str(world["court"])])


async def test_the_database_keeps_sectors_in_their_catalogue(database: Database, world: World) -> None:
    with pytest.raises(PostgresError) as refused:
        async with database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {})
            wanted = Wanted((world["court"],), Period(CAUSE.today), {"sector": "moon"})
            await facts.overwrite(connection, facts.ORGANIZATION_SECTOR, operation_id, [wanted])
    assert getattr(refused.value, "constraint_name", None) == "code_in_catalogue"
