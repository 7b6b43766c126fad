"""Imports that take the sound rows and hold the others, and of persons who surely are members already."""

import random
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from asyncpg import CheckViolationError, Connection
from conftest import SignIn
from import_files import NEW_CELL, NEW_MEMBER, counts, errors, members, organizations, send
from make import Client, World

from app.domain.access import Action, roles_for
from app.domain.matching import Found, Match, MatchOutcome, OnPaper, judge, settle
from app.domain.names import fold
from app.domain.partial_date import PartialDate


async def held(client: Client, imported: dict[str, Any]) -> dict[int, list[str]]:
    """The codes of the held rows."""
    page = await client.get(f"/v1/imports/{imported['id']}/held", params={"limit": 200})
    assert page.status_code == 200, page.text
    return {one["row"]: [fault["code"] for fault in one["faults"]] for one in page.json()["items"]}


def outcomes(imported: dict[str, Any]) -> tuple[int, ...]:
    """Loaded, unchanged, duplicate, held: all rows."""
    said = tuple(imported["outcomes"].values())
    assert sum(said) == imported["rows"]
    return said


SOUND = "n1,Nguyễn Văn Mới,male,,,health-1,official,,2024-01-01,,"
FAULTY = "n2,Trần Thị Hai,female,,,nowhere,official,,2024-01-01,,"
PUT_RIGHT = FAULTY.replace("nowhere", "health-2")


