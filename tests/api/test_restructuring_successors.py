"""An upgrade where the policy asks for a successor: the organization ends, and another one begins in its place."""

from typing import Any
from uuid import UUID

import pytest
from acts import create_member
from asyncpg import Connection
from conftest import SignIn
from make import CAUSE, OPENED, Client, World
from restructured import (
    BOARD,
    DAY,
    UPPER,
    agreed,
    applied,
    believed,
    committee,
    document,
    post,
    preview,
    reversal,
    stays,
)

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

LATER = "2026-05-20"
PAPER = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2026-04-20"}


@pytest.fixture
async def successors(connection: Connection, world: World) -> None:
    """The policy of the bloc: a change of type is a change of identity."""
    await decided(connection, world["bloc"], "successor")


async def decided(connection: Connection, organization_id: UUID, identity: str | None) -> None:
    """The policy of an organization, and of all below it; None: it says nothing any more."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    said = {"unit": "keep or successor", "source": "15-QĐ/ĐUK", "confidence": "S", "combine": "replace"}
    values = {"scope": "organization", "value": identity, **said} if identity else None
    wanted = Wanted(("org.retype_identity", organization_id), Period(OPENED), values)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])


def upgrade(world: World) -> dict[str, Any]:
    """The cell health-1 becomes a grassroots cell directly under the province."""
    one = {"organization": str(world["health-1"]), "parent": str(world["province"])}
    return {"kind": "upgrade", "type": "grassroots_cell", **one}


def excused(world: World) -> dict[str, Any]:
    """A superior's decision that so few may be one: of the organization as the document names it."""
    one = {"rule": "R-ORG-10", "organization": str(world["health-1"]), "decision": PAPER}
    return {"excuses": [one]}


def heir_key(world: World, name: str) -> str:
    return f"#{world[name]}-successor"


