"""What a frontend shows of a preview: names beside ids, persons to those who may read them, nothing out of reach."""

import json
from typing import Any

from asyncpg import Connection
from conftest import SignIn, Statements
from make import Client, World
from restructured import (
    BOARD,
    UPPER,
    absorbed,
    applied,
    committee,
    document,
    merge,
    post,
    preview,
    step,
)

OFFICE = "grassroots_office"


def moving(world: World, cell: str = "health-2", to: str = "town") -> dict[str, Any]:
    return {"kind": "transfer", "organizations": [str(world[cell])], "to": str(world[to])}


def filled(world: World, *members: str) -> list[dict[str, Any]]:
    """A new cell of the health committee, to which some members of health-1 go."""
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "type": "affiliated_cell"}
    part = {"to": "#new", "members": [str(world[one]) for one in members]}
    split = {"organization": str(world["health-1"]), "source_survives": True, "parts": [part]}
    return [{**founding, "name": "Chi bộ Mới"}, {"kind": "split", **split}]


async def previewed(client: Client, *measures: dict[str, Any], **others: Any) -> Any:
    return await preview(client, await post(client, "", document(*measures, **others), 201))


async def rows_of(client: Client, seen: Any, **params: Any) -> list[dict[str, Any]]:
    path = f"/v1/restructurings/{seen['restructuring_id']}/previews/{seen['id']}/rows"
    answer = await client.get(path, params={"limit": 200, **params})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def name_of(client: Client, organization: Any) -> str:
    return str((await client.get(f"/v1/organizations/{organization}")).json()["name"])


async def test_rows_name_what_changes_and_whence_and_whither_it_goes(sign_in: SignIn, world: World) -> None:
    client = await sign_in(BOARD, "province")
    seen = await previewed(client, *filled(world, "p0"))
    old, above = [await name_of(client, world[one]) for one in ("health-1", "health")]
    (new,) = await rows_of(client, seen, thing="organization", effect="begins")
    assert (new["name"], new["to_name"], new["from_name"], new["organization_name"]) == (
        "Chi bộ Mới",
        above,
        None,
        None,
    )
    assert seen["names"][new["id"]] == "Chi bộ Mới"
    (person,) = await rows_of(client, seen, thing="member")
    who = (await client.get(f"/v1/members/{world['p0']}")).json()["full_name"]
    assert (person["full_name"], person["name"]) == (who, None)
    assert (person["organization_name"], person["from_name"], person["to_name"]) == (old, old, "Chi bộ Mới")
    lineage = await rows_of(client, seen, thing="lineage")
    assert {(one["name"], one["from_name"], one["to_name"]) for one in lineage} == {
        (old, old, old),
        (old, old, "Chi bộ Mới"),
    }


async def test_names_stay_those_of_the_day_before_once_it_is_applied(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    old = await name_of(proposer, world["health-2"])
    renaming = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Tên Mới"}
    one = await post(proposer, "", document(renaming), 201)
    seen = await preview(proposer, one)
    one = await step(proposer, one, "submissions", digest=seen["digest"])
    one = await step(approver, one, "approvals")
    await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])
    (row,) = await rows_of(proposer, seen, thing="organization")
    assert row["name"] == old
    later = await previewed(proposer, absorbed(world, "health-2", "health-1"), on="2026-05-02")
    (ended,) = await rows_of(proposer, later, thing="organization", effect="ends")
    assert ended["name"] == "Chi bộ Tên Mới"


async def test_who_holds_a_seat_or_a_role_that_ends_is_named(sign_in: SignIn, world: World) -> None:
    client = await sign_in(UPPER, "bloc")
    await committee(client, world["health-2"], world["p3"])
    await sign_in("cell_secretary", "health-2", subject="secretary")
    seen = await previewed(client, merge(world))
    who = (await client.get(f"/v1/members/{world['p3']}")).json()["full_name"]
    (seat,) = await rows_of(client, seen, thing="seat")
    assert (seat["full_name"], seat["organization_name"]) == (who, await name_of(client, world["health-2"]))
    (grant,) = await rows_of(client, seen, thing="grant")
    assert grant["detail"]["role"] == "cell_secretary"


async def test_a_member_out_of_reach_is_not_named(sign_in: SignIn, world: World) -> None:
    proposer, receiver = await sign_in(OFFICE, "health"), await sign_in(OFFICE, "town")
    split = {"kind": "split", "organization": str(world["health-1"]), "source_survives": True}
    split["parts"] = [{"to": str(world["town-1"]), "members": [str(world["p0"])]}]
    seen = await previewed(proposer, split)
    for client, named in ((proposer, True), (receiver, False)):
        (row,) = await rows_of(client, seen, thing="member")
        assert (row["full_name"] is not None) is named
        assert row["from_name"] and row["to_name"]  # both ends of what comes are known to both


