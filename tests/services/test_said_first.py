"""Whose word a fact is: what is said again stays the word of the operation that said it first."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import RolledBack, SignIn
from make import CAUSE, Client, World

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries import history as queries
from app.queries.facts import Wanted
from app.services import history
from app.services.reversal import reverse

APPOINTED = {"issuer": "Đảng ủy Khối", "number": "12-QĐ/ĐUK", "signed_on": "2024-01-10"}
OTHER = APPOINTED | {"number": "77-QĐ/ĐUK"}
NOT_NAMED = [("R-COM-8", "decision_not_named")]


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def establish(board: Client, world: World, **differing: Any) -> str:
    term = {
        "organization_id": str(world["health"]),
        "kind": "executive",
        "term": "2023-2028",
        "origin": "appointment",
        "size": 9,
        "from": "2024-01-01",
        "to": "2029-01-01",
    }
    made = await board.post("/v1/committees", json=term | differing)
    assert made.status_code == 201, made.text
    return f"/v1/committees/{made.json()['id']}"


async def appoint(board: Client, committee: str, member_id: object, *papers: dict[str, str]) -> str:
    seat = {
        "committee_id": committee.rpartition("/")[2],
        "member_id": str(member_id),
        "title": "committee_member",
        "basis": "appointed",
        "from": "2024-02-01",
    }
    given = await board.post("/v1/seats", json={"seats": [seat], "decisions": list(papers)})
    assert given.status_code == 201, given.text
    return f"/v1/seats/{given.json()['items'][0]['seat']['id']}"


async def act(board: Client, thing: str, act: str, **said: Any) -> Any:
    etag = (await board.get(thing)).headers["etag"]
    answer = await board.post(f"{thing}/{act}", json=said, headers={"If-Match": etag})
    assert answer.is_success, answer.text
    return answer.json()


async def noted(board: Client, thing: str) -> list[tuple[str, str]]:
    """Whether the paper is missed of a seat or a committee."""
    found = [(one["rule"], one["code"]) for one in (await board.get(thing)).json()["findings"]]
    return [one for one in found if one in NOT_NAMED]


async def latest(connection: asyncpg.Connection) -> UUID:
    found: UUID = await connection.fetchval("SELECT id FROM operation ORDER BY recorded_at DESC LIMIT 1")
    return found


async def whose(connection: asyncpg.Connection, table: str, **key: object) -> list[UUID | None]:
    """By whom the believed rows were said first, in the order of days; None: by whom they were written."""
    ((name, value),) = key.items()
    rows = await connection.fetch(
        f"SELECT said_first_by FROM {table} WHERE {name} = $1 AND superseded_by IS NULL ORDER BY lower(valid)",
        value,
    )
    return [row["said_first_by"] for row in rows]


async def test_what_is_left_of_a_row_stays_the_word_of_who_said_it(
    connection: asyncpg.Connection, world: World
) -> None:
    member_id = world["p0"]

    async def write(*wanted: tuple[Period, str | None]) -> UUID:
        said = [Wanted((member_id,), days, status and {"status": status}) for days, status in wanted]
        operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CHANGED, {})
        await facts.overwrite(connection, facts.ACTIVITY, operation_id, said)
        await queries.seal(connection)
        return operation_id

    async def first_of_each() -> list[UUID | None]:
        return await whose(connection, "activity", member_id=member_id)

    year = Period(date(2024, 1, 1), date(2025, 1, 1))
    first = await write((year, "exempted"))
    assert await first_of_each() == [None]
    second = await write((Period(date(2024, 5, 1), date(2024, 6, 1)), "suspended"))
    assert await first_of_each() == [first, None, first]
    await write((Period(date(2024, 5, 10), date(2024, 7, 1)), None))
    assert await first_of_each() == [first, second, first]
    await write((Period(date(2024, 1, 1), date(2024, 5, 1)), "exempted"))
    assert await first_of_each() == [None, second, first]

    own = await history.begin(connection, CAUSE, OperationKind.MEMBER_CHANGED, {})
    said = [Wanted((member_id,), year, {"status": "exempted"})]
    await facts.overwrite(connection, facts.ACTIVITY, own, said)
    cut = [Wanted((member_id,), Period(date(2024, 3, 1), date(2024, 4, 1)), None)]
    await facts.overwrite(connection, facts.ACTIVITY, own, cut)
    assert await first_of_each() == [None, None]


@pytest.mark.parametrize(
    "end",
    [
        {"ended_on": "2025-03-01", "end_reason": "retirement"},
        {"ended_on": "2025-03-01", "end_reason": "resigned", "decisions": [OTHER]},
    ],
    ids=["without a paper", "by a paper"],
)
@pytest.mark.parametrize(("papers", "missed"), [([APPOINTED], []), ([], NOT_NAMED)], ids=["by one", "bare"])
async def test_how_a_seat_ends_says_nothing_of_who_gave_it(
    board: Client, world: World, end: dict[str, Any], papers: list[dict[str, str]], missed: list[Any]
) -> None:
    seat = await appoint(board, await establish(board, world), world["p0"], *papers)
    assert await noted(board, seat) == missed
    ended = await act(board, seat, "endings", **end)
    assert ended["end_reason"] == end["end_reason"] and await noted(board, seat) == missed


async def test_a_seat_prolonged_confined_and_corrected_is_still_the_one_that_was_given(
    board: Client, world: World
) -> None:
    committee = await establish(board, world)
    seats = [
        await appoint(board, committee, world["p0"], APPOINTED),
        await appoint(board, committee, world["p3"]),
    ]

    async def noted_each() -> list[Any]:
        return [await noted(board, seat) for seat in seats]

    assert await noted_each() == [[], NOT_NAMED]
    await act(board, committee, "changes", ends_on="2029-12-01", decisions=[OTHER])
    assert await noted_each() == [[], NOT_NAMED]
    await act(board, committee, "changes", ends_on="2026-01-01")
    assert await noted_each() == [[], NOT_NAMED]
    for seat in seats:
        period = {"from": "2024-01-15", "to": "2026-01-01"}
        corrected = await act(
            board, seat, "corrections", value={"title": "secretary"}, period=period, reason="Nhập nhầm"
        )
        assert corrected["title"] == "secretary"
        await act(
            board, seat, "corrections", value={"title": "committee_member"}, period=period, reason="Lại"
        )
    assert await noted_each() == [[], NOT_NAMED]


async def test_a_committee_rests_on_its_own_papers_not_on_those_of_its_end(
    board: Client, world: World
) -> None:
    bare = await establish(board, world)
    assert await noted(board, bare) == NOT_NAMED
    await act(board, bare, "changes", ends_on="2029-06-01", decisions=[OTHER])
    assert await noted(board, bare) == NOT_NAMED
    await act(board, bare, "changes", reported_on="2024-01-20")
    assert await noted(board, bare) == NOT_NAMED
    await act(board, bare, "changes", ratified_on="2024-02-01", decisions=[APPOINTED])
    assert await noted(board, bare) == []
    await act(board, bare, "changes", reported_on="2024-01-21")
    await act(board, bare, "changes", ends_on="2028-01-01")
    assert await noted(board, bare) == []


async def test_what_a_reversal_brings_back_is_the_word_of_who_said_it(
    board: Client, world: World, database: RolledBack, connection: asyncpg.Connection
) -> None:
    seat = await appoint(board, await establish(board, world), world["p0"], APPOINTED)
    gave = await latest(connection)
    await act(board, seat, "endings", ended_on="2025-03-01", end_reason="retirement")
    async with database.writing() as unit:
        ended = await latest(connection)
        await reverse(await unit.begin(), CAUSE, ended, OperationKind.MEMBER_CORRECTED, {})
    assert (await board.get(seat)).json()["end_reason"] is None and await noted(board, seat) == []
    assert await whose(connection, "seat", seat_id=UUID(seat.rpartition("/")[2])) == [gave]


async def test_an_authority_cut_short_or_corrected_keeps_its_decision(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    health = f"/v1/organizations/{world['health']}"
    opening = {"fact": "opening", "value": None, "reason": "Nhập nhầm"}
    period = {"from": "2023-01-01", "to": "2150-01-01"}  # until then nothing judges the number of members
    await act(board, f"/v1/organizations/{world['health-2']}", "corrections", period=period, **opening)
    kind = "delegated_upper_powers"
    await act(board, health, "changes", effective_on="2022-02-01", decisions=[APPOINTED], **{kind: True})

    async def codes(on: str) -> list[str]:
        (held,) = (await board.get(health, params={"on": on})).json()["authorities"]
        return [one["code"] for one in held["findings"]]

    await act(board, health, "changes", effective_on="2024-06-01", **{kind: False})
    assert await codes("2024-05-31") == []
    longer = {"fact": "authority", "kind": kind, "value": {"granted": True}, "reason": "Ghi muộn"}
    await act(board, health, "corrections", period={"from": "2021-01-01", "to": "2024-01-01"}, **longer)
    assert await codes("2022-02-01") == []
    assert await codes("2021-06-01") == ["decision_not_named"]
    granted = (await board.get(f"{health}/history")).json()["items"]
    assert [len(one["operation"]["decisions"]) for one in granted if one["fact"] == "authority"] == [0, 1, 1]


async def test_the_timeline_names_who_first_recorded_each_fact(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    member = f"/v1/members/{world['p0']}"
    before = {
        (one["fact"], one["from"]): one["operation_id"]
        for one in (await board.get(f"{member}/timeline")).json()["items"]
    }
    await act(board, member, "exits", effective_on="2025-03-01", exit_reason="deceased")
    after = (await board.get(f"{member}/timeline")).json()["items"]
    membership, out = [one for one in after if one["fact"] == "membership"]
    assert membership["to"] == "2025-03-01"
    assert membership["operation_id"] == before["membership", membership["from"]]
    assert out["operation_id"] == str(await latest(connection))
