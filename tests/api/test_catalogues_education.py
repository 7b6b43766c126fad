"""Levels of education by catalogue: what members hold, day by day, in single requests and in files."""

from typing import Any

import pytest
from asyncpg import Connection, PostgresError
from conftest import SignIn, Statements
from import_files import errors, send
from make import CAUSE, Client, World

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

BOARD = "provincial_organizing_board"
PAPER = {"issuer": "Ban Tổ chức", "number": "3-QĐ", "signed_on": "2024-01-02"}
SOURCE = "design of the register"


async def levels(client: Client, name: str = "general_education", **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/catalogues/{name}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["ordered"]
    return {one["code"]: one for one in answer.json()["entries"]}


async def proposed(client: Client, value: Any) -> Any:
    row = {"value": value, "source": "Danh mục mới"}
    body = {"key": "catalogue.general_education", "period": {"from": "2025-01-01"}, "row": row}
    edit = await client.post("/v1/policy-edits", json=body)
    assert edit.status_code == 201, edit.text
    return edit


async def approve(client: Client, edit: Any) -> Any:
    return await client.post(
        f"/v1/policy-edits/{edit.json()['id']}/approvals",
        json={"decisions": [PAPER]},
        headers={"If-Match": edit.headers["ETag"]},
    )


def said(entries: dict[str, Any], *without: str) -> dict[str, Any]:
    return {
        code: {name: one[name] for name in ("vi", "en", "rank")}
        for code, one in entries.items()
        if code not in without
    }


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in(BOARD, "province")


@pytest.fixture
async def revised(sign_in: SignIn, board: Client) -> Client:
    """From 2025 on `literate` is no level any more, and one stands between two others."""
    entries = said(await levels(board), "literate")
    entries["upper_secondary"]["rank"] = 5
    entries["vocational_secondary"] = {"vi": "Trung học nghề", "en": "Vocational secondary", "rank": 4}
    edit = await proposed(await sign_in(BOARD, "province"), entries)
    answer = await approve(board, edit)
    assert answer.status_code == 200, answer.text
    return board


def newcomer(world: World, since: str, **more: Any) -> dict[str, Any]:
    who = {"full_name": "Vũ Thị Bích", "cell_id": str(world["health-1"]), "standing": "official"}
    return who | {"since": since} | more


async def create(client: Client, world: World, since: str, status: int, **more: Any) -> Any:
    answer = await client.post("/v1/members", json=newcomer(world, since, **more))
    assert answer.status_code == status, answer.text
    return answer.json()


async def act(client: Client, member: object, what: str, status: int, **document: Any) -> Any:
    address = f"/v1/members/{member}"
    etag = (await client.get(address)).headers["ETag"]
    answer = await client.post(f"{address}/{what}", json=document, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_levels_are_read_from_the_lowest_up_with_their_ranks(revised: Client) -> None:
    before, after = await levels(revised, on="2024-12-31"), await levels(revised)
    assert [(code, one["rank"]) for code, one in before.items()] == [
        ("literate", 1), ("primary", 2), ("lower_secondary", 3), ("upper_secondary", 4),
    ]  # fmt: skip
    assert list(after)[-2:] == ["vocational_secondary", "upper_secondary"]
    assert after["upper_secondary"]["valid"]["from"] == "2025-01-01"
    assert after["primary"]["valid"] == {"from": "1900-01-01", "to": None}
    assert list(await levels(revised, "professional_education"))[::5] == ["elementary", "doctor"]
    assert list(await levels(revised, "political_theory"))[-1] == "advanced"


async def test_a_level_without_a_rank_is_no_entry(board: Client) -> None:
    row = {"value": {"primary": {"vi": "Tiểu học", "en": "Primary"}}, "source": "X"}
    body = {"key": "catalogue.general_education", "period": {"from": "2025-01-01"}, "row": row}
    answer = await board.post("/v1/policy-edits", json=body)
    assert [one["code"] for one in answer.json()["errors"]] == ["policy_fields"]


async def test_who_comes_onto_the_roll_has_levels_of_the_catalogue(revised: Client, world: World) -> None:
    refused = await create(revised, world, "2024-06-01", 409, general_education="vocational_secondary")
    assert (refused["code"], refused["rule"], refused["catalogue"], refused["on"]) == (
        "code_not_in_catalogue", "R-MEM-6", "general_education", "2024-06-01",
    )  # fmt: skip
    assert refused["value"] == ["literate", "primary", "lower_secondary", "upper_secondary"]
    assert refused["source"] == SOURCE
    late = await create(revised, world, "2024-06-01", 409, general_education="literate")
    assert (late["on"], late["source"]) == ("2025-01-01", "Danh mục mới")
    assert (await create(revised, world, "2024-06-01", 409, political_theory="bachelor"))["rule"] == "R-MEM-6"
    came = await create(
        revised,
        world,
        "2025-06-01",
        201,
        general_education="vocational_secondary",
        political_theory="advanced",
    )
    assert (came["general_education"], came["political_theory"]) == ("vocational_secondary", "advanced")
    malformed = await create(revised, world, "2025-06-01", 422, general_education="Primary!")
    assert malformed["errors"][0]["pointer"] == "/body/general_education"


async def test_a_level_changes_to_one_of_the_day_and_past_days_keep_what_was_withdrawn(
    revised: Client, world: World
) -> None:
    refused = await act(
        revised, world["p0"], "changes", 409, effective_on="2024-06-01", general_education="literate"
    )
    assert (refused["rule"], refused["on"]) == ("R-MEM-6", "2025-01-01")
    changed = await act(
        revised,
        world["p0"],
        "changes",
        200,
        effective_on="2025-06-01",
        general_education="vocational_secondary",
    )
    assert changed["general_education"] == "vocational_secondary"
    correction = {"fact": "person", "value": {"general_education": "literate"}, "reason": "Ghi nhầm"}
    spans = {"from": "2024-01-01", "to": "2025-02-01"}
    refused = await act(revised, world["p0"], "corrections", 409, **correction, period=spans)
    assert (refused["rule"], refused["on"]) == ("R-MEM-6", "2025-01-01")
    spans["to"] = "2025-01-01"
    await act(revised, world["p0"], "corrections", 200, **correction, period=spans)
    then = await revised.get(f"/v1/members/{world['p0']}", params={"on": "2024-12-31"})
    assert then.json()["general_education"] == "literate"
    await act(revised, world["p0"], "changes", 200, effective_on="2024-03-01", occupation="Bác sĩ")


async def test_a_record_is_not_begun_earlier_with_a_level_that_was_none_then(
    revised: Client, world: World
) -> None:
    came = await create(revised, world, "2025-06-01", 201, general_education="vocational_secondary")
    correction = {
        "fact": "membership",
        "period": {"from": "2024-06-01", "to": "2025-06-01"},
        "value": {"cell_id": str(world["health-1"]), "standing": "official"},
        "reason": "Ghi nhầm",
    }
    refused = await act(revised, came["id"], "corrections", 409, **correction)
    assert (refused["rule"], refused["on"]) == ("R-MEM-6", "2024-06-01")


async def test_all_three_levels_are_judged_with_one_statement_more(
    revised: Client, world: World, statements: Statements
) -> None:
    ran = []
    three = {
        "general_education": "primary",
        "professional_education": "college",
        "political_theory": "advanced",
    }
    for more in ({}, {"general_education": "primary"}, three):
        async with statements() as executed:
            await create(revised, world, "2025-06-01", 201, **more)
        ran.append(len(executed))
    assert ran[1] - ran[0] == ran[2] - ran[0] == 1


async def test_a_level_that_members_hold_is_not_taken_out_of_the_catalogue(
    sign_in: SignIn, board: Client, world: World
) -> None:
    for member in ("p0", "p3", "p4"):
        await act(
            board, world[member], "changes", 200, effective_on="2024-02-01", general_education="literate"
        )
    await act(board, world["p4"], "changes", 200, effective_on="2024-09-01", general_education="primary")
    entries = said(await levels(board), "literate")
    edit = await proposed(await sign_in(BOARD, "province"), entries)
    (records,) = edit.json()["alteration"]["records"]
    cells = sorted(str(world[cell]) for cell in ("health-1", "health-2"))
    assert (records["kind"], records["count"], records["organizations_count"]) == ("general_education", 2, 2)
    assert sorted(records["organizations"]) == cells
    refused = await approve(board, edit)
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-POL-5")
    assert sorted(refused.json()["records"]) == cells
    for member in ("p0", "p3"):
        await act(
            board, world[member], "changes", 200, effective_on="2025-01-01", general_education="primary"
        )
    again = await board.get(f"/v1/policy-edits/{edit.json()['id']}")
    assert again.json()["alteration"]["records"] == []
    assert (await approve(board, again)).status_code == 200
    then = await board.get(f"/v1/members/{world['p0']}", params={"on": "2024-12-31"})
    assert then.json()["general_education"] == "literate"


async def test_an_edit_counts_members_who_have_left_by_their_last_cell(
    sign_in: SignIn, board: Client, world: World, connection: Connection
) -> None:
    async def apply(kind: OperationKind, table: facts.FactTable, since: Period, *values: Any) -> None:
        operation_id = await history.begin(connection, CAUSE, kind, {})
        said = dict(zip(table.values, values, strict=True))
        await facts.overwrite(connection, table, operation_id, [Wanted((world["p4"],), since, said)])

    await act(board, world["p4"], "changes", 200, effective_on="2024-02-01", general_education="literate")
    left = facts.MEMBERSHIP.row({"exit_reason": "deceased"})
    await apply(OperationKind.MEMBER_CORRECTED, facts.MEMBERSHIP, Period(CAUSE.today.replace(2024, 6)), *left)
    edit = await proposed(await sign_in(BOARD, "province"), said(await levels(board), "literate"))
    (records,) = edit.json()["alteration"]["records"]
    assert (records["count"], records["organizations"]) == (1, [str(world["court"])])


HEADER = (
    "external_id,full_name,cell,standing,general_education,professional_education,political_theory,valid_from"
)


async def test_files_are_judged_by_the_catalogues_of_each_rows_own_days(revised: Client) -> None:
    lines = (
        "new-1,Nguyễn Văn Một,health-1,official,vocational_secondary,college,,2025-06-01",
        "new-2,Nguyễn Văn Hai,health-1,official,vocational_secondary,college,,2024-06-01",
        "new-3,Nguyễn Văn Ba,health-1,official,literate,,elementary,2024-06-01",
        "new-4,Nguyễn Văn Tư,health-1,official,moon,moon,moon,2024-06-01",
        "new-5,Nguyễn Văn Năm,health-1,official,Lớp một,delete,xóa,2024-06-01",
        "p0,,,,Tiểu học,doctor,moon,2024-06-01",
    )
    imported = (await send(revised, "members", HEADER, *lines)).json()
    assert await errors(revised, imported) == [
        (2, "general_education", "code_not_in_catalogue"),
        (3, "general_education", "code_not_in_catalogue"),
        (4, "general_education", "code_not_in_catalogue"),
        (4, "political_theory", "code_not_in_catalogue"),
        (4, "professional_education", "code_not_in_catalogue"),
        (5, "general_education", "code_malformed"),
        (6, "political_theory", "code_not_in_catalogue"),
    ]
    page = (await revised.get(f"/v1/imports/{imported['id']}/errors")).json()["items"]
    assert page[0]["facts"] == {
        "rule": "R-MEM-6",
        "source": SOURCE,
        "catalogue": "general_education",
        "on": "2024-06-01",
        "expected": "literate, primary, lower_secondary, upper_secondary",
    }
    assert page[1]["facts"]["on"] == "2025-01-01"
    assert "vocational_secondary" in page[1]["detail"] and "Danh mục mới" in page[1]["detail"]


async def test_a_clean_load_holds_the_rows_with_levels_that_are_none(revised: Client) -> None:
    lines = (
        "new-1,Nguyễn Văn Một,health-1,official,vocational_secondary,college,,2025-06-01",
        "new-2,Nguyễn Văn Hai,health-1,official,literate,college,,2025-06-01",
    )
    imported = (await send(revised, "members", HEADER, *lines, accept="clean")).json()
    assert (imported["rows"], imported["outcomes"]["loaded"], imported["outcomes"]["held"]) == (2, 1, 1)


async def test_columns_of_codes_offer_those_in_use_today(revised: Client) -> None:
    kinds = {one["kind"]: one for one in (await revised.get("/v1/imports/kinds")).json()["items"]}
    columns = {one["name"]: one for one in kinds["members"]["columns"]}
    general = columns["general_education"]
    assert (general["holds"], general["catalogue"]) == ("word", "general_education")
    assert general["words"] == ["primary", "lower_secondary", "vocational_secondary", "upper_secondary"]
    assert columns["sex"]["catalogue"] is None
    (sector,) = [one for one in kinds["organizations"]["columns"] if one["name"] == "sector"]
    assert (sector["catalogue"], "hospital" in sector["words"]) == ("sectors", True)


async def test_the_database_keeps_levels_in_their_catalogues(database: Database, world: World) -> None:
    with pytest.raises(PostgresError) as refused:
        async with database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CHANGED, {})
            held = await facts.believed(connection, facts.PERSON, (world["p0"],))
            row = held[0][1] | {"political_theory": "moon"}
            wanted = Wanted((world["p0"],), Period(CAUSE.today), row)
            await facts.overwrite(connection, facts.PERSON, operation_id, [wanted])
    assert getattr(refused.value, "constraint_name", None) == "code_in_catalogue"
