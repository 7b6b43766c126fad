"""Edits of policies over HTTP: proposed by one, approved by another, with what they alter."""

from datetime import date, timedelta
from typing import Any

import pytest
from asyncpg import Connection, ForeignKeyViolationError, PostgresError
from asyncpg.exceptions import CheckViolationError
from conftest import SignIn, Statements
from make import BEGAN, CAUSE, Client, World, empower
from make import organization as make_organization
from structlog.testing import capture_logs

from app.db import Database
from app.domain.access import MACHINE_ISSUER, actor_of
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history, policies

KEY = "term.committee_months"
PAPER = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "12-QĐ/TU", "signed_on": "2024-05-20"}
BOARD = "provincial_organizing_board"


def edit(value: Any = 48, since: str = "2024-01-01", to: str | None = None, **others: Any) -> dict[str, Any]:
    period = {"from": since, "to": to}
    return {"key": KEY, "period": period, "row": {"value": value, "source": "12-QĐ/TU"}, **others}


async def post(client: Client, path: str, body: Any, status: int, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    answer = await client.post(f"/v1/policy-edits{path}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def propose(client: Client, status: int = 201, **said: Any) -> Any:
    return await post(client, "", edit(**said), status)


async def approve(client: Client, one: Any, status: int = 200, version: int | None = None) -> Any:
    body = {"decisions": [PAPER]}
    return await post(client, f"/{one['id']}/approvals", body, status, version or one["version"])


def allowed(edit: Any) -> list[str]:
    return [one["step"] for one in edit["steps"] if one["allowed"]]


async def value(client: Client, key: str = KEY, **params: Any) -> Any:
    answer = await client.get(f"/v1/policies/{key}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["value"]


async def test_an_edit_rules_once_another_person_approves_and_the_old_stays_readable(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    proposed = await propose(proposer, since="2024-01-01", to="2025-01-01", reason="Điều chỉnh nhiệm kỳ")
    assert (proposed["state"], proposed["scope"], proposed["unit"]) == ("pending", "national", "months")
    assert (proposed["version"], allowed(proposed)) == (1, ["withdraw"])
    assert await value(approver, on="2024-06-01") == 60
    before = (await approver.get(f"/v1/policies/{KEY}")).json()["known_at"]

    read = (await approver.get(f"/v1/policy-edits/{proposed['id']}")).json()
    assert allowed(read) == ["approve", "refuse"]
    altered = read["alteration"]
    assert (altered["days"], altered["organizations"], altered["records"]) == (366, 9, [])
    (period,) = altered["periods"]
    assert period["valid"] == {"from": "2024-01-01", "to": "2025-01-01"}
    assert (period["before"]["value"], period["before"]["source"]) == (60, "DL")
    assert (period["after"]["value"], period["after"]["source"]) == (48, "12-QĐ/TU")

    approved = await approve(approver, read)
    assert (approved["state"], approved["steps"], approved["version"]) == ("approved", [], 2)
    assert [await value(approver, on=day) for day in ("2023-12-31", "2024-01-01", "2025-01-01")] == [
        60,
        48,
        60,
    ]
    assert await value(approver, on="2024-06-01", known_at=before) == 60
    operations = (await approver.get("/v1/operations?order=newest&kind=policy_edit_approved")).json()["items"]
    (operation,) = [one for one in operations if one["changes"]["policy_edit"] == read["id"]]
    assert operation["actor"]["id"] == approved["closed_by"]["id"]
    assert operation["changes"]["proposer"] == proposed["proposed_by"]["id"]
    assert operation["decisions"] == [{**PAPER, "signatory": None, "role": "decision"}]
    again = (await approver.get(f"/v1/policy-edits/{proposed['id']}")).json()
    assert again["alteration"]["periods"] == altered["periods"]


async def test_nobody_approves_or_refuses_what_they_proposed_and_nobody_else_withdraws(
    sign_in: SignIn,
) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await propose(proposer)
    refused = await approve(proposer, one, 403)
    assert (refused["code"], refused["rule"]) == ("two_persons_needed", "R-POL-4")
    reason = {"reason": "Nhầm"}
    assert (await post(proposer, f"/{one['id']}/refusals", reason, 403, 1))["code"] == "two_persons_needed"
    refused = await post(other, f"/{one['id']}/withdrawals", reason, 403, 1)
    assert refused["code"] == "only_the_proposer_withdraws"
    withdrawn = await post(proposer, f"/{one['id']}/withdrawals", reason, 200, 1)
    assert (withdrawn["state"], withdrawn["closing_reason"]) == ("withdrawn", "Nhầm")
    closed = await approve(other, one, 409, 2)
    assert (closed["type"], closed["open_steps"]) == ("urn:dangbo:problem:step-refused", [])


async def test_an_approval_names_its_paper_and_the_version_that_was_read(sign_in: SignIn) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await propose(proposer)
    await post(other, f"/{one['id']}/approvals", {"decisions": []}, 422, 1)
    await post(other, f"/{one['id']}/approvals", {"decisions": [PAPER]}, 428)
    await approve(other, one, 412, version=7)


async def test_an_edit_of_the_same_key_meanwhile_makes_the_read_one_stale(sign_in: SignIn) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    first = await propose(proposer, since="2024-01-01", to="2025-01-01")
    second = await propose(proposer, since="2025-01-01")
    await approve(other, first)
    assert (await approve(other, second, 412))["current_version"] == 2
    read = (await other.get(f"/v1/policy-edits/{second['id']}")).json()
    approved = await approve(other, read)
    assert (approved["state"], approved["version"]) == ("approved", 3)
    assert (await other.get(f"/v1/policy-edits/{second['id']}")).json()["version"] == 3


async def test_two_edits_of_one_row_over_the_same_days_do_not_wait_at_once(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in(BOARD, "province")
    one = await propose(proposer, since="2024-01-01", to="2025-01-01")
    assert (await propose(proposer, 409, since="2024-12-31"))["code"] == "policy_edit_pending"
    await propose(proposer, since="2025-01-01")
    await propose(proposer, since="2024-01-01", organization_id=str(world["bloc"]))
    await post(proposer, f"/{one['id']}/withdrawals", {"reason": "Nhầm"}, 200, 1)
    await propose(proposer, since="2024-01-01", to="2025-01-01")


async def test_a_row_of_a_branch_alters_that_branch_alone(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    proposer, other = await sign_in("upper_organizing_board", "bloc"), await sign_in(BOARD, "province")
    said = edit(organization_id=str(world["bloc"]), row={"value": 30, "combine": "min", "source": "X"})
    one = await post(proposer, "", said, 201)
    assert (one["scope"], one["alteration"]["organizations"]) == ("organization", 5)
    async with statements() as executed:
        await other.get(f"/v1/policy-edits/{one['id']}")
    assert len([query for query in executed if not query.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]) == 3
    await approve(other, one)
    assert await value(other, organization=str(world["health"]), on="2024-06-01") == 30
    assert await value(other, organization=str(world["town"]), on="2024-06-01") == 60
    province = await propose(other, organization_id=str(world["province"]), value=20)
    assert (province["scope"], province["alteration"]["organizations"]) == ("province", 9)
    values = {one["before"]["value"] for one in province["alteration"]["periods"]}
    assert values == {60, 30}


async def test_the_boards_propose_within_their_reach_and_the_nation_is_of_the_root(
    sign_in: SignIn, world: World
) -> None:
    bloc = await sign_in("upper_organizing_board", "bloc")
    assert (await propose(bloc, 403))["code"] == "role_may_not"
    outside = await propose(bloc, 422, organization_id=str(world["town"]))
    assert outside["errors"][0]["code"] == "unknown_organization"
    auditor = await sign_in("auditor", "province")
    await propose(auditor, 403)
    one = await propose(await sign_in(BOARD, "province"))
    await approve(auditor, one, 403)
    assert (await bloc.get(f"/v1/policy-edits/{one['id']}")).status_code == 404
    assert (await bloc.get("/v1/policy-edits")).json()["items"] == []
    shown = (await auditor.get("/v1/policy-edits", params={"state": "pending", "key": KEY})).json()["items"]
    assert [item["id"] for item in shown] == [one["id"]]
    assert (await auditor.get("/v1/policy-edits?state=approved")).json()["items"] == []


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"key": "no.such.key"}, "/body/key", "policy_key_unknown"),
        ({"value": "48"}, "/body/row/value", "policy_value_kind"),
        ({"value": 601}, "/body/row/value", "policy_number_out_of_bounds"),
        ({"value": 60}, "/body/row", "nothing_to_change"),
        ({"since": "1950-01-01", "to": "1960-01-01", "row": None}, "/body/row", "nothing_to_change"),
        ({"since": "2024-01-01", "to": "2024-01-01"}, "/body/period", "period_empty"),
    ],
)
async def test_what_the_key_does_not_take_is_refused_at_its_place(
    sign_in: SignIn, said: dict[str, Any], pointer: str, code: str
) -> None:
    client = await sign_in(BOARD, "province")
    body = edit(**said)
    if said.get("value") == 60:
        body["row"]["source"] = "DL"
    refused = await post(client, "", body, 422)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [(pointer, code)]


async def test_a_limit_is_not_loosened_and_what_is_read_once_is_not_scoped(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(BOARD, "province")
    loose = edit(key="admission.decision_wd", organization_id=str(world["bloc"]))
    loose["row"] = {"value": 20, "combine": "replace", "source": "X"}
    refused = await post(client, "", loose, 422)
    assert refused["errors"][0]["code"] == "policy_combine"
    roots = edit(key="org.root_types", organization_id=str(world["bloc"]), value=["provincial"])
    assert (await post(client, "", roots, 422))["errors"][0]["code"] == "policy_is_national"


async def test_a_machine_client_proposes_and_a_person_approves(
    sign_in: SignIn, world: World, connection: Connection, database: Database
) -> None:
    admin, board = await sign_in("admin", "province"), await sign_in(BOARD, "province")
    made = await admin.post(
        "/v1/machine-clients", json={"name": "Hệ thống", "organization_id": str(world["province"])}
    )
    machine_id = made.json()["id"]
    key = (await admin.post(f"/v1/machine-clients/{machine_id}/keys", json={})).json()["key"]
    grant = {
        "actor": {"actor_id": machine_id},
        "role": BOARD,
        "organization_id": str(world["province"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    machine = await sign_in()
    machine.headers["Authorization"] = f"Bearer {key}"
    proposed = await propose(machine, since="2024-01-01", to="2025-01-01")
    other = await propose(board, since="2025-01-01")
    assert (await approve(machine, other, 403))["code"] == "machines_only_propose"
    assert (await approve(board, proposed))["state"] == "approved"


@pytest.mark.parametrize("gave_key", [False, True])
async def test_who_answers_for_a_machine_client_does_not_approve_what_it_proposed(
    sign_in: SignIn, world: World, gave_key: bool
) -> None:
    owner, other = await sign_in("admin", "province", "owner"), await sign_in("admin", "province")
    board = await sign_in(BOARD, "province", "owner")
    system = {"name": "Hệ thống", "organization_id": str(world["province"])}
    maker, giver = (other, owner) if gave_key else (owner, other)
    machine_id = (await maker.post("/v1/machine-clients", json=system)).json()["id"]
    key = (await giver.post(f"/v1/machine-clients/{machine_id}/keys", json={})).json()["key"]
    grant = {
        "actor": {"actor_id": machine_id},
        "role": BOARD,
        "organization_id": str(world["province"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await other.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    machine = await sign_in()
    machine.headers["Authorization"] = f"Bearer {key}"
    proposed = await propose(machine)
    seen = (await board.get(f"/v1/policy-edits/{proposed['id']}")).json()
    assert [(one["step"], one["code"]) for one in seen["steps"]] == [
        ("approve", "two_persons_needed"),
        ("refuse", "two_persons_needed"),
        ("withdraw", "only_the_proposer_withdraws"),
    ]
    assert (await approve(board, proposed, 403))["code"] == "two_persons_needed"
    third = await sign_in(BOARD, "province")
    assert allowed((await third.get(f"/v1/policy-edits/{proposed['id']}")).json()) == ["approve", "refuse"]
    assert (await approve(third, proposed))["state"] == "approved"


async def test_the_database_itself_wants_two_and_a_person(
    sign_in: SignIn, connection: Connection, database: Database
) -> None:
    board = await sign_in(BOARD, "province")
    one = await propose(board)
    machine = actor_of(MACHINE_ISSUER, "system")

    async def close(proposer: str, closer: str, state: str) -> None:
        async with database.writing() as unit:
            writing = await unit.begin()
            operation_id = await history.begin(writing, CAUSE, OperationKind.POLICY_EDIT_APPROVED, {})
            await writing.execute(
                "INSERT INTO policy_edit_closing VALUES ($1, $2, $3, $4, $5)",
                one["id"], proposer, closer, state, operation_id,
            )  # fmt: skip

    own = one["proposed_by"]["id"]
    with pytest.raises(CheckViolationError):
        await close(own, own, "approved")
    with pytest.raises(ForeignKeyViolationError):
        await close(str(CAUSE.actor.id), own, "approved")
    with pytest.raises(PostgresError):
        await close(own, str(machine.id), "approved")


async def test_of_two_edits_proposed_at_once_the_database_lets_one_wait(
    sign_in: SignIn, database: Database, connection: Connection
) -> None:
    one = await propose(await sign_in(BOARD, "province"))
    with pytest.raises(PostgresError) as refused:
        async with database.writing() as unit:
            writing = await unit.begin()
            operation_id = await history.begin(writing, CAUSE, OperationKind.POLICY_EDIT_PROPOSED, {})
            await writing.execute(
                "INSERT INTO policy_edit SELECT $1, $2, $3, key, scope, scope_id, valid, value, unit, combine, source,"
                " confidence FROM policy_edit WHERE id = $4",
                history.new_id(), operation_id, CAUSE.actor.id, one["id"],
            )  # fmt: skip
    assert getattr(refused.value, "constraint_name", None) == "one_pending_policy_edit"


async def test_a_catalogue_of_types_that_would_strand_members_is_not_approved(
    sign_in: SignIn, world: World
) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    key = "org.type_catalogue"
    types = await value(proposer, key, on="2024-01-01")
    types["affiliated_cell"]["holds_members"] = False
    one = await propose(proposer, key=key, value=types, since="2024-01-01", to="2025-01-01")
    (records,) = one["alteration"]["records"]
    assert (records["kind"], records["count"], records["organizations_count"]) == ("membership", 5, 3)
    refused = await approve(other, one, 409)
    assert (refused["code"], refused["rule"]) == ("policy_edit_breaks_records", "R-POL-5")
    assert (refused["records_count"], refused["source"]) == (5, "12-QĐ/TU")
    assert set(refused["records"]) == {str(world[name]) for name in ("health-1", "health-2", "town-1")}


async def test_a_matrix_without_links_that_stand_is_not_approved(sign_in: SignIn, world: World) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    key = "org.parent_matrix"
    matrix = await value(proposer, key, on=BEGAN.isoformat())
    matrix["parents"]["district"] = []
    one = await propose(proposer, key=key, value=matrix, since="2020-01-01", to="2021-01-01")
    (records,) = one["alteration"]["records"]
    assert (records["kind"], records["count"]) == ("placement", 1)
    assert records["organizations"] == [str(world["district"])]
    assert (await approve(other, one, 409))["code"] == "policy_edit_breaks_records"
    later = await propose(proposer, key=key, value=matrix, since="2022-01-01", to="2023-01-01")
    assert later["alteration"]["records"] == []


async def test_a_matrix_is_weighed_with_delegated_powers_and_from_the_day_of_another_type(
    sign_in: SignIn, world: World, database: Database
) -> None:
    law, later = date(2025, 7, 1), date(2025, 9, 1)
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        await empower(connection, operation_id, world["health"], Period(law))
        said = (connection, operation_id, world["health"])
        powered = await make_organization(*said, "grassroots_cell", "Chi bộ Một", life=Period(law))
        said = (connection, operation_id, world["town"])
        await make_organization(*said, "grassroots_cell", "Chi bộ Hai", life=Period(law))
        said = (connection, operation_id, world["province"])
        turned = await make_organization(*said, "grassroots_committee", "Đảng bộ Ba", life=Period(law))
        wanted = Wanted((turned,), Period(later), {"type": "grassroots_cell"})
        await facts.overwrite(connection, facts.ORGANIZATION_TYPE, operation_id, [wanted])
    proposer, key = await sign_in(BOARD, "province"), "org.parent_matrix"
    matrix = await value(proposer, key, on="2025-07-01")
    matrix["delegated_parents"]["grassroots_cell"] = []

    async def broken(since: date, to: str) -> list[str]:
        one = await propose(proposer, key=key, value=matrix, since=since.isoformat(), to=to)
        await post(proposer, f"/{one['id']}/withdrawals", {"reason": "Thử"}, 200, one["version"])
        records = one["alteration"]["records"]
        return sorted(key for found in records for key in found["organizations"])

    assert await broken(law, "2025-09-01") == [str(powered)]
    assert await broken(law + timedelta(days=1), "2025-09-01") == []
    matrix["parents"]["grassroots_cell"].remove("provincial")
    assert await broken(later, "2025-10-01") == [str(turned)]
    assert await broken(later + timedelta(days=1), "2025-10-01") == []


async def test_striking_out_a_row_leaves_the_days_unsaid(sign_in: SignIn) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await propose(proposer, since="2024-01-01", to="2024-02-01", row=None)
    assert (one["row"], one["alteration"]["periods"][0]["after"]) == (None, None)
    await approve(other, one)
    answer = await other.get(f"/v1/policies/{KEY}", params={"on": "2024-01-31"})
    assert answer.status_code == 404
    assert await value(other, on="2024-02-01") == 60


async def test_organizations_are_counted_as_they_are_on_the_first_day_that_differs(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        await make_organization(
            connection,
            operation_id,
            world["bloc"],
            "grassroots_cell",
            "Chi bộ Mới",
            life=Period(date(2024, 6, 1)),
        )
    client = await sign_in(BOARD, "province")
    assert (await propose(client, since="2024-05-31", to="2024-06-01"))["alteration"]["organizations"] == 9
    assert (await propose(client, since="2024-06-01"))["alteration"]["organizations"] == 10


async def test_a_release_leaves_edited_days_and_says_so(
    sign_in: SignIn, connection: Connection, database: Database
) -> None:
    proposer, other = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await propose(proposer, since="2024-01-01", to="2025-01-01")
    await approve(other, one)

    async def ship() -> tuple[int, list[Any]]:
        async with database.writing() as unit:
            with capture_logs() as logs:
                return await policies.ship(await unit.begin(), CAUSE), logs

    shipped, logs = await ship()
    assert shipped == 0
    assert [(log["key"], log["days"]) for log in logs] == [(KEY, ["[2024-01-01,2025-01-01)"])]
    async with database.writing() as unit:
        # What an older release said, over all days that it shipped.
        writing = await unit.begin()
        operation_id = await history.begin(writing, CAUSE, OperationKind.POLICIES_SHIPPED, {})
        said = {"scope": "national", "value": 24, "unit": "months", "combine": "replace", "source": "O",
                "confidence": "S"}  # fmt: skip
        nation = (KEY, NATION)
        outside = [Period(date(2011, 1, 19), date(2024, 1, 1)), Period(date(2025, 1, 1))]
        wanted = [Wanted(nation, period, said) for period in outside]
        await facts.overwrite(writing, facts.POLICY, operation_id, wanted)
    assert (await ship())[0] == 2
    assert [await value(other, on=day) for day in ("2023-12-31", "2024-01-01", "2025-01-01")] == [60, 48, 60]
    assert (await ship())[0] == 0


async def test_edits_page_in_the_order_of_proposal_and_filter(sign_in: SignIn, world: World) -> None:
    client = await sign_in(BOARD, "province")
    made = [
        (await propose(client, since=f"20{year}-01-01", to=f"20{year}-06-01"))["id"] for year in range(20, 25)
    ]
    first = (await client.get("/v1/policy-edits?limit=3&total=true")).json()
    second = (await client.get("/v1/policy-edits", params={"limit": 3, "after": first["next"]})).json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert (first["total"], second["next"]) == (5, None)
    within = await client.get("/v1/policy-edits", params={"within": str(world["bloc"])})
    assert within.json()["items"] == []
