"""What stands around an organization, what it counts, what was said of it, what became of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from conftest import SignIn, Statements
from fastapi import FastAPI
from make import BEGAN, CAUSE, OPENED, Client, World, member, organization

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.operation import DecisionPaper
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.queries.history import touch_organizations
from app.services import history

ON = "2024-01-01"
ENDED = Period(date(2021, 1, 1), date(2024, 7, 1))


@asynccontextmanager
async def act(
    database: Database, reason: str | None = None
) -> AsyncIterator[tuple[asyncpg.Connection, UUID]]:
    """One operation recorded in a transaction of its own."""
    async with database.writing() as unit:
        connection = await unit.begin()
        paper = DecisionPaper(issuer="Đảng ủy Khối", number="07-QĐ/ĐUK", signed_on=date(2020, 6, 1))
        kind = OperationKind.ORGANIZATION_CHANGED
        yield connection, await history.begin(connection, CAUSE, kind, {}, reason=reason, decisions=[paper])


async def move(
    connection: asyncpg.Connection, operation_id: UUID, moved: UUID, parent: UUID, since: date
) -> None:
    await facts.overwrite(
        connection, facts.PLACEMENT, operation_id, [Wanted((moved,), Period(since), {"parent_id": parent})]
    )
    await tree.rebuild_ancestry(connection, [moved])


async def read(client: Client, address: str, status: int = 200, **params: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/organizations/{address}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def names(node: dict[str, Any]) -> dict[str, Any]:
    return {child["code"]: names(child) for child in node["children"]}


async def test_ancestors_come_root_first_also_those_above_ones_own_reach(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("cell_secretary", "health-1")
    page = await read(client, f"{world['health-1']}/ancestors", on=ON)
    assert [one["code"] for one in page["items"]] == ["C-province", "C-bloc", "C-health"]
    assert set(page["items"][0]) == {"id", "code", "name", "type"}
    first = await read(client, f"{world['health-1']}/ancestors", on=ON, limit="2")
    rest = await read(client, f"{world['health-1']}/ancestors", on=ON, limit="2", after=first["next"])
    assert first["items"] + rest["items"] == page["items"]
    await read(client, f"{world['health']}/ancestors", 404)


async def test_the_ancestors_of_an_ended_organization_are_those_of_its_last_day(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        ended = await organization(
            connection, operation_id, world["health"], "affiliated_cell", "Chi bộ Cũ", life=ENDED
        )
    client = await sign_in("upper_organizing_board", "bloc")
    page = await read(client, f"{ended}/ancestors", on="2025-06-01")
    assert [one["code"] for one in page["items"]] == ["C-province", "C-bloc", "C-health"]


async def test_a_tree_nests_to_the_depth_asked_for_with_the_counts_of_each_branch(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    async with statements() as executed:
        answer = await read(client, f"{world['province']}/tree", on=ON, depth="2")
    assert len([one for one in executed if "SELECT" in one]) == 1
    root = answer["root"]
    assert names(root) == {"C-district": {"C-town": {}}, "C-bloc": {"C-court": {}, "C-health": {}}}
    assert root["members"] == {"official": 5, "probationary": 1, "total": 6}
    health = next(one for one in root["children"][1]["children"] if one["code"] == "C-health")
    assert (health["children_count"], health["members"]["total"], health["level"]) == (2, 4, "grassroots")
    deep = (await read(client, f"{world['province']}/tree", on=ON, depth="6"))["root"]
    assert names(deep)["C-bloc"]["C-health"] == {"C-health-1": {}, "C-health-2": {}}
    for depth in ("0", "7"):
        await read(client, f"{world['province']}/tree", 422, depth=depth)


async def test_a_tree_before_the_opening_has_no_numbers(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "bloc")
    root = (await read(client, f"{world['bloc']}/tree", on="2022-01-01"))["root"]
    assert root["before_opening"] and root["members"] is None
    assert all(one["before_opening"] and one["members"] is None for one in root["children"])
    problem = await read(client, f"{world['bloc']}/tree", 404, on="2019-01-01")
    assert problem["code"] == "not_yet"


async def test_the_tree_of_an_ended_organization_is_empty_and_says_since_when(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        ended = await organization(
            connection, operation_id, world["health"], "affiliated_cell", "Chi bộ Cũ", life=ENDED
        )
    client = await sign_in("grassroots_office", "health")
    answer = await read(client, f"{ended}/tree", on="2025-01-01")
    assert (answer["root"], answer["ended_on"]) == (None, "2024-07-01")
    then = await read(client, f"{world['health']}/tree", on="2024-06-30")
    assert str(ended) in {one["id"] for one in then["root"]["children"]}
    now = await read(client, f"{world['health']}/tree", on="2024-07-01")
    assert str(ended) not in {one["id"] for one in now["root"]["children"]}


async def test_a_tree_of_too_many_organizations_is_refused(
    sign_in: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.organization_tree.MOST_NODES", 4)
    client = await sign_in("auditor", "province")
    problem = await read(client, f"{world['province']}/tree", 422, on=ON, depth="2")
    assert problem["errors"][0] | {"detail": ""} == {
        "pointer": "/query/depth", "code": "tree_too_large", "detail": "", "most": 4,
    }  # fmt: skip
    await read(client, f"{world['province']}/tree", on=ON, depth="1")


async def test_a_tree_as_once_known_shows_places_since_corrected(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "province")
    known_at = (await read(client, f"{world['province']}/tree", on=ON))["known_at"]
    before = await read(client, f"{world['province']}/tree", on=ON, depth="6")
    async with act(database) as (connection, operation_id):
        await move(connection, operation_id, world["health"], world["district"], BEGAN)
    after = await read(client, f"{world['province']}/tree", on=ON, depth="6")
    assert "C-health" in names(after["root"])["C-district"]
    assert after["root"]["members"] == before["root"]["members"]
    assert (await read(client, f"{world['province']}/tree", on=ON, depth="6", known_at=known_at)) == before
    path = await read(client, f"{world['health-1']}/ancestors", on=ON, known_at=known_at)
    assert [one["code"] for one in path["items"]] == ["C-province", "C-bloc", "C-health"]


async def test_what_has_moved_out_of_reach_is_left_out_of_the_tree_of_the_past(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        await move(connection, operation_id, world["health"], world["district"], date(2024, 6, 1))
    client = await sign_in("upper_organizing_board", "bloc")
    root = (await read(client, f"{world['bloc']}/tree", on=ON, depth="6"))["root"]
    assert names(root) == {"C-court": {}}
    assert root["members"]["total"] == 5, "what the bloc counted then stays its own figure"


async def test_every_grouping_of_a_summary_adds_up_to_the_total(
    sign_in: SignIn, world: World, database: Database, statements: Statements
) -> None:
    async with act(database) as (connection, operation_id):
        exempted = await member(connection, operation_id, world["health-2"], "Vũ Thị Lan", born="1950")
        await facts.overwrite(
            connection,
            facts.ACTIVITY,
            operation_id,
            [Wanted((exempted,), Period(date(2023, 6, 1), date(2024, 6, 1)), {"status": "exempted"})],
        )
        unknown = {"full_name": "Ai", "sort_key": "ai", "search_key": "ai"}
        anyone = await member(connection, operation_id, world["health-2"], "Ai")
        await facts.overwrite(
            connection,
            facts.PERSON,
            operation_id,
            [Wanted((anyone,), Period(OPENED), unknown)],
        )
    client = await sign_in("auditor", "province")
    async with statements() as executed:
        answer = await read(client, f"{world['province']}/summary", on=ON)
    assert len([one for one in executed if "SELECT" in one]) == 4
    members, organizations = answer["members"], answer["organizations"]
    assert members["total"] == 8
    assert members["by_standing"] == {"official": 7, "probationary": 1}
    assert members["by_activity_status"]["exempted"] == 1 and members["by_activity_status"]["active"] == 7
    assert members["by_sex"] == {"female": 2, "male": 5, "unknown": 1}
    # 1970-03-05, 1985 and 1990-11 fit one band each; 1981-01-01 is 43; 1961-12-31 and 1950 are over 60.
    ages = {one["id"]: one["count"] for one in members["by_age"]["bands"]}
    assert ages == {"18_30": 0, "31_40": 2, "41_50": 1, "51_60": 1, "over_60": 2}
    assert members["by_age"]["unknown"] == 2
    for groups in ("by_standing", "by_activity_status", "by_sex"):
        assert sum(members[groups].values()) == members["total"]
    assert sum(ages.values()) + members["by_age"]["unknown"] == members["total"]

    assert organizations["total"] == 9 and organizations["grassroots"] == 3
    assert sum(organizations["by_type"].values()) == sum(organizations["by_level"].values()) == 9
    assert organizations["by_type"]["affiliated_cell"] == organizations["by_level"]["cell"] == 3
    cells = {one["id"]: one["count"] for one in organizations["by_size"]["cells"]}
    assert cells == {"under_3": 1, "3_8": 2, "9_29": 0, "30_or_more": 0}
    assert sum(one["count"] for one in organizations["by_size"]["grassroots"]) == 3
    later = await read(client, f"{world['province']}/summary", on="2025-01-01")
    assert later["members"]["by_activity_status"]["exempted"] == 0


@pytest.mark.parametrize(
    ("on", "band"), [("2024-12-31", "31_40"), ("2025-06-01", None), ("2025-12-31", "41_50")]
)
async def test_a_birth_date_known_in_part_has_a_band_only_when_all_its_days_do(
    sign_in: SignIn, world: World, database: Database, on: str, band: str | None
) -> None:
    async with act(database) as (connection, operation_id):
        cell = await organization(connection, operation_id, world["town"], "affiliated_cell", "Chi bộ Khu 2")
        await member(connection, operation_id, cell, "Hồ Thị Mơ", born="1984")
    client = await sign_in("cell_secretary", "town")
    by_age = (await read(client, f"{cell}/summary", on=on))["members"]["by_age"]
    counts = {one["id"]: one["count"] for one in by_age["bands"] if one["count"]}
    assert counts == ({band: 1} if band else {}) and by_age["unknown"] == (0 if band else 1)


async def test_a_summary_before_the_opening_has_no_numbers_of_members(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "bloc")
    answer = await read(client, f"{world['bloc']}/summary", on="2022-01-01")
    assert answer["before_opening"] and answer["members"] is None
    assert answer["organizations"]["total"] == 5 and answer["organizations"]["by_size"] is None


async def test_an_ended_organization_has_nothing_left_to_count(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        ended = await organization(
            connection, operation_id, world["health"], "affiliated_cell", "Chi bộ Cũ", life=ENDED
        )
    client = await sign_in("auditor", "bloc")
    answer = await read(client, f"{ended}/summary", on="2025-01-01")
    assert (answer["ended_on"], answer["members"]["total"], answer["organizations"]["total"]) == (
        "2024-07-01",
        0,
        0,
    )


async def test_a_summary_as_once_known_counts_who_was_then_believed_to_be_a_member(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "bloc")
    before = await read(client, f"{world['bloc']}/summary", on=ON)
    async with act(database) as (connection, operation_id):
        await member(connection, operation_id, world["court"], "Vũ Thị Lan")
    assert (await read(client, f"{world['bloc']}/summary", on=ON))["members"]["total"] == 6
    assert await read(client, f"{world['bloc']}/summary", on=ON, known_at=before["known_at"]) == before


async def test_history_tells_what_was_true_and_who_said_so(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "bloc")
    known_at = (await read(client, str(world["health"])))["known_at"]
    async with act(database, "Đổi mã") as (connection, operation_id):
        await facts.overwrite(
            connection,
            facts.ORGANIZATION_CODE,
            operation_id,
            [Wanted((world["health"],), Period(date(2024, 3, 1)), {"code": "C-9"})],
        )
    address = f"{world['health']}/history"
    believed = (await read(client, address))["items"]
    codes = [(one["value"]["code"], one["valid"]) for one in believed if one["fact"] == "code"]
    assert codes == [
        ("C-health", {"from": "2020-08-01", "to": "2024-03-01"}),
        ("C-9", {"from": "2024-03-01", "to": None}),
    ]
    said = next(one["operation"] for one in believed if one["value"].get("code") == "C-9")
    assert (said["id"], said["kind"], said["reason"]) == (str(operation_id), "organization_changed", "Đổi mã")
    assert [one["number"] for one in said["decisions"]] == ["07-QĐ/ĐUK"]
    assert {one["fact"] for one in believed} == {
        "code",
        "external_id",
        "name",
        "opening",
        "placement",
        "type",
    }
    assert all(one["superseded_by"] is None for one in believed)

    whole = (await read(client, address, superseded="true"))["items"]
    (taken,) = [one for one in whole if one["superseded_by"]]
    assert taken["superseded_by"]["id"] == str(operation_id)
    assert taken["value"] == {"code": "C-health"} and taken["valid"]["to"] is None

    then = (await read(client, address, superseded="true", known_at=known_at))["items"]
    assert len(then) == len(whole) - 2 and all(one["superseded_by"] is None for one in then)


async def test_history_pages_and_knows_no_day(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "bloc")
    address = f"{world['health']}/history"
    whole = (await read(client, address))["items"]
    paged, after = [], None
    while True:
        page = await read(client, address, limit="2", **({"after": after} if after else {}))
        paged += page["items"]
        after = page["next"]
        if after is None:
            break
    assert paged == whole
    await read(client, address, 422, on=ON)
    await read(client, f"{world['town']}/history", 404)


async def test_a_diff_names_what_began_ended_moved_and_was_renamed_retyped_recoded(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        ended = await organization(
            connection, operation_id, world["health"], "affiliated_cell", "Chi bộ Cũ", life=ENDED
        )
        await move(connection, operation_id, world["health"], world["district"], date(2024, 6, 1))
        begun = await organization(
            connection,
            operation_id,
            world["bloc"],
            "grassroots_cell",
            "Chi bộ Mới",
            life=Period(date(2024, 5, 1)),
        )
        court = (world["court"],)
        for table, values in (
            (
                facts.ORGANIZATION_NAME,
                {"name": "Đảng bộ Tòa án", "sort_key": "x", "search_key": "dang bo toa an"},
            ),
            (facts.ORGANIZATION_CODE, {"code": "C-10"}),
        ):
            await facts.overwrite(
                connection, table, operation_id, [Wanted(court, Period(date(2024, 4, 1)), values)]
            )
    client = await sign_in("upper_organizing_board", "bloc")
    address = f"{world['bloc']}/diff"
    page = await read(client, address, **{"from": "2024-02-01", "to": "2025-01-01"})
    by_id = {one["id"]: one for one in page["items"]}
    assert {key: one["changes"] for key, one in by_id.items()} == {
        str(world["health"]): ["moved"],
        str(ended): ["ended"],
        str(begun): ["begun"],
        str(world["court"]): ["renamed", "recoded"],
    }
    moved = by_id[str(world["health"])]
    assert (moved["from"]["parent_id"], moved["to"]["parent_id"]) == (
        str(world["bloc"]),
        str(world["district"]),
    )
    assert moved["to"]["parent_name"] == "Đảng bộ huyện Bình Giang"
    assert moved["to"]["members"] is None, "it has left the reach"
    court_side = by_id[str(world["court"])]
    assert (court_side["from"]["code"], court_side["to"]["code"]) == ("C-court", "C-10")
    assert court_side["from"]["members"] == court_side["to"]["members"] == {
        "official": 1, "probationary": 0, "total": 1,
    }  # fmt: skip
    assert by_id[str(begun)]["from"] is None and by_id[str(ended)]["to"] is None
    assert page["totals"] == {"begun": 1, "ended": 1, "moved": 1, "renamed": 1, "retyped": 0, "recoded": 1}
    assert (page["from"]["on"], page["from"]["organizations"], page["from"]["members"]["total"]) == (
        "2024-02-01",
        6,
        5,
    )
    assert (page["to"]["on"], page["to"]["organizations"], page["to"]["members"]["total"]) == (
        "2025-01-01",
        3,
        1,
    )
    assert page["on"] == "2025-01-01"


async def test_a_diff_pages_and_stays_as_once_known(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "province")
    between = {"from": "2020-07-31", "to": ON}
    address = f"{world['province']}/diff"
    before = await read(client, address, **between)
    assert before["totals"]["begun"] == 9 and before["from"]["organizations"] == 0
    async with act(database) as (connection, operation_id):
        await organization(connection, operation_id, world["bloc"], "grassroots_cell", "Chi bộ Mới")
    assert (await read(client, address, **between))["totals"]["begun"] == 10
    assert await read(client, address, known_at=before["known_at"], **between) == before
    first = await read(client, address, limit="4", known_at=before["known_at"], **between)
    rest = await read(
        client, address, limit="200", known_at=before["known_at"], after=first["next"], **between
    )
    assert first["items"] + rest["items"] == before["items"]
    for days in ({"from": ON, "to": ON}, {"from": ON}):
        await read(client, address, 422, **days)


async def test_a_code_finds_its_bearer_of_the_day(sign_in: SignIn, world: World, database: Database) -> None:
    async with act(database) as (connection, operation_id):
        for code, key, since in (
            ("C-9", "health", date(2024, 3, 1)),
            ("C-health", "court", date(2024, 9, 1)),
        ):
            await facts.overwrite(
                connection,
                facts.ORGANIZATION_CODE,
                operation_id,
                [Wanted((world[key],), Period(since), {"code": code})],
            )
        await touch_organizations(connection, operation_id, [world["health"]], today=BEGAN, changed=True)
    client = await sign_in("upper_organizing_board", "bloc")
    bearer = {
        on: (await read(client, "by-code", code="C-health", on=on))["id"]
        for on in ("2024-02-29", "2024-09-01", "2025-01-01")
    }
    assert bearer == {
        "2024-02-29": str(world["health"]), "2024-09-01": str(world["court"]), "2025-01-01": str(world["court"]),
    }  # fmt: skip
    await read(client, "by-code", 404, code="C-health", on="2024-05-01")
    assert (await read(client, "by-code", code="C-health"))["id"] == str(world["court"])
    await read(client, "by-code", 404, code="C-town")
    await read(client, "by-code", 404, code="nobody")


async def test_a_retired_code_is_gone_and_names_its_last_bearer(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as (connection, operation_id):
        ended = await organization(
            connection,
            operation_id,
            world["health"],
            "affiliated_cell",
            "Chi bộ Cũ",
            code="A/1.2",
            life=ENDED,
        )
    client = await sign_in("grassroots_office", "health")
    problem = await read(client, "by-code", 410, code="A/1.2")
    assert (problem["code"], problem["until"]) == ("code_retired", "2024-07-01")
    assert problem["successors"] == [
        {
            "id": str(ended),
            "name": "Chi bộ Cũ",
            "code": "A/1.2",
            "ended_on": "2024-07-01",
            "share": {"value": "100.0", "numerator": 1, "denominator": 1, "of": "parts", "decimals": 1},
        }
    ]
    assert (await read(client, "by-code", code="A/1.2", on="2024-06-30"))["id"] == str(ended)
    await read(client, "by-code", 404, code="A/1.2", on="2024-07-01")
    await read(await sign_in("grassroots_office", "town"), "by-code", 404, code="A/1.2")


async def test_today_is_the_day_where_the_register_is_kept(app: FastAPI, sign_in: SignIn) -> None:
    client, own = await sign_in("auditor", "bloc"), app.state.zone
    try:
        for zone in (
            ZoneInfo("Etc/GMT+12"),
            ZoneInfo("Pacific/Kiritimati"),
        ):  # 26 hours apart: never of one day
            app.state.zone = zone
            before = datetime.now(zone).date()
            on = date.fromisoformat((await client.get("/v1/organizations")).json()["on"])
            assert before <= on <= datetime.now(zone).date()
    finally:
        app.state.zone = own
