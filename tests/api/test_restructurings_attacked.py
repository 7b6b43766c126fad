"""Restructurings of which the worst was asked: odd documents, days out of their order, steps out of turn."""

from typing import Any

import pytest
from acts import act, create_member
from asyncpg import Connection
from conftest import SignIn
from make import World, today
from restructured import (
    BOARD,
    DAY,
    UPPER,
    absorbed,
    applied,
    carried_back,
    document,
    post,
    preview,
    reversal,
    stays,
    step,
    submitted,
)

from app.auth import DEVELOPMENT_ISSUER
from app.domain.access import actor_of
from app.services.verify import verify

PAPER = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2024-01-10"}


def begin(key: str, parent: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": "establish",
        "key": key,
        "parent": str(parent),
        "type": "affiliated_cell",
        "name": "Mới",
        **more,
    }


async def offences(connection: Connection) -> dict[str, list[str]]:
    return {one.check: one.offending for one in (await verify(connection)).checked if one.offending_count}


async def test_a_code_that_is_borne_anywhere_in_the_tree_is_taken(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "town")
    rename = {"kind": "rename", "organization": str(world["town-1"]), "code": "C-health-2"}
    seen = await preview(client, await post(client, "", document(rename), 201))
    assert "code_taken" in [one["code"] for one in seen["conflicts"]]


