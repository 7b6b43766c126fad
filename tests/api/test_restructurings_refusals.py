"""Restructurings refused: each by its own problem with rule, value and source, and nothing is changed by it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from acts import create_member
from conftest import SignIn
from make import Client, World
from restructured import BOARD, DAY, LATER, UPPER, agreed, document, machine, post, preview, step, submitted

EARLIER = "2024-06-01"
"""A day on which blocs and districts still have grassroots organizations."""

Measures = Callable[[Callable[[str], str]], list[dict[str, Any]]]
UNKNOWN = str(uuid4())


def absorb(world: World, source: str = "health-2", into: str = "health-1") -> dict[str, Any]:
    return {"kind": "merge_absorb", "sources": [str(world[source])], "into": str(world[into])}


def transfer(world: World, one: str, to: str) -> dict[str, Any]:
    return {"kind": "transfer", "organizations": [str(world[one])], "to": str(world[to])}


def begin(key: str, parent: str, type_: str = "affiliated_cell") -> dict[str, Any]:
    return {"kind": "establish", "key": key, "parent": parent, "type": type_, "name": "Chi bộ mới"}


async def placed(connection: asyncpg.Connection) -> list[Any]:
    """Where all organizations and members are believed to be."""
    return [
        *await connection.fetch(
            "SELECT organization_id, parent_id, valid FROM placement WHERE superseded_by IS NULL ORDER BY 1, 3"
        ),
        *await connection.fetch(
            "SELECT member_id, cell_id, valid FROM membership WHERE superseded_by IS NULL ORDER BY 1, 3"
        ),
    ]


REFUSED: list[tuple[str, str, str, Any, str, str, Measures]] = [
    # day, the conflict, its rule and value, where in the document, the source, what is asked
    (
        DAY, "organization_unknown", "R-RS-4", DAY, "/measures/0/sources/1", "design",
        lambda of: [{"kind": "merge_absorb", "sources": [of("health-2"), UNKNOWN], "into": of("health-1")}],
    ),
    (
        "2019-01-01", "organization_not_begun", "R-RS-4", "2019-01-01", "/measures/0/into", "design",
        lambda of: [{"kind": "merge_absorb", "sources": [of("health-2")], "into": of("health-1")}],
    ),
    (
        DAY, "members_left", "R-RS-3", 0, "/measures/0/organization", "design",
        lambda of: [
            {
                "kind": "dissolve",
                "organization": of("health-1"),
                "parts": [{"to": of("health-2"), "members": [of("p0"), of("p1")]}],
            }
        ],
    ),
    (
        DAY, "children_left", "R-RS-3", 0, "/measures/0/organization", "design",
        lambda of: [
            {
                "kind": "dissolve",
                "organization": of("town"),
                "parts": [{"to": of("health"), "children": []}],
            }
        ],
    ),
    (
        DAY, "placed_under_itself", "R-ORG-2", DAY, "/measures/0/sources/0", "design",
        lambda of: [{"kind": "merge_absorb", "sources": [of("health")], "into": of("health-1")}],
    ),
    (
        DAY, "placed_under_itself", "R-ORG-2", DAY, "/measures/0/organizations/0", "design",
        lambda of: [{"kind": "transfer", "organizations": [of("health")], "to": of("health-1")}],
    ),
    (
        DAY, "begun_and_ended", "R-RS-6", DAY, "/measures/1/organization", "design",
        lambda of: [begin("#new", of("health")), {"kind": "dissolve", "organization": "#new", "rest": of("health-1")}],
    ),
    (
        DAY, "place_not_allowed", "R-ORG-1", ..., "/measures/0", "...",
        lambda of: [begin("#new", of("bloc"), "grassroots_committee")],
    ),
    (
        DAY, "below_minimum", "R-ORG-10", 3, "/measures/0", "DL 21.2; 294 20.2.1",
        lambda of: [begin("#new", of("health"))],
    ),
    (
        DAY, "root_stays", "R-ORG-2", DAY, "/measures/0/organizations/0", "design",
        lambda of: [{"kind": "transfer", "organizations": [of("province")], "to": of("bloc")}],
    ),
    (
        DAY, "code_taken", "R-ORG-18", 1, "/measures/0/organization", "design",
        lambda of: [{"kind": "rename", "organization": of("health-1"), "code": "C-court"}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "code", "rule", "value", "pointer", "source", "measures"),
    REFUSED,
    ids=[f"{one[1]}-{place}" for place, one in enumerate(REFUSED)],
)
async def test_what_the_rules_do_not_allow_is_refused_by_its_own_problem_and_changes_nothing(
    sign_in: SignIn,
    world: World,
    connection: asyncpg.Connection,
    day: str,
    code: str,
    rule: str,
    value: Any,
    pointer: str,
    source: str,
    measures: Measures,
) -> None:
    client, before = await sign_in(BOARD, "province"), await placed(connection)
    asked = document(*measures(lambda name: str(world[name])), on=day)
    draft = await post(client, "", asked, 201)
    seen = await preview(client, draft)
    assert seen["blocked"]
    found = next(one for one in seen["conflicts"] if one["code"] == code)
    assert (found["severity"], found["pointer"], found["rule"]) == ("block", pointer, rule)
    refused = await step(client, draft, "submissions", 409, digest=seen["digest"])
    assert refused["type"] == "urn:dangbo:problem:rule-broken"
    first = seen["conflicts"][0]
    assert (refused["conflict"], refused["detail"]) == (first["code"], first["detail"])
    assert first["pointer"] in refused["detail"]
    assert (refused["rule"], refused.get("value"), refused["source"]) == (
        first["rule"],
        first["value"],
        first["source"],
    )
    assert [{**one, "detail": None} for one in refused["conflicts"]] == [
        {**one, "detail": None} for one in seen["conflicts"]
    ]
    if source != "...":
        assert (found["value"], found["source"]) == (value, source)
    else:
        assert found["source"]
    assert await placed(connection) == before


async def test_an_organization_that_nobody_knows_is_refused_with_the_draft(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(UPPER, "bloc")
    asked = document({"kind": "rename", "organization": UNKNOWN, "name": "Chi bộ"})
    refused = await post(client, "", asked, 422)
    assert [one["code"] for one in refused["errors"]] == ["unknown_organization"]
    foreign = document({"kind": "rename", "organization": str(world["town-1"]), "name": "Chi bộ"})
    assert (await post(client, "", foreign, 422))["errors"] == refused["errors"]


async def test_an_incomplete_draft_is_kept_and_its_preview_says_what_is_missing(sign_in: SignIn) -> None:
    client = await sign_in(UPPER, "bloc")
    draft = await post(client, "", {}, 201)
    assert draft["state"] == "draft" and draft["effective_on"] is None
    seen = await preview(client, draft)
    blocking = [one for one in seen["conflicts"] if one["severity"] == "block"]
    missing = {(one["code"], one["pointer"], one["rule"]) for one in blocking}
    assert missing == {
        ("no_effective_date", "/effective_on", "R-RS-1"),
        ("no_measures", "/measures", "R-RS-1"),
    }
    refused = await step(client, draft, "submissions", 409, digest=seen["digest"])
    assert refused["rule"] == "R-RS-1"
    (one,) = (await client.get("/v1/restructurings")).json()["items"]
    assert one["id"] == draft["id"] and one["kinds"] == []


async def test_only_what_was_previewed_as_it_is_asked_now_is_submitted(sign_in: SignIn, world: World) -> None:
    client = await sign_in(UPPER, "bloc")
    draft = await post(client, "", document(absorb(world)), 201)
    assert (await step(client, draft, "submissions", 412, digest="0" * 64))["code"] == "preview_over"
    seen = await preview(client, draft)
    edited = await post(client, f"/{draft['id']}/edits", document(absorb(world), on="2026-06-01"), 200, 1)
    assert (await step(client, edited, "submissions", 412, digest=seen["digest"]))["code"] == "preview_over"
    seen = await preview(client, edited)
    assert (await step(client, draft, "submissions", 412, digest=seen["digest"]))["code"] == "stale"
    assert (await step(client, edited, "submissions", digest=seen["digest"]))["state"] == "submitted"


# Two persons


async def test_who_proposed_neither_consents_nor_approves_nor_returns(sign_in: SignIn, world: World) -> None:
    proposer = await sign_in(UPPER, "bloc")
    one = await submitted(proposer, absorb(world))
    for path, said in (("approvals", {"digest": one["digest"]}), ("returns", {"reason": "Nhầm"})):
        refused = await step(proposer, one, path, 403, **said)
        assert (refused["code"], refused["rule"]) == ("two_persons_needed", "R-RS-9")
    steps = {open_["step"]: open_ for open_ in one["steps"]}
    assert not steps["approve"]["allowed"] and steps["approve"]["code"] == "two_persons_needed"
    assert steps["cancel"]["allowed"]


async def test_nobody_but_the_proposer_edits_submits_or_cancels(sign_in: SignIn, world: World) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), absorb(world))
    other = await sign_in(UPPER, "bloc")
    for path, said in (
        ("edits", document(absorb(world))),
        ("submissions", {"digest": one["digest"]}),
        ("cancellations", {"reason": "Nhầm"}),
    ):
        assert (await step(other, one, path, 403, **said))["code"] == "only_the_proposer_edits"


@pytest.mark.parametrize("taken", ["approve", "consent", "return"])
async def test_the_database_refuses_the_proposer_as_the_second_person(
    sign_in: SignIn, world: World, connection: asyncpg.Connection, taken: str
) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), absorb(world))
    with pytest.raises(asyncpg.CheckViolationError, match="two_actors"):
        await connection.execute(
            """
            INSERT INTO restructuring_step
                (restructuring_id, n, step, state, revision, actor_id, proposer_id, operation_id)
            SELECT id, 9, $2, 'approved', 1, proposer_id, proposer_id, operation_id FROM restructuring WHERE id = $1
            """,
            UUID(one["id"]),
            taken,
        )


async def test_a_machine_client_proposes_and_never_agrees_or_applies(sign_in: SignIn, world: World) -> None:
    system = await machine(sign_in, world, "bloc")
    assert (await submitted(system, absorb(world)))["state"] == "submitted"
    one = await submitted(await sign_in(UPPER, "bloc"), absorb(world))
    for path, said in (("approvals", {"digest": one["digest"]}), ("returns", {"reason": "Nhầm"})):
        refused = await step(system, one, path, 403, **said)
        assert (refused["code"], refused["rule"]) == ("machines_only_propose", "R-RS-9")
    one = await step(await sign_in(UPPER, "bloc"), one, "approvals")
    refused = await post(system, f"/{one['id']}/applications", None, 403, one["digest"])
    assert refused["code"] == "machines_only_propose"


async def test_who_gave_a_machine_client_its_key_is_no_second_person_to_what_it_proposes(
    sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "province", subject="keeper")
    await sign_in(UPPER, "bloc", subject="keeper")

    async def keeper(*asked: Any, **more: Any) -> Client:
        return admin if asked else await sign_in()

    system = await machine(keeper, world, "bloc")
    one = await submitted(system, absorb(world))
    assert (await step(admin, one, "approvals", 403))["code"] == "two_persons_needed"


# Whose word it needs


def needs(one: Any, world: World) -> set[tuple[str, str, bool]]:
    names = {str(key): name for name, key in world.organizations.items()}
    return {(names[end["organization_id"]], end["part"], end["met"]) for end in one["needs"]}


async def test_a_cell_that_goes_to_another_grassroots_organization_needs_the_senders_upper_and_the_receiver(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in("grassroots_office", "health")
    one = await submitted(proposer, transfer(world, "health-2", "town"))
    assert needs(one, world) == {("bloc", "decides", False), ("town", "accepts", False)}
    bloc = next(end["name"] for end in one["needs"] if end["part"] == "decides")
    sender, receiver = await sign_in(UPPER, "bloc"), await sign_in("grassroots_office", "town")
    bystander = await sign_in("grassroots_office", "health")
    assert (await step(bystander, one, "approvals", 403))["code"] == "word_of_others"
    one = await step(receiver, one, "approvals")
    assert one["state"] == "submitted"
    assert needs(one, world) == {("bloc", "decides", False), ("town", "accepts", True)}
    refused = await step(receiver, one, "approvals", 403)  # not the other end's word
    assert (refused["code"], refused["waits_for"]) == ("word_of_others", [bloc])
    assert bloc in refused["detail"]
    refused = await post(receiver, f"/{one['id']}/applications", None, 409, one["digest"])
    assert refused["code"] == "no_such_step"
    one = await step(sender, one, "approvals")
    assert one["state"] == "approved"
    assert needs(one, world) == {("bloc", "decides", True), ("town", "accepts", True)}
    one = await post(receiver, f"/{one['id']}/applications", None, 200, one["digest"])
    assert one["state"] == "applied" and one["operation_id"]


async def test_a_grassroots_organization_between_two_uppers_needs_the_province_and_the_receiver(
    sign_in: SignIn, world: World
) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), transfer(world, "health", "district"), on=EARLIER)
    assert needs(one, world) == {("province", "decides", False), ("district", "accepts", False)}
    assert (await step(await sign_in(UPPER, "bloc"), one, "approvals", 403))["code"] == "word_of_others"
    one = await step(await sign_in(UPPER, "district"), one, "approvals")
    assert one["state"] == "submitted"
    assert (await step(await sign_in(BOARD, "province"), one, "approvals"))["state"] == "approved"


async def test_a_provincial_office_speaks_for_both_ends(sign_in: SignIn, world: World) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), transfer(world, "health-2", "town"))
    assert (await step(await sign_in(BOARD, "province"), one, "approvals"))["state"] == "approved"


async def test_nothing_is_approved_before_the_consent_it_needs(sign_in: SignIn, world: World) -> None:
    paper = {"issuer": "Đảng ủy Khối", "number": "7-CV/ĐUK", "signed_on": "2024-05-01", "role": "exception"}
    founding = begin("#new", str(world["bloc"]), "grassroots_committee")
    excuse = {"rule": "R-ORG-10", "organization": "#new", "decision": paper}
    proposer, decider = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await submitted(proposer, founding, on=EARLIER, excuses=[excuse])
    assert needs(one, world) == {("bloc", "consents", False), ("bloc", "decides", False)}
    refused = await step(decider, one, "approvals", 409)
    assert (refused["code"], refused["rule"], refused["value"], refused["source"]) == (
        "consent_missing",
        "R-ORG-12",
        {"small_grassroots_committee": 30},
        "DL 21.5",
    )
    assert (await step(proposer, one, "consents", 403))["code"] == "two_persons_needed"
    assert (await step(await machine(sign_in, world, "bloc"), one, "consents", 403))[
        "code"
    ] == "machines_only_propose"
    one = await step(decider, one, "consents")
    assert one["state"] == "consented"
    assert (await step(decider, one, "approvals"))["state"] == "approved"


async def test_who_reaches_no_end_of_it_does_not_learn_of_it(sign_in: SignIn, world: World) -> None:
    proposer = await sign_in(UPPER, "bloc")
    one = await submitted(proposer, transfer(world, "health-2", "town"))
    seen = await preview(proposer, one)
    for role, place in (
        ("grassroots_office", "town"),
        ("auditor", "health-2"),
        ("inspection_committee", "bloc"),
    ):
        client = await sign_in(role, place)
        assert (await client.get(f"/v1/restructurings/{one['id']}")).status_code == 200, role
        assert [each["id"] for each in (await client.get("/v1/restructurings")).json()["items"]] == [
            one["id"]
        ]
    for role, place in (
        ("grassroots_office", "town-1"),
        (UPPER, "court"),
        ("admin", "province"),
        (None, None),
    ):
        client = await sign_in(role, place)
        for path in ("", f"/previews/{seen['id']}", f"/previews/{seen['id']}/rows"):
            answer = await client.get(f"/v1/restructurings/{one['id']}{path}")
            assert answer.status_code == 404, (role, place, path)
        await step(client, one, "approvals", 404)
        assert (await client.get("/v1/restructurings")).json()["items"] == []


async def test_who_sent_an_organization_away_reads_on_and_may_ask_it_back(
    sign_in: SignIn, world: World
) -> None:
    sender, receiver = (
        await sign_in("grassroots_office", "health"),
        await sign_in("grassroots_office", "town"),
    )
    one = await submitted(await sign_in(UPPER, "bloc"), transfer(world, "health-2", "town"))
    one = await step(await sign_in(BOARD, "province"), one, "approvals")
    await post(receiver, f"/{one['id']}/applications", None, 200, one["digest"])
    assert (await sender.get(f"/v1/organizations/{world['health-2']}")).status_code == 404
    read = (await sender.get(f"/v1/restructurings/{one['id']}")).json()
    assert (read["state"], read["document"]["measures"]) == ("applied", one["document"]["measures"])
    for asked in ({}, {"organization": str(world["health"])}, {"within": str(world["health"])}):
        listed = (await sender.get("/v1/restructurings", params=asked)).json()["items"]
        assert [each["id"] for each in listed] == [one["id"]], asked
    await step(sender, one, "annulment-proposals", 403, reason="Ghi nhầm đơn vị")
    back = await post(sender, f"/{one['id']}/reversals", {"effective_on": LATER, "reason": "Nhận lại"}, 201)
    assert back["document"]["measures"] == [transfer(world, "health-2", "health") | {"type": None}]
    bystander = await sign_in("grassroots_office", "court")
    assert (await bystander.get(f"/v1/restructurings/{one['id']}")).status_code == 404


async def test_a_superior_whose_word_it_did_not_need_annuls_nothing(sign_in: SignIn, world: World) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), transfer(world, "health", "district"), on=EARLIER)
    one = await step(await sign_in(BOARD, "province"), one, "approvals")
    one = await post(await sign_in(BOARD, "province"), f"/{one['id']}/applications", None, 200, one["digest"])
    former, receiver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "district")
    reason = {"reason": "Ghi nhầm đơn vị"}
    assert (await step(former, one, "annulment-proposals", 403, **reason))["code"] == "role_may_not"
    one = await step(receiver, one, "annulment-proposals", **reason)
    assert (await step(former, one, "annulments", 403, **reason))["code"] == "role_may_not"
    for client, waits in ((former, []), (await sign_in(BOARD, "province"), [one["id"]])):
        listed = await client.get("/v1/restructurings", params={"awaiting": True})
        assert [each["id"] for each in listed.json()["items"]] == waits


async def test_a_preview_shows_each_reader_what_leaves_and_what_comes_to_his_organizations(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in(UPPER, "bloc")
    one = await submitted(proposer, transfer(world, "health-2", "town"))
    seen = await preview(proposer, one)
    rows = f"/v1/restructurings/{one['id']}/previews/{seen['id']}/rows"
    shown = (await proposer.get(rows)).json()["items"]
    assert {row["thing"] for row in shown} >= {"organization", "member"}
    receiver = await sign_in("grassroots_office", "town")
    coming = (await receiver.get(rows)).json()["items"]
    assert [(row["thing"], row["effect"], row["id"]) for row in coming] == [
        ("organization", "moves", str(world["health-2"]))
    ]
    members = (await proposer.get(rows, params={"thing": "member"})).json()["items"]
    assert [(row["id"], row["effect"]) for row in members] == [(str(world["p3"]), "travels")]


# What happens meanwhile


async def test_a_member_who_joins_a_cell_that_is_emptied_makes_the_preview_stale(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await agreed(proposer, approver, absorb(world))
    newcomer = (await create_member(approver, world, "health-2"))["id"]
    before = await placed(connection)
    refused = await post(approver, f"/{one['id']}/applications", None, 412, one["digest"])
    assert (refused["type"], refused["code"]) == ("urn:dangbo:problem:stale", "preview_stale")
    (row,) = [row for row in refused["rows"] if row["thing"] == "member"]
    assert (row["now"], row["id"], row["full_name"]) == (
        True,
        newcomer,
        None,
    )  # no read is recorded of a refusal
    whence, whither = [
        (await proposer.get(f"/v1/organizations/{world[one]}")).json()["name"]
        for one in ("health-2", "health-1")
    ]
    assert (row["from_name"], row["to_name"]) == (whence, whither)
    assert await placed(connection) == before
    seen = await preview(proposer, one)
    one = await step(proposer, one, "submissions", digest=seen["digest"])
    one = await step(approver, one, "approvals")
    assert (await post(approver, f"/{one['id']}/applications", None, 200, one["digest"]))[
        "state"
    ] == "applied"


async def test_an_application_names_the_digest_that_was_approved(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await agreed(proposer, approver, absorb(world))
    path = f"/{one['id']}/applications"
    assert (await post(approver, path, None, 428))["code"] == "digest_required"
    assert (await post(approver, path, None, 422, 3))["errors"][0]["code"] == "digest_unknown"
    assert (await post(approver, path, None, 412, "0" * 64))["code"] == "other_digest"
    assert (await post(approver, path, None, 200, one["digest"]))["state"] == "applied"
    assert (await post(approver, path, None, 409, one["digest"]))["code"] == "no_such_step"


async def test_of_two_documents_about_one_organization_the_approved_one_comes_first(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    renaming = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Văn phòng Sở"}
    other = await post(proposer, "", document(renaming), 201)
    one = await submitted(proposer, absorb(world))
    (told,) = (each for each in (await preview(proposer, other))["conflicts"] if each["rule"] == "R-RS-7")
    assert (told["code"], told["severity"], told["value"]) == ("overlapping_document", "warn", one["id"])
    await step(approver, one, "approvals")
    seen = await preview(proposer, other)
    assert seen["blocked"]
    refused = await step(proposer, other, "submissions", 409, digest=seen["digest"])
    assert (refused["conflict"], refused["rule"], refused["value"]) == (
        "overlapping_document",
        "R-RS-7",
        one["id"],
    )


async def test_a_document_agreed_to_before_another_was_applied_is_stale(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    renaming = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Văn phòng Sở"}
    one = await submitted(proposer, absorb(world))
    other = await submitted(proposer, renaming)
    one = await step(approver, one, "approvals")
    refused = await step(approver, other, "approvals", 409)
    assert (refused["rule"], refused["value"], refused["records"]) == (
        "R-RS-7",
        one["id"],
        [str(world["health-2"])],
    )
    await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])
    other = await step(approver, other, "approvals")
    refused = await post(approver, f"/{other['id']}/applications", None, 412, other["digest"])
    assert refused["code"] == "preview_stale"
    assert "organization_ended" in {each["code"] for each in refused["conflicts"]}


async def test_an_edit_makes_it_a_draft_again_and_nothing_agreed_to_holds(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await agreed(proposer, approver, absorb(world))
    edited = await step(proposer, one, "edits", **document(absorb(world), on="2026-06-01"))
    assert (edited["state"], edited["revision"], edited["digest"], edited["needs"]) == ("draft", 2, None, [])
    for path in ("approvals", "consents"):
        refused = await step(approver, edited | {"digest": one["digest"]}, path, 409)
        assert refused["code"] == "no_such_step"
    assert (await post(approver, f"/{one['id']}/applications", None, 409, one["digest"]))[
        "code"
    ] == "no_such_step"
    seen = await preview(proposer, edited)
    again = await step(proposer, edited, "submissions", digest=seen["digest"])
    assert needs(again, world) == {("health", "decides", False)}
    stale = await step(approver, again | {"digest": one["digest"]}, "approvals", 412)
    assert stale["code"] == "other_digest"


async def test_what_is_returned_is_submitted_anew_and_what_is_cancelled_never(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await agreed(proposer, approver, absorb(world))
    one = await step(approver, one, "returns", reason="Chưa có biên bản")
    assert (one["state"], one["taken"][-1]["reason"]) == ("returned", "Chưa có biên bản")
    seen = await preview(proposer, one)
    one = await step(proposer, one, "submissions", digest=seen["digest"])
    assert needs(one, world) == {("health", "decides", False)}
    one = await step(proposer, one, "cancellations", reason="Không còn cần")
    assert (one["state"], one["steps"]) == ("cancelled", [])
    assert (await step(approver, one, "approvals", 409, digest=seen["digest"]))["code"] == "no_such_step"
    assert (await proposer.get(f"/v1/restructurings/{one['id']}")).json()["state"] == "cancelled"


async def test_a_step_on_what_was_read_before_another_step_is_stale(sign_in: SignIn, world: World) -> None:
    one = await submitted(await sign_in(UPPER, "bloc"), transfer(world, "health-2", "town"))
    await step(await sign_in("grassroots_office", "town"), one, "approvals")
    refused = await step(await sign_in(UPPER, "bloc"), one, "approvals", 412)
    assert (refused["type"], refused["current_version"]) == ("urn:dangbo:problem:stale", one["version"] + 1)


async def test_a_document_that_changes_nothing_is_stopped(sign_in: SignIn, world: World) -> None:
    proposer = await sign_in(UPPER, "bloc")
    same = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Văn phòng"}
    draft = await post(proposer, "", document(same), 201)
    seen = await preview(proposer, draft)
    assert (seen["blocked"], seen["conflicts"][0]["code"]) == (True, "changes_nothing")
    nowhere = {"kind": "transfer", "organizations": [str(world["health-2"])], "to": "#never-begun"}
    draft = await post(proposer, "", document(nowhere), 201)
    stopped = [
        one["code"] for one in (await preview(proposer, draft))["conflicts"] if one["severity"] == "block"
    ]
    assert stopped == ["key_unknown"]  # what it changes is not known yet
    empty = {"kind": "rename", "organization": str(world["health-2"])}
    refused = await post(proposer, "", document(empty), 422)
    assert refused["errors"][0]["code"] == "nothing_to_change"


async def test_a_choice_says_whom_it_means_and_tells_where_that_is_nobody(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in(UPPER, "bloc")

    def split(where: dict[str, Any]) -> dict[str, Any]:
        part = {"to": str(world["health-2"]), "where": where}
        cell = str(world["health-1"])
        return {
            "kind": "split",
            "organization": cell,
            "source_survives": True,
            "parts": [part],
            "rest": cell,
        }

    refused = await post(proposer, "", document(split({})), 422)
    assert refused["errors"][0]["code"] == "nothing_chosen"
    draft = await post(proposer, "", document(split({"workplaces": ["Trạm không có"]})), 201)
    told = {one["code"]: one["pointer"] for one in (await preview(proposer, draft))["conflicts"]}
    assert told["nobody_chosen"] == "/measures/0/parts/0/where"
    assert "changes_nothing" in told


async def test_an_applied_one_says_that_it_may_be_reversed(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await agreed(proposer, approver, absorb(world))
    one = await post(approver, f"/{one['id']}/applications", None, 200, one["digest"])
    assert {each["step"]: each["allowed"] for each in one["steps"]} == {
        "reverse": True,
        "propose_annulment": True,
    }
