"""The tree of a file as a draft: what may be sent, which measures come of it, what keeps them from being made."""

from typing import Any

import httpx
import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from import_files import CSV
from make import Client, World
from restructured import post, preview, step
from workbooks import text, workbook

from app.domain.imports import FileFormat

HEADER = "external_id,parent,code,type,name,name_en,sector,row_version,successor"
BLOC = {
    "bloc": "bloc,,,,,,,,",
    "health": "health,bloc,,,,,,,",
    "health-1": "health-1,health,,,,,,,",
    "health-2": "health-2,health,,,,,,,",
    "court": "court,bloc,,,,,,,",
}
ON = "2026-09-01"


async def send(
    client: Client, world: World, content: bytes, form: FileFormat = FileFormat.CSV, **asked: str
) -> httpx.Response:
    params = {"root": str(world["bloc"]), "effective_on": ON, "system": "test"} | asked
    return await client.post(
        "/v1/restructurings/from-structure",
        params=params,
        content=content,
        headers={"Content-Type": form.value},
    )


def csv(**changed: str) -> bytes:
    """The bloc with these lines instead of its own."""
    rows = BLOC | {name.replace("_", "-"): line for name, line in changed.items()}
    return "\n".join([HEADER, *(line for line in rows.values() if line), ""]).encode()


async def refused(answer: httpx.Response, status: int, code: str) -> list[dict[str, Any]]:
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert problem["code"] == code
    errors: list[dict[str, Any]] = problem.get("errors", [])
    return errors