async def test_what_was_placed_below_itself_is_not_handed_over_for_ever(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(BOARD, "province")
    seen = await preview(
        client,
        await post(
            client,
            "",
            document(
                {"kind": "transfer", "organizations": [str(world["health"])], "to": str(world["health-1"])},
                {"kind": "hand_over", "organizations": [str(world["health"])], "outside": "Nơi khác"},
            ),
            201,
        ),
    )
    assert {one["code"] for one in seen["conflicts"]} >= {"placed_under_itself", "too_deep"}


@pytest.mark.parametrize("handed_over", [False, True])
async def test_a_thousand_organizations_one_under_the_other_are_too_deep(
    sign_in: SignIn, world: World, handed_over: bool
) -> None:
    client = await sign_in(BOARD, "province")
    measures = [begin("#k0", world["health"]), *(begin(f"#k{n + 1}", f"#k{n}") for n in range(1_000))]
    if handed_over:
        measures.append({"kind": "hand_over", "organizations": ["#k0"], "outside": "Nơi khác"})
    seen = await preview(client, await post(client, "", document(*measures), 201))
    assert "too_deep" in [one["code"] for one in seen["conflicts"]]


async def test_the_place_of_an_upgrade_is_named_as_it_is_asked(sign_in: SignIn, world: World) -> None:
    client = await sign_in(BOARD, "province")
    upgrade = {"kind": "upgrade", "organization": str(world["court"]), "type": "grassroots_committee"}
    seen = await preview(client, await post(client, "", document(upgrade), 201))
    left = next(one for one in seen["conflicts"] if one["code"] == "members_left")
    assert left["pointer"] == "/measures/0/organization"


async def test_what_approval_was_asked_of_is_part_of_what_is_applied(sign_in: SignIn, world: World) -> None:
    proposer = await sign_in("grassroots_office", "health")
    bloc, town = await sign_in(UPPER, "bloc"), await sign_in("grassroots_office", "town")
    move = {"kind": "transfer", "organizations": [str(world["health-2"])], "to": str(world["town"])}
    one = await submitted(proposer, move, on="2024-06-01")
    one = await step(town, one, "approvals")
    one = await step(bloc, one, "approvals")
    under = {"kind": "transfer", "organizations": [str(world["health"])], "to": str(world["district"])}
    await applied(await sign_in(BOARD, "province"), await sign_in(BOARD, "province"), under, on="2024-05-01")
    refused = await post(town, f"/{one['id']}/applications", None, 412, one["digest"])
    assert refused["code"] == "preview_stale"  # the committee of the district was never asked


async def test_rolls_lead_on_where_two_documents_of_one_day_follow_each_other(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    await applied(proposer, approver, absorbed(world, "health-1", "town-1"))
    assert await offences(connection) == {}
    late = await create_member(proposer, world, "health-2", since="2026-02-15")
    assert [cell for cell, *_ in await stays(proposer, late["id"])] == [
        str(world["health-2"]),
        str(world["town-1"]),
    ]


async def test_nothing_ends_before_what_went_into_it(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await applied(proposer, approver, absorbed(world, "health-2", "health-1"), on="2026-06-01")
    asked = document(absorbed(world, "health-1", "town-1"), on="2026-05-01")
    seen = await preview(proposer, await post(proposer, "", asked, 201))
    assert ("facts_after_end", "lineage") in [(one["code"], one["value"]) for one in seen["conflicts"]]


async def test_nothing_ends_before_it_met_and_voted(sign_in: SignIn, world: World) -> None:
    proposer, office = await sign_in(BOARD, "province"), await sign_in("grassroots_office", "health")
    cell = str(world["health-2"])
    met = {"organization_id": cell, "body": "cell", "month": "2026-05", "held_on": "2026-05-04"}
    answer = await office.post("/v1/meetings", json={"meetings": [met]})
    assert answer.status_code == 201, answer.text
    vote = {"step": "cell", "organization_id": cell, "held_on": "2026-05-05", "summoned": 1, "in_favour": 1}
    exempted = {"effective_on": "2026-06-01", "activity_status": "exempted", "ballots": [vote]}
    await act(office, world["p3"], "statuses", **exempted)
    asked = document(absorbed(world, "health-2", "health-1"), on="2026-05-05")
    seen = await preview(proposer, await post(proposer, "", asked, 201))
    standing = [one["value"] for one in seen["conflicts"] if one["code"] == "facts_after_end"]
    assert standing == ["ballot"]
    asked = document(absorbed(world, "health-2", "health-1"), on="2026-05-04")
    seen = await preview(proposer, await post(proposer, "", asked, 201))
    standing = [one["value"] for one in seen["conflicts"] if one["code"] == "facts_after_end"]
    assert standing == ["ballot", "meeting"]


@pytest.mark.parametrize(("since", "stopped"), [("2026-04-30", 0), (DAY, 1), ("2026-05-02", 1)])
async def test_nobody_is_handed_over_before_he_came(
    sign_in: SignIn, world: World, since: str, stopped: int
) -> None:
    """The first day of a member's roll is one in a cell: who is on record to come later is settled first."""
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await create_member(await sign_in("grassroots_office", "health"), world, "health-2", since=since)
    leaving = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Nơi khác"}
    seen = await preview(proposer, await post(proposer, "", document(leaving), 201))
    told = [(one["value"], one["count"]) for one in seen["conflicts"] if one["code"] == "facts_after_end"]
    assert (told, seen["blocked"]) == ([("membership", 1)] * stopped, bool(stopped))
    if not stopped:
        await applied(proposer, approver, leaving)


async def test_who_had_been_elsewhere_before_is_handed_over_when_he_comes(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    gone = {"effective_on": "2026-05-10", "cell_id": str(world["health-2"]), "reason": "Chuyển công tác"}
    await act(proposer, world["p4"], "changes", **gone)
    leaving = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Nơi khác"}
    await applied(proposer, approver, leaving)
    assert (await stays(proposer, world["p4"]))[-1] == (None, "2026-05-10", None)
    assert await offences(connection) == {}


async def test_nothing_ends_on_the_day_it_began(sign_in: SignIn, world: World) -> None:
    proposer = await sign_in(BOARD, "province")
    asked = document(absorbed(world, "health-2", "health-1"), on="2020-08-01")
    seen = await preview(proposer, await post(proposer, "", asked, 201))
    assert "organization_not_begun" in [one["code"] for one in seen["conflicts"]]


async def test_who_gives_all_away_and_lives_on_stays_itself(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    swapped = [
        {
            "kind": "split",
            "organization": str(world[cell]),
            "source_survives": True,
            "parts": [{"to": str(world[other]), "members": [str(world[member]) for member in members]}],
        }
        for cell, other, members in (
            ("health-1", "health-2", ("p0", "p1", "p2")),
            ("health-2", "health-1", ("p3",)),
        )
    ]
    await applied(proposer, approver, *swapped)
    assert await offences(connection) == {}
    became = await proposer.get(
        f"/v1/organizations/{world['health-1']}/successors", params={"since": "2026-04-30"}
    )
    assert [one["id"] for one in became.json()["successors"]] == [str(world["health-1"])]


async def test_an_annulment_is_refused_where_late_truth_has_followed(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    await create_member(proposer, world, "health-2", since="2026-02-15")
    reason = {"reason": "Ghi nhầm đơn vị"}
    one = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, one["version"])
    refused = await post(approver, f"/{one['id']}/annulments", reason, 409, one["version"])
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1)


async def test_members_out_of_reach_are_not_told_apart(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "town")
    part = {"to": str(world["health-2"]), "where": {"standings": ["probationary"]}}
    split = {
        "kind": "split",
        "organization": str(world["health-1"]),
        "source_survives": True,
        "parts": [part],
    }
    rename = {"kind": "rename", "organization": str(world["town-1"]), "name": "Khác"}
    refused = await post(client, "", document(rename, split), 422)
    assert refused["errors"][0]["pointer"] == "/body/measures/1/organization"


async def test_members_are_told_apart_only_by_who_may_read_them(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "town", "both")
    await sign_in("admin", "health", "both")
    part = {"to": str(world["town-1"]), "where": {"workplaces": ["Phòng Nghiệp vụ"]}}
    split = {"organization": str(world["health-1"]), "source_survives": True, "parts": [part]}
    refused = await post(client, "", document({"kind": "split", **split}), 422)
    assert refused["errors"][0]["pointer"] == "/body/measures/0/organization"


async def test_who_holds_no_role_any_more_works_nothing_out(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    client = await sign_in("grassroots_office", "health", "former")
    part = {"to": str(world["health-2"]), "where": {"standings": ["probationary"]}}
    split = {"organization": str(world["health-1"]), "source_survives": True, "parts": [part]}
    draft = await post(client, "", document({"kind": "split", **split}), 201)
    await preview(client, draft)
    former = actor_of(DEVELOPMENT_ISSUER, "former").id
    grant = await connection.fetchval("SELECT grant_id FROM access_grant WHERE actor_id = $1", former)
    ending, headers = {"ended_on": today().isoformat()}, {"If-Match": '"1"'}
    ended = await (await sign_in("admin", "province")).post(
        f"/v1/grants/{grant}/endings", json=ending, headers=headers
    )
    assert ended.status_code == 200, ended.text
    refused = await post(client, f"/{draft['id']}/previews", None, 403)
    assert refused["code"] == "role_may_not"


async def test_a_reversal_tells_nothing_of_what_ended_out_of_reach(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    town = await sign_in("grassroots_office", "town")
    leaving = {"kind": "hand_over", "organizations": [str(world["health"])], "outside": "Nơi khác"}
    rename = {"kind": "rename", "organization": str(world["town-1"]), "name": "Chi bộ Một"}
    one = await applied(proposer, approver, leaving, rename)
    body = {"effective_on": "2026-05-20", "reason": "Thôi bàn giao"}
    refused = await post(town, f"/{one['id']}/reversals", body, 403)
    assert (refused["code"], refused["action"]) == ("role_may_not", "propose_restructuring")
    seen = (await town.get(f"/v1/restructurings/{one['id']}")).json()
    offered = {each["step"]: each["code"] for each in seen["steps"]}
    assert offered["reverse"] == "role_may_not"
    assert [each["allowed"] for each in seen["actions"] if each["action"] == "propose_restructuring"] == [
        False
    ]
    await post(await sign_in(UPPER, "bloc"), f"/{one['id']}/reversals", body, 201)


async def test_who_reads_all_that_a_body_became_may_draft_the_way_back(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, absorbed(world, "health-2", "town-1"))
    body = {"effective_on": "2026-05-20", "reason": "Thôi sáp nhập"}
    await post(await sign_in("grassroots_office", "town"), f"/{one['id']}/reversals", body, 201)


@pytest.mark.parametrize(("named", "code"), [("#nowhere", "key_unknown"), ("town-1", "organization_unknown")])
async def test_a_superior_excuses_only_whom_the_document_is_about(
    sign_in: SignIn, world: World, named: str, code: str
) -> None:
    client = await sign_in(UPPER, "bloc")
    one = named if named.startswith("#") else str(world[named])
    excuse = {"rule": "R-ORG-10", "organization": one, "decision": PAPER}
    asked = document(absorbed(world, "health-2", "health-1"), excuses=[excuse])
    seen = await preview(client, await post(client, "", asked, 201))
    (found,) = (found for found in seen["conflicts"] if found["severity"] == "block")
    assert (found["code"], found["pointer"]) == (code, "/excuses/0/organization")


@pytest.mark.parametrize("key", ["health-2", "no id"])
async def test_a_key_given_by_hand_leads_no_other_reversal_astray(
    sign_in: SignIn, world: World, key: str
) -> None:
    """What is begun by the way is keyed by who lives, or by what looks like an id only from afar."""
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    of = str(world["health-2"])
    renamed = {"kind": "rename", "organization": of, "name": "Chi bộ Khác"}
    first = await applied(proposer, approver, renamed, on="2024-05-01")
    second = await applied(proposer, approver, absorbed(world, "court", "health-1"), on="2024-05-02")
    draft = await reversal(proposer, second, "2024-05-10")
    begun = {"key": f"#{of}" if key == "health-2" else "#aaaa" + "-" * 32, "name": "Chi bộ Mới"}
    more = {"kind": "establish", "parent": str(world["health"]), "type": "affiliated_cell", **begun}
    asked = {**draft["document"], "measures": [*draft["document"]["measures"], more]}
    await carried_back(
        proposer, approver, await post(proposer, f"/{draft['id']}/edits", asked, 200, draft["version"])
    )
    back = await reversal(proposer, first, "2024-05-20")
    assert [(each["organization"], each["name"]) for each in back["document"]["measures"]] == [
        (of, "Chi bộ Văn phòng")
    ]
