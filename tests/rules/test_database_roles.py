"""Who may touch what in the database, read from its catalogs, and tried: history can be added to, never edited."""

from collections.abc import AsyncIterator, Mapping

import asyncpg
import pytest
from make import CAUSE, World

from app.bootstrap import Urls
from app.config import Settings
from app.db import Database, speak
from app.domain.operation import OperationKind
from app.queries import facts
from app.queries.history import seal
from app.services import history

FACT = "INSERT SELECT UPDATE(superseded_by)"
APPENDED = "INSERT SELECT"

APPLICATION: Mapping[str, str] = {
    "absence": FACT,
    "access_grant": FACT,
    "activity": FACT,
    "actor": APPENDED,
    "alembic_version": "SELECT",
    "api_key": FACT,
    "ballot": FACT,
    "committee": FACT,
    "correction_proposal": APPENDED,
    "correction_proposal_closing": APPENDED,
    "decision": APPENDED,
    "headcount_change": APPENDED,
    "hold": FACT,
    "lineage": FACT,
    "roll_destination": FACT,
    "idempotency": "DELETE INSERT SELECT",
    "identifier": FACT,
    "import": APPENDED,
    "import_error": APPENDED,
    "import_reversal": APPENDED,
    "import_suggestion": "DELETE INSERT SELECT",
    "job": "INSERT SELECT UPDATE(attempts) UPDATE(done) UPDATE(ended_at) UPDATE(phase) UPDATE(problem) UPDATE(total)",
    "meeting": FACT,
    "member": "INSERT SELECT UPDATE(version)",
    "member_external_id": FACT,
    "member_distinction": FACT,
    "paper_distinction": FACT,
    "member_merge": FACT,
    "membership": FACT,
    "notice": APPENDED,
    "notice_closing": APPENDED,
    "notice_match": APPENDED,
    "notice_person": "DELETE INSERT SELECT",
    "operation": "INSERT(actor_id) INSERT(changes) INSERT(effective_on) INSERT(id) INSERT(kind) INSERT(reason)"
    " INSERT(request_id) SELECT UPDATE(recorded_at)",
    "operation_decision": APPENDED,
    "operation_member": APPENDED,
    "operation_organization": APPENDED,
    "organization": "INSERT SELECT UPDATE(version)",
    "organization_ancestry": "DELETE INSERT SELECT",
    "organization_authority": FACT,
    "organization_code": FACT,
    "organization_external_id": FACT,
    "organization_name": FACT,
    "organization_opening": FACT,
    "organization_sector": FACT,
    "organization_type": FACT,
    "person": FACT,
    "placement": FACT,
    "policy": FACT,
    "policy_edit": APPENDED,
    "policy_edit_closing": APPENDED,
    "recorded_read": " ".join(
        f"INSERT({column})"
        for column in (
            "actor_id",
            "count",
            "fields",
            "file",
            "id",
            "member_id",
            "purpose",
            "query_hash",
            "request_id",
            "route",
        )
    )
    + " SELECT",
    "resolution": FACT,
    "restructuring": APPENDED,
    "restructuring_organization": APPENDED,
    "restructuring_preview": "DELETE INSERT SELECT",
    "restructuring_preview_row": "DELETE INSERT SELECT",
    "restructuring_revision": APPENDED,
    "restructuring_step": APPENDED,
    "seat": FACT,
    "transfer": FACT,
    "transfer_paper": APPENDED,
}
"""All that the application may do to each table: add and read; update what is set once; delete what is derived
or expires."""

VIEWS = {"catalogue_life": "SELECT", "cell_life": "SELECT", "organization_life": "SELECT"}

UNREADABLE = {"idempotency"}
"""Stored answers hold what their askers saw: the reader does not see them."""

FACTS = sorted([*(table.name for table in facts.TABLES), "api_key"])
"""A key of a machine client is said and taken back like a fact."""


@pytest.fixture
async def reader(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.reader)
    yield connection
    await connection.close()


