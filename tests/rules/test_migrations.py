"""Migrations: they go up, down and up again, and make exactly the schema that the tables declare."""

import asyncio
import io
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from conftest import drop
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from alembic import command
from app.bootstrap import Urls, bootstrap, role_urls
from app.errors import CONSTRAINTS
from app.migrations import configuration, migrate

Fresh = Callable[[], Awaitable[Urls]]
Catalog = dict[str, set[tuple[object, ...]]]

TABLES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid),
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')""",
    "constraints": """
        SELECT c.conrelid::regclass::text, c.conname, c.contype::text, pg_get_constraintdef(c.oid), c.convalidated
        FROM pg_constraint c
        WHERE c.connamespace = 'public'::regnamespace AND c.contype NOT IN ('n', 't')""",
    "indexes": """
        SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace""",
}
"""What tables, migrations and `create_all` must agree on."""

GUARDS = {
    "views": """
        SELECT c.relname, c.relkind::text, pg_get_viewdef(c.oid) FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')""",
    "functions": """
        SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "rights": """
        SELECT c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner""",
    "column rights": """
        SELECT attrelid::regclass::text, attname, attacl::text FROM pg_attribute
        WHERE attacl IS NOT NULL
        AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
}
"""What only migrations make."""


@pytest.fixture
async def fresh(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[Fresh]:
    """Makes databases with roles and extensions, and nothing in them."""
    made: list[str] = []

    async def make() -> Urls:
        made.append(f"dangbo_fresh_{secrets.token_hex(4)}")
        await bootstrap(admin_dsn, passwords, made[-1])
        return role_urls(admin_dsn, passwords, made[-1])

    yield make
    for name in made:
        await drop(admin_dsn, name)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def _catalog(url: str, queries: Mapping[str, str]) -> Catalog:
    async with _connected(url) as connection:
        return {
            name: {
                tuple(row)
                for row in await connection.fetch(query)
                if not str(row[0]).startswith("alembic_version")
            }
            for name, query in queries.items()
        }


def _script(url: str = "") -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration(url))


def test_there_is_one_newest_migration_and_one_line_of_them() -> None:
    assert len(_script().get_heads()) == 1
    assert all(len(revision.nextrev) <= 1 for revision in _script().walk_revisions())


async def test_migrations_go_up_down_and_up_again(fresh: Fresh) -> None:
    url = (await fresh()).migrator
    await asyncio.to_thread(migrate, url)
    first = await _catalog(url, TABLES | GUARDS)
    assert all(first.values())
    await asyncio.to_thread(command.downgrade, configuration(url), "base")
    emptied = await _catalog(url, TABLES | GUARDS)
    assert not any(emptied.values()), emptied
    await asyncio.to_thread(migrate, url)
    assert await _catalog(url, TABLES | GUARDS) == first


async def test_each_migration_goes_down_to_what_was_before_it(fresh: Fresh) -> None:
    url = (await fresh()).migrator
    for revision in reversed(list(_script().walk_revisions())):
        before = await _catalog(url, TABLES | GUARDS)
        await asyncio.to_thread(command.upgrade, configuration(url), revision.revision)
        await asyncio.to_thread(command.downgrade, configuration(url), "-1")
        assert await _catalog(url, TABLES | GUARDS) == before, revision.revision
        await asyncio.to_thread(command.upgrade, configuration(url), revision.revision)


