"""How facts are written: superseded and inserted, never edited; one statement for one row or a million.

`overwrite` takes what shall be believed over given periods. Whatever is believed there now is marked
superseded, the pieces of it that lie outside are said again, the new values are inserted. A value may be absent:
then the fact is struck out there.

What is said again stays the word of the operation that said it first (`app.models.fact`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from app.domain.period import Period
from app.models.access import AccessGrant
from app.models.authority import OrganizationAuthority
from app.models.ballot import Ballot
from app.models.committee import Committee
from app.models.fact import Fact
from app.models.hold import Hold
from app.models.lineage import Lineage, RollDestination
from app.models.meeting import Absence, Meeting, Resolution
from app.models.member import Activity, Identifier, MemberExternalId, Membership, Person
from app.models.member_distinction import MemberDistinction
from app.models.member_merge import MemberMerge
from app.models.organization import (
    OrganizationCode,
    OrganizationExternalId,
    OrganizationName,
    OrganizationOpening,
    OrganizationSector,
    OrganizationTypeFact,
    Placement,
)
from app.models.paper_distinction import PaperDistinction
from app.models.policy import Policy
from app.models.seat import Seat
from app.models.transfer import Transfer
from app.queries.ranges import to_period, to_range

_BOOKKEEPING = ("id", "valid", "operation_id", "superseded_by", "said_first_by")
_INWARD = ("sort_key", "search_key", "number_space")
"""Columns by which rows are sorted, found and kept apart."""


@dataclass(frozen=True, slots=True)
class FactTable:
    """A table of facts as SQL sees it: its key and value columns with their SQL types."""

    name: str
    key: dict[str, str]
    values: dict[str, str]

    @classmethod
    def of(cls, model: type[Fact]) -> "FactTable":
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        types = {
            column.name: column.type.compile(dialect).split(" COLLATE ")[0]
            for column in table.columns
            if column.name not in _BOOKKEEPING
        }
        return cls(
            name=table.name,
            key={name: types[name] for name in model.KEY},
            values={name: kind for name, kind in types.items() if name not in model.KEY},
        )

    @property
    def columns(self) -> dict[str, str]:
        return self.key | self.values

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the columns; null where none is given. ValueError where one names no column."""
        if unknown := values.keys() - self.values.keys() - {"said_first_by"}:
            raise ValueError(f"{self.name} has no {', '.join(sorted(unknown))}")
        return tuple(values.get(name) for name in self.values)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that answers show: all but the first of the key, which is the subject, and the inward ones."""
        return tuple(name for name in tuple(self.columns)[1:] if name not in _INWARD)

    @property
    def value(self) -> str:
        """What answers show of a row, as an SQL expression of jsonb."""
        pairs = ", ".join(f"'{name}', {name}" for name in self.shown)
        return f"jsonb_build_object({pairs})"


ORGANIZATION_NAME = FactTable.of(OrganizationName)
PLACEMENT = FactTable.of(Placement)
ORGANIZATION_TYPE = FactTable.of(OrganizationTypeFact)
ORGANIZATION_CODE = FactTable.of(OrganizationCode)
ORGANIZATION_SECTOR = FactTable.of(OrganizationSector)
ORGANIZATION_OPENING = FactTable.of(OrganizationOpening)
ORGANIZATION_AUTHORITY = FactTable.of(OrganizationAuthority)
ORGANIZATION_EXTERNAL_ID = FactTable.of(OrganizationExternalId)
PERSON = FactTable.of(Person)
MEMBERSHIP = FactTable.of(Membership)
ACTIVITY = FactTable.of(Activity)
IDENTIFIER = FactTable.of(Identifier)
MEMBER_EXTERNAL_ID = FactTable.of(MemberExternalId)
MEMBER_DISTINCTION = FactTable.of(MemberDistinction)
PAPER_DISTINCTION = FactTable.of(PaperDistinction)
MEMBER_MERGE = FactTable.of(MemberMerge)
COMMITTEE = FactTable.of(Committee)
SEAT = FactTable.of(Seat)
TRANSFER = FactTable.of(Transfer)
HOLD = FactTable.of(Hold)
ACCESS_GRANT = FactTable.of(AccessGrant)
BALLOT = FactTable.of(Ballot)
MEETING = FactTable.of(Meeting)
ABSENCE = FactTable.of(Absence)
RESOLUTION = FactTable.of(Resolution)
POLICY = FactTable.of(Policy)
LINEAGE = FactTable.of(Lineage)
ROLL_DESTINATION = FactTable.of(RollDestination)

ORGANIZATION_FACTS: Mapping[str, FactTable] = {
    "name": ORGANIZATION_NAME,
    "placement": PLACEMENT,
    "type": ORGANIZATION_TYPE,
    "code": ORGANIZATION_CODE,
    "sector": ORGANIZATION_SECTOR,
    "opening": ORGANIZATION_OPENING,
    "authority": ORGANIZATION_AUTHORITY,
    "external_id": ORGANIZATION_EXTERNAL_ID,
}
"""Each fact of an organization by the name it has in the API."""

MEMBER_FACTS: Mapping[str, FactTable] = {
    "person": PERSON,
    "membership": MEMBERSHIP,
    "activity": ACTIVITY,
    "identifier": IDENTIFIER,
    "external_id": MEMBER_EXTERNAL_ID,
}
"""Each fact of a member by the name it has in the API."""

TABLES = (
    *ORGANIZATION_FACTS.values(),
    *MEMBER_FACTS.values(),
    MEMBER_DISTINCTION,
    PAPER_DISTINCTION,
    MEMBER_MERGE,
    COMMITTEE,
    SEAT,
    TRANSFER,
    HOLD,
    ACCESS_GRANT,
    BALLOT,
    MEETING,
    ABSENCE,
    RESOLUTION,
    POLICY,
    LINEAGE,
    ROLL_DESTINATION,
)
"""All that is known as facts."""


def said_first_by(row: str) -> str:
    """The operation whose word a row (its alias) is, as an SQL expression."""
    return f"coalesce({row}.said_first_by, {row}.operation_id)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be believed of one key over one period; no values: nothing (the fact is struck out).

    Values that name `said_first_by` say again what that operation said; those that are not named are null.
    """

    key: tuple[Any, ...]
    valid: Period
    values: Mapping[str, Any] | None