async def _rights(connection: asyncpg.Connection, role: str) -> dict[str, str]:
    """Every relation of the schema with the role's rights on it and on single columns of it."""
    rows = await connection.fetch(
        """
        SELECT c.relname, string_agg(r.name, ' ' ORDER BY r.name) AS rights
        FROM pg_class c, LATERAL (
            SELECT a.privilege_type AS name FROM aclexplode(c.relacl) a WHERE a.grantee IN (0, $1::text::regrole)
            UNION ALL
            SELECT format('%s(%s)', a.privilege_type, col.attname)
            FROM pg_attribute col, aclexplode(col.attacl) a
            WHERE col.attrelid = c.oid AND a.grantee IN (0, $1::text::regrole)
        ) r
        WHERE c.relnamespace = 'public'::regnamespace GROUP BY c.relname
        """,
        role,
    )
    return {row["relname"]: row["rights"] for row in rows}


async def test_the_application_may_do_to_each_table_exactly_this(connection: asyncpg.Connection) -> None:
    assert await _rights(connection, "dangbo_application") == {**APPLICATION, **VIEWS}


async def test_the_reader_may_read_and_nothing_else(connection: asyncpg.Connection) -> None:
    readable = dict.fromkeys(APPLICATION.keys() - UNREADABLE, "SELECT") | VIEWS
    assert await _rights(connection, "dangbo_reader") == readable


async def test_everything_belongs_to_the_migrator(connection: asyncpg.Connection) -> None:
    owners = await connection.fetch(
        """
        SELECT DISTINCT owner::regrole::text AS role FROM (
            SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL
            SELECT datdba FROM pg_database WHERE datname = current_database()
            UNION ALL
            SELECT p.proowner FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
                SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        ) owned
        """
    )
    assert [row["role"] for row in owners] == ["dangbo_migrator"]


@pytest.mark.parametrize("role", ["dangbo_application", "dangbo_reader", "dangbo_migrator"])
async def test_no_role_of_the_service_has_a_power_of_its_own(
    connection: asyncpg.Connection, role: str
) -> None:
    powers = await connection.fetchrow(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = $1",
        role,
    )
    assert not any(powers)
    assert not await connection.fetch(
        "SELECT FROM pg_auth_members WHERE member = $1::text::regrole OR roleid = $1::text::regrole", role
    )


@pytest.mark.parametrize("role", ["dangbo_application", "dangbo_reader"])
async def test_the_service_can_make_nothing_in_the_database(
    connection: asyncpg.Connection, role: str
) -> None:
    assert not await connection.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", role)
    assert not await connection.fetchval(
        "SELECT has_database_privilege($1, current_database(), 'CREATE')", role
    )


async def test_one_function_alone_runs_as_the_owner_and_the_application_alone_may_call_it(
    connection: asyncpg.Connection,
) -> None:
    definers = await connection.fetch(
        "SELECT proname, proconfig, has_function_privilege('dangbo_application', oid, 'EXECUTE') AS application,"
        " has_function_privilege('dangbo_reader', oid, 'EXECUTE') AS reader FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert [tuple(row) for row in definers] == [
        ("refresh_statistics", ["search_path=public, pg_temp"], True, False)
    ]


async def test_statistics_are_refreshed_of_every_table_of_facts(
    connection: asyncpg.Connection, world: World
) -> None:
    await _fact_of_each_table(connection, world)
    await connection.execute("SELECT refresh_statistics()")
    unknown = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relname = ANY($1) AND reltuples < 1",
        [table.name for table in facts.TABLES],
    )
    assert unknown == []


async def _refused(connection: asyncpg.Connection, statement: str, *arguments: object) -> str:
    """How the database refuses the statement: the constraint's name, or that the right is missing."""
    with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)) as refusal:
        async with connection.transaction():
            await connection.execute(statement, *arguments)
    return getattr(refusal.value, "constraint_name", None) or "no right"


@pytest.mark.parametrize("table", FACTS)
async def test_no_fact_can_be_edited_moved_to_another_operation_or_removed(
    connection: asyncpg.Connection, table: str
) -> None:
    columns = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
        " AND column_name <> 'superseded_by' AND is_identity = 'NO'",
        table,
    )
    assert "operation_id" in {row["column_name"] for row in columns}
    for row in columns:
        name = row["column_name"]
        assert await _refused(connection, f"UPDATE {table} SET {name} = {name}") == "no right"
    assert await _refused(connection, f"DELETE FROM {table}") == "no right"
    assert await _refused(connection, f"TRUNCATE {table} CASCADE") == "no right"


async def _operation(connection: asyncpg.Connection) -> object:
    return await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})


