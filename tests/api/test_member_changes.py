"""Members over HTTP: created and changed, by whom, where and from which day on."""

from typing import Any

import pytest
from acts import act, create_member, found_names, listed_names, membership, newcomer, read_member
from conftest import SignIn
from make import World


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
    bearer = await create_member(client, world, identifiers=number)
    again = await client.post("/v1/members", json=newcomer(world, "court", identifiers=number))
    assert (again.status_code, again.json()["code"]) == (409, "identifier_taken")
    assert again.json()["records"] == [bearer["id"]] and "00012345" not in again.text
    elsewhere = await sign_in("grassroots_office", "court")
    unseen = await elsewhere.post("/v1/members", json=newcomer(world, "court", identifiers=number))
    assert (unseen.json()["code"], "records" in unseen.json()) == ("identifier_taken", False)
    twice = await client.post("/v1/members", json=newcomer(world, identifiers=number * 2))
    assert twice.json()["errors"][0]["code"] == "kind_repeated"


async def test_the_same_key_sent_twice_makes_one_member(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    headers = {"Idempotency-Key": "create-1"}
    first = await client.post("/v1/members", json=newcomer(world), headers=headers)
    second = await client.post("/v1/members", json=newcomer(world), headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"] and second.headers["etag"] == first.headers["etag"]
    assert await found_names(client, name="vu thi bich") == ["Vũ Thị Bích"]
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
    before = await read_member(client, world["p2"])
    body = await act(
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
    earlier = await read_member(client, world["p2"], on="2024-02-29")
    assert (earlier["standing"], earlier["full_name"], earlier["residence"]) == (
        "probationary",
        "Trần Thị Ánh",
        None,
    )
    assert earlier["identifiers"] == []
    once_known = await read_member(client, world["p2"], on="2024-03-01", known_at=before["known_at"])
    assert (once_known["standing"], once_known["full_name"]) == ("probationary", "Trần Thị Ánh")
    assert await found_names(client, name="ngoc anh") == ["Trần Thị Ngọc Ánh"]
    assert await listed_names(client, standing="probationary", known_at=before["known_at"]) == [
        "Trần Thị Ánh"
    ]
    ended = await act(
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
    refused = await act(client, world["p2"], "changes", 409, **renamed)
    assert (refused["rule"], refused["source"]) == ("R-MEM-4", "06 9.1")
    assert (await read_member(client, world["p2"]))["full_name"] == "Trần Thị Ánh"


async def test_a_card_has_the_form_that_its_day_is_sure_of(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")

    def card(on: str, number: str) -> dict[str, Any]:
        return {"effective_on": on, "identifiers": [{"kind": "card_number", "number": number}]}

    await act(client, world["p0"], "changes", **card("2025-09-01", "12-34"))  # earlier forms are not sure
    refused = await act(client, world["p0"], "changes", 409, **card("2025-09-02", "87654321"))
    assert (refused["rule"], refused["value"], refused["source"]) == ("R-MEM-5", "[0-9]{12}", "CT 51; QĐ 347")
    await act(client, world["p0"], "changes", **card("2025-09-02", "030085001234"))


async def test_the_citizens_birth_date_stands_beside_the_dossiers_and_differences_are_listed(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    for name, born in (("p0", "1970-05-03"), ("p1", "1985-02"), ("p3", "1981-01-01")):
        await act(client, world[name], "changes", effective_on="2024-01-01", citizen_birth_date=born)
    both = await read_member(client, world["p0"])
    assert (both["birth_date"], both["citizen_birth_date"]) == ("1970-03-05", "1970-05-03")
    differing = await client.get("/v1/members", params={"birth_dates_differ": "true"})
    assert [one["id"] for one in differing.json()["items"]] == [str(world["p0"])]
    auditor = await sign_in("auditor", "health")
    masked = await read_member(auditor, world["p0"])
    assert (masked["citizen_birth_date"], masked["birth_date_masked"]) == ("1970", True)
    assert await listed_names(auditor, birth_dates_differ="true") == []


async def test_a_departure_from_activity_ends_with_active(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    await act(client, world["p0"], "statuses", effective_on="2024-03-01", activity_status="exempted")
    await act(client, world["p0"], "statuses", effective_on="2024-09-01", activity_status="active")
    days = ("2024-02-29", "2024-03-01", "2024-08-31", "2024-09-01")
    statuses = [(await read_member(client, world["p0"], on=day))["activity_status"] for day in days]
    assert statuses == ["active", "exempted", "exempted", "active"]


async def test_a_move_needs_the_duty_over_both_cells(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    move = {"effective_on": "2024-03-01", "cell_id": str(world["court"])}
    refused = await act(office, world["p0"], "changes", 422, **move)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (
        "/body/cell_id",
        "unknown_organization",
    )
    secretary = await sign_in("cell_secretary", "health-1")
    await act(secretary, world["p0"], "changes", 403, **move)
    board = await sign_in("upper_organizing_board", "bloc")
    moved = await act(board, world["p0"], "changes", **move)
    assert moved["cell"]["id"] == str(world["court"])
    assert (await read_member(board, world["p0"], on="2024-02-29"))["cell"]["id"] == str(world["health-1"])
    # Reach follows the present cell, for the past too.
    assert (await office.get(f"/v1/members/{world['p0']}", params={"on": "2023-06-01"})).status_code == 404
    assert len(await listed_names(office, on="2023-06-01")) == 3
    court = await sign_in("cell_secretary", "court")
    assert (await read_member(court, world["p0"], on="2023-06-01"))["cell"]["id"] == str(world["health-1"])
    assert await listed_names(court, on="2023-06-01") == ["Nguyễn Văn An", "Lê Thị Hòa"]


async def test_a_late_change_needs_the_duty_over_the_cell_left_then(sign_in: SignIn, world: World) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await act(board, world["p0"], "changes", effective_on="2025-01-01", cell_id=str(world["court"]))
    court = await sign_in("grassroots_office", "court")
    late = {"effective_on": "2024-01-01", "cell_id": str(world["court"])}
    refused = await act(court, world["p0"], "changes", 422, **late)
    assert refused["errors"][0]["pointer"] == "/body/effective_on"


OF_EVERY_FACT: tuple[dict[str, Any], ...] = (
    {"standing": "official"},
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
    await act(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health", "office")
    inside = {"effective_on": "2023-05-01", **change}
    refused = await act(office, world["p0"], act_of(change), 422, **inside)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/body/effective_on", "unknown_organization")
    ]
    await sign_in("auditor", "bloc", "office")  # now the court is seen
    await act(office, world["p0"], act_of(change), 403, **inside)
    await act(office, world["p0"], act_of(change), **inside | {"effective_on": "2024-05-01"})
    await act(board, world["p0"], act_of(change), **inside)


@pytest.mark.parametrize("change", OF_EVERY_FACT)
async def test_a_change_that_would_hold_into_a_past_stay_elsewhere_needs_the_duty_there(
    sign_in: SignIn, world: World, change: dict[str, Any]
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2024-01-01", "to": "2025-01-01"})
    await act(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health")
    before = {"effective_on": "2023-05-01", **change}
    refused = await act(office, world["p0"], act_of(change), 422, **before)
    assert refused["errors"][0]["code"] == "unknown_organization"
    await act(board, world["p0"], act_of(change), **before)


async def test_a_standing_that_would_hold_into_a_planned_stay_needs_the_duty_there(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await act(board, world["p2"], "changes", effective_on="2199-01-01", cell_id=str(world["court"]))
    office = await sign_in("grassroots_office", "health")
    change = {"effective_on": "2024-03-01", "standing": "official"}
    refused = await act(office, world["p2"], "changes", 422, **change)
    assert refused["errors"][0]["pointer"] == "/body/effective_on"
    await act(office, world["p2"], "changes", effective_on="2024-03-01", residence="Kẻ Sặt")
    await act(board, world["p2"], "changes", **change)


async def test_a_member_moves_only_into_what_holds_members(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    move = {"effective_on": "2024-03-01", "cell_id": str(world["health"])}
    assert (await act(client, world["p0"], "changes", 409, **move))["rule"] == "R-ORG-4"


async def test_a_later_change_already_known_stays(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    await act(client, world["p2"], "changes", effective_on="2025-01-01", cell_id=str(world["court"]))
    await act(client, world["p2"], "changes", effective_on="2024-01-01", cell_id=str(world["health-2"]))
    await act(client, world["p2"], "changes", effective_on="2024-06-01", standing="official")
    days = ("2023-12-31", "2024-01-01", "2024-06-01", "2025-01-01")
    states = [await read_member(client, world["p2"], on=day) for day in days]
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
    refused = await act(client, world["p0"], "changes", 422, **({"effective_on": "2024-03-01"} | document))
    assert refused["errors"][0]["code"] == code


# --- correcting --------------------------------------------------------------------------------------------
