"""Templates filled with what is on record: sent back untouched they change nothing, with one cell changed one thing."""

import csv
import io
import json
from typing import Any

import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from import_files import apply, counts, errors
from make import Client, World

from app.domain.import_file import records
from app.domain.imports import FileFormat, ImportKind

ON = "2026-03-01"
FILLED = ["organizations", "members", "memberships", "seats", "external_ids"]
BY_NAMES = [("external_id", "test"), ("code", "test"), ("external_id", "dangbo"), ("code", "dangbo")]
SEATS = (
    "organization,committee_kind,term,term_from,term_to,size,origin,congress_ordinal,member,title,basis"
    ",valid_from,valid_to,end_reason",
    "health,executive,2023-2028,2024-01-15,2029-01-15,9,congress,3,p0,secretary,elected,,,",
    "health,executive,2023-2028,,,,,,p1,deputy_secretary,elected,,2027-03-01,retirement",
    "health,executive,2023-2028,,,,,,p3,committee_member,appointed,2024-05-01,,",
)


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    """Who records in a branch whose people have all that records can say of them."""
    client = await sign_in("upper_organizing_board", "bloc")
    people = (
        "external_id,full_name,sex,birth_date,home_place,residence,occupation,youth_union_on,admitted_on,citizen_id"
        ",cell,standing,activity_status,valid_from",
        "0007,Đặng Thị Mỹ Hạnh,female,1958,Xã Đồng Quang,Số 5 Ngõ 12,=SUM(A1),1975-03,1980-05-19,030058001234"
        ",health-2,official,exempted,2024-02-01",
        "p1,,,,,Số 7,'-x',,,,,,,2024-02-01",
    )
    told = "external_id,parent,type,name,name_en,sector,valid_from"
    for imported in (
        await apply(client, "members", *people),
        await apply(
            client,
            "organizations",
            told,
            "health,bloc,grassroots_committee,Đảng bộ Sở Y tế,Health,hospital,2024-02-01",
            key="external_id",
        ),
        await apply(client, "seats", *SEATS),
        await apply(
            client,
            "external_ids",
            "subject,known_as,other_system,other_id,valid_from",
            "member,0007,hr,00012,2025-01-01",
            "organization,health,hr,=D,",
        ),
    ):
        assert imported["state"] == "applied", await errors(client, imported)
    return client


async def filled(
    client: Client, world: World, kind: str, form: FileFormat = FileFormat.CSV, **asked: str
) -> bytes:
    params = {"kind": kind, "within": str(world["bloc"]), "system": "test", "on": ON} | asked
    answer = await client.get("/v1/imports/template", params=params, headers={"Accept": form.value})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(form.value)
    assert f'filename="{kind}.' in answer.headers["content-disposition"]
    return answer.content