async def test_a_file_becomes_a_draft_of_measures_and_writes_no_fact(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    before = await connection.fetchval("SELECT count(*) FROM placement")
    answer = await send(
        client,
        world,
        csv(
            health_2="health-2,health,,,,,,,health-1",
            court="court,health,,affiliated_cell,Chi bộ Tòa án,,,,",
            pharmacy="pharmacy,health,C-ph,Chi bộ trực thuộc đảng ủy cơ sở,Chi bộ Khoa Dược,,hospital,,",
        ),
    )
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    assert (draft["state"], draft["effective_on"]) == ("draft", ON)
    read = await client.get(answer.headers["Location"])
    assert read.headers["ETag"] == answer.headers["ETag"]
    ids = {name: str(world[name]) for name in BLOC}
    assert draft["document"]["measures"] == [
        {
            "kind": "establish",
            "key": "#pharmacy",
            "parent": ids["health"],
            "type": "affiliated_cell",
            "name": "Chi bộ Khoa Dược",
            "name_en": None,
            "code": "C-ph",
            "sector": "hospital",
            "external_ids": {"test": "pharmacy"},
        },
        {
            "kind": "transfer",
            "organizations": [ids["court"]],
            "to": ids["health"],
            "type": "affiliated_cell",
        },
        {
            "kind": "merge_absorb",
            "sources": [ids["health-2"]],
            "into": ids["health-1"],
            "members_to": None,
        },
    ]
    assert await connection.fetchval("SELECT count(*) FROM placement") == before


@pytest.mark.parametrize("form", list(FileFormat))
@pytest.mark.parametrize(
    ("key", "system"), [("code", "test"), ("external_id", "test"), ("external_id", "dangbo")]
)
async def test_a_filled_template_sent_back_untouched_has_nothing_to_change(
    sign_in: SignIn, world: World, form: FileFormat, key: str, system: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    asked = {"key": key, "system": system}
    template = await client.get(
        "/v1/imports/template",
        params={"kind": "organizations", "within": str(world["bloc"]), "on": ON, **asked},
        headers={"Accept": form.value},
    )
    assert template.status_code == 200, template.text
    assert (
        await refused(await send(client, world, template.content, form, **asked), 409, "structure_is_so")
        == []
    )


async def test_a_workbook_is_read_like_any_file_of_rows(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    rows = [
        line.split(",") for line in csv(court="court,bloc,,,Chi bộ Tòa án tỉnh,,,,").decode().split("\n")[:-1]
    ]
    content = workbook(*([text(cell) for cell in row] for row in rows))
    answer = await send(client, world, content, FileFormat.XLSX)
    assert answer.status_code == 201, answer.text
    (rename,) = answer.json()["document"]["measures"]
    assert (rename["kind"], rename["name"]) == ("rename", "Chi bộ Tòa án tỉnh")


async def test_what_has_neither_row_nor_successor_is_told_and_no_draft_is_made(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await send(
        client, world, csv(health_1="", court="court,nowhere,,,,,,,", health="health,bloc,,,,,,,none")
    )
    errors = await refused(answer, 409, "structure_has_conflicts")
    assert [(one.get("row"), one.get("line"), one["pointer"], one["code"]) for one in errors] == [
        (None, None, "/body", "successor_not_named"),
        (2, 3, "/body/2/successor", "organization_unknown"),
        (4, 5, "/body/4/parent", "organization_unknown"),
    ]
    assert errors[0]["organization_id"] == str(world["health-1"])
    assert errors[0]["organization_code"] == "C-health-1" and "C-health-1" in errors[0]["detail"]
    assert "nowhere" not in answer.text
    assert await connection.fetchval("SELECT count(*) FROM restructuring") == 0


async def test_cells_that_cannot_be_read_are_named_by_row_and_column(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await send(
        client, world, csv(court="court,bloc,,cell block,,delete,,x,", health_1=",health,,,,,,,")
    )
    errors = await refused(answer, 422, "invalid_request")
    assert [(one["row"], one["column"], one["code"]) for one in errors] == [
        (3, "external_id", "missing_value"),
        (5, "type", "unknown_word"),
        (5, "row_version", "number_expected"),
        (5, "name_en", "not_by_structure"),
    ]
    errors = await refused(await send(client, world, b"external_id,where\n"), 422, "invalid_request")
    assert [one["code"] for one in errors] == ["unknown_column", "column_missing", "column_missing"]
    errors = await refused(await send(client, world, b"PK\x03\x04"), 422, "invalid_request")
    assert [one["code"] for one in errors] == ["sent_as_text"]


async def test_what_changed_since_the_file_was_filled_is_not_changed_back(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await send(client, world, csv(court="court,health,,affiliated_cell,,,,7,"))
    (error,) = await refused(answer, 409, "structure_has_conflicts")
    assert (error["code"], error["current_version"]) == ("row_stale", 1)


async def test_only_who_may_propose_there_sends_a_structure(sign_in: SignIn, world: World) -> None:
    auditor = await sign_in("auditor", "bloc")
    assert (await send(auditor, world, csv())).status_code == 403
    elsewhere = await sign_in("upper_organizing_board", "district")
    (error,) = await refused(await send(elsewhere, world, csv()), 422, "invalid_request")
    assert (error["pointer"], error["code"]) == ("/query/root", "unknown_organization")


async def test_the_root_must_be_there_on_the_day_and_ids_be_of_a_system(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    (error,) = await refused(
        await send(client, world, csv(), effective_on="2019-01-01"), 422, "invalid_request"
    )
    assert (error["pointer"], error["code"]) == ("/query/root", "not_there_then")
    answer = await client.post(
        "/v1/restructurings/from-structure",
        params={"root": str(world["bloc"]), "effective_on": ON},
        content=csv(),
        headers=CSV,
    )
    (error,) = await refused(answer, 422, "invalid_request")
    assert error["code"] == "system_required"
    assert (await send(client, world, b"{}", FileFormat.NDJSON)).status_code == 422


async def test_the_statements_are_as_many_for_a_large_file_as_for_a_small(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    counts = []
    for number in (1, 200):
        new = {f"n{one}": f"n{one},health,,affiliated_cell,Chi bộ {one},,,," for one in range(number)}
        async with statements() as executed:
            assert (await send(client, world, csv(**new))).status_code == 201
        counts.append(len(executed))
    assert counts[0] == counts[1]


async def carried_out(sign_in: SignIn, draft: Any, proposer: Client) -> None:
    approver = await sign_in("upper_organizing_board", "bloc")
    seen = await preview(proposer, draft)
    assert not seen["blocked"], seen["conflicts"]
    one = await step(proposer, draft, "submissions", digest=seen["digest"])
    if any(end["part"] == "consents" for end in one["needs"]):
        one = await step(approver, one, "consents")
    one = await step(approver, one, "approvals")
    await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])


NEW = "n,health,C-n,affiliated_cell,Chi bộ Sáp nhập,,,,"
WANTED = {
    "merged": {"health-2": "health-2,,,,,,,,health-1"},
    "consolidated in what is new": {
        "n": NEW,
        "health-1": "health-1,health,,,,,,,n",
        "health-2": "health-2,health,,,,,,,n",
    },
    "codes and names exchanged": {
        "health-1": "health-1,health,C-health-2,,Chi bộ Văn phòng,,,,",
        "health-2": "health-2,health,C-health-1,,Chi bộ Phòng Nghiệp vụ,,,,",
    },
    "a code borne by another from the day on which its bearer ends": {
        "health-1": "health-1,health,C-health-2,,,,,,",
        "health-2": "health-2,,,,,,,,health-1",
    },
    "a committee with its cells": {
        "health": "health,,,,,,,,court",
        "health-1": "health-1,,,,,,,,court",
        "health-2": "health-2,,,,,,,,court",
    },
}


@pytest.mark.parametrize("wanted", list(WANTED))
async def test_once_applied_the_same_file_has_nothing_to_change(
    sign_in: SignIn, world: World, wanted: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    file = csv(**WANTED[wanted])
    answer = await send(client, world, file)
    assert answer.status_code == 201, answer.text
    await carried_out(sign_in, answer.json(), client)
    assert await refused(await send(client, world, file), 409, "structure_is_so") == []


async def test_by_codes_too_the_same_file_has_nothing_to_change(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    rows = (
        "C-bloc,,",
        "C-health,C-bloc,",
        "C-health-1,C-health,",
        "C-court,C-bloc,",
        "C-health-2,,C-health-1",
    )
    file = "\n".join(["code,parent,successor,type,name", *(f"{one},," for one in rows), ""]).encode()
    answer = await send(client, world, file, key="code")
    await carried_out(sign_in, answer.json(), client)
    assert await refused(await send(client, world, file, key="code"), 409, "structure_is_so") == []


async def test_sent_again_a_cell_that_became_a_committee_still_gives_its_members_to_the_one_below(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    file = csv(
        court="court,bloc,,grassroots_committee,,,,,c1",
        c1="c1,court,,affiliated_cell,Chi bộ 1,,,,",
        c2="c2,court,,affiliated_cell,Chi bộ 2,,,,",
    )
    answer = await send(client, world, file, effective_on="2024-03-01")
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    paper = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2024-01-10"}
    small = [
        ("R-ORG-11", str(world["court"])),
        ("R-ORG-10", str(world["court"])),
        ("R-ORG-10", "#c1"),
        ("R-ORG-10", "#c2"),
    ]
    excuses = [{"rule": rule, "organization": one, "decision": paper} for rule, one in small]
    asked = draft["document"] | {"excuses": excuses}
    await carried_out(
        sign_in, await post(client, f"/{draft['id']}/edits", asked, 200, draft["version"]), client
    )
    again = await send(client, world, file, effective_on="2024-03-01")
    assert await refused(again, 409, "structure_is_so") == []


@pytest.mark.parametrize("system", ["test", "dangbo"])
async def test_an_organization_from_elsewhere_is_not_begun_anew(
    sign_in: SignIn, world: World, system: str
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    ids = {name: str(world[name]) if system == "dangbo" else name for name in [*BLOC, "town-1"]}
    rows = [(name, "" if name == "bloc" else line.split(",")[1]) for name, line in BLOC.items()]
    lines = [f"{ids[name]},{ids.get(parent, '')},,,,,,," for name, parent in rows]
    lines += [f"{ids['town-1']},{ids['health']},,affiliated_cell,Chi bộ Khu 1,,,,"]
    answer = await send(client, world, "\n".join([HEADER, *lines, ""]).encode(), system=system)
    errors = await refused(answer, 409, "structure_has_conflicts")
    assert [(one["row"], one["column"], one["code"]) for one in errors] == [
        (6, "external_id", "named_elsewhere")
    ]
