"""An operation taken back: what it said is gone, what it took back is believed again, or nothing happens."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from acts import create_member, elected, establish
from conftest import RolledBack, SignIn, Statements
from make import TODAY, Client, World

from app.auth import DEVELOPMENT_ISSUER
from app.domain.access import actor_of
from app.domain.errors import RuleBroken
from app.domain.operation import OperationKind
from app.queries import facts
from app.services import history
from app.services.history import Cause
from app.services.reversal import reverse

BOARD = Cause(actor_of(DEVELOPMENT_ISSUER, "board"), TODAY)
MEMBERS = "external_id,full_name,citizen_id,cell,standing,valid_from"


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province", "board")


async def latest(connection: asyncpg.Connection) -> UUID:
    found: UUID = await connection.fetchval("SELECT id FROM operation ORDER BY recorded_at DESC LIMIT 1")
    return found


async def take_back(database: RolledBack, operation_id: UUID) -> UUID:
    async with database.writing() as unit:
        connection = await unit.begin()
        return await reverse(connection, BOARD, operation_id, OperationKind.MEMBER_CORRECTED, {})


async def refused(database: RolledBack, operation_id: UUID) -> list[UUID]:
    """The operations in the way."""
    with pytest.raises(RuleBroken) as caught:
        await take_back(database, operation_id)
    assert (caught.value.rule, caught.value.message) == ("R-REV-1", "later_operations_depend")
    return [UUID(one["id"]) for one in caught.value.facts["dependent_operations"]]


async def believed(connection: asyncpg.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that is believed, and what is derived from it, without the operations that said so."""
    said = {}
    for table in facts.TABLES:
        columns = ", ".join([*table.columns, "valid"])
        rows = await connection.fetch(
            f"SELECT {columns} FROM {table.name} WHERE superseded_by IS NULL ORDER BY {columns}"
        )
        said[table.name] = [tuple(map(str, row)) for row in rows]
    counted = await connection.fetch(
        "SELECT cell_id, standing, on_date, sum(n) FROM headcount_change"
        " GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3"
    )
    above = await connection.fetch(
        "SELECT organization_id, ancestor_id, depth, valid FROM organization_ancestry ORDER BY 1, 2, 4"
    )
    return said | {"headcounts": [tuple(row) for row in counted], "ancestry": [tuple(row) for row in above]}


async def write(client: Client, address: str, document: dict[str, Any]) -> dict[str, Any]:
    """Write at the version the thing now has."""
    thing = address.rpartition("/")[0]
    etag = (await client.get(thing)).headers["etag"]
    answer = await client.post(address, json=document, headers={"If-Match": etag})
    assert answer.is_success, answer.text
    return answer.json()


async def newcomer(board: Client, world: World, **more: Any) -> str:
    number = {"kind": "citizen_id", "number": "030085001234"}
    made = await create_member(board, world, since="2024-01-01", identifiers=[number], **more)
    found: str = made["id"]
    return found


async def imported_cell(board: Client, connection: asyncpg.Connection) -> tuple[UUID, UUID]:
    """A cell that a file brought, and the operation."""
    sent = {"kind": "organizations", "mode": "apply", "system": "test"}
    lines = (
        "external_id,parent,code,type,name,valid_from\n"
        "health-3,health,C-h3,affiliated_cell,Chi bộ Khoa Dược,2024-01-01\n"
    )
    csv = {"Content-Type": "text/csv"}
    answer = await board.post("/v1/imports", params=sent, content=lines.encode(), headers=csv)
    assert answer.json()["state"] == "applied", answer.text
    cell_id = await connection.fetchval(
        "SELECT organization_id FROM organization_external_id WHERE external_id = 'health-3'"
    )
    return cell_id, await latest(connection)


