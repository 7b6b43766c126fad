"""Members over HTTP: who sees them and how much, how they are found, created, changed and corrected."""

from typing import Any
from uuid import UUID

import pytest
from conftest import SignIn, Statements
from make import Client, World

MISSING = "00000000-0000-7000-8000-000000000000"


async def names(client: Client, **params: Any) -> list[str]:
    answer = await client.get("/v1/members", params=params)
    assert answer.status_code == 200, answer.text
    return [one["full_name"] for one in answer.json()["items"]]


async def found(client: Client, **document: Any) -> list[str]:
    answer = await client.post("/v1/members/searches", json=document)
    assert answer.status_code == 200, answer.text
    return [one["full_name"] for one in answer.json()["items"]]


async def read(client: Client, member_id: UUID | str, **params: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/members/{member_id}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def write(
    client: Client, member_id: UUID | str, act: str, status: int = 200, **document: Any
) -> dict[str, Any]:
    """Change or correct a member at the version it now has."""
    address = f"/v1/members/{member_id}"
    etag = (await client.get(address)).headers["etag"]
    answer = await client.post(f"{address}/{act}", json=document, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


def newcomer(world: World, cell: str = "health-1", **more: Any) -> dict[str, Any]:
    return {
        "cell_id": str(world[cell]),
        "standing": "official",
        "since": "2024-02-01",
        "full_name": "Vũ Thị Bích",
        **more,
    }


async def create(client: Client, world: World, cell: str = "health-1", **more: Any) -> dict[str, Any]:
    answer = await client.post("/v1/members", json=newcomer(world, cell, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def membership(cell_id: UUID | None, standing: str = "official", **period: str | None) -> dict[str, Any]:
    value = {"cell_id": str(cell_id), "standing": standing} if cell_id else None
    return {"fact": "membership", "period": period, "value": value, "reason": "Ghi nhầm"}


# --- reading -----------------------------------------------------------------------------------------------


async def test_a_member_shows_particulars_membership_and_what_may_be_done(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.get(f"/v1/members/{world['p0']}", params={"on": "2024-05-05"})
    body = answer.json()
    assert (body["full_name"], body["sex"], body["birth_date"]) == ("Nguyễn Văn An", "male", "1970-03-05")
    assert (body["standing"], body["activity_status"]) == ("official", "active")
    assert body["cell"] == {
        "id": str(world["health-1"]),
        "name": "Chi bộ Phòng Nghiệp vụ",
        "path": [str(world[one]) for one in ("province", "bloc", "health", "health-1")],
    }
    assert body["external_ids"] == {"test": "p0"} and body["on"] == "2024-05-05"
    assert (body["began_on"], body["exit_reason"], body["exited_on"]) == ("2023-01-01", None, None)
    allowed = {one["action"] for one in body["actions"] if one["allowed"]}
    assert allowed == {"change_member", "correct_member", "unmask_member"}
    assert answer.headers["etag"].startswith('"1-')


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("cell_secretary", "health-1", 200),  # own
        ("grassroots_office", "health", 200),  # below
        ("auditor", "province", 200),
        ("cell_secretary", "health-2", 404),  # sibling
        ("grassroots_office", "town", 404),  # foreign
        ("admin", "province", 404),  # no duty over members
        (None, None, 404),
    ],
)
async def test_a_member_is_seen_from_the_own_cell_and_from_above_only(
    sign_in: SignIn, world: World, role: str | None, where: str | None, status: int
) -> None:
    client = await sign_in(role, where)
    for address in (f"/v1/members/{world['p0']}", f"/v1/members/{world['p0']}/timeline"):
        answer = await client.get(address)
        assert answer.status_code == status
        if status == 404:
            assert answer.json() | {"request_id": 0} == (
                await client.get(address.replace(str(world["p0"]), MISSING))
            ).json() | {"request_id": 0}
    listed = (await client.get("/v1/members", params={"id": str(world["p0"])})).json()["items"]
    assert len(listed) == (1 if status == 200 else 0)


async def test_before_the_first_day_a_member_is_not_yet(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.get(f"/v1/members/{world['p0']}", params={"on": "2022-12-31"})
    assert (answer.status_code, answer.json()["code"], answer.json()["began_on"]) == (
        404,
        "not_yet",
        "2023-01-01",
    )


async def test_numbers_are_masked_and_an_auditor_sees_only_the_year_of_birth(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    numbers = [{"kind": "citizen_id", "number": "030085001234"}, {"kind": "card_number", "number": "12"}]
    created = await create(office, world, birth_date="1985-07-20", identifiers=numbers)
    masked = [("card_number", "**"), ("citizen_id", "*********234")]
    assert [(one["kind"], one["number"]) for one in created["identifiers"]] == masked
    assert all(one["masked"] for one in created["identifiers"])
    assert (created["birth_date"], created["birth_date_masked"]) == ("1985-07-20", False)

    auditor = await sign_in("auditor", "bloc")
    seen = await auditor.get(f"/v1/members/{created['id']}")
    assert (seen.json()["birth_date"], seen.json()["birth_date_masked"]) == ("1985", True)
    timeline = await auditor.get(f"/v1/members/{created['id']}/timeline")
    for text in (seen.text, timeline.text, (await auditor.get("/v1/members")).text):
        assert "1985-07" not in text and "030085001234" not in text
    whole = await office.get(f"/v1/members/{created['id']}")
    assert whole.headers["etag"] != seen.headers["etag"]


async def test_a_day_of_birth_finds_nobody_for_those_who_may_see_the_year_alone(
    sign_in: SignIn, world: World
) -> None:
    office, auditor = await sign_in("grassroots_office", "health"), await sign_in("auditor", "health")
    assert await found(office, born="1970-03-05") == ["Nguyễn Văn An"]
    assert await found(auditor, born="1970-03-05") == []
    assert await found(auditor, born="1970") == ["Nguyễn Văn An"]


# --- lists and searches ------------------------------------------------------------------------------------


async def test_members_come_in_vietnamese_order_namesakes_each(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await names(client) == [
        "Nguyễn Văn An",
        "Nguyễn Văn An",
        "Trần Thị Ánh",
        "Phạm Đức Dũng",
        "Lê Thị Hòa",
        "Đặng Đình Quế",
    ]
    whole = [one["id"] for one in (await client.get("/v1/members")).json()["items"]]
    paged: list[str] = []
    params: dict[str, Any] = {"limit": 1}
    while len(paged) == 0 or "after" in params:
        page = (await client.get("/v1/members", params=params)).json()
        paged += [one["id"] for one in page["items"]]
        params = {"limit": 1} | ({"after": page["next"]} if page["next"] else {})
    assert paged == whole


async def test_a_list_is_narrowed_by_place_standing_activity_and_id(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await names(client, within=str(world["health"]), standing="probationary") == ["Trần Thị Ánh"]
    assert await names(client, cell=str(world["health-2"])) == ["Nguyễn Văn An"]
    assert len(await names(client, standing=["probationary", "official"])) == 6
    await write(client, world["p1"], "statuses", effective_on="2024-01-01", activity_status="exempted")
    assert await names(client, activity_status="exempted") == ["Đặng Đình Quế"]
    assert "Đặng Đình Quế" not in await names(client, activity_status="active")
    assert await names(client, activity_status="exempted", on="2023-12-31") == []
    assert await names(client, system="test", external_id="p4") == ["Lê Thị Hòa"]
    assert len(await names(client, id=[str(world["p0"]), str(world["p3"]), MISSING])) == 2
    assert await names(client, on="2022-12-31") == []


async def test_a_list_shows_the_year_of_birth_and_the_cell_but_no_numbers(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    item = (await client.get("/v1/members", params={"id": str(world["p2"])})).json()["items"][0]
    assert item == {
        "id": str(world["p2"]),
        "full_name": "Trần Thị Ánh",
        "sex": "female",
        "birth_year": 1990,
        "cell_id": str(world["health-1"]),
        "cell_name": "Chi bộ Phòng Nghiệp vụ",
        "standing": "probationary",
        "activity_status": "active",
        "exit_reason": None,
        "exited_on": None,
    }


@pytest.mark.parametrize("filter", ["within", "cell"])
async def test_a_list_of_what_is_out_of_reach_is_not_found(
    sign_in: SignIn, world: World, filter: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    assert (await client.get("/v1/members", params={filter: str(world["town-1"])})).status_code == 404


async def test_names_are_found_without_accents_and_case(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await found(client, name="dang dinh") == ["Đặng Đình Quế"]
    assert await found(client, name="NGUYỄN VĂN") == ["Nguyễn Văn An", "Nguyễn Văn An"]
    assert await found(client, name="van an", within=str(world["health-2"])) == ["Nguyễn Văn An"]
    assert await found(client, name="%") == []


async def test_people_are_found_by_number_birth_and_sex(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    await create(client, world, identifiers=[{"kind": "file_number", "number": "00123"}])
    assert await found(client, number="00123") == ["Vũ Thị Bích"]
    assert await found(client, number="0012") == []
    assert await found(client, born="1985-04-30") == ["Đặng Đình Quế"]  # only the year is known
    assert await found(client, born="1990-12") == []
    assert await found(client, sex="female", standing=["official"]) == ["Lê Thị Hòa"]


async def test_a_search_pages_like_a_list_and_is_one_statement(
    sign_in: SignIn, statements: Statements
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    async with statements() as executed:
        first = await client.post(
            "/v1/members/searches", json={"name": "n"}, params={"limit": 2, "total": "true"}
        )
    assert len(executed) == 1
    assert len(first.json()["items"]) == 2 and first.json()["total"] == 5
    params = {"after": first.json()["next"], "limit": 200}
    rest = await client.post("/v1/members/searches", json={"name": "n"}, params=params)
    assert len(rest.json()["items"]) == 3 and rest.json()["next"] is None
    other = await client.post("/v1/members/searches", json={"name": "a"}, params=params)
    assert other.status_code == 422


@pytest.mark.parametrize(
    "params", [{}, {"within": "health"}, {"on": "2024-01-01", "activity_status": "active", "total": "true"}]
)
async def test_a_list_is_one_statement(
    sign_in: SignIn, world: World, statements: Statements, params: dict[str, str]
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    asked = {name: str(world[value]) if name == "within" else value for name, value in params.items()}
    async with statements() as executed:
        assert len(await names(client, **asked)) > 3
    assert len(executed) == 1


async def test_a_whole_list_as_ndjson_ends_with_its_count(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get("/v1/members", headers={"Accept": "application/x-ndjson"})
    assert len(answer.text.splitlines()) == 6 and '"count": 5' in answer.text.splitlines()[-1]


# --- creating ----------------------------------------------------------------------------------------------


async def test_a_new_member_is_on_the_roll_from_the_day_given(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    document = newcomer(
        world,
        standing="probationary",
        sex="female",
        birth_date="1999-05",
        home_place="Bình  Giang",
        admitted_on="2024-01-20",
        activity_status="temporarily_elsewhere",
        external_ids={"personnel": "77"},
        decisions=[{"issuer": "Đảng ủy Sở Y tế", "number": "07-QĐ/ĐU", "signed_on": "2024-01-20"}],
    )
    answer = await client.post("/v1/members", json=document)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert answer.headers["location"] == f"/v1/members/{body['id']}"
    assert answer.headers["etag"] == (await client.get(f"/v1/members/{body['id']}")).headers["etag"]
    assert (body["standing"], body["activity_status"]) == ("probationary", "temporarily_elsewhere")
    assert (body["birth_date"], body["home_place"], body["admitted_on"]) == (
        "1999-05",
        "Bình Giang",
        "2024-01-20",
    )
    assert body["external_ids"] == {"personnel": "77"} and body["began_on"] == "2024-02-01"
    children = (await client.get(f"/v1/organizations/{world['health']}/children")).json()["items"]
    assert [one["own_members"] for one in children] == [4, 1]


@pytest.mark.parametrize(
    ("role", "where", "cell", "status"),
    [
        ("grassroots_office", "health", "health-1", 201),
        ("cell_secretary", "health-1", "health-1", 403),
        ("auditor", "province", "health-1", 403),
        ("grassroots_office", "health", "town-1", 422),
    ],
)
async def test_who_records_members_does_so_in_own_cells(
    sign_in: SignIn, world: World, role: str, where: str, cell: str, status: int
) -> None:
    client = await sign_in(role, where)
    answer = await client.post("/v1/members", json=newcomer(world, cell))
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["errors"][0] | {"detail": ""} == {
            "pointer": "/body/cell_id",
            "code": "unknown_organization",
            "detail": "",
        }


@pytest.mark.parametrize(
    ("cell", "since", "first_day_without"),
    [("health", "2024-02-01", "2024-02-01"), ("health-1", "2019-01-01", "2019-01-01")],
)
async def test_only_living_cells_take_members_and_the_refusal_names_rule_value_and_source(
    sign_in: SignIn, world: World, cell: str, since: str, first_day_without: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.post("/v1/members", json=newcomer(world, cell, since=since))
    problem = answer.json()
    assert (answer.status_code, problem["rule"], problem["code"]) == (409, "R-ORG-4", "cell_holds_no_members")
    assert "affiliated_cell" in problem["value"] and problem["source"] and problem["on"] == first_day_without
    assert problem["records"] == [str(world[cell])]


async def test_a_number_has_one_bearer_but_file_numbers_only_within_the_province(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    number = [{"kind": "card_number", "number": "00012345"}]
    await create(client, world, identifiers=number)
    again = await client.post("/v1/members", json=newcomer(world, "court", identifiers=number))
    assert (again.status_code, again.json()["code"]) == (409, "identifier_taken")
    assert "00012345" not in again.text
    twice = await client.post("/v1/members", json=newcomer(world, identifiers=number * 2))
    assert twice.json()["errors"][0]["code"] == "kind_repeated"


async def test_the_same_key_sent_twice_makes_one_member(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    headers = {"Idempotency-Key": "create-1"}
    first = await client.post("/v1/members", json=newcomer(world), headers=headers)
    second = await client.post("/v1/members", json=newcomer(world), headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"] and second.headers["etag"] == first.headers["etag"]
    assert await found(client, name="vu thi bich") == ["Vũ Thị Bích"]
    other = await client.post("/v1/members", json=newcomer(world, sex="female"), headers=headers)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "A\x00n"),
        ("full_name", ""),
        ("full_name", "A" * 101),
        ("since", 20240201),
        ("birth_date", "1999-13"),
        ("sex", "other"),
        ("activity_status", None),
        ("identifiers", [{"kind": "passport", "number": "1"}]),
        ("religion", "x"),
    ],
)
async def test_a_malformed_member_is_refused_without_an_echo(
    sign_in: SignIn, world: World, field: str, value: Any
) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.post("/v1/members", json=newcomer(world) | {field: value})
    assert answer.status_code == 422
    assert "Bích" not in answer.text and "religion" not in answer.text


# --- changing ----------------------------------------------------------------------------------------------


async def test_a_change_is_true_from_its_day_and_earlier_knowledge_stays(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    before = await read(client, world["p2"])
    body = await write(
        client,
        world["p2"],
        "changes",
        effective_on="2024-03-01",
        standing="official",
        full_name="Trần Thị Ngọc Ánh",
        residence="Kẻ Sặt",
        identifiers=[{"kind": "card_number", "number": "87654321"}],
        decisions=[{"issuer": "Đảng ủy Khối", "number": "21-QĐ/ĐUK", "signed_on": "2024-02-20"}],
    )
    assert (body["version"], body["standing"], body["residence"]) == (2, "official", "Kẻ Sặt")
    assert [one["number"] for one in body["identifiers"]] == ["*****321"]
    earlier = await read(client, world["p2"], on="2024-02-29")
    assert (earlier["standing"], earlier["full_name"], earlier["residence"]) == (
        "probationary",
        "Trần Thị Ánh",
        None,
    )
    assert earlier["identifiers"] == []
    once_known = await read(client, world["p2"], on="2024-03-01", known_at=before["known_at"])
    assert (once_known["standing"], once_known["full_name"]) == ("probationary", "Trần Thị Ánh")
    assert await found(client, name="ngoc anh") == ["Trần Thị Ngọc Ánh"]
    assert await names(client, standing="probationary", known_at=before["known_at"]) == ["Trần Thị Ánh"]
    ended = await write(
        client,
        world["p2"],
        "changes",
        effective_on="2025-01-01",
        residence=None,
        identifiers=[{"kind": "card_number", "number": None}],
    )
    assert ended["residence"] is None and ended["identifiers"] == []


async def test_a_name_changes_by_decision_alone(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    renamed = {"effective_on": "2024-03-01", "full_name": "Trần Thị Ngọc Ánh"}
    refused = await write(client, world["p2"], "changes", 409, **renamed)
    assert (refused["rule"], refused["source"]) == ("R-MEM-4", "06 9.1")
    assert (await read(client, world["p2"]))["full_name"] == "Trần Thị Ánh"


async def test_a_card_has_the_form_that_its_day_is_sure_of(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")

    def card(on: str, number: str) -> dict[str, Any]:
        return {"effective_on": on, "identifiers": [{"kind": "card_number", "number": number}]}

    await write(client, world["p0"], "changes", **card("2025-09-01", "12-34"))  # earlier forms are not sure
    refused = await write(client, world["p0"], "changes", 409, **card("2025-09-02", "87654321"))
    assert (refused["rule"], refused["value"], refused["source"]) == ("R-MEM-5", "[0-9]{12}", "CT 51; QĐ 347")
    await write(client, world["p0"], "changes", **card("2025-09-02", "030085001234"))


async def test_the_citizens_birth_date_stands_beside_the_dossiers_and_differences_are_listed(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    for name, born in (("p0", "1970-05-03"), ("p1", "1985-02"), ("p3", "1981-01-01")):
        await write(client, world[name], "changes", effective_on="2024-01-01", citizen_birth_date=born)
    both = await read(client, world["p0"])
    assert (both["birth_date"], both["citizen_birth_date"]) == ("1970-03-05", "1970-05-03")
    differing = await client.get("/v1/members", params={"birth_dates_differ": "true"})
    assert [one["id"] for one in differing.json()["items"]] == [str(world["p0"])]
    auditor = await sign_in("auditor", "health")
    masked = await read(auditor, world["p0"])
    assert (masked["citizen_birth_date"], masked["birth_date_masked"]) == ("1970", True)
    assert await names(auditor, birth_dates_differ="true") == []


async def test_a_departure_from_activity_ends_with_active(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    await write(client, world["p0"], "statuses", effective_on="2024-03-01", activity_status="exempted")
    await write(client, world["p0"], "statuses", effective_on="2024-09-01", activity_status="active")
    days = ("2024-02-29", "2024-03-01", "2024-08-31", "2024-09-01")
    statuses = [(await read(client, world["p0"], on=day))["activity_status"] for day in days]
    assert statuses == ["active", "exempted", "exempted", "active"]


async def test_a_move_needs_the_duty_over_both_cells(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    move = {"effective_on": "2024-03-01", "cell_id": str(world["court"])}
    refused = await write(office, world["p0"], "changes", 422, **move)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (
        "/body/cell_id",
        "unknown_organization",
    )
    secretary = await sign_in("cell_secretary", "health-1")
    await write(secretary, world["p0"], "changes", 403, **move)
    board = await sign_in("upper_organizing_board", "bloc")
    moved = await write(board, world["p0"], "changes", **move)
    assert moved["cell"]["id"] == str(world["court"])
    assert (await read(board, world["p0"], on="2024-02-29"))["cell"]["id"] == str(world["health-1"])
    # Reach follows the present cell, for the past too.
    assert (await office.get(f"/v1/members/{world['p0']}", params={"on": "2023-06-01"})).status_code == 404
    assert len(await names(office, on="2023-06-01")) == 3
    court = await sign_in("cell_secretary", "court")
    assert (await read(court, world["p0"], on="2023-06-01"))["cell"]["id"] == str(world["health-1"])
    assert await names(court, on="2023-06-01") == ["Nguyễn Văn An", "Lê Thị Hòa"]


async def test_a_late_change_needs_the_duty_over_the_cell_left_then(sign_in: SignIn, world: World) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await write(board, world["p0"], "changes", effective_on="2025-01-01", cell_id=str(world["court"]))
    court = await sign_in("grassroots_office", "court")
    late = {"effective_on": "2024-01-01", "cell_id": str(world["court"])}
    refused = await write(court, world["p0"], "changes", 422, **late)
    assert refused["errors"][0]["pointer"] == "/body/effective_on"


OF_EVERY_FACT: tuple[dict[str, Any], ...] = (
    {"standing": "probationary"},
    {"activity_status": "exempted"},
    {"residence": "Kẻ Sặt"},
    {"identifiers": [{"kind": "card_number", "number": "55"}]},
)
"""A change of each kind of fact."""


def act_of(change: dict[str, Any]) -> str:
    """The status has acts of its own."""
    return "statuses" if "activity_status" in change else "changes"


@pytest.mark.parametrize("change", OF_EVERY_FACT)
async def test_a_change_inside_a_stay_elsewhere_needs_the_duty_there(
    sign_in: SignIn, world: World, change: dict[str, Any]
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2023-01-01", "to": "2024-01-01"})
    await write(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health", "office")
    inside = {"effective_on": "2023-05-01", **change}
    refused = await write(office, world["p0"], act_of(change), 422, **inside)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/body/effective_on", "unknown_organization")
    ]
    await sign_in("auditor", "bloc", "office")  # now the court is seen
    await write(office, world["p0"], act_of(change), 403, **inside)
    await write(office, world["p0"], act_of(change), **inside | {"effective_on": "2024-05-01"})
    await write(board, world["p0"], act_of(change), **inside)


@pytest.mark.parametrize("change", OF_EVERY_FACT)
async def test_a_change_that_would_hold_into_a_past_stay_elsewhere_needs_the_duty_there(
    sign_in: SignIn, world: World, change: dict[str, Any]
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2024-01-01", "to": "2025-01-01"})
    await write(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health")
    before = {"effective_on": "2023-05-01", **change}
    refused = await write(office, world["p0"], act_of(change), 422, **before)
    assert refused["errors"][0]["code"] == "unknown_organization"
    await write(board, world["p0"], act_of(change), **before)


async def test_a_standing_that_would_hold_into_a_planned_stay_needs_the_duty_there(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await write(board, world["p0"], "changes", effective_on="2027-01-01", cell_id=str(world["court"]))
    office = await sign_in("grassroots_office", "health")
    change = {"effective_on": "2024-03-01", "standing": "probationary"}
    refused = await write(office, world["p0"], "changes", 422, **change)
    assert refused["errors"][0]["pointer"] == "/body/effective_on"
    await write(office, world["p0"], "changes", effective_on="2024-03-01", residence="Kẻ Sặt")
    await write(board, world["p0"], "changes", **change)


async def test_a_member_moves_only_into_what_holds_members(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    move = {"effective_on": "2024-03-01", "cell_id": str(world["health"])}
    assert (await write(client, world["p0"], "changes", 409, **move))["rule"] == "R-ORG-4"


async def test_a_later_change_already_known_stays(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    await write(client, world["p2"], "changes", effective_on="2025-01-01", cell_id=str(world["court"]))
    await write(client, world["p2"], "changes", effective_on="2024-01-01", cell_id=str(world["health-2"]))
    await write(client, world["p2"], "changes", effective_on="2024-06-01", standing="official")
    days = ("2023-12-31", "2024-01-01", "2024-06-01", "2025-01-01")
    states = [await read(client, world["p2"], on=day) for day in days]
    assert [(one["cell"]["id"], one["standing"]) for one in states] == [
        (str(world["health-1"]), "probationary"),
        (str(world["health-2"]), "probationary"),
        (str(world["health-2"]), "official"),
        (str(world["court"]), "official"),
    ]


async def test_a_change_needs_the_version_it_was_made_for(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    address, document = f"/v1/members/{world['p0']}", {"effective_on": "2024-03-01", "occupation": "Bác sĩ"}
    assert (await client.post(f"{address}/changes", json=document)).status_code == 428
    headers = {"If-Match": (await client.get(address)).headers["etag"]}
    assert (await client.post(f"{address}/changes", json=document, headers=headers)).status_code == 200
    late = await client.post(f"{address}/changes", json=document, headers=headers)
    assert (late.status_code, late.json()["current_version"]) == (412, 2)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "nothing_to_change"),
        ({"full_name": None}, "cannot_end"),
        ({"cell_id": None}, "cannot_end"),
        ({"birth_date": "1971-01-01"}, "extra_forbidden"),
        ({"effective_on": "2022-12-31", "standing": "official"}, "not_on_the_roll"),
    ],
)
async def test_what_cannot_change_is_refused(
    sign_in: SignIn, world: World, document: dict[str, Any], code: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await write(client, world["p0"], "changes", 422, **({"effective_on": "2024-03-01"} | document))
    assert refused["errors"][0]["code"] == code


# --- correcting --------------------------------------------------------------------------------------------


async def test_a_wrong_birth_date_is_corrected_and_the_old_belief_stays_known(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    before = await read(client, world["p0"])
    proposal = await write(
        client,
        world["p0"],
        "correction-proposals",
        201,
        fact="person",
        period={"from": "2023-01-01"},
        value={"birth_date": "1970-05-03"},
        reason="Đảo ngày và tháng",
        evidence="Lý lịch đảng viên",
    )
    second = await sign_in("grassroots_office", "health")
    etag = (await second.get(f"/v1/members/{world['p0']}")).headers["etag"]
    confirmations = f"/v1/correction-proposals/{proposal['id']}/confirmations"
    body = (await second.post(confirmations, headers={"If-Match": etag})).json()
    assert (body["member"]["birth_date"], body["member"]["full_name"]) == ("1970-05-03", "Nguyễn Văn An")
    assert (await read(client, world["p0"], known_at=before["known_at"]))["birth_date"] == "1970-03-05"


@pytest.mark.parametrize(
    ("period", "value", "code"),
    [
        ({"from": "2022-01-01"}, {"sex": "male"}, "person_not_on_record"),
        ({"from": "2023-01-01"}, {}, "nothing_to_change"),
        ({"from": "2023-01-01"}, {"full_name": None}, "cannot_end"),
        ({"from": "2023-01-01", "to": "2023-01-01"}, {"sex": "male"}, "period_empty"),
        ({"from": "2023-01-01"}, None, "model_attributes_type"),
    ],
)
async def test_particulars_are_corrected_only_where_they_are_on_record(
    sign_in: SignIn, world: World, period: dict[str, str], value: dict[str, Any] | None, code: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    document = {"fact": "person", "period": period, "value": value, "reason": "Thử"}
    refused = await write(client, world["p0"], "corrections", 422, **document)
    assert refused["errors"][0]["code"] == code


async def test_a_corrected_membership_replaces_what_stood_there_and_names_what_rested_on_it(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    await write(client, world["p2"], "changes", effective_on="2024-06-01", standing="official")
    document = membership(world["health-2"], "probationary", **{"from": "2022-07-01"})
    body = await write(client, world["p2"], "corrections", **document)
    assert body["member"]["cell"]["id"] == str(world["health-2"])
    assert (body["dependents_count"], body["dependents"][-1]["kind"]) == (2, "organizations_imported")
    first = await read(client, world["p2"], on="2022-07-01")
    assert (first["began_on"], first["full_name"]) == ("2022-07-01", "Trần Thị Ánh")


async def test_a_member_has_one_cell_at_a_time_and_no_day_without(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    middle = membership(world["court"], **{"from": "2024-01-01", "to": "2025-01-01"})
    await write(client, world["p0"], "corrections", **middle)
    cells = [
        (await read(client, world["p0"], on=day))["cell"]["name"]
        for day in ("2023-12-31", "2024-01-01", "2025-01-01")
    ]
    assert cells == ["Chi bộ Phòng Nghiệp vụ", "Chi bộ Tòa án", "Chi bộ Phòng Nghiệp vụ"]
    for period in ({"from": "2024-01-01", "to": "2025-01-01"}, {"from": "2025-01-01"}):
        refused = await write(client, world["p0"], "corrections", 409, **membership(None, **period))
        assert refused["code"] == "membership_has_gap"


async def test_a_correction_needs_the_duty_over_every_cell_it_touches(sign_in: SignIn, world: World) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await write(board, world["p0"], "changes", effective_on="2024-01-01", cell_id=str(world["court"]))
    court = await sign_in("grassroots_office", "court")
    taken_out = membership(world["court"], **{"from": "2023-01-01"})
    refused = await write(court, world["p0"], "corrections", 422, **taken_out)
    assert refused["errors"][0]["pointer"] == "/body/period"
    put_in = membership(world["health-2"], **{"from": "2024-01-01"})
    refused = await write(court, world["p0"], "corrections", 422, **put_in)
    assert refused["errors"][0]["pointer"] == "/body/value/cell_id"
    await write(board, world["p0"], "corrections", **taken_out)


@pytest.mark.parametrize(
    "fact",
    [
        {"fact": "person", "value": {"sex": "female"}},
        {"fact": "activity", "value": {"status": "exempted"}},
        {"fact": "identifier", "kind": "card_number", "value": {"number": "55"}},
        {"fact": "external_id", "system": "test", "value": {"external_id": "q0"}},
    ],
)
async def test_a_fact_of_a_stay_elsewhere_is_corrected_only_with_the_duty_there(
    sign_in: SignIn, world: World, fact: dict[str, Any]
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2023-01-01", "to": "2024-01-01"})
    await write(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health", "office")
    whole = {"period": {"from": "2023-06-01"}, "reason": "Ghi nhầm", **fact}
    refused = await write(office, world["p0"], "corrections", 422, **whole)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/body/period", "unknown_organization")
    ]
    await sign_in("auditor", "bloc", "office")
    await write(office, world["p0"], "corrections", 403, **whole)
    await write(office, world["p0"], "corrections", **whole | {"period": {"from": "2024-01-01"}})
    await write(board, world["p0"], "corrections", **whole)


async def test_a_correction_that_takes_the_member_out_of_reach_answers_without_the_member(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2023-01-01", "to": "2024-01-01"})
    await write(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2024-01-01"}) | {"value": {"exit_reason": "deceased"}}
    assert (await write(office, world["p0"], "corrections", **left))["member"] is None
    assert (await office.get(f"/v1/members/{world['p0']}")).status_code == 404
    exited = await read(board, world["p0"])
    assert (exited["exit_reason"], exited["cell"]["id"]) == ("deceased", str(world["court"]))


async def test_a_record_cannot_begin_with_an_exit(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    for period in ({"from": "2022-06-01", "to": "2023-01-01"}, {"from": "2023-01-01"}):
        left = membership(None, **period) | {"value": {"exit_reason": "deceased"}}
        refused = await write(client, world["p1"], "corrections", 409, **left)
        assert refused["code"] == "exit_before_membership"
    left = membership(None, **{"from": "2024-01-01"}) | {"value": {"exit_reason": "deceased"}}
    await write(client, world["p1"], "corrections", **left)
    struck = membership(None, **{"from": "2023-01-01", "to": "2024-01-01"})
    refused = await write(client, world["p1"], "corrections", 409, **struck)
    assert refused["code"] == "exit_before_membership"


async def test_nobody_is_born_after_the_first_day_on_the_roll(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    for since, born in (("2024-02-01", "2024-02-02"), ("2024-02-01", "2025"), ("2028-01-01", "2027")):
        document = newcomer(world, since=since, birth_date=born)
        refused = (await client.post("/v1/members", json=document)).json()
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
            ("/body/birth_date", "birth_in_future")
        ]
    born = {"fact": "person", "period": {"from": "2024-01-01"}, "reason": "Ghi nhầm"}
    refused = await write(client, world["p0"], "corrections", 422, **born, value={"birth_date": "2023-01-02"})
    assert refused["errors"][0]["pointer"] == "/body/value/birth_date"
    young = await create(client, world, birth_date="2024-01")  # the earliest possible day decides
    earlier = membership(world["health-1"], **{"from": "2023-12-31"})
    refused = await write(client, young["id"], "corrections", 422, **earlier)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (
        "/body/period",
        "birth_in_future",
    )


async def test_activity_and_numbers_are_said_only_of_days_on_the_roll(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2025-03-01"}) | {"value": {"exit_reason": "deceased"}}
    await write(client, world["p1"], "corrections", **left)
    activity = {"fact": "activity", "value": {"status": "exempted"}, "reason": "Ghi nhầm"}
    number = {
        "fact": "identifier",
        "kind": "card_number",
        "value": {"number": "55"},
        "reason": "Ghi nhầm",
    }
    for fact in (activity, number):
        for period in ({"from": "2022-12-31", "to": "2024-01-01"}, {"from": "2025-02-01"}):
            refused = await write(client, world["p1"], "corrections", 422, **fact, period=period)
            assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
                ("/body/period", "not_on_the_roll")
            ]
        on_the_roll = {"from": "2023-01-01", "to": "2025-03-01"}
        await write(client, world["p1"], "corrections", **fact, period=on_the_roll)
        struck_out = fact | {"value": None}
        await write(client, world["p1"], "corrections", **struck_out, period={"from": "2022-01-01"})


@pytest.mark.parametrize("planned_exit", [True, False])
async def test_a_departure_from_activity_ends_with_the_stay_and_a_number_outlasts_it(
    sign_in: SignIn, world: World, planned_exit: bool
) -> None:
    client = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2024-06-01"}) | {"value": {"exit_reason": "resigned"}}
    on = {"effective_on": "2024-03-01"}
    number = on | {"identifiers": [{"kind": "card_number", "number": "00012345"}]}
    status = on | {"activity_status": "suspended"}
    acts = [("corrections", left), ("changes", number), ("statuses", status)]
    for act, document in acts if planned_exit else reversed(acts):
        await write(client, world["p0"], act, **document)
    back = membership(world["health-1"], **{"from": "2025-06-01"})
    await write(client, world["p0"], "corrections", **back)
    seen = {
        day: await read(client, world["p0"], on=day) for day in ("2024-05-31", "2024-06-01", "2025-06-01")
    }
    assert [one["activity_status"] for one in seen.values()] == ["suspended", None, "active"]
    assert all([one["number"] for one in body["identifiers"]] == ["*****345"] for body in seen.values())


async def test_a_departure_from_activity_goes_on_in_the_next_cell(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    await write(client, world["p0"], "changes", effective_on="2024-06-01", cell_id=str(world["health-2"]))
    await write(client, world["p0"], "statuses", effective_on="2024-03-01", activity_status="exempted")
    assert (await read(client, world["p0"], on="2024-06-01"))["activity_status"] == "exempted"


async def test_nothing_but_the_person_is_known_before_the_first_day_on_the_roll(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    await write(client, world["p0"], "statuses", effective_on="2023-02-01", activity_status="suspended")
    numbers = [{"kind": "card_number", "number": "00012345"}]
    await write(client, world["p0"], "changes", effective_on="2023-02-01", identifiers=numbers)
    struck = membership(None, **{"from": "2023-01-01", "to": "2024-01-01"})
    await write(client, world["p0"], "corrections", **struck)
    answer = await client.get(f"/v1/members/{world['p0']}/timeline")
    assert {one["fact"]: (one["from"], one["to"]) for one in answer.json()["items"]} == {
        "person": ("2023-01-01", None),
        **dict.fromkeys(("membership", "activity", "identifier", "external_id"), ("2024-01-01", None)),
    }


async def test_a_member_struck_out_frees_the_numbers_and_ids_for_another_record(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    borne = {
        "identifiers": [{"kind": "card_number", "number": "00012345"}],
        "external_ids": {"personnel": "77"},
        "activity_status": "exempted",
    }
    mistaken = await create(client, world, **borne)
    await write(client, mistaken["id"], "corrections", **membership(None, **{"from": "2024-02-01"}))
    again = await create(client, world, cell="health-2", **borne)
    assert again["external_ids"] == {"personnel": "77"} and len(again["identifiers"]) == 1


async def test_after_an_exit_the_last_cell_still_reads_the_member(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    left = {
        "fact": "membership",
        "period": {"from": "2025-03-01"},
        "value": {"exit_reason": "deceased"},
        "reason": "Ghi bổ sung",
    }
    body = (await write(client, world["p1"], "corrections", **left))["member"]
    assert (body["exit_reason"], body["exited_on"], body["standing"]) == ("deceased", "2025-03-01", None)
    assert (body["activity_status"], body["cell"]["id"]) == (None, str(world["health-1"]))
    assert (await read(client, world["p1"], on="2025-02-28"))["exit_reason"] is None
    assert "Đặng Đình Quế" not in await names(client)
    assert "Đặng Đình Quế" in await names(client, on="2025-02-28")
    assert await found(client, name="dang dinh") == []
    answer = await client.post("/v1/members/searches", json={"name": "dang dinh", "include_exited": True})
    item = answer.json()["items"][0]
    assert (item["exit_reason"], item["exited_on"], item["cell_id"]) == (
        "deceased",
        "2025-03-01",
        body["cell"]["id"],
    )
    sibling = await sign_in("cell_secretary", "health-2")
    assert await found(sibling, name="dang dinh", include_exited=True) == []
    assert (await sibling.get(f"/v1/members/{world['p1']}")).status_code == 404
    refused = await write(client, world["p1"], "changes", 422, effective_on="2025-04-01", standing="official")
    assert refused["errors"][0]["code"] == "not_on_the_roll"


async def test_a_member_recorded_by_mistake_is_struck_out_and_can_be_said_again(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    created = await create(client, world)
    body = await write(client, created["id"], "corrections", **membership(None, **{"from": "2024-02-01"}))
    assert body["member"] is None
    assert (await client.get(f"/v1/members/{created['id']}")).status_code == 404
    assert "Vũ Thị Bích" not in await names(client)
    again = await client.post(
        f"/v1/members/{created['id']}/corrections",
        json=membership(world["health-1"], **{"from": "2024-02-01"}),
        headers={"If-Match": f'"{created["version"] + 1}-000000000000"'},
    )
    assert again.status_code == 200 and again.json()["member"]["standing"] == "official"


async def test_numbers_activity_and_external_ids_are_corrected(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    whole = {"period": {"from": "2023-01-01"}, "reason": "Ghi nhầm"}

    async def correct(**fact: Any) -> dict[str, Any]:
        return (await write(client, world["p0"], "corrections", **whole, **fact))["member"]

    number = {"fact": "identifier", "kind": "file_number"}
    assert (await correct(**number, value={"number": "030012"}))["identifiers"][0]["number"] == "***012"
    assert (await correct(**number, value=None))["identifiers"] == []
    assert (await correct(fact="activity", value={"status": "suspended"}))["activity_status"] == "suspended"
    assert (await correct(fact="activity", value={"status": "active"}))["activity_status"] == "active"
    external = {"fact": "external_id", "system": "test"}
    assert (await correct(**external, value={"external_id": "q0"}))["external_ids"] == {"test": "q0"}
    assert (await correct(**external, value=None))["external_ids"] == {}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"cell_id": MISSING},
        {"standing": "official"},
        {"cell_id": MISSING, "standing": "official", "exit_reason": "removed"},
    ],
)
async def test_a_membership_is_in_a_cell_or_out(sign_in: SignIn, world: World, value: dict[str, str]) -> None:
    client = await sign_in("grassroots_office", "health")
    document = {"fact": "membership", "period": {"from": "2024-01-01"}, "value": value, "reason": "Thử"}
    refused = await write(client, world["p0"], "corrections", 422, **document)
    assert refused["errors"][0]["code"] == "in_a_cell_or_out"


# --- the timeline ------------------------------------------------------------------------------------------


async def test_the_timeline_tells_every_fact_in_order_with_its_operation(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    known_at = (await read(client, world["p2"]))["known_at"]
    numbers = [{"kind": "citizen_id", "number": "030090001234"}]
    await write(
        client, world["p2"], "changes", effective_on="2024-03-01", standing="official", identifiers=numbers
    )
    await write(client, world["p2"], "changes", effective_on="2024-05-01", residence="Kẻ Sặt")
    await write(client, world["p2"], "statuses", effective_on="2024-05-01", activity_status="exempted")
    address = f"/v1/members/{world['p2']}/timeline"
    answer = await client.get(address)
    items = answer.json()["items"]
    assert [(one["fact"], one["from"], one["to"]) for one in items] == [
        ("external_id", "2023-01-01", None),
        ("membership", "2023-01-01", "2024-03-01"),
        ("person", "2023-01-01", "2024-05-01"),
        ("identifier", "2024-03-01", None),
        ("membership", "2024-03-01", None),
        ("activity", "2024-05-01", None),
        ("person", "2024-05-01", None),
    ]
    assert items[2]["particulars"] == {"full_name": "Trần Thị Ánh", "sex": "female", "birth_date": "1990-11"}
    assert items[6]["particulars"] == {"residence": "Kẻ Sặt"}
    assert items[3]["identifier"] == {"kind": "citizen_id", "number": "*********234", "masked": True}
    assert (items[4]["standing"], items[4]["cell_name"]) == ("official", "Chi bộ Phòng Nghiệp vụ")
    assert items[5]["activity_status"] == "exempted" and items[5]["operation_id"] != items[6]["operation_id"]
    assert items[3]["operation_id"] == items[4]["operation_id"]
    once = (await client.get(address, params={"known_at": known_at})).json()["items"]
    assert [(one["fact"], one["to"]) for one in once] == [
        ("external_id", None),
        ("membership", None),
        ("person", None),
    ]
    paged = (await client.get(address, params={"limit": 3})).json()
    rest = (await client.get(address, params={"after": paged["next"]})).json()
    assert paged["items"] + rest["items"] == items


async def test_operations_hold_ids_and_names_of_facts_but_no_personal_values(
    sign_in: SignIn, world: World, connection: Any
) -> None:
    client = await sign_in("grassroots_office", "health")
    created = await create(client, world, identifiers=[{"kind": "citizen_id", "number": "030090001234"}])
    await write(client, created["id"], "changes", effective_on="2024-05-01", residence="Kẻ Sặt")
    rows = await connection.fetch(
        "SELECT kind, changes, effective_on, (SELECT array_agg(organization_id) FROM operation_organization"
        " WHERE operation_id = o.id) AS organizations FROM operation o WHERE kind LIKE 'member_%' ORDER BY recorded_at"
    )
    assert [row["kind"] for row in rows] == ["member_created", "member_changed"]
    assert rows[1]["changes"] == {
        "member": created["id"],
        "facts": ["residence"],
        "cells": [str(world["health-1"])],
    }
    assert all(row["organizations"] == [world["health-1"]] for row in rows)
    assert not any(text in str(row["changes"]) for row in rows for text in ("Bích", "Kẻ Sặt", "0300"))
