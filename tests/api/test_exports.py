"""Whole lists as files: every list in every format, the same items, nothing that a spreadsheet would run."""

import csv
import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree

import asyncpg
import pytest
from conftest import SignIn
from fastapi import FastAPI
from make import Client, World

NDJSON, CSV = "application/x-ndjson", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(content: bytes, media_type: str) -> list[list[str]]:
    """The rows of a file, its header included, and last what is said at its end."""
    if media_type == CSV:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    about = {row[0]: row[1] for row in sheet_of(content, 2)}
    end = {**about, "count": int(about["count"]), "known_at": about["known_at"] or None}
    return [*sheet_of(content, 1), [json.dumps({"end": end})]]


def sheet_of(content: bytes, number: int) -> list[list[str]]:
    """The cells of a sheet of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in sheet.iter(f"{_CELLS}row"):
        cells = {_place(one.attrib["r"]): "".join(one.itertext()) for one in row}
        rows.append([cells.get(place, "") for place in range(max(cells) + 1)])
    width = len(rows[0])
    return [row + [""] * (width - len(row)) for row in rows]


def _place(cell: str) -> int:
    letters = cell.rstrip("0123456789")
    return sum((ord(one) - 64) * 26**power for power, one in enumerate(reversed(letters))) - 1


async def whole(client: Client, address: str, media_type: str, **params: Any) -> bytes:
    answer = await client.get(address, params=params, headers={"Accept": media_type})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(media_type)
    return answer.content


@pytest.mark.parametrize("media_type", [CSV, XLSX])
async def test_a_list_of_members_has_the_items_of_its_pages_and_ends_with_the_count(
    sign_in: SignIn, connection: asyncpg.Connection, media_type: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    page = (await client.get("/v1/members")).json()
    head, *rows, end = rows_of(await whole(client, "/v1/members", media_type), media_type)
    assert head == list(page["items"][0])
    assert rows == [["" if one is None else str(one) for one in item.values()] for item in page["items"]]
    assert json.loads(end[0]) == {
        "end": {"count": 5, "on": page["on"], "known_at": page["known_at"]}
    } and not any(end[1:])
    row = await connection.fetchrow("SELECT * FROM recorded_read ORDER BY read_at DESC LIMIT 1")
    suffix = "csv" if media_type == CSV else "xlsx"
    assert (row["route"], row["count"], row["file"]) == ("list_members", 5, suffix)


REQUIRED = {
    "diff": {"from": "2023-01-01", "to": "2024-01-01"},
    "meeting-regularity": {"from": "2024-01", "to": "2024-12"},
    "absentees": {"year": "2024"},
    "badges-due": {"award_on": "2026-02-03"},
    "probations-ending": {"ends_by": "2026-02-03"},
}
"""What some lists must be asked, by the end of their path."""


@pytest.mark.parametrize("media_type", [CSV, XLSX])
async def test_every_list_of_the_contract_can_be_had_as_a_table(
    sign_in: SignIn, app: FastAPI, world: World, connection: asyncpg.Connection, media_type: str
) -> None:
    roles = ("admin", "provincial_organizing_board", "auditor")
    client, *_ = [await sign_in(role, "province", subject="everything") for role in roles]
    file = "external_id,full_name,cell,standing\nx,Lê An,nowhere,official\n".encode()
    address = "/v1/imports?kind=members&mode=validate&system=test&effective_on=2024-01-01"
    taken = await client.post(address, content=file, headers={"Content-Type": "text/csv"})
    await client.get(f"/v1/members/{world['p0']}")
    operation = await connection.fetchval("SELECT operation_id FROM operation_organization LIMIT 1")
    ids = {"organization_id": world["health"], "member_id": world["p0"], "import_id": taken.json()["id"]}
    ids["operation_id"] = operation
    introduction = {
        "member_ids": [str(world["p1"])],
        "kind": "official",
        "introduced_on": "2024-01-01",
        "to_outside": "Đảng ủy nơi khác",
    }
    introduced = await client.post("/v1/transfers", json=introduction)
    ids["transfer_id"] = introduced.json()["items"][0]["transfer_id"]
    document = {"measures": [{"kind": "rename", "organization": str(world["health"]), "name": "Đảng bộ mới"}]}
    drafted = (await client.post("/v1/restructurings", json=document)).json()
    ids["restructuring_id"] = drafted["id"]
    previewed = await client.post(f"/v1/restructurings/{drafted['id']}/previews")
    ids["preview_id"] = previewed.json()["id"]
    asked = 0
    for path, methods in app.openapi()["paths"].items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if not {"application/json", XLSX, NDJSON} <= content.keys():
            continue
        params = REQUIRED.get(path.rpartition("/")[2], {})
        address = path.format(**ids)
        page = (await client.get(address, params={"limit": 200, **params})).json()
        head, *rows, end = rows_of(await whole(client, address, media_type, **params), media_type)
        assert all(len(row) == len(head) == len(set(head)) for row in rows), path
        assert json.loads(end[0])["end"]["count"] == len(rows) == len(page["items"]), path
        asked += 1
    assert asked >= 16


@pytest.mark.parametrize(("language", "said"), [("vi", "Đảng viên chính thức"), ("en", "Official member")])
async def test_a_workbook_says_what_its_words_mean_and_has_nothing_but_items_below_its_header(
    sign_in: SignIn, language: str, said: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    headers = {"Accept": XLSX, "Accept-Language": language}
    content = (await client.get("/v1/members", headers=headers)).content
    assert len(sheet_of(content, 1)) == 1 + 5
    assert [row[0] for row in sheet_of(content, 2)] == ["count", "on", "known_at"]
    head, *rows = sheet_of(content, 3)
    place = head.index("standing")
    assert head[place + 1] == language and {"standing", "activity_status", "exit_reason"} <= set(head)
    assert ["official", said] in [row[place : place + 2] for row in rows]


async def test_objects_become_columns_and_lists_one_cell(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "province")
    head, *rows, _ = rows_of(await whole(client, "/v1/grants", CSV), CSV)
    assert head[:5] == ["id", "actor.id", "actor.issuer", "actor.subject", "actor.name"]
    periods = rows[0][head.index("periods")]
    assert json.loads(periods)[0].keys() == {"from", "to"}
    head, *rows, _ = rows_of(await whole(client, f"/v1/organizations/{world['bloc']}/children", CSV), CSV)
    assert {"members.total", "grassroots"} <= set(head)
    assert {row[head.index("grassroots")] for row in rows} <= {"true", "false"}
    head, *rows, _ = rows_of(await whole(client, f"/v1/members/{world['p0']}/timeline", CSV), CSV)
    assert head[:3] == ["fact", "from", "to"] and rows[0][1] == "2023-01-01"


@pytest.mark.parametrize("name", ["=1+1", "+84", "-Chi bộ", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
async def test_no_cell_is_a_formula_or_a_link(sign_in: SignIn, world: World, name: str) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/organizations/{world['court']}"
    etag = (await board.get(address)).headers["etag"]
    document = {"effective_on": "2024-03-01", "name": name}
    changed = await board.post(f"{address}/changes", json=document, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    head, *rows, _ = rows_of(await whole(board, "/v1/organizations", CSV), CSV)
    assert f"'{name}" in [row[head.index("name")] for row in rows]
    content = await whole(board, "/v1/organizations", XLSX)
    head, *rows, _ = rows_of(content, XLSX)
    assert name in [row[head.index("name")] for row in rows]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [one for one in parts.namelist() if one.startswith("xl/worksheets/")]
        assert sheets == [f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3)]
        for sheet in (parts.read(one).decode() for one in sheets):
            assert "<f>" not in sheet and "hyperlink" not in sheet.lower().replace("=hyperlink", "")
        assert "hidden" not in parts.read("xl/workbook.xml").decode()


async def test_members_are_masked_in_files_as_in_pages(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    document = {"cell_id": str(world["health-1"]), "standing": "official", "since": "2024-02-01"}
    document |= {"full_name": "Vũ Thị Bích", "birth_date": "1985-07-20", "residence": "Số 5 Trần Phú"}
    numbers = [{"kind": "citizen_id", "number": "030085001234"}]
    made = await office.post("/v1/members", json={**document, "identifiers": numbers})
    auditor = await sign_in("auditor", "health")
    for address in ("/v1/members", f"/v1/members/{made.json()['id']}/timeline"):
        for media_type in (NDJSON, CSV, XLSX):
            content = await whole(auditor, address, media_type)
            text = content.decode() if media_type != XLSX else str(rows_of(content, XLSX))
            assert "Vũ Thị Bích" in text
            assert not any(one in text for one in ("1985-07", "030085001234", "Trần Phú"))


async def test_a_search_can_be_had_as_a_file_too(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.post("/v1/members/searches", json={"name": "nguyen"}, headers={"Accept": CSV})
    assert len(rows_of(answer.content, CSV)) == 4
    assert answer.headers["content-disposition"] == 'attachment; filename="search_members.csv"'


@pytest.mark.parametrize("media_type", [NDJSON, CSV, XLSX])
async def test_a_refused_list_is_a_problem_in_every_format(
    sign_in: SignIn, world: World, media_type: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    headers = {"Accept": media_type}
    outside = await client.get("/v1/members", params={"within": str(world["town"])}, headers=headers)
    assert outside.status_code == 404 and outside.headers["content-type"] == "application/problem+json"
    paged = await client.get("/v1/members", params={"after": "x"}, headers=headers)
    assert paged.json()["errors"][0]["code"] == "not_with_whole_list"


async def test_a_list_longer_than_a_sheet_is_refused_before_anything_is_sent(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.exports.spreadsheet._MOST_ROWS", 4)
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get("/v1/members", headers={"Accept": XLSX})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too_long_for_a_sheet")


async def test_other_media_types_get_pages(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/*", ""):
        answer = await client.get("/v1/members", headers={"Accept": accept})
        assert "items" in answer.json()
    first = await client.get("/v1/members", headers={"Accept": "Text/CSV; q=1, application/json"})
    assert first.headers["content-type"].startswith("text/csv")
