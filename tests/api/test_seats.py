"""Seats over HTTP: given in bulk, who takes another title, how they end, who is told whose they are."""

from datetime import date
from typing import Any

import asyncpg
import pytest
from acts import act, establish
from conftest import SignIn, Statements
from make import CAUSE, Client, World

from app.domain.committees import SeatEndReason
from app.domain.operation import OperationKind
from app.services import history
from app.services.seats import end_for_leaver

DECISION = {"issuer": "Đảng ủy Khối", "number": "12-QĐ/ĐUK", "signed_on": "2024-01-10"}


def wanted(
    committee: str, world: World, name: str, title: str = "committee_member", **differing: Any
) -> dict[str, Any]:
    seat = {"committee_id": committee, "member_id": str(world[name]), "title": title, "basis": "elected"}
    return seat | differing


async def give(client: Client, *seats: dict[str, Any], **differing: Any) -> Any:
    return await client.post("/v1/seats", json={"seats": list(seats), **differing})


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


@pytest.fixture
async def committee(board: Client, world: World) -> str:
    return await establish(board, world)


async def end(client: Client, seat_id: str, **said: Any) -> Any:
    etag = (await client.get(f"/v1/seats/{seat_id}")).headers["etag"]
    return await client.post(f"/v1/seats/{seat_id}/endings", json=said, headers={"If-Match": etag})


async def test_a_seat_runs_to_the_end_of_the_term_and_may_end_before(
    board: Client, world: World, committee: str
) -> None:
    given = await give(board, wanted(committee, world, "p0", "secretary", **{"from": "2024-02-01"}))
    assert given.status_code == 201, given.text
    seat = given.json()["items"][0]["seat"]
    assert (seat["full_name"], seat["organization_name"]) == ("Nguyễn Văn An", "Đảng bộ Sở Y tế")
    assert seat["periods"] == [{"from": "2024-02-01", "to": "2029-01-01"}] and seat["version"] == 1
    early = await end(board, seat["id"], ended_on="2024-02-01", end_reason="retirement")
    assert early.json()["errors"][0]["code"] == "seat_not_begun_by_then"
    ended = (await end(board, seat["id"], ended_on="2025-03-01", end_reason="retirement")).json()
    assert ended["periods"] == [{"from": "2024-02-01", "to": "2025-03-01"}]
    assert (ended["end_reason"], ended["version"], ended["findings"]) == ("retirement", 2, [])
    again = await end(board, seat["id"], ended_on="2025-03-01", end_reason="resigned")
    assert again.json()["errors"][0]["code"] == "seat_ended_by_then"
    read = (await board.get(f"/v1/committees/{committee}?on=2025-03-01")).json()
    assert read["headless"] is True


async def test_another_title_ends_the_former_seat_of_the_same_person(
    board: Client, world: World, committee: str
) -> None:
    (await give(board, wanted(committee, world, "p0"))).raise_for_status()
    risen = await give(board, wanted(committee, world, "p0", "deputy_secretary", **{"from": "2025-01-01"}))
    assert risen.status_code == 201, risen.text
    listed = await board.get("/v1/seats", params={"member": str(world["p0"]), "on": "2024-06-01"})
    (former,) = listed.json()["items"]
    assert (former["end_reason"], former["periods"][0]["to"]) == ("other_title", "2025-01-01")
    now = (await board.get("/v1/seats", params={"committee": committee, "on": "2025-01-01"})).json()["items"]
    assert [one["title"] for one in now] == ["deputy_secretary"]
    twice = await give(board, wanted(committee, world, "p0", "deputy_secretary", **{"from": "2026-01-01"}))
    assert (twice.status_code, twice.json()["code"]) == (409, "seat_exists")
    assert twice.json()["records"] == [now[0]["id"]]


async def test_each_item_is_judged_as_if_those_before_it_were_recorded(
    board: Client, world: World, committee: str
) -> None:
    answer = await give(
        board,
        wanted(committee, world, "p0", "secretary"),
        wanted(committee, world, "p3", "secretary"),
        wanted(committee, world, "p2"),
        wanted(committee, world, "p1", to="2030-01-01"),
        wanted(committee, world, "p1", **{"from": "2023-12-31"}),
        wanted("00000000-0000-7000-8000-000000000000", world, "p1"),
        wanted(committee, world, "p1"),
        bulk="each",
    )
    assert answer.status_code == 200, answer.text
    assert [(one["refusal"] or {}).get("code") for one in answer.json()["items"]] == [
        None,
        "head_exists",
        "seat_of_no_official",
        "seat_outside_term",
        "seat_outside_term",
        "unknown_committee",
        None,
    ]
    whole = await give(board, wanted(committee, world, "p3"), wanted(committee, world, "p2"))
    assert (whole.status_code, whole.json()["rule"]) == (409, "R-COM-5")
    listed = await board.get("/v1/seats", params={"committee": committee})
    assert len(listed.json()["items"]) == 2


