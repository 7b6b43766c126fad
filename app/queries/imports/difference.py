"""What a file says against what the register believes: the facts that are to be written, set-based.

The rules are those of `app.domain.change`. A said row is cut at the bounds of what is believed. Over a bounded
period, or in a correction, what it says replaces all of that. Otherwise each attribute becomes true from the
row's first day, up to where that attribute is known to change next. What a row does not say stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from asyncpg import Connection

from app.queries.facts import FactTable, insert_from, overwrite_from
from app.queries.imports.staging import analyze


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of one kind of fact.

    `query` gives `row`, `known` (is the subject in the register), `bounded`, `valid`, key and values; a null
    value says nothing. `goes_with` names the column whose changes a derived column follows. `whole`: the values
    are said together, nulls as well. `absent` is the value that no row stands for. `settled` gives a column by
    an expression on the new and the old (`old_…`) values. `ended` gives the value that says that none holds.
    """

    table: FactTable
    query: str
    goes_with: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    absent: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    ended: Mapping[str, str] = field(default_factory=dict)
    held_by: str | None = None

    @property
    def wanted(self) -> str:
        """The temporary table of what is to be written."""
        return f"wanted_{self.table.name}"

    def meant(self, name: str, said: str) -> str:
        """The value of a column that is meant by what is said, both SQL expressions."""
        return f"nullif({said}, {self.ended[name]})" if name in self.ended else said


async def find(connection: Connection, said: Said) -> None:
    """Make the table of what is to be written: `row`, `known`, `valid`, `holds`, key and values."""
    columns = ", ".join(f"{name} {kind}" for name, kind in said.table.columns.items())
    await connection.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {said.wanted}"
        f" (row integer, known boolean, valid daterange, holds boolean, {columns}) ON COMMIT DROP"
    )
    for source in (_of_new(said), _of_known(said)):
        await connection.execute(_merged(said, source))
    await analyze(connection, said.wanted, "row", *said.table.key)


async def write(
    connection: Connection, operation_id: UUID, table: FactTable, *, said_again: bool = False
) -> None:
    """Write what is wanted of a kind of fact; first of the known, since new ones may take what they give up.

    With `said_again` what is wanted of the known also names `said_first_by`.
    """
    wanted = f"SELECT * FROM wanted_{table.name} WHERE"
    if await connection.fetchval(f"SELECT EXISTS ({wanted} known)"):
        await overwrite_from(connection, table, operation_id, f"{wanted} known", said_again=said_again)
    await insert_from(connection, table, operation_id, f"{wanted} NOT known")


def _merged(said: Said, source: str) -> str:
    """Neighbours that say the same become one period."""
    columns = ", ".join(said.table.columns)
    holds = " AND ".join(f"{name} <> {absent}" for name, absent in said.absent.items()) or "true"
    return f"""
        INSERT INTO {said.wanted} (row, known, valid, holds, {columns})
        SELECT min(row), known, unnest(range_agg(valid)), {holds}, {columns}
        FROM ({source}) news GROUP BY known, {columns} ORDER BY 1"""


def _of_new(said: Said) -> str:
    columns = ", ".join(f"{said.meant(name, name)} AS {name}" for name in said.table.columns)
    there = "".join(f" AND {name} <> {absent}" for name, absent in said.absent.items())
    return f"SELECT row, known, valid, {columns} FROM ({said.query}) said WHERE NOT known{there}"


def _of_known(said: Said) -> str:
    key, values = list(said.table.key), list(said.table.values)
    same_key = " AND ".join(f"f.{name} = s.{name}" for name in (*key, *(["row"] if said.held_by else [])))
    believed = said.held_by or said.table.name
    held = f"FROM {believed} f WHERE {same_key} AND f.superseded_by IS NULL AND f.valid && s.valid"
    of_said = ", ".join(
        [
            "s.row",
            "s.bounded",
            *(f"s.{name}" for name in key),
            *(f"s.{name} AS said_{name}" for name in values),
        ]
    )
    place = ", ".join(["row", *key])
    judges = {name: said.goes_with.get(name, name) for name in values}
    old = ", ".join(f"old_{name}" for name in values)
    firsts = ", ".join(f"first_value(old_{name}) OVER places AS first_{name}" for name in values)
    same = {name: f"old_{name} IS NOT DISTINCT FROM first_{name}" for name in values}
    still = ", ".join(
        f"bool_and(held = first_held AND {_all(same) if said.whole else same[judges[name]]})"
        f" OVER places AS still_{name}"
        for name in values
    )
    given = {name: "true" if said.whole else f"said_{name} IS NOT NULL" for name in values}
    decided = ", ".join(
        f"CASE WHEN {given[name]} AND (bounded OR still_{name})"
        f" THEN {said.meant(name, 'said_' + name)} ELSE old_{name} END AS {name}"
        for name in values
    )
    settled = ", ".join(
        f"{said.settled[name]} AS {name}" if name in said.settled else name for name in values
    )
    absents = ", ".join(f"{said.absent.get(name, f'NULL::{said.table.values[name]}')}" for name in values)
    there = "true" if said.absent else "false"
    return f"""
        WITH said AS MATERIALIZED (SELECT * FROM ({said.query}) s WHERE known),
        piece AS (
            SELECT {of_said}, s.valid * f.valid AS valid, true AS held,
                   {", ".join(f"f.{name} AS old_{name}" for name in values)}
            FROM said s JOIN {believed} f
              ON {same_key} AND f.superseded_by IS NULL AND f.valid && s.valid
            UNION ALL
            SELECT {of_said}, gap, {there}, {absents}
            FROM said s CROSS JOIN LATERAL unnest(
                datemultirange(s.valid) - coalesce((SELECT range_agg(f.valid) {held}), '{{}}')) AS gap
        ),
        placed AS (
            SELECT *, first_value(held) OVER places AS first_held, {firsts}
            FROM piece WINDOW places AS (PARTITION BY {place} ORDER BY lower(valid))
        ),
        judged AS (
            SELECT *, {still} FROM placed WINDOW places AS (PARTITION BY {place} ORDER BY lower(valid))
        ),
        decided AS (SELECT row, {", ".join(key)}, valid, {decided}, {old} FROM judged),
        settled AS (SELECT row, {", ".join(key)}, valid, {settled}, {old} FROM decided)
        SELECT row, true AS known, valid, {", ".join([*key, *values])} FROM settled
        WHERE ROW({", ".join(values)}) IS DISTINCT FROM ROW({old})"""


def _all(conditions: Mapping[str, str]) -> str:
    return " AND ".join(conditions.values())
