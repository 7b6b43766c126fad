"""Committees over HTTP: established with their seats, listed by vacancy and end of term, changed, corrected."""

from typing import Any

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import CAUSE, Client, World, member

from app.domain.operation import OperationKind
from app.services import history

DECISION = {"issuer": "Đảng ủy Khối", "number": "12-QĐ/ĐUK", "signed_on": "2024-01-10"}


def term(world: World, organization: str = "health", **differing: Any) -> dict[str, Any]:
    return {
        "organization_id": str(world[organization]),
        "kind": "executive",
        "term": "2023-2028",
        "origin": "congress",
        "congress_ordinal": 3,
        "size": 9,
        "from": "2024-01-15",
    } | differing


def seat(world: World, name: str, title: str = "committee_member", basis: str = "elected") -> dict[str, Any]:
    return {"member_id": str(world[name]), "title": title, "basis": basis}


async def establish(client: Client, world: World, organization: str = "health", **differing: Any) -> Any:
    answer = await client.post("/v1/committees", json=term(world, organization, **differing))
    assert answer.status_code == 201, answer.text
    return answer.json()


def codes(committee: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["rule"], one["code"]) for one in committee["findings"]]


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def test_a_committee_is_established_with_its_seats_in_one_act(board: Client, world: World) -> None:
    seats = [seat(world, "p3"), seat(world, "p0", "secretary")]
    made = await establish(board, world, seats=seats, decisions=[DECISION], ratified_on="2024-02-01",
                           reported_on="2024-01-20")  # fmt: skip
    assert made["periods"] == [{"from": "2024-01-15", "to": "2029-01-15"}] and made["known_at"] is None
    assert [(one["title"], one["full_name"]) for one in made["seats"]] == [
        ("secretary", "Nguyễn Văn An"),
        ("committee_member", "Nguyễn Văn An"),
    ]
    assert made["seats"][0]["periods"] == made["periods"] and made["seats"][0]["member_id"] == str(
        world["p0"]
    )
    counted = {
        name: made[name] for name in ("persons", "vacancies", "headless", "standing", "elected", "appointed")
    }
    assert counted == {
        "persons": 2, "vacancies": 7, "headless": False, "standing": 0, "elected": 2, "appointed": 0,
    }  # fmt: skip
    assert made["findings"] == [] and made["actions"][0] == {
        "action": "manage_committee", "allowed": True, "reason": None, "roles_that_may": None,
    }  # fmt: skip
    read = (await board.get(f"/v1/committees/{made['id']}")).json()
    assert read["known_at"] and read | {"known_at": None} == made
    empty = (await board.get(f"/v1/committees/{made['id']}?on=2023-01-01")).json()
    assert (empty["persons"], empty["headless"], empty["periods"]) == (0, True, made["periods"])


async def test_what_the_papers_lack_is_noted_and_refuses_nothing(board: Client, world: World) -> None:
    made = await establish(board, world, size=5, to="2030-01-01")
    assert codes(made) == [
        ("R-COM-8", "decision_not_named"),
        ("R-COM-1", "limit_passed"),
        ("R-COM-2", "number_outside_policy"),
        ("R-COM-7", "limit_passed"),
    ]
    assert made["findings"][1]["value"] == 60 and made["findings"][1]["on"] == "2029-01-15"
    appointed = await establish(board, world, "bloc", origin="appointment", to="2030-01-01", size=39)
    assert codes(appointed) == [("R-COM-8", "decision_not_named")]


async def test_a_term_older_than_the_rules_on_record_is_kept_too(board: Client, world: World) -> None:
    made = await establish(board, world, **{"from": "2020-08-01"}, decisions=[DECISION])
    assert made["periods"] == [{"from": "2020-08-01", "to": "2025-08-01"}]


async def test_a_small_cell_has_a_secretary_and_a_deputy_and_no_committee(
    board: Client, world: World
) -> None:
    refused = await board.post("/v1/committees", json=term(world, "health-1", size=3))
    assert refused.status_code == 409
    said = refused.json()
    assert (said["rule"], said["code"], said["value"]) == ("R-COM-2", "cell_too_small_for_committee", 9)
    assert said["source"] == "294 23.2" and said["number"] == 2
    made = await establish(board, world, "health-1", size=1, seats=[seat(world, "p0", "secretary")])
    then = (await board.get(f"/v1/committees/{made['id']}?on=2024-06-01")).json()
    assert (then["vacancies"], then["headless"]) == (0, False)
    assert made["periods"] == [{"from": "2024-01-15", "to": "2026-07-15"}]  # thirty months before the pilot


