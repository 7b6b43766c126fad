"""What an operation said, taken back as SQL: all of it or, where something later hangs on it, nothing.

A row of the operation stands while one with the same values over the same days is believed: where a later operation
was itself taken back, the row it had replaced stands again. Set-based throughout, for one row or a million.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection
from sqlmodel import SQLModel

from app.domain.operation import OperationKind
from app.models.fact import BELIEVED_ONCE
from app.queries import locks
from app.queries.facts import (
    MEMBERSHIP,
    PLACEMENT,
    ROLL_DESTINATION,
    TABLES,
    TRANSFER,
    FactTable,
    said_first_by,
)
from app.queries.naming import Identity, naming, resting

MOST_SHOWN = 100
"""How many of the operations in the way are named."""

_LIVES = {Identity.MEMBER: MEMBERSHIP, Identity.ORGANIZATION: PLACEMENT}
"""The facts without which a member, or an organization, is none."""


def held_once(table: FactTable) -> list[tuple[tuple[str, ...], str]]:
    """The keys, each of some columns, of which a table believes only one row at any instant: of those that are so."""
    return [
        one.info[BELIEVED_ONCE]
        for one in SQLModel.metadata.tables[table.name].constraints
        if BELIEVED_ONCE in one.info
    ]


async def tables_of(connection: Connection, operation_id: UUID) -> list[FactTable]:
    """The tables in which an operation said something or took something back."""
    asked = " UNION ALL ".join(
        f"SELECT '{table.name}' AS name WHERE EXISTS (SELECT FROM {table.name} WHERE operation_id = $1)"
        f" OR EXISTS (SELECT FROM {table.name} WHERE superseded_by = $1)"
        for table in TABLES
    )
    found = {row["name"] for row in await connection.fetch(asked, operation_id)}
    return [table for table in TABLES if table.name in found]


async def own_touched(connection: Connection, operation_id: UUID, *, tree: bool) -> None:
    """Own the members and the organizations that the operation touched.

    With `tree` the organizations are closed instead, as what changes the tree's shape must.
    """
    row = await connection.fetchrow(
        """
        SELECT ARRAY(SELECT organization_id FROM operation_organization WHERE operation_id = $1) AS touched,
               ARRAY(SELECT member_id FROM operation_member WHERE operation_id = $1) AS members,
               ARRAY(SELECT DISTINCT cell_id FROM membership WHERE operation_id = $1 OR superseded_by = $1) AS cells
        """,
        operation_id,
    )
    if tree:
        await locks.close_organizations(connection, row["touched"])
    await locks.own_members(connection, row["members"], [*row["cells"], *row["touched"]])
    if not tree:
        await locks.own_organizations(connection, row["touched"])


def known(table: FactTable) -> str:
    """The rows an operation (`$1`) left behind when it became known, but for those that were struck out since."""
    return f"""(
        SELECT * FROM {table.name} known WHERE operation_id = $1 AND superseded_by IS DISTINCT FROM $1
        AND NOT EXISTS (
            SELECT FROM {table.name} gone WHERE gone.superseded_by = ANY(ARRAY(SELECT id FROM struck_out))
            AND {same(table, "gone", "known")})
    )"""


def _taken_back(table: FactTable) -> str:
    """The rows of others that the operation took back, but for those that hold again since it was struck out."""
    return f"""(
        SELECT * FROM {table.name} gone WHERE superseded_by = $1 AND operation_id <> $1
        AND NOT EXISTS (
            SELECT FROM {table.name} again WHERE again.operation_id = ANY(ARRAY(SELECT id FROM struck_out))
            AND {same(table, "again", "gone")})
    )"""


def same(table: FactTable, one: str, other: str) -> str:
    """Both rows say the same over the same days; the key apart, by which they are joined."""
    key = " AND ".join(f"{one}.{name} = {other}.{name}" for name in table.key)
    rest = [*table.values, "valid"]
    said = [", ".join(f"{row}.{name}" for name in rest) for row in (one, other)]
    return f"{key} AND ROW({said[0]}) IS NOT DISTINCT FROM ROW({said[1]})"


async def find_still_said(connection: Connection, operation_id: UUID, tables: Iterable[FactTable]) -> None:
    """Note in `still_said` (fact, id) the rows, believed now, by which what the operation said still stands.

    Before that, in `struck_out` (id), the operations by which some of it was taken back already.
    """
    await connection.execute("CREATE TEMPORARY TABLE struck_out (id uuid PRIMARY KEY) ON COMMIT DROP")
    await connection.execute(
        f"""
        INSERT INTO struck_out
        SELECT id FROM operation WHERE kind = '{OperationKind.TRANSFER_CORRECTED}'
        AND changes ->> 'struck_out' = $1::uuid::text AND id IN (
            SELECT gone.superseded_by FROM transfer said JOIN transfer gone USING (transfer_id)
            WHERE said.operation_id = $1)
        """,
        operation_id,
    )
    await connection.execute(
        "CREATE TEMPORARY TABLE still_said (fact text, id bigint, PRIMARY KEY (fact, id)) ON COMMIT DROP"
    )
    for table in tables:
        await connection.execute(
            f"""
            INSERT INTO still_said
            SELECT '{table.name}', held.id FROM {known(table)} said JOIN {table.name} held
                ON held.superseded_by IS NULL AND {same(table, "held", "said")}
            ON CONFLICT DO NOTHING
            """,
            operation_id,
        )
    await connection.execute("ANALYZE still_said")


def apart(table: FactTable, row: str) -> str:
    """A condition: the believed row is none by which the operation stands."""
    return (
        f"{row}.superseded_by IS NULL"
        f" AND NOT EXISTS (SELECT FROM still_said WHERE fact = '{table.name}' AND still_said.id = {row}.id)"
    )


def _replaced(table: FactTable) -> str:
    """Who took back what no longer stands, where it stood last."""
    return f"""
        SELECT (
            SELECT later.superseded_by FROM {table.name} later WHERE {same(table, "later", "said")}
            ORDER BY later.id DESC LIMIT 1) AS id
        FROM {known(table)} said
        WHERE NOT EXISTS (
            SELECT FROM {table.name} held WHERE held.superseded_by IS NULL AND {same(table, "held", "said")})"""


def _written_into(table: FactTable) -> list[str]:
    """Who says something on days on which the rows taken back would hold again, by each key that holds once."""
    return [
        f"""
        SELECT held.operation_id AS id FROM (SELECT * FROM {_taken_back(table)} l WHERE {those}) lost
        JOIN (SELECT * FROM {table.name} h WHERE {those}) held
            ON {" AND ".join(f"held.{name} = lost.{name}" for name in key)} AND held.valid && lost.valid
        WHERE {apart(table, "held")}"""
        for key, those in held_once(table)
    ]


def _followed() -> str:
    """Who found a member late in a cell whose roll the operation had led elsewhere, and let him or her follow it."""
    return f"""
        SELECT stay.operation_id AS id FROM {known(ROLL_DESTINATION)} way
        JOIN membership stood ON stood.cell_id = way.cell_id AND stood.superseded_by IS NULL
            AND upper(stood.valid) = lower(way.valid)
        JOIN membership stay ON stay.member_id = stood.member_id AND lower(stay.valid) = lower(way.valid)
            AND stay.cell_id IS NOT DISTINCT FROM way.destination_id
        WHERE {apart(MEMBERSHIP, "stay")}"""


def _on_the_way() -> str:
    """Who let a member be on the way from the cell where only the operation had brought him."""
    return f"""
        SELECT {said_first_by("way")} AS id FROM {known(MEMBERSHIP)} stay
        JOIN transfer way ON way.open_member_id = stay.member_id AND way.from_cell_id = stay.cell_id
            AND way.superseded_by IS NULL AND way.valid && stay.valid
        WHERE {apart(TRANSFER, "way")} AND {known_later("way")} AND NOT EXISTS (
            SELECT FROM {_taken_back(MEMBERSHIP)} lost WHERE lost.member_id = stay.member_id
            AND lost.cell_id = way.from_cell_id AND lost.valid && way.valid)"""


def known_later(row: str) -> str:
    """A condition: a row is the word of an operation that became known after the one taken back (`$1`)."""
    return f"""(SELECT recorded_at FROM operation WHERE id = {said_first_by(row)})
        > (SELECT recorded_at FROM operation WHERE id = $1)"""


def saying(table: FactTable, whose: str) -> str:
    """Who said what is believed of some rows of a table, and who took back what is not believed again."""
    return f"""
        SELECT {said_first_by("said")} AS id FROM {table.name} said WHERE {whose} AND superseded_by IS NULL
        UNION ALL
        SELECT superseded_by FROM {table.name} gone WHERE {whose} AND superseded_by IS NOT NULL AND NOT EXISTS (
            SELECT FROM {table.name} held WHERE held.superseded_by IS NULL AND {same(table, "held", "gone")})"""


def known_after(found: str) -> str:
    """Those of the operations found by `id` that became known after the one taken back (`$1`)."""
    return f"""
        SELECT found.id FROM ({found}) found JOIN operation later USING (id)
        WHERE later.recorded_at > (SELECT recorded_at FROM operation WHERE id = $1)"""


def would_end(life: FactTable) -> str:
    """Who would be none any more, by the facts without which it is none: a relation of `id`."""
    (key,) = life.key
    return f"""(
        SELECT DISTINCT {key} AS id FROM {known(life)} said
        WHERE NOT EXISTS (SELECT FROM {life.name} kept WHERE kept.{key} = said.{key} AND {apart(life, "kept")})
          AND NOT EXISTS (SELECT FROM {_taken_back(life)} lost WHERE lost.{key} = said.{key}))"""


def _named(identity: Identity, life: FactTable) -> list[str]:
    """Who names a member or an organization that would be none any more: in facts, and in what else rests on it."""
    ended = would_end(life)
    return [
        *(
            f"SELECT fact.operation_id AS id FROM {ended} ended JOIN {table.name} fact ON fact.{column} = ended.id"
            f" WHERE {apart(table, 'fact')}"
            for table, column in naming(identity)
        ),
        *(
            f"SELECT resting.operation_id AS id FROM {ended} ended JOIN ({one}) resting USING (id)"
            for one in resting(identity)
        ),
    ]


@dataclass(frozen=True, slots=True)
class Dependants:
    """The later operations that hang on one, the latest first: kind and id of the first hundred, and how many."""

    shown: Sequence[tuple[str, UUID]]
    count: int


async def dependants(connection: Connection, operation_id: UUID, tables: Sequence[FactTable]) -> Dependants:
    """The operations in the way of taking one back; `find_still_said` must have run.

    They took back or replaced what it said, wrote into the days that it had cleared, name a member or an organization
    that it brought into being, or let a member go from where it had brought him.
    """
    asked = [_replaced(table) for table in tables]
    asked += [one for table in tables for one in _written_into(table)]
    asked += [_followed()] if MEMBERSHIP in tables and ROLL_DESTINATION in tables else []
    asked += [_on_the_way()] if MEMBERSHIP in tables else []
    asked += [one for identity, life in _LIVES.items() if life in tables for one in _named(identity, life)]
    return await latest(connection, " UNION ALL ".join(asked), operation_id)


async def latest(connection: Connection, asked: str, *arguments: Any) -> Dependants:
    """The operations that a query finds by `id`."""
    rows = await connection.fetch(
        f"""
        SELECT o.kind, o.id, count(*) OVER () AS n
        FROM (SELECT DISTINCT id FROM ({asked}) found) later JOIN operation o USING (id)
        ORDER BY o.recorded_at DESC, o.id DESC LIMIT {MOST_SHOWN}
        """,
        *arguments,
    )
    return Dependants([(row["kind"], row["id"]) for row in rows], rows[0]["n"] if rows else 0)


async def take_back(connection: Connection, table: FactTable, operation_id: UUID, reversing_id: UUID) -> None:
    """Believe no longer what an operation said in a table, and again what it took back there, as others said it."""
    columns = ", ".join([*table.columns, "valid"])
    await connection.execute(
        f"""
        WITH gone AS (
            UPDATE {table.name} f SET superseded_by = $2
            FROM still_said WHERE still_said.fact = '{table.name}' AND still_said.id = f.id
        )
        INSERT INTO {table.name} ({columns}, operation_id, said_first_by)
        SELECT {columns}, $2, {said_first_by("lost")} FROM {_taken_back(table)} lost
        """,
        operation_id,
        reversing_id,
    )


async def forget_still_said(connection: Connection) -> None:
    """Another operation of the same transaction begins anew."""
    await connection.execute("DROP TABLE still_said, struck_out")