async def sent(
    client: Client, kind: str, content: bytes, form: FileFormat = FileFormat.CSV, **asked: str
) -> Any:
    params = {"kind": kind, "mode": "apply", "system": "test"} | asked
    answer = await client.post(
        "/v1/imports", params=params, content=content, headers={"Content-Type": form.value}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def file_of(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def named(rows: list[dict[str, str]], **said: str) -> dict[str, str]:
    (one,) = [row for row in rows if said.items() <= row.items()]
    return one


@pytest.mark.parametrize(("key", "system"), BY_NAMES)
@pytest.mark.parametrize("kind", FILLED)
async def test_a_filled_template_sent_back_untouched_changes_nothing(
    board: Client, world: World, kind: str, key: str, system: str
) -> None:
    asked = {"key": key, "system": system}
    number = {"organizations": 5, "members": 6, "memberships": 6, "seats": 3, "external_ids": 13}[kind]
    for form in FileFormat:
        content = await filled(board, world, kind, form, **asked)
        imported = await sent(board, kind, content, form, **asked)
        assert imported["state"] == "applied", await errors(board, imported)
        assert imported["operation_id"] is None
        assert imported["outcomes"] == {"loaded": 0, "unchanged": number, "duplicate": 0, "held": 0}


async def test_a_row_says_what_is_on_record_as_the_file_reads_it(board: Client, world: World) -> None:
    rows = rows_of(await filled(board, world, "members"))
    assert {name: cell for name, cell in named(rows, external_id="0007").items() if cell} == {
        "external_id": "0007",
        "full_name": "Đặng Thị Mỹ Hạnh",
        "sex": "female",
        "birth_date": "1958",
        "home_place": "Xã Đồng Quang",
        "occupation": "'=SUM(A1)",
        "youth_union_on": "1975-03",
        "admitted_on": "1980-05-19",
        "cell": "health-2",
        "standing": "official",
        "activity_status": "exempted",
        "valid_from": ON,
        "row_version": "2",
    }
    book = list(records(io.BytesIO(await filled(board, world, "members", FileFormat.XLSX)), None))
    (row,) = [cells for _, cells in book if "0007" in cells]
    assert "=SUM(A1)" in row and "1958" in row
    line = next(
        json.loads(line)
        for line in (await filled(board, world, "members", FileFormat.NDJSON)).decode().splitlines()
        if "0007" in line
    )
    assert line["occupation"] == "=SUM(A1)" and "residence" not in line


@pytest.mark.parametrize(
    ("kind", "of", "cell"),
    [
        ("members", {"external_id": "p1"}, {"home_place": "Xã Tân Kỳ"}),
        ("members", {"external_id": "0007"}, {"activity_status": "active"}),
        ("members", {"external_id": "0007"}, {"occupation": "xóa"}),
        ("memberships", {"external_id": "p1"}, {"cell": "health-2"}),
        ("organizations", {"external_id": "health-1"}, {"name": "Chi bộ Nghiệp vụ Y"}),
        ("organizations", {"external_id": "health"}, {"sector": "delete"}),
        ("seats", {"member": "p0"}, {"valid_to": "2028-01-01", "end_reason": "retirement"}),
        ("external_ids", {"other_id": "00012"}, {"other_id": "00013", "valid_from": ON}),
    ],
)
async def test_one_cell_changed_is_one_change_unless_somebody_was_faster(
    board: Client, world: World, kind: str, of: dict[str, str], cell: dict[str, str]
) -> None:
    rows = rows_of(await filled(board, world, kind))
    row = named(rows, **of)
    row.update(cell)
    content = file_of(rows)
    imported = await sent(board, kind, content)
    assert counts(imported)[:3] == ("applied", 0, 1), await errors(board, imported)
    again = await sent(board, kind, content)
    assert (again["state"], again["counts"]["changed"]) == ("applied", 0), (
        "stale, but there is nothing to change"
    )
    other = (
        {"cell": "court"}
        if kind == "memberships"
        else {
            name: {"valid_to": "2027-06-01", "activity_status": "exempted", "sector": "hospital"}.get(
                name, f"{said}Z"
            )
            for name, said in cell.items()
            if name not in ("valid_from", "end_reason")
        }
    )
    row.update(other)
    number = rows.index(row) + 1
    refused = await sent(board, kind, file_of(rows))
    assert (number, "row_version", "row_stale") in await errors(board, refused)
    told = (await board.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    fault = next(one for one in told if one["code"] == "row_stale")
    assert fault["facts"]["current_version"] == int(row["row_version"]) + 1
    clean = await sent(board, kind, file_of(rows), accept="clean")
    assert clean["outcomes"]["held"] >= 1 and clean["outcomes"]["loaded"] == 0
    row["row_version"] = ""
    imported = await sent(board, kind, file_of([row]))
    assert "row_stale" not in [
        code for *_, code in (await errors(board, imported) if imported["state"] == "refused" else [])
    ]


@pytest.mark.parametrize("form", FileFormat)
@pytest.mark.parametrize("word", ["delete", "Xóa", "xoá"])
async def test_a_text_that_is_a_word_by_which_cells_end_is_kept(
    board: Client, world: World, form: FileFormat, word: str
) -> None:
    for path, said in (
        (f"/v1/members/{world['p1']}", {"occupation": word}),
        (f"/v1/organizations/{world['health']}", {"name_en": word}),
    ):
        etag = (await board.get(path)).headers["etag"]
        change = said | {"effective_on": ON}
        assert (
            await board.post(f"{path}/changes", json=change, headers={"If-Match": etag})
        ).status_code == 200
    for kind in ("members", "organizations"):
        imported = await sent(board, kind, await filled(board, world, kind, form), form)
        assert counts(imported)[:3] == ("applied", 0, 0), await errors(board, imported)
    assert (await board.get(f"/v1/members/{world['p1']}", params={"on": ON})).json()["occupation"] == word


async def test_a_version_of_what_is_not_on_record_is_at_fault(board: Client) -> None:
    told = "external_id,full_name,cell,standing,valid_from,row_version"
    row = "new,Lê Văn Mới,health-1,official,2024-01-01,1"
    refused = await apply(board, "members", told, row)
    assert await errors(board, refused) == [(1, "row_version", "row_version_of_new")]
    told = "external_id,parent,type,name,valid_from,row_version"
    refused = await apply(board, "organizations", told, "new,health,affiliated_cell,Chi bộ Mới,2024-01-01,1")
    assert await errors(board, refused) == [(1, "row_version", "row_version_of_new")]
    refused = await apply(
        board,
        "seats",
        f"{'organization,committee_kind,term,member,title,basis,row_version'}",
        "health,executive,2023-2028,0007,committee_member,elected,1",
    )
    assert (1, "row_version", "row_version_of_new") in await errors(board, refused)


async def test_who_has_no_id_in_the_system_stands_there_without_one_and_is_held(
    board: Client, world: World
) -> None:
    content = await filled(board, world, "members", system="hr", key="code")
    rows = rows_of(content)
    assert sorted(row["external_id"] for row in rows) == [*[""] * 5, "00012"]
    imported = await sent(board, "members", content, system="hr", key="code", accept="clean")
    assert imported["outcomes"] == {"loaded": 0, "unchanged": 1, "duplicate": 0, "held": 5}


async def test_under_the_registers_own_ids_nothing_new_is_made(board: Client, world: World) -> None:
    told = "external_id,full_name,cell,standing,valid_from"
    unknown = "0190a000-0000-7000-8000-000000000000"
    hidden = str(world["p5"])
    for name in (unknown, hidden, "p0", str(world["p0"]).upper()):
        refused = await apply(
            board, "members", told, f"{name},Lê Văn Mới,{world['court']},official,2024-01-01", system="dangbo"
        )
        assert await errors(board, refused) == [(1, "external_id", "own_id_unknown")]
    told = "external_id,parent,type,name,valid_from"
    for name in (unknown, str(world["town"])):
        refused = await apply(
            board,
            "organizations",
            told,
            f"{name},{world['health']},affiliated_cell,Chi bộ Mới,2024-01-01",
            system="dangbo",
        )
        assert await errors(board, refused) == [(1, "external_id", "own_id_unknown")]
    refused = await apply(
        board,
        "organizations",
        f"{told},code",
        "x,C-health,affiliated_cell,Chi bộ Mới,2024-01-01,C-9",
        system="dangbo",
        key="code",
    )
    assert await errors(board, refused) == [(1, "external_id", "system_reserved")]


async def test_nobody_registers_ids_under_the_registers_own_name(board: Client, world: World) -> None:
    told = "subject,known_as,other_system,other_id"
    refused = await apply(
        board, "external_ids", told, "member,p0,dangbo,M-1", "organization,health,dangbo,D-1"
    )
    assert await errors(board, refused) == [
        (1, "other_system", "system_reserved"),
        (2, "other_system", "system_reserved"),
    ]
    person = {
        "cell_id": str(world["court"]),
        "standing": "official",
        "since": "2024-01-01",
        "full_name": "Lê Văn Mới",
        "external_ids": {"dangbo": "x"},
    }
    answer = await board.post("/v1/members", json=person)
    assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "system_reserved"
    correction = {
        "fact": "external_id",
        "system": "dangbo",
        "period": {"from": "2024-01-01"},
        "value": {"external_id": "x"},
        "reason": "x",
    }
    for path in (f"members/{world['p0']}", f"organizations/{world['health']}"):
        answer = await board.post(f"/v1/{path}/corrections", json=correction, headers={"If-Match": '"1"'})
        assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "system_reserved"


async def test_numbers_are_never_filled_and_an_address_for_those_whose_duty_it_is(
    sign_in: SignIn, board: Client, world: World, connection: Connection
) -> None:
    office = await sign_in("grassroots_office", "health", subject="office")
    for client, within, residence, fields in (
        (board, "bloc", "", ["birth_date"]),
        (office, "health", "Số 5 Ngõ 12", ["birth_date", "residence"]),
    ):
        row = named(
            rows_of(await filled(client, world, "members", within=str(world[within]))), external_id="0007"
        )
        assert (row["residence"], row["citizen_id"], row["birth_date"]) == (residence, "", "1958")
        read = await connection.fetchrow("SELECT * FROM recorded_read ORDER BY read_at DESC LIMIT 1")
        assert (read["route"], read["fields"], read["file"]) == ("get_import_template", fields, "csv")
    content = await filled(office, world, "members", within=str(world["health"]))
    imported = await sent(office, "members", content)
    assert imported["outcomes"]["unchanged"] == 5


async def test_a_template_is_filled_in_few_statements_whatever_its_length(
    board: Client, world: World, statements: Statements
) -> None:
    for kind, number in (("organizations", 1), ("members", 3), ("memberships", 3), ("seats", 3)):
        async with statements() as executed:
            await filled(board, world, kind)
        # Besides the one behind the stream, which is not told: the words of catalogues, the count, and the record.
        assert len([one for one in executed if not one.startswith(("SAVEPOINT", "RELEASE"))]) == number


async def test_a_template_is_filled_for_whoever_may_import_the_kind_there(
    sign_in: SignIn, board: Client, world: World
) -> None:
    office = await sign_in("grassroots_office", "health", subject="office")
    secretary = await sign_in("cell_secretary", "health-1", subject="secretary")

    async def status(client: Client, kind: str, within: str, **asked: str) -> int:
        params = {"kind": kind, "within": str(world[within]), "system": "test"} | asked
        return (await client.get("/v1/imports/template", params=params)).status_code

    assert await status(office, "members", "health") == 200
    assert await status(office, "members", "bloc") == 404
    assert await status(office, "organizations", "health") == 404
    assert await status(secretary, "members", "health-1") == 404
    assert await status(board, "members", "town") == 404
    # Of its own committee, which others manage, the office is given nothing.
    assert rows_of(await filled(office, world, "seats", within=str(world["health"]))) == []
    ids = rows_of(await filled(office, world, "external_ids", within=str(world["health"])))
    assert {row["subject"] for row in ids} == {"member"}


async def test_what_cannot_be_filled_is_said(board: Client, world: World) -> None:
    async def code(**asked: str) -> list[tuple[str, str]]:
        params = {"kind": "members", "within": str(world["bloc"])} | asked
        answer = await board.get("/v1/imports/template", params=params)
        assert answer.status_code == 422
        return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]

    assert await code() == [("/query/system", "system_required")]
    assert await code(key="code") == [("/query/system", "system_required")]
    assert await code(kind="organizations") == [("/query/system", "system_required")]
    assert await code(kind="meetings", system="test") == [("/query/kind", "kind_has_no_rows")]
    rows = rows_of(await filled(board, world, "organizations", key="code", system="dangbo"))
    assert {row["external_id"] for row in rows} == {""}
    assert named(rows, code="C-bloc")["parent"] == "" and named(rows, code="C-court")["parent"] == "C-bloc"


async def test_every_kind_is_filled_or_says_that_it_is_not(board: Client, world: World) -> None:
    for kind in ImportKind:
        params = {"kind": kind.value, "within": str(world["bloc"]), "system": "test"}
        answer = await board.get("/v1/imports/template", params=params)
        assert answer.status_code == (200 if kind.value in FILLED else 422)