async def test_more_than_the_decided_number_is_refused_by_its_rule(board: Client, world: World) -> None:
    small = await establish(board, world, "bloc", size=2)
    seats = [wanted(small, world, name) for name in ("p0", "p1", "p3")]
    refused = await give(board, *seats)
    said = refused.json()
    assert (said["rule"], said["code"], said["value"]) == ("R-COM-4", "more_elected_than_decided", 2)
    seats[2]["basis"] = "appointed"
    said = (await give(board, *seats)).json()
    assert (said["code"], said["value"], said["source"]) == ("too_many_appointed_beyond", 2, "294 16.2.5")


async def test_an_appointment_without_its_paper_is_noted(board: Client, world: World, committee: str) -> None:
    bare = await give(board, wanted(committee, world, "p0", basis="appointed"))
    read = (await board.get(f"/v1/seats/{bare.json()['items'][0]['seat']['id']}")).json()
    assert [(one["rule"], one["code"]) for one in read["findings"]] == [("R-COM-8", "decision_not_named")]
    given = await give(board, wanted(committee, world, "p3", basis="appointed"), decisions=[DECISION])
    read = (await board.get(f"/v1/seats/{given.json()['items'][0]['seat']['id']}")).json()
    assert read["findings"] == []


async def test_a_correction_says_otherwise_or_strikes_out(
    board: Client, world: World, committee: str
) -> None:
    given = await give(board, wanted(committee, world, "p0", **{"from": "2024-03-01"}))
    address = f"/v1/seats/{given.json()['items'][0]['seat']['id']}"

    async def correct(value: Any, start: str, end: str | None) -> Any:
        etag = (await board.get(address)).headers["etag"]
        said = {"value": value, "period": {"from": start, "to": end}, "reason": "Nhập nhầm"}
        return await board.post(f"{address}/corrections", json=said, headers={"If-Match": etag})

    corrected = await correct({"title": "secretary", "basis": "ratified"}, "2024-02-01", "2029-01-01")
    assert corrected.json()["periods"] == [{"from": "2024-02-01", "to": "2029-01-01"}]
    assert (corrected.json()["title"], corrected.json()["basis"]) == ("secretary", "ratified")
    assert (await correct({"title": "inspection_chair"}, "2024-02-01", "2025-01-01")).status_code == 422
    assert (await correct({"basis": None}, "2024-02-01", "2025-01-01")).status_code == 422
    outside = await correct({}, "2022-01-01", "2024-02-01")
    assert (outside.status_code, outside.json()["code"]) == (409, "seat_of_no_official")
    struck = (await correct(None, "2023-01-01", None)).json()
    assert struck["periods"] == [] and struck["full_name"] == "Nguyễn Văn An"
    assert (await correct(None, "2023-01-01", None)).status_code == 422


async def test_who_holds_a_seat_is_told_to_those_who_reach_the_member(
    sign_in: SignIn, board: Client, world: World
) -> None:
    bloc = await establish(board, world, "bloc", size=15)
    (await give(board, wanted(bloc, world, "p5", "secretary"), wanted(bloc, world, "p0"))).raise_for_status()
    office = await sign_in("upper_organizing_board", "bloc")
    listed = (await office.get("/v1/seats", params={"committee": bloc})).json()["items"]
    assert [(one["title"], one["full_name"], one["member_id"]) for one in listed] == [
        ("secretary", None, None),
        ("committee_member", "Nguyễn Văn An", str(world["p0"])),
    ]
    read = (await office.get(f"/v1/committees/{bloc}")).json()
    assert (read["persons"], read["headless"], read["seats"][0]["full_name"]) == (2, False, None)
    assert (await office.get("/v1/seats", params={"member": str(world["p5"])})).status_code == 404
    cell = await sign_in("cell_secretary", "health-1")
    assert (await cell.get("/v1/seats", params={"committee": bloc})).status_code == 404
    assert (await cell.get("/v1/seats", params={"member": str(world["p0"])})).json()["items"] == []


