"""Imports over HTTP: what may be sent, who sees what became of it, what is changed and what is refused."""

import io
import zipfile
from datetime import date
from typing import Any

import httpx
import pytest
from asyncpg import Connection
from conftest import SignIn
from import_files import (
    CSV,
    MEMBERS,
    NEW_CELL,
    NEW_MEMBER,
    ORGANIZATIONS,
    XLSX,
    apply,
    counts,
    errors,
    members,
    organizations,
    send,
)
from make import CAUSE, Client, World, empower
from workbooks import number, text, workbook

from app.domain.import_file import records
from app.domain.imports import FileFormat, ImportKind
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.language import Language, in_words
from app.services import history
from app.services.imports.kinds import KINDS


async def test_new_organizations_come_into_the_tree_and_a_second_time_change_nothing(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    lines = (
        "tax-1,tax,T-1,affiliated_cell,Chi bộ 1,,,2024-01-01,,",
        "tax,bloc,T,grassroots_committee,Đảng bộ Thuế,Tax,,2024-01-01,,",
    )
    imported = await organizations(client, *lines)
    assert counts(imported) == ("applied", 2, 0, 0) and imported["rows"] == 2
    assert imported["organization_id"] == str(world["bloc"]) and imported["operation_id"]
    found = await client.get(
        "/v1/organizations", params={"system": "test", "external_id": "tax-1", "on": "2024-06-01"}
    )
    assert [one["code"] for one in found.json()["items"]] == ["T-1"]
    again = await organizations(client, *lines)
    assert (counts(again), again["operation_id"]) == (("applied", 0, 0, 2), None)


async def test_validating_writes_nothing_but_what_was_found(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    assert counts(await organizations(client, NEW_CELL, mode="validate")) == ("valid", 1, 0, 0)
    found = await client.get("/v1/organizations", params={"system": "test", "external_id": "health-3"})
    assert found.json()["items"] == []


async def test_one_wrong_row_refuses_the_whole_file_and_keeps_its_errors(
    sign_in: SignIn, connection: Connection
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    before = await connection.fetchval("SELECT count(*) FROM placement")
    refused = await organizations(
        client, NEW_CELL, "x,nowhere,,affiliated_cell,X,,moon,2024-01-01,,", "y,health,,committee,,,,,,"
    )
    assert (refused["errors"], refused["operation_id"]) == (4, None)
    assert await errors(client, refused) == [
        (2, "parent", "unknown_organization"),
        (2, "sector", "code_not_in_catalogue"),
        (3, "type", "unknown_word"),
        (3, "valid_from", "missing_value"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM placement") == before


async def test_errors_speak_the_language_asked_for_and_never_repeat_a_cell(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "x,secret-place,,affiliated_cell,X,,,2024-01-01,,",
        "y,secret-place,,affiliated_cell,Y,,,2024-01-01,,",
    )
    address = f"/v1/imports/{refused['id']}/errors"
    english = await client.get(address, params={"limit": 1, "total": "true"})
    assert english.json()["total"] == 2 and "reach" in english.json()["items"][0]["detail"]
    rest = await client.get(address, params={"limit": 1, "after": english.json()["next"]})
    assert [one["row"] for one in rest.json()["items"]] == [2] and rest.json()["next"] is None
    vietnamese = await client.get(address, headers={"Accept-Language": "vi"})
    assert "phạm vi" in vietnamese.json()["items"][0]["detail"] and "secret" not in vietnamese.text


async def test_the_shape_of_the_tree_changes_only_by_restructuring(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "health-1,court,,,,,,2024-01-01,,",
        "health-2,,,sectional_committee,,,,2024-01-01,,",
        "court,,,,,,,2024-01-01,2025-01-01,",
        "health,,,,,,,2019-01-01,,",
    )
    assert await errors(client, refused) == [
        (1, "parent", "restructuring_needed"),
        (2, "type", "restructuring_needed"),
        (3, "valid_to", "restructuring_needed"),
        (4, "valid_from", "restructuring_needed"),
    ]


async def test_new_links_keep_the_matrix_of_their_first_day(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "a,health-1,,affiliated_cell,A,,,2024-01-01,,",
        "b,c,,affiliated_cell,B,,,2024-01-01,,",
        "c,b,,affiliated_cell,C,,,2024-01-01,,",
        "d,e,,affiliated_cell,D,,,2024-01-01,,",
        "e,bloc,,grassroots_committee,E,,,2024-02-01,,",
        "f,,,affiliated_cell,F,,,2024-01-01,,",
    )
    found = await errors(client, refused)
    assert {(1, "parent", "parent_type_not_allowed"), (4, "parent", "parent_not_alive_then")} <= set(found)
    assert (6, "parent", "parent_missing") in found
    cycle = await organizations(
        client, "b,c,,grassroots_committee,B,,,2024-01-01,,", "c,b,,grassroots_committee,C,,,2024-01-01,,"
    )
    assert {(1, "parent", "tree_cycle"), (2, "parent", "tree_cycle")} <= set(await errors(client, cycle))


async def test_new_grassroots_organizations_stand_under_one_with_delegated_powers(
    sign_in: SignIn, connection: Connection, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    lines = (
        "a,health,,grassroots_cell,A,,,2025-07-01,,",
        "b,health,,grassroots_committee,B,,,2025-08-01,2026-01-01,",
        "c,health,,affiliated_cell,C,,,2025-07-01,,",
        "d,b,,grassroots_cell,D,,,2025-08-01,2026-01-01,",
    )
    place = "parent_type_not_allowed"
    refused = await organizations(client, *lines)
    assert await errors(client, refused) == [(row, "parent", place) for row in (1, 2, 4)]

    async def grant(period: Period) -> None:
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {})
        await empower(connection, operation_id, world["health"], period)

    await grant(Period(date(2025, 7, 1), date(2026, 1, 1)))
    refused = await organizations(client, *lines)
    assert await errors(client, refused) == [(1, "parent", place), (4, "parent", place)]
    await grant(Period(date(2025, 7, 1)))
    assert counts(await organizations(client, *lines[:3])) == ("applied", 3, 0, 0)


async def test_a_new_link_is_judged_from_its_first_day_to_its_last(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "a,bloc,,grassroots_committee,A,,,2024-01-01,2024-06-01,",
        "a,bloc,,grassroots_cell,A,,,2024-06-01,,",
        "b,a,,affiliated_cell,B,,,2024-01-01,2024-03-01,",
        "b,a,,affiliated_cell,C,,,2024-03-01,,",
    )
    assert await errors(client, refused) == [(4, "parent", "parent_type_not_allowed")]
    goes_on = (
        "a,bloc,,grassroots_cell,A,,,2024-01-01,2025-08-01,",
        "a,bloc,,grassroots_cell,B,,,2025-08-01,,",
    )
    assert counts(await organizations(client, *goes_on)) == ("applied", 1, 0, 0)


async def test_periods_of_one_organization_follow_each_other(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "a,health,,affiliated_cell,A,,,2024-01-01,2024-06-01,",
        "a,health,,affiliated_cell,A,,,2024-05-01,,",
        "b,health,,affiliated_cell,B,,,2024-01-01,2024-06-01,",
        "b,health,,affiliated_cell,B,,,2024-07-01,,2023-01-01",
    )
    assert await errors(client, refused) == [
        (2, "valid_from", "rows_overlap"),
        (4, "opened_on", "opened_outside_life"),
        (4, "valid_from", "rows_have_gap"),
    ]
    history = await organizations(
        client,
        "a,health,A-1,affiliated_cell,A,,,2024-01-01,2024-06-01,",
        "a,health,A-2,affiliated_cell,A mới,,,2024-06-01,2025-01-01,",
    )
    assert counts(history) == ("applied", 1, 0, 0)


async def test_codes_are_borne_once_in_register_and_file(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await organizations(
        client,
        "a,health,C-court,affiliated_cell,A,,,2024-01-01,,",
        "b,health,B,affiliated_cell,B,,,2024-01-01,,",
        "c,health,B,affiliated_cell,C,,,2024-01-01,,",
    )
    assert await errors(client, refused) == [(1, "code", "code_taken"), (3, "code", "code_taken")]
    swapped = await organizations(
        client, "health-1,,C-health-2,,,,,2024-01-01,,", "health-2,,C-health-1,,,,,2024-01-01,,"
    )
    assert counts(swapped) == ("applied", 0, 2, 0)


async def test_a_difference_is_a_change_from_its_day_or_a_correction(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"/v1/organizations/{world['health']}"

    async def name(on: str) -> str:
        return (await client.get(address, params={"on": on})).json()["name"]

    changed = await organizations(client, "health,,,,Tên 2024,,,2024-01-01,,")
    assert counts(changed) == ("applied", 0, 1, 0)
    assert [await name("2023-12-31"), await name("2024-01-01")] == ["Đảng bộ Sở Y tế", "Tên 2024"]
    earlier = await organizations(client, "health,,,,Tên 2022,Health,,2022-01-01,,")
    assert counts(earlier) == ("applied", 0, 1, 0)
    assert [await name("2022-01-01"), await name("2024-01-01")] == ["Tên 2022", "Tên 2024"]
    assert (await client.get(address, params={"on": "2024-01-01"})).json()["name_en"] == "Health"
    known = await organizations(client, "health,,,,Tên 2022,Health,,2022-01-01,,")
    assert counts(known) == ("applied", 0, 0, 1)
    corrected = await organizations(
        client, "health,,,,Tên đúng,,,2022-01-01,2024-06-01,", meaning="corrections", reason="Ghi nhầm"
    )
    assert counts(corrected) == ("applied", 0, 1, 0)
    assert [await name("2021-12-31"), await name("2024-05-31"), await name("2024-06-01")] == [
        "Đảng bộ Sở Y tế",
        "Tên đúng",
        "Tên 2024",
    ]


async def test_organizations_are_named_by_codes_as_of_the_day(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    lines = (
        "h9,C-health,C-h9,affiliated_cell,Chi bộ 9,,,2024-01-01,,",
        ",,C-court,,Chi bộ Tòa án tỉnh,,,2024-01-01,,",
    )
    imported = await organizations(client, *lines, key="code")
    assert counts(imported) == ("applied", 1, 1, 0)
    assert counts(await organizations(client, *lines, key="code")) == ("applied", 0, 0, 2)
    moved = await members(client, "p0,,,,,C-h9,,,2024-03-01,,", key="code")
    assert counts(moved) == ("applied", 0, 1, 0)


async def test_the_root_may_stand_in_the_file_as_what_it_is(sign_in: SignIn) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    root = "province,,C-province,provincial,Đảng bộ tỉnh Thử Nghiệm,Provincial organization,,2020-08-01,,2023-01-01"
    assert counts(await organizations(client, root)) == ("applied", 0, 0, 1)
    below = await sign_in("upper_organizing_board", "bloc")
    assert await errors(below, await organizations(below, root)) == [(1, "external_id", "external_id_taken")]


async def test_new_members_come_onto_the_rolls_and_a_second_time_change_nothing(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    lines = (
        "n1,Nguyễn Văn Mới,male,030085001234,,health-1,probationary,active,2023-05-01,2024-05-01,",
        "n1,Nguyễn Văn Mới,male,030085001234,00001111,health-1,official,active,2024-05-01,2024-09-01,",
        "n1,Nguyễn Văn Mới,male,030085001234,00001111,health-2,official,exempted,2024-09-01,2025-01-01,",
        "n1,Nguyễn Văn Mới,male,030085001234,00001111,,,,2025-01-01,,deceased",
        "n2,Trần Thị Hai,,,,health-2,official,,2023-05-01,,",
    )
    imported = await members(client, *lines)
    assert counts(imported) == ("applied", 2, 0, 0)

    async def people(on: str) -> int:
        answer = await client.get(f"/v1/organizations/{world['health']}/children", params={"on": on})
        return sum(one["members"]["total"] for one in answer.json()["items"])

    assert [await people("2023-04-30"), await people("2024-12-31"), await people("2025-01-01")] == [4, 6, 5]
    assert counts(await members(client, *lines)) == ("applied", 0, 0, 2)


async def test_an_empty_cell_says_nothing(sign_in: SignIn, connection: Connection, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    assert counts(await members(client, "p0,,,,,,,,2024-01-01,,")) == ("applied", 0, 0, 1)
    assert counts(await members(client, "p0,,female,,,,,,2024-01-01,,")) == ("applied", 0, 1, 0)
    rows = await connection.fetch(
        "SELECT full_name, sex FROM person WHERE member_id = $1 AND superseded_by IS NULL ORDER BY lower(valid)",
        world["p0"],
    )
    assert [tuple(row) for row in rows] == [("Nguyễn Văn An", "male"), ("Nguyễn Văn An", "female")]


async def test_a_known_member_moves_is_exempted_and_leaves(
    sign_in: SignIn, connection: Connection, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    lines = ("p0,,,,,health-2,,exempted,2024-01-01,2025-01-01,", "p0,,,,,,,,2025-01-01,,transferred_out")
    assert counts(await members(client, *lines)) == ("applied", 0, 1, 0)
    assert counts(await members(client, *lines)) == ("applied", 0, 0, 1)
    rows = await connection.fetch(
        "SELECT valid::text, cell_id, standing, exit_reason FROM membership"
        " WHERE member_id = $1 AND superseded_by IS NULL ORDER BY lower(valid)",
        world["p0"],
    )
    assert [tuple(row) for row in rows] == [
        ("[2023-01-01,2024-01-01)", world["health-1"], "official", None),
        ("[2024-01-01,2025-01-01)", world["health-2"], "official", None),
        ("[2025-01-01,)", None, None, "transferred_out"),
    ]
    status = await connection.fetch(
        "SELECT valid::text, status FROM activity WHERE member_id = $1 AND superseded_by IS NULL", world["p0"]
    )
    assert [tuple(row) for row in status] == [("[2024-01-01,2025-01-01)", "exempted")]


async def test_an_exit_stays_where_the_member_is_known_to_have_come_back(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    left = "p0,,,,,,,,2024-01-01,,transferred_out"
    back = "p0,,,,,health-2,official,,2024-06-01,,"
    assert counts(await members(client, left)) == ("applied", 0, 1, 0)
    assert counts(await members(client, back)) == ("applied", 0, 1, 0)
    assert counts(await members(client, left)) == ("applied", 0, 0, 1)


async def test_a_roll_has_no_gap_no_overlap_and_no_end_without_exit(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await members(
        client,
        "a,A,,,,health-1,official,,2024-01-01,2024-02-01,",
        "a,A,,,,health-1,official,,2024-03-01,,",
        "b,B,,,,health-1,official,,2024-01-01,2024-02-01,",
        "c,C,,,,health-1,official,,2024-01-01,,",
        "c,C,,,,health-1,official,,2024-02-01,,",
        "d,D,,,,,,,2024-01-01,,deceased",
        "e,,,,,health-1,,,2024-01-01,,",
        "f,F,,,,health-1,official,,2024-01-01,,resigned",
        "p0,,,,,health-2,official,,2020-08-01,2021-01-01,",
    )
    assert await errors(client, refused) == [
        (2, "valid_from", "rows_have_gap"),
        (3, "valid_to", "exit_missing"),
        (5, "valid_from", "rows_overlap"),
        (6, "cell", "never_in_a_cell"),
        (7, "full_name", "missing_value"),
        (7, "standing", "missing_value"),
        (8, "exit_reason", "exit_with_cell"),
        (9, "full_name", "missing_value"),
        (9, "valid_from", "membership_has_gap"),
    ]


async def test_cells_must_be_within_reach_and_hold_members_then(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await members(
        client,
        "a,A,,,,town-1,official,,2024-01-01,,",
        "b,B,,,,nowhere,official,,2024-01-01,,",
        "c,C,,,,health,official,,2024-01-01,,",
        "d,D,,,,health-1,official,,2019-01-01,,",
        "p5,D,,,,health-1,official,,2024-01-01,,",
    )
    assert await errors(client, refused) == [
        (1, "cell", "unknown_organization"),
        (2, "cell", "unknown_organization"),
        (3, "cell", "cell_cannot_hold_members_then"),
        (4, "cell", "cell_cannot_hold_members_then"),
        (5, "external_id", "external_id_taken"),
    ]


async def test_what_one_may_only_see_one_may_not_import_into(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health", subject="two-duties")
    await sign_in("inspection_committee", "bloc", subject="two-duties")
    refused = await members(client, "a,A,,,,court,official,,2024-01-01,,", "p4,,,,,health-1,,,2024-01-01,,")
    assert await errors(client, refused) == [
        (1, "cell", "import_not_allowed"),
        (2, "external_id", "import_not_allowed"),
    ]


async def test_a_row_that_would_hold_into_a_past_stay_elsewhere_needs_the_duty_there(sign_in: SignIn) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    away = "p0,,,,,court,,,2024-01-01,2025-01-01,"
    assert counts(await members(board, away)) == ("applied", 0, 1, 0)
    office = await sign_in("grassroots_office", "health")
    before, after = (f"p0,,female,,5555,,,,{day},," for day in ("2023-05-01", "2025-05-01"))
    assert await errors(office, await members(office, before)) == [(1, "external_id", "import_not_allowed")]
    assert counts(await members(office, after)) == ("applied", 0, 1, 0)
    assert counts(await members(board, before)) == ("applied", 0, 1, 0)


async def test_a_number_has_one_bearer(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    assert counts(await members(client, NEW_MEMBER)) == ("applied", 1, 0, 0)
    refused = await members(
        client,
        "n2,B,,030085001234,,health-1,official,,2024-01-01,,",
        "n3,C,,030085000001,,health-1,official,,2024-01-01,,",
        "n4,D,,030085000001,,health-1,official,,2024-01-01,,",
    )
    assert await errors(client, refused) == [
        (1, "citizen_id", "identifier_taken"),
        (3, "citizen_id", "identifier_taken"),
    ]
    corrected = await members(
        client, "n1,,,030085009999,,,,,2024-01-01,,", meaning="corrections", reason="Ghi nhầm"
    )
    assert counts(corrected) == ("applied", 0, 1, 0)
    assert counts(await members(client, "n2,B,,030085001234,,health-1,official,,2024-01-01,,")) == (
        "applied",
        1,
        0,
        0,
    )


async def test_ndjson_and_default_day(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    params = {"kind": "members", "mode": "apply", "system": "test", "effective_on": "2024-01-01"}
    line = '{"external_id": "n1", "full_name": "A", "birth_date": "1958", "cell": "health-1", "standing": "official"}'
    headers = {"Content-Type": "application/x-ndjson"}
    answer = await client.post("/v1/imports", params=params, content=line.encode(), headers=headers)
    assert answer.status_code == 201 and counts(answer.json()) == ("applied", 1, 0, 0)
    assert answer.json()["parameters"]["effective_on"] == "2024-01-01"


async def test_only_those_who_may_import_somewhere_may_send_a_file(sign_in: SignIn) -> None:
    for role, kind, status in (
        ("auditor", "members", 403),
        ("grassroots_office", "organizations", 403),
        ("grassroots_office", "members", 201),
    ):
        client = await sign_in(role, "health")
        header, line = (MEMBERS, NEW_MEMBER) if kind == "members" else (ORGANIZATIONS, NEW_CELL)
        assert (await send(client, kind, header, line, mode="validate")).status_code == status


async def test_imports_are_seen_by_their_sender_and_by_who_may_do_the_same_there(sign_in: SignIn) -> None:
    sender = await sign_in("grassroots_office", "health")
    imported = await members(sender, NEW_MEMBER, mode="validate")
    address = f"/v1/imports/{imported['id']}"
    for role, where, status in (
        ("upper_organizing_board", "bloc", 200),
        ("grassroots_office", "court", 404),
        ("auditor", "bloc", 404),
    ):
        client = await sign_in(role, where)
        assert (await client.get(address)).status_code == status
        assert (await client.get(f"{address}/errors")).status_code == status
        listed = (await client.get("/v1/imports")).json()["items"]
        assert [one["id"] for one in listed] == ([imported["id"]] if status == 200 else [])
    assert (await sender.get(address)).json() == imported


async def test_the_same_key_answers_as_before_and_takes_no_other_file(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    params = {"kind": "members", "mode": "apply", "system": "test"}
    headers = CSV | {"Idempotency-Key": "k1"}
    content = f"{MEMBERS}\n{NEW_MEMBER}\n".encode()
    first = await client.post("/v1/imports", params=params, content=content, headers=headers)
    again = await client.post("/v1/imports", params=params, content=content, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await client.post("/v1/imports", params=params, content=content + b"\n", headers=headers)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")


async def test_what_is_asked_must_fit(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    good = {"kind": "members", "mode": "apply", "system": "test"}
    for params, code in (
        ({"kind": "members", "mode": "apply", "key": "code"}, "system_required"),
        (good | {"meaning": "corrections"}, "reason_required"),
        (good | {"kind": "cats"}, "enum"),
        (good | {"colour": "red"}, "unknown_parameter"),
    ):
        answer = await client.post("/v1/imports", params=params, content=b"external_id\n", headers=CSV)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    for headers in ({"Content-Type": "application/json"}, {}, CSV | {"Content-Encoding": "gzip"}):
        answer = await client.post("/v1/imports", params=good, content=b"{}", headers=headers)
        assert (
            answer.status_code == 415 and answer.json()["type"] == "urn:dangbo:problem:unsupported-media-type"
        )


async def test_a_file_that_cannot_be_read_is_one_clear_error(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    params = {"kind": "members", "mode": "apply", "system": "test"}
    content = f"{MEMBERS}\n{NEW_MEMBER}\n".encode() + b"\xff"
    answer = await client.post("/v1/imports", params=params, content=content, headers=CSV)
    assert await errors(client, answer.json()) == [(0, None, "encoding_unknown")]
    assert answer.json()["parameters"]["encoding"] is None
    answer = await client.post("/v1/imports", params=params, content=content, headers=XLSX)
    assert await errors(client, answer.json()) == [(0, None, "sent_as_workbook")]


async def test_a_workbook_is_taken_in_like_any_other_file(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    params = {"kind": "members", "mode": "apply", "system": "test"}
    header, (external_id, name, _, citizen_id, *_) = MEMBERS.split(","), NEW_MEMBER.split(",")
    shown = [
        name for name in header if name in ("external_id", "full_name", "citizen_id", "cell", "valid_from")
    ]
    cells = [text(external_id), text(name), text(citizen_id), text("health-1")]
    rows = [*cells, number(45292, 1)], [*cells[:2], number(30085001234), *cells[3:], number(45292, 1)]
    taken = []
    for row in rows:
        content = workbook([text(name) for name in [*shown, "standing"]], [*row, text("official")])
        answer = await client.post("/v1/imports", params=params, content=content, headers=XLSX)
        assert answer.status_code == 201, answer.text
        taken.append(answer.json())
    assert counts(taken[0]) == ("applied", 1, 0, 0)
    assert taken[0]["parameters"]["media_type"] == XLSX["Content-Type"]
    assert taken[0]["parameters"]["encoding"] is None
    assert await errors(client, taken[1]) == [(1, "citizen_id", "leading_zeros_lost")]


FONT_AND_ZEROS = NEW_MEMBER.replace("Nguyễn Văn Mới", "NguyÔn V¨n Míi").replace("030085001234", "30085001234")


async def test_who_sent_a_file_is_told_what_was_probably_meant(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await members(client, FONT_AND_ZEROS)
    page = await client.get(f"/v1/imports/{refused['id']}/errors", headers={"Accept-Language": "en"})
    number, name = page.json()["items"]
    assert (number["code"], number["facts"]) == (
        "leading_zeros_lost",
        {"found": 11, "expected": 12, "suggestion": "030085001234"},
    )
    assert (name["code"], name["facts"]) == (
        "font_text",
        {"encoding": "TCVN3 (ABC)", "suggestion": "Nguyễn Văn Mới"},
    )
    assert "030085001234" in number["detail"] and "Nguyễn Văn Mới" in name["detail"]


async def test_of_what_was_meant_others_learn_nothing(sign_in: SignIn, connection: Connection) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    valid = "n2,Trần Thị Hai,,,,health-2,official,,2023-05-01,,"
    refused = await members(client, FONT_AND_ZEROS, valid)
    other = await sign_in("provincial_organizing_board", "province")
    page = await other.get(f"/v1/imports/{refused['id']}/errors")
    assert [one["code"] for one in page.json()["items"]] == ["leading_zeros_lost", "font_text"]
    assert "suggestion" not in page.text and "Nguy" not in page.text and "85001234" not in page.text
    kept = await connection.fetchval("SELECT jsonb_agg(facts)::text FROM import_error")
    assert "suggestion" not in kept


async def test_what_was_meant_is_forgotten_after_a_month(sign_in: SignIn, connection: Connection) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    refused = await members(client, FONT_AND_ZEROS)
    kept = await connection.fetch("DELETE FROM import_suggestion RETURNING import_id, number, suggestion")
    await connection.executemany(
        "INSERT INTO import_suggestion VALUES ($1, $2, $3, clock_timestamp() - interval '31 days')", kept
    )
    page = await client.get(f"/v1/imports/{refused['id']}/errors")
    assert len(page.json()["items"]) == 2 and "suggestion" not in page.text
    await members(client, NEW_MEMBER, mode="validate")
    assert await connection.fetchval("SELECT count(*) FROM import_suggestion") == 0


async def test_every_encoding_of_spreadsheets_comes_to_the_same(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    params = {"kind": "members", "mode": "apply", "system": "test"}
    content = "sep=;\r\n" + f"{MEMBERS}\r\n{NEW_MEMBER}\r\n".replace(",", ";").replace(
        "2024-01-01", "1.1.2024"
    )
    taken = []
    for codec in ("utf-16", "utf-8-sig"):
        answer = await client.post(
            "/v1/imports", params=params, content=content.encode(codec), headers={"Content-Type": "text/csv"}
        )
        taken.append((*counts(answer.json()), answer.json()["parameters"]["encoding"]))
    assert taken == [("applied", 1, 0, 0, "utf-16"), ("applied", 0, 0, 1, "utf-8")]


async def annotated(
    client: Client, content: bytes, headers: dict[str, str]
) -> tuple[httpx.Response, list[Any]]:
    """A file of members sent to be looked at, and the rows of the workbook that comes back."""
    params = {"kind": "members", "system": "test"}
    answer = await client.post("/v1/imports/annotations", params=params, content=content, headers=headers)
    if answer.status_code != 200:
        return answer, []
    return answer, [cells for _, cells in records(io.BytesIO(answer.content), None)]


async def test_a_file_comes_back_with_its_errors_and_can_be_put_right_and_sent_again(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    sound = "=HYPERLINK(1),A B,,,,health-2,official,,2023-05-01,,"
    content = "\n".join([MEMBERS, FONT_AND_ZEROS, sound]).encode()
    answer, rows = await annotated(client, content, CSV | {"Accept-Language": "en"})
    assert answer.headers["content-type"] == FileFormat.XLSX and answer.headers["cache-control"] == "no-store"
    imported = (await client.get(answer.headers["location"])).json()
    assert (imported["mode"], imported["state"], imported["errors"]) == ("validate", "refused", 2)
    header, first, second = rows
    assert header == ["errors", *MEMBERS.split(",")]
    assert first[0].startswith("citizen_id: ") and "\nfull_name: " in first[0]
    assert "“Nguyễn Văn Mới”" in first[0] and "030085001234" in first[0]
    assert first[1:3] == ["n1", "NguyÔn V¨n Míi"] and first[4] == "30085001234"
    assert (second[0], second[1]) == ("", "=HYPERLINK(1)")
    put_right = answer.content
    again = await client.post(
        "/v1/imports",
        params={"kind": "members", "mode": "apply", "system": "test"},
        content=put_right,
        headers=XLSX,
    )
    assert await errors(client, again.json()) == [
        (1, "citizen_id", "leading_zeros_lost"),
        (1, "full_name", "font_text"),
    ]
    _, rows = await annotated(client, put_right, XLSX)
    assert rows[0] == header


async def test_of_a_file_that_cannot_be_read_comes_back_what_can_be(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    _, rows = await annotated(client, b"external_id,surname\n1,x\n", CSV | {"Accept-Language": "en"})
    assert rows[0][0].startswith("errors\n") and rows[0][1:] == ["external_id", "surname"]
    assert rows[1][1:] == ["1", "x"]
    _, rows = await annotated(client, b"no workbook", XLSX | {"Accept-Language": "en"})
    said = "The file is no workbook. CSV is sent with the Content-Type text/csv, NDJSON with application/x-ndjson."
    assert rows == [[f"errors\n{said}"]]


async def test_words_in_either_language_are_taken_as_what_they_mean(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    header = "external_id,full_name,sex,general_education,cell,standing,valid_from"
    rows = ("n1,Nguyễn Văn Mới,Nữ,Trung học phổ thông,health-1,CHINH THUC,2024-01-01",)
    in_words = await apply(client, "members", header, *rows)
    assert counts(in_words) == ("applied", 1, 0, 0), await errors(client, in_words)
    rows = ("n1,Nguyễn Văn Mới,female,upper_secondary,health-1,official,2024-01-01",)
    assert counts(await apply(client, "members", header, *rows)) == ("applied", 0, 0, 1)


async def test_errors_name_rows_as_spreadsheets_number_them(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    overlapping = NEW_MEMBER.replace("Mới", "Cũ")
    refused = await members(client, NEW_MEMBER, overlapping)
    headers = {"Accept-Language": "en"}
    address = f"/v1/imports/{refused['id']}"
    (error,) = (await client.get(f"{address}/errors", headers=headers)).json()["items"]
    assert (error["row"], error["line"], error["facts"]) == (2, 3, {"other_row": 1})
    assert error["detail"].endswith("(line 2).")
    (held,) = (await client.get(f"{address}/held", headers=headers)).json()["items"]
    assert (held["row"], held["line"], held["faults"][0]["pointer"]) == (2, 3, "/2/valid_from")
    params = {"kind": "members", "mode": "validate", "system": "test"}
    for content, said in ((b'{"external_id": "n1"}\n', (1, 1)), (b"\xff", (0, None))):
        ndjson = {"Content-Type": FileFormat.NDJSON.value}
        answer = await client.post("/v1/imports", params=params, content=content, headers=ndjson)
        (error, *_) = (await client.get(f"/v1/imports/{answer.json()['id']}/errors")).json()["items"]
        assert (error["row"], error["line"]) == said


@pytest.mark.parametrize("form", [FileFormat.CSV, FileFormat.NDJSON])
async def test_a_workbook_sent_as_text_is_told_how_to_be_sent(sign_in: SignIn, form: FileFormat) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    accept = {"Accept": FileFormat.XLSX}
    template = await client.get("/v1/imports/template", params={"kind": "members"}, headers=accept)
    for content, code in (
        (template.content, "sent_as_text"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "workbook_of_old_kind"),
    ):
        params = {"kind": "members", "mode": "validate", "system": "test"}
        headers = {"Content-Type": form.value}
        answer = await client.post("/v1/imports", params=params, content=content, headers=headers)
        assert await errors(client, answer.json()) == [(0, None, code)]


async def test_only_tables_come_back(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer, _ = await annotated(client, b"{}", {"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 415


async def test_a_file_given_back_is_told_once_under_its_key(sign_in: SignIn, connection: Connection) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    headers = CSV | {"Idempotency-Key": "given-back-1"}
    content = f"{MEMBERS}\n{FONT_AND_ZEROS}\n".encode()
    first, _ = await annotated(client, content, headers)
    again, _ = await annotated(client, content, headers)
    assert (first.status_code, again.status_code) == (200, 409)
    assert await connection.fetchval("SELECT max(length(body)) FROM idempotency") == 0


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", list(ImportKind))
async def test_a_template_may_be_a_workbook_that_is_read_as_an_empty_file(
    sign_in: SignIn, kind: ImportKind, language: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get(
        "/v1/imports/template",
        params={"kind": kind},
        headers={"Accept": FileFormat.XLSX, "Accept-Language": language},
    )
    assert answer.headers["content-type"] == FileFormat.XLSX
    columns = KINDS[kind].columns
    assert list(records(io.BytesIO(answer.content), None)) == [(0, [column.name for column in columns])]
    parts = zipfile.ZipFile(io.BytesIO(answer.content))
    sheet, words = (parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert sheet.count("<dataValidation ") == sum(column.holds == "word" for column in columns)
    assert 'state="hidden"' not in parts.read("xl/workbook.xml").decode()
    assert all(word in words for column in columns for word in column.words)
    notes = parts.read("xl/comments1.xml").decode()
    assert notes.count("<comment ") == len(columns)
    assert in_words(Language(language), "column.day") in notes


async def test_kinds_and_templates_tell_what_a_file_looks_like(sign_in: SignIn) -> None:
    client = await sign_in()
    kinds = (await client.get("/v1/imports/kinds")).json()["items"]
    assert [one["kind"] for one in kinds] == [kind.value for kind in ImportKind]
    for kind in kinds:
        template = await client.get("/v1/imports/template", params={"kind": kind["kind"]})
        assert template.headers["content-type"] == "text/csv; charset=utf-8"
        assert template.content.decode("utf-8-sig").strip() == ",".join(
            one["name"] for one in kind["columns"]
        )


async def test_a_file_of_guesses_learns_nothing_about_a_member_out_of_reach(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    params = {"kind": "members", "mode": "validate", "system": "test", "effective_on": "2024-01-01"}
    told = []
    for row in ("p5,1961-12-31,town-1", "p5,1950-01-01,town-1", "p5,,health-1", "p5,,nowhere"):
        content = f"external_id,birth_date,cell\n{row}\n".encode()
        answer = (await client.post("/v1/imports", params=params, content=content, headers=CSV)).json()
        told.append(await errors(client, answer))
    assert told == [[(1, "external_id", "external_id_taken")]] * 4


async def test_a_row_about_the_days_of_a_planned_stay_elsewhere_needs_the_duty_there(sign_in: SignIn) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    assert counts(await members(board, "p0,,,,,court,,,2028-01-01,,"))[0] == "applied"
    office = await sign_in("grassroots_office", "health")
    refusal = [(1, "external_id", "import_not_allowed")]
    card = "030070000077"
    within, bounded = f"p0,,,,{card},,,,2028-07-01,,", f"p0,,,,{card},,,,2026-07-01,2029-01-01,"
    assert await errors(office, await members(office, within)) == refusal
    assert await errors(office, await members(office, bounded)) == refusal
    corrected = await members(
        office, "p0,Nguyễn Văn Ân,,,,,,,2028-02-01,,", meaning="corrections", reason="Ghi nhầm"
    )
    assert await errors(office, corrected) == refusal
    assert counts(await members(office, f"p0,,,,{card},,,,2026-01-01,,")) == ("applied", 0, 1, 0)
    assert counts(await members(board, within.replace("77", "78"))) == ("applied", 0, 1, 0)


async def born(client: Client, line: str, **params: str) -> dict[str, Any]:
    answer = await send(
        client, "members", "external_id,full_name,birth_date,cell,standing,valid_from", line, **params
    )
    return answer.json()


async def test_a_birth_date_is_only_corrected(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await born(office, "p0,,1999-01-01,,,2024-01-01")
    assert await errors(office, refused) == [(1, "birth_date", "only_corrected")]
    (told,) = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert told["facts"] == {"rule": "R-MEM-1", "source": "06 9.2"}
    asked = {"meaning": "corrections", "reason": "Ghi nhầm"}
    alone = await born(office, "p0,,1999-01-01,,,2023-01-01", **asked)
    assert await errors(office, alone) == [(1, "birth_date", "needs_second_person")]
    assert (await born(office, "p4,,1999-01-01,,,2023-01-01", **asked))["state"] == "refused"  # out of reach
    court = await sign_in("upper_organizing_board", "bloc")  # unknown till then, so nothing is locked
    assert (await born(court, "p4,,1999-01-01,,,2023-01-01", **asked))["state"] == "applied"


@pytest.mark.parametrize("day", ["2150-01-01", "2024-02-01"])
async def test_nobody_joins_before_birth(sign_in: SignIn, day: str) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await born(office, f"q1,A B,{day},health-1,official,2024-01-01")
    assert await errors(office, refused) == [(1, "birth_date", "birth_in_future")]
    assert (await born(office, "q1,A B,2005,health-1,official,2024-01-01"))["state"] == "applied"


async def test_activity_and_numbers_are_said_of_days_on_the_roll(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await members(office, "p1,,,,55,,,suspended,2010-02-01,2011-01-01,")
    assert await errors(office, refused) == [
        (1, "activity_status", "not_on_the_roll"),
        (1, "card_number", "not_on_the_roll"),
    ]


async def test_activity_does_not_outlast_the_stay(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    leaves = "p0,,,,,,,,2024-06-01,,removed"
    assert counts(await members(office, leaves)) == ("applied", 0, 1, 0)
    assert counts(await members(office, "p0,,,,,,,suspended,2024-03-01,,")) == ("applied", 0, 1, 0)
    back = "p0,,,,,health-1,official,,2025-06-01,,"
    corrected = await members(office, back, meaning="corrections", reason="Không ra khỏi Đảng")
    assert counts(corrected) == ("applied", 0, 1, 0)
    found = (await office.get("/v1/members", params={"system": "test", "external_id": "p0"})).json()["items"]
    assert [one["activity_status"] for one in found] == ["active"]


@pytest.mark.parametrize("mode", ["validate", "apply"])
async def test_a_record_that_would_begin_with_an_exit_is_refused_by_its_row(
    sign_in: SignIn, mode: str
) -> None:
    office = await sign_in("grassroots_office", "health")
    known = await members(office, "p0,,,,,,,,2023-01-01,2027-06-01,transferred_out", mode=mode)
    assert await errors(office, known) == [(1, "exit_reason", "exit_before_membership")]
    new = await members(
        office,
        "n1,A B,,,,,,,2024-01-01,2024-06-01,transferred_out",
        "n1,A B,,,,health-1,official,,2024-06-01,,",
        mode=mode,
    )
    assert await errors(office, new) == [(1, "exit_reason", "exit_before_membership")]


async def test_a_hidden_member_named_beside_a_number_does_not_tell_whose_it_is(sign_in: SignIn) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    numbered = ("p4,,,000000111,,,,,2024-01-01,,", "p5,,,000000222,,,,,2024-01-01,,")
    assert counts(await members(board, *numbered))[0] == "applied"
    office = await sign_in("grassroots_office", "health")
    told = []
    for guess in ("000000111", "000000222", "000000333"):
        refused = await members(
            office, f"p5,,,{guess},,,,,2024-01-01,,", f"n1,A B,,{guess},,health-1,official,,2024-01-01,,"
        )
        page = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
        told.append([(one["row"], one["code"], one["facts"]) for one in page])
    hidden, taken = (1, "external_id_taken", {}), (2, "identifier_taken", {})
    assert told == [[hidden, taken], [hidden, taken], [hidden]]


@pytest.mark.parametrize(("parent", "since"), [("nosuch", "2024"), ("town", "2024"), ("town", "1905")])
async def test_of_a_hidden_parent_nothing_is_told(sign_in: SignIn, parent: str, since: str) -> None:
    office = await sign_in("upper_organizing_board", "bloc")
    line = f"new,{parent},,affiliated_cell,Chi bộ mới,,,{since}-01-01,,"
    assert await errors(office, await organizations(office, line)) == [(1, "parent", "unknown_organization")]


async def test_a_membership_corrected_takes_back_what_is_said_off_its_days(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    said = "p0,,,,77,,,suspended,2024-03-01,,"
    assert counts(await members(office, said)) == ("applied", 0, 1, 0)
    left = await members(
        office, "p0,,,,,,,,2024-06-01,,removed", meaning="corrections", reason="Đã đưa ra từ trước"
    )
    assert counts(left) == ("applied", 0, 1, 0)
    back = await members(
        office, "p0,,,,,health-1,official,,2025-06-01,,", meaning="corrections", reason="Đã phục hồi"
    )
    assert counts(back) == ("applied", 0, 1, 0)
    found = (await office.get("/v1/members", params={"system": "test", "external_id": "p0"})).json()["items"]
    assert [one["activity_status"] for one in found] == ["active"]
    assert counts(await members(office, "p0,,,,,health-1,,,2025-06-01,,")) == ("applied", 0, 0, 1)


async def test_a_number_first_told_with_an_exit_is_taken_in(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    told = (
        "p1,,,000000101,,health-1,official,,2023-01-01,2024-01-01,",
        "p1,,,000000101,,,,,2024-01-01,,removed",
    )
    assert counts(await members(office, *told)) == ("applied", 0, 1, 0)
    assert counts(await members(office, *told)) == ("applied", 0, 0, 1)
    late = "p1,,,,55,,,,2024-01-01,,removed"
    assert counts(await members(office, late)) == ("applied", 0, 1, 0)


async def test_a_bounded_departure_off_the_roll_is_refused_every_time(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    assert counts(await members(office, "p0,,,,,,,,2024-01-01,,removed")) == ("applied", 0, 1, 0)
    beyond = "p0,,,,,,,suspended,2023-06-01,2024-06-01,"
    for _ in range(2):
        assert await errors(office, await members(office, beyond)) == [
            (1, "activity_status", "not_on_the_roll")
        ]
    within = beyond.replace("2024-06-01", "2024-01-01")
    assert counts(await members(office, within)) == ("applied", 0, 1, 0)
    assert counts(await members(office, within)) == ("applied", 0, 0, 1)


async def test_a_stay_does_not_begin_before_the_birth_on_record(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    assert (await born(office, "q1,A B,2022-03-01,health-1,official,2023-01-01"))["state"] == "applied"
    asked = {"meaning": "corrections", "reason": "Ghi nhầm"}
    earlier = await members(office, "q1,A B,,,,health-1,official,,2021-01-01,2023-01-01,", **asked)
    assert await errors(office, earlier) == [(1, "valid_from", "birth_in_future")]