async def test_a_created_member_is_one_no_longer(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    before = await believed(connection)
    member_id = await newcomer(board, world)
    reversing_id = await take_back(database, await latest(connection))
    assert await believed(connection) == before
    assert (await board.get(f"/v1/members/{member_id}")).status_code == 404
    operation = (await board.get(f"/v1/operations/{reversing_id}")).json()
    assert operation["members"]["ids"] == [member_id]
    again = await newcomer(board, world)  # the number is free again
    assert again != member_id


async def test_a_created_member_stays_while_anything_later_names_them(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    member_id = await newcomer(board, world)
    created = await latest(connection)
    number = {"identifiers": [{"kind": "card_number", "number": "04.123456"}], "effective_on": "2024-02-01"}
    await write(board, f"/v1/members/{member_id}/changes", number)
    changed = await latest(connection)
    assert await refused(database, created) == [changed]
    await establish(board, world, seats=[elected(member_id, "secretary")])
    seated = await latest(connection)
    assert await refused(database, created) == [seated, changed]
    await take_back(database, seated)
    await take_back(database, changed)
    await take_back(database, created)
    assert (await board.get(f"/v1/members/{member_id}")).status_code == 404


async def test_a_change_is_taken_back_to_what_was_said_before(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    before = await believed(connection)
    moved = {"effective_on": "2024-03-01", "cell_id": str(world["health-2"]), "occupation": "Bác sĩ"}
    await write(board, f"/v1/members/{world['p0']}/changes", moved)
    change = await latest(connection)
    known_at = (await board.get(f"/v1/operations/{change}")).json()["recorded_at"]
    await take_back(database, change)
    assert await believed(connection) == before
    then = await board.get(f"/v1/members/{world['p0']}", params={"known_at": known_at})
    assert then.json()["cell"]["id"] == str(world["health-2"])
    assert len(await refused(database, change)) == 1  # by what took it back


async def test_what_was_changed_again_since_is_not_taken_back_until_that_is(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    before = await believed(connection)
    address = f"/v1/members/{world['p0']}/changes"
    await write(board, address, {"effective_on": "2024-03-01", "occupation": "Bác sĩ"})
    first = await latest(connection)
    await write(board, address, {"effective_on": "2025-03-01", "occupation": "Trưởng khoa"})
    second = await latest(connection)
    assert await refused(database, first) == [second]
    await take_back(database, second)
    await take_back(database, first)
    assert await believed(connection) == before


async def test_a_change_of_something_else_hinders_nothing(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    address = f"/v1/members/{world['p0']}/changes"
    await write(board, address, {"effective_on": "2024-03-01", "occupation": "Bác sĩ"})
    first = await latest(connection)
    await write(board, address, {"effective_on": "2025-03-01", "cell_id": str(world["health-2"])})
    await take_back(database, first)
    member = (await board.get(f"/v1/members/{world['p0']}")).json()
    assert (member["occupation"], member["cell"]["id"]) == (None, str(world["health-2"]))


async def test_days_written_since_are_not_believed_again(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    number = {"identifiers": [{"kind": "card_number", "number": "04.123456"}], "effective_on": "2024-02-01"}
    await write(board, f"/v1/members/{world['p0']}/changes", number)
    struck_out = {
        "fact": "identifier",
        "kind": "card_number",
        "period": {"from": "2024-02-01"},
        "value": None,
        "reason": "Nhập nhầm",
    }
    await write(board, f"/v1/members/{world['p0']}/corrections", struck_out)
    correction = await latest(connection)
    await write(board, f"/v1/members/{world['p1']}/changes", number)  # the number is another's now
    taken = await latest(connection)
    assert await refused(database, correction) == [taken]
    await take_back(database, taken)
    await take_back(database, correction)
    read = (await board.get(f"/v1/members/{world['p0']}")).json()
    assert [one["kind"] for one in read["identifiers"]] == ["card_number"]


async def test_an_exit_with_its_ballot_and_the_seat_it_ended_is_taken_back(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    member_id = await newcomer(board, world)
    await establish(board, world, seats=[elected(member_id, "secretary")])
    before = await believed(connection)
    voted = {"step": "cell", "organization_id": str(world["health-1"]), "held_on": "2024-02-01"}
    left = {
        "effective_on": "2024-03-01",
        "exit_reason": "removed",
        "ballots": [voted | {"summoned": 4, "in_favour": 3}],
    }
    await write(board, f"/v1/members/{member_id}/exits", left)
    exit_ = await latest(connection)
    assert len((await believed(connection))["ballot"]) == len(before["ballot"]) + 1
    await take_back(database, exit_)
    assert await believed(connection) == before


async def test_an_organization_with_members_since_is_not_taken_back(
    board: Client, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    before = await believed(connection)
    cell_id, made = await imported_cell(board, connection)
    await newcomer(board, world, cell_id=str(cell_id))
    came = await latest(connection)
    assert await refused(database, made) == [came]
    await take_back(database, came)
    await take_back(database, made)
    assert await believed(connection) == before


async def test_an_import_is_taken_back_in_as_many_statements_for_a_thousand_rows_as_for_one(
    board: Client,
    database: RolledBack,
    connection: asyncpg.Connection,
    world: World,
    statements: Statements,
) -> None:
    before = await believed(connection)
    counts = []
    for rows in (1, 1000):
        lines = [
            f"r{rows}-{n},Lê Văn Tám,{n + 30_000_000_000:012},health-1,official,2024-01-01"
            for n in range(rows)
        ]
        sent = {"kind": "members", "mode": "apply", "system": "test"}
        content = "\n".join([MEMBERS, *lines, ""]).encode()
        csv = {"Content-Type": "text/csv"}
        imported = (await board.post("/v1/imports", params=sent, content=content, headers=csv)).json()
        assert imported["counts"]["created"] == rows, imported
        imported_by = await latest(connection)
        async with statements() as executed:
            await take_back(database, imported_by)
        counts.append(len(executed))
        assert await believed(connection) == before
    assert counts[0] == counts[1] <= 39, counts


async def test_an_organization_that_a_policy_edit_is_for_is_not_taken_back_until_that_is_closed(
    board: Client, database: RolledBack, connection: asyncpg.Connection
) -> None:
    before = await believed(connection)
    cell_id, made = await imported_cell(board, connection)
    async with database.writing() as unit:
        writing = await unit.begin()
        proposed = await history.begin(writing, BOARD, OperationKind.POLICY_EDIT_PROPOSED, {})
        edit_id = history.new_id()
        await writing.execute(
            "INSERT INTO policy_edit (id, operation_id, proposer_id, key, scope, scope_id, valid)"
            " VALUES ($1, $2, $3, 'reports.due', 'organization', $4, '[2025-01-01,)')",
            edit_id,
            proposed,
            BOARD.actor.id,
            cell_id,
        )
    assert await refused(database, made) == [proposed]
    async with database.writing() as unit:
        writing = await unit.begin()
        closed = await history.begin(writing, BOARD, OperationKind.POLICY_EDIT_WITHDRAWN, {})
        await writing.execute(
            "INSERT INTO policy_edit_closing (id, proposer_id, closer_id, state, operation_id)"
            " VALUES ($1, $2, $2, 'withdrawn', $3)",
            edit_id,
            BOARD.actor.id,
            closed,
        )
    await take_back(database, made)
    assert await believed(connection) == before


async def test_an_organization_with_a_machine_client_of_its_own_is_not_taken_back_until_its_keys_are(
    sign_in: SignIn, board: Client, database: RolledBack, connection: asyncpg.Connection
) -> None:
    cell_id, made = await imported_cell(board, connection)
    admin = await sign_in("admin", "province")
    document = {"name": "HSĐV", "organization_id": str(cell_id)}
    client = f"/v1/machine-clients/{(await admin.post('/v1/machine-clients', json=document)).json()['id']}"
    key = (await admin.post(f"{client}/keys", json={})).json()["id"]
    assert await refused(database, made) == [await latest(connection)]
    revoked = await admin.post(f"{client}/keys/{key}/revocations", json={"reason": "Thử"})
    assert revoked.is_success, revoked.text
    await take_back(database, made)


async def test_grants_are_taken_back_but_never_the_last_that_administers_the_register(
    sign_in: SignIn, database: RolledBack, connection: asyncpg.Connection, world: World
) -> None:
    admin = await sign_in("admin", "province")
    before = await believed(connection)
    for place in ("health", "province"):
        holder = {"issuer": DEVELOPMENT_ISSUER, "subject": f"second-{place}"}
        given = {
            "actor": holder,
            "role": "admin",
            "organization_id": str(world[place]),
            "valid": {"from": "2026-06-01"},
        }
        answer = await admin.post("/v1/grants", json={"grants": [given]})
        assert answer.is_success, answer.text
        await take_back(database, await latest(connection))
        assert await believed(connection) == before
    answer = await admin.post("/v1/grants", json={"grants": [given]})
    assert answer.is_success, answer.text
    only = await latest(connection)
    async with database.writing() as unit:
        writing = await unit.begin()
        ending = await history.begin(writing, BOARD, OperationKind.GRANT_CORRECTED, {})
        await writing.execute(
            "UPDATE access_grant SET superseded_by = $1 WHERE superseded_by IS NULL AND role = 'admin'"
            " AND organization_id = $2 AND operation_id <> $3",
            ending,
            world["province"],
            only,
        )
    with pytest.raises(RuleBroken) as caught:
        await take_back(database, only)
    assert (caught.value.rule, caught.value.message) == ("R-ACC-1", "last_admin")


async def test_a_policy_is_not_taken_back_with_what_said_it(
    database: RolledBack, connection: asyncpg.Connection
) -> None:
    said = await connection.fetchval("SELECT operation_id FROM policy LIMIT 1")
    with pytest.raises(RuleBroken) as caught:
        await take_back(database, said)
    assert (caught.value.rule, caught.value.message) == ("R-POL-4", "policy_not_reversed")
