"""An application and another act at the same moment: whoever comes second finds what the first has done."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest
from conftest import SignIn
from import_files import send
from make import Client, World
from restructured import BOARD, DAY, UPPER, agreed, applied, document, post, submitted

from app.queries.locks import Turn, take_turn

from .conftest import Superuser

Act = Callable[[], Coroutine[Any, Any, Any]]
PAPER = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "12-QĐ/TU", "signed_on": "2026-04-01"}


async def meanwhile(superuser: Superuser, first: Act, second: Act) -> list[Any]:
    """Two acts: the first has said all and is not yet known when the second begins, and waits or has said all, too."""
    async with superuser.connection.transaction():
        await take_turn(superuser.connection, Turn.CLOCK)  # nothing becomes known
        acts: list[asyncio.Task[Any]] = []
        for act in (first, second):
            acts.append(asyncio.create_task(act()))
            await superuser.until_waiting(len(acts), *acts)
    return list(await asyncio.gather(*acts))


def sending(client: Client, path: str, body: Any = None, match: object = None) -> Act:
    headers = {} if match is None else {"If-Match": f'"{match}"'}
    return lambda: client.post(f"/v1{path}", json=body, headers=headers)


def applying(client: Client, one: Any) -> Act:
    return sending(client, f"/restructurings/{one['id']}/applications", None, one["digest"])


def ended(answers: list[httpx.Response]) -> list[tuple[int, str | None]]:
    return [(one.status_code, one.json().get("code") if one.is_error else None) for one in answers]


async def test_a_name_recorded_while_a_restructuring_is_applied_is_not_overwritten(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    renamed = {"kind": "rename", "organization": str(world["court"]), "name": "Chi bộ Tòa án tỉnh"}
    one = await agreed(proposer, approver, renamed)
    path = f"/organizations/{world['court']}"
    version = (await proposer.get(f"/v1{path}")).json()["version"]
    change = {"effective_on": "2026-06-01", "name": "Chi bộ Tòa án khu vực"}
    saying = sending(proposer, f"{path}/changes", change, version)
    answers = await meanwhile(superuser, saying, applying(approver, one))
    assert ended(answers) == [(200, None), (412, "preview_stale")]
    read = (await proposer.get(f"/v1{path}", params={"on": "2026-06-01"})).json()
    assert read["name"] == "Chi bộ Tòa án khu vực"
    assert await superuser.offences() == {}


@pytest.mark.parametrize("edited_first", [True, False])
async def test_what_a_rule_no_longer_allows_is_not_done_while_the_rule_is_edited(
    sign_in: SignIn, world: World, superuser: Superuser, edited_first: bool
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    key = "org.parent_matrix"
    coming = {"kind": "transfer", "organizations": [str(world["court"])], "to": str(world["province"])}
    one = await agreed(proposer, approver, coming)
    rules = (await proposer.get("/v1/policies", params={"key": key, "on": DAY})).json()["items"]
    matrix = rules[0]["value"]
    matrix["parents"]["grassroots_cell"].remove("provincial")
    period = {"from": "2026-04-30", "to": "2026-07-26"}
    edit = {"key": key, "period": period, "row": {"value": matrix, "source": "12-QĐ/TU"}}
    asked = (await proposer.post("/v1/policy-edits", json=edit)).json()
    agreeing = sending(
        approver, f"/policy-edits/{asked['id']}/approvals", {"decisions": [PAPER]}, asked["version"]
    )
    acts = (agreeing, applying(approver, one))
    answers = await meanwhile(superuser, *(acts if edited_first else reversed(acts)))
    second = (412, "preview_stale") if edited_first else (409, "policy_edit_breaks_records")
    assert ended(answers) == [(200, None), second]
    assert await superuser.offences() == {}


async def test_a_rule_edited_while_a_restructuring_is_applied_is_what_it_is_judged_by(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "type": "affiliated_cell"}
    both = [str(world[name]) for name in ("health-1", "health-2")]
    joined = {"kind": "merge_consolidate", "sources": both, "into": "#new"}
    one = await agreed(proposer, approver, founding | {"name": "Chi bộ chung"}, joined)
    row = {"value": 9, "source": "12-QĐ/TU"}
    edit = {"key": "org.min_official_members", "period": {"from": "2024-01-01", "to": None}, "row": row}
    asked = (await proposer.post("/v1/policy-edits", json=edit)).json()
    path = f"/policy-edits/{asked['id']}/approvals"
    agreeing = sending(approver, path, {"decisions": [PAPER]}, asked["version"])
    answers = await meanwhile(superuser, agreeing, applying(approver, one))
    assert ended(answers) == [(200, None), (412, "preview_stale")]


@pytest.mark.parametrize("annulled_first", [True, False])
async def test_an_annulment_and_what_builds_on_it_at_the_same_moment_are_not_both_done(
    sign_in: SignIn, world: World, superuser: Superuser, annulled_first: bool
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "type": "affiliated_cell"}
    excuses = [{"rule": "R-ORG-10", "organization": "#new", "decision": PAPER}]
    first = await applied(proposer, approver, founding | {"name": "Chi bộ Khoa Dược"}, excuses=excuses)
    merge = {"kind": "merge_absorb", "sources": [str(world["health-2"])], "into": first["keys"]["#new"]}
    then = await agreed(proposer, approver, merge, on="2026-05-15")
    reason = {"reason": "Ghi nhầm đơn vị"}
    path = f"/{first['id']}/annulment"
    first = await post(proposer, f"{path}-proposals", reason, 200, first["version"])
    acts = (
        sending(approver, f"/restructurings{path}s", reason, first["version"]),
        applying(approver, then),
    )
    answers = await meanwhile(superuser, *(acts if annulled_first else reversed(acts)))
    second = (412, "preview_stale") if annulled_first else (409, "later_operations_depend")
    assert ended(answers) == [(200, None), second]
    assert await superuser.offences() == {}


async def test_who_is_found_late_while_a_choice_by_standing_is_applied_makes_the_preview_stale(
    sign_in: SignIn, world: World, superuser: Superuser
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    office = await sign_in("grassroots_office", "health")
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "type": "affiliated_cell"}
    parts = [{"to": "#new", "where": {"standings": ["probationary"]}}]
    split = {"kind": "split", "organization": str(world["health-1"]), "source_survives": True, "parts": parts}
    few = ("#new", str(world["health-1"]))
    excuses = [{"rule": "R-ORG-10", "organization": key, "decision": PAPER} for key in few]
    one = await agreed(proposer, approver, founding | {"name": "Chi bộ Trẻ"}, split, excuses=excuses)

    async def late() -> httpx.Response:
        header = "external_id,full_name,sex,birth_date,cell,standing,valid_from"
        line = "late,Hoàng Văn Muộn,male,1999-01-01,health-1,probationary,2026-01-01"
        return await send(office, "members", header, line)

    answers = await meanwhile(superuser, late, applying(approver, one))
    assert ended(answers) == [(201, None), (412, "preview_stale")]
    assert answers[0].json()["state"] == "applied"
    assert await superuser.offences() == {}


@pytest.mark.parametrize("kind", ["official", "temporary"])
async def test_nobody_is_received_into_a_cell_that_is_handed_over_at_the_same_moment(
    sign_in: SignIn, world: World, superuser: Superuser, kind: str
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    stay = {"purpose": "work", "expected_end": "2026-09-01"} if kind == "temporary" else {}
    sent = {"member_ids": [str(world["p4"])], "kind": kind, "introduced_on": "2026-03-02", **stay}
    to = {"to_organization_id": str(world["health-2"])}
    introduced = (await approver.post("/v1/transfers", json=sent | to)).json()["items"][0]
    path = f"/transfers/{introduced['transfer_id']}"
    version = (await approver.get(f"/v1{path}")).json()["version"]
    leaving = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Đảng bộ xã khác"}
    one = await agreed(proposer, approver, leaving)
    receiving = sending(approver, f"{path}/steps", {"step": "receive", "on": "2026-05-10"}, version)
    answers = await meanwhile(superuser, applying(approver, one), receiving)
    assert ended(answers) == [(200, None), (422, "invalid_request")]
    assert [one["code"] for one in answers[1].json()["errors"]] == ["cell_not_below_destination"]
    assert await superuser.offences() == {}


@pytest.mark.parametrize("consent_first", [True, False])
@pytest.mark.parametrize("step", ["consents", "edits", "returns"])
async def test_a_consent_and_another_step_at_the_same_moment_are_not_both_taken(
    sign_in: SignIn, world: World, superuser: Superuser, step: str, consent_first: bool
) -> None:
    proposer, board = await sign_in(UPPER, "bloc"), await sign_in(BOARD, "province")
    founding = {"kind": "establish", "key": "#new", "parent": str(world["bloc"]), "name": "Đảng bộ mới"}
    excuses = [{"rule": "R-ORG-10", "organization": "#new", "decision": PAPER | {"signed_on": "2024-05-01"}}]
    asked = {**founding, "type": "grassroots_committee"}
    one = await submitted(proposer, asked, on="2024-06-01", excuses=excuses)
    agreeing = {"digest": one["digest"]}
    other: Any = {"edits": document(asked, on="2024-06-01"), "returns": {"reason": "Sai"}}.get(step, agreeing)
    who = proposer if step == "edits" else board
    path, version = f"/restructurings/{one['id']}", one["version"]
    acts = (
        sending(board, f"{path}/consents", agreeing, version),
        sending(who, f"{path}/{step}", other, version),
    )
    answers = await meanwhile(superuser, *(acts if consent_first else reversed(acts)))
    first, second = [one.status_code for one in answers]
    assert first == 200 and second in (409, 412), [one.text for one in answers]
    read = (await proposer.get(f"/v1{path}")).json()
    assert len(read["taken"]) == 2  # the submission, and one of both
    assert [end["met"] for end in read["needs"] if end["part"] == "consents"] in (
        ([True],) if consent_first or step == "consents" else ([False], [])
    )
