"""What is taken back leaves a tree that an act could leave; else rule, organizations and later operations are named."""

from datetime import date
from typing import Any

import pytest
from acts import create_member, elected
from asyncpg import Connection
from conftest import SignIn
from import_files import apply as send_file
from make import CAUSE, Client, World, empower, member
from restructured import BOARD, absorbed, applied, believed, post

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.services import history

REASON = {"reason": "Ghi nhầm đơn vị"}


class Board:
    """Two persons who may do everything in the province."""

    def __init__(self, proposer: Client, approver: Client, world: World) -> None:
        self.proposer, self.approver, self.world = proposer, approver, world

    async def decree(self, on: str, **measure: Any) -> Any:
        """A document of one measure, applied."""
        return await applied(self.proposer, self.approver, measure, on=on)

    async def transfer(self, one: str, to: str, on: str) -> Any:
        return await self.decree(
            on, kind="transfer", organizations=[str(self.world[one])], to=str(self.world[to])
        )

    async def annul(self, one: Any, status: int = 200) -> Any:
        """Ask for it, unless that is done, and carry it out."""
        read = (await self.proposer.get(f"/v1/restructurings/{one['id']}")).json()
        if read["state"] == "applied":
            read = await post(
                self.proposer, f"/{one['id']}/annulment-proposals", REASON, 200, read["version"]
            )
        return await post(self.approver, f"/{one['id']}/annulments", REASON, status, read["version"])

    async def refused(self, one: Any, rule: str, *organizations: str) -> Any:
        """That an annulment is refused by a rule, about these; the ids of the operations it names."""
        problem = await self.annul(one, 409)
        said = (problem["rule"], problem["records"], bool(problem["value"]), bool(problem["source"]))
        assert said == (rule, [str(self.world[name]) for name in organizations], True, True), problem
        assert problem["dependent_operations_count"] == len(problem["dependent_operations"])
        return [named["id"] for named in problem["dependent_operations"]]


@pytest.fixture
async def board(sign_in: SignIn, world: World) -> Board:
    return Board(await sign_in(BOARD, "province"), await sign_in(BOARD, "province"), world)


async def test_who_came_under_a_type_that_an_annulment_takes_away_stands_in_its_way(
    board: Board, connection: Connection
) -> None:
    before = await believed(connection)
    type_ = {"organizations": [str(board.world["bloc"])], "type": "provincial_party_agencies"}
    retyped = await board.decree("2025-02-10", kind="retype", **type_)
    moved = await board.transfer("town", "bloc", "2025-03-10")
    assert await board.refused(retyped, "R-ORG-1", "town", "bloc") == [moved["operation_id"]]
    assert (await board.annul(moved))["state"] == "annulled"
    assert (await board.annul(retyped))["state"] == "annulled"
    assert await believed(connection) == before


async def test_nobody_comes_back_under_one_that_lost_its_powers(board: Board, connection: Connection) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {})
    await empower(connection, operation_id, board.world["health"], Period(date(2025, 7, 1)))
    await board.transfer("court", "health", "2025-08-01")
    away = await board.transfer("court", "province", "2025-09-01")
    address = f"/v1/organizations/{board.world['health']}"
    revoked = await board.proposer.post(
        f"{address}/changes",
        json={"effective_on": "2025-12-01", "delegated_upper_powers": False},
        headers={"If-Match": (await board.proposer.get(address)).headers["etag"]},
    )
    assert revoked.status_code == 200, revoked.text
    (named,) = await board.refused(away, "R-ORG-1", "court", "health")
    operation = (await board.proposer.get(f"/v1/operations/{named}")).json()
    assert (operation["kind"], operation["effective_on"]) == ("organization_changed", "2025-12-01")


async def test_nobody_comes_back_under_one_that_ended_since(board: Board, connection: Connection) -> None:
    before = await believed(connection)
    away = await board.transfer("health-2", "town", "2024-05-01")
    ended = await board.decree("2024-07-01", **absorbed(board.world, "health", "town"))
    assert await board.refused(away, "R-ORG-2", "health-2", "health") == [ended["operation_id"]]
    await board.annul(ended)
    await board.annul(away)
    assert await believed(connection) == before


