"""What of a member is masked for whom, whole values for a purpose, and the record of who was shown whom."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn, Statements
from fastapi import FastAPI
from make import Client, World

from app.domain.access import Action, HeldRole, Role, allows

NUMBER, BORN, RESIDENCE = "030085001234", "1985-07-20", "Số 5 phố Trần Phú, Hải Dương"
ASKED = {"fields": ["citizen_id", "birth_date", "residence", "card_number"], "purpose": "dossier_check"}


@pytest.fixture
async def member(sign_in: SignIn, world: World) -> str:
    """A member of health-1 with all that is protected."""
    client = await sign_in("grassroots_office", "health", subject="recorder")
    document = {
        "cell_id": str(world["health-1"]),
        "standing": "official",
        "since": "2024-02-01",
        "full_name": "Vũ Thị Bích",
        "birth_date": BORN,
        "home_place": "Bình Giang, Hải Dương",
        "residence": RESIDENCE,
        "identifiers": [{"kind": "citizen_id", "number": NUMBER}],
    }
    answer = await client.post("/v1/members", json=document)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def recorded(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch("SELECT * FROM recorded_read ORDER BY read_at, id")
    return rows


async def reads_of(auditor: Client, address: str, **params: Any) -> list[dict[str, Any]]:
    answer = await auditor.get(address, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


# --- masking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
async def test_a_field_is_whole_for_the_roles_that_may_and_the_record_says_which(
    sign_in: SignIn, connection: asyncpg.Connection, member: str, role: Role
) -> None:
    client = await sign_in(role.value, "health-1")
    held = [HeldRole(role, 0)]
    born, lives = allows(Action.READ_BIRTH_DATE, held), allows(Action.READ_RESIDENCE, held)
    answer = await client.get(f"/v1/members/{member}")
    body = answer.json()
    assert (body["birth_date"], body["birth_date_masked"]) == (BORN if born else "1985", not born)
    assert (body["residence"], body["residence_masked"]) == (RESIDENCE if lives else "***", not lives)
    assert body["home_place"] == "Bình Giang, Hải Dương"
    assert body["identifiers"] == [{"kind": "citizen_id", "number": "*********234", "masked": True}]
    timeline = await client.get(f"/v1/members/{member}/timeline")
    (person,) = (one["particulars"] for one in timeline.json()["items"] if one["fact"] == "person")
    assert (person["birth_date"], person["residence"]) == (body["birth_date"], body["residence"])
    for text in (answer.text, timeline.text):
        assert NUMBER not in text and (BORN in text) is born and (RESIDENCE in text) is lives
    whole = [name for name, seen in (("birth_date", born), ("residence", lives)) if seen]
    assert [row["fields"] for row in await recorded(connection)] == [whole, whole]


async def test_lists_show_the_year_of_birth_and_the_cell_and_nothing_protected(
    sign_in: SignIn, member: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    for answer in (
        await client.get("/v1/members", params={"id": member}),
        await client.post("/v1/members/searches", json={"number": NUMBER}),
    ):
        (item,) = answer.json()["items"]
        assert (item["birth_year"], item["cell_name"]) == (1985, "Chi bộ Phòng Nghiệp vụ")
        assert not any(text in answer.text for text in (NUMBER, BORN, RESIDENCE))


async def test_a_masked_residence_is_told_from_one_that_is_not_recorded(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("auditor", "health")
    body = (await client.get(f"/v1/members/{world['p0']}")).json()
    assert body["residence"] is None and body["residence_masked"]


async def test_the_answer_to_a_write_is_masked_as_a_read_is_and_is_recorded_by_its_operation(
    sign_in: SignIn, connection: asyncpg.Connection, member: str
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/members/{member}"
    etag = (await board.get(address)).headers["etag"]
    change = {"effective_on": "2024-05-01", "occupation": "Bác sĩ"}
    answer = await board.post(f"{address}/changes", json=change, headers={"If-Match": etag})
    assert answer.json()["residence"] == "***" and answer.json()["birth_date"] == BORN
    assert [row["route"] for row in await recorded(connection)] == ["get_member"]


# --- unmasking ---------------------------------------------------------------------------------------------


async def test_whole_values_are_answered_for_a_purpose_in_one_statement_that_records_them(
    sign_in: SignIn, connection: asyncpg.Connection, statements: Statements, member: str
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    async with statements() as executed:
        answer = await client.post(f"/v1/members/{member}/unmaskings", json=ASKED)
    assert answer.status_code == 200 and len(executed) == 1
    assert answer.headers["cache-control"] == "no-store"
    assert {one["field"]: one["value"] for one in answer.json()["fields"]} == {
        "citizen_id": NUMBER,
        "birth_date": BORN,
        "residence": RESIDENCE,
        "card_number": None,
    }
    (row,) = await recorded(connection)
    assert (row["route"], row["purpose"], row["member_id"]) == (
        "unmask_member",
        "dossier_check",
        UUID(member),
    )
    assert row["fields"] == ["birth_date", "card_number", "citizen_id", "residence"]
    assert row["request_id"] == answer.headers["x-request-id"]
    assert not any(text in str(dict(row)) for text in (NUMBER, BORN, RESIDENCE))


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("cell_secretary", "health-1", 403),
        ("inspection_committee", "health", 403),
        ("auditor", "province", 403),
        ("admin", "province", 404),
        ("grassroots_office", "town", 404),
    ],
)
async def test_who_may_not_unmask_is_shown_nothing_and_nothing_is_recorded(
    sign_in: SignIn, connection: asyncpg.Connection, member: str, role: str, where: str, status: int
) -> None:
    client = await sign_in(role, where)
    answer = await client.post(f"/v1/members/{member}/unmaskings", json=ASKED)
    assert answer.status_code == status and NUMBER not in answer.text
    assert await recorded(connection) == []


@pytest.mark.parametrize(
    "document",
    [
        {"fields": [], "purpose": "dossier_check"},
        {"fields": ["citizen_id"]},
        {"fields": ["citizen_id"], "purpose": "curiosity"},
        {"fields": ["full_name"], "purpose": "inspection"},
        {"fields": ["citizen_id"], "purpose": "inspection", "note": "x"},
    ],
)
async def test_whole_values_need_fields_and_a_purpose_of_the_list(
    sign_in: SignIn, connection: asyncpg.Connection, member: str, document: dict[str, Any]
) -> None:
    client = await sign_in("grassroots_office", "health")
    assert (await client.post(f"/v1/members/{member}/unmaskings", json=document)).status_code == 422
    assert await recorded(connection) == []


async def test_a_value_is_unmasked_as_of_the_day_asked_about(sign_in: SignIn, member: str) -> None:
    client = await sign_in("grassroots_office", "health")
    address = f"/v1/members/{member}"
    etag = (await client.get(address)).headers["etag"]
    change = {"effective_on": "2024-05-01", "residence": "Kẻ Sặt"}
    await client.post(f"{address}/changes", json=change, headers={"If-Match": etag})
    asked = {"fields": ["residence"], "purpose": "inspection"}
    told = {}
    for day in ("2024-04-30", "2024-05-01"):
        answer = await client.post(f"{address}/unmaskings", json=asked, params={"on": day})
        told[day] = answer.json()["fields"][0]["value"]
    assert told == {"2024-04-30": RESIDENCE, "2024-05-01": "Kẻ Sặt"}
    early = await client.post(f"{address}/unmaskings", json=asked, params={"on": "2024-01-01"})
    assert (early.status_code, early.json()["code"]) == (404, "not_yet")


# --- the record --------------------------------------------------------------------------------------------


async def test_a_read_of_one_member_is_one_statement_that_records_it(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in("grassroots_office", "health")
    for address in (f"/v1/members/{world['p0']}", f"/v1/members/{world['p0']}/timeline"):
        async with statements() as executed:
            assert (await client.get(address)).status_code == 200
        assert len(executed) == 1 and "INSERT INTO recorded_read" in executed[0]


async def test_what_is_refused_is_not_recorded(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    near, far = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "town")
    p0 = f"/v1/members/{world['p0']}"
    refused = [
        await far.get(p0),
        await far.get(f"{p0}/timeline"),
        await far.get("/v1/members", params={"within": str(world["health"])}),
        await near.get(p0, params={"on": "2020-01-01"}),
        await near.get(p0, params={"known_at": "2199-01-01T00:00:00Z"}),
        await near.get(p0, params={"known_at": "2001-01-01T00:00:00Z"}),
        await near.get("/v1/members", params={"known_at": "2199-01-01T00:00:00Z"}),
        await near.get("/v1/members", params={"after": "x"}),
        await near.get("/v1/members", params={"limit": "0"}),
    ]
    assert all(answer.status_code in (404, 422) for answer in refused)
    assert await recorded(connection) == []


async def test_lists_searches_and_matches_are_recorded_with_hash_and_count(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    first = await client.get("/v1/members", params={"limit": 2, "within": str(world["bloc"])})
    await client.get("/v1/members", params={"after": first.json()["next"], "within": str(world["bloc"])})
    await client.get("/v1/members")
    for name in ("nguyen van an", "nobody"):
        await client.post("/v1/members/searches", json={"name": name})
    await client.post("/v1/members/matches", json={"rows": [{"full_name": "Nguyễn Văn An"}] * 2})
    rows = await recorded(connection)
    assert [(row["route"], row["count"]) for row in rows] == [
        ("list_members", 2),
        ("list_members", 3),
        ("list_members", 5),
        ("search_members", 2),
        ("search_members", 0),
        ("match_members", 2),
    ]
    hashes = [row["query_hash"] for row in rows]
    assert hashes[0] == hashes[1] and len(set(hashes)) == 5
    assert all(
        row["member_id"] is None and row["fields"] == [] and len(row["query_hash"]) == 16 for row in rows
    )


async def test_equal_questions_of_two_people_have_one_hash_which_the_key_decides(
    sign_in: SignIn, connection: asyncpg.Connection, app: FastAPI
) -> None:
    for place in ("health", "court"):
        client = await sign_in("auditor", place)
        await client.post("/v1/members/searches", json={"number": NUMBER, "sex": "female"})
        await client.post("/v1/members/searches", json={"sex": "female", "number": NUMBER})
    app.state.hash_key = b"another"
    await client.post("/v1/members/searches", json={"number": NUMBER, "sex": "female"})
    *same, other = [row["query_hash"] for row in await recorded(connection)]
    assert len(set(same)) == 1 and other not in same


async def test_a_whole_list_is_recorded_before_its_first_line_with_its_count(
    sign_in: SignIn, world: World, connection: asyncpg.Connection, statements: Statements
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    async with statements() as executed:
        answer = await client.get("/v1/members", headers={"Accept": "application/x-ndjson"})
    assert len(answer.text.splitlines()) == 6
    counted, written = (one for one in executed if not one.startswith(("SAVEPOINT", "RELEASE")))
    assert "count(*)" in counted and written.startswith("INSERT INTO recorded_read")
    address = f"/v1/members/{world['p0']}/timeline"
    await client.get(address, headers={"Accept": "application/x-ndjson"})
    whole, timeline = await recorded(connection)
    assert (whole["route"], whole["count"], whole["member_id"]) == ("list_members", 5, None)
    assert whole["file"] == timeline["file"] == "ndjson"
    assert (timeline["member_id"], timeline["fields"]) == (world["p0"], ["birth_date"])


async def test_what_shows_no_member_is_not_recorded(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    auditor = await sign_in("auditor", "province")
    for address in (
        "/v1/organizations",
        f"/v1/organizations/{world['health']}",
        f"/v1/organizations/{world['health']}/summary",
        "/v1/operations",
        "/v1/reads",
        f"/v1/members/{world['p0']}/reads",
    ):
        assert (await auditor.get(address)).status_code == 200
    assert await recorded(connection) == []


# --- reading the record ------------------------------------------------------------------------------------


async def test_the_auditor_reads_who_read_a_member(sign_in: SignIn, world: World, member: str) -> None:
    office = await sign_in("grassroots_office", "health", subject="curious")
    who = (await office.get("/v1/me")).json()["actor"]["id"]
    await office.get(f"/v1/members/{member}")
    await office.post(f"/v1/members/{member}/unmaskings", json=ASKED)
    await office.get("/v1/members")
    auditor = await sign_in("auditor", "health")
    items = await reads_of(auditor, f"/v1/members/{member}/reads")
    assert [(one["route"], one["purpose"], one["actor"]["id"]) for one in items] == [
        ("unmask_member", "dossier_check", who),
        ("get_member", None, who),
    ]
    assert items[1]["fields"] == ["birth_date", "residence"] and items[1]["count"] is None
    assert await reads_of(auditor, f"/v1/members/{world['p0']}/reads") == []
    assert (await office.get(f"/v1/members/{member}/reads")).status_code == 403
    elsewhere = await sign_in("auditor", "town", subject="elsewhere")
    assert (await elsewhere.get(f"/v1/members/{member}/reads")).status_code == 404
    # Who audits elsewhere and may read the member here lacks the duty, not the member.
    both = await sign_in("grassroots_office", "health", subject="elsewhere")
    answer = await both.get(f"/v1/members/{member}/reads")
    assert (answer.status_code, answer.json()["action"]) == (403, "read_recorded_read")


async def test_the_record_is_narrowed_by_actor_place_and_time_within_reach(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    readers = [await sign_in("provincial_organizing_board", "province", subject=one) for one in ("a", "b")]
    for client in readers:
        await client.get(f"/v1/members/{world['p0']}")
        await client.get("/v1/members")
    await readers[0].get(f"/v1/members/{world['p5']}")
    whole = await sign_in("auditor", "province")
    async with statements() as executed:
        items = await reads_of(whole, "/v1/reads")
    assert len(executed) == 1 and len(items) == 5
    assert [one["read_at"] for one in items] == sorted((one["read_at"] for one in items), reverse=True)
    who = (await readers[1].get("/v1/me")).json()["actor"]["id"]
    assert [one["route"] for one in await reads_of(whole, "/v1/reads", actor=who)] == [
        "list_members",
        "get_member",
    ]
    within = await reads_of(whole, "/v1/reads", within=str(world["health"]))
    assert {one["member_id"] for one in within} == {str(world["p0"])} and len(within) == 2
    middle = items[2]["read_at"]
    assert await reads_of(whole, "/v1/reads", since=middle) == items[:3]
    assert await reads_of(whole, "/v1/reads", until=middle) == items[3:]
    page = (await whole.get("/v1/reads", params={"limit": 2})).json()
    assert page["items"] + await reads_of(whole, "/v1/reads", after=page["next"]) == items
    # Lists belong to nobody in particular: below the root only reads of single members are told.
    below = await reads_of(await sign_in("auditor", "health"), "/v1/reads")
    assert {one["member_id"] for one in below} == {str(world["p0"])} and len(below) == 2
    board = await sign_in("provincial_organizing_board", "province")
    assert (await board.get("/v1/reads")).status_code == 403
    outside = await (await sign_in("auditor", "health")).get(
        "/v1/reads", params={"within": str(world["town"])}
    )
    assert outside.status_code == 404


async def test_machine_clients_are_recorded_like_persons(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    admin = await sign_in("admin", "province")
    system = {"name": "Hệ thống nhân sự", "organization_id": str(world["health"])}
    machine = (await admin.post("/v1/machine-clients", json=system)).json()["id"]
    grant = {
        "actor": {"actor_id": machine},
        "role": "grassroots_office",
        "organization_id": str(world["health"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    key = (await admin.post(f"/v1/machine-clients/{machine}/keys", json={})).json()["key"]
    address = f"/v1/members/{world['p0']}"
    assert (await admin.get(address, headers={"Authorization": f"Bearer {key}"})).status_code == 200
    (row,) = await recorded(connection)
    assert (str(row["actor_id"]), row["member_id"]) == (machine, world["p0"])
    (item,) = await reads_of(await sign_in("auditor", "health"), f"{address}/reads")
    assert item["actor"] == {"id": machine, "name": "Hệ thống nhân sự"}


SAID = {"ImportColumn"}
"""Shapes that speak of persons and show none."""


def test_every_answer_that_shows_members_is_among_those_that_are_recorded(app: FastAPI) -> None:
    document = app.openapi()
    schemas = document["components"]["schemas"]

    def named(value: Any, seen: set[str]) -> set[str]:
        """The schemas that a part of the contract leads to."""
        if isinstance(value, list):
            for one in value:
                named(one, seen)
        elif isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                named(schemas[name], seen)
            for one in value.values():
                named(one, seen)
        return seen

    def shows_persons(operation: Any) -> bool:
        shapes = named(
            [one for status, one in operation["responses"].items() if status.startswith("2")], set()
        )
        return any("full_name" in schemas[name].get("properties", {}) for name in shapes - SAID)

    # What acts answer is recorded by their operations.
    reading = {
        operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method == "get"
        or path.rpartition("/")[2] in ("searches", "unmaskings")
        or path == "/v1/members/matches"
        if shows_persons(operation)
    }
    assert reading == {
        "list_members",
        "search_members",
        "match_members",
        "list_duplicates",
        "list_absentees",
        "get_meeting",
        "list_notices",
        "get_notice",
        "list_notice_candidates",
        "get_member",
        "list_badges_due",
        "list_probations_ending",
        "list_correction_proposals",
        "get_correction_proposal",
        "list_transfers",
        "get_transfer",
        "list_holds",
        "get_hold",
        "list_restructuring_preview_rows",
        "list_seats",
        "get_seat",
        "get_committee",
    }
