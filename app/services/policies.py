"""Policies: what a rule's value is on a day at a place, and the rows a release brings."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.errors import NotFound
from app.domain.hierarchy import Hierarchy
from app.domain.operation import OperationKind
from app.domain.policy import (
    Combine,
    Confidence,
    PolicyMissing,
    PolicyRow,
    PolicyScope,
    Resolved,
    ShippedRow,
    parse_document,
    resolve,
)
from app.models.correction import PeriodShape
from app.models.policy import PolicyItem, PolicyRead
from app.paging import Listing, check_frame
from app.queries import policies as queries
from app.queries.asof import AsOf
from app.queries.ranges import to_period
from app.services import history
from app.services.history import Cause

SHIPPED = Path(__file__).parents[1] / "policies"


def shipped_rows() -> list[ShippedRow]:
    """All rows of the files this release ships."""
    return [row for file in sorted(SHIPPED.glob("*.toml")) for row in parse_document(file.read_text("utf-8"))]


async def ship(connection: Connection, cause: Cause) -> int:
    """Bring the register's national rows up to this release; answers how many rows were new or different.

    A row that a release corrects supersedes what was believed over its period; nothing is removed.
    """
    believed = {
        (row["key"], to_period(row["valid"])): tuple(row)[2:] for row in await queries.shipped(connection)
    }
    news = [
        row
        for row in shipped_rows()
        if believed.get((row.key, row.valid))
        != (row.value, row.unit, row.combine.value, row.source, row.confidence.value)
    ]
    if not news:
        return 0
    keys = sorted({row.key for row in news})
    operation_id = await history.begin(connection, cause, OperationKind.POLICIES_SHIPPED, {"keys": keys})
    await queries.ship(
        connection,
        operation_id,
        [
            {
                "key": row.key,
                "valid_from": row.valid.start,
                "valid_to": row.valid.end,
                "value": row.value,
                "unit": row.unit,
                "combine": row.combine.value,
                "source": row.source,
                "confidence": row.confidence.value,
            }
            for row in news
        ],
    )
    return len(news)


class Policies:
    """The rows of some keys, read once, asked many times."""

    def __init__(self, rows: Sequence[PolicyRow]) -> None:
        self._rows = rows

    @classmethod
    async def read(cls, connection: Connection, *keys: str) -> "Policies":
        """Everything believed of these keys."""
        rows = await queries.rows_for(connection, keys)
        return cls(
            [_to_row(row, None if row["scope_id"] == queries.NATION else row["scope_id"]) for row in rows]
        )

    def on(self, key: str, on: date, path: Sequence[UUID] = ()) -> Resolved:
        """The value of a key on the day of the business fact, for an organization's path from the root."""
        return resolve(self._rows, key, on, path)


def _to_row(row: Record, organization_id: UUID | None) -> PolicyRow:
    return PolicyRow(
        id=row["id"],
        key=row["key"],
        scope=PolicyScope(row["scope"]),
        organization_id=organization_id,
        valid=to_period(row["valid"]),
        value=row["value"],
        combine=Combine(row["combine"]),
        source=row["source"],
        confidence=Confidence(row["confidence"]),
    )


async def ruling(
    connection: Connection, as_of: AsOf, organization_id: UUID, *keys: str
) -> dict[str, Resolved]:
    """What each of these keys says for an organization on the day, as believed at the instant."""
    rows = await queries.rows_of(connection, as_of, keys, organization_id)
    return {key: _resolved(rows, key, as_of.on) for key in keys}


def _resolved(rows: Sequence[Record], key: str, on: date) -> Resolved:
    """`rows` come from the root down, so their order is the path."""
    found = [_to_row(row, row["organization_id"]) for row in rows if row["key"] == key]
    path = list(dict.fromkeys(row.organization_id for row in found if row.organization_id))
    return resolve(found, key, on, path)


async def get(connection: Connection, as_of: AsOf, key: str, organization_id: UUID | None) -> PolicyRead:
    """What a key says on a day, for everyone or for an organization, and the rows that make it so."""
    rows = await queries.rows_of(connection, as_of, [key], organization_id)
    known_at = check_frame(rows[0], as_of)
    try:
        resolved = _resolved(rows, key, as_of.on)
    except PolicyMissing:
        raise NotFound("policy_unknown") from None
    items = {row["id"]: _to_item(row) for row in rows}
    assert known_at is not None  # there are rows, so an operation wrote them
    return PolicyRead(
        key=key,
        organization_id=organization_id,
        value=resolved.value,
        unit=items[resolved.row_ids[0]].unit,
        source=resolved.source,
        confidence=_spelled(resolved.confidence),
        rows=[items[row_id] for row_id in resolved.row_ids],
        on=as_of.on,
        known_at=known_at,
    )


def listing(
    as_of: AsOf, keys: Sequence[str] | None, organization_id: UUID | None, all_periods: bool
) -> Listing:
    """Policy rows by key, the widest scope first, then in time."""
    sql, arguments, visible = queries.listed(as_of, keys, organization_id, all_periods)
    order = {"key": "text", "level": "bigint", "valid_from": "date", "id": "bigint"}
    return Listing(sql, arguments, order, _to_item, visible=visible)


def _to_item(row: Record) -> PolicyItem:
    said = {
        name: row[name] for name in ("key", "value", "unit", "scope", "organization_id", "combine", "source")
    }
    return PolicyItem(
        **said,
        valid=PeriodShape(from_=row["valid_from"], to=row["valid_to"]),
        confidence=_spelled(Confidence(row["confidence"])),
    )


def _spelled(confidence: Confidence) -> Any:
    return confidence.name.lower()


async def hierarchies(connection: Connection) -> Callable[[date], Hierarchy]:
    """The type catalogue and the parent matrix of any day, read once."""
    keys = ("org.type_catalogue", "org.root_types", "org.parent_matrix")
    policies = await Policies.read(connection, *keys)
    return cache(lambda on: Hierarchy.of(*(policies.on(key, on) for key in keys)))


async def hierarchy_on(connection: Connection, on: date) -> Hierarchy:
    """The type catalogue and the parent matrix of a day."""
    return (await hierarchies(connection))(on)
