"""What organizations came of and have become: edges, successors, old codes re-keyed, and who may read what is past."""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from conftest import SignIn, Statements
from descent import Act, act, day_before
from make import Client, World

from app.db import Database
from app.queries import facts

SPLIT, MERGED = date(2024, 3, 1), date(2025, 2, 1)
ON = "2026-06-01"


async def read(client: Client, path: str, status: int = 200, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/organizations/{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def shares(successors: list[dict[str, Any]]) -> dict[str, Fraction]:
    found = {
        one["name"]: Fraction(one["share"]["numerator"], one["share"]["denominator"]) for one in successors
    }
    assert sum(found.values()) == 1
    return found


class Case:
    """A cell `old` of health is split into `one` and `two`; `one` is then merged into `far`, under the town."""

    old: UUID
    one: UUID
    two: UUID
    far: UUID


@pytest.fixture
async def case(world: World, database: Database) -> Case:
    case = Case()
    async with act(database) as doing:
        case.old = await doing.cell(world["health"], "Chi bộ Cũ", code="OLD")
        case.far = await doing.cell(world["town"], "Chi bộ Xa", code="FAR")
    async with act(database) as doing:
        case.one = await doing.cell(world["health"], "Chi bộ Một", since=SPLIT, code="ONE")
        case.two = await doing.cell(world["health"], "Chi bộ Hai", since=SPLIT, code="TWO")
        await doing.edge(case.old, case.one, SPLIT, 3, 4)
        await doing.edge(case.old, case.two, SPLIT, 1, 4)
        await doing.end(case.old, SPLIT)
    async with act(database) as doing:
        await doing.merge(case.one, case.far, MERGED)
    return case


async def test_the_edges_of_an_organization_and_of_its_chains_are_listed_in_time(
    sign_in: SignIn, case: Case
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    page = await read(client, f"{case.one}/lineage", on=ON)
    assert [(one["source"]["code"], one["target"]["code"]) for one in page["items"]] == [
        ("OLD", "ONE"),
        ("ONE", "FAR"),
    ]
    first, second = page["items"]
    assert first["source"] == {
        "id": str(case.old),
        "code": "OLD",
        "name": "Chi bộ Cũ",
        "ended_on": "2024-03-01",
    }
    assert (first["kind"], first["effective_on"], second["kind"]) == (
        "split_into",
        "2024-03-01",
        "absorbed_into",
    )
    assert first["share"] == {
        "value": "75.0",
        "numerator": 3,
        "denominator": 4,
        "of": "parts",
        "decimals": 1,
    }
    operation = (await client.get(f"/v1/operations/{first['operation_id']}")).json()
    assert operation["id"] == first["operation_id"]

    assert len((await read(client, f"{case.far}/lineage", on=ON))["items"]) == 1
    for one in (case.old, case.one, case.far):
        whole = await read(client, f"{one}/lineage", on=ON, depth="all", total="true")
        assert whole["total"] == (3 if one == case.old else 2), one
    assert (await read(client, f"{case.far}/lineage", on=day_before(MERGED), depth="all"))["items"] == []
    two = await read(client, f"{case.two}/lineage", on=ON, depth="all")
    assert [one["target"]["code"] for one in two["items"]] == ["TWO"]
    paged = await read(client, f"{case.old}/lineage", on=ON, depth="all", limit="2")
    rest = await read(client, f"{case.old}/lineage", on=ON, depth="all", limit="2", after=paged["next"])
    assert len(paged["items"] + rest["items"]) == 3


async def test_the_lineage_of_a_past_belief_is_what_was_then_believed(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "province")
    known_at = (await read(client, f"{world['court']}", on=ON))["known_at"]
    async with act(database) as doing:
        await doing.edge(world["court"], world["court"], SPLIT, 1, 2)
        await doing.edge(world["court"], world["town-1"], SPLIT, 1, 2)
    assert len((await read(client, f"{world['court']}/lineage", on=ON))["items"]) == 2
    assert (await read(client, f"{world['court']}/lineage", on=ON, known_at=known_at))["items"] == []
    assert shares(
        (await read(client, f"{world['court']}/successors", on=ON, since="2024-01-01"))["successors"]
    ) == {
        "Chi bộ Tòa án": Fraction(1, 2),
        "Chi bộ Khu 1": Fraction(1, 2),
    }
    before = await read(client, f"{world['court']}/successors", on=ON, since="2024-01-01", known_at=known_at)
    assert shares(before["successors"]) == {"Chi bộ Tòa án": 1}
    today = await read(client, f"{world['court']}/successors", on=ON)
    assert (today["since"], shares(today["successors"])) == (ON, {"Chi bộ Tòa án": 1})


async def test_the_share_of_a_source_out_of_reach_is_not_told(
    sign_in: SignIn, world: World, case: Case
) -> None:
    client = await sign_in("grassroots_office", "town")
    (edge,) = (await read(client, f"{case.far}/lineage", on=ON))["items"]
    assert (edge["source"]["code"], edge["share"]["numerator"]) == ("ONE", 1), (
        "the town has all that it became"
    )
    (edge,) = [
        one
        for one in (await read(client, f"{case.far}/lineage", on=ON, depth="all"))["items"]
        if one["source"]["code"] == "OLD"
    ]
    assert edge["share"] is None
    await read(client, f"{case.old}/lineage", 404, on=ON)
    await read(client, f"{case.two}/successors", 404, on=ON)


async def test_successors_follow_chains_to_who_is_alive_on_the_day_and_their_shares_are_a_whole(
    sign_in: SignIn, case: Case, statements: Statements
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    async with statements() as executed:
        answer = await read(client, f"{case.old}/successors", on=ON)
    assert len([one for one in executed if "SELECT" in one]) == 3
    assert answer["since"] == day_before(SPLIT)
    assert shares(answer["successors"]) == {"Chi bộ Hai": Fraction(1, 4), "Chi bộ Xa": Fraction(3, 4)}
    assert all(one["ended_on"] is None for one in answer["successors"])
    between = await read(client, f"{case.old}/successors", on=day_before(MERGED))
    assert shares(between["successors"]) == {"Chi bộ Một": Fraction(3, 4), "Chi bộ Hai": Fraction(1, 4)}
    alive = await read(client, f"{case.old}/successors", on=day_before(SPLIT))
    assert shares(alive["successors"]) == {"Chi bộ Cũ": 1}
    later = await read(client, f"{case.old}/successors", on=ON, since="2025-06-01")
    assert later["since"] == day_before(SPLIT), "no later than its last day"
    problem = await read(client, f"{case.old}/successors", 422, on="2024-01-01", since="2024-01-02")
    assert problem["errors"][0]["code"] == "since_after_on"
    problem = await read(client, f"{case.one}/successors", 404, on="2023-06-01")
    assert problem["code"] == "not_yet"


async def test_what_ended_without_a_successor_keeps_its_share(
    sign_in: SignIn, case: Case, database: Database
) -> None:
    async with act(database) as doing:
        await doing.end(case.two, MERGED)
    client = await sign_in("provincial_organizing_board", "province")
    found = (await read(client, f"{case.old}/successors", on=ON))["successors"]
    assert shares(found) == {"Chi bộ Hai": Fraction(1, 4), "Chi bộ Xa": Fraction(3, 4)}
    assert {one["code"]: one["ended_on"] for one in found} == {"TWO": "2025-02-01", "FAR": None}


async def test_a_retired_code_is_gone_and_names_the_successors_of_its_bearer_with_shares(
    sign_in: SignIn, case: Case
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    problem = await read(client, "by-code", 410, code="OLD")
    assert (problem["code"], problem["until"]) == ("code_retired", "2024-03-01")
    assert shares(problem["successors"]) == {"Chi bộ Hai": Fraction(1, 4), "Chi bộ Xa": Fraction(3, 4)}
    assert (await read(client, "by-code", code="OLD", on="2024-02-29"))["id"] == str(case.old)
    assert (await read(client, str(case.old)))["ended_on"] == "2024-03-01"


async def test_old_codes_and_ids_are_resolved_in_bulk_in_a_fixed_number_of_statements(
    sign_in: SignIn, world: World, case: Case, statements: Statements
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    asked = ["OLD", "nobody", "C-health", "FAR", "OLD"]
    async with statements() as executed:
        answer = await read(client, "resolve", code=asked, id=[str(case.two), str(case.far)], on=ON)
    assert len([one for one in executed if "SELECT" in one]) == 3
    items = answer["items"]
    assert [one["code"] for one in items] == [*asked, None, None]
    assert [one["id"] for one in items[5:]] == [str(case.two), str(case.far)]
    old, nobody, health, far, again, two, far_by_id = items
    assert (old["organization"]["id"], old["borne"]) == (str(case.old), False)
    assert old["organization"]["ended_on"] == "2024-03-01" and old == again
    assert shares(old["successors"]) == {"Chi bộ Hai": Fraction(1, 4), "Chi bộ Xa": Fraction(3, 4)}
    assert health["borne"] and shares(health["successors"]) == {"Đảng bộ Sở Y tế": 1}
    assert two["borne"] and two["organization"]["code"] == "TWO"
    for missing in (nobody, far, far_by_id):
        unknown = {"organization": None, "borne": False, "successors": []}
        assert missing == unknown | {"code": missing["code"], "id": missing["id"]}

    many = [f"none-{number}" for number in range(999)] + ["OLD"]
    async with statements() as executed:
        answer = await read(client, "resolve", code=many, on=ON)
    assert len([one for one in executed if "SELECT" in one]) == 3
    assert [one["organization"] is None for one in answer["items"]] == [True] * 999 + [False]
    await read(client, "resolve", 422, code=[*many, "one more"])
    assert (await read(client, "resolve"))["items"] == []
    then = await read(client, "resolve", code=["OLD", "TWO"], on="2024-02-01")
    assert [one["borne"] for one in then["items"]] == [True, False]


async def test_a_code_goes_by_who_bore_it_last_up_to_the_day(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        await doing.say(facts.ORGANIZATION_CODE, world["court"], SPLIT, {"code": "NEW"})
    async with act(database) as doing:
        await doing.say(facts.ORGANIZATION_CODE, world["town"], MERGED, {"code": "C-court"})
    client = await sign_in("auditor", "province")
    for on, name, borne in (
        ("2024-02-01", "court", True),
        ("2024-06-01", "court", False),
        (ON, "town", True),
    ):
        (item,) = (await read(client, "resolve", code="C-court", on=on))["items"]
        assert (item["organization"]["id"], item["borne"]) == (str(world[name]), borne)
        assert [one["id"] for one in item["successors"]] == [str(world[name])]


async def _both_under(doing: Act, world: World, parent: str) -> tuple[UUID, UUID, UUID]:
    """A cell of health, split into two cells under another parent."""
    old = await doing.cell(world["health"], "Chi bộ Cũ", code="OLD")
    one, two = [await doing.cell(world[parent], name, since=SPLIT) for name in ("Chi bộ Một", "Chi bộ Hai")]
    await doing.edge(old, one, SPLIT, 1, 2)
    await doing.edge(old, two, SPLIT, 1, 2)
    await doing.end(old, SPLIT)
    return old, one, two


PAST = ("", "/tree", "/summary", "/history", "/children", "/ancestors", "/lineage", "/successors")


async def test_who_has_all_successors_in_reach_may_read_what_the_organization_was(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        old, _, _ = await _both_under(doing, world, "town")
    heir = await sign_in("grassroots_office", "town")
    for path in PAST:
        for day in ("2024-02-01", ON):
            on = {} if path == "/history" else {"on": day}
            await read(heir, f"{old}{path}", **on)
    await read(heir, f"{old}/diff", **{"from": "2024-01-01", "to": "2024-02-01"})
    tree = await read(heir, f"{old}/tree", on="2024-02-01")
    assert tree["root"]["name"] == "Chi bộ Cũ"
    assert (await read(heir, "by-code", code="OLD", on="2024-02-01"))["id"] == str(old)
    actions = (await read(heir, str(old)))["actions"]
    assert not any(one["allowed"] for one in actions), "what is past can be read, not changed"
    answer = await heir.post(
        f"/v1/organizations/{old}/corrections",
        json={
            "fact": "sector",
            "period": {"from": "2023-01-01", "to": None},
            "value": None,
            "reason": "Nhầm",
        },
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 403


async def test_who_has_some_of_the_successors_in_reach_may_not(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        old, one, two = await _both_under(doing, world, "town")
        await doing.edge(one, one, MERGED, 1, 2)
        await doing.edge(one, world["court"], MERGED, 1, 2)
    for role, where in (("grassroots_office", "town"), ("cell_secretary", "court"), ("auditor", "district")):
        client = await sign_in(role, where)
        for path in PAST:
            await read(client, f"{old}{path}", 404)
        assert (await read(client, "resolve", code="OLD"))["items"][0]["organization"] is None
    assert (await read(await sign_in("auditor", "district"), f"{two}", on=ON))["id"] == str(two)
    await read(await sign_in("auditor", "province"), f"{old}")


async def test_an_organization_without_successors_is_read_where_it_last_stood_alone(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        old = await doing.cell(world["health"], "Chi bộ Cũ")
        await doing.end(old, SPLIT)
    await read(await sign_in("grassroots_office", "town"), str(old), 404)
    await read(await sign_in("grassroots_office", "health"), str(old))


async def test_a_living_organization_is_not_read_for_what_was_split_from_it(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        await doing.edge(world["court"], world["court"], SPLIT, 1, 2)
        await doing.edge(world["court"], world["town-1"], SPLIT, 1, 2)
    await read(await sign_in("grassroots_office", "town"), str(world["court"]), 404)


async def test_an_ordinary_read_asks_one_statement_and_one_out_of_reach_a_second(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in("grassroots_office", "health")
    for name, status, asked in (("health", 200, 1), ("court", 404, 2)):
        async with statements() as executed:
            await read(client, str(world[name]), status)
        assert len([one for one in executed if "SELECT" in one]) == asked