async def _fact_of_each_table(connection: asyncpg.Connection, world: World) -> dict[str, object]:
    """One believed fact of every table; what the small register lacks is said in a sealed operation."""
    operation_id = await _operation(connection)
    p0, court, province = world["p0"], world["court"], world["province"]
    pair = ", ".join(f"'{one}'" for one in sorted((p0, world["p1"])))
    lacking = (
        ("activity", "member_id, status", f"'{p0}', 'exempted'"),
        ("hold", "hold_id, member_id, ground", f"gen_random_uuid(), '{p0}', 'complaint'"),
        (
            "transfer",
            "transfer_id, member_id, kind, from_cell_id, to_outside, state, step, introduced_on, open_member_id",
            f"gen_random_uuid(), '{p0}', 'official', '{court}', 'A', 'introduced', 'introduce', '2023-01-01', '{p0}'",
        ),
        ("identifier", "member_id, kind, number, number_space", f"'{p0}', 'citizen_id', '03', '{province}'"),
        (
            "organization_authority",
            "organization_id, kind",
            f"'{court}', 'authorised_to_admit_and_expel'",
        ),
        ("member_distinction", "distinction_id, one_id, other_id", f"gen_random_uuid(), {pair}"),
        (
            "paper_distinction",
            "distinction_id, member_id, system, external_id",
            f"gen_random_uuid(), '{p0}', 'hr', '1'",
        ),
        ("member_merge", "merge_id, survivor_id, duplicate_id", f"gen_random_uuid(), {pair}"),
        ("organization_sector", "organization_id, sector", f"'{court}', 'hospital'"),
        (
            "lineage",
            "lineage_id, source_id, target_id, kind, share, whole, measure",
            f"gen_random_uuid(), '{court}', '{court}', 'split_into', 1, 1, 0",
        ),
        ("roll_destination", "cell_id, destination_id", f"'{court}', '{world['health-1']}'"),
    )
    for table, columns, values in lacking:
        await connection.execute(
            f"INSERT INTO {table} ({columns}, valid, operation_id) VALUES ({values}, '[2023-01-01,)', $1)",
            operation_id,
        )
    committee_id, term = history.new_id(), "[2023-01-01,2028-01-01)"
    await connection.execute(
        "INSERT INTO committee (committee_id, organization_id, kind, term, origin, size, valid, operation_id)"
        f" VALUES ($1, '{court}', 'executive', '2023-2028', 'congress', 1, '{term}', $2)",
        committee_id,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO seat (seat_id, committee_id, member_id, title, basis, valid, operation_id)"
        f" VALUES (gen_random_uuid(), $1, '{p0}', 'secretary', 'elected', '{term}', $2)",
        committee_id,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO ballot (ballot_id, question, member_id, step, organization_id, summoned, left_out, in_favour,"
        " valid, operation_id) VALUES ($2, 'exit', $3, 'cell', $4, 3, '{}', 3, '[2023-01-01,2023-01-02)', $1)",
        operation_id,
        history.new_id(),
        p0,
        court,
    )
    meeting_id, day = history.new_id(), "[2023-05-04,2023-05-05)"
    await connection.execute(
        "INSERT INTO meeting (meeting_id, organization_id, body, kind, month, valid, operation_id)"
        f" VALUES ($1, '{court}', 'cell', 'regular', '2023-05-01', '{day}', $2)",
        meeting_id,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO absence (meeting_id, member_id, reason, valid, operation_id)"
        f" SELECT $1, member_id, 'ill', '{day}', $2 FROM membership WHERE cell_id = '{court}' LIMIT 1",
        meeting_id,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO resolution (meeting_id, number, title, share, summoned, left_out, in_favour, valid, operation_id)"
        f" VALUES ($1, 1, 'Nghị quyết', 'two_thirds', 3, '{{}}', 3, '{day}', $2)",
        meeting_id,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO api_key (id, actor_id, hash, operation_id) VALUES ($1, $2, '\\x00', $3)",
        history.new_id(),
        CAUSE.actor.id,
        operation_id,
    )
    await seal(connection)
    return {
        table: await connection.fetchval(f"SELECT id FROM {table} WHERE superseded_by IS NULL LIMIT 1")
        for table in FACTS
    }


async def test_a_fact_is_taken_back_once_and_by_an_operation_that_is_not_yet_known(
    connection: asyncpg.Connection, world: World
) -> None:
    rows = await _fact_of_each_table(connection, world)
    sealed = await connection.fetchval("SELECT id FROM operation WHERE recorded_at IS NOT NULL LIMIT 1")
    for table, row in rows.items():
        assert row is not None, table
        take_back = f"UPDATE {table} SET superseded_by = $1 WHERE id = $2"
        assert await _refused(connection, take_back, sealed, row) == "of_open_operation"
        # Membership and places may be without a successor here: the guards would speak at the sealing.
        await connection.execute(take_back, await _operation(connection), row)
        again = await _operation(connection)
        assert await _refused(connection, take_back, again, row) == "only_once"
        assert await _refused(connection, take_back, None, row) == "only_once"


async def test_nothing_is_added_to_an_operation_that_is_known(
    connection: asyncpg.Connection, world: World
) -> None:
    rows = await _fact_of_each_table(connection, world)
    sealed = await connection.fetchval("SELECT id FROM operation ORDER BY recorded_at DESC LIMIT 1")
    await connection.execute("SET CONSTRAINTS ALL DEFERRED")
    for table, row in rows.items():
        columns = await connection.fetchval(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = $1 AND column_name NOT IN ('id', 'superseded_by', 'operation_id', 'hash')",
            table,
        )
        own = ("id, hash,", "gen_random_uuid(), '\\x01',") if table == "api_key" else ("", "")
        copy = (
            f"INSERT INTO {table} ({own[0]} {columns}, operation_id)"
            f" SELECT {own[1]} {columns}, $1 FROM {table} WHERE id = $2"
        )
        assert await _refused(connection, copy, sealed, row) == "of_open_operation"
    for table, values in (
        ("operation_organization (operation_id, organization_id, path)", f"'{world['court']}', '{{}}'"),
        ("operation_member (operation_id, member_id)", f"'{world['p0']}'"),
    ):
        assert (
            await _refused(connection, f"INSERT INTO {table} VALUES ($1, {values})", sealed)
            == "of_open_operation"
        )


async def test_an_operation_is_sealed_once_and_its_words_stay(connection: asyncpg.Connection) -> None:
    for change in ("recorded_at = NULL", "recorded_at = recorded_at + interval '1 day'"):
        assert await _refused(connection, f"UPDATE operation SET {change}") == "only_once"
    for column in ("id", "kind", "actor_id", "reason", "effective_on", "request_id", "changes"):
        assert await _refused(connection, f"UPDATE operation SET {column} = {column}") == "no right"
    assert await _refused(connection, "DELETE FROM operation") == "no right"


async def test_an_operation_becomes_known_after_all_that_is_known(connection: asyncpg.Connection) -> None:
    latest = "SELECT max(recorded_at) FROM operation"
    for wanted in ("2021-01-01", "2199-01-01"):
        before = await connection.fetchval(latest)
        operation_id = await _operation(connection)
        seal_at = f"UPDATE operation SET recorded_at = '{wanted}' WHERE id = $1 RETURNING recorded_at"
        recorded_at = await connection.fetchval(seal_at, operation_id)
        assert before < recorded_at <= await connection.fetchval("SELECT clock_timestamp()")
        assert recorded_at == await connection.fetchval(latest)


async def test_an_operation_that_is_not_sealed_is_not_committed(connection: asyncpg.Connection) -> None:
    await _operation(connection)
    assert await _refused(connection, "SET CONSTRAINTS ALL IMMEDIATE") == "operation_sealed"


async def test_what_is_written_last_is_judged_as_well(connection: asyncpg.Connection, world: World) -> None:
    operation_id = await _operation(connection)
    await connection.execute(
        "UPDATE membership SET superseded_by = $1 WHERE member_id = $2", operation_id, world["p0"]
    )
    await connection.execute("SET CONSTRAINTS ALL DEFERRED")
    beginning_with_an_exit = (
        "INSERT INTO membership (member_id, exit_reason, valid, operation_id)"
        " VALUES ($1, 'removed', '[2023-01-01,)', $2)"
    )
    await connection.execute(beginning_with_an_exit, world["p0"], operation_id)
    sealing = "UPDATE operation SET recorded_at = now() WHERE id = $1"
    assert await _refused(connection, sealing, operation_id) == "membership_unbroken"


async def test_a_temporary_table_is_not_taken_for_one_of_the_register(
    connection: asyncpg.Connection, world: World
) -> None:
    sealed = await connection.fetchval("SELECT id FROM operation WHERE recorded_at IS NOT NULL LIMIT 1")
    await connection.execute(
        "CREATE TEMPORARY TABLE operation (id uuid, recorded_at timestamptz) ON COMMIT DROP"
    )
    said = "INSERT INTO activity (member_id, status, valid, operation_id) VALUES ($1, 'exempted', '[2024-01-01,)', $2)"
    assert await _refused(connection, said, world["p0"], sealed) == "of_open_operation"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "ALTER TABLE membership DISABLE TRIGGER ALL",
        "ALTER TABLE membership ADD COLUMN mine int",
        "DROP TABLE membership CASCADE",
        "DROP TRIGGER only_once ON membership",
        "CREATE OR REPLACE FUNCTION public.only_once() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "SET ROLE dangbo_migrator",
        "UPDATE headcount_change SET n = 0",
        "DELETE FROM headcount_change",
        "UPDATE organization_ancestry SET depth = 0",
        "UPDATE idempotency SET status = 500",
        "UPDATE alembic_version SET version_num = 'x'",
        "UPDATE organization SET id = gen_random_uuid()",
        "DELETE FROM organization",
        "DELETE FROM member",
        "DELETE FROM operation_organization",
        "DELETE FROM decision",
        "DELETE FROM recorded_read",
        "TRUNCATE recorded_read",
        "UPDATE recorded_read SET fields = '{}'",
        "INSERT INTO recorded_read (id, read_at, actor_id, route, fields)"
        " VALUES (gen_random_uuid(), '2020-01-01', gen_random_uuid(), 'x', '{}')",
    ],
)
async def test_the_application_cannot(connection: asyncpg.Connection, statement: str) -> None:
    assert await _refused(connection, statement) == "no right"