async def overwrite(
    connection: Connection, table: FactTable, operation_id: UUID, wanted: Sequence[Wanted]
) -> None:
    """Make the register believe the wanted values over their periods, in one statement."""
    if not wanted:
        return
    names = [*table.key, *table.values]
    rows = [(*one.key, *table.row(one.values or {})) for one in wanted]
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(table.columns.values(), start=5))
    await overwrite_from(
        connection,
        table,
        operation_id,
        f"SELECT * FROM unnest($2::daterange[], $3::boolean[], $4::uuid[], {arrays})"
        f" AS w(valid, holds, said_first_by, {', '.join(names)})",
        [to_range(one.valid) for one in wanted],
        [one.values is not None for one in wanted],
        [(one.values or {}).get("said_first_by") for one in wanted],
        *([to_range(row[place]) for row in rows] for place in range(len(names))),
        said_again=True,
    )


async def overwrite_from(
    connection: Connection,
    table: FactTable,
    operation_id: UUID,
    wanted: str,
    *arguments: Any,
    said_again: bool = False,
) -> None:
    """`overwrite` with the wanted rows given by a query of the columns `valid`, `holds`, key and values.

    With `said_again` also of `said_first_by`: null in rows that are not. `$1` is the operation; the query's own
    arguments begin at `$2`. All that is hit is superseded before the first row is inserted: a row that met what it
    replaces would be judged a second time when the statement ends, which takes longer than writing it.
    """
    key = ", ".join(table.key)
    columns = ", ".join(table.columns)
    same_key = " AND ".join(f"f.{name} = cut.{name}" for name in table.key)
    await connection.execute(
        f"""
        WITH wanted AS MATERIALIZED ({wanted}),
        cut AS (SELECT {key}, range_agg(valid) AS cuts FROM wanted GROUP BY {key}),
        hit AS (
            UPDATE {table.name} f SET superseded_by = $1
            FROM cut
            WHERE {same_key} AND f.superseded_by IS NULL AND f.valid && cut.cuts
            RETURNING {", ".join(f"f.{name}" for name in table.columns)}, f.valid, cut.cuts,
                      {said_first_by("f")} AS said_first_by
        ),
        kept AS (
            INSERT INTO {table.name} ({columns}, valid, operation_id, said_first_by)
            SELECT {", ".join(f"hit.{name}" for name in table.columns)}, piece, $1, nullif(hit.said_first_by, $1)
            FROM hit, unnest(datemultirange(hit.valid) - hit.cuts) AS piece
        )
        INSERT INTO {table.name} ({columns}, valid, operation_id, said_first_by)
        SELECT {columns}, valid, $1, {"nullif(said_first_by, $1)" if said_again else "NULL"} FROM wanted
        WHERE holds AND (SELECT count(*) FROM hit) IS NOT NULL
        """,
        operation_id,
        *arguments,
    )


async def insert_from(connection: Connection, table: FactTable, operation_id: UUID, wanted: str) -> None:
    """`overwrite_from` for keys of which nothing is believed yet: new things."""
    columns = ", ".join(table.columns)
    await connection.execute(
        f"INSERT INTO {table.name} ({columns}, valid, operation_id)"
        f" SELECT {columns}, valid, $1 FROM ({wanted}) wanted WHERE holds",
        operation_id,
    )


async def believed(
    connection: Connection, table: FactTable, key: tuple[Any, ...], *, whose: bool = False
) -> list[tuple[Period, dict[str, Any]]]:
    """What is believed of one key now: its periods in order, each with its values.

    With `whose` also `said_first_by`, so that what is written from these values is said again.
    """
    same_key = " AND ".join(
        f"{name} = ${place}::{kind}" for place, (name, kind) in enumerate(table.key.items(), start=1)
    )
    values = {name: name for name in table.values}
    if whose:
        values["said_first_by"] = said_first_by("f")
    columns = ", ".join(["valid", *(f"{column} AS {name}" for name, column in values.items())])
    rows = await connection.fetch(
        f"SELECT {columns} FROM {table.name} f WHERE {same_key} AND superseded_by IS NULL ORDER BY lower(valid)",
        *key,
    )
    return [(to_period(row["valid"]), {name: row[name] for name in values}) for row in rows]