async def test_sound_rows_are_loaded_others_held_and_sent_again_put_right_the_rest_comes(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    first = await members(client, SOUND, FAULTY, accept="clean")
    assert counts(first) == ("applied", 1, 0, 0) and outcomes(first) == (1, 0, 0, 1)
    assert (first["errors"], first["parameters"]["accept"]) == (1, "clean")
    assert await held(client, first) == {2: ["unknown_organization"]}
    again = await members(client, SOUND, FAULTY, accept="clean")
    assert outcomes(again) == (0, 1, 0, 1) and again["operation_id"] is None
    put_right = await members(client, SOUND, PUT_RIGHT, accept="clean")
    assert outcomes(put_right) == (1, 1, 0, 0) and counts(put_right) == ("applied", 1, 0, 1)


async def test_looking_says_what_would_become_of_the_rows(sign_in: SignIn, connection: Connection) -> None:
    client = await sign_in("grassroots_office", "health")
    before = await connection.fetchval("SELECT count(*) FROM member")
    looked = await members(client, SOUND, FAULTY, accept="clean", mode="validate")
    assert counts(looked) == ("valid", 1, 0, 0) and outcomes(looked) == (1, 0, 0, 1)
    assert await connection.fetchval("SELECT count(*) FROM member") == before


async def test_a_file_of_faulty_rows_or_that_cannot_be_read_is_refused(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await members(client, FAULTY, accept="clean")
    assert (refused["state"], outcomes(refused)) == ("refused", (0, 0, 0, 1))
    broken = await members(client, SOUND, '"never closed', accept="clean")
    assert (broken["state"], outcomes(broken)) == ("refused", (0, 0, 0, 1))
    whole = await members(client, SOUND, FAULTY)
    assert (whole["state"], outcomes(whole)) == ("refused", (0, 0, 0, 2))
    assert await held(client, whole) == {2: ["unknown_organization"]}


async def test_rows_of_one_member_stand_together(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    taken = await members(
        client,
        "n1,A,,,,health-1,official,,2024-01-01,2024-06-01,",
        "n1,A,,,,health-2,offical,,2024-06-01,2025-01-01,",
        "n1,A,,,,health-1,official,,2025-01-01,,",
        SOUND.replace("n1", "n3"),
        "p0,,female,,,,,,2024-01-01,2025-01-01,",
        "p0,,,,,nowhere,,,2025-01-01,,",
        ",B,,,,health-1,official,,2024-01-01,,",
        accept="clean",
    )
    assert outcomes(taken) == (1, 0, 0, 6) and counts(taken) == ("applied", 1, 0, 0)
    assert await held(client, taken) == {
        1: ["held_with_row"],
        2: ["unknown_word"],
        3: ["rows_have_gap"],
        5: ["held_with_row"],
        6: ["unknown_organization"],
        7: ["missing_value"],
    }


async def test_what_a_held_row_would_have_given_up_is_not_free(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    await members(
        client,
        "a,A,,000000000001,,health-1,official,,2024-01-01,,",
        "b,B,,000000000002,,health-1,official,,2024-01-01,,",
    )
    chain = (
        "a,,,000000000009,,nowhere,,,2024-03-01,,",
        "b,,,000000000001,,,,,2024-03-01,,",
        "c,C,,000000000002,,health-1,official,,2024-03-01,,",
        "d,D,,000000000003,,health-1,official,,2024-03-01,,",
    )
    taken = await members(client, *chain, accept="clean")
    assert outcomes(taken) == (1, 0, 0, 3)
    assert await held(client, taken) == {
        1: ["unknown_organization"],
        2: ["identifier_taken"],
        3: ["identifier_taken"],
    }


async def test_new_organizations_stand_with_those_above_them(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    taken = await organizations(
        client,
        "a,bloc,,grassroots_committee,A,,moon,2024-01-01,,",
        "a1,a,,sectional_committee,A1,,,2024-01-01,,",
        "a11,a1,,affiliated_cell,A11,,,2024-01-01,,",
        "x,y,,grassroots_committee,X,,,2024-01-01,,",
        "y,x,,grassroots_committee,Y,,,2024-01-01,,",
        NEW_CELL,
        "health-1,,,,Tên mới,,,2024-01-01,,",
        "court,,,,,,,2024-01-01,2025-01-01,",
        accept="clean",
    )
    assert outcomes(taken) == (2, 0, 0, 6) and counts(taken) == ("applied", 1, 1, 0)
    rows = await held(client, taken)
    assert rows[1] == ["code_not_in_catalogue"] and rows[2] == rows[3] == ["held_with_row"]
    assert "tree_cycle" in rows[4] and "tree_cycle" in rows[5] and rows[8] == ["restructuring_needed"]


async def test_held_rows_say_where_what_was_meant_and_whose_they_are(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    taken = await members(
        client, SOUND, NEW_MEMBER.replace("n1", "n2").replace("030085001234", "30085001234"), accept="clean"
    )
    address = f"/v1/imports/{taken['id']}/held"
    (item,) = (await client.get(address, headers={"Accept-Language": "en"})).json()["items"]
    (fault,) = item["faults"]
    assert (item["row"], fault["pointer"], fault["suggestion"]) == (2, "/2/citizen_id", "030085001234")
    assert item["organization_id"] == str(world["health-1"]) and item["sent_by"]["id"]
    other = await sign_in("upper_organizing_board", "bloc")
    (seen,) = (await other.get(address)).json()["items"]
    assert seen["faults"][0]["suggestion"] is None and "85001234" not in str(seen)
    stranger = await sign_in("grassroots_office", "court")
    assert (await stranger.get(address)).status_code == 404


async def test_the_database_counts_every_row(sign_in: SignIn, connection: Connection) -> None:
    client = await sign_in("grassroots_office", "health")
    taken = await members(client, SOUND, mode="validate")
    with pytest.raises(CheckViolationError):
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO import SELECT (jsonb_populate_record(i, jsonb_build_object("
                " 'id', gen_random_uuid(), 'held', i.held + 1))).* FROM import i WHERE id = $1",
                taken["id"],
            )


BORN = "external_id,full_name,birth_date,citizen_id,cell,standing,valid_from"


async def persons(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    asked = {"kind": "members", "mode": "apply", "system": "test"} | params
    content = "\n".join([BORN, *lines, ""]).encode()
    answer = await client.post(
        "/v1/imports", params=asked, content=content, headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


KNOWN = "n1,Lý Văn Quý,1970-05-01,030070000001,health-1,official,2024-01-01"
OTHERWISE = (
    ("x,lý văn quý,01/05/1970,,health-1,official,2024-01-01", True),
    ("x,LY VAN QUY,,030070000001,health-1,official,2024-01-01", True),
    ("x,Lí Văn Quý,1970,030070000001,health-1,official,2024-01-01", True),
    ("x,Lí Văn Quý,1970-05-01,,health-1,official,2024-01-01", False),
    ("x,Lý Văn Quý,1970,,health-1,official,2024-01-01", False),
    ("x,Lý Văn Quý,1970-05-01,,health-2,official,2024-01-01", False),
    ("x,Lý Văn Quý,1970-05-02,,health-1,official,2024-01-01", False),
    ("x,Lý Văn Quý,1970-05-01,030070000002,health-1,official,2024-01-01", True),
)


@pytest.mark.parametrize(("line", "sure"), list(OTHERWISE))
async def test_who_surely_is_a_member_is_a_duplicate(
    sign_in: SignIn, connection: Connection, line: str, sure: bool
) -> None:
    client = await sign_in("grassroots_office", "health")
    await persons(client, KNOWN)
    taken = await persons(client, SOUND_PERSON, line, accept="clean", mode="validate")
    assert outcomes(taken) == ((1, 0, 1, 0) if sure else (2, 0, 0, 0))
    if sure:
        page = (await client.get(f"/v1/imports/{taken['id']}/held")).json()
        known = await connection.fetchval("SELECT member_id FROM member_external_id WHERE external_id = 'n1'")
        assert [one["duplicate_of"] for one in page["items"]] == [str(known)]
        assert [fault["code"] for fault in page["items"][0]["faults"]] == ["duplicate"]
        refused = await persons(client, line)
        assert (refused["state"], outcomes(refused)) == ("refused", (0, 0, 0, 1))
        assert str(known) not in (await client.get(f"/v1/imports/{refused['id']}/errors")).text


SOUND_PERSON = "z,Trần Thị Hai,1980-01-01,,health-1,official,2024-01-01"


async def test_another_person_of_the_same_name_may_be_created_but_not_under_the_same_number(
    sign_in: SignIn,
) -> None:
    client = await sign_in("grassroots_office", "health")
    await persons(client, KNOWN)
    same = "x,Lý Văn Quý,1970-05-01,,health-1,official,2024-01-01"
    assert counts(await persons(client, same, duplicates="create")) == ("applied", 1, 0, 0)
    third = await persons(client, same.replace("x", "y"), accept="clean", mode="validate")
    assert outcomes(third) == (1, 0, 0, 0)  # two may be meant: none surely is
    numbered = await persons(client, KNOWN.replace("n1", "v"), duplicates="create", accept="clean")
    assert await held(client, numbered) == {1: ["identifier_taken"]}


async def test_two_rows_that_surely_are_one_member_are_held(sign_in: SignIn) -> None:
    client = await sign_in("grassroots_office", "health")
    await persons(client, KNOWN)
    line = "x,Lý Văn Quý,1970-05-01,,health-1,official,2024-01-01"
    taken = await persons(client, SOUND_PERSON, line, line.replace("x", "y"), accept="clean")
    assert outcomes(taken) == (1, 0, 0, 2)
    assert await held(client, taken) == {2: ["duplicate_twice"], 3: ["duplicate_twice"]}


NAMES = ("Lý Văn Quý", "Lí Văn Quý", "Lý Văn Quí", "Trần Thúy", "Trần Thúi")
BIRTHS = ("", "1970", "1970-05-01", "1970-05-01", "1970-05-02")
CELLS = ("health-1", "health-2")


async def test_all_rows_at_once_are_matched_as_each_would_be(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    chance = random.Random(20231231)

    def drawn(count: int, numbers: list[str]) -> list[list[str]]:
        return [
            [chance.choice(NAMES), chance.choice(BIRTHS), number, chance.choice(CELLS)]
            for number in [*numbers, *[""] * count][:count]
        ]

    register: list[tuple[str, list[str]]] = []
    outcomes_seen = set()
    for first in range(0, 15, 3):
        numbers = [f"{first + n:012}" for n in range(3)]
        known, asked = drawn(5, numbers), drawn(12, [*numbers, *numbers[:2]])
        asked += chance.sample(asked, 4)
        prefix = f"k{first}-"
        lines = [f"{prefix}{n},{','.join(one)},official,2024-01-01" for n, one in enumerate(known)]
        assert (await persons(client, *lines, duplicates="create"))["state"] == "applied"
        register.extend((prefix + str(n), one) for n, one in enumerate(known))
        lines = [f"x{n},{','.join(one)},official,2024-01-01" for n, one in enumerate(asked)]
        found = await held(client, await persons(client, *lines, accept="clean", mode="validate"))
        matches = [match_of(row, register, world) for row in asked]
        for n, (one, settled) in enumerate(zip(matches, settle(matches), strict=True), start=1):
            sure, alone = one.outcome is MatchOutcome.SURE, settled.outcome is MatchOutcome.SURE
            said = ("duplicate" in found.get(n, []), "duplicate_twice" in found.get(n, []))
            assert said == (sure and alone, sure and not alone), (asked[n - 1], register)
            outcomes_seen.add(said)
    assert len(outcomes_seen) == 3


def match_of(row: list[str], register: list[tuple[str, list[str]]], world: World) -> Match:
    """What the rules of matching say of a row, all of the register before them."""
    name, born, number, cell = row

    def possible(text: str) -> PartialDate | None:
        return PartialDate.parse(text) if text else None

    members = [
        Found(uuid5(NAMESPACE_OID, key), fold(other), possible(day), world[place], bears == number != "")
        for key, (other, day, bears, place) in register
    ]
    return judge(OnPaper(fold(name), possible(born), number or None, world[cell]), members)


def test_who_may_import_members_may_see_them_and_when_they_were_born() -> None:
    roles = set(roles_for(Action.IMPORT_MEMBERS))
    assert roles <= set(roles_for(Action.READ_BIRTH_DATE)) & set(roles_for(Action.READ_MEMBER))


async def test_a_word_ends_what_a_cell_held_and_an_empty_cell_says_nothing(
    sign_in: SignIn, connection: Connection, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    header = "external_id,residence,youth_union_on,sex,citizen_id,valid_from"

    async def say(line: str, **asked: str) -> tuple[str, int, int, int]:
        answer = await send(client, "members", header, line, **asked)
        return counts(answer.json())

    async def held_on(day: str) -> tuple[object, ...]:
        row = await connection.fetchrow(
            "SELECT residence, youth_union_on IS NOT NULL, sex, (SELECT number FROM identifier i"
            " WHERE i.member_id = p.member_id AND i.superseded_by IS NULL AND i.valid @> $2::date)"
            " FROM person p WHERE member_id = $1 AND superseded_by IS NULL AND valid @> $2::date",
            world["p0"],
            date.fromisoformat(day),
        )
        return tuple(row)

    before = (await held_on("2024-01-01"))[2]
    assert await say("p0,Số 1 phố A,1999,,030070000009,2024-01-01") == ("applied", 0, 1, 0)
    assert await say("p0,,,,,2024-02-01") == ("applied", 0, 0, 1)
    ending = "p0,xóa,DELETE,,Xoá,2024-03-01"
    assert await say(ending) == ("applied", 0, 1, 0)
    assert await say(ending) == ("applied", 0, 0, 1)
    assert await held_on("2024-02-29") == ("Số 1 phố A", True, before, "030070000009")
    assert await held_on("2024-03-01") == (None, False, before, None)
    new = await members(client, "n1,A,delete,xóa,,health-1,official,,2024-01-01,,")
    assert counts(new) == ("applied", 1, 0, 0)


async def test_words_end_what_organizations_bear_but_not_the_code_that_names_them(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    await organizations(client, "health-1,,H1,,Chi bộ 1,Cell 1,hospital,2024-01-01,,")
    ending = "health-1,,delete,,,xóa,xóa,2024-06-01,,"
    assert counts(await organizations(client, ending)) == ("applied", 0, 1, 0)
    assert counts(await organizations(client, ending)) == ("applied", 0, 0, 1)
    for day, bears in (("2024-05-31", ("H1", "Cell 1", "hospital")), ("2024-06-01", (None, None, None))):
        said = (await client.get(f"/v1/organizations/{world['health-1']}", params={"on": day})).json()
        assert (said["code"], said["name_en"], said["sector"]) == bears
    by_code = await organizations(client, ",,delete,,A,,,2024-01-01,,", key="code")
    assert await errors(client, by_code) == [(1, "code", "missing_value")]
    kinds = (await client.get("/v1/imports/kinds")).json()["items"]
    ended = {column["name"]: column["ended_by"] for column in kinds[0]["columns"]}
    assert ended["sector"] == ["xóa", "delete"] and ended["name"] is None


async def test_imports_come_in_waves_each_with_its_opening_date(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    await organizations(
        client,
        "w,bloc,W,grassroots_committee,Đảng bộ W,,,2020-08-01,,2024-01-01",
        "w-1,w,W-1,affiliated_cell,Chi bộ W 1,,,2020-08-01,,2024-01-01",
        "w-2,w,W-2,affiliated_cell,Chi bộ W 2,,,2020-08-01,,2024-07-01",
    )
    await members(client, "a,A,,,,w-1,official,,2022-01-01,,", "b,B,,,,w-2,official,,2022-01-01,,")
    address = (await client.get("/v1/organizations/by-code", params={"code": "W"})).json()["id"]

    async def counted(on: str) -> dict[str, Any]:
        rows = (await client.get(f"/v1/organizations/{address}/children", params={"on": on})).json()["items"]
        return {one["code"]: one["members"]["total"] if one["members"] else None for one in rows}

    assert await counted("2023-12-31") == {"W-1": None, "W-2": None}
    assert await counted("2024-06-30") == {"W-1": 1, "W-2": None}
    assert await counted("2024-07-01") == {"W-1": 1, "W-2": 1}
    earlier = await organizations(client, "w-2,,,,,,,2024-01-01,,2024-03-01")
    assert counts(earlier) == ("applied", 0, 1, 0)
    assert await counted("2024-03-01") == {"W-1": 1, "W-2": 1}
    later = await organizations(client, "w-2,,,,,,,2024-01-01,,2024-05-01")
    assert counts(later) == ("applied", 0, 0, 1)


async def test_an_import_is_taken_back_while_nothing_depends_on_it(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    imported = await members(board, NEW_MEMBER)
    assert imported["state"] == "applied" and imported["reversed_by"] is None
    address = f"/v1/imports/{imported['id']}/reversals"
    page = await board.get("/v1/members", params={"system": "test", "external_id": "n1"})
    member_id = page.json()["items"][0]["id"]
    etag = (await board.get(f"/v1/members/{member_id}")).headers["etag"]
    change = {"effective_on": "2024-05-01", "residence": "Kẻ Sặt"}
    changed = await board.post(f"/v1/members/{member_id}/changes", json=change, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    refused = await board.post(address, json={"reason": "Nhầm tệp"})
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-REV-1")
    assert [one["kind"] for one in refused.json()["dependent_operations"]] == ["member_changed"]


async def test_proceedings_keep_an_import_and_are_counted_but_named_only_to_who_may_read_them(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    board = await sign_in("provincial_organizing_board", "province")
    imported = await members(office, NEW_MEMBER)
    page = await office.get("/v1/members", params={"system": "test", "external_id": "n1"})
    hold = {
        "member_id": page.json()["items"][0]["id"],
        "ground": "complaint",
        "valid": {"from": "2026-02-01"},
        "decisions": [{"issuer": "Ủy ban Kiểm tra", "number": "5-QĐ", "signed_on": "2026-02-01"}],
    }
    assert (await board.post("/v1/holds", json=hold)).status_code == 201
    for client, kinds in ((office, []), (board, ["hold_created"])):
        refused = await client.post(f"/v1/imports/{imported['id']}/reversals", json={"reason": "Nhầm tệp"})
        assert (refused.status_code, refused.json()["rule"]) == (409, "R-REV-1"), refused.text
        assert [one["kind"] for one in refused.json()["dependent_operations"]] == kinds
        assert refused.json()["dependent_operations_count"] == 1


async def test_what_an_import_brought_is_gone_after_its_reversal_and_comes_with_it_again(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    imported = await members(board, NEW_MEMBER)
    address = f"/v1/imports/{imported['id']}/reversals"
    undone = await board.post(address, json={"reason": "Nhầm tệp"})
    assert undone.status_code == 200, undone.text
    assert undone.json()["reversed_by"] is not None
    found = {"system": "test", "external_id": "n1"}
    assert (await board.get("/v1/members", params=found)).json()["items"] == []
    again = await board.post(address, json={"reason": "Nhầm tệp"})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_reverse")
    anew = await members(board, NEW_MEMBER)
    assert counts(anew) == ("applied", 1, 0, 0)
    assert len((await board.get("/v1/members", params=found)).json()["items"]) == 1