async def test_rows_are_recorded_as_reads_only_where_they_can_name_members(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    client = await sign_in(UPPER, "bloc")
    seen = await previewed(client, merge(world))

    async def recorded() -> list[tuple[Any, ...]]:
        rows = await connection.fetch("SELECT route, count, file FROM recorded_read ORDER BY read_at, id")
        return [tuple(row) for row in rows]

    await rows_of(client, seen, thing="organization")
    assert await recorded() == []
    members = await rows_of(client, seen, thing="member")
    path = f"/v1/restructurings/{seen['restructuring_id']}/previews/{seen['id']}/rows"
    answer = await client.get(path, headers={"Accept": "application/x-ndjson"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    route = "list_restructuring_preview_rows"
    assert await recorded() == [(route, len(members), None), (route, len(lines) - 1, "ndjson")]
    assert lines[:-1] == await rows_of(client, seen)
    assert {"from", "to"} == set(next(one["detail"] for one in lines if one["thing"] == "member"))


async def test_names_of_a_page_cost_no_statement_more(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in(BOARD, "province")
    few, many = [await previewed(client, *filled(world, *who)) for who in (["p0"], ["p0", "p1", "p2"])]
    counts = []
    for seen in (few, many):
        async with statements() as executed:
            await rows_of(client, seen)
        counts.append(len(executed))
    assert counts[0] == counts[1]


async def test_who_bears_a_code_out_of_reach_is_not_told_and_numbers_stay(
    sign_in: SignIn, world: World
) -> None:
    office, board = await sign_in(OFFICE, "town"), await sign_in(BOARD, "province")
    rename = {"kind": "rename", "organization": str(world["town-1"]), "code": "C-health-2"}
    seen = await previewed(office, rename)
    path = f"/v1/restructurings/{seen['restructuring_id']}/previews/{seen['id']}"
    whole = (await board.get(path)).json()
    bearer, own = str(world["health-2"]), str(world["town-1"])

    def taken(shown: Any) -> Any:
        return next(one for one in shown["conflicts"] if one["code"] == "code_taken")

    assert set(taken(whole)["organizations"]) == {bearer, own}
    assert whole["names"][bearer] == await name_of(board, bearer)
    assert taken(seen)["organizations"] == [own] and bearer not in json.dumps(seen)
    assert taken((await office.get(path)).json()) == taken(seen)
    assert [whole[name] for name in ("digest", "counts", "ledger", "conflicts_count")] == [
        seen[name] for name in ("digest", "counts", "ledger", "conflicts_count")
    ]
    draft = (await office.get(f"/v1/restructurings/{seen['restructuring_id']}")).json()
    refused = await step(office, draft, "submissions", 409, digest=seen["digest"])
    assert refused["records"] == [own] and bearer not in json.dumps(refused)


async def test_children_of_who_is_named_out_of_reach_are_not_told(sign_in: SignIn, world: World) -> None:
    office = await sign_in(OFFICE, "town")
    dissolve = {"kind": "dissolve", "organization": str(world["health"])}
    seen = await previewed(office, moving(world, "town-1", "court"), dissolve)
    left = next(one for one in seen["conflicts"] if one["code"] == "children_left")
    assert left["organizations"] == [] and left["count"] == 2
    assert str(world["health-1"]) not in json.dumps(seen)


async def test_a_stale_application_tells_rows_within_reach_alone_by_the_names_of_previews(
    sign_in: SignIn, world: World
) -> None:
    office, upper = await sign_in(OFFICE, "town"), await sign_in(UPPER, "bloc")
    proposer, board = await sign_in(OFFICE, "health"), await sign_in(BOARD, "province")
    draft = await post(proposer, "", document(moving(world), on="2024-06-01"), 201)
    seen = await preview(proposer, draft)
    one = await step(proposer, draft, "submissions", digest=seen["digest"])
    for client in (office, upper):
        one = await step(client, one, "approvals")
    await sign_in("cell_secretary", "district")  # a role that would no longer reach less far
    under = {"kind": "transfer", "organizations": [str(world["health"])], "to": str(world["district"])}
    await applied(await sign_in(BOARD, "province"), await sign_in(BOARD, "province"), under, on="2024-05-01")
    refused = await post(office, f"/{one['id']}/applications", None, 412, one["digest"])
    assert refused["code"] == "preview_stale"
    assert {row["thing"] for row in refused["rows"]}.isdisjoint({"access", "grant"})
    wide = await post(board, f"/{one['id']}/applications", None, 412, one["digest"])
    assert "access" in {row["thing"] for row in wide["rows"]}
    now = await preview(proposer, one)
    for client, told in ((office, refused["rows"]), (board, wide["rows"])):
        known = [
            row | {"now": shown is now, "full_name": None}
            for shown in (seen, now)
            for row in await rows_of(client, shown)
        ]
        assert all(row in known for row in told)
    assert {row["to_name"] for row in wide["rows"] if row["thing"] == "access"} == {
        await name_of(board, world["bloc"])
    }