async def test_nobody_comes_back_into_a_cell_that_ended_since(board: Board) -> None:
    part = {"to": str(board.world["health-2"]), "members": [str(board.world["p0"])]}
    away = await board.decree(
        "2024-05-01",
        kind="split",
        organization=str(board.world["health-1"]),
        source_survives=True,
        parts=[part],
    )
    ended = await board.decree("2024-07-01", **absorbed(board.world, "health-1", "health-2"))
    assert await board.refused(away, "R-ORG-4", "health-1") == [ended["operation_id"]]


async def test_who_was_admitted_to_what_only_became_a_cell_stands_in_the_way(
    board: Board, sign_in: SignIn, connection: Connection
) -> None:
    world = board.world
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    for _ in range(3):
        await member(connection, operation_id, world["town-1"], "Lê Văn Bình")
    lower = {"kind": "downgrade", "organization": str(world["town"]), "type": "grassroots_cell"}
    measures = (lower, absorbed(world, "town-1", "town"))
    lowered = await applied(board.proposer, board.approver, *measures, on="2024-05-01")
    office = await sign_in("grassroots_office", "town")
    await create_member(office, world, "town", since="2024-06-01")
    assert len(await board.refused(lowered, "R-ORG-4", "town")) == 1


async def test_a_code_that_another_one_was_given_since_does_not_come_back(board: Board) -> None:
    ended = await board.decree("2024-05-01", **absorbed(board.world, "health-2", "health-1"))
    court = str(board.world["court"])
    given = await board.decree("2024-07-01", kind="rename", organization=court, code="C-health-2")
    problem = await board.annul(ended, 409)
    assert (problem["rule"], problem["dependent_operations_count"]) == ("R-REV-1", 1)
    assert [one["id"] for one in problem["dependent_operations"]] == [given["operation_id"]]


async def test_a_file_is_not_taken_back_into_a_cell_that_ended_since(board: Board) -> None:
    world = board.world
    header = "external_id,cell,standing,valid_from,valid_to,exit_reason"
    sent = await send_file(board.proposer, "memberships", header, "p0,health-2,official,2024-03-01,,")
    assert sent["state"] == "applied", sent
    ended = await board.decree("2024-07-01", **absorbed(world, "health-1", "health-2"))
    back = await board.approver.post(f"/v1/imports/{sent['id']}/reversals", json={"reason": "Nhầm tệp"})
    problem = back.json()
    assert (back.status_code, problem["rule"]) == (409, "R-ORG-4")
    assert problem["records"] == [str(world["health-1"])]
    assert [one["id"] for one in problem["dependent_operations"]] == [ended["operation_id"]]


async def test_a_file_of_committees_is_not_taken_back_while_who_was_elected_since_sits_in_them(
    board: Board,
) -> None:
    world = board.world
    header = "organization,committee_kind,term,term_from,term_to,size,origin,member,title,basis"
    sent = await send_file(
        board.proposer,
        "seats",
        header,
        "health,executive,2023-2028,2024-01-15,2029-01-15,9,congress,p0,secretary,elected",
    )
    assert sent["state"] == "applied", sent
    page = await board.proposer.get("/v1/committees", params={"organization": str(world["health"])})
    seat = {"committee_id": page.json()["items"][0]["id"], **elected(world["p1"]), "from": "2024-02-01"}
    given = await board.proposer.post("/v1/seats", json={"seats": [seat]})
    assert given.status_code == 201, given.text
    back = await board.approver.post(f"/v1/imports/{sent['id']}/reversals", json={"reason": "Nhầm tệp"})
    problem = back.json()
    assert (back.status_code, problem["rule"], problem["code"]) == (409, "R-REV-1", "seat_left_outside_term")
    (named,) = problem["dependent_operations"]
    operation = (await board.proposer.get(f"/v1/operations/{named['id']}")).json()
    assert operation["kind"] == named["kind"] == "seats_created", operation
