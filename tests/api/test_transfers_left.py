"""Open transfers to what ends with no one organization in its place: told before, and forwarded by their parties."""

from typing import Any
from uuid import UUID

import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from import_files import errors
from make import CAUSE, Client, World, organization
from restructured import BOARD, DAY, absorbed, agreed, apply, document, post, preview
from transfer_files import transfers

from app.domain.operation import OperationKind
from app.services import history


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in(BOARD, "province")


@pytest.fixture
async def hospital(connection: Connection, world: World) -> UUID:
    """Another grassroots organization beside the one that is divided."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    return await organization(
        connection, operation_id, world["bloc"], "grassroots_committee", "Đảng bộ Bệnh viện tỉnh",
        code="C-hospital", external_id="hospital",
    )  # fmt: skip


def divided(world: World, hospital: UUID) -> dict[str, Any]:
    """A grassroots organization whose cells go to two others."""
    parts = [
        {"to": str(hospital), "children": [str(world["health-1"])]},
        {"to": str(world["town"]), "children": [str(world["health-2"])]},
    ]
    return {"kind": "split", "organization": str(world["health"]), "parts": parts}


async def introduced(client: Client, member: object, to: object, on: str = "2026-03-02") -> str:
    said = {"kind": "official", "introduced_on": on, "to_organization_id": str(to)}
    answer = await client.post("/v1/transfers", json={"member_ids": [str(member)], **said})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["items"][0]["transfer_id"])


async def seen(client: Client, *measures: dict[str, Any]) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """What a preview tells of transfers left: the conflicts; and of all transfers, the rows."""
    told = await preview(client, await post(client, "", document(*measures), 201))
    assert not told["blocked"], told["conflicts"]
    path = f"/v1/restructurings/{told['restructuring_id']}/previews/{told['id']}/rows"
    rows = (await client.get(path, params={"thing": "transfer"})).json()["items"]
    names = ("effect", "id", "from_id", "to_id")
    left = [one for one in told["conflicts"] if one["code"] == "transfers_left"]
    return left, [tuple(one[name] for name in names) for one in rows]


async def step(client: Client, transfer: str, name: str, on: str, status: int = 200, **said: Any) -> Any:
    address = f"/v1/transfers/{transfer}"
    headers = {"If-Match": (await client.get(address)).headers["etag"]}
    answer = await client.post(f"{address}/steps", json={"step": name, "on": on, **said}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_transfer_to_what_is_divided_among_several_is_told_and_forwarded_by_the_cover(
    board: Client, sign_in: SignIn, world: World, hospital: UUID
) -> None:
    transfer = await introduced(board, world["p5"], world["health"])
    left, rows = await seen(board, divided(world, hospital))
    (one,) = left
    assert (one["severity"], one["rule"], one["count"]) == ("warn", "R-RS-11", 1)
    assert (one["remedy"], one["pointer"]) == ("forward_transfers", "/measures/0/organization")
    assert one["organizations"] == [str(world["health"])]
    assert rows == [("stays", transfer, str(world["town-1"]), str(world["health"]))]
    await apply(sign_in, divided(world, hospital), where="province", role=BOARD)
    read = (await board.get(f"/v1/transfers/{transfer}")).json()
    assert (read["to_organization_id"], read["state"]) == (str(world["health"]), "introduced")
    ended = {"rule": "R-RS-11", "code": "destination_ended", "on": DAY}
    (told,) = [one for one in read["findings"] if one["code"] == "destination_ended"]
    assert told | ended == told
    before = (await board.get(f"/v1/transfers/{transfer}", params={"on": "2026-04-30"})).json()
    assert "destination_ended" not in [one["code"] for one in before["findings"]]
    cover = await sign_in("upper_organizing_board", "bloc")
    forwarded = await step(cover, transfer, "forward", "2026-05-20", to_organization_id=str(hospital))
    assert forwarded["to_organization_id"] == str(hospital)
    assert "destination_ended" not in [one["code"] for one in forwarded["findings"]]
    auditor = await sign_in("auditor", "province")
    assert (await auditor.get("/v1/verify")).json()["sound"]


async def test_a_transfer_introduced_late_to_what_is_divided_says_that_its_destination_ended(
    board: Client, sign_in: SignIn, world: World, hospital: UUID
) -> None:
    await apply(sign_in, divided(world, hospital), where="province", role=BOARD)
    transfer = await introduced(board, world["p5"], world["health"])
    read = (await board.get(f"/v1/transfers/{transfer}")).json()
    assert ("destination_ended", DAY) in [(one["code"], one["on"]) for one in read["findings"]]


async def test_a_transfer_to_what_has_one_successor_goes_there_and_none_is_told_to_be_left(
    board: Client, world: World, hospital: UUID
) -> None:
    transfer = await introduced(board, world["p5"], world["health"])
    measure = divided(world, hospital)
    measure["parts"] = [{"to": str(hospital), "children": [str(world["health-1"]), str(world["health-2"])]}]
    left, rows = await seen(board, measure)
    assert left == []
    assert rows == [("changes", transfer, str(world["town-1"]), str(hospital))]


async def test_a_transfer_that_has_left_the_body_by_now_is_not_told(
    board: Client, world: World, hospital: UUID
) -> None:
    transfer = await introduced(board, world["p5"], world["health"])
    await step(board, transfer, "forward", "2026-05-10", to_organization_id=str(hospital))
    left, rows = await seen(board, divided(world, hospital))
    assert (left, rows) == ([], [])


async def test_a_refused_transfer_is_the_senders_to_end_and_not_told(
    board: Client, world: World, hospital: UUID
) -> None:
    transfer = await introduced(board, world["p5"], world["health"])
    await step(board, transfer, "refuse", "2026-03-10", refusal_ground="papers_not_in_order")
    left, rows = await seen(board, divided(world, hospital))
    assert (left, rows) == ([], [])


async def test_a_transfer_whose_sender_is_handed_over_with_the_member_is_told(
    board: Client, world: World
) -> None:
    transfer = await introduced(board, world["p3"], world["town"])
    measure = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Đảng bộ Bộ Y tế"}
    left, rows = await seen(board, measure)
    assert [(one["organizations"], one["count"]) for one in left] == [([str(world["health-2"])], 1)]
    assert rows == [("stays", transfer, str(world["health-2"]), str(world["town"]))]


async def test_a_transfer_introduced_after_the_approval_does_not_make_it_anew(
    board: Client, sign_in: SignIn, world: World, hospital: UUID
) -> None:
    approver = await sign_in(BOARD, "province")
    one = await agreed(board, approver, divided(world, hospital))
    await introduced(board, world["p5"], world["health"])
    await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])


async def test_a_row_of_a_file_says_that_its_destination_ended_and_what_it_has_become(
    board: Client, sign_in: SignIn, world: World, hospital: UUID
) -> None:
    await apply(sign_in, divided(world, hospital), where="province", role=BOARD)
    line = "{},official,,{},{},,{},,,,,,,"
    lines = (
        line.format("p4", "court", "health", "2026-05-01"),
        line.format("p5", "town-1", "health", "2026-05-20"),
        line.format("p0", "health-1", "nowhere", "2026-05-20"),
    )
    refused = await transfers(board, *lines)
    by_code = line.format("p4", "C-court", "C-health", "2026-05-20")
    refused_by_code = await transfers(board, by_code, key="code")
    for imported, rows in ((refused, (1, 2)), (refused_by_code, (1,))):
        said = await board.get(f"/v1/imports/{imported['id']}/errors", headers={"Accept-Language": "en"})
        items = {one["row"]: one for one in said.json()["items"]}
        for row in rows:
            assert (items[row]["column"], items[row]["code"]) == ("to_organization", "destination_ended")
            assert items[row]["facts"]["until"] == DAY
            assert items[row]["facts"]["successors"] == await _told(board, world, "2026-05-20")
            assert items[row]["detail"] == (
                "The destination existed until 2026-05-01, not on the day of the introduction. It has become"
                " Đảng bộ Bệnh viện tỉnh (C-hospital) or Đảng bộ Thị trấn Kẻ Sặt (C-town): name the one that takes the"
                " member in."
            )
    items = (await board.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert [one["code"] for one in items][2] == "unknown_destination"


async def _told(client: Client, world: World, on: str) -> Any:
    """What the refusal of a single request says."""
    said = {"kind": "official", "introduced_on": on, "to_organization_id": str(world["health"])}
    answer = await client.post("/v1/transfers", json={"member_ids": [str(world["p5"])], **said})
    assert (answer.status_code, answer.json()["code"]) == (410, "destination_ended"), answer.text
    return answer.json()["successors"]


async def test_a_row_whose_destination_has_no_successor_says_so(
    board: Client, sign_in: SignIn, world: World
) -> None:
    measure = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Đảng bộ Bộ Y tế"}
    await apply(sign_in, measure, where="province", role=BOARD)
    imported = await transfers(board, "p4,official,,court,health-2,,2026-05-20,,,,,,,")
    (one,) = (
        await board.get(f"/v1/imports/{imported['id']}/errors", headers={"Accept-Language": "en"})
    ).json()["items"]
    assert (one["code"], one["facts"]["until"]) == ("destination_ended", DAY)
    assert one["detail"].endswith("nothing took its place. Name another one.")


async def test_rows_to_destinations_that_ended_cost_as_many_statements_as_one(
    board: Client, sign_in: SignIn, world: World, hospital: UUID, statements: Statements
) -> None:
    await apply(
        sign_in, divided(world, hospital), absorbed(world, "health-2", "town-1"), where="province", role=BOARD
    )
    lines = [
        f"{member},official,,{cell},{to},,2026-05-{day},,,,,,,"
        for member, cell, to, day in (
            ("p4", "court", "health", 20),
            ("p0", "health-1", "health-2", 20),
            ("p5", "town-1", "health", 21),
            ("p1", "health-1", "health-2", 22),
        )
    ]
    async with statements() as one:
        await transfers(board, lines[0])
    async with statements() as many:
        assert [code for _, _, code in await errors(board, await transfers(board, *lines))] == [
            "destination_ended"
        ] * 4
    assert len(many) - 1 <= len(one)  # the errors were read
