"""Files of rows sent over HTTP, and what became of them."""

from typing import Any

import httpx
from make import Client

from app.domain.imports import FileFormat

CSV = {"Content-Type": "text/csv; charset=utf-8"}
XLSX = {"Content-Type": FileFormat.XLSX.value}
ORGANIZATIONS = "external_id,parent,code,type,name,name_en,sector,valid_from,valid_to,opened_on"
MEMBERS = (
    "external_id,full_name,sex,citizen_id,card_number,cell,standing,activity_status"
    ",valid_from,valid_to,exit_reason"
)


async def send(
    client: Client, kind: str, header: str, *lines: str, mode: str = "apply", **params: str
) -> httpx.Response:
    asked = {"kind": kind, "mode": mode, "system": "test"} | params
    content = "\n".join([header, *lines, ""]).encode()
    return await client.post("/v1/imports", params=asked, content=content, headers=CSV)


async def apply(client: Client, kind: str, header: str, *lines: str, **params: str) -> dict[str, Any]:
    """Take in the rows as CSV, and apply them unless another mode is asked for; the import."""
    answer = await send(client, kind, header, *lines, **params)
    assert answer.status_code == 201, answer.text
    imported: dict[str, Any] = answer.json()
    return imported


async def organizations(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "organizations", ORGANIZATIONS, *lines, **params)


async def members(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "members", MEMBERS, *lines, **params)


async def errors(client: Client, imported: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    """Row, column and code of each error of a refused file."""
    assert imported["state"] == "refused", imported
    page = (await client.get(f"/v1/imports/{imported['id']}/errors")).json()
    return [(one["row"], one["column"], one["code"]) for one in page["items"]]


def counts(imported: dict[str, Any]) -> tuple[str, int, int, int]:
    """What became of it: the state, and how many were created, changed, unchanged."""
    return (imported["state"], *(imported["counts"][name] for name in ("created", "changed", "unchanged")))


NEW_CELL = "health-3,health,C-h3,affiliated_cell,Chi bộ Khoa Dược,,hospital,2024-01-01,,"
NEW_MEMBER = "n1,Nguyễn Văn Mới,male,030085001234,,health-1,official,,2024-01-01,,"