async def get(client: Client, path: str, status: int = 200, **params: Any) -> Any:
    answer = await client.get(f"/v1{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


async def rows(client: Client, one: Any, seen: Any) -> set[tuple[str, str, str]]:
    page = await get(client, f"/restructurings/{one['id']}/previews/{seen['id']}/rows", limit=200)
    return {(row["thing"], row["effect"], row["id"]) for row in page["items"]}


async def test_a_preview_tells_who_ends_and_who_begins_in_its_place(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer = await sign_in(BOARD, "province")
    draft = await post(proposer, "", document(upgrade(world), **excused(world)), 201)
    heir, old = draft["keys"][heir_key(world, "health-1")], str(world["health-1"])
    seen = await preview(proposer, draft)
    assert not seen["blocked"], seen["conflicts"]
    (few,) = [one for one in seen["conflicts"] if (one["rule"], one["organizations"]) == ("R-ORG-10", [heir])]
    assert (few["pointer"], few["excused"]) == ("/measures/0", True)
    assert await rows(proposer, draft, seen) >= {
        ("organization", "begins", heir),
        ("organization", "ends", old),
        ("lineage", "begins", old),
        *(("member", "moves", str(world[name])) for name in ("p0", "p1", "p2")),
    }
    assert seen["ledger"] == {"before": 3, "received": 0, "handed_over": 0, "after": 3}


async def test_the_successor_has_members_words_and_descent_of_what_ended(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    secretary = await sign_in("cell_secretary", "health-1")
    await committee(proposer, world["health-1"], world["p0"])
    renamed = {"kind": "rename", "organization": str(world["health-1"]), "name": "Chi bộ Thanh tra"}
    one = await applied(proposer, approver, upgrade(world), renamed, **excused(world))
    old, heir = str(world["health-1"]), one["keys"][heir_key(world, "health-1")]

    became = await get(approver, f"/organizations/{heir}", on=DAY)
    assert [became[name] for name in ("type", "code", "name")] == [
        "grassroots_cell",
        "C-health-1",
        "Chi bộ Thanh tra",  # a later measure that names what ended means its successor
    ]
    assert became["parent_id"] == str(world["province"])
    history_ = (await get(approver, f"/organizations/{heir}/history"))["items"]
    assert {"opening", "external_id"} <= {item["fact"] for item in history_}
    assert (await get(approver, f"/organizations/{old}", on="2026-04-30"))["type"] == "affiliated_cell"

    (edge,) = (await get(approver, f"/organizations/{old}/lineage", on=DAY))["items"]
    assert (edge["target"]["id"], edge["kind"]) == (heir, "handed_on_to")
    assert (edge["share"]["numerator"], edge["share"]["denominator"]) == (1, 1)
    (resolved,) = (await get(approver, "/organizations/resolve", id=[old], on=DAY))["items"]
    assert [item["id"] for item in resolved["successors"]] == [heir]
    by_code = [
        await get(approver, "/organizations/by-code", code="C-health-1", on=on) for on in (DAY, "2026-04-30")
    ]
    assert [item["id"] for item in by_code] == [heir, old]

    assert await stays(approver, world["p0"]) == [(old, "2023-01-01", DAY), (heir, DAY, None)]
    assert (await get(approver, "/seats", organization=old, on=DAY))["items"] == []
    assert (await secretary.get(f"/v1/organizations/{heir}")).status_code == 404
    assert (await get(await sign_in("auditor", "province"), "/verify"))["sound"]


async def test_who_is_found_late_in_what_ended_goes_on_in_its_successor(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, upgrade(world), **excused(world))
    found = await create_member(await sign_in("grassroots_office", "province"), world, "health-1")
    assert found["cell"]["id"] == one["keys"][heir_key(world, "health-1")]


async def test_an_annulled_succession_leaves_no_day_different(
    sign_in: SignIn, world: World, successors: None, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await sign_in("cell_secretary", "health-1")
    await committee(proposer, world["health-1"], world["p0"])
    before = await believed(connection)
    one = await applied(proposer, approver, upgrade(world), **excused(world))
    changed = {name for name, rows in (await believed(connection)).items() if rows != before[name]}
    assert changed >= {
        "organization_external_id",
        "organization_opening",
        "membership",
        "lineage",
        "access_grant",
    }
    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    await post(approver, f"/{one['id']}/annulments", reason, 200, one["version"])
    assert await believed(connection) == before


async def test_a_reversed_succession_is_established_again_with_members_committee_and_roles(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    secretary = await sign_in("cell_secretary", "health-1")
    await committee(proposer, world["health-1"], world["p0"])
    one = await applied(proposer, approver, upgrade(world), **excused(world))
    draft = await post(proposer, f"/{one['id']}/reversals", {"effective_on": LATER, "reason": "Thôi"}, 201)
    again = f"#{world['health-1']}"
    assert draft["document"]["measures"][-1]["rest"] == again, "who came since belongs to what is there again"
    excuses = [{"rule": "R-ORG-10", "organization": again, "decision": PAPER}]
    back = await edited_and_applied(proposer, approver, draft, excuses=excuses)
    key = back["keys"][again]
    there = await get(approver, f"/organizations/{key}", on=LATER)
    assert (there["type"], there["code"]) == ("affiliated_cell", "C-health-1")
    members = await get(approver, "/members", cell=key, on=LATER)
    assert {item["id"] for item in members["items"]} == {str(world[name]) for name in ("p0", "p1", "p2")}
    seats = (await get(approver, "/seats", organization=key, on=LATER))["items"]
    assert [seat["member_id"] for seat in seats] == [str(world["p0"])]
    assert (await secretary.get(f"/v1/organizations/{key}")).status_code == 200


async def edited_and_applied(proposer: Client, approver: Client, draft: Any, **said: Any) -> Any:
    """A draft that says something else, agreed to and applied."""
    edited = {**draft["document"], **said}
    draft = await post(proposer, f"/{draft['id']}/edits", edited, 200, draft["version"])
    seen = await preview(proposer, draft)
    assert not seen["blocked"], seen["conflicts"]
    digest = {"digest": seen["digest"]}
    back = await post(proposer, f"/{draft['id']}/submissions", digest, 200, draft["version"])
    back = await post(approver, f"/{draft['id']}/approvals", digest, 200, back["version"])
    return await post(approver, f"/{draft['id']}/applications", None, 200, back["digest"])


async def test_a_reversal_keeps_what_was_kept_whatever_the_policy_says_by_then(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, upgrade(world), **excused(world))
    await decided(connection, world["province"], "successor")
    draft = await reversal(proposer, one)
    back = draft["document"]["measures"]
    assert [measure["kind"] for measure in back] == ["transfer", "downgrade"]
    other = {"kind": "upgrade", "organization": str(world["health-2"]), "type": "grassroots_cell"}
    excuses = [
        {"rule": "R-ORG-10", "organization": str(world[name]), "decision": PAPER}
        for name in ("health-1", "health-2")
    ]
    other |= {"parent": str(world["province"])}
    one = await edited_and_applied(proposer, approver, draft, measures=[*back, other], excuses=excuses)

    kept = await get(approver, f"/organizations/{world['health-1']}", on=LATER)
    assert (kept["type"], kept["parent_id"]) == ("affiliated_cell", str(world["health"]))
    assert await stays(approver, world["p0"]) == [(str(world["health-1"]), "2023-01-01", None)]
    heir = one["keys"][heir_key(world, "health-2")]
    assert (await stays(approver, world["p3"]))[-1] == (heir, LATER, None), (
        "what is asked besides, by the policy"
    )
    assert (await get(await sign_in("auditor", "province"), "/verify"))["sound"]


async def test_what_ended_for_a_successor_is_established_again_where_the_policy_would_keep_it_by_then(
    sign_in: SignIn, world: World, successors: None, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, upgrade(world), **excused(world))
    heir, again = one["keys"][heir_key(world, "health-1")], f"#{world['health-1']}"
    await decided(connection, world["bloc"], None)
    draft = await reversal(proposer, one)
    assert [measure["kind"] for measure in draft["document"]["measures"]] == ["establish", "dissolve"]
    excuses = [{"rule": "R-ORG-10", "organization": again, "decision": PAPER}]
    back = await edited_and_applied(proposer, approver, draft, excuses=excuses)
    assert await stays(approver, world["p0"]) == [
        (str(world["health-1"]), "2023-01-01", DAY),
        (heir, DAY, LATER),
        (back["keys"][again], LATER, None),
    ]


async def test_children_stand_under_the_successor_and_roles_over_what_ended_end(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    office = await sign_in(UPPER, "bloc")
    measure = {"kind": "upgrade", "organization": str(world["bloc"]), "type": "special_upper"}
    few = {"rule": "R-ORG-14", "organization": str(world["bloc"]), "decision": PAPER}
    one = await applied(proposer, approver, measure, excuses=[few])
    heir = one["keys"][heir_key(world, "bloc")]
    children = (await get(approver, f"/organizations/{heir}/children", on=DAY))["items"]
    assert {item["id"] for item in children} == {str(world["health"]), str(world["court"])}
    assert (await office.get(f"/v1/organizations/{world['court']}")).status_code == 404
    then = {"on": "2026-04-01", "basis": "todays_tree"}
    now = await get(approver, f"/organizations/{heir}/summary", **then)
    assert now["members"]["total"] == 5


async def test_a_change_by_law_keeps_the_organization_whatever_the_policy_says(
    sign_in: SignIn, world: World, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    measure = {"kind": "retype", "organizations": [str(world["bloc"])], "type": "special_upper"}
    one = await applied(proposer, approver, measure)
    assert one["keys"] == {}
    assert (await get(approver, f"/organizations/{world['bloc']}", on=DAY))["type"] == "special_upper"


async def test_a_policy_that_changes_meanwhile_makes_the_preview_stale(
    sign_in: SignIn, world: World, connection: Connection, successors: None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await agreed(proposer, approver, upgrade(world), **excused(world))
    await decided(connection, world["bloc"], None)
    refused = await post(approver, f"/{one['id']}/applications", None, 412, one["digest"])
    assert refused["code"] == "preview_stale"
    assert {row["id"] for row in refused["rows"]} >= {one["keys"][heir_key(world, "health-1")]}
