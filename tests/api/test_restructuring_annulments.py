"""An applied restructuring taken back as recorded in error: as if it had never been, while nothing rests on it."""

import re
from typing import Any

from asyncpg import Connection
from conftest import SignIn
from make import Client, World
from restructured import BOARD, DAY, UPPER, applied, believed, committee, merge, post, reversal, step

from app.queries.facts import ACCESS_GRANT


async def test_an_annulled_merge_leaves_no_day_different(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    await sign_in("cell_secretary", "health-2")  # a role that ends with the cell
    await committee(proposer, world["health-2"], world["p3"])
    before = await believed(connection)
    one = await applied(proposer, approver, merge(world))
    during = await believed(connection)
    changed = {name for name in before if before[name] != during[name]}
    assert changed >= {"membership", "placement", "committee", "seat", ACCESS_GRANT.name, "lineage"}

    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    refused = await post(proposer, f"/{one['id']}/annulments", reason, 403, one["version"])
    assert refused["code"] == "two_persons_needed"
    annulled = await post(approver, f"/{one['id']}/annulments", reason, 200, one["version"])
    assert annulled["state"] == "annulled"
    assert await believed(connection) == before
    diff = await approver.get(
        f"/v1/organizations/{world['bloc']}/diff", params={"from": "2026-04-30", "to": DAY}
    )
    assert diff.json()["items"] == []


async def test_what_later_acts_rest_on_is_not_annulled(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, merge(world))
    member = (await approver.get(f"/v1/members/{world['p3']}")).json()
    change = {"effective_on": "2026-05-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    moved = await approver.post(
        f"/v1/members/{world['p3']}/changes", json=change, headers={"If-Match": f'"{member["version"]}"'}
    )
    assert moved.status_code == 200, moved.text
    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    refused = await post(approver, f"/{one['id']}/annulments", reason, 409, one["version"])
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1)


async def test_an_annulment_may_be_refused(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, merge(world))
    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    one = await post(approver, f"/{one['id']}/annulment-refusals", reason, 200, one["version"])
    assert one["state"] == "applied"


async def annulled(proposer: Client, approver: Client, one: Any) -> None:
    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    await post(approver, f"/{one['id']}/annulments", reason, 200, one["version"])


async def told_of(client: Client, keys: dict[str, str], known_at: str) -> dict[str, tuple[int, str]]:
    """What is known of organizations, and of the tree around them, at an instant; but for what may be done now."""
    parts = ("", "/tree", "/summary", "/lineage", "/successors", "/children", "/ancestors", "/history")
    paths = [f"/organizations/{key}{part}" for key in keys.values() for part in parts]
    paths += ["/organizations", "/organizations/by-code?code=C-new", "/organizations/resolve?code=C-new"]
    paths += [f"/{name}={keys['#new']}" for name in ("organizations?within", "members?cell")]
    told = {}
    for path in paths:
        dated = "" if "history" in path else "&on=2024-06-01"
        answer = await client.get(f"/v1{path}{'&' if '?' in path else '?'}known_at={known_at}{dated}")
        told[path] = answer.status_code, re.sub(r'"actions":\[.*\]|"version":\d+', "", answer.text)
    return told


async def test_what_only_an_annulled_document_began_is_told_of_as_it_was_known_and_its_code_is_free(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    stranger = await sign_in(BOARD, "district")
    paper = {"issuer": "Đảng ủy Khối", "number": "7-CV/ĐUK", "signed_on": "2024-05-01", "role": "exception"}
    above = {
        "kind": "establish",
        "key": "#above",
        "parent": str(world["bloc"]),
        "name": "Đảng bộ Sở Y tế mới",
    }
    new = {
        "kind": "establish",
        "key": "#new",
        "parent": "#above",
        "name": "Chi bộ Khoa Dược",
        "code": "C-new",
    }
    measures = (
        {**above, "type": "grassroots_committee"},
        {**new, "type": "affiliated_cell"},
        {"kind": "merge_consolidate", "sources": [str(world["health-2"])], "into": "#new"},
    )
    excuses = [{"rule": "R-ORG-10", "organization": key, "decision": paper} for key in ("#above", "#new")]
    asked = {"on": "2024-06-01", "excuses": excuses}
    one = await applied(proposer, approver, *measures, **asked)
    keys = {**one["keys"], "bloc": str(world["bloc"]), "health-2": str(world["health-2"])}
    at = (await approver.get("/v1/organizations")).json()["known_at"]
    told = await told_of(approver, keys, at)
    assert {status for status, _ in told.values()} == {200}

    await annulled(proposer, approver, one)
    again = await told_of(approver, keys, at)
    assert [path for path in told if told[path] != again[path]] == []
    for client, params, code in (
        (approver, {}, "not_found"),
        (
            approver,
            {"known_at": (await approver.get("/v1/organizations")).json()["known_at"]},
            "not_known_then",
        ),
        (stranger, {"known_at": at}, "not_found"),
    ):
        for part in ("", "/tree"):
            answer = await client.get(f"/v1/organizations/{keys['#new']}{part}", params=params)
            assert (answer.status_code, answer.json()["code"]) == (404, code)

    second = await applied(proposer, approver, *measures, **asked)
    for params, key in (({}, second["keys"]["#new"]), ({"known_at": at}, keys["#new"])):
        found = await approver.get("/v1/organizations/by-code", params={"code": "C-new", **params})
        assert found.json()["id"] == key, found.text


async def test_a_draft_about_nothing_but_what_is_taken_back_is_still_its_proposers_to_cancel(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    new = {"kind": "receive", "key": "#new", "parent": str(world["health"]), "name": "Chi bộ Bệnh xá"}
    received = {**new, "type": "affiliated_cell", "outside": "Đảng bộ Quân khu 3", "members": 0}
    paper = {"issuer": "Đảng ủy Khối", "number": "8-CV/ĐUK", "signed_on": "2026-04-01", "role": "exception"}
    excuse = {"rule": "R-ORG-10", "organization": "#new", "decision": paper}
    one = await applied(proposer, await sign_in(BOARD, "province"), received, excuses=[excuse])
    back = await reversal(proposer, one)
    await annulled(proposer, approver, one)

    seen = (await proposer.get(f"/v1/restructurings/{back['id']}")).json()
    assert [each["step"] for each in seen["steps"] if each["allowed"]] == ["edit", "submit", "cancel"]
    cancelled = await step(proposer, seen, "cancellations", reason="Đã hủy văn bản gốc")
    assert cancelled["state"] == "cancelled"
