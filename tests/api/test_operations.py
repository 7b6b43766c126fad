"""Operations over HTTP: who sees what was recorded, what it touched, and how other systems follow it."""

from datetime import date
from typing import Any
from uuid import UUID

from conftest import SignIn, Statements
from make import CAUSE, TODAY, Client, World

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.operation import DecisionPaper
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.queries.history import touch_members, touch_organizations
from app.services import history

PAPER = DecisionPaper(issuer="Đảng ủy Khối", number="07-QĐ/ĐUK", signed_on=date(2020, 6, 1), signatory=None)


async def record(
    database: Database,
    world: World,
    *organizations: str,
    members: tuple[str, ...] = (),
    kind: OperationKind = OperationKind.ORGANIZATION_CHANGED,
) -> str:
    """An operation that touches organizations and members by their short names; its id."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(
            connection,
            CAUSE,
            kind,
            {"facts": ["code"]},
            reason="Đổi mã",
            effective_on=TODAY,
            decisions=[PAPER],
        )
        touched = [world[name] for name in organizations]
        await touch_organizations(connection, operation_id, touched, today=TODAY, changed=False)
        await touch_members(connection, operation_id, [world[name] for name in members])
    return str(operation_id)


async def read(client: Client, address: str = "", status: int = 200, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/operations{address}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


async def ids(client: Client, **params: Any) -> list[str]:
    return [one["id"] for one in (await read(client, **params))["items"]]


async def test_one_operation_tells_who_recorded_what_on_which_paper(
    sign_in: SignIn, world: World, database: Database, statements: Statements
) -> None:
    operation_id = await record(database, world, "health", "health-1", members=("p0", "p1"))
    client = await sign_in("auditor", "bloc")
    async with statements() as executed:
        one = await read(client, f"/{operation_id}")
    assert len(executed) == 1
    assert (one["kind"], one["reason"], one["effective_on"]) == ("organization_changed", "Đổi mã", str(TODAY))
    assert one["actor"] == {"id": str(CAUSE.actor.id), "name": "Founder"}
    assert one["recorded_at"].endswith("Z") and one["changes"] == {"facts": ["code"]}
    assert one["decisions"] == [
        {
            "issuer": "Đảng ủy Khối",
            "number": "07-QĐ/ĐUK",
            "signed_on": "2020-06-01",
            "signatory": None,
            "role": "decision",
        }
    ]
    touched = sorted(str(world[name]) for name in ("health", "health-1"))
    assert one["organizations"] == {"ids": touched, "count": 2}
    assert one["members"] == {"ids": sorted(str(world[name]) for name in ("p0", "p1")), "count": 2}
    assert (await read(client))["items"][-1] == one
    for kind in ("organizations", "members"):
        page = await read(client, f"/{operation_id}/{kind}")
        assert [item["id"] for item in page["items"]] == one[kind]["ids"]


async def test_what_an_operation_touched_outside_ones_reach_is_left_out(
    sign_in: SignIn, world: World, database: Database
) -> None:
    operation_id = await record(database, world, "health-1", "town-1", members=("p0", "p5"))
    client = await sign_in("cell_secretary", "town-1")
    (one,) = (await read(client))["items"]
    assert one["organizations"] == {"ids": [str(world["town-1"])], "count": 1}
    assert one["members"] == {"ids": [str(world["p5"])], "count": 1}
    assert one["changes"] is None, "it may name what lies outside"
    for kind, name in (("organizations", "town-1"), ("members", "p5")):
        page = await read(client, f"/{operation_id}/{kind}")
        assert [item["id"] for item in page["items"]] == [str(world[name])]


async def test_operations_of_others_are_not_found(sign_in: SignIn, world: World, database: Database) -> None:
    operation_id = await record(database, world, "health-1", members=("p0",))
    client = await sign_in("cell_secretary", "town-1")
    assert await ids(client) == []
    for address in ("", "/organizations", "/members"):
        await read(client, f"/{operation_id}{address}", 404)
    for name, value in (("within", "health"), ("organization", "health-1"), ("member", "p0")):
        await read(client, status=404, **{name: str(world[value])})
    assert await ids(await sign_in()) == [], "without a grant nothing is in reach"
    assert await ids(await sign_in("admin", "province")) == [], "an administrator has no content"


async def test_what_touched_no_organization_is_for_readers_of_the_whole_register(
    sign_in: SignIn, world: World, database: Database
) -> None:
    operation_id = await record(database, world, kind=OperationKind.POLICIES_SHIPPED)
    whole = await sign_in("auditor", "province")
    assert operation_id in await ids(whole, kind="policies_shipped", limit=200)
    assert (await read(whole, f"/{operation_id}"))["organizations"] == {"ids": [], "count": 0}
    part = await sign_in("auditor", "bloc")
    assert operation_id not in await ids(part, limit=200)
    await read(part, f"/{operation_id}", 404)


async def test_operations_are_found_by_subtree_organization_member_actor_and_kind(
    sign_in: SignIn, world: World, database: Database
) -> None:
    cell = await record(database, world, "health-1", members=("p0",))
    court = await record(database, world, "court", kind=OperationKind.ORGANIZATION_CORRECTED)
    client = await sign_in("auditor", "bloc")
    assert await ids(client, within=str(world["health"])) == [cell]
    assert await ids(client, within=str(world["bloc"])) == [cell, court]
    assert await ids(client, organization=str(world["health"])) == []
    assert await ids(client, organization=str(world["health-1"])) == [cell]
    assert await ids(client, member=str(world["p0"])) == [cell]
    assert await ids(client, kind="organization_corrected") == [court]
    assert await ids(client, kind=["organization_corrected", "organization_changed"]) == [cell, court]
    assert await ids(client, actor=str(CAUSE.actor.id)) == [cell, court]
    assert await ids(client, actor=str(world["p0"])) == []
    assert await ids(client, order="newest") == [court, cell]
    whole = await read(client, total="true", limit=1)
    assert whole["total"] == 2


async def test_within_goes_by_the_path_at_the_time_of_recording_and_sight_by_the_reach_of_today(
    sign_in: SignIn, world: World, database: Database
) -> None:
    before = await record(database, world, "health-1")
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})
        moved = Wanted((world["health"],), Period(date(2020, 8, 1)), {"parent_id": world["district"]})
        await facts.overwrite(connection, facts.PLACEMENT, operation_id, [moved])
        await tree.rebuild_ancestry(connection, [world["health"]])
    after = await record(database, world, "health-1")
    whole = await sign_in("auditor", "province")
    assert await ids(whole, within=str(world["bloc"])) == [before]
    assert await ids(whole, within=str(world["district"])) == [after]
    assert await ids(await sign_in("auditor", "bloc")) == []
    assert await ids(await sign_in("auditor", "district")) == [before, after]


async def test_the_feed_goes_on_from_where_it_ended(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "bloc")
    start = await read(client)
    assert start["items"] == [] and start["latest"]
    first = await record(database, world, "court")
    await record(database, world, "town")
    second = await record(database, world, "health")
    page = await read(client, after=start["latest"], limit=1)
    assert [one["id"] for one in page["items"]] == [first] and page["latest"] == page["next"]
    page = await read(client, after=page["latest"], limit=1)
    assert [one["id"] for one in page["items"]] == [second] and page["next"] is None
    page = await read(client, after=page["latest"])
    assert page["items"] == []
    third = await record(database, world, "health-2")
    filtered = await read(client, after=page["latest"], within=str(world["health"]))
    assert [one["id"] for one in filtered["items"]] == [third], "a place in the feed fits any filter"


async def test_a_follower_may_begin_with_the_present(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "bloc")
    await record(database, world, "court")
    newest = await record(database, world, "health")
    page = await read(client, order="newest", limit=1)
    assert [one["id"] for one in page["items"]] == [newest]
    assert (await read(client, after=page["latest"]))["items"] == []
    later = await record(database, world, "court")
    assert await ids(client, after=page["latest"]) == [later]


async def test_operations_as_once_known_end_there(sign_in: SignIn, world: World, database: Database) -> None:
    client = await sign_in("auditor", "bloc")
    first = await record(database, world, "court")
    known_at = (await read(client))["known_at"]
    second = await record(database, world, "health")
    assert await ids(client) == [first, second]
    assert await ids(client, known_at=known_at) == [first]
    await read(client, f"/{second}", 404, known_at=known_at)
    for wrong in ({"on": "2024-01-01"}, {"after": "xyz"}, {"kind": "no_such_kind"}, {"order": "sideways"}):
        await read(client, status=422, **wrong)


async def test_the_whole_feed_comes_as_lines(sign_in: SignIn, world: World, database: Database) -> None:
    client = await sign_in("auditor", "bloc")
    recorded = [await record(database, world, "court") for _ in range(3)]
    answer = await client.get("/v1/operations", headers={"Accept": "application/x-ndjson"})
    lines = answer.text.splitlines()
    assert len(lines) == 4 and '"count": 3' in lines[-1]
    assert all(operation_id in line for operation_id, line in zip(recorded, lines, strict=False))


async def test_a_very_large_operation_names_its_first_thousand_and_lists_all(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {"rows": 1500})
        members: list[UUID] = [history.new_id() for _ in range(1500)]
        await connection.execute("INSERT INTO member (id) SELECT * FROM unnest($1::uuid[])", members)
        wanted = [
            Wanted(
                (one,),
                Period(date(2023, 1, 1)),
                {"cell_id": world["health-1"], "standing": "official"},
            )
            for one in members
        ]
        await facts.overwrite(connection, facts.MEMBERSHIP, operation_id, wanted)
        await touch_organizations(connection, operation_id, [world["health-1"]], today=TODAY, changed=False)
        await touch_members(connection, operation_id, members)
    client = await sign_in("auditor", "health")
    one = await read(client, f"/{operation_id}")
    assert len(one["members"]["ids"]) == 1000 and one["members"]["count"] == 1500
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = await read(client, f"/{operation_id}/members", limit=200, **after)
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == sorted(map(str, members)) and found[:1000] == one["members"]["ids"]


async def test_a_known_paper_is_not_signed_by_another(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    paper = {"issuer": "Đảng ủy Khối", "number": "09-QĐ/ĐUK", "signed_on": "2024-06-01"}
    person = {
        "full_name": "A B",
        "cell_id": str(world["court"]),
        "standing": "official",
        "since": "2024-07-01",
    }
    for signatory, expected in (("Vũ Thị Ký", 201), (None, 201), ("Trần Văn Khác", 409), ("Vũ Thị Ký", 201)):
        document = {**person, "decisions": [{**paper, "signatory": signatory}]}
        answer = await client.post("/v1/members", json=document)
        assert answer.status_code == expected, answer.text
    refused = await client.post(
        "/v1/members", json={**person, "decisions": [{**paper, "signatory": "Trần Văn Khác"}]}
    )
    assert refused.json()["code"] == "paper_signed_by_another"