@pytest.mark.parametrize(
    ("name", "title", "status", "code"),
    [
        ("p2", "committee_member", 409, "seat_of_no_official"),
        ("p0", "inspection_chair", 422, "title_of_another_kind"),
    ],
)
async def test_who_may_not_sit_is_refused(
    board: Client, world: World, name: str, title: str, status: int, code: str
) -> None:
    refused = await board.post("/v1/committees", json=term(world, seats=[seat(world, name, title)]))
    said = refused.json()
    assert refused.status_code == status
    assert code in (said["code"], *(one["code"] for one in said.get("errors", ())))
    if status == 409:
        assert (said["rule"], said["source"], said["records"]) == ("R-COM-5", "DL 3", [str(world[name])])


async def test_an_organization_has_one_committee_of_a_kind_at_a_time(board: Client, world: World) -> None:
    first = await establish(board, world)
    again = await board.post("/v1/committees", json=term(world, **{"from": "2025-01-01"}))
    assert (again.status_code, again.json()["code"]) == (409, "committee_exists")
    assert again.json()["records"] == [first["id"]]
    inspection = await establish(
        board, world, kind="inspection", size=3, seats=[seat(world, "p0", "inspection_chair")]
    )
    assert inspection["headless"] is False and inspection["persons"] == 1
    await establish(board, world, **{"from": "2029-01-15"})


async def test_a_committee_lives_within_its_organization(board: Client, world: World) -> None:
    refused = await board.post("/v1/committees", json=term(world, **{"from": "2019-01-01"}, to="2024-01-01"))
    assert (refused.status_code, refused.json()["code"]) == (409, "committee_outside_life")


async def test_lists_narrow_by_place_kind_vacancy_and_end_of_term(board: Client, world: World) -> None:
    health = await establish(board, world, seats=[seat(world, "p0", "secretary")])
    cell = await establish(board, world, "health-1", size=1, seats=[seat(world, "p0", "secretary")])
    town = await establish(board, world, "town", kind="inspection", size=3)

    async def listed(**params: str) -> set[str]:
        answer = await board.get("/v1/committees", params={"on": "2024-06-01"} | params)
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in answer.json()["items"]}

    assert await listed() == {health["id"], cell["id"], town["id"]}
    assert await listed(within=str(world["health"])) == {health["id"], cell["id"]}
    assert await listed(organization=str(world["health"])) == {health["id"]}
    assert await listed(kind="inspection") == {town["id"]}
    assert await listed(vacant="true") == {health["id"], town["id"]}
    assert await listed(vacant="false") == {cell["id"]}
    assert await listed(term_ends_by="2026-07-15") == {cell["id"]}
    assert await listed(on="2023-12-31") == set()
    streamed = await board.get("/v1/committees?on=2024-06-01", headers={"Accept": "application/x-ndjson"})
    assert streamed.text.count("\n") == 4 and '"count": 3' in streamed.text


async def test_an_earlier_end_ends_all_seats_and_a_later_one_prolongs_those_held_to_it(
    board: Client, world: World
) -> None:
    made = await establish(
        board, world, seats=[seat(world, "p0", "secretary"), seat(world, "p3") | {"to": "2026-01-01"}]
    )
    address = f"/v1/committees/{made['id']}"

    async def change(**said: Any) -> Any:
        etag = (await board.get(address)).headers["etag"]
        return await board.post(f"{address}/changes", json=said, headers={"If-Match": etag})

    later = (await change(ends_on="2029-12-01", decisions=[DECISION])).json()
    assert later["periods"] == [{"from": "2024-01-15", "to": "2029-12-01"}] and later["version"] == 2
    seats = {one["title"]: one for one in (await board.get(f"{address}?on=2025-01-01")).json()["seats"]}
    assert seats["secretary"]["periods"][-1]["to"] == "2029-12-01"
    assert seats["committee_member"]["periods"][-1]["to"] == "2026-01-01"
    ended = (await change(ends_on="2025-01-01")).json()
    assert ended["periods"] == [{"from": "2024-01-15", "to": "2025-01-01"}]
    seats = {one["title"]: one for one in (await board.get(f"{address}?on=2024-06-01")).json()["seats"]}
    assert {one["periods"][-1]["to"] for one in seats.values()} == {"2025-01-01"}
    assert (await change(ends_on="2024-01-15")).status_code == 422
    assert (await change(ends_on="2025-01-01")).status_code == 422
    assert (await change()).status_code == 422
    assert (await change(ends_on=None)).status_code == 422
    reported = (await change(reported_on="2024-01-22", ratified_on=None)).json()
    assert (reported["reported_on"], reported["ratified_on"]) == ("2024-01-22", None)