async def test_a_member_who_stops_being_official_cannot_leave_a_seat_behind(
    board: Client, world: World, committee: str
) -> None:
    (await give(board, wanted(committee, world, "p0"))).raise_for_status()
    address = f"/v1/members/{world['p0']}"
    etag = (await board.get(address)).headers["etag"]
    left = await board.post(
        f"{address}/corrections",
        json={"fact": "membership", "value": {"exit_reason": "deceased"}, "period": {"from": "2025-01-01"},
              "reason": "Ghi muộn"},
        headers={"If-Match": etag},
    )  # fmt: skip
    assert (left.status_code, left.json()["code"]) == (409, "seat_of_no_official")


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (None, set()),
        (("health-1", "health-2"), {"health", "bloc", "district"}),
        (("health-1", "court"), {"bloc", "district"}),
        (("health-1", "town-1"), {"district"}),
    ],
)
async def test_who_leaves_loses_the_seats_above_the_old_cell_that_are_not_above_the_new_one(
    board: Client,
    world: World,
    connection: asyncpg.Connection,
    statements: Statements,
    cells: tuple[str, str] | None,
    kept: set[str],
) -> None:
    places = ("health-1", "health", "bloc", "district")
    committees = {place: await establish(board, world, place, size=2) for place in places}
    (await give(board, *(wanted(one, world, "p0") for one in committees.values()))).raise_for_status()
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CHANGED, {})
    moved = (world[cells[0]], world[cells[1]]) if cells else None
    async with statements() as executed:
        await end_for_leaver(
            connection,
            CAUSE,
            operation_id,
            world["p0"],
            date(2025, 3, 1),
            SeatEndReason.TRANSFERRED_OUT,
            cells=moved,
        )
    assert len(executed) == 2

    async def sits(on: str) -> dict[str, str | None]:
        listed = await board.get("/v1/seats", params={"member": str(world["p0"]), "on": on})
        by_committee = {one["committee_id"]: one["end_reason"] for one in listed.json()["items"]}
        return {name: by_committee[one] for name, one in committees.items() if one in by_committee}

    assert await sits("2025-02-28") == {
        name: None if name in kept else "transferred_out" for name in committees
    }
    assert (await sits("2025-03-01")).keys() == kept


async def test_seats_are_listed_in_one_statement(
    board: Client, world: World, committee: str, statements: Statements
) -> None:
    (await give(board, wanted(committee, world, "p0"), wanted(committee, world, "p3"))).raise_for_status()
    for params in ({"within": str(world["health"])}, {"member": str(world["p0"])}, {"title": "secretary"}):
        async with statements() as executed:
            assert (await board.get("/v1/seats", params=params)).status_code == 200
        assert len(executed) == 1
    streamed = await board.get(
        "/v1/seats", params={"organization": str(world["health"])}, headers={"Accept": "application/x-ndjson"}
    )
    assert streamed.text.count("\n") == 3


@pytest.mark.parametrize(
    ("end_reason", "noted"),
    [
        ("dismissed", True),
        ("resigned", True),
        ("retirement", False),
        ("job_change", False),
        ("transferred_out", False),
    ],
)
async def test_a_seat_that_ends_by_a_decision_names_it(
    board: Client, world: World, committee: str, end_reason: str, noted: bool
) -> None:
    given = (await give(board, wanted(committee, world, "p0"), wanted(committee, world, "p1"))).json()[
        "items"
    ]
    bare, grounded = (one["seat"]["id"] for one in given)
    ended = (await end(board, bare, ended_on="2025-03-01", end_reason=end_reason)).json()
    missing = [("R-COM-8", "decision_not_named", "294 16.4")] if noted else []
    assert [(one["rule"], one["code"], one["source"]) for one in ended["findings"]] == missing
    said = {"ended_on": "2025-03-01", "end_reason": end_reason, "decisions": [DECISION]}
    assert (await end(board, grounded, **said)).json()["findings"] == []


async def test_an_exit_says_which_seats_it_ended(board: Client, world: World, committee: str) -> None:
    given = (await give(board, wanted(committee, world, "p0"), wanted(committee, world, "p1"))).json()[
        "items"
    ]
    said = {"effective_on": "2025-03-01", "exit_reason": "deceased"}
    left = await act(board, world["p0"], "exits", **said)
    assert left["ended_seats"] == [given[0]["seat"]["id"]]
    assert (await board.get(f"/v1/seats/{given[0]['seat']['id']}")).json()["findings"] == []
    assert (await act(board, world["p3"], "exits", **said))["ended_seats"] == []
    office = await board.get(f"/v1/seats/{given[1]['seat']['id']}")
    assert office.json()["end_reason"] is None