async def test_the_migrations_make_what_the_tables_declare(fresh: Fresh, urls: Urls) -> None:
    declared_url = (await fresh()).migrator
    engine = create_async_engine(declared_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await engine.dispose()
    declared = await _catalog(declared_url, TABLES)
    migrated = await _catalog(urls.migrator, TABLES)
    for kind in TABLES:
        assert migrated[kind] - declared[kind] == set(), f"{kind} only in the migrations"
        assert declared[kind] - migrated[kind] == set(), f"{kind} only in the tables"


def _sql(url: str, direction: Callable[..., None], revisions: str) -> list[str]:
    """The statements of one migration, without Alembic's own."""
    config = configuration(url)
    config.output_buffer = io.StringIO()
    direction(config, revisions, sql=True)
    text = re.sub(r"^--.*$", "", config.output_buffer.getvalue(), flags=re.MULTILINE)
    statements = [statement.strip() for statement in text.split(";\n")]
    own = ("BEGIN", "COMMIT", "CREATE TABLE alembic_version", "INSERT INTO alembic_version")
    own += ("UPDATE alembic_version", "DELETE FROM alembic_version", "DROP TABLE alembic_version")
    return [statement for statement in statements if statement and not statement.startswith(own)]


def test_no_migration_waits_long_for_a_lock() -> None:
    """A migration that waits behind a long reader would make all others wait behind itself."""
    for revision in _script().walk_revisions():
        before = revision.down_revision or "base"
        for direction, path in (
            (command.upgrade, f"{before}:{revision.revision}"),
            (command.downgrade, f"{revision.revision}:{before}"),
        ):
            first, *rest = _sql("", direction, path)
            assert rest
            assert re.fullmatch(r"SET LOCAL lock_timeout = '[1-5]s'", first), (revision.revision, first)


NOT_REACHED = {
    **{
        name: "periods of one key are cut out before others are inserted (queries/facts.py: overwrite)"
        for name in (
            "ex_access_grant_grant_id",
            "ex_activity_member_id",
            "ex_absence_meeting_id_member_id",
            "ex_ballot_ballot_id",
            "ex_committee_committee_id",
            "ex_hold_hold_id",
            "ex_lineage_lineage_id",
            "ex_roll_destination_cell_id",
            "ex_identifier_member_id_kind",
            "ex_member_merge_merge_id",
            "ex_member_distinction_distinction_id",
            "ex_paper_distinction_distinction_id",
            "ex_meeting_meeting_id",
            "ex_member_external_id_member_id_system",
            "ex_organization_authority_organization_id_kind",
            "ex_organization_code_organization_id",
            "ex_organization_external_id_organization_id_system",
            "ex_organization_name_organization_id",
            "ex_organization_opening_organization_id",
            "ex_organization_sector_organization_id",
            "ex_organization_type_organization_id",
            "ex_person_member_id",
            "ex_placement_organization_id",
            "ex_policy_key_scope_id",
            "ex_resolution_meeting_id_number",
            "ex_roll_destination_cell_id",
            "ex_seat_seat_id",
            "ex_transfer_transfer_id",
        )
    },
    "ex_member_merge_duplicate_id": "a record that was merged is not taken in hand again",
    "ex_member_distinction_once": "whoever tells two members apart holds both",
    "ex_paper_distinction_once": "whoever tells a person on paper from a member holds the member",
    "uq_notice_external_id": "whoever receives notices for an organization holds it",
    "record_of_meeting": "for statements past the service: what is recorded of a meeting is written with it",
    "uq_policy_edit_proposer": "begins with the key, which is made here",
    "uq_correction_proposal_proposer": "begins with the key, which is made here",
    "uq_restructuring_proposer": "begins with the key, which is made here",
    "ix_restructuring_preview_row_kind": "ends with a number that the database gives out",
    "restructuring_by_two_persons": "for statements past the service: who takes a step is whose operation it is",
    "two_persons": "for statements past the service: it closes what is proposed as the table of steps allows",
    "uq_decision_paper": "a paper already known is the same paper (ON CONFLICT DO NOTHING)",
    "uq_operation_recorded_at": "instants are given out one by one, under a lock",
    "uq_api_key_hash": "the SHA-256 of 256 random bits",
    "only_once": "for statements past the service: it never takes back or seals twice",
    "of_open_operation": "for statements past the service: it writes under its own operation only",
    "operation_sealed": "for statements past the service: it seals before it commits",
    "read_committed": "for statements past the service: it knows no other level",
}
"""Constraints and guards that no request can run into, and why."""

KINDS_NOT_REACHED = {
    "p": "keys are made here, random in 74 bits",
    "c": "shapes, domain and enumerations refuse before the database does, but for those that have an answer",
    "f": "what a request names is looked up, with its reach, before anything refers to it",
}
"""The same of whole kinds of constraints: the net below the net."""


async def test_every_guard_that_a_caller_can_run_into_has_an_answer(urls: Urls) -> None:
    async with _connected(urls.migrator) as connection:
        constraints = await connection.fetch(
            "SELECT conname, contype::text FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND contype NOT IN ('n', 't')"
        )
        unique = await connection.fetch(
            "SELECT indexrelid::regclass::text AS name FROM pg_index"
            " WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text !~ '^pg_'"
        )
        sources = await connection.fetch(
            "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    raised = {name for row in sources for name in re.findall(r"refuse\('(\w+)'", row["prosrc"])}
    reachable = {row["conname"] for row in constraints if row["contype"] not in KINDS_NOT_REACHED}
    reachable |= {row["name"] for row in unique} | raised
    assert raised >= {"membership_unbroken", "only_once"}
    assert reachable - CONSTRAINTS.keys() == NOT_REACHED.keys()
    assert reachable | {row["conname"] for row in constraints} >= CONSTRAINTS.keys()
    assert not CONSTRAINTS.keys() & NOT_REACHED.keys()