@pytest.mark.parametrize("table", sorted(APPLICATION))
async def test_the_reader_cannot_write_even_when_it_asks_for_a_writing_transaction(
    reader: asyncpg.Connection, table: str
) -> None:
    async with reader.transaction():
        for attempt in ("INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"):
            assert await _refused(reader, attempt.format(f'"{table}"')) == "no right"
        if table in UNREADABLE:
            assert await _refused(reader, f'SELECT FROM "{table}"') == "no right"


async def test_the_readers_of_the_service_are_read_only_sessions_too(urls: Urls) -> None:
    database = Database(Settings(), urls.application, urls.reader)
    await database.open()
    try:
        for reading in (database.reading, database.snapshot, database.exporting):
            async with reading() as connection:
                assert await connection.fetchval("SHOW transaction_read_only") == "on"
                assert await connection.fetchval("SELECT current_user") == "dangbo_reader"
    finally:
        await database.close()


async def test_nothing_is_taken_back_that_is_not_yet_known(
    connection: asyncpg.Connection, world: World
) -> None:
    first, second = await _operation(connection), await _operation(connection)
    said = "INSERT INTO activity (member_id, status, valid, operation_id) VALUES ($1, 'exempted', '[2024-01-01,)', $2)"
    await connection.execute(said, world["p0"], first)
    take_back = "UPDATE activity SET superseded_by = $1 WHERE operation_id = $2"
    assert await _refused(connection, take_back, second, first) == "of_open_operation"


@pytest.mark.parametrize("table", FACTS)
async def test_a_fact_is_believed_when_it_is_said(
    connection: asyncpg.Connection, world: World, table: str
) -> None:
    row = (await _fact_of_each_table(connection, world))[table]
    operation_id = await _operation(connection)
    columns = await connection.fetchval(
        "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
        " WHERE table_name = $1 AND column_name NOT IN ('id', 'superseded_by', 'operation_id', 'hash')",
        table,
    )
    own = ("id, hash,", "gen_random_uuid(), '\\x01',") if table == "api_key" else ("", "")
    born_superseded = (
        f"INSERT INTO {table} ({own[0]} {columns}, operation_id, superseded_by)"
        f" SELECT {own[1]} {columns}, $1, $1 FROM {table} WHERE id = $2"
    )
    assert await _refused(connection, born_superseded, operation_id, row) == "only_once"


async def test_an_operation_is_sealed_at_read_committed_alone(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.application)
    await speak(connection)
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    operation_id = await _operation(connection)
    sealing = "UPDATE operation SET recorded_at = now() WHERE id = $1"
    assert await _refused(connection, sealing, operation_id) == "read_committed"
    await transaction.rollback()
    await connection.close()