async def test_a_correction_says_otherwise_or_strikes_out_with_the_seats(board: Client, world: World) -> None:
    made = await establish(board, world, seats=[seat(world, "p0", "secretary")])
    address = f"/v1/committees/{made['id']}"
    before = (await board.get(address)).json()["known_at"]

    async def correct(value: Any, start: str, end: str | None) -> Any:
        etag = (await board.get(address)).headers["etag"]
        said = {"value": value, "period": {"from": start, "to": end}, "reason": "Nhập nhầm"}
        return await board.post(f"{address}/corrections", json=said, headers={"If-Match": etag})

    earlier = (await correct({}, "2023-12-15", "2024-01-15")).json()["committee"]
    assert [one["from"] for one in earlier["periods"]] == ["2023-12-15"]
    renamed = (await correct({"term": "2024-2029", "size": 11}, "2023-12-15", "2029-01-15")).json()
    assert (renamed["committee"]["term"], renamed["committee"]["size"]) == ("2024-2029", 11)
    assert renamed["dependent_records_count"] == 1 and renamed["dependent_records"][0]["resource"] == "seat"
    assert (await correct({"term": None}, "2024-01-15", "2025-01-01")).status_code == 422
    assert (await correct({}, "2029-01-15", None)).status_code == 422
    gone = (await correct(None, "2023-01-01", None)).json()["committee"]
    assert (gone["periods"], gone["seats"], gone["persons"]) == ([], [], 0)
    assert (await correct(None, "2023-01-01", None)).status_code == 422
    known = (await board.get(address, params={"known_at": before})).json()
    assert known["periods"] == made["periods"] and known["persons"] == 1
    assert (await board.get("/v1/seats", params={"committee": made["id"]})).json()["items"] == []


async def test_a_cells_committee_is_recorded_by_its_grassroots_office_and_the_offices_own_by_the_superior(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    made = await establish(office, world, "health-1", size=1)
    refused = await office.post("/v1/committees", json=term(world))
    assert refused.status_code == 403 and "upper_organizing_board" in refused.json()["roles_that_may"]
    unknown = await office.post("/v1/committees", json=term(world, "town"))
    assert unknown.json()["errors"][0]["code"] == "unknown_organization"
    foreign = await sign_in("upper_organizing_board", "district")
    assert (await foreign.get(f"/v1/committees/{made['id']}")).status_code == 404
    outside = term(world, "health-2", size=1, seats=[seat(world, "p5", "secretary")])
    refused = await office.post("/v1/committees", json=outside)
    assert refused.json()["errors"][0] == {
        "pointer": "/body/seats/0/member_id",
        "code": "unknown_member",
        "detail": "There is no such member within your reach.",
    }


async def test_a_committee_is_read_in_four_statements_and_listed_in_one(
    board: Client, world: World, statements: Statements, connection: asyncpg.Connection
) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    many = [
        await member(connection, operation_id, world["health-2"], f"Lê Văn {name}") for name in "ABCDEFGHI"
    ]
    seats = [{"member_id": str(one), "title": "committee_member", "basis": "elected"} for one in many]
    made = await establish(board, world, seats=seats)
    async with statements() as executed:
        read = await board.get(f"/v1/committees/{made['id']}")
    assert read.json()["persons"] == 9
    assert len([one for one in executed if "SELECT" in one]) == 4, executed
    async with statements() as executed:
        await board.get("/v1/committees", params={"within": str(world["bloc"]), "vacant": "true"})
    assert len(executed) == 1
    async with statements() as executed:
        await establish(board, world, "health-2", size=7, seats=seats[:7])
    assert len(executed) <= 22, len(executed)
