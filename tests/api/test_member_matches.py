"""People on paper against the register over HTTP: whom each row is, as far as the actor may see."""

from typing import Any

import asyncpg
import pytest
from acts import create_member
from conftest import SignIn, Statements
from make import CAUSE, Client, World, member

from app.domain.operation import OperationKind
from app.services import history


async def matched(client: Client, *rows: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    params = {name: more.pop(name) for name in ("on", "known_at") if name in more}
    answer = await client.post("/v1/members/matches", json={"rows": list(rows), **more}, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def short(row: dict[str, Any]) -> tuple[str, list[tuple[str, list[str], list[str]]]]:
    """Outcome, and of each candidate id, reasons, contradictions."""
    return row["outcome"], [
        (one["member"]["id"], one["reasons"], one["contradictions"]) for one in row["candidates"]
    ]


def an(world: World, cell: str = "health-1", born: str = "1970-03-05") -> dict[str, str]:
    return {"full_name": "NGUYEN VAN AN", "birth_date": born, "cell_id": str(world[cell])}


async def test_each_row_is_answered_in_its_place(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    sure, candidates, none = await matched(
        client, an(world), {"full_name": "nguyễn văn an"}, {"full_name": "Hoàng Văn Ai"}
    )
    assert short(sure) == ("sure", [(str(world["p0"]), ["name", "birth_date", "cell"], [])])
    shown = sure["candidates"][0]["member"]
    assert (shown["full_name"], shown["birth_year"]) == ("Nguyễn Văn An", 1970)
    assert (shown["cell_name"], shown["standing"]) == ("Chi bộ Phòng Nghiệp vụ", "official")
    assert (shown["activity_status"], shown["exit_reason"]) == ("active", None)
    assert short(candidates) == (
        "candidates",
        [(str(world["p0"]), ["name"], []), (str(world["p3"]), ["name"], [])],
    )
    assert short(none) == ("none", [])
    assert not any(row["more"] for row in (sure, candidates, none))


async def test_a_number_finds_its_bearer_however_the_name_is_spelt(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    number = [{"kind": "card_number", "number": "00112233"}]
    person = {"full_name": "Vũ Thị Lý", "birth_date": "1975", "identifiers": number}
    made = (await create_member(client, world, "court", **person))["id"]
    sure, contradicted, namesake, nobody = await matched(
        client,
        {"full_name": "Vũ Thị Lí", "birth_date": "1975-06-01", "number": "00112233"},
        {"full_name": "Vũ Thị Lí", "birth_date": "1976", "number": "00112233"},
        {"full_name": "Vũ Thị Lí"},
        {"full_name": "Vũ Thị Lí", "birth_date": "1976"},
    )
    assert short(sure) == ("sure", [(made, ["number", "name_spelt_otherwise", "birth_possible"], [])])
    assert short(contradicted) == (
        "candidates",
        [(made, ["number", "name_spelt_otherwise"], ["birth_differs"])],
    )
    assert short(namesake) == ("candidates", [(made, ["name_spelt_otherwise"], [])])
    assert short(nobody) == ("none", [])


async def add(connection: asyncpg.Connection, world: World, born: str | None, times: int = 1) -> list[str]:
    """More members called Nguyễn Văn An in health-1."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    return [
        str(await member(connection, operation_id, world["health-1"], "Nguyễn Văn An", born=born))
        for _ in range(times)
    ]


@pytest.mark.parametrize("born", ["1970-03-05", "1970", None])
async def test_namesakes_in_one_cell_never_match_silently(
    sign_in: SignIn, world: World, connection: asyncpg.Connection, born: str | None
) -> None:
    (twin,) = await add(connection, world, born)
    client = await sign_in("provincial_organizing_board", "province")
    (row,) = await matched(client, an(world))
    outcome, candidates = short(row)
    assert (outcome, {one for one, *_ in candidates}) == ("candidates", {str(world["p0"]), twin})


async def test_two_rows_that_are_one_member_are_left_to_a_person(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    for row in await matched(client, an(world), an(world)):
        assert short(row) == (
            "candidates",
            [(str(world["p0"]), ["name", "birth_date", "cell"], ["matched_by_another_row"])],
        )


async def test_at_most_ten_candidates_are_shown(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    await add(connection, world, "1970", times=11)
    client = await sign_in("provincial_organizing_board", "province")
    many, dated = await matched(client, {"full_name": "Nguyễn Văn An"}, an(world))
    assert (len(many["candidates"]), many["more"]) == (10, True)
    assert dated["candidates"][0]["member"]["id"] == str(world["p0"])


@pytest.mark.parametrize("born", ["05/03/1970", "5.3.1970", "1970-03-05"])
async def test_dates_are_read_as_papers_write_them(sign_in: SignIn, world: World, born: str) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    (row,) = await matched(client, an(world, born=born))
    assert short(row) == ("sure", [(str(world["p0"]), ["name", "birth_date", "cell"], [])])
    (row,) = await matched(client, an(world, born="03/1970"))
    assert short(row) == ("candidates", [(str(world["p0"]), ["name", "birth_possible", "cell"], [])])


async def test_a_row_whose_date_cannot_be_read_hinders_no_other(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    unreadable, sure, impossible = await matched(
        client, an(world, born="mùa xuân"), an(world), an(world, born="30/02/1979")
    )
    assert sure["outcome"] == "sure" and sure["fault"] is None
    assert short(unreadable) == short(impossible) == ("unreadable", [])
    for row, place, code in ((unreadable, 0, "date_unreadable"), (impossible, 2, "date_impossible")):
        assert (row["fault"]["pointer"], row["fault"]["code"]) == (f"/body/rows/{place}/birth_date", code)
        assert row["fault"]["detail"] and "xuân" not in str(row)
    (alone,) = await matched(client, an(world, born="1979-13"))
    assert alone["outcome"] == "unreadable"


async def test_who_is_out_of_reach_is_answered_like_nobody(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    number = [{"kind": "card_number", "number": "00112233"}]
    person = {"full_name": "Nguyễn Văn An", "birth_date": "1970-03-05", "identifiers": number}
    await create_member(board, world, "court", **person)
    secretary = await sign_in("cell_secretary", "health-1")
    rows = await matched(
        secretary,
        an(world, "court"),
        an(world) | {"number": "00112233"},
        {"full_name": "Lê Thị Hòa"},
        {"full_name": "Ai đó", "number": "00112233"},
    )
    assert short(rows[0]) == ("candidates", [(str(world["p0"]), ["name", "birth_date"], ["cell_differs"])])
    assert short(rows[1]) == ("sure", [(str(world["p0"]), ["name", "birth_date", "cell"], [])])
    assert [short(row) for row in rows[2:]] == [("none", []), ("none", [])]
    stranger = await sign_in()
    assert [short(row) for row in await matched(stranger, an(world))] == [("none", [])]


async def test_whom_birth_dates_are_masked_from_compares_years_alone(sign_in: SignIn, world: World) -> None:
    auditor = await sign_in("auditor", "province")
    true, guessed, wrong = await matched(
        auditor, an(world), an(world, born="1970-11-11"), an(world, born="1971-03-05")
    )
    same_year = ("candidates", [(str(world["p0"]), ["name", "birth_possible", "cell"], [])])
    assert short(true) == short(guessed) == same_year
    assert short(wrong) == ("none", [])


async def test_within_an_organization_only_its_members_are_compared(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    rows = await matched(client, {"full_name": "Nguyễn Văn An"}, within=str(world["health-2"]))
    assert [short(row) for row in rows] == [("candidates", [(str(world["p3"]), ["name"], [])])]
    asked = {"rows": [{"full_name": "Lê Thị Hòa"}], "within": str(world["court"])}
    assert (await client.post("/v1/members/matches", json=asked)).status_code == 404


async def test_who_left_the_roll_is_matched_and_shown_as_gone(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    address = f"/v1/members/{world['p0']}"
    etag = (await client.get(address)).headers["etag"]
    left = {
        "fact": "membership",
        "period": {"from": "2024-03-01"},
        "value": {"exit_reason": "resigned"},
        "reason": "Ghi thiếu",
    }
    answer = await client.post(f"{address}/corrections", json=left, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    (row,) = await matched(client, an(world))
    assert short(row) == ("sure", [(str(world["p0"]), ["name", "birth_date", "cell"], [])])
    shown = row["candidates"][0]["member"]
    assert (shown["exit_reason"], shown["exited_on"], shown["standing"]) == ("resigned", "2024-03-01", None)
    (before,) = await matched(client, an(world), on="2024-02-29")
    assert before["candidates"][0]["member"]["exit_reason"] is None


async def test_people_are_matched_as_of_a_day_and_an_instant(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    known_at = (await client.get("/v1/members")).json()["known_at"]
    (then,) = await matched(client, an(world), on="2024-01-01", known_at=known_at)
    assert then["outcome"] == "sure"
    (earlier,) = await matched(client, an(world), on="2022-01-01")
    assert earlier["outcome"] == "none"
    asked = {"rows": [an(world)]}
    too_late = await client.post(
        "/v1/members/matches", json=asked, params={"known_at": "2190-01-01T00:00:00Z"}
    )
    assert too_late.status_code == 422


@pytest.mark.parametrize("rows", [[], [{"full_name": "A"}] * 5001, [{"birth_date": "1970"}]])
async def test_a_request_holds_one_to_5000_rows_with_names(sign_in: SignIn, rows: list[Any]) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert (await client.post("/v1/members/matches", json={"rows": rows})).status_code == 422


async def test_candidates_of_any_number_of_rows_are_one_statement_and_one_that_records(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in("grassroots_office", "health")
    for rows in (1, 5000):
        async with statements() as executed:
            await matched(client, *([an(world), {"full_name": "Trần Thị Ánh", "number": "1"}] * rows)[:rows])
        asked = [one for one in executed if not one.startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) == 2 and asked[1].startswith("INSERT INTO recorded_read"), asked
        assert not any(word in asked[0] for word in ("INSERT", "UPDATE", "DELETE"))
